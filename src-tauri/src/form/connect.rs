//! The form by which a server is connected. Its secrets go from here to the keychain and the header, and nowhere else.

use std::fmt;

use secrecy::SecretString;
use serde::{Deserialize, Deserializer};
use specta::Type;

/// A secret on its way in from the page: zeroed when dropped, redacted in `Debug`, never serialised.
#[derive(Type)]
pub struct Typed(#[specta(type = String)] pub SecretString);

impl<'de> Deserialize<'de> for Typed {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|text| Self(text.into()))
    }
}

impl fmt::Debug for Typed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

/// Where a ProBonus server is and how to be let in.
#[derive(Debug, Deserialize, Type)]
pub struct ConnectForm {
    /// Address as typed: `https://probonus.example:6897`, with or without `/api/v0`.
    pub url: String,
    /// How to be let in.
    pub auth: AuthForm,
    /// Where the secret is kept.
    pub remember: Remember,
    /// How it is found out how the server wants its calls.
    #[serde(default)]
    pub description: DescriptionForm,
}

/// How it is found out how a server wants its calls. Whatever its description says or lacks, one of these leads on.
#[derive(Debug, Default, Deserialize, Type)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum DescriptionForm {
    /// The description is looked for at the usual addresses; without one the table is used.
    #[default]
    Find,
    /// The table is used, whatever the server describes.
    Table,
    /// The description is at an address.
    Address {
        /// The address as typed.
        address: String,
    },
    /// The description, or an exported contract, is in a file.
    File {
        /// The file's name.
        name: String,
        /// Its text.
        text: String,
    },
}

/// How to be let in.
#[derive(Debug, Deserialize, Type)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum AuthForm {
    /// The permanent token.
    Token {
        /// The token.
        token: Typed,
    },
    /// Login and password.
    Login {
        /// Login.
        login: String,
        /// Password.
        password: Typed,
    },
}

/// Where the secret is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Remember {
    /// In the keychain of the operating system.
    Keychain,
    /// In memory, for this run only.
    Memory,
}
