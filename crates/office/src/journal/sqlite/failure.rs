//! SQLite's errors, and the disk's, as ours.

use std::{io, path::Path};

use rusqlite::{Error, ErrorCode, ffi};

use crate::model::journal_error::JournalError;

/// What an error of SQLite means to the one who asked the journal.
pub(super) fn of(error: Error) -> JournalError {
    let Error::SqliteFailure(failure, message) = &error else {
        return match error {
            // A column of another type than we write: not our bytes.
            Error::FromSqlConversionFailure(..) | Error::InvalidColumnType(..) | Error::IntegralValueOutOfRange(..) => {
                JournalError::Corrupt(error.to_string())
            }
            other => JournalError::Other(other.to_string()),
        };
    };
    let text = message.clone().unwrap_or_else(|| failure.to_string());
    match failure.code {
        ErrorCode::DiskFull => JournalError::DiskFull,
        // Where the disk has no room even for the index of the log.
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

impl From<Error> for JournalError {
    fn from(error: Error) -> Self {
        of(error)
    }
}
