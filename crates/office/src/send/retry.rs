//! When an operation that was not sent is tried again.

use std::time::Duration;

use jiff::Timestamp;
use tokio::time::Instant;

use crate::{
    core::engine::Engine,
    model::{
        account_queue::AccountQueue, event::Event, failure::Failure, journal_error::JournalError, operation::Operation,
    },
};

/// Makes an operation Prepared again, and sets when it is tried next: it was not sent.
pub async fn put_off(engine: &Engine, operation: &Operation, failure: Failure) -> Result<Operation, JournalError> {
    let due_at = next_try(engine, operation, &failure);
    tracing::info!(operation = %operation.id, kind = ?failure.kind, ?due_at, "not sent");
    engine.append(operation, Event::NotSent { failure, due_at }).await
}

/// Makes an operation Prepared again, and leaves it to the operator whether it is sent.
pub async fn ask_operator(engine: &Engine, operation: &Operation, failure: Failure) -> Result<Operation, JournalError> {
    tracing::warn!(operation = %operation.id, kind = ?failure.kind, "not sent: the operator is asked");
    engine.append(operation, Event::NotSent { failure, due_at: None }).await
}

/// When an operation that could not be sent is tried again; `None`: `Policy::retry_budget` is spent, so it waits for the
/// operator.
///
/// The pace learns of the failure as well. A server that answers 500 may fail on one account only; any other failure pauses
/// all accounts.
fn next_try(engine: &Engine, operation: &Operation, failure: &Failure) -> Option<Timestamp> {
    let tries = engine.backlog().note_try(operation.id);
    let pause = backoff(engine, tries);
    if failure.status == Some(500) {
        engine.pace().failed(&AccountQueue::of_operation(operation), Instant::now(), pause);
    } else {
        engine.pace().fell_silent(Instant::now(), pause);
    }
    if tries >= engine.policy.retry_budget { None } else { engine.host.now().checked_add(pause).ok() }
}

/// The pause after this many tries: it doubles each time, up to `Policy::retry_cap`. Its upper half is random, so that many
/// offices don't come back at the same time. Example with 2 seconds at first: the third pause is 4 to 8 seconds.
fn backoff(engine: &Engine, tries: u32) -> Duration {
    let factor = 1u32.checked_shl(tries.saturating_sub(1).min(20)).unwrap_or(u32::MAX);
    let pause = engine.policy.retry_first.saturating_mul(factor).min(engine.policy.retry_cap);
    let half = pause / 2;
    let jitter = u64::try_from(half.as_millis()).unwrap_or(u64::MAX).max(1);
    half + Duration::from_millis(engine.host.random_below(jitter))
}
