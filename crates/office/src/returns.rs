//! A confirmed return marks its purchase. The two are two operations with a journal entry each; a small note between
//! them makes sure that a crash between the entries is mended at the next start.

use crate::{
    engine::Engine,
    event::Event,
    journal::JournalError,
    operation::{Operation, OperationId, Payload, State},
};

/// Returns that are about to be confirmed, and whose purchases may not be marked yet.
const OPEN_RETURNS: &str = "returns.open";

impl Engine {
    /// Notes that `operation`, if it is a return, is about to be confirmed. Before its Confirmed is written.
    pub async fn note_return(&self, operation: &Operation) -> Result<(), JournalError> {
        if !matches!(operation.payload, Payload::ReturnCheck(_)) {
            return Ok(());
        }
        let _one = self.open_returns.lock().await;
        let mut open = self.read_open_returns().await?;
        if !open.contains(&operation.id) {
            open.push(operation.id);
            self.write_open_returns(&open).await?;
        }
        Ok(())
    }

    /// Marks the purchase of a confirmed return. May be called again.
    pub async fn mark_returned(&self, operation: &Operation) -> Result<(), JournalError> {
        let Payload::ReturnCheck(check) = &operation.payload else { return Ok(()) };
        if operation.state == State::Confirmed
            && let Some(purchase) = self.journal.by_guid(check.check_guid).await?
            && purchase.returned_by.is_none()
        {
            self.append(&purchase, Event::Returned { by: operation.id }).await?;
        }
        let _one = self.open_returns.lock().await;
        let mut open = self.read_open_returns().await?;
        if open.contains(&operation.id) {
            open.retain(|id| *id != operation.id);
            self.write_open_returns(&open).await?;
        }
        Ok(())
    }

    /// Marks the purchases of returns that were confirmed when the program ended.
    pub async fn close_open_returns(&self) -> Result<(), JournalError> {
        for id in self.read_open_returns().await? {
            // One that is not confirmed after all will be noted again when it is.
            let operation = self.load(id).await?;
            self.mark_returned(&operation).await?;
        }
        Ok(())
    }

    async fn read_open_returns(&self) -> Result<Vec<OperationId>, JournalError> {
        let Some(text) = self.journal.note(OPEN_RETURNS).await? else { return Ok(Vec::new()) };
        serde_json::from_str(&text).map_err(|error| JournalError::Corrupt(format!("note {OPEN_RETURNS}: {error}")))
    }

    async fn write_open_returns(&self, open: &[OperationId]) -> Result<(), JournalError> {
        if open.is_empty() {
            return self.journal.set_note(OPEN_RETURNS, None).await;
        }
        let text = serde_json::to_string(open).map_err(|error| JournalError::Other(error.to_string()))?;
        self.journal.set_note(OPEN_RETURNS, Some(&text)).await
    }
}
