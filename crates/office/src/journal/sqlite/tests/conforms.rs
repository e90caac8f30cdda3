//! The suite of every journal, run on this one in each way it runs.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use async_trait::async_trait;
use futures_executor::block_on;
use jiff::Timestamp;

use crate::{
    journal::{
        SqliteJournal, conformance,
        decorator::JournalDecorator,
        port::Journal,
        sqlite::{Durability, Options, Run, tail},
    },
    model::{
        event::Event,
        journal_error::JournalError,
        operation::{Operation, OperationId},
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
impl JournalDecorator for Reopening {
    fn inner(&self) -> Result<Arc<dyn Journal>, JournalError> {
        Ok(Arc::new(self.journal()?))
    }

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
}
