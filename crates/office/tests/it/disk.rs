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
use office::{Event, Journal, JournalDecorator, JournalError, Operation, OperationId, journal::SqliteJournal};

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
impl JournalDecorator for Disk {
    fn inner(&self) -> Result<Arc<dyn Journal>, JournalError> {
        Ok(Arc::clone(&self.journal) as _)
    }

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

    async fn set_note(&self, key: &str, value: Option<&str>) -> Result<(), JournalError> {
        let pause = *self.note_takes.lock().expect("no test panics while it holds it");
        tokio::time::sleep(pause).await;
        self.journal.set_note(key, value).await
    }
}
