//! What the rows of a list must have in common, except their states.

use probonus::AccountId;
use rusqlite::Connection;

use super::operations;
use crate::{
    journal::words::Query,
    model::{journal_error::JournalError, payload::Kind},
};

/// What the rows of a list have in common.
pub(super) struct Criteria {
    pub(super) query: Query,
    /// Empty: any kind.
    pub(super) kinds: Vec<Kind>,
    pub(super) account: Option<AccountId>,
    /// From and to, in microseconds since 1970; `to` is not included.
    pub(super) created: (i64, i64),
}

impl Criteria {
    /// Whether some days are asked for.
    pub(super) fn of_a_period(&self) -> bool {
        self.created != EVER
    }
}

/// The period of all times.
const EVER: (i64, i64) = (i64::MIN, i64::MAX);

/// The first and the last listed row of a period's days. If there are none, the last is before the first.
pub(super) fn rows_of_days(conn: &Connection, (from, to): (i64, i64)) -> Result<(i64, i64), JournalError> {
    if (from, to) == EVER {
        return Ok((i64::MIN, i64::MAX));
    }
    let rows: (Option<i64>, Option<i64>) = conn
        .prepare_cached("SELECT min(first), max(last) FROM days WHERE day BETWEEN ?1 AND ?2")?
        .query_row([from, to].map(operations::day), |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.0.zip(rows.1).unwrap_or((i64::MAX, i64::MIN)))
}

/// The choices without repeats, in their order.
pub(super) fn once<T: Copy + PartialEq>(choices: &[T]) -> Vec<T> {
    let mut once = Vec::new();
    for choice in choices {
        if !once.contains(choice) {
            once.push(*choice);
        }
    }
    once
}
