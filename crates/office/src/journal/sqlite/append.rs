//! The only way anything is written: an event, and what it changes, in one transaction.

use jiff::Timestamp;
use rusqlite::{Connection, TransactionBehavior};

use super::{constraint, events, operations, search, watches};
use crate::{
    event::{Event, EventRecord},
    journal::JournalError,
    operation::{Operation, OperationId, Payload, State},
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

pub(super) fn one(conn: &mut Connection, append: &Append) -> Result<Operation, JournalError> {
    let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let operation = within(&tx, append)?;
    tx.commit()?;
    Ok(operation)
}

pub(super) fn all(conn: &mut Connection, appends: &[Append]) -> Result<Vec<Operation>, JournalError> {
    let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let operations = appends.iter().map(|append| within(&tx, append)).collect::<Result<_, _>>()?;
    tx.commit()?;
    Ok(operations)
}

fn within(tx: &Connection, append: &Append) -> Result<Operation, JournalError> {
    let Append { id, expected_version, at, event } = append;
    let at = events::kept(*at);
    let Some(seq) = operations::seq_of(tx, *id)? else {
        return begin(tx, *id, *expected_version, at, event);
    };
    let mut operation = operations::at(tx, seq)?;
    if let Event::Prepared { payload, .. } = event
        && operation.payload != **payload
    {
        return Err(JournalError::IdReused(*id));
    }
    if operation.version != *expected_version {
        return Err(JournalError::Stale(*id));
    }
    // Only a confirmed return undoes a purchase, and then it is written below, in the same transaction.
    if matches!(event, Event::Returned { .. }) {
        return Err(JournalError::Transition { id: *id, state: operation.state });
    }
    let before = operation.state;
    record(tx, seq, &mut operation, at, event)?;
    if operation.state == State::Confirmed && before != State::Confirmed {
        undo_purchase(tx, &operation, at)?;
    }
    Ok(operation)
}

fn begin(
    tx: &Connection,
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
    events::insert(tx, seq, &EventRecord { number: operation.version, at, event: event.clone() })?;
    search::catch_up(tx, seq)?;
    Ok(operation)
}

/// Writes one more event of an existing operation.
fn record(
    tx: &Connection,
    seq: i64,
    operation: &mut Operation,
    at: Timestamp,
    event: &Event,
) -> Result<(), JournalError> {
    let before = operation.clone();
    operation.apply(at, event).map_err(|_| JournalError::Transition { id: operation.id, state: operation.state })?;
    let bring =
        || operations::update(tx, seq, &before, operation).map_err(|error| constraint::precise(tx, operation, error));
    match bring() {
        // It arrived after its place was given away: that it was done is a fact, and no rule makes it undone.
        Err(JournalError::OutsideNumberTaken(_) | JournalError::ReturnStands(_))
            if before.state == State::NotApplied && operation.state == State::Confirmed =>
        {
            operations::stands_beside(tx, seq)?;
            bring()?;
        }
        brought => brought?,
    }
    watches::keep(tx, seq, &before, operation)?;
    events::insert(tx, seq, &EventRecord { number: operation.version, at, event: event.clone() })
}

/// A return that is now known to be done undid its purchase, if the journal has it and it may have been done.
fn undo_purchase(tx: &Connection, operation: &Operation, at: Timestamp) -> Result<(), JournalError> {
    let Payload::ReturnCheck(check) = &operation.payload else { return Ok(()) };
    let Some(mut purchase) = operations::by_guid(tx, check.check_guid)? else { return Ok(()) };
    let event = Event::Returned { by: operation.id };
    if purchase.state.after(&event).is_none() || purchase.returned_by.is_some() {
        return Ok(());
    }
    let Some(seq) = operations::seq_of(tx, purchase.id)? else { return Ok(()) };
    record(tx, seq, &mut purchase, at, &event)
}
