//! The notes' table.

use rusqlite::{Connection, OptionalExtension, params};

use crate::model::journal_error::JournalError;

pub(super) fn get(conn: &Connection, key: &str) -> Result<Option<String>, JournalError> {
    let value = conn.prepare_cached("SELECT value FROM notes WHERE key = ?1")?.query_row([key], |row| row.get(0));
    Ok(value.optional()?)
}

pub(super) fn set(conn: &Connection, key: &str, value: Option<&str>) -> Result<(), JournalError> {
    match value {
        Some(value) => conn
            .prepare_cached("INSERT INTO notes VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = ?2")?
            .execute(params![key, value])?,
        None => conn.prepare_cached("DELETE FROM notes WHERE key = ?1")?.execute([key])?,
    };
    Ok(())
}
