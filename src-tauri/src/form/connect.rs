//! The form that connects a server. Its secrets go only to the keychain and into the header.

use std::fmt;

use probonus::binding::Place;
use secrecy::SecretString;
use serde::{Deserialize, Deserializer};
use specta::Type;

/// A secret from the page. It is zeroed when dropped, hidden in `Debug`, and never serialised.
#[derive(Type)]
pub(crate) struct Typed(#[specta(type = String)] pub SecretString);

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

/// A server's address and sign-in.
#[derive(Debug, Deserialize, Type)]
pub(crate) struct ConnectForm {
    /// Address as typed: `https://probonus.example:6897`, with or without `/api/v0`.
    pub url: String,
    /// The sign-in.
    pub auth: AuthForm,
    /// Where the secret is kept.
    pub remember: Remember,
    /// Where the contract comes from.
    #[serde(default)]
    pub description: DescriptionForm,
    /// Keys that the server wants besides the sign-in. They are kept where the secret is.
    #[serde(default)]
    pub keys: Vec<SecretConstantEntry>,
}

/// A key that is entered beside a sign-in: before the server is connected, or when its value is missing on this computer. It is kept
/// where the token is.
#[derive(Debug, Deserialize, Type)]
pub struct SecretConstantEntry {
    /// The part of the request.
    pub place: Place,
    /// The name there.
    pub name: String,
    /// The key itself.
    pub value: Typed,
    /// Whether the program asked for it. Then it may stay empty: the user has no such key.
    pub asked: bool,
}

/// Where a server's contract comes from. Whatever the server's description is, one of these works.
#[derive(Debug, Default, Deserialize, Type)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum DescriptionForm {
    /// The description is searched at the usual addresses. If there is none, the table is used.
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

/// The sign-in.
#[derive(Debug, Deserialize, Type)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum AuthForm {
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
pub(crate) enum Remember {
    /// In the keychain of the operating system.
    Keychain,
    /// In memory, for this run only.
    Memory,
}
