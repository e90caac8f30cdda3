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

pub mod event;
pub mod host;
pub mod journal;
pub mod operation;

pub use event::{Event, EventRecord, Evidence, Failure, Found};
pub use host::Host;
pub use journal::{Filter, Journal, JournalError, Page, PageRequest};
pub use operation::{BalanceWatch, Kind, Operation, OperationId, Payload, State, Subject};
