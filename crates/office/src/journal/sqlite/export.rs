//! The export: all events as JSON lines, the events of one operation together.

use std::{
    fs::{self, File},
    io::{BufWriter, Write},
    path::Path,
};

use jiff::Timestamp;
use rusqlite::Connection;
use serde::Serialize;

use super::{events, failure};
use crate::model::{event::Event, journal_error::JournalError, operation::OperationId};

/// A line of the export.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ExportedEvent {
    operation: OperationId,
    number: u32,
    at: Timestamp,
    #[serde(flatten)]
    event: Event,
}

/// Writes the export to a new file, which takes its name only when it is whole.
pub(super) fn to_file(conn: &Connection, path: &Path) -> Result<u64, JournalError> {
    let part = super::backup::part_of(path);
    let written = (|| {
        let file = File::create(&part).map_err(|error| failure::of_file(&part, &error))?;
        let mut out = BufWriter::new(file);
        let lines = write(conn, &mut out, &part)?;
        let file = out.into_inner().map_err(|error| failure::of_file(&part, error.error()))?;
        file.sync_all().map_err(|error| failure::of_file(&part, &error))?;
        drop(file);
        fs::rename(&part, path).map_err(|error| failure::of_file(path, &error))?;
        Ok(lines)
    })();
    if written.is_err() {
        // The part file is useless. If it can't be removed either, the first error is the one that counts.
        let _ = fs::remove_file(&part);
    }
    written
}

fn write(conn: &Connection, out: &mut impl Write, path: &Path) -> Result<u64, JournalError> {
    let mut statement = conn.prepare(
        "SELECT events.operation, operations.id, events.number, events.at, events.body, events.checksum
         FROM events CROSS JOIN operations ON operations.seq = events.operation
         ORDER BY events.operation, events.number",
    )?;
    let mut rows = statement.query([])?;
    let mut lines = 0;
    while let Some(row) = rows.next()? {
        let body = row.get_ref(4)?.as_str().map_err(rusqlite::Error::from)?;
        let record = events::read(row.get(0)?, row.get(2)?, row.get(3)?, body, row.get(5)?)?;
        let line = ExportedEvent {
            operation: OperationId(row.get(1)?),
            number: record.number,
            at: record.at,
            event: record.event,
        };
        serde_json::to_writer(&mut *out, &line)
            .map_err(std::io::Error::from)
            .and_then(|()| out.write_all(b"\n"))
            .map_err(|error| failure::of_file(path, &error))?;
        lines += 1;
    }
    Ok(lines)
}
