//! What a start finds: whatever stood in Sending may have been done, because the program ended while it was out.

use tokio::time::Instant;

use crate::{
    core::engine::Engine,
    model::{
        defect::Defect,
        event::Event,
        failure::Failure,
        journal_error::JournalError,
        operation::{Operation, OperationId, State},
    },
};

/// Read at once.
const PAGE: u32 = 1000;

/// Makes every Sending operation Unknown, and shelves what is unfinished.
pub async fn recover(engine: &Engine) -> Result<(), JournalError> {
    loop {
        let out = engine.journal.in_states(&[State::Sending], PAGE).await?;
        if out.is_empty() {
            break;
        }
        for operation in &out {
            let event = if engine.policy.broken(Defect::ForgetSending) {
                let failure = Failure::from(&probonus::Error::new(
                    probonus::ErrorKind::ConnectionLost,
                    probonus::Delivery::NotSent,
                ));
                Event::NotSent { failure, due_at: Some(engine.host.now()) }
            } else {
                Event::Unknown { failure: None }
            };
            engine.append(operation, event).await?;
        }
    }
    engine.rebuild_backlog().await
}

/// What was out when its sender was dropped may have been done. The caller holds the queue: nobody is sending it.
pub async fn adopt(engine: &Engine, id: OperationId) -> Result<Operation, JournalError> {
    let operation = engine.load(id).await?;
    if operation.state != State::Sending {
        engine.backlog().track(&operation, Instant::now(), engine.host.now(), &engine.policy);
        return Ok(operation);
    }
    engine.append(&operation, Event::Unknown { failure: None }).await
}
