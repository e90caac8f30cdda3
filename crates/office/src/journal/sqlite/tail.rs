//! The tail: the newest operations, which are in no index of the lists and of the words yet.
//!
//! Updating those indexes would be more than half of what an append writes. So they are updated once for every [`MOST`]
//! operations, and a list reads the tail as well. Most operations are settled while they are in the tail, so their changes of
//! state touch no index.

use rusqlite::{Connection, OptionalExtension, params};

use super::{operations, search};
use crate::model::journal_error::JournalError;

/// Operations that the tail grows to.
const MOST: i64 = 64;

/// The condition for a row of the tail.
pub(super) const ROWS: &str = "seq > (SELECT after FROM tail)";

/// The row of the last operation that the indexes have. The tail comes after it.
pub(super) fn after(conn: &Connection) -> Result<i64, JournalError> {
    let after = conn.prepare_cached("SELECT after FROM tail")?.query_row([], |row| row.get(0)).optional()?;
    after.ok_or_else(|| JournalError::Corrupt("where the lists end is not told".into()))
}

/// Updates the indexes if the tail, with the new operation in row `seq`, has [`MOST`] operations.
pub(super) fn grow(conn: &Connection, seq: i64) -> Result<(), JournalError> {
    if seq - after(conn)? < MOST { Ok(()) } else { list(conn) }
}

/// Moves the whole tail into the indexes.
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
            // A damaged operation can't be shown, so it needs no words. It must not prevent new writes.
            Err(JournalError::Corrupt(_)) => {}
            Err(error) => return Err(error),
        }
    }
    conn.prepare_cached("UPDATE operations SET listed = 1 WHERE seq > ?1 AND seq <= ?2")?
        .execute(params![after, last])?;
    conn.prepare_cached("UPDATE tail SET after = ?1")?.execute([last])?;
    Ok(())
}
