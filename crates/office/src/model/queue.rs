//! What the office tells of itself while it works: the queue, a halt, each change of an operation.

use jiff::Timestamp;
use probonus::Kopecks;
use serde::{Deserialize, Serialize};

use crate::model::operation::{BalanceVerification, Operation, OperationId};

/// One thing that changed; see [`Office::subscribe`](crate::Office::subscribe).
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// An operation has a new event.
    Operation(Box<Operation>),
    /// The queue's counters, pause or halt changed.
    Queue(Box<QueueStatus>),
}

/// How many operations stand where.
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

/// How the queue stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct QueueStatus {
    /// Operations by state.
    pub counts: Counts,
    /// Paused by the operator: what is in the outbox waits.
    pub paused: bool,
    /// Held by whoever opened the office, see [`Office::hold`](crate::Office::hold): what is in the outbox waits.
    pub held: bool,
    /// The first refill to this server, while what it did to the balance is not known: no other refill goes meanwhile.
    pub canary: Option<OperationId>,
    /// Halted by the balance watch: nothing is sent until someone has looked and resumed.
    pub halted: Option<Halt>,
    /// When the next waiting operation will be tried, by this machine's clock.
    #[cfg_attr(feature = "specta", specta(type = Option<String>))]
    pub next_due: Option<Timestamp>,
}

/// Why the balance watch stopped all sending. Kept in the journal: it survives a restart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Halt {
    /// The operation whose balance surprised.
    pub operation: OperationId,
    /// When, by this machine's clock.
    #[cfg_attr(feature = "specta", specta(type = String))]
    pub at: Timestamp,
    /// What is wrong.
    pub cause: HaltCause,
    /// By how much the balance should have changed, kopecks.
    pub sent: Kopecks,
    /// By how much it did change, without what other transactions explain, kopecks.
    pub changed: Kopecks,
    /// Before, expected, after, explained.
    pub balance: BalanceVerification,
}

/// What is wrong with a balance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub enum HaltCause {
    /// A hundred times too much or too little: rubles and kopecks are mixed up between us and the server.
    FactorHundred,
    /// It went the other way.
    WrongSign,
    /// The server confirmed, and nothing changed.
    NoChange,
    /// Another difference that no transaction explains.
    Mismatch,
}
