//! Checks that the paths of an open journal still lead to the files that were opened.
//!
//! On Unix a deleted file stays open: writes would go on into a file that nobody finds again. And a lock whose file was deleted
//! locks nothing: a second program makes a new file and locks that. So the paths are checked before each write. On Windows
//! neither file can be deleted or renamed while it is open, because SQLite and the lock do not share the right to delete.

use std::{
    fs::{self, File, Metadata},
    io,
    path::{Path, PathBuf},
};

use super::{backup::suffixed, failure, lock::Lock};
use crate::model::journal_error::JournalError;

/// The files of an open journal: the file itself, its log, its lock.
#[derive(Debug)]
pub(super) struct Place {
    journal: PathBuf,
    files: Vec<(PathBuf, Identity)>,
    /// Held as long as the journal is open.
    _lock: File,
}

impl Place {
    /// The files of the journal at `path`, which was opened just now under `lock`.
    pub(super) fn of(path: PathBuf, lock: Lock) -> Result<Self, JournalError> {
        let mut files = Vec::new();
        let held = lock.file.metadata().map_err(|error| failure::of_file(&lock.path, &error))?;
        files.push((lock.path, identity(&held)));
        for path in [path.clone(), suffixed(&path, "-wal")] {
            match fs::metadata(&path) {
                Ok(found) => files.push((path, identity(&found))),
                // The first write makes the log.
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(failure::of_file(&path, &error)),
            }
        }
        Ok(Self { journal: path, files, _lock: lock.file })
    }

    /// The journal's file.
    pub(super) fn journal(&self) -> &Path {
        &self.journal
    }

    /// The first path that does not lead to its file any more; `None`: all do.
    pub(super) fn displaced(&self) -> Option<&Path> {
        let is_there = |path: &Path, known: Identity| match fs::metadata(path) {
            Ok(found) => identity(&found) == known,
            // If the folder can't be read now, nothing is known of the file.
            Err(error) => !matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory),
        };
        self.files.iter().find(|(path, known)| !is_there(path, *known)).map(|(path, _)| path.as_path())
    }
}

/// What tells a file from any other: device and inode.
#[cfg(unix)]
type Identity = (u64, u64);

#[cfg(unix)]
fn identity(found: &Metadata) -> Identity {
    use std::os::unix::fs::MetadataExt as _;
    (found.dev(), found.ino())
}

/// Files need no identity here: an open file can't be replaced.
#[cfg(not(unix))]
type Identity = ();

#[cfg(not(unix))]
fn identity(_: &Metadata) -> Identity {}
