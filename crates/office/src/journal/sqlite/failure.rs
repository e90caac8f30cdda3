//! Errors of SQLite and of the disk as [`JournalError`].

use std::{fs::OpenOptions, io, path::Path};

use rusqlite::{Error, ErrorCode, ffi};

use crate::model::journal_error::JournalError;

/// What an error of SQLite means for the caller of the journal.
pub(super) fn of(error: Error) -> JournalError {
    let Error::SqliteFailure(failure, message) = &error else {
        return match error {
            // A column has a type that this program never writes: the file is damaged.
            Error::FromSqlConversionFailure(..) | Error::InvalidColumnType(..) | Error::IntegralValueOutOfRange(..) => {
                JournalError::Corrupt(error.to_string())
            }
            other => JournalError::Other(other.to_string()),
        };
    };
    let text = message.clone().unwrap_or_else(|| failure.to_string());
    match failure.code {
        ErrorCode::DiskFull => JournalError::DiskFull,
        // The disk has no room even for the index of the write-ahead log.
        ErrorCode::SystemIoFailure if failure.extended_code == ffi::SQLITE_IOERR_SHMSIZE => JournalError::DiskFull,
        ErrorCode::ReadOnly | ErrorCode::PermissionDenied | ErrorCode::CannotOpen => JournalError::ReadOnly(text),
        ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => JournalError::Corrupt(text),
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => JournalError::Locked,
        _ => JournalError::Other(text),
    }
}

/// What an error of the file system means.
pub(super) fn of_file(path: &Path, error: &io::Error) -> JournalError {
    let text = format!("{}: {error}", path.display());
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => JournalError::DiskFull,
        io::ErrorKind::PermissionDenied
        | io::ErrorKind::ReadOnlyFilesystem
        | io::ErrorKind::NotADirectory
        | io::ErrorKind::IsADirectory
        | io::ErrorKind::NotFound => JournalError::ReadOnly(text),
        _ => JournalError::Other(text),
    }
}

/// What an error of the journal's witness means. As long as the witness can't be told, no event that it must learn of is written.
pub(super) fn of_witness(error: &io::Error) -> JournalError {
    of_file(Path::new("the journal's witness"), error)
}

/// The error of a write to the file at `path`, with its cause. SQLite says "disk I/O error" also if the disk became read-only or
/// full, so the file is opened once more to find out.
pub(super) fn with_cause(error: JournalError, path: &Path) -> JournalError {
    because_of(error, path, || OpenOptions::new().append(true).open(path).map(drop))
}

fn because_of(error: JournalError, path: &Path, open: impl FnOnce() -> io::Result<()>) -> JournalError {
    let JournalError::Other(_) = &error else { return error };
    match open().map_err(|cause| of_file(path, &cause)) {
        Err(cause @ (JournalError::ReadOnly(_) | JournalError::DiskFull)) => cause,
        _ => error,
    }
}

impl From<Error> for JournalError {
    fn from(error: Error) -> Self {
        of(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What SQLite says of a write that the disk did not take.
    fn disk_error() -> JournalError {
        of(Error::SqliteFailure(ffi::Error::new(ffi::SQLITE_IOERR_WRITE), None))
    }

    #[test]
    fn a_disk_made_read_only_under_an_open_journal_is_named() {
        let path = Path::new("/media/office/journal.db");
        let told = because_of(disk_error(), path, || Err(io::ErrorKind::ReadOnlyFilesystem.into()));
        assert!(matches!(&told, JournalError::ReadOnly(text) if text.contains("journal.db")), "{told:?}");
        let full = because_of(disk_error(), path, || Err(io::ErrorKind::StorageFull.into()));
        assert!(matches!(full, JournalError::DiskFull), "{full:?}");
        let unexplained = because_of(disk_error(), path, || Ok(()));
        assert!(matches!(unexplained, JournalError::Other(_)), "{unexplained:?}");
    }
}
