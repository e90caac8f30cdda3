//! The connections to SQLite: one that writes, and others that read beside it, in-line or on a worker.

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
    /// The witness that is told of each event that must not be forgotten; `None` until the journal was compared with it.
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
    /// Empty for a journal in memory, which has only the writing connection.
    readers: Vec<Arc<Mutex<Connection>>>,
    next_reader: AtomicUsize,
    run: Run,
    pub(super) stop: Stop,
    /// Holds the lock as long as the journal is open. It is the last field, so that it is dropped after the connections.
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

    /// Runs `work` on the writing connection, one work at a time. It is refused if writing has [stopped](Stop), or if the journal's
    /// files were deleted or replaced, which stops writing. A write that finds damage stops it as well.
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

    /// Runs `work` on a reading connection, beside writes. `work` begins a transaction of its own where its statements must see
    /// the same state of the journal.
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
            // If the future is dropped, the work still runs to its end. So the work holds the journal's lock itself.
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

/// Locks a connection, even after a panic: a transaction that is dropped is rolled back, so the connection may be used again.
fn held<T>(connection: &Mutex<T>) -> MutexGuard<'_, T> {
    connection.lock().unwrap_or_else(PoisonError::into_inner)
}
