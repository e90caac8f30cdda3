//! What a call's answer makes of an operation.

use probonus::{Delivery, Error, ErrorKind, WriteAnswer};

use crate::{
    core::engine::Engine,
    ledger::entry::{key_of_account, key_of_entry_id},
    model::{
        event::Event,
        failure::{Failure, is_temporary_refusal},
        journal_error::JournalError,
        kinds::Target,
        operation::Operation,
    },
    send::retry::{ask_operator, put_off},
};

/// Records what came of a call. Whether it may have been applied is told by [`Delivery`] alone.
///
/// | answer | example | the operation becomes |
/// |---|---|---|
/// | done | status 200, understood | confirmed |
/// | unknown | timeout after the request left, status 500 | unknown |
/// | refused, but not the operation itself | sign in again | prepared: tried again, up to `Policy::refused_attempts` |
/// | refused | the account is blocked | rejected |
/// | not sent, and can't be sent so | the method is not supported | rejected |
/// | not sent | connection refused | prepared: it is tried again |
pub async fn settle(
    engine: &Engine,
    operation: &Operation,
    answer: Result<WriteAnswer, Error>,
) -> Result<Operation, JournalError> {
    let error = match answer {
        Ok(answer) => {
            engine.pace().answered();
            return confirm(engine, operation, &answer).await;
        }
        Err(error) => error,
    };
    let failure = Failure::from(&error);
    match error.delivery() {
        Delivery::Unknown => engine.append(operation, Event::Unknown { failure: Some(failure) }).await,
        // A server may do the work and say no all the same. Each attempt is in the journal, so a restart allows no more.
        Delivery::Refused if is_temporary_refusal(&error) && operation.attempts >= engine.policy.refused_attempts => {
            ask_operator(engine, operation, failure).await
        }
        Delivery::Refused if is_temporary_refusal(&error) => put_off(engine, operation, failure).await,
        Delivery::Refused => {
            engine.pace().answered();
            engine.append(operation, Event::Rejected { failure }).await
        }
        Delivery::NotSent if matches!(error.kind(), ErrorKind::Unsupported | ErrorKind::InvalidRequest) => {
            engine.append(operation, Event::Rejected { failure }).await
        }
        Delivery::NotSent => put_off(engine, operation, failure).await,
    }
}

/// Confirms an operation by the server's answer, with the account, entry and receipt that it names.
///
/// An entry id that already proves another operation is left out: the operation is done all the same.
async fn confirm(engine: &Engine, operation: &Operation, answer: &WriteAnswer) -> Result<Operation, JournalError> {
    let account = answer.account.clone().or_else(|| operation.payload.account().cloned());
    let proof = match (operation.payload.rules().target(), &account) {
        // The new account itself is the proof, so that no other attempt to create it can be proven by it.
        (Target::NewGuest(_), Some(account)) => Some(key_of_account(account)),
        (_, Some(account)) => answer.transaction.as_deref().map(|id| key_of_entry_id(account, id)),
        (_, None) => None,
    };
    let receipt = answer.receipt.clone();
    let confirmed = Event::Confirmed { account: account.clone(), proof, receipt: receipt.clone() };
    match engine.append(operation, confirmed).await {
        Err(JournalError::ProofTaken(_)) => {
            engine.append(operation, Event::Confirmed { account, proof: None, receipt }).await
        }
        confirmed => confirmed,
    }
}
