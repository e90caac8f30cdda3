//! Who runs SQLite: one connection that writes, others that read beside it, in-line or on a worker.

use std::sync::{
    Arc, Mutex, MutexGuard, PoisonError,
    atomic::{AtomicUsize, Ordering},
};

use rusqlite::Connection;

use super::{failure, generation::Reporting, options::Run, place::Place, recent::Recent, stop::Stop};
use crate::model::journal_error::JournalError;

/// The connection that writes, with what it wrote last.
#[derive(Debug)]
pub(super) struct Writer {
    pub(super) conn: Connection,
    pub(super) recent: Recent,
    /// The witness that hears of what must not be forgotten, once the journal was held against it.
    pub(super) reporting: Option<Reporting>,
}

impl Writer {
    pub(super) fn new(conn: Connection) -> Self {
        Self { conn, recent: Recent::default(), reporting: None }
    }
}

/// The open connections of a journal.
#[derive(Debug)]
pub(super) struct Connections {
    writer: Arc<Mutex<Writer>>,
    /// Empty for a journal in memory, which has but one connection.
    readers: Vec<Arc<Mutex<Connection>>>,
    next_reader: AtomicUsize,
    run: Run,
    pub(super) stop: Stop,
    /// Holds the lock as long as the journal is open; declared last, so that it is let go after the connections are closed.
    /// `None` for a journal in memory.
    place: Option<Arc<Place>>,
}

impl Connections {
    pub(super) fn new(writer: Connection, readers: Vec<Connection>, run: Run, place: Option<Place>) -> Self {
        Self {
            writer: Arc::new(Mutex::new(Writer::new(writer))),
            readers: readers.into_iter().map(|conn| Arc::new(Mutex::new(conn))).collect(),
            next_reader: AtomicUsize::new(0),
            run,
            stop: Stop::default(),
            place: place.map(Arc::new),
        }
    }

    /// Runs `work` on the writing connection, after everything before it; unless writing has [stopped](Stop), or the files
    /// are not in their place any more, which stops it. A write that finds damage is the last one.
    pub(super) async fn write<T, F>(&self, work: F) -> Result<T, JournalError>
    where
        T: Send + 'static,
        F: FnOnce(&mut Writer) -> Result<T, JournalError> + Send + 'static,
    {
        let (writer, stop, place) = (Arc::clone(&self.writer), self.stop.clone(), self.place.clone());
        self.run(move || {
            let mut writer = held(&writer);
            if let Some(path) = place.as_ref().and_then(|place| place.displaced()) {
                stop.displaced(path);
            }
            stop.check()?;
            let done = work(&mut writer);
            match (done, place.as_deref().map(Place::journal)) {
                (Err(JournalError::Corrupt(problem)), _) => {
                    stop.damaged(&problem);
                    Err(JournalError::Corrupt(problem))
                }
                (Err(error), Some(path)) => Err(failure::with_cause(error, path)),
                (done, _) => done,
            }
        })
        .await
    }

    /// Runs `work` on a reading connection, within one transaction: it sees one moment of the journal.
    pub(super) async fn read<T, F>(&self, work: F) -> Result<T, JournalError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T, JournalError> + Send + 'static,
    {
        let turn = self.next_reader.fetch_add(1, Ordering::Relaxed);
        if self.readers.is_empty() {
            let writer = Arc::clone(&self.writer);
            return self.run(move || work(&held(&writer).conn)).await;
        }
        let reader = Arc::clone(&self.readers[turn % self.readers.len()]);
        self.run(move || work(&held(&reader))).await
    }

    async fn run<T, F>(&self, work: F) -> Result<T, JournalError>
    where
        T: Send + 'static,
        F: FnOnce() -> Result<T, JournalError> + Send + 'static,
    {
        match self.run {
            Run::Inline => work(),
            // The lock stays with the work: a future that is dropped leaves work behind that goes on to its end.
            Run::Worker => {
                let place = self.place.clone();
                let work = move || {
                    let done = work();
                    drop(place);
                    done
                };
                match tokio::task::spawn_blocking(work).await {
                    Ok(done) => done,
                    Err(failed) => Err(JournalError::Other(format!("the journal's worker ended: {failed}"))),
                }
            }
        }
    }
}

/// A panic while a connection was held left no transaction open (dropping one rolls it back), so it may be used again.
fn held<T>(connection: &Mutex<T>) -> MutexGuard<'_, T> {
    connection.lock().unwrap_or_else(PoisonError::into_inner)
}
