//! Operations whose balance verification is pending. The table is called `watches` since version 2 of the journal: another
//! name would cost a migration and change nothing.

use rusqlite::Connection;

use super::operations;
use crate::model::{journal_error::JournalError, operation::Operation};

/// Adds or removes the row `seq` if the change from `before` to `after` begins or ends its wait for a verification.
pub(super) fn keep(conn: &Connection, seq: i64, before: &Operation, after: &Operation) -> Result<(), rusqlite::Error> {
    let sql = match (before.awaits_verification(), after.awaits_verification()) {
        (false, true) => "INSERT INTO watches (seq) VALUES (?1)",
        (true, false) => "DELETE FROM watches WHERE seq = ?1",
        _ => return Ok(()),
    };
    conn.prepare_cached(sql)?.execute([seq]).map(drop)
}

pub(super) fn all(conn: &Connection, limit: u32) -> Result<Vec<Operation>, JournalError> {
    let tx = conn.unchecked_transaction()?;
    let mut statement = tx.prepare_cached("SELECT seq FROM watches ORDER BY seq LIMIT ?1")?;
    let seqs = statement.query_map([limit], |row| row.get(0))?.collect::<Result<Vec<i64>, _>>()?;
    seqs.into_iter().map(|seq| operations::at(&tx, seq)).collect()
}
