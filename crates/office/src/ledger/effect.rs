//! By how much an operation should change the balance.

use probonus::Kopecks;

use crate::{
    journal::port::Journal,
    model::{journal_error::JournalError, operation::Operation, payload::Payload},
};

/// By how much a payload should change the balance, kopecks; `None`: it moves no money, or the purchase is not in the journal.
///
/// | payload | example | effect |
/// |---|---|---|
/// | refill | 100.00 | +100.00 |
/// | purchase | accrues 30.00, spends 50.00 | −20.00 |
/// | return of that purchase | | +20.00 |
pub fn effect(payload: &Payload, purchase: Option<&Operation>) -> Option<Kopecks> {
    match payload {
        Payload::Refill(refill) => Some(refill.sum),
        Payload::RegisterCheck(check) => check.bonus_accrued.checked_sub(check.bonus_spent),
        Payload::ReturnCheck(_) => effect(&purchase?.payload, None).map(Kopecks::negated),
        Payload::CreateGuest(_) | Payload::EditGuest(_) => None,
    }
}

/// The [`effect`] of a payload; the purchase of a return is read from the journal.
pub async fn expected_effect(journal: &dyn Journal, payload: &Payload) -> Result<Option<Kopecks>, JournalError> {
    Ok(effect(payload, purchase_of(journal, payload).await?.as_ref()))
}

/// The purchase that a return undoes, if the journal has it.
pub async fn purchase_of(journal: &dyn Journal, payload: &Payload) -> Result<Option<Operation>, JournalError> {
    match payload {
        Payload::ReturnCheck(check) => journal.by_guid(check.check_guid).await,
        _ => Ok(None),
    }
}
