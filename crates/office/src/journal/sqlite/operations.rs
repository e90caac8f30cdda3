//! The table of operations: the projection, and the reads that its unique indexes answer.

use probonus::{CheckGuid, RestCode};
use rusqlite::{Connection, OptionalExtension, Params, params, params_from_iter, types::Value};
use uuid::Uuid;

use super::events;
use crate::model::{
    comparable::{former_number_key, number_key},
    event::EventRecord,
    journal_error::JournalError,
    kinds::{Claim, Kind},
    operation::{Operation, OperationId, State},
};

const MICROSECONDS_OF_DAY: i64 = 86_400_000_000;

/// Writes the row of a new operation; returns its `seq`.
///
/// The column of active operations is called `stands` since version 1 of the journal: another name would cost a migration and
/// change nothing.
pub(super) fn insert(conn: &Connection, operation: &Operation) -> Result<i64, rusqlite::Error> {
    let (guid, undoes, number) = match operation.payload.rules().claim() {
        Claim::Purchase { guid, rest_code, number } => (Some(guid), None, Some((rest_code, number_key(number)))),
        Claim::ReturnOf(guid) => (None, Some(guid), None),
        Claim::None => (None, None, None),
    };
    conn.prepare_cached(
        "INSERT INTO operations
         (id, kind, state, stands, version, created_at, account, sum, guid, undoes, rest_code, number_key, server, listed)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, 0)",
    )?
    .execute(params![
        operation.id.0,
        operation.payload.kind().name(),
        state(operation.state),
        operation.state.is_active(),
        operation.version,
        operation.created_at.as_microsecond(),
        account(operation),
        operation.payload.headline_sum().map(i64::from),
        guid.map(CheckGuid::as_uuid),
        undoes.map(CheckGuid::as_uuid),
        number.as_ref().map(|(rest, _)| rest.as_str()),
        number.as_ref().and_then(|(_, key)| key.as_deref()),
        operation.server,
    ])?;
    Ok(conn.last_insert_rowid())
}

/// Adds the row `seq` to the day on which its operation was prepared. Rows must come in ascending order.
pub(super) fn keep_day(conn: &Connection, created_at: i64, seq: i64) -> Result<(), rusqlite::Error> {
    conn.prepare_cached(
        "INSERT INTO days (day, first, last) VALUES (?1, ?2, ?2) ON CONFLICT (day) DO UPDATE SET last = ?2",
    )?
    .execute(params![day(created_at), seq])
    .map(drop)
}

/// Updates the row `seq` from `before` to `after`. Only columns that change are named: SQLite rewrites every index with a column
/// of the update, even if the value stays the same.
pub(super) fn update(
    conn: &Connection,
    seq: i64,
    before: &Operation,
    after: &Operation,
) -> Result<(), rusqlite::Error> {
    let mut columns = "version = ?".to_owned();
    let mut values: Vec<Value> = vec![after.version.into()];
    let mut set = |changed: bool, column: &str, value: Value| {
        if changed {
            columns.push_str(column);
            values.push(value);
        }
    };
    let (was_active, is_active) = (before.state.is_active(), after.state.is_active());
    set(before.state != after.state, ", state = ?", state(after.state).to_owned().into());
    set(was_active != is_active, ", stands = ?", is_active.into());
    set(account(before) != account(after), ", account = ?", account(after).map(str::to_owned).into());
    set(before.proof != after.proof, ", proof = ?", after.proof.clone().into());
    set(
        before.returned_by != after.returned_by,
        ", returned_by = ?",
        after.returned_by.map(|by| by.0.as_bytes().to_vec()).into(),
    );
    values.push(seq.into());
    conn.prepare_cached(&format!("UPDATE operations SET {columns} WHERE seq = ?"))?
        .execute(params_from_iter(values))?;
    Ok(())
}

/// The day of UTC, counted from 1970, of a moment in microseconds.
pub(super) const fn day(at: i64) -> i64 {
    at.div_euclid(MICROSECONDS_OF_DAY)
}

