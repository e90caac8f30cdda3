//! The balance watch: after each money operation the balance is read again, and what changed is held against what was
//! sent. What other transactions of the account explain (the POS is at work meanwhile) is taken off first. A surprise
//! halts the whole queue: it is better to stop at the first wrong hundred than to find out in a month.

use probonus::{Delivery, Error, ErrorKind, Kopecks};
use tokio::time::Instant;

use crate::{
    core::{
        engine::Engine,
        gate::{Capability, UnitConfidence},
    },
    ledger::{
        effect::expected_effect,
        listing::Listing,
        reading::{Which, read_balance, read_balance_and_entries},
        sent_attempt::SentAttempt,
    },
    model::{
        defect::Defect,
        event::Event,
        evidence::Evidence,
        failure::{is_server_silent, is_temporary_refusal},
        journal_error::JournalError,
        operation::{BalanceVerification, Operation},
        queue::Halt,
    },
    verify::{
        explanation::{Reading, explain},
        mismatch::{fits, mismatch_of},
    },
};

/// Reads the balance after a confirmed operation, and halts the queue if it surprises. The caller holds the queue.
pub async fn verify_balance(engine: &Engine, operation: Operation) -> Result<Operation, JournalError> {
    verify(engine, operation, false).await
}

/// The same some time after: one reading, and only the account's entries since say whether it surprises. The caller
/// holds the queue.
pub async fn verify_balance_late(engine: &Engine, operation: Operation) -> Result<Operation, JournalError> {
    verify(engine, operation, true).await
}

async fn verify(engine: &Engine, operation: Operation, late: bool) -> Result<Operation, JournalError> {
    let Some(account) = operation.subject.account.clone() else { return Ok(operation) };
    if engine.policy.broken(Defect::WatchOff) {
        engine.gate.set_unit_confidence(&*engine.journal, UnitConfidence::Proven).await?;
        return Ok(operation);
    }
    let effect = expected_effect(&*engine.journal, &operation.payload).await?;
    let sent = SentAttempt::for_verification(&engine.journal.story(operation.id).await?);
    // The entries since the first attempt that may have arrived explain what changed since then, not since the last one.
    let before = sent.as_ref().map_or(operation.balance.before, |sent| sent.before);
    let expected = before.zip(effect).and_then(|(before, effect)| before.checked_add(effect));

    let mut last = None;
    let reads = if late { 1 } else { engine.policy.watch_reads.max(1) };
    for read in 0..reads {
        if read > 0 {
            // The POS may have been between two of our reads, or the server needs a moment.
            tokio::time::sleep(engine.policy.watch_pause).await;
        }
        match read_after(engine, &operation, &account, expected, sent.as_ref()).await {
            Ok(None) => {}
            Ok(Some((after, listing))) => {
                let reading = match (&sent, listing) {
                    (Some(sent), Some(listing)) => {
                        explain(engine, &operation, &account, (before, expected, after), sent, &listing).await?
                    }
                    _ => Reading { after, explained: None, ours: None, has_twin: false },
                };
                let fits = fits(expected, &reading);
                last = Some(reading);
                if fits {
                    break;
                }
            }
            Err(error) => {
                tracing::warn!(%error, operation = %operation.id, "the balance could not be read after the operation");
            }
        }
    }
    let Some(reading) = last else { return Ok(operation) };
    if late && reading.explained.is_none() && expected.is_some_and(|expected| expected != reading.after) {
        // Much may have happened since, and what it was can't be read now.
        return Ok(operation);
    }

    let operation = claim_entry(engine, operation, &reading).await?;
    let reported = reading.ours.as_ref().and_then(|(_, moved)| *moved);
    let mut balance =
        BalanceVerification { before, expected, after: Some(reading.after), explained: reading.explained };
    // Nothing was read before, and nobody reported when it was done: what others did since can't be reported from what they did
    // before. But the operation's own entry says that it did what was sent, so the rest is theirs, unless a second such
    // entry stands beside it.
    let is_blind = sent.as_ref().is_some_and(|sent| sent.snapshot.is_none() && !sent.answered);
    if is_blind && reported.is_some() && reported == effect && !reading.has_twin {
        balance.explained = expected.and_then(|expected| reading.after.checked_sub(expected));
    }
    let mismatch = mismatch_of(&operation.payload, effect, &balance, reported);
    let operation = engine.append(&operation, Event::BalanceRead { balance, mismatch: mismatch.is_some() }).await?;
    match (mismatch, effect) {
        (Some((cause, changed)), Some(sent)) => {
            let halt = Halt { operation: operation.id, at: engine.host.now(), cause, sent, changed, balance };
            tracing::error!(operation = %operation.id, ?cause, "the balance surprised: the queue is halted");
            engine.gate.close(&*engine.journal, halt).await?;
            engine.report_queue().await;
        }
        _ if engine.gate.unit_confidence() == UnitConfidence::Canary(operation.id) => {
            // Without a balance before, nothing was learned: the next refill is the first again.
            let trust = if expected.is_some() { UnitConfidence::Proven } else { UnitConfidence::Unproven };
            engine.gate.set_unit_confidence(&*engine.journal, trust).await?;
            engine.backlog().release_held(Instant::now());
            engine.wake.notify_one();
            engine.report_queue().await;
        }
        _ => {}
    }
    Ok(operation)
}

