//! The journal: every operation's events, and their projection. A narrow port, so that another store can stand behind it.

#[cfg(any(test, feature = "conformance"))]
pub mod conformance;
pub mod sqlite;
pub mod words;

pub use self::sqlite::SqliteJournal;

use async_trait::async_trait;
use jiff::{Timestamp, civil::Date};
use probonus::{AccountId, CheckGuid, Kopecks, RestCode};
use serde::{Deserialize, Serialize};

use crate::{
    event::{Event, EventRecord},
    operation::{Kind, Operation, OperationId, State},
};

/// Where operations are written down. Every method is durable when it returns: an [`Event::Prepared`] or
/// [`Event::Sending`] that was acknowledged survives a power cut.
///
/// The store, not its caller, keeps the constraints: an operation's events are numbered without gaps; a GUID of a
/// registered purchase is unique for ever; (restaurant, outside number) is unique among purchases that
/// [stand](State::stands) and are not returned; a purchase has at most one standing return; a server's row
/// ([`Operation::proof`]) proves one operation. One exception is the truth: what was taken for not applied, and is then
/// proven or decided to be done, becomes Confirmed even if its number or its purchase's return was given to another
/// meanwhile; the other keeps the place.
#[async_trait]
pub trait Journal: Send + Sync {
    /// Appends `event` to operation `id` and returns the new projection. `expected_version` is the number of events
    /// the caller has seen (0 for a new operation). `at` is kept to the microsecond.
    ///
    /// When a return becomes Confirmed, by whichever event, and the journal has its purchase, that purchase gets its
    /// [`Event::Returned`] in the same transaction; a caller never appends one.
    ///
    /// # Errors
    /// [`JournalError::Stale`] if the operation moved on meanwhile (a second [`Event::Prepared`] with the same payload
    /// too: the operation is there, read it), [`JournalError::IdReused`] for one with another payload,
    /// [`JournalError::NotFound`] for any other event of an operation that is not there, [`JournalError::Transition`]
    /// if its state does not allow the event, the constraint errors, and those of the file. On an error nothing was
    /// written.
    async fn append(
        &self,
        id: OperationId,
        expected_version: u32,
        at: Timestamp,
        event: Event,
    ) -> Result<Operation, JournalError>;

    /// The operation, if there is one.
    async fn get(&self, id: OperationId) -> Result<Option<Operation>, JournalError>;

    /// Its whole story, oldest first; empty if there is none.
    async fn story(&self, id: OperationId) -> Result<Vec<EventRecord>, JournalError>;

    /// A page of operations, newest first, Unknown ones on top when the filter says so.
    async fn list(&self, filter: &Filter, page: PageRequest) -> Result<Page, JournalError>;

    /// Operations in one of `states`, oldest first: the outbox, and what recovery starts from.
    async fn in_states(&self, states: &[State], limit: u32) -> Result<Vec<Operation>, JournalError>;

    /// Operations that [await their watch](Operation::awaits_watch), oldest first: what the balance watch starts from.
    async fn unverified(&self, limit: u32) -> Result<Vec<Operation>, JournalError>;

    /// Registered purchases with this GUID (at most one).
    async fn by_guid(&self, guid: CheckGuid) -> Result<Option<Operation>, JournalError>;

    /// The registered purchase that stands with this outside number.
    async fn by_outside_number(&self, rest: &RestCode, number: &str) -> Result<Option<Operation>, JournalError>;

    /// The return of the purchase with this GUID that [stands](State::stands) (at most one).
    async fn active_return(&self, guid: CheckGuid) -> Result<Option<Operation>, JournalError>;

    /// Operations on an account with this sum prepared since a moment that [stand](State::stands) and are not
    /// returned, newest first: the duplicate guard's question.
    async fn suspected_duplicates(
        &self,
        account: &AccountId,
        kind: Kind,
        sum: Kopecks,
        since: Timestamp,
    ) -> Result<Vec<Operation>, JournalError>;

    /// Whether a server's row already proves an operation.
    async fn proves(&self, proof: &str) -> Result<Option<OperationId>, JournalError>;

    /// Whether an operation was written down before another, whatever the clock did meanwhile.
    async fn precedes(&self, first: OperationId, second: OperationId) -> Result<bool, JournalError>;

    /// Operations by state, for the counters.
    async fn counts(&self) -> Result<Counts, JournalError>;

    /// A small value that lives with the journal: drafts, the halt, what was acknowledged.
    async fn note(&self, key: &str) -> Result<Option<String>, JournalError>;

    /// Keeps or, with `None`, forgets a small value.
    async fn set_note(&self, key: &str, value: Option<&str>) -> Result<(), JournalError>;
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

/// What to list. An empty filter lists everything.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Filter {
    /// Kinds; empty: all.
    pub kinds: Vec<Kind>,
    /// States; empty: all.
    pub states: Vec<State>,
    /// First day of `created_at`, in the machine's time zone.
    #[cfg_attr(feature = "specta", specta(type = Option<String>))]
    pub from: Option<Date>,
    /// Last day.
    #[cfg_attr(feature = "specta", specta(type = Option<String>))]
    pub to: Option<Date>,
    /// Words to be found in name, phone, outside number, GUID, id, reason, operator; each by its beginning.
    pub text: String,
    /// Only this account.
    pub account: Option<AccountId>,
    /// Unknown ones first.
    pub unknown_on_top: bool,
}

/// Which page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct PageRequest {
    /// Where the page before it ended; `None` for the first.
    pub after: Option<String>,
    /// Rows, 1…500.
    pub size: u32,
}

/// A page of operations.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Page {
    /// The rows.
    pub rows: Vec<Operation>,
    /// Cursor of the next page; `None` at the end.
    pub next: Option<String>,
    /// How many rows the filter finds in all, counted up to 10 000.
    pub total: u32,
}

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
    /// The same id with another payload: a defect or a forgery, never overwritten.
    #[error("operation {0} exists with another payload")]
    IdReused(OperationId),
    /// The state does not allow the event.
    #[error("operation {id} is {state:?} and can't take that event")]
    Transition {
        /// Which.
        id: OperationId,
        /// Where it stands.
        state: State,
    },
    /// The GUID was used before.
    #[error("the GUID was used by operation {0}")]
    GuidTaken(OperationId),
    /// The outside number stands in another operation of the restaurant.
    #[error("the outside number stands in operation {0}")]
    OutsideNumberTaken(OperationId),
    /// The purchase has a return that stands.
    #[error("the purchase has return {0}")]
    ReturnActive(OperationId),
    /// The server's row proves another operation.
    #[error("the server's row proves operation {0}")]
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
    /// Anything else of the store.
    #[error("the journal failed: {0}")]
    Other(String),
}
