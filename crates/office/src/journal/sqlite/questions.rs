//! Reads of the engine: operations by state, suspected duplicates, counters.

use jiff::Timestamp;
use probonus::{AccountId, Kopecks};
use rusqlite::{Connection, ToSql, params};

use super::{
    criteria::{once, rows_of_days},
    operations, tail,
};
use crate::model::{
    journal_error::JournalError,
    operation::{Operation, State},
    payload::Kind,
    queue::Counts,
};

pub(super) fn in_states(conn: &Connection, states: &[State], limit: u32) -> Result<Vec<Operation>, JournalError> {
    let tx = conn.unchecked_transaction()?;
    if states.is_empty() {
        return Ok(Vec::new());
    }
    let states = once(states);
    let mut streams: Vec<_> = states
        .iter()
        .map(|state| {
            // Nearly all operations are confirmed, so no index is needed to find those.
            let stream = operations::stream(*state).unwrap_or("operations NOT INDEXED WHERE listed = 1");
            format!("SELECT seq FROM {stream} AND state = '{}'", operations::state(*state))
        })
        .collect();
    let names: Vec<_> = states.iter().map(|state| format!("'{}'", operations::state(*state))).collect();
    streams.push(format!("SELECT seq FROM operations WHERE {} AND state IN ({})", tail::ROWS, names.join(", ")));
    let mut statement = tx.prepare_cached(&format!("{} ORDER BY seq LIMIT ?1", streams.join(" UNION ALL ")))?;
    let seqs = statement.query_map([limit], |row| row.get(0))?.collect::<Result<Vec<i64>, _>>()?;
    seqs.into_iter().map(|seq| operations::at(&tx, seq)).collect()
}

pub(super) fn suspected_duplicates(
    conn: &Connection,
    account: &AccountId,
    kind: Kind,
    sum: Kopecks,
    since: Timestamp,
) -> Result<Vec<Operation>, JournalError> {
    let tx = conn.unchecked_transaction()?;
    let since = since.as_microsecond();
    let (first, _) = rows_of_days(&tx, (since, i64::MAX))?;
    let seqs = {
        const SUSPECTED: &str = "account = ?1 AND kind = ?3 AND sum = ?4 AND created_at >= ?5
             AND (stands = 1 OR state = 'not_applied') AND returned_by IS NULL";
        let mut statement = tx.prepare_cached(&format!(
            "SELECT seq FROM operations INDEXED BY operations_account WHERE listed = 1 AND seq >= ?2 AND {SUSPECTED}
             UNION ALL SELECT seq FROM operations WHERE {} AND {SUSPECTED} ORDER BY seq DESC",
            tail::ROWS
        ))?;
        let params: &[&dyn ToSql] = params![account.as_str(), first, kind.name(), sum.get(), since];
        statement.query_map(params, |row| row.get(0))?.collect::<Result<Vec<i64>, _>>()?
    };
    // Whether it was not seen is no column of the table.
    let may_be_done = |read: &Result<Operation, JournalError>| {
        read.as_ref().map_or(true, |operation| operation.state.is_active() || operation.not_seen)
    };
    seqs.into_iter().map(|seq| operations::at(&tx, seq)).filter(may_be_done).collect()
}

pub(super) fn counts(conn: &Connection) -> Result<Counts, JournalError> {
    const OPEN: &str = "state IN ('prepared', 'sending', 'unknown') GROUP BY state";
    let mut statement = conn.prepare_cached(&format!(
        "SELECT state, count(*) FROM operations INDEXED BY operations_open WHERE listed = 1 AND {OPEN}
         UNION ALL SELECT state, count(*) FROM operations WHERE {} AND {OPEN}",
        tail::ROWS
    ))?;
    let mut counts = Counts::default();
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let count: u32 = row.get(1)?;
        match row.get_ref(0)?.as_str().map_err(rusqlite::Error::from)? {
            "prepared" => counts.prepared += count,
            "sending" => counts.sending += count,
            _ => counts.unknown += count,
        }
    }
    Ok(counts)
}
