//! The office's work: operations are recorded before they are sent, and the outcome of each is known, or is called unknown.
//!
//! One pipeline for every change, one journal, one set of states ([`State`]):
//!
//! ```text
//! prepare ─▶ Prepared ─ send ─▶ Sending ─┬─ 2xx understood ───────────▶ Confirmed
//!              │  ▲                      ├─ refused (4xx) ─▶ Unknown ─ a probe shows no trace ─▶ Rejected
//!           cancel│                      ├─ surely not sent ──────────▶ Prepared (retry, backoff, budget)
//!              ▼  │                      └─ anything else, or a crash ─▶ Unknown
//!         Cancelled  └── NotApplied ◀─ reconcile: surely absent ── Unknown ── reconcile: found ─▶ Confirmed
//!                                                        └─ cannot tell ─▶ the operator decides
//! ```
//!
//! This crate knows no Tauri and no HTTP: it speaks to a [`probonus::Loyalty`] and writes to a [`Journal`].

// Floors, low to high: none imports from one above it.
mod core;
pub mod journal;
mod ledger;
mod model;
mod office;
mod prepare;
mod reconcile;
mod send;
mod verify;

pub use journal::{
    decorator::JournalDecorator,
    port::{Filter, Journal, Page, PageRequest},
};
pub use model::{
    allowed::Allowed,
    decision::{Decision, Reconciled, Story, Verdict},
    draft::{Draft, OutsideCheck},
    event::{Event, EventRecord},
    evidence::{EntriesSnapshot, Evidence, MatchedEntry, StaleSign},
    failure::{Failure, Precondition},
    host::Host,
    journal_error::JournalError,
    operation::{BalanceVerification, Operation, OperationId, State, Subject},
    payload::{Kind, Payload},
    policy::Policy,
    preview::{Notice, Preview},
    profile::FieldChange,
    queue::{Counts, Halt, HaltCause, OfficeChange, QueueStatus},
    refusal::{Field, FieldProblem, FieldProblemKind, Refusal, ThreeVersions},
    suspected_duplicate::SuspectedDuplicate,
};
pub use office::{Approval, Office};
pub use prepare::validate::NOTE_MAX;
