//! What follows a confirmation.

use probonus::Account;

use crate::{
    core::engine::Engine,
    model::{journal_error::JournalError, operation::Operation, payload::Payload},
    verify::{balance::verify_balance, record::verify_record},
};

/// What follows a confirmation, however it came: the balance and the record are read again.
pub async fn after_confirmed(
    engine: &Engine,
    operation: Operation,
    record: Option<&Account>,
) -> Result<Operation, JournalError> {
    engine.report_purchase(&operation).await?;
    match &operation.payload {
        Payload::EditGuest(_) => verify_record(engine, operation, record).await,
        _ => verify_balance(engine, operation).await,
    }
}
