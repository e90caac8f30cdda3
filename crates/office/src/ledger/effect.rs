//! By how much an operation should change the balance.

use probonus::{CheckGuid, Kopecks, TransactionKind};

use crate::{
    journal::port::Journal,
    ledger::{
        entry::{LedgerEntry, repeat_count},
        listing::{Listing, Reach},
    },
    model::{journal_error::JournalError, kinds::Parts, operation::Operation, payload::Payload},
};

/// By how much a payload should change the balance, kopecks. `purchase`: what a return undoes. `None`: the payload moves no money, or
/// the purchase of a return is not known.
pub fn effect(payload: &Payload, purchase: Option<Parts>) -> Option<Kopecks> {
    payload.rules().parts(purchase).and_then(Parts::effect)
}

/// Whether an own entry of a payload may have this sum, kopecks. For a return: one of its purchase's sums with the other sign, or any
/// sum if the purchase is not known.
pub fn may_make_entry_of(payload: &Payload, purchase: Option<Parts>, sum: Kopecks) -> bool {
    match payload.returned_guid() {
        Some(_) => purchase.is_none_or(|purchase| purchase.may_be_listed_as(sum.negated())),
        None => payload.rules().may_make_entry_of(sum),
    }
}

/// The [`effect`] of an operation.
pub async fn expected_effect(journal: &dyn Journal, operation: &Operation) -> Result<Option<Kopecks>, JournalError> {
    Ok(effect(&operation.payload, undone_by(journal, operation).await?))
}

/// What a return undoes: the parts that the guest's entries showed when it was prepared, if they were kept, else those of its purchase
/// in the journal. `None`: it is no return, or neither is known.
pub async fn undone_by(journal: &dyn Journal, operation: &Operation) -> Result<Option<Parts>, JournalError> {
    if operation.undoes.is_some() {
        return Ok(operation.undoes);
    }
    let purchase = purchase_of(journal, &operation.payload).await?;
    Ok(purchase.and_then(|purchase| purchase.payload.rules().parts(None)))
}

/// The purchase that a return undoes, if the journal has it.
pub async fn purchase_of(journal: &dyn Journal, payload: &Payload) -> Result<Option<Operation>, JournalError> {
    match payload.returned_guid() {
        Some(guid) => journal.by_guid(guid).await,
        None => Ok(None),
    }
}

/// The parts of the purchase with this GUID, as the newest entries of the guest show it; `None`: they don't show it whole.
///
/// | entries with the GUID | parts |
/// |---|---|
/// | +30.00 and −50.00 | adds 30.00, takes 50.00 |
/// | 30.00 that wait, −50.00 | the same |
/// | −20.00 alone | takes 20.00 |
/// | two of one sum and kind | none: it may have been registered twice |
/// | one of them is a return | none: a part was given back already; [`purchase_listed`] tells the whole |
/// | one of them is the oldest of a list that holds the newest only | none: an older one may be missing |
pub fn purchase_shown(listing: &Listing, guid: CheckGuid) -> Option<Parts> {
    let is_its_return = |entry: &LedgerEntry| {
        entry.transaction.kind == TransactionKind::Return && entry.transaction.external.check_guid == Some(guid)
    };
    purchase_listed(listing, guid).filter(|_| !listing.entries.iter().any(is_its_return))
}

/// Does the same as [`purchase_shown`], whether a part was given back since or not.
pub fn purchase_listed(listing: &Listing, guid: CheckGuid) -> Option<Parts> {
    let is_of_purchase = |entry: &LedgerEntry| {
        entry.transaction.kind != TransactionKind::Return && entry.transaction.external.check_guid == Some(guid)
    };
    let entries: Vec<&LedgerEntry> = listing.entries.iter().filter(|entry| is_of_purchase(entry)).collect();
    let oldest = listing.entries.iter().map(|entry| entry.transaction.at.local).min();
    let is_oldest = |entry: &&LedgerEntry| Some(entry.transaction.at.local) == oldest;
    let is_cut = listing.reach == Reach::Newest && entries.iter().any(is_oldest);
    if entries.is_empty() || is_cut || repeat_count(&entries) > 1 {
        return None;
    }
    let sum = |is_meant: &dyn Fn(&LedgerEntry) -> bool| {
        let sums = entries.iter().filter(|entry| is_meant(entry)).map(|entry| entry.transaction.sum);
        sums.into_iter().try_fold(Kopecks::ZERO, Kopecks::checked_add)
    };
    let waits = |entry: &LedgerEntry| entry.transaction.kind == TransactionKind::Waiting;
    let waiting = sum(&waits)?;
    let added = sum(&|entry| !waits(entry) && entry.transaction.sum.is_positive())?;
    let taken = sum(&|entry| !waits(entry) && !entry.transaction.sum.is_positive())?;
    // An accrual that waited has two entries once it is added.
    let adds = if added.is_positive() { added } else { waiting };
    Some(Parts { adds, takes: taken.negated() })
}

#[cfg(test)]
mod tests {
    use TransactionKind::{Accrual, Payment, Return, Waiting};

    use super::*;
    use crate::ledger::sample::{entry, kop};

    #[test]
    fn the_entries_of_a_purchase_tell_its_parts() {
        type Row = (&'static [(TransactionKind, i64)], Option<(i64, i64)>);
        let table: [Row; 8] = [
            (&[(Accrual, 30), (Payment, -50)], Some((30, 50))),
            (&[(Waiting, 30), (Payment, -50)], Some((30, 50))),
            (&[(Waiting, 30), (Accrual, 30)], Some((30, 0))),
            (&[(Payment, -20)], Some((0, 20))),
            (&[(Accrual, 0)], Some((0, 0))),
            (&[], None),
            (&[(Accrual, 30), (Accrual, 30)], None),
            (&[(Accrual, 30), (Return, -30)], None),
        ];
        let guid = CheckGuid::from_uuid(uuid::Uuid::from_u128(7));
        for (shown, expected) in table {
            let mut entries: Vec<LedgerEntry> =
                shown.iter().enumerate().map(|(number, (kind, sum))| entry(number, *kind, *sum)).collect();
            entries.iter_mut().for_each(|entry| entry.transaction.external.check_guid = Some(guid));
            let listing = |reach| Listing { entries: entries.clone(), reach };
            let parts = expected.map(|(adds, takes)| Parts { adds: kop(adds), takes: kop(takes) });
            assert_eq!(purchase_shown(&listing(Reach::All), guid), parts, "{shown:?}");
            assert_eq!(purchase_shown(&listing(Reach::Newest), guid), None, "an older one may be missing: {shown:?}");
            assert_eq!(purchase_shown(&listing(Reach::All), CheckGuid::from_uuid(uuid::Uuid::from_u128(8))), None);
        }
    }
}
