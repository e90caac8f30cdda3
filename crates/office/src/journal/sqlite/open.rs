//! Opens a file as a journal, or returns a clear error.

use std::{fs, path::Path, time::Duration};

use rusqlite::{Connection, OpenFlags, config::DbConfig};

use super::{
    backup,
    connections::Connections,
    failure, folder, lock,
    migrations::{self, Found},
    options::{Durability, Options, Run},
    place::Place,
};
use crate::model::journal_error::JournalError;

/// Reading connections beside the writing one: one for pages of a list, one for a check or an export, which take long.
const READERS: usize = 2;

/// Pages of the write-ahead log after which it is written into the file. More than SQLite's 1000, for fewer and longer waits.
const CHECKPOINT_PAGES: u32 = 4000;

/// Prepared statements that each connection keeps. Lists alone need some dozens.
const STATEMENTS: usize = 64;

pub(super) fn open(options: &Options) -> Result<Connections, JournalError> {
    // An absolute path: SQLite would take a relative one that begins with `file:` for a URI.
    let path = std::path::absolute(&options.path).map_err(|error| failure::of_file(&options.path, &error))?;
    if let Some(folder) = path.parent() {
        folder::make(folder).map_err(|error| failure::of_file(folder, &error))?;
    }
    let lock = lock::take(&path)?;
    // A file that can't be written is an error here. SQLite would open it for reading only.
    fs::OpenOptions::new().append(true).create(true).open(&path).map_err(|error| failure::of_file(&path, &error))?;

    let mut writer = connect(&path)?;
    let found = migrations::inspect(&writer)?;
    log_ahead(&writer, options)?;
    let version = match found {
        Found::Empty => 0,
        Found::Journal(version) => version,
    };
    if version > 0 && version < migrations::KNOWN {
        backup::before_migration(&writer, &options.path, &options.backups, version)?;
    }
    migrations::migrate(&mut writer, version, migrations::VERSIONS)?;

    let readers: Vec<_> = (0..READERS).map(|_| connect(&path)).collect::<Result<_, _>>()?;
    let place = Place::of(path, lock)?;
    Ok(Connections::new(writer, readers, options.run, Some(place)))
}

pub(super) fn in_memory() -> Result<Connections, JournalError> {
    let mut only = Connection::open_in_memory()?;
    prepare(&only)?;
    migrations::migrate(&mut only, 0, migrations::VERSIONS)?;
    Ok(Connections::new(only, Vec::new(), Run::Inline, None))
}

/// A connection to an existing file, with all settings that don't change the file.
pub(super) fn connect(path: &Path) -> Result<Connection, JournalError> {
    let conn = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    prepare(&conn)?;
    Ok(conn)
}

fn prepare(conn: &Connection) -> Result<(), JournalError> {
    conn.set_prepared_statement_cache_capacity(STATEMENTS);
    // Otherwise SQLite plans a kept statement anew whenever a value is bound to it. Planning takes as long as running it.
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    // A virus scanner or a backup program may hold the file for a moment.
    conn.busy_timeout(Duration::from_secs(5))?;
    conn.pragma_update(None, "foreign_keys", true)?;
    conn.pragma_update(None, "trusted_schema", false)?;
    conn.pragma_update(None, "cell_size_check", true)?;
    conn.pragma_update(None, "temp_store", "MEMORY")?;
    conn.pragma_update(None, "cache_size", -64 * 1024)?;
    Ok(())
}

/// Sets up the writing connection: the write-ahead log, and what a commit waits for.
fn log_ahead(conn: &Connection, options: &Options) -> Result<(), JournalError> {
    let mode: String = conn.pragma_update_and_check(None, "journal_mode", "WAL", |row| row.get(0))?;
    if mode != "wal" {
        return Err(JournalError::Other(format!("the disk can't hold a write-ahead log (it is {mode})")));
    }
    let synchronous = match options.durability {
        Durability::PowerCut => "FULL",
        Durability::Process => "OFF",
    };
    conn.pragma_update(None, "synchronous", synchronous)?;
    // Only macOS needs it: there a plain fsync does not reach the disk itself.
    conn.pragma_update(None, "fullfsync", true)?;
    conn.pragma_update_and_check(None, "wal_autocheckpoint", CHECKPOINT_PAGES, |_| Ok(()))?;
    if let Some(pages) = options.most_pages {
        conn.pragma_update_and_check(None, "max_page_count", pages, |_| Ok(()))?;
    }
    Ok(())
}
