//! What an operator decides where the server's evidence does not.

use serde::{Deserialize, Serialize};

use crate::model::{
    event::EventRecord,
    evidence::{Evidence, MatchedEntry},
    operation::Operation,
};

/// The operator's decision on an operation that the server's evidence does not settle.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Decision {
    /// What they decided.
    pub verdict: Verdict,
    /// Who.
    pub operator: String,
    /// Why; must not be empty unless they ask later.
    pub reason: String,
    /// The ledger entry that they pointed at, if any.
    pub found: Option<MatchedEntry>,
}

/// «Прошла», «не прошла», «спросить позже».
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub enum Verdict {
    /// It was applied: Confirmed.
    Applied,
    /// It was not applied: NotApplied, may be resent.
    NotApplied,
    /// Stays Unknown.
    AskLater,
}

/// What a probe brought.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Reconciled {
    /// The operation after the probe.
    pub operation: Operation,
    /// What the server shows of it.
    pub evidence: Evidence,
}

/// An operation with all that happened to it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Story {
    /// The operation as it is now.
    pub operation: Operation,
    /// Its events, oldest first.
    pub events: Vec<EventRecord>,
}
