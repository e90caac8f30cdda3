//! The port of the journal.

use async_trait::async_trait;
use jiff::{Timestamp, civil::Date};
use probonus::{AccountId, CheckGuid, Kopecks, RestCode};
use serde::{Deserialize, Serialize};

use crate::model::{
    event::{Event, EventRecord},
    journal_error::JournalError,
    operation::{Operation, OperationId, State},
    payload::Kind,
    queue::Counts,
};

/// Where operations are recorded before they are sent. Every write is durable when it returns: an [`Event::Prepared`] or
/// [`Event::Sending`] that was acknowledged survives a power cut.
///
/// The store, not its caller, keeps the constraints:
///
/// - an operation's events are numbered without gaps;
/// - the GUID of a registered purchase is unique for ever;
/// - (restaurant, outside number) is unique among purchases that are [active](State::is_active) and not returned;
/// - a purchase has at most one active return;
/// - a ledger entry ([`Operation::proof`]) proves one operation of its server.
///
/// One exception: an operation that was taken for not applied or refused becomes Confirmed when it is proven or decided so, even
/// if its number, or the return of its purchase, now belongs to another operation. The other one keeps it.
#[async_trait]
pub trait Journal: Send + Sync {
    /// Appends `event` to operation `id` and returns the new projection. `expected_version` is the number of events
    /// the caller has seen (0 for a new operation). `at` is kept to the microsecond.
    ///
    /// When a return becomes Confirmed, by whichever event, and the journal has its purchase, that purchase gets its
    /// [`Event::Returned`] in the same transaction. When the return becomes NotApplied after that, the purchase gets its
    /// [`Event::NotReturned`]. A caller appends neither.
    ///
    /// # Errors
    /// On an error nothing was written.
    ///
    /// | error | when |
    /// |---|---|
    /// | [`JournalError::Stale`] | the operation has more events; also for a second [`Event::Prepared`] with the same payload |
    /// | [`JournalError::IdReused`] | an [`Event::Prepared`] has another payload than the operation with this id |
    /// | [`JournalError::NotFound`] | there is no such operation, and the event does not begin one |
    /// | [`JournalError::Transition`] | the operation's state does not allow the event |
    /// | others | a constraint is broken, or the file fails |
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

    /// A page of operations, newest first, or Unknown ones first if the filter says so.
    async fn list(&self, filter: &Filter, page: PageRequest) -> Result<Page, JournalError>;

    /// Operations in one of `states`, oldest first. Outbox and recovery start from them.
    async fn in_states(&self, states: &[State], limit: u32) -> Result<Vec<Operation>, JournalError>;

    /// Operations that [await their verification](Operation::awaits_verification), oldest first.
    async fn unverified(&self, limit: u32) -> Result<Vec<Operation>, JournalError>;

    /// The purchase with this GUID, in whatever state. A return does not count.
    async fn by_guid(&self, guid: CheckGuid) -> Result<Option<Operation>, JournalError>;

    /// The active purchase with this outside number that is not returned.
    async fn by_outside_number(&self, rest: &RestCode, number: &str) -> Result<Option<Operation>, JournalError>;

    /// The [active](State::is_active) return of the purchase with this GUID (at most one).
    async fn active_return(&self, guid: CheckGuid) -> Result<Option<Operation>, JournalError>;

    /// The suspected duplicates of an operation: those of an account with this kind and sum, prepared since a moment and not
    /// returned, newest first.
    ///
    /// They are [active](State::is_active), or count as not applied only because they were [not seen](Operation::not_seen): such a
    /// one may show up later.
    async fn suspected_duplicates(
        &self,
        account: &AccountId,
        kind: Kind,
        sum: Kopecks,
        since: Timestamp,
    ) -> Result<Vec<Operation>, JournalError>;

    /// The operation that a server's ledger entry proves, by the entry's key. An operation whose server is not known counts for
    /// every server; with an empty `server`, each operation does.
    async fn proves(&self, server: &str, proof: &str) -> Result<Option<OperationId>, JournalError>;

    /// Whether an operation was recorded before another, by the order of writing and not by the clock.
    async fn precedes(&self, first: OperationId, second: OperationId) -> Result<bool, JournalError>;

    /// Operations by state, for the counters.
    async fn counts(&self) -> Result<Counts, JournalError>;

    /// A small value that is kept in the journal, such as a draft or a halt.
    async fn note(&self, key: &str) -> Result<Option<String>, JournalError>;

    /// Keeps a small value; removes it with `None`.
    async fn set_note(&self, key: &str, value: Option<&str>) -> Result<(), JournalError>;
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
    /// First day of `created_at`, in the store's time zone.
    #[cfg_attr(feature = "specta", specta(type = Option<String>))]
    pub from: Option<Date>,
    /// Last day.
    #[cfg_attr(feature = "specta", specta(type = Option<String>))]
    pub to: Option<Date>,
    /// Words to find in name, phone, outside number, GUID, id, reason, operator, each by its beginning; a phone by its end too.
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
    /// Cursor of the page before; `None` for the first page.
    pub after: Option<String>,
    /// Rows. A number outside 1…500 counts as the nearest of them.
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