/// The balance, and the account's entries with it where they have to be asked; `None`: the server tells no balance.
async fn read_after(
    engine: &Engine,
    operation: &Operation,
    account: &probonus::AccountId,
    expected: Option<Kopecks>,
    sent: Option<&SentAttempt>,
) -> Result<Option<(Kopecks, Option<Listing>)>, Error> {
    let phone = operation.subject.phone.as_ref();
    let Some(after) = read_balance(engine, account, phone).await? else { return Ok(None) };
    let (Some(sent), true) = (sent, operation.payload.moves_money()) else { return Ok(Some((after, None))) };
    let learned =
        Capability::of(operation.payload.kind()).is_none_or(|capability| engine.gate.has_observed(capability));
    if learned && (expected.is_none() || expected == Some(after)) {
        return Ok(Some((after, None)));
    }
    match read_balance_and_entries(engine, account, phone, Some(after), Which::Since(sent)).await {
        (balance, Ok(listing)) => Ok(balance?.map(|after| (after, Some(listing)))),
        // It listed them before, or will: this reading is no reading, and is made again.
        (_, Err(error)) if sent.snapshot.is_some() || passes(&error) => Err(error),
        // Some servers never list entries: the balance alone must do.
        (_, Err(error)) => {
            tracing::debug!(%error, "the entries after the operation could not be read");
            Ok(Some((after, None)))
        }
    }
}

/// Whether a failure says nothing of whether the server lists entries at all: it passes. One that always fails there does not.
fn passes(error: &Error) -> bool {
    let is_impossible = matches!(error.kind(), ErrorKind::Unsupported | ErrorKind::InvalidRequest);
    // Not even the session could be opened: the entries were not asked for.
    let was_not_asked = error.delivery() == Delivery::NotSent && !is_impossible;
    was_not_asked || is_temporary_refusal(error) || (is_server_silent(error) && error.kind() != ErrorKind::ServerFault)
}

/// Keeps the entry that the operation made, so that no other is ever proven by it; and learns that such entries are seen.
async fn claim_entry(engine: &Engine, operation: Operation, reading: &Reading) -> Result<Operation, JournalError> {
    let Some((found, _)) = &reading.ours else { return Ok(operation) };
    if found.exact
        && let Some(capability) = Capability::of(operation.payload.kind())
    {
        engine.gate.observe(&*engine.journal, capability).await?;
    }
    if operation.proof.is_some() || engine.journal.proves(&found.proof).await?.is_some() {
        return Ok(operation);
    }
    engine.append(&operation, Event::Probed { evidence: Evidence::Found(found.clone()) }).await
}
