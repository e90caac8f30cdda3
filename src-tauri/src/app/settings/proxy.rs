//! The proxy of the settings.

use serde::{Deserialize, Serialize};

use crate::shape::ProxyKind;

/// The proxy as it is kept between runs, without its password.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct ProxySettings {
    /// The kind of proxy.
    pub kind: ProxyKind,
    /// Address of an own proxy. It is kept also while another kind is chosen.
    pub address: String,
    /// Login at the own proxy; empty: it needs none.
    pub login: String,
    /// Whether the keychain has the password.
    pub in_keychain: bool,
}

impl ProxySettings {
    /// The name under which the keychain keeps the password. It contains the address, so that a password is never sent to another
    /// proxy than its own.
    pub fn keychain_user(&self) -> String {
        format!("proxy:{}@{}", self.login, self.address)
    }
}
