//! A backup program beside the worker: it copies the journal's file whenever an operation was prepared. The campaign puts the
//! newest copy in the file's place.
//!
//! No copy is kept while an edit is open: a guest's record shows only the last of several edits, so nothing could tell which of
//! those that the copy has forgotten were made.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
};

use async_trait::async_trait;
use jiff::Timestamp;
use office::{
    Event, Journal, JournalDecorator, JournalError, Kind, Operation, OperationId, State,
    journal::witness::{Testimony, Witness},
};
use tokio::sync::Mutex;

/// Open operations that are looked at.
const OPEN: u32 = 10_000;

/// The log beside a journal's file.
fn log(journal: &Path) -> PathBuf {
    journal.with_extension("db-wal")
}

/// Puts the newest copy in the journal's place. `false`: there is none.
///
/// # Errors
/// The system's.
pub(super) fn put_back(journal: &Path, copies: &Path) -> io::Result<bool> {
    let copy = copies.join("kept");
    if !copy.is_dir() {
        return Ok(false);
    }
    for file in [journal.with_extension("db-shm"), log(journal)] {
        remove(fs::remove_file(file))?;
    }
    for name in ["journal.db", "journal.db-wal"] {
        fs::copy(copy.join(name), journal.with_file_name(name))?;
    }
    Ok(true)
}

/// Forgets the copies of the runs before.
///
/// # Errors
/// The system's.
pub(super) fn forget(copies: &Path) -> io::Result<()> {
    remove(fs::remove_dir_all(copies))?;
    fs::create_dir_all(copies)
}

fn remove(removed: io::Result<()>) -> io::Result<()> {
    removed.or_else(|error| if error.kind() == io::ErrorKind::NotFound { Ok(()) } else { Err(error) })
}

/// A journal that is copied whenever an operation was prepared. One write at a time, so that a copy is whole.
pub(super) struct CopiedJournal {
    inner: Arc<dyn Journal>,
    file: PathBuf,
    copies: PathBuf,
    writing: Mutex<()>,
}

impl CopiedJournal {
    pub(super) fn new(inner: Arc<dyn Journal>, file: PathBuf, copies: PathBuf) -> Self {
        Self { inner, file, copies, writing: Mutex::default() }
    }

    /// Takes a copy, in place of the one before; none while an edit is open.
    async fn copy(&self) -> Result<(), JournalError> {
        let open = self.inner.in_states(&[State::Prepared, State::Sending, State::Unknown], OPEN).await?;
        let edits = open.iter().any(|operation| operation.payload.kind() == Kind::EditGuest);
        self.keep(!edits).map_err(|error| JournalError::Other(format!("a copy of the journal: {error}")))
    }

    fn keep(&self, is_wanted: bool) -> io::Result<()> {
        let (kept, new) = (self.copies.join("kept"), self.copies.join("new"));
        remove(fs::remove_dir_all(&new))?;
        if is_wanted {
            fs::create_dir_all(&new)?;
            fs::copy(&self.file, new.join("journal.db"))?;
            match fs::copy(log(&self.file), new.join("journal.db-wal")) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => fs::write(new.join("journal.db-wal"), [])?,
                copied => drop(copied?),
            }
        }
        remove(fs::remove_dir_all(&kept))?;
        if is_wanted { fs::rename(new, kept) } else { Ok(()) }
    }
}

#[async_trait]
impl JournalDecorator for CopiedJournal {
    fn inner(&self) -> Result<Arc<dyn Journal>, JournalError> {
        Ok(Arc::clone(&self.inner))
    }

    async fn append(
        &self,
        id: OperationId,
        expected_version: u32,
        at: Timestamp,
        event: Event,
    ) -> Result<Operation, JournalError> {
        let _writing = self.writing.lock().await;
        let begins = matches!(event, Event::Prepared { .. } | Event::Resent { .. });
        let appended = self.inner.append(id, expected_version, at, event).await?;
        if begins {
            self.copy().await?;
        }
        Ok(appended)
    }

    async fn set_note(&self, key: &str, value: Option<&str>) -> Result<(), JournalError> {
        let _writing = self.writing.lock().await;
        self.inner.set_note(key, value).await
    }
}

/// The journal's witness, in a file that is never put back.
#[derive(Debug)]
pub(super) struct WitnessFile(pub(super) PathBuf);

impl Witness for WitnessFile {
    fn read(&self) -> io::Result<Option<Testimony>> {
        match fs::read(&self.0) {
            Ok(bytes) => serde_json::from_slice(&bytes).map(Some).map_err(io::Error::other),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn propose(&self, testimony: &Testimony) -> io::Result<()> {
        fs::write(self.0.with_extension("part"), serde_json::to_vec(testimony)?)
    }

    fn accept(&self) -> io::Result<()> {
        fs::rename(self.0.with_extension("part"), &self.0)
    }
}
