//! One attempt to send one operation, under its queue's lock: read what must hold, commit Sending, call, commit what
//! came of it, watch the balance.

use probonus::{Account, Delivery, Error, ErrorKind, WriteAnswer};
use tokio::time::Instant;

use crate::{
    core::{engine::Engine, gate::UnitConfidence},
    ledger::{
        entry::{key_of_account, key_of_entry_id},
        reading::{AccountSnapshot, SNAPSHOT_ENTRIES, Which, read_balance_and_entries},
    },
    model::{
        account_queue::AccountQueue,
        defect::Defect,
        event::Event,
        evidence::EntriesSnapshot,
        failure::{Failure, Precondition, is_server_silent, is_temporary_refusal},
        journal_error::JournalError,
        operation::{Operation, OperationId, State},
        payload::Payload,
        profile,
    },
    send::{call::call, retry::put_off},
    verify::{balance::verify_balance, confirmed::after_confirmed},
};

/// What the reads before an attempt say.
enum Preflight {
    /// It may go.
    Go(Box<Ready>),
    /// Not now.
    Wait(Failure),
    /// Never: what must hold does not hold any more.
    Never(Failure),
}

/// All that an attempt needs.
struct Ready {
    payload: Payload,
    before: Option<probonus::Kopecks>,
    entries: Option<EntriesSnapshot>,
    /// The record before an edit.
    record: Option<Account>,
}

/// What came of an attempt.
pub enum Attempt {
    /// It was made, or put off: the operation as it stands now.
    Made(Box<Operation>),
    /// A first refill is out, and its effect on the balance is not known yet: this one must wait for it.
    WaitsForCanary,
}

impl Attempt {
    fn made(operation: Operation) -> Self {
        Self::Made(Box::new(operation))
    }
}

/// Sends a Prepared operation. The caller holds its queue. `snapshot`: what was read just now under the same lock.
pub async fn attempt(
    engine: &Engine,
    operation: &Operation,
    snapshot: Option<AccountSnapshot>,
) -> Result<Attempt, JournalError> {
    assert_eq!(operation.state, State::Prepared, "only what is prepared is sent");
    let is_refill = matches!(operation.payload, Payload::Refill(_));
    let canary = if is_refill && engine.gate.unit_confidence() != UnitConfidence::Proven {
        Some(engine.gate.canary.lock().await)
    } else {
        None
    };
    if canary.is_some() && is_canary_in_the_way(engine, operation.id, &AccountQueue::of_operation(operation)).await? {
        return Ok(Attempt::WaitsForCanary);
    }
    // A slow server is not pressed by more than a few at once. Reads before the send count as well.
    let _slot = engine.slots.acquire().await.map_err(|error| JournalError::Other(error.to_string()))?;
    if !engine.gate.is_open() {
        return Ok(Attempt::made(operation.clone()));
    }
    let ready = match preflight(engine, operation, snapshot, canary.is_some()).await {
        Preflight::Go(ready) => ready,
        Preflight::Wait(failure) => {
            return put_off(engine, operation, failure).await.map(Attempt::made);
        }
        Preflight::Never(failure) => {
            return engine.append(operation, Event::Rejected { failure }).await.map(Attempt::made);
        }
    };
    if canary.is_some() {
        engine.gate.set_unit_confidence(&*engine.journal, UnitConfidence::Canary(operation.id)).await?;
    }

    let sending = Event::Sending {
        attempt: operation.attempts + 1,
        balance_before: ready.before,
        clock_offset: engine.loyalty.clock_offset(),
        snapshot: ready.entries.clone().map(Box::new),
    };
    let (operation, answer) = if engine.policy.broken(Defect::SendBeforeCommit) {
        let answer = call(&*engine.loyalty, &ready.payload).await;
        (engine.append(operation, sending).await?, answer)
    } else {
        // From here on a crash means Unknown: the event is on the disk before the first byte leaves.
        let operation = engine.append(operation, sending).await?;
        let answer = call(&*engine.loyalty, &ready.payload).await;
        (operation, answer)
    };

    Ok(Attempt::made(conclude(engine, operation, answer, ready.record.as_ref()).await))
}

