//! By how much an operation should change the balance.

use probonus::Kopecks;

use crate::{
    journal::port::Journal,
    model::{journal_error::JournalError, operation::Operation, payload::Payload},
};

/// By how much a payload should change the balance, kopecks. `purchase`: of a return. `None`: the payload moves no money, or the
/// purchase of a return is not known.
pub fn effect(payload: &Payload, purchase: Option<&Operation>) -> Option<Kopecks> {
    payload.rules().effect(purchase.map(|purchase| purchase.payload.rules()))
}

/// Whether an own entry of a payload may have this sum, kopecks. For a return: one of its purchase's sums with the other sign, or any
/// sum if the purchase is not known.
pub fn may_make_entry_of(payload: &Payload, purchase: Option<&Operation>, sum: Kopecks) -> bool {
    match payload.returned_guid() {
        Some(_) => purchase.is_none_or(|purchase| purchase.payload.rules().may_make_entry_of(sum.negated())),
        None => payload.rules().may_make_entry_of(sum),
    }
}

/// The [`effect`] of a payload; the purchase of a return is read from the journal.
pub async fn expected_effect(journal: &dyn Journal, payload: &Payload) -> Result<Option<Kopecks>, JournalError> {
    Ok(effect(payload, purchase_of(journal, payload).await?.as_ref()))
}

/// The purchase that a return undoes, if the journal has it.
pub async fn purchase_of(journal: &dyn Journal, payload: &Payload) -> Result<Option<Operation>, JournalError> {
    match payload.returned_guid() {
        Some(guid) => journal.by_guid(guid).await,
        None => Ok(None),
    }
}
