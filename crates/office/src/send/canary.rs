//! The canary refill: the first refill to a server. No other one is sent until its balance has proven the server's unit.

use crate::{
    core::{engine::Engine, gate::UnitConfidence},
    model::{
        account_queue::AccountQueue,
        journal_error::JournalError,
        operation::{OperationId, State},
    },
    verify::balance::verify_balance,
};

/// Whether a refill must wait for another one, the canary. `own_queue`: the queue that the caller holds.
///
/// | the canary | the refill |
/// |---|---|
/// | sending or unknown | waits |
/// | confirmed, its balance not verified, its queue busy | waits |
/// | the same, its queue free | the canary is verified now; the refill waits if that failed or halted the queue |
/// | any other, or there is none | goes, and is the canary itself |
pub async fn must_wait_for_canary(
    engine: &Engine,
    id: OperationId,
    own_queue: &AccountQueue,
) -> Result<bool, JournalError> {
    let UnitConfidence::Canary(canary) = engine.gate.unit_confidence() else { return Ok(false) };
    if canary == id {
        return Ok(false);
    }
    let Some(canary) = engine.journal.get(canary).await? else { return Ok(false) };
    match canary.state {
        State::Sending | State::Unknown => Ok(true),
        State::Confirmed if canary.awaits_verification() => {
            // Only a free lock is taken. Whoever holds the canary's queue may be waiting for our lock.
            let queue = AccountQueue::of_operation(&canary);
            let _held = if queue == *own_queue {
                None
            } else {
                let Some(held) = engine.queues.try_lock(queue) else { return Ok(true) };
                Some(held)
            };
            let canary = engine.load(canary.id).await?;
            if canary.awaits_verification() {
                verify_balance(engine, canary).await?;
            }
            Ok(!engine.gate.is_open() || matches!(engine.gate.unit_confidence(), UnitConfidence::Canary(_)))
        }
        _ => Ok(false),
    }
}
