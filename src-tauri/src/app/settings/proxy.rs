//! The proxy of the settings.

use serde::{Deserialize, Serialize};

use crate::shape::ProxyKind;

/// The proxy as it is kept between runs; its password is not here.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct ProxySettings {
    /// Which way.
    pub kind: ProxyKind,
    /// Address of an own proxy, kept also while another way is chosen.
    pub address: String,
    /// Login at it; empty: it wants none.
    pub login: String,
    /// Whether the keychain has the password.
    pub in_keychain: bool,
}

impl ProxySettings {
    /// The name under which the keychain keeps the password. It holds the address, so that a password can't go to
    /// another proxy than the one it was given for.
    pub fn keychain_user(&self) -> String {
        format!("proxy:{}@{}", self.login, self.address)
    }
}
