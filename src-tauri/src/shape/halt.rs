//! Why sending is halted.

use jiff::Timestamp;
use office::{Halt, HaltCause};
use probonus::Kopecks;
use serde::Serialize;
use specta::Type;

use super::shown::shown_message;

/// Why sending is halted for the whole server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct HaltView {
    /// The kind of mismatch.
    pub reason: HaltReason,
    /// After which operation.
    pub operation: String,
    /// When.
    #[specta(type = String)]
    pub at: Timestamp,
    /// The change of the balance that was expected, kopecks.
    pub expected: Kopecks,
    /// The change that was observed, kopecks.
    pub changed: Kopecks,
    /// For an operation that was applied more than once: the server's entries, as text.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[specta(optional)]
    pub entries: Vec<String>,
    /// When it was sent, if it was sent as often as it was applied. Then the operator's resend is the cause, not the network.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[specta(optional, type = Vec<String>)]
    pub sent_at: Vec<Timestamp>,
    /// The account of the other guest, whose entries show the same purchase.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[specta(optional)]
    pub other_account: Option<String>,
}

/// Why sending is halted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub(crate) enum HaltReason {
    /// The balance changed by a hundred times too much or too little: rubles and kopecks are mixed up.
    FactorOfHundred,
    /// The balance changed in the opposite direction.
    WrongSign,
    /// The server confirmed the operation, and the balance did not change.
    NoChange,
    /// The balance has another difference that no entry explains.
    Other,
    /// The server shows the operation more than once.
    Doubled,
    /// The server shows the purchase at another guest too.
    TwoGuests,
}

impl From<&Halt> for HaltView {
    fn from(halt: &Halt) -> Self {
        let reason = match halt.cause {
            HaltCause::FactorHundred => HaltReason::FactorOfHundred,
            HaltCause::WrongSign => HaltReason::WrongSign,
            HaltCause::NoChange => HaltReason::NoChange,
            HaltCause::Mismatch => HaltReason::Other,
            HaltCause::Doubled => HaltReason::Doubled,
            HaltCause::TwoGuests => HaltReason::TwoGuests,
        };
        let other = halt.entries.first().filter(|_| halt.cause == HaltCause::TwoGuests);
        Self {
            reason,
            operation: halt.operation.to_string(),
            at: halt.at,
            expected: halt.sent,
            changed: halt.changed,
            entries: halt.entries.iter().map(|entry| shown_message(&entry.summary)).collect(),
            sent_at: halt.sent_at.clone(),
            other_account: other.and_then(|entry| entry.account.as_ref()).map(ToString::to_string),
        }
    }
}
