//! How the way to the server is set up.

use probonus::client::authority::Authority;
use serde::Serialize;
use specta::Type;

use super::SecretStorage;
use crate::shape::ProxyKind;

/// Proxy, and authorities that are trusted besides the system's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct NetworkView {
    /// Which way requests leave the house.
    pub kind: ProxyKind,
    /// The own proxy's address; empty: none was ever given.
    pub address: String,
    /// The login at it.
    pub login: String,
    /// Where the password is kept; it never crosses to the page.
    pub password: SecretStorage,
    /// The proxy by which the system's settings lead to the server now; `null`: straight.
    pub system_proxy: Option<String>,
    /// The authorities, the latest to end first.
    pub authorities: Vec<AuthorityView>,
}

/// An authority of the office's own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct AuthorityView {
    /// SHA-256 of its certificate, by which it is known.
    pub fingerprint: String,
    /// Whom it names.
    pub subject: String,
    /// Who signed it.
    pub issuer: String,
    /// Its last day, ISO.
    pub until: String,
    /// Whether it has ended, so that nothing is trusted by it any more.
    pub expired: bool,
    /// Whether it counts. One that was put into the folder from outside does not, until somebody trusts it.
    pub trusted: bool,
}

impl AuthorityView {
    /// As it stands at a moment.
    #[must_use]
    pub fn at(authority: &Authority, trusted: bool, now: jiff::Timestamp) -> Self {
        Self {
            fingerprint: authority.fingerprint.clone(),
            subject: authority.subject.clone(),
            issuer: authority.issuer.clone(),
            until: authority.not_after.to_zoned_datetime(jiff::tz::TimeZone::system()).date().to_string(),
            expired: authority.not_after < now,
            trusted,
        }
    }
}
