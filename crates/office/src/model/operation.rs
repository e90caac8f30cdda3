//! An operation: one change that the office wants on the server.

use jiff::Timestamp;
use probonus::{AccountId, Delivery, Kopecks, Phone, ReceiptId};
use serde::{Deserialize, Serialize};

pub use crate::model::operation_id::OperationId;
use crate::model::{failure::Failure, kinds::Parts, payload::Payload};

/// The state of an operation. See the picture in the crate's documentation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub enum State {
    /// Recorded, not sent. Waits for the operator, or in the outbox for the server.
    Prepared,
    /// Handed to the network. At a start it becomes Unknown: the program ended while it was out.
    Sending,
    /// The server applied it.
    Confirmed,
    /// The server read it and refused it, or it was never sent because a precondition did not hold.
    Rejected,
    /// It may have been applied. Never sent again by itself.
    Unknown,
    /// The operator gave it up before it was sent.
    Cancelled,
    /// It was Unknown, or Confirmed in doubt, and no trace of it was seen, or a person decided so. May be resent with the same id.
    NotApplied,
}

impl State {
    /// Every state.
    pub const ALL: [Self; 7] = [
        Self::Prepared,
        Self::Sending,
        Self::Confirmed,
        Self::Rejected,
        Self::Unknown,
        Self::Cancelled,
        Self::NotApplied,
    ];

    /// Whether the operation is active: it is applied, or may still be, and holds its outside number.
    #[must_use]
    pub const fn is_active(self) -> bool {
        matches!(self, Self::Prepared | Self::Sending | Self::Confirmed | Self::Unknown)
    }

    /// Whether it counts as not applied, but a late entry may still prove that it was, if a request of it left.
    #[must_use]
    pub const fn may_yet_be_proven(self) -> bool {
        matches!(self, Self::NotApplied | Self::Rejected)
    }

    /// Whether the outcome is known and the program does not work on it any more, except to follow it.
    #[must_use]
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Confirmed | Self::Rejected | Self::Cancelled | Self::NotApplied)
    }
}

/// Whom an operation is about, as the operator saw it when it was prepared.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Subject {
    /// Account; for a new guest it is filled in when the server names it.
    pub account: Option<AccountId>,
    /// Phone.
    pub phone: Option<Phone>,
    /// Name as shown.
    pub name: String,
    /// Group as shown.
    pub group: Option<String>,
}

/// The balance around a change, kopecks: what was there, what we expect, what the server says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct BalanceVerification {
    /// Read just before sending.
    pub before: Option<Kopecks>,
    /// `before` with the operation's effect.
    pub expected: Option<Kopecks>,
    /// Read just after.
    pub after: Option<Kopecks>,
    /// What the account's other transactions in between explain of the difference.
    pub explained: Option<Kopecks>,
    /// The accrual that waits for its day: `expected` is without it. Negative for a return: the accrual of its purchase was still
    /// waiting, so it was not taken back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "specta", specta(optional))]
    pub waits: Option<Kopecks>,
}

/// An operation as the journal's projection has it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Operation {
    /// Identity.
    pub id: OperationId,
    /// Its state.
    pub state: State,
    /// What is sent.
    pub payload: Payload,
    /// Whom it is about.
    pub subject: Subject,
    /// Who prepared it.
    pub operator: String,
    /// Why, in the operator's words.
    pub reason: String,
    /// The server it is for, by its base URL. It is never sent to another. `None`: an older journal did not keep it.
    pub server: Option<String>,
    /// When it was prepared, by this machine's clock.
    #[cfg_attr(feature = "specta", specta(type = String))]
    pub created_at: Timestamp,
    /// When it changed last.
    #[cfg_attr(feature = "specta", specta(type = String))]
    pub updated_at: Timestamp,
    /// Times it was handed to the network.
    pub attempts: u32,
    /// When the outbox may send it; `None`: it waits for the operator.
    #[cfg_attr(feature = "specta", specta(type = Option<String>))]
    pub due_at: Option<Timestamp>,
    /// The balance around it.
    pub balance: BalanceVerification,
    /// Why it last failed, was refused or is unknown.
    pub failure: Option<Failure>,
    /// The key of the ledger entry that proves it, if one was seen. Unique: one entry proves one operation.
    pub proof: Option<String>,
    /// The receipt that it made on the server, if known.
    pub receipt: Option<ReceiptId>,
    /// How often the server shows that it was applied, if more than once.
    #[serde(default)]
    pub times_applied: Option<u32>,
    /// Whether its balance was read after it and is a mismatch that nobody has decided about.
    #[serde(default)]
    pub mismatch: bool,
    /// Whether the server showed an entry of it, or a person pointed at one.
    #[serde(default)]
    pub trace_seen: bool,
    /// Whether no trace of it was seen on the server, in a reading that may be old: it shows nothing later than the send. Its
    /// absence is then not proven.
    #[serde(default)]
    pub not_seen: bool,
    /// For a return: what the guest's entries showed of its purchase when it was prepared, if the journal did not have the purchase, or
    /// had it with a smaller accrual.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "specta", specta(optional))]
    pub undoes: Option<Parts>,
    /// The confirmed return that undid this purchase.
    pub returned_by: Option<OperationId>,
    /// Version of the record: the number of its events.
    pub version: u32,
}

impl Operation {
    /// Whether a request of it left, and it is taken for not applied. The server may have applied it all the same.
    #[must_use]
    pub const fn was_sent_and_given_up(&self) -> bool {
        self.state.may_yet_be_proven() && self.attempts > 0
    }

    /// Whether only the server's answer says that it was applied: its balance is a mismatch, and no entry of it was seen. A proxy
    /// may have given the answer to another request.
    ///
    /// Never for a returned purchase.
    #[must_use]
    pub fn is_confirmed_in_doubt(&self) -> bool {
        self.state == State::Confirmed
            && self.mismatch
            && !self.trace_seen
            && self.times_applied.is_none()
            && self.returned_by.is_none()
    }

    /// The server's refusal, while the operation is Unknown because the server may have applied it all the same.
    #[must_use]
    pub fn doubted_refusal(&self) -> Option<&Failure> {
        let refused = |failure: &&Failure| failure.delivery == Delivery::Refused;
        self.failure.as_ref().filter(refused).filter(|_| self.state == State::Unknown)
    }

    /// Whether it is rejected because the server refused a request of it, and a probe showed no trace of it.
    #[must_use]
    pub fn was_refused(&self) -> bool {
        let refused = |failure: &Failure| failure.delivery == Delivery::Refused;
        self.state == State::Rejected && self.attempts > 0 && self.failure.as_ref().is_some_and(refused)
    }

    /// Whether its balance is still to be verified: it moved money, the balance before is known, the one after is not.
    #[must_use]
    pub fn awaits_verification(&self) -> bool {
        self.state == State::Confirmed
            && self.payload.moves_money()
            && self.balance.before.is_some()
            && self.balance.after.is_none()
    }
}
