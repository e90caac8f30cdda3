//! What the journal could not do.

use crate::model::operation::{OperationId, State};

/// What the journal could not do. Nothing was written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum JournalError {
    /// The operation has more events than the caller has seen.
    #[error("operation {0} moved on meanwhile")]
    Stale(OperationId),
    /// There is no such operation.
    #[error("no operation {0}")]
    NotFound(OperationId),
    /// The same id was used with another payload: a defect or a forgery. The first is kept.
    #[error("operation {0} exists with another payload")]
    IdReused(OperationId),
    /// The state does not allow the event.
    #[error("operation {id} is {state:?} and can't take that event")]
    Transition {
        /// Which.
        id: OperationId,
        /// The state it is in.
        state: State,
    },
    /// The GUID was used before.
    #[error("the GUID was used by operation {0}")]
    GuidTaken(OperationId),
    /// The outside number belongs to another active operation of the restaurant.
    #[error("the outside number belongs to operation {0}")]
    OutsideNumberTaken(OperationId),
    /// The purchase has an active return.
    #[error("the purchase has return {0}")]
    ReturnActive(OperationId),
    /// The ledger entry proves another operation.
    #[error("the ledger entry proves operation {0}")]
    ProofTaken(OperationId),
    /// The disk is full.
    #[error("the disk is full")]
    DiskFull,
    /// The file or its folder can't be written.
    #[error("the journal can't be written: {0}")]
    ReadOnly(String),
    /// Another process holds the file.
    #[error("another process holds the journal")]
    Locked,
    /// The file or its lock was deleted or replaced while it was in use. What was written before is in the file that was
    /// opened, wherever that is.
    #[error("the journal's file was deleted or replaced while it was in use: {0}")]
    Displaced(String),
    /// There is no journal where one was before.
    #[error("the journal is missing")]
    Missing,
    /// The file belongs to another program; it was left as it is.
    #[error("the file is not a journal")]
    NotAJournal,
    /// The file is damaged.
    #[error("the journal file is damaged: {0}")]
    Corrupt(String),
    /// Written by a newer program.
    #[error("the journal has version {found}, this program knows {known}")]
    Newer {
        /// Of the file.
        found: u32,
        /// Of this program.
        known: u32,
    },
    /// It holds an operation of a kind that only a newer program knows.
    #[error("the journal has an operation of kind {0:?}, which this program does not know")]
    NewerKind(String),
    /// Anything else of the store.
    #[error("the journal failed: {0}")]
    Other(String),
}
