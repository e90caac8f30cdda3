//! What happens to an operation. Events are only ever appended; the projection is folded from them.

use jiff::{SignedDuration, Timestamp, civil::DateTime};
use probonus::{AccountId, Delivery, ErrorKind, Kopecks, ReceiptId};
use serde::{Deserialize, Serialize};

use crate::operation::{BalanceVerification, OperationId, Payload, State, Subject};

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
    /// What no longer held when it was to be sent: the request itself never left.
    #[serde(default)]
    pub precondition: Option<Precondition>,
}

/// Something that must hold for an operation to be sent, and did not when its turn came.
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
    /// It is the first refill to this server, and the server tells no balance by which to see what it does with it.
    BalanceNotTold,
}

/// What the server's list showed of an account just before something was sent: a row that was there can't be ours.
/// It is told by the server's own rows and clock, so neither a jump of our clock nor a foreign time zone blurs it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct EntriesSnapshot {
    /// Keys of the newest entries; see [`MatchedEntry::proof`].
    #[serde(rename = "rows")]
    pub keys: Vec<String>,
    /// The server's time of the oldest of them; `None`: they were all the account has.
    #[cfg_attr(feature = "specta", specta(type = Option<String>))]
    pub oldest: Option<DateTime>,
}

/// A field of a guest's record with two values.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct FieldChange {
    /// Its name: one of the profile's (`surname`, `birthday`…), or the server's own spelling.
    pub field: String,
    /// Before; `None`: empty.
    pub before: Option<String>,
    /// After; `None`: empty.
    pub after: Option<String>,
}

impl From<&probonus::Error> for Failure {
    fn from(error: &probonus::Error) -> Self {
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

/// A server's row that may prove an operation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct MatchedEntry {
    /// Key of the row, unique on the server: its id, or, where it has none, a digest of all it tells.
    pub proof: String,
    /// Whether a mark of ours was seen in it (GUID, outside number, short id), and not only account, sum and time.
    pub exact: bool,
    /// For the operator: when, kind, sum, comment.
    pub summary: String,
    /// Change of the balance by the row, kopecks.
    pub sum: Option<Kopecks>,
    /// Account it made or belongs to.
    pub account: Option<AccountId>,
    /// Receipt.
    pub receipt: Option<ReceiptId>,
}

/// What the server shows of an operation whose outcome is unknown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "verdict", rename_all = "snake_case")]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub enum Evidence {
    /// It was done, and this row proves it.
    Found(MatchedEntry),
    /// No trace of it. Counts only twice, after a settling time.
    Absent {
        /// Whether the evidence would surely have been visible: a list that we know shows such operations.
        conclusive: bool,
    },
    /// It can't be told: several rows could be it, or none carries a mark.
    Ambiguous {
        /// The rows.
        candidates: Vec<MatchedEntry>,
    },
}

/// One thing that happened to an operation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub enum Event {
    /// Written down. Always the first.
    Prepared {
        /// What will be sent.
        payload: Box<Payload>,
        /// Whom it is about.
        subject: Subject,
        /// Who.
        operator: String,
        /// Why.
        reason: String,
        /// The server it is for, by its base URL; `None` in journals of before: not known. To another one it never goes.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "specta", specta(optional))]
        server: Option<String>,
    },
    /// The operator confirmed it, or the outbox took it up; committed before the first byte leaves.
    Sending {
        /// Which time, from 1.
        attempt: u32,
        /// Balance just before, kopecks.
        balance_before: Option<Kopecks>,
        /// The server's clock minus ours, if known.
        #[cfg_attr(feature = "specta", specta(type = Option<String>))]
        clock_offset: Option<SignedDuration>,
        /// The account's rows just before; `None`: they could not be read.
        #[serde(default, rename = "seen")]
        snapshot: Option<Box<EntriesSnapshot>>,
    },
    /// Surely not sent: waits for the server. From Sending, or from Prepared when what must be read first could not be.
    NotSent {
        /// Why.
        failure: Failure,
        /// When it is tried again; `None`: the budget is spent and it waits for the operator.
        #[cfg_attr(feature = "specta", specta(type = Option<String>))]
        due_at: Option<Timestamp>,
    },
    /// The server did it and said so.
    Confirmed {
        /// Account it made or changed.
        account: Option<AccountId>,
        /// The server's row, if it told one.
        proof: Option<String>,
        /// The receipt, if told.
        receipt: Option<ReceiptId>,
    },
    /// The server refused it; or, from Prepared, a precondition no longer held and it was never sent.
    Rejected {
        /// Why.
        failure: Failure,
    },
    /// It may have been done.
    Unknown {
        /// What was seen; `None`: the program ended while it was out.
        failure: Option<Failure>,
    },
    /// The server was asked what became of it.
    #[serde(rename = "looked")]
    Probed {
        /// What it shows.
        evidence: Evidence,
    },
    /// The server's evidence decided. From Unknown; to Confirmed also from NotApplied, when a late row shows up after all.
    Reconciled {
        /// Confirmed or NotApplied.
        state: State,
        /// The row that proves it, for Confirmed.
        found: Option<MatchedEntry>,
    },
    /// The operator decided, having seen the evidence.
    Decided {
        /// Confirmed, NotApplied, or Unknown for "ask later".
        state: State,
        /// Who.
        operator: String,
        /// Why.
        reason: String,
        /// The row they pointed at.
        found: Option<MatchedEntry>,
    },
    /// To be sent again with the same id, after NotApplied.
    Resent {
        /// Who.
        operator: String,
    },
    /// Given up before it was sent.
    Cancelled {
        /// Who.
        operator: String,
    },
    /// The balance was read again after it.
    BalanceRead {
        /// Before, expected, after.
        balance: BalanceVerification,
        /// Whether the difference is a surprise that halts the queue.
        #[serde(rename = "surprise")]
        mismatch: bool,
    },
    /// The record was read again after an edit.
    RecordRead {
        /// Fields that changed though nobody asked.
        unasked: Vec<FieldChange>,
    },
    /// A confirmed return undid this purchase.
    Returned {
        /// The return.
        by: OperationId,
    },
}

/// An event in the journal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct EventRecord {
    /// Its number among the operation's events, from 1.
    pub number: u32,
    /// When, by this machine's clock.
    #[cfg_attr(feature = "specta", specta(type = String))]
    pub at: Timestamp,
    /// What.
    pub event: Event,
}
