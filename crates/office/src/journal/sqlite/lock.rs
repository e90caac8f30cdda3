//! One process at a time. SQLite's own locks would let two programs write in turn, each with a queue and an outbox of
//! its own, so a lock of the operating system is held on a small file beside the journal. It ends with the process,
//! however that ends; the file itself stays and means nothing.

use std::{
    fs::{File, OpenOptions, TryLockError},
    path::Path,
};

use super::failure;
use crate::model::journal_error::JournalError;

/// Takes the lock of the journal at `path`.
pub(super) fn take(path: &Path) -> Result<File, JournalError> {
    let mut name = path.as_os_str().to_owned();
    name.push("-lock");
    let file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&name)
        .map_err(|error| failure::of_file(Path::new(&name), &error))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(JournalError::Locked),
        Err(TryLockError::Error(error)) => Err(failure::of_file(Path::new(&name), &error)),
    }
}
