//! A journal on a disk that may be full when a certain event is to be written, and may be slow to write a note.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use jiff::Timestamp;
use office::{
    Event, EventRecord, Journal, JournalError, Kind, Operation, OperationId, State,
    journal::{Counts, Filter, Page, PageRequest, SqliteJournal},
};
use probonus::{AccountId, CheckGuid, Kopecks, RestCode};

pub struct Disk {
    journal: Arc<SqliteJournal>,
    full_for: Mutex<Vec<&'static str>>,
    note_takes: Mutex<Duration>,
    reads: AtomicU64,
}

impl Disk {
    pub fn of(journal: Arc<SqliteJournal>) -> Self {
        Self { journal, full_for: Mutex::default(), note_takes: Mutex::default(), reads: AtomicU64::new(0) }
    }

    /// How often an operation was read.
    pub fn reads(&self) -> u64 {
        self.reads.load(Ordering::Relaxed)
    }

    /// How long it takes from now on to write a note.
    pub fn slow_notes(&self, pause: Duration) {
        *self.note_takes.lock().expect("no test panics while it holds it") = pause;
    }

    /// From now on there is no room for events of these names.
    pub fn full_for(&self, events: &[&'static str]) {
        *self.full_for.lock().expect("no test panics while it holds it") = events.to_vec();
    }
}

#[async_trait]
impl Journal for Disk {
    async fn append(
        &self,
        id: OperationId,
        expected_version: u32,
        at: Timestamp,
        event: Event,
    ) -> Result<Operation, JournalError> {
        if self.full_for.lock().expect("no test panics while it holds it").contains(&event.name()) {
            return Err(JournalError::DiskFull);
        }
        self.journal.append(id, expected_version, at, event).await
    }

    async fn get(&self, id: OperationId) -> Result<Option<Operation>, JournalError> {
        self.reads.fetch_add(1, Ordering::Relaxed);
        self.journal.get(id).await
    }

    async fn story(&self, id: OperationId) -> Result<Vec<EventRecord>, JournalError> {
        self.journal.story(id).await
    }

    async fn list(&self, filter: &Filter, page: PageRequest) -> Result<Page, JournalError> {
        self.journal.list(filter, page).await
    }

    async fn in_states(&self, states: &[State], limit: u32) -> Result<Vec<Operation>, JournalError> {
        self.journal.in_states(states, limit).await
    }

    async fn unverified(&self, limit: u32) -> Result<Vec<Operation>, JournalError> {
        self.journal.unverified(limit).await
    }

    async fn by_guid(&self, guid: CheckGuid) -> Result<Option<Operation>, JournalError> {
        self.journal.by_guid(guid).await
    }

    async fn by_outside_number(&self, rest: &RestCode, number: &str) -> Result<Option<Operation>, JournalError> {
        self.journal.by_outside_number(rest, number).await
    }

    async fn active_return(&self, guid: CheckGuid) -> Result<Option<Operation>, JournalError> {
        self.journal.active_return(guid).await
    }

    async fn suspected_duplicates(
        &self,
        account: &AccountId,
        kind: Kind,
        sum: Kopecks,
        since: Timestamp,
    ) -> Result<Vec<Operation>, JournalError> {
        self.journal.suspected_duplicates(account, kind, sum, since).await
    }

    async fn proves(&self, server: &str, proof: &str) -> Result<Option<OperationId>, JournalError> {
        self.journal.proves(server, proof).await
    }

    async fn precedes(&self, first: OperationId, second: OperationId) -> Result<bool, JournalError> {
        self.journal.precedes(first, second).await
    }

    async fn counts(&self) -> Result<Counts, JournalError> {
        self.journal.counts().await
    }

    async fn note(&self, key: &str) -> Result<Option<String>, JournalError> {
        self.journal.note(key).await
    }

    async fn set_note(&self, key: &str, value: Option<&str>) -> Result<(), JournalError> {
        let pause = *self.note_takes.lock().expect("no test panics while it holds it");
        tokio::time::sleep(pause).await;
        self.journal.set_note(key, value).await
    }
}
