//! Probing: the server is asked what became of an operation of unknown outcome, and its evidence is weighed.
//!
//! - *Found*: an entry of the server is the operation's, by its marker, or by account, sum, time and balance together.
//!   An entry proves one operation only; the journal's constraint sees to that.
//! - *Absent*: nothing is there, although it would surely show. It counts twice, each time after a settling time, because
//!   a request may arrive late.
//! - *Stale*: the server showed old data, so what they lack says nothing.
//! - *Ambiguous*: it can't be told. The operator decides, with the candidates before them.

use probonus::Error;
use tokio::time::Instant;

use crate::{
    core::engine::Engine,
    model::{
        event::{Event, EventRecord},
        evidence::{Evidence, MatchedEntry},
        journal_error::JournalError,
        kinds::Target,
        operation::{Operation, OperationId, State},
    },
    reconcile::{
        freshness::without_old_answer,
        guest::{evidence_of_edit, evidence_of_new_guest},
        money::evidence_of_money,
    },
    verify::confirmed::after_confirmed,
};

/// Asks the server, records what it shows, and settles the operation if that decides. The caller holds the account queue.
///
/// An operation that was taken for not applied or refused is confirmed late by its own marker only. Evidence without one is
/// ambiguous then: a person judges it.
pub async fn probe(
    engine: &Engine,
    operation: Operation,
) -> Result<Result<(Operation, Evidence), Error>, JournalError> {
    let story = engine.journal.story(operation.id).await?;
    let cached = engine.loyalty.cached_answers();
    let evidence = match evidence_of(engine, &operation, &story).await? {
        Ok(evidence) => evidence,
        Err(error) => return Ok(Err(error)),
    };
    let is_cached = engine.loyalty.cached_answers() != cached;
    let evidence = without_claimed_entry(engine, &operation, evidence).await?;
    let evidence = match without_old_answer(evidence, is_cached, &story) {
        Evidence::Found(found) if is_late(&operation, &story) && !has_marker(&operation, &found) => {
            Evidence::Ambiguous { candidates: vec![found] }
        }
        evidence => evidence,
    };
    weigh(engine, operation, evidence, &story).await.map(Ok)
}

/// Probes an operation if its outcome is still unknown, and puts its next probe off. A server that can't be asked is asked
/// again then. The caller holds the account queue.
pub async fn probe_unknown(engine: &Engine, id: OperationId) -> Result<Operation, JournalError> {
    let operation = engine.load(id).await?;
    if operation.state != State::Unknown {
        return Ok(operation);
    }
    engine.backlog().postpone_probe(id, Instant::now(), &engine.policy);
    match probe(engine, operation.clone()).await? {
        Ok((operation, _)) => Ok(operation),
        Err(error) => {
            tracing::debug!(%error, operation = %id, "the server could not be asked what became of it");
            Ok(operation)
        }
    }
}

async fn evidence_of(
    engine: &Engine,
    operation: &Operation,
    story: &[EventRecord],
) -> Result<Result<Evidence, Error>, JournalError> {
    match operation.payload.rules().target() {
        Target::NewGuest(new) => Ok(evidence_of_new_guest(engine, new).await),
        Target::Record(update) => Ok(evidence_of_edit(engine, operation, update).await),
        Target::Balance(_) => evidence_of_money(engine, operation, story).await,
    }
}

/// Whether an operation was taken for not done since it was sent: so it is now, or its refusal was believed before.
fn is_late(operation: &Operation, story: &[EventRecord]) -> bool {
    let mut since_the_send = story.iter().rev().take_while(|record| !matches!(record.event, Event::Sending { .. }));
    operation.state != State::Unknown || since_the_send.any(|record| matches!(record.event, Event::Rejected { .. }))
}

/// Whether evidence shows the operation's own marker. A guest's record carries none.
fn has_marker(operation: &Operation, found: &MatchedEntry) -> bool {
    found.exact && operation.payload.moves_money()
}

/// Evidence without an entry that proves another operation, however well it fits.
///
/// | the found entry proves | the operation | evidence |
/// |---|---|---|
/// | another return of the same purchase | a return taken for not applied | absent, not conclusive: the other return is the one |
/// | another operation | one whose refusal was believed | the same: the other is its correction |
/// | another operation | any other | ambiguous |
/// | nothing, or this operation | | see [`without_other_return`] |
async fn without_claimed_entry(
    engine: &Engine,
    operation: &Operation,
    evidence: Evidence,
) -> Result<Evidence, JournalError> {
    let Evidence::Found(found) = evidence else { return Ok(evidence) };
    match engine.journal.proves(&engine.policy.server, &found.proof).await? {
        Some(owner) if owner != operation.id => {
            let is_late_return = operation.state.may_yet_be_proven() && operation.payload.returned_guid().is_some();
            Ok(if is_late_return || operation.state == State::Rejected {
                Evidence::Absent { conclusive: false, proven: false }
            } else {
                Evidence::Ambiguous { candidates: vec![found] }
            })
        }
        _ => without_other_return(engine, operation, found).await,
    }
}

