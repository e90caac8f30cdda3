//! The only way to write an operation: an event, and what it changes, in one transaction.

use jiff::Timestamp;
use rusqlite::{Connection, TransactionBehavior};

use super::{connections::Writer, constraint, events, generation, operations, recent::Recent, tail, verifications};
use crate::model::{
    event::Event,
    journal_error::JournalError,
    operation::{Operation, OperationId, State},
};

/// One event to append; see [`Journal::append`](crate::Journal::append).
#[derive(Clone, Debug, PartialEq)]
pub struct Append {
    /// To which operation.
    pub id: OperationId,
    /// How many of its events the caller has seen; 0 for a new one.
    pub expected_version: u32,
    /// When, by this machine's clock. Kept to the microsecond.
    pub at: Timestamp,
    /// What happened.
    pub event: Event,
}

pub(super) fn one(writer: &mut Writer, append: &Append) -> Result<Operation, JournalError> {
    within_one(writer, append.event.is_witnessed(), |tx, recent| within(tx, recent, append))
}

pub(super) fn all(writer: &mut Writer, appends: &[Append]) -> Result<Vec<Operation>, JournalError> {
    let is_witnessed = appends.iter().any(|append| append.event.is_witnessed());
    within_one(writer, is_witnessed, |tx, recent| appends.iter().map(|append| within(tx, recent, append)).collect())
}

/// Appends many events, does `more` in the same transaction, and tells the witness.
pub(super) fn all_with(
    writer: &mut Writer,
    appends: &[Append],
    more: impl FnOnce(&Connection) -> Result<(), JournalError>,
) -> Result<(), JournalError> {
    within_one(writer, true, |tx, recent| {
        appends.iter().try_for_each(|append| within(tx, recent, append).map(drop))?;
        more(tx)
    })
}

/// Runs `work` in one transaction. `is_witnessed`: the change is reported to the witness before the commit and
/// after it, so nothing is committed that the witness could not record.
fn within_one<T>(
    writer: &mut Writer,
    is_witnessed: bool,
    work: impl FnOnce(&Connection, &mut Recent) -> Result<T, JournalError>,
) -> Result<T, JournalError> {
    // Taken out of the writer, so that after a rollback nothing of the transaction is remembered.
    let mut recent = std::mem::take(&mut writer.recent);
    let reporting = writer.reporting.as_ref().filter(|_| is_witnessed);
    let tx = writer.conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let done = work(&tx, &mut recent)?;
    if let Some(reporting) = reporting {
        reporting.propose(&tx)?;
    }
    tx.commit()?;
    if let Some(reporting) = reporting {
        reporting.accept();
    }
    writer.recent = recent;
    Ok(done)
}

fn within(tx: &Connection, recent: &mut Recent, append: &Append) -> Result<Operation, JournalError> {
    let Append { id, expected_version, at, event } = append;
    let at = events::kept(*at);
    let known = match recent.get(*id) {
        Some(known) => Some(known),
        None => operations::row(tx, *id)?,
    };
    let Some((seq, before)) = known else {
        return begin(tx, recent, *id, *expected_version, at, event);
    };
    if let Event::Prepared { payload, .. } = event
        && before.payload != **payload
    {
        return Err(JournalError::IdReused(*id));
    }
    if before.version != *expected_version {
        return Err(JournalError::Stale(*id));
    }
    // Only its return tells whether a purchase is returned, and then it is written below, in the same transaction.
    if matches!(event, Event::Returned { .. } | Event::NotReturned { .. }) {
        return Err(JournalError::Transition { id: *id, state: before.state });
    }
    let operation = record(tx, recent, seq, &before, at, event)?;
    if operation.state == State::Confirmed && before.state != State::Confirmed {
        let undone = Event::Returned { by: operation.id };
        tell_purchase(tx, recent, &operation, at, &undone)?;
    }
    if before.state == State::Confirmed && operation.state == State::NotApplied {
        let stands = Event::NotReturned { by: operation.id };
        tell_purchase(tx, recent, &operation, at, &stands)?;
    }
    Ok(operation)
}

fn begin(
    tx: &Connection,
    recent: &mut Recent,
    id: OperationId,
    expected_version: u32,
    at: Timestamp,
    event: &Event,
) -> Result<Operation, JournalError> {
    if expected_version != 0 {
        return Err(JournalError::NotFound(id));
    }
    let operation = Operation::begin(id, at, event).map_err(|_| JournalError::NotFound(id))?;
    let seq = operations::insert(tx, &operation).map_err(|error| constraint::precise(tx, &operation, error))?;
    events::insert(tx, seq, operation.version, at, event)?;
    tail::grow(tx, seq)?;
    recent.keep(seq, operation.clone());
    Ok(operation)
}

/// Writes one more event of an existing operation, and returns the new projection.
fn record(
    tx: &Connection,
    recent: &mut Recent,
    seq: i64,
    before: &Operation,
    at: Timestamp,
    event: &Event,
) -> Result<Operation, JournalError> {
    let mut after = before.clone();
    after.apply(at, event).map_err(|_| JournalError::Transition { id: before.id, state: before.state })?;
    let bring = || operations::update(tx, seq, before, &after).map_err(|error| constraint::precise(tx, &after, error));
    match bring() {
        // It arrived late, or is not returned after all, and another operation holds its number or return by now. That the server
        // applied it is a fact, so it is recorded beside the other one.
        Err(JournalError::OutsideNumberTaken(_) | JournalError::ReturnActive(_))
            if after.state == State::Confirmed
                && (before.state.may_yet_be_proven() || matches!(event, Event::NotReturned { .. })) =>
        {
            operations::set_late(tx, seq)?;
            bring()?;
        }
        brought => brought?,
    }
    verifications::keep(tx, seq, before, &after)?;
    events::insert(tx, seq, after.version, at, event)?;
    if event.must_not_be_forgotten() {
        generation::advance(tx)?;
    }
    recent.keep(seq, after.clone());
    Ok(after)
}

/// Records at the purchase of a return that it is returned, or not returned after all: if the journal has the purchase, and the event
/// is allowed there. Example: a second return of a purchase that is returned already tells nothing.
fn tell_purchase(
    tx: &Connection,
    recent: &mut Recent,
    operation: &Operation,
    at: Timestamp,
    event: &Event,
) -> Result<(), JournalError> {
    let Some(guid) = operation.payload.returned_guid() else { return Ok(()) };
    let Some(purchase) = operations::by_guid(tx, guid)? else { return Ok(()) };
    if purchase.clone().apply(at, event).is_err() {
        return Ok(());
    }
    let Some(seq) = operations::seq_of(tx, purchase.id)? else { return Ok(()) };
    record(tx, recent, seq, &purchase, at, event).map(drop)
}
