//! What the office reports while it works: the status of the queue, a halt, each change of an operation.

use jiff::Timestamp;
use probonus::Kopecks;
use serde::{Deserialize, Serialize};

use crate::model::{
    evidence::MatchedEntry,
    operation::{BalanceVerification, Operation, OperationId},
};

/// One thing that changed; see [`Office::subscribe`](crate::Office::subscribe).
#[derive(Clone, Debug, PartialEq)]
pub enum OfficeChange {
    /// An operation has a new event.
    Operation(Box<Operation>),
    /// The queue's counters, pause or halt changed.
    Queue(Box<QueueStatus>),
}

/// How many operations are in each unfinished state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Counts {
    /// Prepared: in the outbox or waiting for the operator.
    pub prepared: u32,
    /// Out on the network.
    pub sending: u32,
    /// Outcome unknown.
    pub unknown: u32,
}

/// The status of the queue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct QueueStatus {
    /// Operations by state.
    pub counts: Counts,
    /// Whether the operator has paused it: nothing is sent.
    pub paused: bool,
    /// Whether it is held by whoever opened the office, see [`Office::hold`](crate::Office::hold): nothing is sent.
    pub held: bool,
    /// The canary refill, until its balance is verified. No other refill is sent meanwhile.
    pub canary: Option<OperationId>,
    /// Why it is halted: nothing is sent until someone has looked and resumed.
    pub halted: Option<Halt>,
    /// When the next waiting operation will be tried, by this machine's clock.
    #[cfg_attr(feature = "specta", specta(type = Option<String>))]
    pub next_due: Option<Timestamp>,
}

/// Why the queue is halted: a balance mismatch, or an operation that was applied more than once. Kept in the journal, so it
/// survives a restart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Halt {
    /// The operation whose balance is wrong, or that was applied more than once.
    pub operation: OperationId,
    /// When, by this machine's clock.
    #[cfg_attr(feature = "specta", specta(type = String))]
    pub at: Timestamp,
    /// What is wrong.
    pub cause: HaltCause,
    /// By how much the balance should have changed, kopecks.
    pub sent: Kopecks,
    /// By how much it did change, without what other entries explain, kopecks. For a repeat: the effect times the repeats.
    pub changed: Kopecks,
    /// Before, expected, after, explained.
    pub balance: BalanceVerification,
    /// The server's entries of an operation that was applied more than once, or those at another guest; empty for any other cause.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub entries: Vec<MatchedEntry>,
    /// When this program sent it, by this machine's clock; empty unless it sent it at least as often as it was applied. If not
    /// empty, this program repeated it, and not the network.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "specta", specta(type = Vec<String>))]
    pub sent_at: Vec<Timestamp>,
}

/// What is wrong with a balance, or with an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub enum HaltCause {
    /// A hundred times too much or too little: one side counts rubles, the other kopecks.
    FactorHundred,
    /// The balance moved the other way.
    WrongSign,
    /// The server confirmed the operation, and the balance did not change.
    NoChange,
    /// Another difference that no entry explains.
    Mismatch,
    /// The operation was applied more than once: the server shows several equal entries with its marker, or the guest's turnover
    /// tells it.
    Doubled,
    /// The server shows a purchase of this journal at another guest too: one paper receipt was entered on two PCs.
    TwoGuests,
}
