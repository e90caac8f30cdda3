//! The form of the network settings.

use serde::Deserialize;
use specta::Type;

use super::{Remember, connect::Typed};
use crate::shape::ProxyKind;

/// The proxy, as typed.
#[derive(Debug, Deserialize, Type)]
pub(crate) struct ProxyForm {
    /// The kind of proxy.
    pub kind: ProxyKind,
    /// Address of an own proxy as typed: `proxy.office:3128`.
    pub address: String,
    /// Login at the own proxy; empty: it needs none.
    pub login: String,
    /// Password at the own proxy; `null`: the one that is kept for this login at this address.
    pub password: Option<Typed>,
    /// Where the password is kept.
    pub remember: Remember,
}
