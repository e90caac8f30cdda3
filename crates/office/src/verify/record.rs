//! Verification of a guest's record after an edit.

use probonus::Account;

use crate::{
    core::engine::Engine,
    ledger::reading::read_account,
    model::{event::Event, journal_error::JournalError, kinds::Target, operation::Operation, profile},
};

/// Reads the record again after an edit, and records each field that changed although nobody asked for it.
///
/// Example: the e-mail was edited, and the level changed as well: the level is recorded. `record`: the record just before the
/// send. Without it, or if the record can't be read now, nothing is recorded.
pub async fn verify_record(
    engine: &Engine,
    operation: Operation,
    record: Option<&Account>,
) -> Result<Operation, JournalError> {
    let (Target::Record(update), Some(record), Some(phone)) =
        (operation.payload.rules().target(), record, operation.subject.phone.as_ref())
    else {
        return Ok(operation);
    };
    match read_account(engine, phone, &update.account).await {
        Ok(Some(now)) => {
            let unasked = profile::unasked(record, update, &now);
            engine.append(&operation, Event::RecordRead { unasked }).await
        }
        Ok(None) => Ok(operation),
        Err(error) => {
            tracing::warn!(%error, operation = %operation.id, "the record could not be read again after the edit");
            Ok(operation)
        }
    }
}
