//! Why a request failed, and what a failure says of the server.

use probonus::{Delivery, Error, ErrorKind};
use serde::{Deserialize, Serialize};

/// Why a request failed, as the journal keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Failure {
    /// What kind of failure.
    pub kind: ErrorKind,
    /// May the server have applied it?
    pub delivery: Delivery,
    /// HTTP status.
    pub status: Option<u16>,
    /// The server's own words.
    pub server_message: Option<String>,
    /// Technical detail.
    pub detail: Option<String>,
    /// The precondition that did not hold any more; the request itself was never sent.
    #[serde(default)]
    pub precondition: Option<Precondition>,
}

impl From<&Error> for Failure {
    fn from(error: &Error) -> Self {
        Self {
            kind: error.kind(),
            delivery: error.delivery(),
            status: error.status(),
            server_message: error.server_message().map(str::to_owned),
            detail: error.json_path().or(error.detail()).map(str::to_owned),
            precondition: None,
        }
    }
}

/// Something that must hold for an operation to be sent, and did not hold when its turn came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub enum Precondition {
    /// A guest with the phone exists by now.
    PhoneKnown,
    /// The account is not found by its phone any more.
    AccountNotFound,
    /// The profile was changed by someone else.
    AccountChanged,
    /// There are fewer bonuses than the purchase pays with.
    BalanceTooLow,
    /// It is the canary refill, and the server reports no balance that could prove its unit.
    // Journals have this name; the page uses it for its text.
    #[serde(rename = "balance_not_told")]
    BalanceNotReported,
    /// An entry of the server carries the operation's correlation marker already: it was sent before, and the journal has
    /// forgotten it.
    AlreadyOnServer,
}

/// Whether a failed read means that the server can't be reached just now, so that a write may wait in the outbox.
pub(crate) fn is_server_silent(error: &Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::NameNotResolved
            | ErrorKind::CannotConnect
            | ErrorKind::Unreachable
            | ErrorKind::ProxyAbsent
            | ErrorKind::ProxyPassword
            | ErrorKind::ProxyScheme
            | ErrorKind::Proxy
            | ErrorKind::Timeout
            | ErrorKind::SlowAnswer
            | ErrorKind::ConnectionLost
            | ErrorKind::ServerFault
    )
}

/// Whether the server refused the caller or the moment, not the operation: it may accept the same request later.
/// Examples: the session has ended, or status 429.
pub(crate) fn is_temporary_refusal(error: &Error) -> bool {
    error.delivery() != Delivery::Unknown && (error.kind() == ErrorKind::SignInAgain || error.status() == Some(429))
}
