//! The suite of every journal, run on this one in each way it runs.

use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use futures_executor::block_on;
use jiff::Timestamp;
use probonus::{AccountId, CheckGuid, Kopecks, RestCode};

use crate::{
    journal::{
        SqliteJournal, conformance,
        port::{Filter, Journal, Page, PageRequest},
        sqlite::{Durability, Options, Run, tail},
    },
    model::{
        event::{Event, EventRecord},
        journal_error::JournalError,
        operation::{Operation, OperationId, State},
        payload::Kind,
        queue::Counts,
    },
};

#[test]
fn in_memory() {
    for behaviour in conformance::ALL {
        block_on(behaviour.check(&SqliteJournal::in_memory().unwrap()));
    }
}

#[test]
fn in_line() {
    for behaviour in conformance::ALL {
        let folder = tempfile::tempdir().unwrap();
        let options = Options::new(folder.path().join("journal.sqlite")).run(Run::Inline);
        block_on(behaviour.check(&SqliteJournal::open(options.durability(Durability::Process)).unwrap()));
    }
}

#[tokio::test]
async fn on_a_worker() {
    for behaviour in conformance::ALL {
        let folder = tempfile::tempdir().unwrap();
        let options = Options::new(folder.path().join("journal.sqlite"));
        behaviour.check(&SqliteJournal::open(options).unwrap()).await;
    }
}

#[test]
fn opened_anew_for_every_call() {
    for behaviour in conformance::ALL {
        let folder = tempfile::tempdir().unwrap();
        let options = Options::new(folder.path().join("journal.sqlite")).run(Run::Inline);
        block_on(behaviour.check(&Reopening::new(options, None)));
    }
}

/// Operations of the tail and such as are in the lists already, in every mixture.
#[test]
fn listed_at_once_or_soon() {
    for listed_every in [1, 2, 5] {
        for behaviour in conformance::ALL {
            let folder = tempfile::tempdir().unwrap();
            let options = Options::new(folder.path().join("journal.sqlite")).run(Run::Inline);
            block_on(behaviour.check(&Reopening::new(options, Some(listed_every))));
        }
    }
}

/// A journal that is closed after every call, and whose indexes are updated after a fixed number of appends.
struct Reopening {
    options: Options,
    listed_every: Option<usize>,
    appends: AtomicUsize,
}

impl Reopening {
    fn new(options: Options, listed_every: Option<usize>) -> Self {
        Self { options: options.durability(Durability::Process), listed_every, appends: AtomicUsize::new(0) }
    }

    fn journal(&self) -> Result<SqliteJournal, JournalError> {
        SqliteJournal::open(self.options.clone())
    }
}

#[async_trait]
impl Journal for Reopening {
    async fn append(
        &self,
        id: OperationId,
        version: u32,
        at: Timestamp,
        event: Event,
    ) -> Result<Operation, JournalError> {
        let journal = self.journal()?;
        let appended = journal.append(id, version, at, event).await;
        let appends = self.appends.fetch_add(1, Ordering::Relaxed) + 1;
        if self.listed_every.is_some_and(|every| appends.is_multiple_of(every)) {
            journal.connections.write(|writer| tail::list(&writer.conn)).await?;
        }
        appended
    }
    async fn get(&self, id: OperationId) -> Result<Option<Operation>, JournalError> {
        self.journal()?.get(id).await
    }
    async fn story(&self, id: OperationId) -> Result<Vec<EventRecord>, JournalError> {
        self.journal()?.story(id).await
    }
    async fn list(&self, filter: &Filter, page: PageRequest) -> Result<Page, JournalError> {
        self.journal()?.list(filter, page).await
    }
    async fn in_states(&self, states: &[State], limit: u32) -> Result<Vec<Operation>, JournalError> {
        self.journal()?.in_states(states, limit).await
    }
    async fn unverified(&self, limit: u32) -> Result<Vec<Operation>, JournalError> {
        self.journal()?.unverified(limit).await
    }
    async fn by_guid(&self, guid: CheckGuid) -> Result<Option<Operation>, JournalError> {
        self.journal()?.by_guid(guid).await
    }
    async fn by_outside_number(&self, rest: &RestCode, number: &str) -> Result<Option<Operation>, JournalError> {
        self.journal()?.by_outside_number(rest, number).await
    }
    async fn active_return(&self, guid: CheckGuid) -> Result<Option<Operation>, JournalError> {
        self.journal()?.active_return(guid).await
    }
    async fn suspected_duplicates(
        &self,
        account: &AccountId,
        kind: Kind,
        sum: Kopecks,
        since: Timestamp,
    ) -> Result<Vec<Operation>, JournalError> {
        self.journal()?.suspected_duplicates(account, kind, sum, since).await
    }
    async fn proves(&self, server: &str, proof: &str) -> Result<Option<OperationId>, JournalError> {
        self.journal()?.proves(server, proof).await
    }
    async fn precedes(&self, first: OperationId, second: OperationId) -> Result<bool, JournalError> {
        self.journal()?.precedes(first, second).await
    }
    async fn counts(&self) -> Result<Counts, JournalError> {
        self.journal()?.counts().await
    }
    async fn note(&self, key: &str) -> Result<Option<String>, JournalError> {
        self.journal()?.note(key).await
    }
    async fn set_note(&self, key: &str, value: Option<&str>) -> Result<(), JournalError> {
        self.journal()?.set_note(key, value).await
    }
}
