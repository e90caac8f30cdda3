//! One attempt to send one operation, under the lock of its account queue: preflight, commit Sending, call, commit the
//! outcome, verify.

use probonus::{Account, Delivery, Error, ErrorKind, WriteAnswer};
use tokio::time::Instant;

use crate::{
    core::{engine::Engine, gate::UnitConfidence},
    ledger::{effect::purchase_of, known_entry::ask_for_known_entry, reading::AccountSnapshot},
    model::{
        account_queue::AccountQueue,
        event::Event,
        failure::{Failure, Precondition, is_passing},
        journal_error::JournalError,
        operation::{Operation, State},
        queue::OfficeChange,
    },
    reconcile::{
        probe::probe_unknown,
        refused::{RefusedEvidence, found_applied_since, probe_refused},
    },
    send::{
        canary::must_wait_for_canary,
        preflight::{Ready, Stop, broken, preflight},
        retry::{ask_operator, put_off},
        settle::settle,
    },
    verify::confirmed::after_confirmed,
};

/// Sends an operation if it is still Prepared. The caller holds its account queue.
///
/// At most one request leaves, and Sending is in the journal before it does. Returns the operation as it then stands:
///
/// | case | the operation |
/// |---|---|
/// | the gate is closed, or a known entry closes it now | as before |
/// | it must wait for the canary refill, or an operation that it may correct is in doubt | as before |
/// | something could not be read just now | put off |
/// | a precondition does not hold | rejected |
/// | an operation that it may correct was applied | prepared, and waits for the operator |
/// | it may be about another guest or group than the one that was shown | the same |
/// | the server shows an entry that is or may be its own | unknown, and probed |
/// | otherwise | sent and settled |
///
/// `snapshot`: what was read just now under the same lock; `None`: the operation waited, so all is read and checked again.
pub async fn try_to_send(
    engine: &Engine,
    operation: Operation,
    snapshot: Option<AccountSnapshot>,
) -> Result<Operation, JournalError> {
    if operation.state != State::Prepared {
        return Ok(operation);
    }
    let proves_unit = operation.payload.rules().proves_unit();
    let canary_lock = if proves_unit && engine.gate.unit_confidence() != UnitConfidence::Proven {
        Some(engine.gate.canary.lock().await)
    } else {
        None
    };
    let is_canary = canary_lock.is_some();
    if is_canary && must_wait_for_canary(engine, operation.id, &AccountQueue::of_operation(&operation)).await? {
        engine.backlog().hold_for_canary(operation.id, Instant::now(), &engine.policy);
        return Ok(operation);
    }
    // The slot is taken before the reads: they load a slow server as much as a write does.
    let _slot = engine.slots.acquire().await.map_err(|error| JournalError::Other(error.to_string()))?;
    if operation.payload.moves_money() {
        ask_for_known_entry(engine, &AccountQueue::of_operation(&operation)).await?;
    }
    if !engine.gate.is_open() {
        return Ok(operation);
    }
    if snapshot.is_none()
        && let Some(stopped) = stopped_by_refused(engine, &operation).await?
    {
        return Ok(stopped);
    }
    let binding = snapshot.as_ref().map_or_else(|| engine.loyalty.binding_revision(), |snapshot| snapshot.binding);
    let ready = match preflight(engine, &operation, snapshot, is_canary).await {
        Ok(ready) => ready,
        Err(Stop::NotNow(failure)) => return put_off(engine, &operation, failure).await,
        Err(Stop::Ask(failure)) => return ask_operator(engine, &operation, failure).await,
        Err(Stop::Never(failure)) => return engine.append(&operation, Event::Rejected { failure }).await,
        Err(Stop::Journal(error)) => return Err(error),
        Err(Stop::AlreadyThere(failure)) => {
            tracing::error!(operation = %operation.id, "it may be on the server already: it is reconciled, and not sent");
            let unknown = engine.append(&operation, Event::Unknown { failure: Some(failure) }).await?;
            return probe_unknown(engine, unknown.id).await;
        }
    };
    if is_canary {
        engine.gate.set_unit_confidence(&*engine.journal, UnitConfidence::Canary(operation.id)).await?;
    }
    // The reads took time. A halt, a pause, a doubted unit or a changed binding since then stops this attempt too.
    let needs_canary = proves_unit && engine.gate.unit_confidence() != UnitConfidence::Proven;
    if !engine.gate.is_open() || engine.loyalty.binding_revision() != binding || (needs_canary && !is_canary) {
        return Ok(operation);
    }
    let (sent, answer) = send(engine, &operation, &ready).await?;
    Ok(conclude(engine, sent, answer, ready.record.as_ref()).await)
}

