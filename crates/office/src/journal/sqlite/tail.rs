//! The tail: the newest operations, which are in no list and no word's index yet.
//!
//! Written with every append, those indices would be more than half of what it writes. So they are brought up to date
//! with every so manieth operation, all of the tail at once, and whoever reads a list reads the tail beside it. Most
//! operations come to their end within the tail, and no list is touched while they do.

use rusqlite::{Connection, OptionalExtension, params};

use super::{operations, search};
use crate::model::journal_error::JournalError;

/// Operations that the tail grows to.
const MOST: i64 = 64;

/// What is asked of a row to be of the tail.
pub(super) const ROWS: &str = "seq > (SELECT after FROM tail)";

/// The last operation that the lists have; the tail comes after it.
pub(super) fn after(conn: &Connection) -> Result<i64, JournalError> {
    let after = conn.prepare_cached("SELECT after FROM tail")?.query_row([], |row| row.get(0)).optional()?;
    after.ok_or_else(|| JournalError::Corrupt("where the lists end is not told".into()))
}

/// Brings the lists up to date if the new operation in row `seq` is the one to do it.
pub(super) fn grow(conn: &Connection, seq: i64) -> Result<(), JournalError> {
    if seq - after(conn)? < MOST { Ok(()) } else { list(conn) }
}

/// Takes the whole tail into the lists.
pub(super) fn list(conn: &Connection) -> Result<(), JournalError> {
    let after = after(conn)?;
    let mut last = after;
    let mut tail = conn.prepare_cached("SELECT seq, created_at FROM operations WHERE seq > ?1 ORDER BY seq")?;
    let mut rows = tail.query([after])?;
    while let Some(row) = rows.next()? {
        let created_at;
        (last, created_at) = (row.get(0)?, row.get(1)?);
        operations::keep_day(conn, created_at, last)?;
        match operations::at(conn, last) {
            Ok(operation) => search::insert(conn, last, &operation)?,
            // It can't be shown either; that must not keep others from being written.
            Err(JournalError::Corrupt(_)) => {}
            Err(error) => return Err(error),
        }
    }
    conn.prepare_cached("UPDATE operations SET listed = 1 WHERE seq > ?1 AND seq <= ?2")?
        .execute(params![after, last])?;
    conn.prepare_cached("UPDATE tail SET after = ?1")?.execute([last])?;
    Ok(())
}