/// The account it belongs to: the one that was sent, or for a new guest the one the server made.
pub(super) fn account(operation: &Operation) -> Option<&str> {
    operation.payload.account().or(operation.subject.account.as_ref()).map(probonus::AccountId::as_str)
}

pub(super) fn seq_of(conn: &Connection, id: OperationId) -> Result<Option<i64>, JournalError> {
    one(conn, "SELECT seq FROM operations WHERE id = ?1", [id.0])
}

/// The operation in row `seq`, folded from its events.
pub(super) fn at(conn: &Connection, seq: i64) -> Result<Operation, JournalError> {
    let id: Uuid =
        conn.prepare_cached("SELECT id FROM operations WHERE seq = ?1")?.query_row([seq], |row| row.get(0))?;
    fold(OperationId(id), &events::story(conn, seq)?)
}

/// Folds a story. An event that is missing, or that its state does not allow, is an error.
pub(super) fn fold(id: OperationId, story: &[EventRecord]) -> Result<Operation, JournalError> {
    if let Some(gap) = (1..).zip(story).find_map(|(number, record)| (record.number != number).then_some(number)) {
        return Err(JournalError::Corrupt(format!("operation {id}: event {gap} is missing")));
    }
    match Operation::fold(id, story) {
        Ok(Some(operation)) => Ok(operation),
        Ok(None) => Err(JournalError::Corrupt(format!("operation {id} has no events"))),
        Err(forbidden) => Err(JournalError::Corrupt(format!("operation {id}: {forbidden}"))),
    }
}

/// The operation with its row, folded from its events.
pub(super) fn row(conn: &Connection, id: OperationId) -> Result<Option<(i64, Operation)>, JournalError> {
    let Some(seq) = seq_of(conn, id)? else { return Ok(None) };
    Ok(Some((seq, fold(id, &events::story(conn, seq)?)?)))
}

pub(super) fn get(conn: &Connection, id: OperationId) -> Result<Option<Operation>, JournalError> {
    Ok(row(conn, id)?.map(|(_, operation)| operation))
}

pub(super) fn story(conn: &Connection, id: OperationId) -> Result<Vec<EventRecord>, JournalError> {
    seq_of(conn, id)?.map_or_else(|| Ok(Vec::new()), |seq| events::story(conn, seq))
}

pub(super) fn by_guid(conn: &Connection, guid: CheckGuid) -> Result<Option<Operation>, JournalError> {
    found(conn, "SELECT seq FROM operations WHERE guid = ?1", [guid.as_uuid()])
}

pub(super) fn by_outside_number(
    conn: &Connection,
    rest: &RestCode,
    number: &str,
) -> Result<Option<Operation>, JournalError> {
    // A row of an older program has the key as that program made it.
    let asked = params![rest.as_str(), number_key(number), former_number_key(number)];
    let holds = found(
        conn,
        "SELECT seq FROM operations WHERE rest_code = ?1 AND number_key IN (?2, ?3)
         AND stands = 1 AND returned_by IS NULL AND late = 0",
        asked,
    )?;
    match holds {
        Some(operation) => Ok(Some(operation)),
        None => found(
            conn,
            "SELECT seq FROM operations INDEXED BY operations_late WHERE late = 1
             AND rest_code = ?1 AND number_key IN (?2, ?3) AND returned_by IS NULL LIMIT 1",
            asked,
        ),
    }
}

/// Marks the row `seq` as applied late: another operation holds its number, or the return of its purchase, meanwhile.
pub(super) fn set_late(conn: &Connection, seq: i64) -> Result<(), rusqlite::Error> {
    conn.prepare_cached("UPDATE operations SET late = 1 WHERE seq = ?1")?.execute([seq]).map(drop)
}

pub(super) fn active_return(conn: &Connection, guid: CheckGuid) -> Result<Option<Operation>, JournalError> {
    found(conn, "SELECT seq FROM operations WHERE undoes = ?1 AND stands = 1 AND late = 0", [guid.as_uuid()])
}

