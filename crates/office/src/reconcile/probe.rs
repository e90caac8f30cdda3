//! What became of an operation whose outcome is unknown: the server is asked, and its evidence weighed.
//!
//! - *Found*: an entry of the server is the operation's, by its marker, or by account, sum, time and balance together.
//!   An entry can prove one operation only; the journal's constraint sees to that.
//! - *Absent*: nothing is there, although it would surely show. Counts twice, each time after a settling time, because
//!   a request may arrive late.
//! - *Ambiguous*: it can't be told. The operator decides, with the candidates before them.

use probonus::Error;
use tokio::time::Instant;

use crate::{
    core::{engine::Engine, gate::Capability},
    model::{
        defect::Defect,
        event::{Event, EventRecord},
        evidence::{Evidence, MatchedEntry},
        journal_error::JournalError,
        operation::{Operation, OperationId, State},
        payload::Payload,
    },
    reconcile::{
        guest::{evidence_of_edit, evidence_of_new_guest},
        money::evidence_of_money,
    },
    verify::confirmed::after_confirmed,
};

/// Whether evidence is of this very operation, and not only like it. A record carries no marker.
const fn is_marked(operation: &Operation, found: &MatchedEntry) -> bool {
    found.exact && !matches!(operation.payload, Payload::CreateGuest(_) | Payload::EditGuest(_))
}

/// Asks the server, writes down what it shows, and settles the operation if that decides. The caller holds the queue.
pub async fn probe(
    engine: &Engine,
    operation: Operation,
) -> Result<Result<(Operation, Evidence), Error>, JournalError> {
    let story = engine.journal.story(operation.id).await?;
    let evidence = match evidence(engine, &operation, &story).await? {
        Ok(evidence) => evidence,
        Err(error) => return Ok(Err(error)),
    };
    let evidence = match without_entries_of_others(engine, &operation, evidence).await? {
        // Taken for not applied long ago: only its own marker shows that it was done after all. What is merely like it
        // is for a person to judge.
        Evidence::Found(found) if operation.state == State::NotApplied && !is_marked(&operation, &found) => {
            Evidence::Ambiguous { candidates: vec![found] }
        }
        evidence => evidence,
    };
    weigh(engine, operation, evidence, &story).await.map(Ok)
}

/// A look by itself: an unanswered one is simply made again later.
pub async fn probe_unknown(engine: &Engine, id: OperationId) -> Result<Operation, JournalError> {
    let operation = engine.load(id).await?;
    if operation.state != State::Unknown {
        return Ok(operation);
    }
    postpone_next_probe(engine, id);
    match probe(engine, operation.clone()).await? {
        Ok((operation, _)) => Ok(operation),
        Err(error) => {
            tracing::debug!(%error, operation = %id, "the server could not be asked what became of it");
            Ok(operation)
        }
    }
}

/// The next look is further away each time.
fn postpone_next_probe(engine: &Engine, id: OperationId) {
    if let Some(item) = engine.backlog().get_mut(id) {
        let now = Instant::now();
        item.probes.next = now + item.probes.pause;
        item.probes.pause = (item.probes.pause * 2).min(engine.policy.look_cap);
        // A second absence may count no sooner than this, and should no later. Once that moment is past, the pauses
        // rule again: a server that is silent just then must not be asked without end.
        if let Some(settled) = item.probes.first_absence.map(|first| first + engine.policy.settle)
            && settled > now
        {
            item.probes.next = item.probes.next.min(settled);
        }
    }
}

async fn evidence(
    engine: &Engine,
    operation: &Operation,
    story: &[EventRecord],
) -> Result<Result<Evidence, Error>, JournalError> {
    match &operation.payload {
        Payload::CreateGuest(new) => Ok(evidence_of_new_guest(engine, new).await),
        Payload::EditGuest(update) => Ok(evidence_of_edit(engine, operation, update).await),
        Payload::Refill(_) | Payload::RegisterCheck(_) | Payload::ReturnCheck(_) => {
            evidence_of_money(engine, operation, story).await
        }
    }
}

/// An entry that proves another operation is no evidence of this one, however well it fits.
async fn without_entries_of_others(
    engine: &Engine,
    operation: &Operation,
    evidence: Evidence,
) -> Result<Evidence, JournalError> {
    let Evidence::Found(found) = evidence else { return Ok(evidence) };
    if engine.policy.broken(Defect::OneRowProvesTwo) {
        return Ok(Evidence::Found(found));
    }
    match engine.journal.proves(&found.proof).await? {
        // The purchase was returned once, and it is known by which of two returns: this one is as it was.
        Some(owner)
            if owner != operation.id
                && operation.state == State::NotApplied
                && matches!(operation.payload, Payload::ReturnCheck(_)) =>
        {
            Ok(Evidence::Absent { conclusive: false })
        }
        Some(owner) if owner != operation.id => Ok(Evidence::Ambiguous { candidates: vec![found] }),
        _ => without_other_return(engine, operation, found).await,
    }
}

