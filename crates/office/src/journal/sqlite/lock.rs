//! One process at a time. SQLite's own locks would let two programs write in turn, each with a queue and an outbox of its own.
//! So a lock of the operating system is held on a small file beside the journal. It ends with the process, even after a crash.
//! The file stays; without the lock it has no meaning.

use std::{
    fs::{File, OpenOptions, TryLockError},
    path::{Path, PathBuf},
};

use super::{backup::suffixed, failure};
use crate::model::journal_error::JournalError;

/// A lock that is held until its file is closed.
pub(super) struct Lock {
    pub(super) file: File,
    pub(super) path: PathBuf,
}

/// Takes the lock of the journal at `path`.
pub(super) fn take(path: &Path) -> Result<Lock, JournalError> {
    let path = suffixed(path, "-lock");
    let mut options = OpenOptions::new();
    options.create(true).truncate(false).write(true);
    #[cfg(windows)]
    {
        use std::os::windows::fs::OpenOptionsExt as _;
        // FILE_SHARE_READ and FILE_SHARE_WRITE: others may open it, to be told that it is locked, but nobody may delete it.
        options.share_mode(1 | 2);
    }
    let file = options.open(&path).map_err(|error| failure::of_file(&path, &error))?;
    match file.try_lock() {
        Ok(()) => Ok(Lock { file, path }),
        Err(TryLockError::WouldBlock) => Err(JournalError::Locked),
        Err(TryLockError::Error(error)) => Err(failure::of_file(&path, &error)),
    }
}
