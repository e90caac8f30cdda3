//! The words' index.

use rusqlite::{Connection, params};

use crate::{
    journal::words::{self, Query},
    model::{journal_error::JournalError, operation::Operation, payload::Kind},
};

/// Before the name of a kind, which is a word too: a kind is then found as fast as a word.
const KIND: char = '\u{e002}';

/// Takes the operation in row `seq` in. Rows come in their order, each once: none of what is searched by changes.
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
