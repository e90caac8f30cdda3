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

/// Operations that are indexed together. One by one, the index would be half of what an append writes; so it is brought
/// up to date with every so manieth operation, and the ones after that, fewer than this, are read one by one.
const BATCH: i64 = 64;

/// The last row that is indexed, when `last` is the last row there is. Rows are numbered without gaps.
pub(super) const fn indexed(last: i64) -> i64 {
    last - last % BATCH
}

/// Brings the index up to date if the new row `seq` is the one to do it.
pub(super) fn catch_up(conn: &Connection, seq: i64) -> Result<(), JournalError> {
    if indexed(seq) != seq {
        return Ok(());
    }
    let mut insert = conn.prepare_cached("INSERT INTO search (rowid, words) VALUES (?1, ?2)")?;
    for seq in seq - BATCH + 1..=seq {
        match operations::at(conn, seq) {
            Ok(operation) => insert.execute(params![seq, text(&operation)])?,
            // It can't be shown either; that must not keep others from being written.
            Err(JournalError::Corrupt(_)) => continue,
            Err(error) => return Err(error),
        };
    }
    Ok(())
}

fn text(operation: &Operation) -> String {
    let mut text = kind_word(operation.payload.kind());
    for word in words::index(operation) {
        text.push(' ');
        text.push_str(&word);
    }
    text
}

/// The name of a kind as one word: the tokenizer would cut it at its underscore, and the index knows no phrases.
fn kind_word(kind: Kind) -> String {
    format!("{KIND}{}", operations::kind(kind).replace('_', ""))
}

/// The query as FTS5 understands it. Words are letters, digits and our marks only, so quoting is enough.
pub(super) fn expression(query: &Query, kinds: &[Kind]) -> String {
    let kinds = kinds.iter().map(|kind| format!("\"{}\"", kind_word(*kind))).collect::<Vec<_>>();
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
