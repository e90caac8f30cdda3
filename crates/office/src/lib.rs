//! The office's work: operations that are written down before they are sent, and whose fate is always known or
//! honestly called unknown.
//!
//! One pipeline for every change, one journal, one set of states ([`State`]):
//!
//! ```text
//! prepare ─▶ Prepared ─ send ─▶ Sending ─┬─ 2xx understood ───────────▶ Confirmed
//!              │  ▲                      ├─ surely refused (4xx) ─────▶ Rejected
//!           cancel│                      ├─ surely not sent ──────────▶ Prepared (retry, backoff, budget)
//!              ▼  │                      └─ anything else, or a crash ─▶ Unknown
//!         Cancelled  └── NotApplied ◀─ reconcile: surely absent ── Unknown ── reconcile: found ─▶ Confirmed
//!                                                        └─ cannot tell ─▶ the operator decides
//! ```
//!
//! This crate knows no Tauri and no HTTP: it speaks to a [`probonus::Loyalty`] and writes to a [`Journal`].

pub mod decision;
#[doc(hidden)]
pub mod defect;
mod dispatch;
pub mod draft;
mod engine;
pub mod event;
mod gate;
pub mod guard;
pub mod host;
mod intake;
pub mod journal;
mod lanes;
mod money;
pub mod office;
pub mod operation;
mod outbox;
pub mod policy;
pub mod preview;
mod profile;
pub mod queue;
mod reconcile;
mod recovery;
pub mod refusal;
mod rows;
mod shelf;
pub mod validate;
mod watch;

pub use decision::{Decision, Reconciled, Story, Verdict};
pub use draft::{Draft, OutsideCheck};
pub use event::{EntriesSnapshot, Event, EventRecord, Evidence, Failure, FieldChange, MatchedEntry, Precondition};
pub use guard::SuspectedDuplicate;
pub use host::Host;
pub use journal::{Counts, Filter, Journal, JournalError, Page, PageRequest};
pub use office::{Authority, Office};
pub use operation::{Allowed, BalanceVerification, Kind, Operation, OperationId, Payload, State, Subject};
pub use policy::Policy;
pub use preview::{Notice, Preview};
pub use queue::{Change, Halt, HaltCause, QueueStatus};
pub use refusal::{Field, FieldProblem, Problem, Refusal, ThreeVersions};
