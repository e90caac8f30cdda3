//! What a start finds: whatever stood in Sending may have been done, because the program ended while it was out.

use crate::{
    defect::Defect,
    engine::Engine,
    event::{Event, Failure},
    journal::JournalError,
    operation::State,
};

/// Read at once.
const PAGE: u32 = 1000;

impl Engine {
    /// Makes every Sending operation Unknown, and shelves what is unfinished.
    pub async fn recover(&self) -> Result<(), JournalError> {
        loop {
            let out = self.journal.in_states(&[State::Sending], PAGE).await?;
            if out.is_empty() {
                break;
            }
            for operation in &out {
                let event = if self.policy.broken(Defect::ForgetSending) {
                    let failure = Failure::from(&probonus::Error::new(
                        probonus::ErrorKind::ConnectionLost,
                        probonus::Delivery::NotSent,
                    ));
                    Event::NotSent { failure, due_at: Some(self.host.now()) }
                } else {
                    Event::Unknown { failure: None }
                };
                self.append(operation, event).await?;
            }
        }
        self.reshelve_from_scratch().await
    }
}