/// What follows a call, whatever it brought. The request is out: from here on a journal that fails must not look like a
/// refusal, after which nothing was sent. The operation is told as the journal last took it, and the outbox goes on
/// from there.
async fn conclude(
    engine: &Engine,
    sent: Operation,
    answer: Result<WriteAnswer, Error>,
    record: Option<&Account>,
) -> Operation {
    let settled = match settle(engine, &sent, answer).await {
        Ok(settled) => settled,
        Err(error) => {
            tracing::error!(%error, operation = %sent.id, "what came of it could not be written down");
            return sent;
        }
    };
    if settled.state != State::Confirmed {
        return settled;
    }
    match after_confirmed(engine, settled.clone(), record).await {
        Ok(watched) => watched,
        Err(error) => {
            tracing::error!(%error, operation = %settled.id, "what the balance shows could not be written down");
            settled
        }
    }
}

/// Whether another refill is the first to this server, and what it did to the balance is not known yet. `own`: the queue
/// that the caller holds.
async fn is_canary_in_the_way(engine: &Engine, id: OperationId, own: &AccountQueue) -> Result<bool, JournalError> {
    let UnitConfidence::Canary(first) = engine.gate.unit_confidence() else { return Ok(false) };
    if first == id {
        return Ok(false);
    }
    let Some(first) = engine.journal.get(first).await? else { return Ok(false) };
    match first.state {
        State::Sending | State::Unknown => Ok(true),
        State::Confirmed if first.balance.after.is_none() && first.balance.before.is_some() => {
            // Its queue may be busy with this very question, and who holds it may wait for us: we don't wait for it.
            let queue = AccountQueue::of_operation(&first);
            let _held = if queue == *own {
                None
            } else {
                let Some(held) = engine.queues.try_lock(queue) else { return Ok(true) };
                Some(held)
            };
            let first = engine.load(first.id).await?;
            if first.awaits_verification() {
                verify_balance(engine, first).await?;
            }
            Ok(!engine.gate.is_open() || matches!(engine.gate.unit_confidence(), UnitConfidence::Canary(_)))
        }
        // It never went, or nothing can be learned of it: this one is the first then.
        _ => Ok(false),
    }
}

async fn preflight(
    engine: &Engine,
    operation: &Operation,
    snapshot: Option<AccountSnapshot>,
    is_trial: bool,
) -> Preflight {
    let read = match &operation.payload {
        Payload::CreateGuest(_) | Payload::EditGuest(_) => preflight_of_guest(engine, operation).await,
        _ => match snapshot {
            Some(snapshot) if snapshot.balance.is_some() || !is_trial => Ok(Ok(snapshot)),
            _ => preflight_of_money(engine, operation, is_trial).await,
        },
    };
    let snapshot = match read {
        Ok(Ok(snapshot)) => snapshot,
        Ok(Err(precondition)) => return Preflight::Never(broken_precondition(precondition)),
        Err(error) => return Preflight::Wait(Failure { delivery: Delivery::NotSent, ..Failure::from(&error) }),
    };
    if is_trial && snapshot.balance.is_none() {
        return Preflight::Never(broken_precondition(Precondition::BalanceNotTold));
    }
    let mut payload = operation.payload.clone();
    match (&mut payload, &snapshot) {
        // The whole record as it is now, with the edits: nothing of it is blanked, nothing newer overwritten.
        (Payload::EditGuest(update), AccountSnapshot { account: Some(account), .. }) => {
            update.record = account.raw.clone()
        }
        (Payload::RegisterCheck(check), AccountSnapshot { balance: Some(balance), .. })
            if check.bonus_spent > *balance =>
        {
            return Preflight::Never(broken_precondition(Precondition::BalanceTooLow));
        }
        (Payload::RegisterCheck(check), _)
            if engine.policy.broken(Defect::NewGuidOnResend) && operation.attempts > 0 =>
        {
            check.check_guid = probonus::CheckGuid::from_uuid(engine.host.new_uuid());
        }
        _ => {}
    }
    Preflight::Go(Box::new(Ready {
        payload,
        before: snapshot.balance,
        entries: snapshot.entries,
        record: snapshot.account,
    }))
}

async fn preflight_of_guest(
    engine: &Engine,
    operation: &Operation,
) -> Result<Result<AccountSnapshot, Precondition>, Error> {
    let Some(phone) = &operation.subject.phone else { return Ok(Err(Precondition::AccountNotFound)) };
    let found = engine.loyalty.find_by_phone(phone).await?;
    let Payload::EditGuest(update) = &operation.payload else {
        return Ok(if found.is_empty() { Ok(AccountSnapshot::default()) } else { Err(Precondition::PhoneKnown) });
    };
    let Some(account) = found.into_iter().find(|account| account.id == update.account) else {
        return Ok(Err(Precondition::AccountNotFound));
    };
    if !profile::changes(&update.before, &account.profile).is_empty() {
        return Ok(Err(Precondition::AccountChanged));
    }
    Ok(Ok(AccountSnapshot { account: Some(account), balance: None, entries: None }))
}

