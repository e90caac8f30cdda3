//! What happens to an operation. Events are only ever appended; the operation is folded from them.

use jiff::{SignedDuration, Timestamp};
use probonus::{AccountId, Kopecks, ReceiptId};
use serde::{Deserialize, Serialize};

use crate::model::{
    evidence::{EntriesSnapshot, Evidence, MatchedEntry},
    failure::Failure,
    kinds::Parts,
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
    /// It was recorded. Always the first event.
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
        /// For a return: what the guest's entries show of its purchase, if this journal does not have the purchase, or has it with a
        /// smaller accrual. `None`: neither is so, they don't show it, or an older journal did not keep it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "specta", specta(optional))]
        undoes: Option<Parts>,
        /// Keys of the entries that the operator was shown before, and that carry the marker of this return: those of its purchase, and
        /// of returns of a part of it. None of them is its own. Empty: there was none, or an older journal did not keep it.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        #[cfg_attr(feature = "specta", specta(optional))]
        shown: Vec<String>,
    },
    /// An attempt to send it begins; committed before the first byte leaves.
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
    /// It waits to be sent again. From Sending: it did not leave. From Prepared: something must be read first, and could not be, or
    /// the operator must look first.
    NotSent {
        /// Why.
        failure: Failure,
        /// When it is tried again; `None`: it waits for the operator.
        #[cfg_attr(feature = "specta", specta(type = Option<String>))]
        due_at: Option<Timestamp>,
    },
    /// The server applied it and said so.
    Confirmed {
        /// Account it made or changed.
        account: Option<AccountId>,
        /// The key of the ledger entry, if the server named one.
        proof: Option<String>,
        /// The receipt, if the server named one.
        receipt: Option<ReceiptId>,
    },
    /// From Unknown: the server refused it, and a probe showed no trace of it. From Sending: this server can't do it, so it did not
    /// leave. From Prepared: a precondition does not hold any more, so it was not sent.
    Rejected {
        /// Why.
        failure: Failure,
    },
    /// It may have been applied. A refusal of a sent operation is recorded so too: a server may say no after the work.
    Unknown {
        /// What failed; `None`: the program or the sending task ended while it was out.
        failure: Option<Failure>,
    },
    /// The server was asked what became of it.
    #[serde(rename = "looked")]
    Probed {
        /// What it shows.
        evidence: Evidence,
    },
    /// The server's evidence decided. From Unknown. To Confirmed also from NotApplied and Rejected, when its entry shows up late,
    /// and from Confirmed in doubt.
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
    /// The server shows that it was applied more than once. Example: a proxy sent it again.
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
        /// Whether it is a balance mismatch, or the operation was applied more than once: the queue is halted.
        #[serde(rename = "surprise")]
        mismatch: bool,
    },
    /// The record was read again after an edit.
    RecordRead {
        /// Fields that changed although nobody asked for it.
        unasked: Vec<FieldChange>,
    },
    /// A confirmed return undid this purchase.
    Returned {
        /// The return.
        by: OperationId,
    },
    /// The operator decided that the return was not applied after all, so this purchase is not returned.
    NotReturned {
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