/// Evidence for a return taken for not applied, while its purchase has another return. The entry of a return shows its
/// purchase, but not which of two returns made it.
///
/// | the other return | evidence |
/// |---|---|
/// | none, or not sent yet | found |
/// | confirmed, and proven by an entry of its own | ambiguous: the purchase may have been returned twice |
/// | sent in any other way | absent, not conclusive: the entry may be the other's |
async fn without_other_return(
    engine: &Engine,
    operation: &Operation,
    found: MatchedEntry,
) -> Result<Evidence, JournalError> {
    let Some(guid) = operation.payload.returned_guid() else { return Ok(Evidence::Found(found)) };
    if !operation.state.may_yet_be_proven() {
        return Ok(Evidence::Found(found));
    }
    let other = engine.journal.active_return(guid).await?;
    Ok(match other.filter(|other| other.id != operation.id) {
        Some(other) if other.state == State::Confirmed && other.proof.is_some() => {
            Evidence::Ambiguous { candidates: vec![found] }
        }
        Some(other) if other.state != State::Prepared => Evidence::Absent { conclusive: false, proven: false },
        _ => Evidence::Found(found),
    })
}

/// Records evidence, and settles the operation if it decides.
///
/// | evidence | operation | what is done |
/// |---|---|---|
/// | found | any | confirmed |
/// | found | rejected | unknown, then confirmed: the refusal was not true |
/// | absent | not applied, rejected | recorded if it is proven only now; else nothing: it is as it was taken for |
/// | absent, conclusive | unknown because the server refused it | rejected: nothing changed |
/// | absent, conclusive, and the second that counts | unknown | not applied |
/// | absent, any other | unknown | recorded |
/// | ambiguous | rejected | unknown: the operator decides |
/// | ambiguous, stale | any other | recorded; counting of absences begins anew |
async fn weigh(
    engine: &Engine,
    operation: Operation,
    evidence: Evidence,
    story: &[EventRecord],
) -> Result<(Operation, Evidence), JournalError> {
    match &evidence {
        Evidence::Found(found) => {
            let operation = doubt_refusal(engine, operation).await?;
            let operation = confirm_by_entry(engine, operation, found.clone()).await?;
            Ok((operation, evidence))
        }
        Evidence::Absent { conclusive, proven } => {
            if operation.state.may_yet_be_proven() && !(*proven && operation.not_seen) {
                return Ok((operation, evidence));
            }
            if *conclusive && let Some(failure) = operation.doubted_refusal().cloned() {
                let operation = record_once(engine, operation, &evidence, story).await?;
                return Ok((engine.append(&operation, Event::Rejected { failure }).await?, evidence));
            }
            let counts = *conclusive && operation.state == State::Unknown;
            if counts && is_second_absence(engine, operation.id) {
                let operation = engine.append(&operation, Event::Probed { evidence: evidence.clone() }).await?;
                let settled = Event::Reconciled { state: State::NotApplied, found: None };
                return Ok((engine.append(&operation, settled).await?, evidence));
            }
            Ok((record_once(engine, operation, &evidence, story).await?, evidence))
        }
        Evidence::Ambiguous { .. } | Evidence::Stale { .. } => {
            engine.backlog().forget_absence(operation.id);
            // Old data say nothing of a refusal.
            let is_old = matches!(evidence, Evidence::Stale { .. });
            let operation = if is_old { operation } else { doubt_refusal(engine, operation).await? };
            Ok((record_once(engine, operation, &evidence, story).await?, evidence))
        }
    }
}

/// Makes a refused operation unknown again, so that it is told and settled like any other unknown. If its number or the
/// return of its purchase is another's by now, it stays as it is.
async fn doubt_refusal(engine: &Engine, operation: Operation) -> Result<Operation, JournalError> {
    if !operation.was_refused() {
        return Ok(operation);
    }
    match engine.append(&operation, Event::Unknown { failure: operation.failure.clone() }).await {
        Err(JournalError::OutsideNumberTaken(_) | JournalError::ReturnActive(_)) => Ok(operation),
        doubted => doubted,
    }
}

/// Records evidence that decides nothing, unless the probe before it showed the same since the last send. A queue that asks
/// every ten minutes for a week must not write a thousand equal events.
async fn record_once(
    engine: &Engine,
    operation: Operation,
    evidence: &Evidence,
    story: &[EventRecord],
) -> Result<Operation, JournalError> {
    let since_the_send = story.iter().rev().take_while(|record| !matches!(record.event, Event::Sending { .. }));
    let last = since_the_send.into_iter().find_map(|record| match &record.event {
        Event::Probed { evidence } => Some(evidence),
        _ => None,
    });
    if last == Some(evidence) {
        return Ok(operation);
    }
    engine.append(&operation, Event::Probed { evidence: evidence.clone() }).await
}

/// Confirms an operation by the server's entry, then verifies the balance. If its marker was seen, the server is known to
/// show such markers.
async fn confirm_by_entry(
    engine: &Engine,
    operation: Operation,
    found: MatchedEntry,
) -> Result<Operation, JournalError> {
    if found.exact
        && let Some(capability) = operation.payload.rules().capability_shown_by(found.sum)
    {
        engine.gate.observe(&*engine.journal, capability).await?;
    }
    let confirmed = Event::Reconciled { state: State::Confirmed, found: Some(found) };
    let operation = engine.append(&operation, confirmed).await?;
    after_confirmed(engine, operation, None).await
}

/// Whether an absence seen now is the second that counts.
fn is_second_absence(engine: &Engine, id: OperationId) -> bool {
    engine.backlog().note_absence(id, Instant::now(), &engine.policy)
}
