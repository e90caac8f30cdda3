//! The duplicate guard: what looks like the operation at hand.

use probonus::{CheckGuid, Transaction, TransactionKind};

use crate::{
    core::engine::Engine,
    ledger::{listing::Listing, sent_attempt::moment_of},
    model::{
        operation::{OperationId, State},
        payload::Payload,
        refusal::Refusal,
        suspected_duplicate::SuspectedDuplicate,
    },
};

/// What the journal has against it: hard stops as refusals, likenesses as a list.
pub async fn guard_against_journal(
    engine: &Engine,
    id: OperationId,
    payload: &Payload,
) -> Result<Vec<SuspectedDuplicate>, Refusal> {
    match payload {
        Payload::RegisterCheck(check) => {
            if let Some(other) = engine.journal.by_guid(check.check_guid).await?.filter(|other| other.id != id) {
                return Err(Refusal::GuidTaken { op: other.id });
            }
            let active = engine.journal.by_outside_number(&check.rest_code, &check.external_check).await?;
            if let Some(other) = active.filter(|other| other.id != id) {
                return Err(Refusal::OutsideNumberTaken { op: other.id });
            }
        }
        Payload::ReturnCheck(check) => {
            if let Some(purchase) = engine.journal.by_guid(check.check_guid).await? {
                if let Some(by) = purchase.returned_by {
                    return Err(Refusal::AlreadyReturned { by });
                }
                if purchase.state == State::Unknown {
                    return Err(Refusal::UnknownPending { op: purchase.id });
                }
                if !purchase.allowed().return_check {
                    return Err(Refusal::PurchaseNotActive { state: purchase.state });
                }
            }
            let active = engine.journal.active_return(check.check_guid).await?;
            return match active.filter(|other| other.id != id) {
                Some(other) => Err(Refusal::AlreadyReturned { by: other.id }),
                None => Ok(Vec::new()),
            };
        }
        _ => {}
    }
    let (Some(account), Some(sum)) = (payload.account(), payload.headline_sum()) else { return Ok(Vec::new()) };
    let since = engine.policy.suspects_duplicates_since(engine.host.now());
    let suspected = engine.journal.suspected_duplicates(account, payload.kind(), sum, since).await?;
    Ok(suspected.iter().filter(|other| other.id != id).map(SuspectedDuplicate::of_operation).collect())
}

/// What the server's history has against it: entries with the same sum, or the same outside number.
pub async fn guard_against_history(
    engine: &Engine,
    id: OperationId,
    payload: &Payload,
    history: &Listing,
    duplicates: &mut Vec<SuspectedDuplicate>,
) -> Result<(), Refusal> {
    let since =
        engine.policy.suspects_duplicates_since(engine.host.now() + engine.loyalty.clock_offset().unwrap_or_default());
    for entry in &history.entries {
        if !is_suspected_duplicate(payload, &entry.transaction, || {
            moment_of(&entry.transaction, &engine.policy.time_zone) >= since
        }) {
            continue;
        }
        let owner = engine.journal.proves(&entry.key).await?;
        let listed = |owner: &OperationId| duplicates.iter().any(|suspected| suspected.operation == Some(*owner));
        if owner.as_ref().is_some_and(|owner| *owner == id || listed(owner)) {
            continue;
        }
        let marked = duplicates.iter().filter_map(|suspected| suspected.operation).any(|op| {
            entry.transaction.comment.as_deref().is_some_and(|comment| comment.contains(&op.short()))
                || entry.transaction.external.check_guid == Some(CheckGuid::from_uuid(op.0))
        });
        if !marked {
            duplicates.push(SuspectedDuplicate::of_row(&entry.transaction, owner));
        }
    }
    Ok(())
}

/// Whether an entry of the server's history looks like `payload`: the same sum within the window, or, whenever it was, the
/// same purchase, or its return.
fn is_suspected_duplicate(payload: &Payload, entry: &Transaction, within_window: impl Fn() -> bool) -> bool {
    match payload {
        Payload::Refill(refill) => {
            matches!(entry.kind, TransactionKind::Refill | TransactionKind::Other)
                && entry.sum == refill.sum
                && within_window()
        }
        Payload::RegisterCheck(check) => {
            let is_purchase = !matches!(entry.kind, TransactionKind::Return | TransactionKind::Burning);
            let same_guid = entry.external.check_guid == Some(check.check_guid);
            let same_number = entry.external.external_check.as_deref() == Some(check.external_check.as_str())
                && entry.external.rest_code.as_deref().is_none_or(|rest| rest == check.rest_code.as_str());
            let same_sum = check.money_spent.is_positive() && entry.money_spent == Some(check.money_spent);
            is_purchase && (same_guid || ((same_number || same_sum) && within_window()))
        }
        // Who undoes a purchase twice, takes what it gave twice.
        Payload::ReturnCheck(check) => {
            let same_number = entry.external.check_guid.is_none()
                && entry.external.external_check.as_deref().is_some_and(|number| number == check.external_check)
                && entry.external.rest_code.as_deref().is_none_or(|rest| rest == check.rest_code.as_str());
            entry.kind == TransactionKind::Return
                && (entry.external.check_guid == Some(check.check_guid) || (same_number && within_window()))
        }
        Payload::CreateGuest(_) | Payload::EditGuest(_) => false,
    }
}
