//! The full-text index of words.

use rusqlite::{Connection, params};

use crate::{
    journal::words::{self, Query},
    model::{journal_error::JournalError, operation::Operation, payload::Kind},
};

/// The prefix of a kind's name, which is indexed as a word too, so that a kind is found as fast as a word.
const KIND: char = '\u{e002}';

/// Indexes the operation in row `seq`. Rows must come in ascending order, each once: the words of an operation never change.
pub(super) fn insert(conn: &Connection, seq: i64, operation: &Operation) -> Result<(), JournalError> {
    conn.prepare_cached("INSERT INTO search (rowid, words) VALUES (?1, ?2)")?.execute(params![seq, text(operation)])?;
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
    format!("{KIND}{}", kind.name().replace('_', ""))
}

/// The query in the language of FTS5. Words have only letters, digits and our prefixes, so quoting is enough.
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