/// What an account shows before money moves. `is_trial`: nothing is known yet of how the server counts, and only a
/// balance can tell: without one it waits.
async fn preflight_of_money(
    engine: &Engine,
    operation: &Operation,
    is_trial: bool,
) -> Result<Result<AccountSnapshot, Precondition>, Error> {
    let Some(account) = operation.payload.account() else { return Ok(Err(Precondition::AccountNotFound)) };
    // What the server can't tell at all must not stop the work; what it can't tell just now, may in a while.
    let passing = |error: &Error| is_server_silent(error) || is_temporary_refusal(error);
    let phone = operation.subject.phone.as_ref();
    let (balance, listing) =
        read_balance_and_entries(engine, account, phone, None, Which::Newest(SNAPSHOT_ENTRIES)).await;
    let balance = match balance {
        Err(error) if is_trial || passing(&error) => return Err(error),
        read => read.ok().flatten(),
    };
    let entries = match listing {
        Err(error) if passing(&error) => return Err(error),
        read => read.ok().map(|listing| listing.snapshot()),
    };
    Ok(Ok(AccountSnapshot { account: None, balance, entries }))
}

/// Writes down what came of a call. What may have been applied is told by [`Delivery`] alone.
async fn settle(
    engine: &Engine,
    operation: &Operation,
    answer: Result<WriteAnswer, Error>,
) -> Result<Operation, JournalError> {
    let error = match answer {
        Ok(answer) => {
            engine.pace().answered();
            return confirm(engine, operation, &answer).await;
        }
        Err(error) => error,
    };
    let failure = Failure::from(&error);
    match error.delivery() {
        Delivery::Unknown if engine.policy.broken(Defect::RetryOnUnknown) => put_off(engine, operation, failure).await,
        Delivery::Unknown if engine.policy.broken(Defect::UnknownIsDone) => {
            confirm(engine, operation, &WriteAnswer::default()).await
        }
        Delivery::Unknown => engine.append(operation, Event::Unknown { failure: Some(failure) }).await,
        Delivery::Refused if is_temporary_refusal(&error) || engine.policy.broken(Defect::RetryRefused) => {
            put_off(engine, operation, failure).await
        }
        // It can never be sent so: waiting would not mend it.
        Delivery::NotSent if matches!(error.kind(), ErrorKind::Unsupported | ErrorKind::InvalidRequest) => {
            engine.append(operation, Event::Rejected { failure }).await
        }
        Delivery::NotSent => put_off(engine, operation, failure).await,
        Delivery::Refused => {
            engine.pace().answered();
            engine.append(operation, Event::Rejected { failure }).await
        }
    }
}

async fn confirm(engine: &Engine, operation: &Operation, answer: &WriteAnswer) -> Result<Operation, JournalError> {
    let account = answer.account.clone().or_else(|| operation.payload.account().cloned());
    let proof = match (&operation.payload, &account) {
        // Whoever made the account, made it: nobody else's attempt is proven by it.
        (Payload::CreateGuest(_), Some(account)) => Some(key_of_account(account)),
        (_, Some(account)) => answer.transaction.as_deref().map(|id| key_of_entry_id(account, id)),
        (_, None) => None,
    };
    let receipt = answer.receipt.clone();
    let confirmed = Event::Confirmed { account: account.clone(), proof, receipt: receipt.clone() };
    match engine.append(operation, confirmed).await {
        // The server told an id that it told before: it is no proof, but the operation is done all the same.
        Err(JournalError::ProofTaken(_)) => {
            engine.append(operation, Event::Confirmed { account, proof: None, receipt }).await
        }
        confirmed => confirmed,
    }
}

fn broken_precondition(precondition: Precondition) -> Failure {
    Failure {
        kind: ErrorKind::InvalidRequest,
        delivery: Delivery::NotSent,
        status: None,
        server_message: None,
        detail: None,
        precondition: Some(precondition),
    }
}

/// Makes an attempt, unless its time for going by itself is over. The caller holds the queue.
pub async fn try_to_send(
    engine: &Engine,
    operation: Operation,
    snapshot: Option<AccountSnapshot>,
) -> Result<Operation, JournalError> {
    if operation.state != State::Prepared {
        return Ok(operation);
    }
    match attempt(engine, &operation, snapshot).await? {
        Attempt::Made(operation) => Ok(*operation),
        Attempt::WaitsForCanary => {
            engine.backlog().hold_for_canary(operation.id, Instant::now(), &engine.policy);
            Ok(operation)
        }
    }
}
