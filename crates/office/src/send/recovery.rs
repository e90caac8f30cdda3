//! Recovery: an operation that is Sending, but that no task is sending, may have been applied. It becomes Unknown.

use tokio::time::Instant;

use crate::{
    core::engine::Engine,
    model::{
        event::Event,
        journal_error::JournalError,
        operation::{Operation, OperationId, State},
    },
};

/// Operations read at once.
const PAGE: u32 = 1000;

/// Recovery at a start: makes every Sending operation Unknown, because the program ended while it was out, and builds the
/// backlog.
pub async fn recover(engine: &Engine) -> Result<(), JournalError> {
    loop {
        let out = engine.journal.in_states(&[State::Sending], PAGE).await?;
        if out.is_empty() {
            break;
        }
        for operation in &out {
            engine.append(operation, Event::Unknown { failure: None }).await?;
        }
    }
    engine.rebuild_backlog().await
}

/// Makes an operation Unknown if it is Sending; else takes its state into the backlog. The caller holds its queue, so no other
/// task is sending it: its sender was dropped.
pub async fn adopt(engine: &Engine, id: OperationId) -> Result<Operation, JournalError> {
    let operation = engine.load(id).await?;
    if operation.state != State::Sending {
        engine.backlog().track(&operation, Instant::now(), engine.host.now(), &engine.policy);
        return Ok(operation);
    }
    engine.append(&operation, Event::Unknown { failure: None }).await
}