/// The entry of a return tells its purchase, and not which of two returns made it. What was taken for not applied is not
/// proven by it while another return of the purchase is out, or may have made it.
async fn without_other_return(
    engine: &Engine,
    operation: &Operation,
    found: MatchedEntry,
) -> Result<Evidence, JournalError> {
    let Payload::ReturnCheck(check) = &operation.payload else { return Ok(Evidence::Found(found)) };
    if operation.state != State::NotApplied {
        return Ok(Evidence::Found(found));
    }
    let other = engine.journal.active_return(check.check_guid).await?;
    Ok(match other.filter(|other| other.id != operation.id) {
        // It has an entry of its own: one more entry may be a second purchase undone, or a second return.
        Some(other) if other.state == State::Confirmed && other.proof.is_some() => {
            Evidence::Ambiguous { candidates: vec![found] }
        }
        Some(other) if other.state != State::Prepared => Evidence::Absent { conclusive: false },
        _ => Evidence::Found(found),
    })
}

async fn weigh(
    engine: &Engine,
    operation: Operation,
    evidence: Evidence,
    story: &[EventRecord],
) -> Result<(Operation, Evidence), JournalError> {
    match &evidence {
        Evidence::Found(found) => {
            let operation = confirm_by_entry(engine, operation, found.clone()).await?;
            Ok((operation, evidence))
        }
        Evidence::Absent { conclusive } => {
            if operation.state == State::NotApplied {
                // As it was taken for: a look at every hour must not fill the journal with it.
                return Ok((operation, evidence));
            }
            let counts = *conclusive && operation.state == State::Unknown;
            if counts && is_second_absence(engine, operation.id) {
                let operation = engine.append(&operation, Event::Probed { evidence: evidence.clone() }).await?;
                let settled = Event::Reconciled { state: State::NotApplied, found: None };
                return Ok((engine.append(&operation, settled).await?, evidence));
            }
            Ok((record_once(engine, operation, &evidence, story).await?, evidence))
        }
        Evidence::Ambiguous { .. } => {
            if let Some(item) = engine.backlog().get_mut(operation.id) {
                item.probes.first_absence = None;
            }
            Ok((record_once(engine, operation, &evidence, story).await?, evidence))
        }
    }
}

/// Writes down what a look showed that decided nothing, unless the look before it showed the same: a queue that asks
/// every ten minutes for a week must not fill the journal with one answer.
async fn record_once(
    engine: &Engine,
    operation: Operation,
    evidence: &Evidence,
    story: &[EventRecord],
) -> Result<Operation, JournalError> {
    let since_it_was_sent = story.iter().rev().take_while(|record| !matches!(record.event, Event::Sending { .. }));
    let said = since_it_was_sent.into_iter().find_map(|record| match &record.event {
        Event::Probed { evidence } => Some(evidence),
        _ => None,
    });
    if said == Some(evidence) {
        return Ok(operation);
    }
    engine.append(&operation, Event::Probed { evidence: evidence.clone() }).await
}

/// Confirms an operation by the server's entry.
async fn confirm_by_entry(
    engine: &Engine,
    operation: Operation,
    found: MatchedEntry,
) -> Result<Operation, JournalError> {
    if found.exact
        && let Some(capability) = Capability::of(operation.payload.kind())
    {
        engine.gate.observe(&*engine.journal, capability).await?;
    }
    let mut proven = found.clone();
    if engine.policy.broken(Defect::OneRowProvesTwo) && engine.journal.proves(&found.proof).await?.is_some() {
        proven.proof = format!("{} again {}", found.proof, operation.id);
    }
    let confirmed = Event::Reconciled { state: State::Confirmed, found: Some(proven) };
    let operation = engine.append(&operation, confirmed).await?;
    after_confirmed(engine, operation, None).await
}

/// Whether an absence that is seen now is the second that counts. The first counts only when a request that was on
/// its way has had time to arrive, the second as long after the first.
fn is_second_absence(engine: &Engine, id: OperationId) -> bool {
    let now = Instant::now();
    let settle = engine.policy.settle;
    if engine.policy.broken(Defect::AbsentAfterOneLook) {
        return true;
    }
    let mut backlog = engine.backlog();
    let Some(item) = backlog.get_mut(id) else { return false };
    let probes = &mut item.probes;
    if now < probes.since + settle {
        probes.next = probes.next.min(probes.since + settle);
        return false;
    }
    match probes.first_absence {
        Some(first) => now >= first + settle,
        None => {
            probes.first_absence = Some(now);
            probes.next = probes.next.min(now + settle);
            false
        }
    }
}
