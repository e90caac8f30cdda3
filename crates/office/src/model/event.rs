//! What happens to an operation. Events are only ever appended; the operation is folded from them.

use jiff::{SignedDuration, Timestamp};
use probonus::{AccountId, Kopecks, ReceiptId};
use serde::{Deserialize, Serialize};

use crate::model::{
    evidence::{EntriesSnapshot, Evidence, MatchedEntry},
    failure::Failure,
    operation::{BalanceVerification, OperationId, State, Subject},
    payload::Payload,
    profile::FieldChange,
};

/// One thing that happened to an operation.
///
/// Journals keep the names that an event and its fields had when they were first written, so some differ from the code: `looked`
/// for a probe, `seen` for the pre-send snapshot, `surprise` for a mismatch.
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
        /// The server it is for, by its base URL. It is never sent to another. `None`: an older journal did not keep it.
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
        /// The guest's turnover just before, kopecks; read for a purchase that may move no balance.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "specta", specta(optional))]
        turnover_before: Option<Kopecks>,
        /// The server's clock minus ours, if known.
        #[cfg_attr(feature = "specta", specta(type = Option<String>))]
        clock_offset: Option<SignedDuration>,
        /// The pre-send snapshot; `None`: the entries could not be read.
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
        /// The key of the ledger entry, if the server named one.
        proof: Option<String>,
        /// The receipt, if the server named one.
        receipt: Option<ReceiptId>,
    },
    /// The server refused it, and a look at the server showed no trace of it; or, from Prepared, a precondition no longer held
    /// and it was never sent.
    Rejected {
        /// Why.
        failure: Failure,
    },
    /// It may have been done. A refusal of what was sent begins so, too: a server may say no after the work.
    Unknown {
        /// What failed; `None`: the program ended while it was out.
        failure: Option<Failure>,
    },
    /// The server was asked what became of it.
    #[serde(rename = "looked")]
    Probed {
        /// What it shows.
        evidence: Evidence,
    },
    /// The server's evidence decided. From Unknown; to Confirmed also from NotApplied, when its entry shows up late.
    Reconciled {
        /// Confirmed or NotApplied.
        state: State,
        /// The ledger entry that proves it, for Confirmed.
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
        /// The ledger entry that they pointed at.
        found: Option<MatchedEntry>,
    },
    /// The server shows that it was applied more than once: a proxy or the network sent it again.
    Repeated {
        /// How often.
        times: u32,
        /// The server's entries that show it; empty if only the guest's turnover does.
        entries: Vec<MatchedEntry>,
    },
    /// To be sent again with the same id, after NotApplied.
    Resent {
        /// Who.
        operator: String,
        /// Why, although it is not proven that it was not applied; empty where that is proven.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        #[cfg_attr(feature = "specta", specta(optional))]
        reason: String,
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
        /// Whether it is a balance mismatch, which halts the queue.
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
