//! What follows a confirmation, however it came: by an answer, by evidence, late.

use probonus::Account;

use crate::{
    core::engine::Engine,
    model::{journal_error::JournalError, kinds::Target, operation::Operation},
    verify::{balance::verify_balance, record::verify_record},
};

/// Verifies a confirmed operation: an edit by the guest's record, any other by the balance. The caller holds its queue.
pub async fn after_confirmed(
    engine: &Engine,
    operation: Operation,
    record: Option<&Account>,
) -> Result<Operation, JournalError> {
    engine.report_purchase(&operation).await?;
    match operation.payload.rules().target() {
        Target::Record(_) => verify_record(engine, operation, record).await,
        _ => verify_balance(engine, operation).await,
    }
}
