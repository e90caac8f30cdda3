//! Probing: the server is asked what became of an operation of unknown outcome, and its evidence is weighed.
//!
//! - *Found*: an entry carries the operation's marker; for a new guest or an edit, the guest's record is as it was sent. Sum
//!   and time alone never prove. An entry proves one operation only; the journal's constraint sees to that.
//! - *Absent*: no trace of it. It is conclusive if a trace would surely show. Two conclusive absences settle the operation,
//!   each after a settling time, because a request may arrive late.
//! - *Stale*: the server showed old data, so what they lack says nothing.
//! - *Ambiguous*: it can't be told. The operator decides, with the candidates shown.

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
/// If the operation was taken for not applied or refused, only its own marker confirms it. Evidence without a marker, such as a
/// guest's record, is then ambiguous, and a person decides.
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

/// Probes an operation if its outcome is still unknown, and sets the time of its next probe. If the server can't be asked, the
/// operation stays as it is until then. The caller holds the account queue.
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

/// Whether an operation was taken for not applied since its last send: it is taken so now, or its refusal was believed once.
fn is_late(operation: &Operation, story: &[EventRecord]) -> bool {
    let mut since_the_send = story.iter().rev().take_while(|record| !matches!(record.event, Event::Sending { .. }));
    operation.state != State::Unknown || since_the_send.any(|record| matches!(record.event, Event::Rejected { .. }))
}

/// Whether evidence shows the operation's own marker. A guest's record carries none.
fn has_marker(operation: &Operation, found: &MatchedEntry) -> bool {
    found.exact && operation.payload.moves_money()
}

/// Replaces *Found* if the entry proves another operation, however well it fits. Other evidence stays as it is.
///
/// | the found entry proves | the operation | evidence |
/// |---|---|---|
/// | another operation | a return taken for not applied or refused | absent, not conclusive: the entry is the other return's |
/// | another operation | one that is rejected | the same: the other is its correction |
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

/// Evidence for a return that is taken for not applied or refused, if its purchase has another return. An entry of a return
/// names the purchase, but not which of two returns made it. For any other operation it is found.
///
/// | the other return | evidence |
/// |---|---|
/// | none, or not sent yet | found |
/// | confirmed, and proven by an entry of its own | ambiguous: the purchase may have been returned twice |
/// | sent, in any other state | absent, not conclusive: the entry may be the other's |
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
/// | absent | not applied, rejected | recorded if only now it is proven; else nothing: it agrees with the state |
/// | absent, conclusive | unknown because the server refused it | rejected: the refusal was true |
/// | absent, conclusive, and the second that counts | unknown | not applied |
/// | absent, any other | unknown | recorded |
/// | ambiguous | refused | unknown and recorded: the operator decides |
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
            // Old data say nothing about whether the refusal was true.
            let is_old = matches!(evidence, Evidence::Stale { .. });
            let operation = if is_old { operation } else { doubt_refusal(engine, operation).await? };
            Ok((record_once(engine, operation, &evidence, story).await?, evidence))
        }
    }
}

/// Makes a refused operation unknown again, so that it is shown and settled like any other unknown one. If another operation has
/// its outside number or returns its purchase by now, it stays rejected.
async fn doubt_refusal(engine: &Engine, operation: Operation) -> Result<Operation, JournalError> {
    if !operation.was_refused() {
        return Ok(operation);
    }
    match engine.append(&operation, Event::Unknown { failure: operation.failure.clone() }).await {
        Err(JournalError::OutsideNumberTaken(_) | JournalError::ReturnActive(_)) => Ok(operation),
        doubted => doubted,
    }
}

/// Records evidence that decides nothing, unless the last probe since the send showed the same. Otherwise a queue that asks
/// every ten minutes would write a thousand equal events in a week.
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

/// Confirms an operation by the server's entry, then verifies the balance. If its marker was seen, the capability is noted as
/// observed.
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

/// Notes an absence seen now. Tells whether it is the second that counts.
fn is_second_absence(engine: &Engine, id: OperationId) -> bool {
    engine.backlog().note_absence(id, Instant::now(), &engine.policy)
}
