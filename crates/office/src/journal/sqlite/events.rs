//! The events' table.

use jiff::Timestamp;
use rusqlite::{Connection, params};

use crate::model::{
    event::{Event, EventRecord},
    journal_error::JournalError,
    kinds::Kind,
};

/// Appends the event with this number to the operation in row `seq`.
pub(super) fn insert(
    conn: &Connection,
    seq: i64,
    number: u32,
    at: Timestamp,
    event: &Event,
) -> Result<(), JournalError> {
    let body = serde_json::to_string(event).map_err(|error| JournalError::Other(error.to_string()))?;
    let at = at.as_microsecond();
    conn.prepare_cached("INSERT INTO events (operation, number, at, body, checksum) VALUES (?1, ?2, ?3, ?4, ?5)")?
        .execute(params![seq, number, at, body, checksum(seq, number, at, &body)])?;
    Ok(())
}

/// The story of the operation in row `seq`, oldest first; every event is checked against its checksum.
pub(super) fn story(conn: &Connection, seq: i64) -> Result<Vec<EventRecord>, JournalError> {
    let mut statement =
        conn.prepare_cached("SELECT number, at, body, checksum FROM events WHERE operation = ?1 ORDER BY number")?;
    let mut rows = statement.query([seq])?;
    let mut story = Vec::new();
    while let Some(row) = rows.next()? {
        let body = row.get_ref(2)?.as_str().map_err(rusqlite::Error::from)?;
        story.push(read(seq, row.get(0)?, row.get(1)?, body, row.get(3)?)?);
    }
    Ok(story)
}

/// An event from its columns.
pub(super) fn read(
    seq: i64,
    number: u32,
    at: i64,
    body: &str,
    expected_checksum: i64,
) -> Result<EventRecord, JournalError> {
    let damaged = |what: &str| JournalError::Corrupt(format!("event {number} of operation {seq}: {what}"));
    if checksum(seq, number, at, body) != expected_checksum {
        return Err(damaged("its checksum differs"));
    }
    let event: Event = serde_json::from_str(body).map_err(|error| match newer_kind(body) {
        Some(kind) => JournalError::NewerKind(kind),
        None => damaged(&error.to_string()),
    })?;
    let at = Timestamp::from_microsecond(at).map_err(|error| damaged(&error.to_string()))?;
    Ok(EventRecord { number, at, event })
}

/// The kind of operation that an event names, if this program does not know it.
fn newer_kind(body: &str) -> Option<String> {
    let event: serde_json::Value = serde_json::from_str(body).ok()?;
    let kind = event.pointer("/payload/kind")?.as_str()?;
    Kind::of_name(kind).is_none().then(|| kind.to_owned())
}

/// A moment as the journal keeps it: to the microsecond.
pub(super) fn kept(at: Timestamp) -> Timestamp {
    Timestamp::from_microsecond(at.as_microsecond()).unwrap_or(at)
}

/// FNV-1a of 64 bits: enough against a flipped bit, which is all it is for.
pub(super) fn checksum(seq: i64, number: u32, at: i64, body: &str) -> i64 {
    let head = [seq.to_le_bytes(), i64::from(number).to_le_bytes(), at.to_le_bytes()];
    let hash =
        head.as_flattened().iter().chain(body.as_bytes()).fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
        });
    hash.cast_signed()
}