/// The operation that an entry of a server proves. If the server of the operation or of the entry is not known, it counts as any.
pub(super) fn proves(
    conn: &Connection,
    server: Option<&str>,
    proof: &str,
) -> Result<Option<OperationId>, JournalError> {
    let sql = "SELECT id FROM operations WHERE proof = ?1 AND (server = ?2 OR server IS NULL OR ?2 IS NULL) LIMIT 1";
    let id: Option<Uuid> = one(conn, sql, params![proof, server])?;
    Ok(id.map(OperationId))
}

pub(super) fn precedes(conn: &Connection, first: OperationId, second: OperationId) -> Result<bool, JournalError> {
    let sql =
        "SELECT first.seq < second.seq FROM operations first, operations second WHERE first.id = ?1 AND second.id = ?2";
    Ok(one(conn, sql, [first.0, second.0])?.unwrap_or(false))
}

fn found(conn: &Connection, sql: &str, params: impl Params) -> Result<Option<Operation>, JournalError> {
    one(conn, sql, params)?.map(|seq| at(conn, seq)).transpose()
}

fn one<T: rusqlite::types::FromSql>(
    conn: &Connection,
    sql: &str,
    params: impl Params,
) -> Result<Option<T>, JournalError> {
    Ok(conn.prepare_cached(sql)?.query_row(params, |row| row.get(0)).optional()?)
}

/// The kind of an operation that only a newer program knows; `None`: there is none. `version`: of the file.
///
/// Before version 5 the table itself checked the kinds. A row whose kind is damaged does not count: [`super::check`] reports it.
pub(super) fn of_newer_kind(conn: &Connection, version: u32) -> Option<String> {
    if version < 5 {
        return None;
    }
    // The index is read from kind to kind: a journal may have a million rows, but few kinds.
    let sql = "WITH RECURSIVE named (kind) AS (
             SELECT min(kind) FROM operations INDEXED BY operations_kind WHERE listed = 1
             UNION ALL
             SELECT (SELECT min(kind) FROM operations INDEXED BY operations_kind WHERE listed = 1 AND kind > named.kind)
             FROM named WHERE named.kind IS NOT NULL
         )
         SELECT kind FROM named WHERE kind IS NOT NULL
         UNION SELECT kind FROM operations WHERE seq > (SELECT after FROM tail)";
    let kinds: Vec<String> =
        conn.prepare(sql).ok()?.query_map([], |row| row.get(0)).ok()?.filter_map(Result::ok).collect();
    let unknown = kinds.into_iter().find(|name| Kind::of_name(name).is_none())?;
    let seq: i64 =
        conn.query_row("SELECT seq FROM operations WHERE kind = ?1 LIMIT 1", [&unknown], |row| row.get(0)).ok()?;
    match at(conn, seq) {
        Err(JournalError::NewerKind(kind)) => Some(kind),
        _ => None,
    }
}

/// A state as the table spells it.
pub(super) const fn state(state: State) -> &'static str {
    match state {
        State::Prepared => "prepared",
        State::Sending => "sending",
        State::Confirmed => "confirmed",
        State::Rejected => "rejected",
        State::Unknown => "unknown",
        State::Cancelled => "cancelled",
        State::NotApplied => "not_applied",
    }
}

/// Table, index and condition to read the listed operations of a state in the order of writing; `None` for confirmed ones, which
/// are nearly all and have no such index. SQLite uses a partial index only if the statement repeats the index's condition.
pub(super) const fn stream(state: State) -> Option<&'static str> {
    match state {
        State::Prepared | State::Sending | State::Unknown => Some(
            "operations INDEXED BY operations_open WHERE listed = 1 AND state IN ('prepared', 'sending', 'unknown')",
        ),
        State::Rejected | State::Cancelled | State::NotApplied => Some(
            "operations INDEXED BY operations_failed WHERE listed = 1 AND state IN ('rejected', 'cancelled', 'not_applied')",
        ),
        State::Confirmed => None,
    }
}
