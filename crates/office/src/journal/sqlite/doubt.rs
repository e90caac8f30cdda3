//! Doubts: an operation that waits in a copy of the journal may have been sent since the copy was made.

use probonus::{Delivery, ErrorKind};
use rusqlite::Connection;

use super::{append::Append, operations};
use crate::model::{
    event::Event,
    failure::{Failure, Precondition},
    journal_error::JournalError,
    operation::Operation,
};

/// Events that make each Prepared operation Unknown, except those that surely `still_waits`.
///
/// The reason is [`Precondition::JournalReplaced`]. No attempt is recorded, and the server is asked what became of the operation.
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
        let event = Event::Unknown { failure: Some(journal_replaced()) };
        doubtful.push(Append {
            id: operation.id,
            expected_version: operation.version,
            at: operation.updated_at,
            event,
        });
    }
    Ok(doubtful)
}

fn journal_replaced() -> Failure {
    Failure {
        kind: ErrorKind::InvalidRequest,
        delivery: Delivery::Unknown,
        status: None,
        server_message: None,
        detail: None,
        precondition: Some(Precondition::JournalReplaced),
    }
}
