//! The network settings, for the page.

use probonus::client::authority::Authority;
use serde::Serialize;
use specta::Type;

use super::SecretStorage;
use crate::shape::ProxyKind;

/// Proxy, and authorities that are trusted besides the system's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct NetworkView {
    /// The kind of proxy.
    pub kind: ProxyKind,
    /// The own proxy's address; empty: none was ever given.
    pub address: String,
    /// The login at the own proxy.
    pub login: String,
    /// Where the password is kept. The password itself is never sent to the page.
    pub password: SecretStorage,
    /// The proxy of the system's settings for this server; `null`: none.
    pub system_proxy: Option<String>,
    /// The authorities, those that end last first.
    pub authorities: Vec<AuthorityView>,
}

/// An authority of the office's own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AuthorityView {
    /// SHA-256 of its certificate, which identifies it.
    pub fingerprint: String,
    /// Its name.
    pub subject: String,
    /// The name of the authority that signed it.
    pub issuer: String,
    /// Its last day, ISO.
    pub until: String,
    /// Whether it has expired. Then it is not trusted any more.
    pub expired: bool,
    /// Whether a person trusts it. A file that was put into the folder by hand is not trusted until somebody does.
    pub trusted: bool,
}

impl AuthorityView {
    /// The view at the moment `now`.
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
