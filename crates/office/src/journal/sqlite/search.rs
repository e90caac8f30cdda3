//! The words' index.

use rusqlite::{Connection, params};

use super::operations;
use crate::{
    journal::{
        JournalError,
        words::{self, Query},
    },
    operation::{Kind, Operation},
};

/// Before the name of a kind, which is a word too: a kind is then found as fast as a word.
const KIND: char = '\u{e002}';

/// Indexes a new operation.
pub(super) fn insert(conn: &Connection, seq: i64, operation: &Operation) -> Result<(), JournalError> {
    let mut text = format!("{KIND}{}", operations::kind(operation.payload.kind()));
    for word in words::index(operation) {
        text.push(' ');
        text.push_str(&word);
    }
    conn.prepare_cached("INSERT INTO search (rowid, words) VALUES (?1, ?2)")?.execute(params![seq, text])?;
    Ok(())
}

/// The query as FTS5 understands it. Words are letters, digits and our marks only, so quoting is enough.
pub(super) fn expression(query: &Query, kinds: &[Kind]) -> String {
    let kinds = kinds.iter().map(|kind| format!("\"{KIND}{}\"", operations::kind(*kind))).collect::<Vec<_>>();
    let mut parts = query
        .parts()
        .iter()
        .map(|part| {
            let readings = part.iter().map(|all| {
                let all: Vec<_> = all.iter().map(|word| format!("\"{word}\" *")).collect();
                format!("({})", all.join(" AND "))
            });
            readings.collect::<Vec<_>>().join(" OR ")
        })
        .collect::<Vec<_>>();
    if !kinds.is_empty() {
        parts.push(kinds.join(" OR "));
    }
    parts.iter().map(|part| format!("({part})")).collect::<Vec<_>>().join(" AND ")
}
