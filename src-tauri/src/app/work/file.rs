//! Opens the journal's file, and decides whether it may be used with a server.

use std::{path::PathBuf, time::Duration};

use office::{
    JournalError,
    journal::{Journal as _, SqliteJournal, sqlite::Options},
};

use crate::{
    error::{AppError, ErrorCode},
    view::JournalHealth,
};

/// The key of the journal's note that names its server.
pub const SERVER: &str = "journal.server";

/// Whether a journal may be used with a server: it is the journal's own server, or no operation is unfinished. An operation
/// is never sent to another server than its own, and never probed there, whatever the settings say and whichever backup was
/// restored. `earlier`: the server of a journal that names none.
pub async fn may_serve(journal: &SqliteJournal, server: &str, earlier: Option<&str>) -> Result<bool, JournalError> {
    let noted = journal.note(SERVER).await?;
    if noted.as_deref().or(earlier).is_none_or(|own| own == server) {
        return Ok(true);
    }
    let counts = journal.counts().await?;
    Ok(counts.prepared + counts.sending + counts.unknown == 0)
}

pub fn unfinished_elsewhere() -> AppError {
    AppError::new(ErrorCode::UnfinishedOperations, "operations are unfinished on the journal's present server")
}

/// Opens the file. If it is locked, it tries again for a while: an integrity check may still hold a file that was just closed.
pub async fn open_file(path: PathBuf) -> Result<SqliteJournal, JournalError> {
    const PAUSE: Duration = Duration::from_millis(50);
    const MOST_TRIES: u32 = 60;
    let mut tries = 0;
    loop {
        let path = path.clone();
        let opened = tokio::task::spawn_blocking(move || SqliteJournal::open(Options::new(path))).await;
        match opened.map_err(|error| JournalError::Other(error.to_string()))? {
            Err(JournalError::Locked) if tries < MOST_TRIES => tries += 1,
            opened => return opened,
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// The health of a journal that could not be opened.
pub fn health(error: &JournalError) -> JournalHealth {
    match error {
        JournalError::Corrupt(_) => JournalHealth::Corrupt,
        JournalError::Missing => JournalHealth::Missing,
        JournalError::Displaced(_) => JournalHealth::Displaced,
        JournalError::NotAJournal => JournalHealth::NotAJournal,
        JournalError::Newer { .. } | JournalError::NewerKind(_) => JournalHealth::Newer,
        JournalError::Locked => JournalHealth::Locked,
        JournalError::ReadOnly(_) => JournalHealth::ReadOnly,
        JournalError::DiskFull => JournalHealth::DiskFull,
        _ => JournalHealth::Failed,
    }
}
