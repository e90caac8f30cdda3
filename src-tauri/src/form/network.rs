//! The form by which the way to the server is set up.

use serde::Deserialize;
use specta::Type;

use super::{Remember, connect::Typed};
use crate::shape::ProxyKind;

/// Which way requests leave the house.
#[derive(Debug, Deserialize, Type)]
pub struct ProxyForm {
    /// Which way.
    pub kind: ProxyKind,
    /// Address of an own proxy as typed: `proxy.office:3128`.
    pub address: String,
    /// Login at it; empty: it wants none.
    pub login: String,
    /// Password at it; `null`: the one that is kept for this login at this address.
    pub password: Option<Typed>,
    /// Where the password is kept.
    pub remember: Remember,
}
