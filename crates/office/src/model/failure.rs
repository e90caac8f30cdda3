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
    /// The precondition that did not hold, if that is the reason; see each one for whether a request may have been sent.
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

/// Why an operation was not sent when its turn came, although the server could be asked. With the last five its outcome is
/// unknown: it may have been sent before, or just now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub enum Precondition {
    /// A guest with the phone exists by now.
    PhoneKnown,
    /// The account is not found by its phone any more, or may be another guest's by now. An operation that moves money waits then.
    AccountNotFound,
    /// The server marks the account as deleted or merged.
    AccountClosed,
    /// The server calls the group of a new guest otherwise than it did, or has no such group any more. The operation waits.
    GroupChanged,
    /// The profile was changed by someone else.
    AccountChanged,
    /// There are fewer bonuses than the purchase pays with.
    BalanceTooLow,
    /// It is the canary refill, and the server reports no balance that could prove its unit.
    // Journals have this name; the page uses it for its text.
    #[serde(rename = "balance_not_told")]
    BalanceNotReported,
    /// An earlier operation that the server had refused turned out to be applied: this one may be its correction, or it returns a
    /// purchase that is returned by now.
    RefusedWasApplied,
    /// An entry of the server carries the operation's correlation marker already: it was sent before, and the journal has
    /// forgotten it.
    AlreadyOnServer,
    /// An entry without a marker fits the operation, was made while it waited, and no operation of the journal made it: it may
    /// have been sent before, and the journal has forgotten it.
    SimilarOnServer,
    /// The journal was replaced by a copy in which the operation waits: it may have been sent after the copy was made.
    JournalReplaced,
    /// It was sent, and the journal could not record the outcome.
    OutcomeNotRecorded,
    /// It was sent, the server answered that it is done, and shows a record without it.
    NotShown,
}

/// Whether a failed read means that ProBonus itself did not answer, so that a write waits in the outbox. Every obstacle on the way
/// counts alike: a proxy that is down, a certificate that is not trusted, a portal's page, a status 502.
pub(crate) fn is_server_silent(error: &Error) -> bool {
    error.kind().is_of_the_way() || error.kind() == ErrorKind::ServerFault
}

/// Whether a read failed in a way that may pass, so that the same read may succeed later. Examples: a timeout, status 429.
///
/// A page for people or a redirect does not count: it may be all that this server has at the address of this one method.
pub(crate) fn is_passing(error: &Error) -> bool {
    let may_be_of_the_method = matches!(
        error.kind(),
        ErrorKind::WebPage
            | ErrorKind::NotProBonus
            | ErrorKind::Redirect
            | ErrorKind::RedirectToTls
            | ErrorKind::RedirectLoop
    );
    // A cache or a proxy gave the answer to a request for another guest.
    let is_of_another = error.kind() == ErrorKind::OtherAccount;
    // The session has ended or could not be opened; or status 429.
    let is_for_now = error.delivery() != Delivery::Unknown
        && (error.kind() == ErrorKind::SignInAgain || error.status() == Some(429));
    (is_server_silent(error) && !may_be_of_the_method) || is_of_another || is_for_now
}
