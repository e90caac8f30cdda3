//! What must always hold between the journal and the server's ledger.

use std::collections::BTreeSet;

use office::{Event, Evidence, Filter, Journal, Operation, PageRequest, Payload, State, journal::SqliteJournal};
use probonus_sandbox::{
    Books, Sandbox,
    core::model::{Applied, AppliedKind},
};

use super::{has_ended, wire::StormyWire};

/// Compares the two; `at_the_end` the storm is over, and everything must have come to its end.
pub async fn compare(
    sandbox: &Sandbox,
    journal: &SqliteJournal,
    wire: &StormyWire,
    at_the_end: bool,
) -> Result<(), String> {
    if let Some(violation) = wire.violation() {
        return Err(violation);
    }
    let books = sandbox.ledger();
    let page = journal.list(&Filter::default(), PageRequest { after: None, size: 500 }).await;
    let operations = page.map_err(|error| error.to_string())?.rows;
    for operation in &operations {
        one(operation, &books, journal, wire, at_the_end).await?;
    }
    nothing_strange(&operations, &books)?;
    proofs_and_guids_are_unique(&operations)
}

/// How often the server did an operation.
fn times_applied(operation: &Operation, books: &Books) -> usize {
    match &operation.payload {
        Payload::Refill(_) => books.with_text(&operation.id.short()).filter(|a| a.kind == AppliedKind::Refill).count(),
        Payload::RegisterCheck(check) => books.registered(check.check_guid.as_uuid()),
        Payload::ReturnCheck(check) => books.returned(check.check_guid.as_uuid()),
        Payload::CreateGuest(new) => usize::from(books.phones.contains_key(new.phone.digits())),
        // The same edit twice is the same record: it is judged by nothing_strange alone.
        Payload::EditGuest(_) => 1,
    }
}

async fn one(
    operation: &Operation,
    books: &Books,
    journal: &SqliteJournal,
    wire: &StormyWire,
    at_the_end: bool,
) -> Result<(), String> {
    let (id, state) = (operation.id, operation.state);
    let kind = operation.payload.kind();
    let times = times_applied(operation, books);
    let story = journal.story(id).await.map_err(|error| error.to_string())?;
    if matches!(operation.payload, Payload::EditGuest(_)) {
        // Falls through to the checks of its end.
    } else if matches!(operation.payload, Payload::ReturnCheck(_))
        && !matches!(state, State::Confirmed | State::Unknown)
    {
        // Another return of the same purchase may have been done; the purchase tells whether one was.
    } else {
        match state {
            State::Confirmed if times == 0 => return Err(format!("{kind:?} {id} is confirmed and was never applied")),
            State::Rejected | State::Cancelled | State::NotApplied | State::Prepared
                if times > 0 && !was_there_before(operation) =>
            {
                return Err(format!("{kind:?} {id} is {state:?} and was applied {times} times"));
            }
            _ => {}
        }
        if times > 1 && !wire.was_repeated(&id.to_string()) {
            return Err(format!("{kind:?} {id} was applied {times} times"));
        }
        let watched = state == State::Confirmed && operation.balance.expected.is_some();
        if times > 1 && at_the_end && watched && !is_noticed(operation, &story) {
            return Err(format!("{kind:?} {id} was applied {times} times, and the watch did not notice"));
        }
    }
    if at_the_end && !has_ended(state) && !is_with_the_operator(operation, &story) {
        return Err(format!("{kind:?} {id} is still {state:?}"));
    }
    Ok(())
}

/// A guest whom we refused to create is there already.
fn was_there_before(operation: &Operation) -> bool {
    matches!(operation.payload, Payload::CreateGuest(_))
        && operation.failure.as_ref().is_some_and(|failure| failure.precondition.is_some())
}

/// The watch saw it; or could not see, because the program died before it read the balance.
fn is_noticed(operation: &Operation, story: &[office::EventRecord]) -> bool {
    let seen = story.iter().any(|record| matches!(record.event, Event::BalanceRead { surprise: true, .. }));
    seen || operation.balance.after.is_none() || operation.balance.before == operation.balance.expected
}

/// Unknown, and honestly so: the server's evidence can't tell, and the operator was shown it.
fn is_with_the_operator(operation: &Operation, story: &[office::EventRecord]) -> bool {
    let last = story.iter().rev().find_map(|record| match &record.event {
        Event::Looked { evidence } => Some(evidence),
        _ => None,
    });
    match operation.state {
        State::Unknown => {
            matches!(last, Some(Evidence::Ambiguous { .. } | Evidence::Absent { conclusive: false }))
        }
        // Behind one that is with the operator.
        State::Prepared => true,
        _ => false,
    }
}

/// Every write that the server did is one of ours.
fn nothing_strange(operations: &[Operation], books: &Books) -> Result<(), String> {
    let is_ours = |applied: &Applied| {
        operations.iter().any(|operation| match &operation.payload {
            Payload::Refill(_) => {
                applied.kind == AppliedKind::Refill
                    && applied.text.as_ref().is_some_and(|text| text.contains(&operation.id.short()))
            }
            Payload::RegisterCheck(check) => {
                applied.kind == AppliedKind::Register && applied.guid == Some(check.check_guid.as_uuid())
            }
            Payload::ReturnCheck(check) => {
                applied.kind == AppliedKind::Return && applied.guid == Some(check.check_guid.as_uuid())
            }
            Payload::CreateGuest(new) => {
                applied.kind == AppliedKind::Insert && books.phones.get(new.phone.digits()) == Some(&applied.account)
            }
            Payload::EditGuest(update) => {
                applied.kind == AppliedKind::Update && update.account.as_str() == applied.account.to_string()
            }
        })
    };
    let is_other = |applied: &&Applied| {
        let at_the_pos = applied.text.as_deref() == Some("касса");
        let before_all = applied.kind == AppliedKind::Insert && applied.account < 100_006;
        !at_the_pos && !before_all
    };
    match books.requests().filter(is_other).find(|applied| !is_ours(applied)) {
        Some(applied) => Err(format!("the server did what the journal does not know: {applied:?}")),
        None => Ok(()),
    }
}

fn proofs_and_guids_are_unique(operations: &[Operation]) -> Result<(), String> {
    let mut proofs = BTreeSet::new();
    let mut guids = BTreeSet::new();
    for operation in operations {
        if let Some(proof) = &operation.proof
            && !proofs.insert(proof)
        {
            return Err(format!("row {proof} proves two operations"));
        }
        if let Payload::RegisterCheck(check) = &operation.payload
            && !guids.insert(check.check_guid)
        {
            return Err(format!("GUID {} stands twice in the journal", check.check_guid));
        }
    }
    Ok(())
}
