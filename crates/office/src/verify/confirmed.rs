//! What follows a confirmation, whether an answer, evidence or a late arrival brought it.

use probonus::Account;

use crate::{
    core::engine::Engine,
    model::{journal_error::JournalError, kinds::Target, operation::Operation},
    verify::{balance::verify_balance, record::verify_record},
};

/// Verifies a confirmed operation: an edit by the guest's record, any other by the balance. Reports the purchase of a return as
/// changed. The caller holds the account queue.
///
/// `record`: the guest's record just before the send, for an edit.
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