/// Stops an operation that waited if a refused one, which it may correct, was applied or may have been; `None`: it may go. An
/// operation that was submitted just now was checked by `submit`.
///
/// | case | the operation |
/// |---|---|
/// | it returns a purchase that is returned by now | rejected |
/// | a refused operation that it may correct was applied | waits for the operator; one who was told may send it |
/// | it is not known whether one was applied | as before |
/// | a refused operation can't be probed just now | put off |
async fn stopped_by_refused(engine: &Engine, operation: &Operation) -> Result<Option<Operation>, JournalError> {
    let failure = broken(Precondition::RefusedWasApplied);
    let purchase = purchase_of(&*engine.journal, &operation.payload).await?;
    if purchase.is_some_and(|purchase| purchase.returned_by.is_some()) {
        return engine.append(operation, Event::Rejected { failure }).await.map(Some);
    }
    // The operator was told so before and sends it all the same: they may.
    let is_told = operation.failure.as_ref().is_some_and(|told| told.precondition == failure.precondition);
    if !is_told && found_applied_since(engine, operation).await?.is_some() {
        return ask_operator(engine, operation, failure).await.map(Some);
    }
    match probe_refused(engine, operation.id, &operation.payload, Some(operation.created_at)).await? {
        RefusedEvidence::Applied(_) => ask_operator(engine, operation, failure).await.map(Some),
        RefusedEvidence::InDoubt(_) => Ok(Some(operation.clone())),
        RefusedEvidence::Clear { unread: Some(error), .. } if is_passing(&error) => {
            let failure = Failure { delivery: Delivery::NotSent, ..Failure::from(&error) };
            put_off(engine, operation, failure).await.map(Some)
        }
        RefusedEvidence::Clear { .. } => Ok(None),
    }
}

/// Commits Sending, then makes the call. The event is on the disk before the first byte leaves, so a crash from here on means
/// Unknown.
async fn send(
    engine: &Engine,
    operation: &Operation,
    ready: &Ready,
) -> Result<(Operation, Result<WriteAnswer, Error>), JournalError> {
    let sending = Event::Sending {
        attempt: operation.attempts + 1,
        balance_before: ready.balance,
        turnover_before: ready.turnover,
        clock_offset: engine.loyalty.clock_offset(),
        snapshot: ready.entries.clone().map(Box::new),
    };
    let sent = engine.append(operation, sending).await?;
    // This is the only call in the office that changes something on the server.
    let answer = ready.payload.rules().send(&*engine.loyalty).await;
    Ok((sent, answer))
}

/// Settles a sent operation and verifies it. A refusal counts only after a probe.
///
/// It returns no error: the request has left, and an error would tell the caller that nothing was sent.
///
/// If the journal can't record the outcome, the caller gets the operation as Unknown. In the journal it stays Sending, and the
/// outbox goes on from there.
async fn conclude(
    engine: &Engine,
    sent: Operation,
    answer: Result<WriteAnswer, Error>,
    record: Option<&Account>,
) -> Operation {
    let settled = match settle(engine, &sent, answer).await {
        Ok(settled) => settled,
        Err(error) => {
            tracing::error!(%error, operation = %sent.id, "what came of it could not be recorded");
            return outcome_not_recorded(engine, sent, &error);
        }
    };
    if settled.doubted_refusal().is_some() {
        return match probe_unknown(engine, settled.id).await {
            Ok(looked) => looked,
            Err(error) => {
                tracing::error!(%error, operation = %settled.id, "the look after a refusal could not be recorded");
                settled
            }
        };
    }
    if settled.state != State::Confirmed {
        return settled;
    }
    match after_confirmed(engine, settled.clone(), record).await {
        Ok(verified) => verified,
        Err(error) => {
            tracing::error!(%error, operation = %settled.id, "the verification could not be recorded");
            settled
        }
    }
}

/// The operation as it is reported if the journal can't record its outcome: Unknown, with the reason. Otherwise the screen would
/// show it as being sent. The outbox or the next start makes it Unknown in the journal as well.
fn outcome_not_recorded(engine: &Engine, sent: Operation, error: &JournalError) -> Operation {
    let failure = Failure {
        kind: ErrorKind::InvalidRequest,
        delivery: Delivery::Unknown,
        status: None,
        server_message: None,
        detail: Some(error.to_string()),
        precondition: Some(Precondition::OutcomeNotRecorded),
    };
    let told = Operation { state: State::Unknown, failure: Some(failure), ..sent };
    engine.report(OfficeChange::Operation(Box::new(told.clone())));
    told
}
