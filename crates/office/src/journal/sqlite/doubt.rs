//! What waits in a copy of the journal may have been sent since the copy was made.

use rusqlite::Connection;

use super::{append::Append, operations};
use crate::model::{event::Event, journal_error::JournalError, operation::Operation};

/// Events that make the operations doubtful that wait, except those that surely `still_wait`.
///
/// Each is put down as out, as if the program had ended while it was being sent: the next start calls it Unknown and asks the
/// server what became of it.
pub(super) fn what_waits(
    conn: &Connection,
    still_waits: impl Fn(&Operation) -> bool,
) -> Result<Vec<Append>, JournalError> {
    let waiting: Vec<i64> = conn
        .prepare("SELECT seq FROM operations WHERE state = 'prepared' ORDER BY seq")?
        .query_map([], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    let mut doubtful = Vec::new();
    for seq in waiting {
        let operation = operations::at(conn, seq)?;
        if still_waits(&operation) {
            continue;
        }
        // It may have left at any moment since.
        let event = Event::Sending {
            attempt: operation.attempts + 1,
            balance_before: None,
            turnover_before: None,
            clock_offset: None,
            snapshot: None,
        };
        doubtful.push(Append {
            id: operation.id,
            expected_version: operation.version,
            at: operation.updated_at,
            event,
        });
    }
    Ok(doubtful)
}
