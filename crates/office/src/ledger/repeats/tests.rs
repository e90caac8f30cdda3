use super::*;
use crate::ledger::sample::entry;

fn purchase(accrued: i64, spent: i64) -> Payload {
    let check = serde_json::json!({ "kind": "register_check", "request": {
        "restCode": "77", "checkGuid": "0b8a9f1e-1a4c-4c5d-9a3f-4d2b6a1c7e90",
        "account": "1", "station": 999, "externalCheck": "A-1", "bonusSpent": spent, "discount": 0,
        "bonusAccrued": accrued, "moneySpent": 50_000, "checkData": "", "purchasedAt": null,
    }});
    serde_json::from_value(check).expect("a purchase")
}

fn whole_return() -> Payload {
    let check = serde_json::json!({ "kind": "return_check", "request": {
        "checkGuid": "0b8a9f1e-1a4c-4c5d-9a3f-4d2b6a1c7e90", "restCode": "77", "account": "1", "externalCheck": "A-1",
        "station": 999,
    }});
    serde_json::from_value(check).expect("a return")
}

#[test]
fn equal_entries_tell_how_often_a_purchase_was_applied() {
    use TransactionKind::{Accrual, Payment, Waiting};
    type Row = (i64, i64, &'static [(TransactionKind, i64)], Option<u32>);
    let table: [Row; 12] = [
        (30, 50, &[(Accrual, 30), (Payment, -50)], None),
        (30, 50, &[(Accrual, 30), (Payment, -25), (Payment, -25)], None),
        (30, 50, &[(Accrual, 30), (Payment, -50), (Accrual, 30), (Payment, -50)], Some(2)),
        (30, 50, &[(Accrual, -20), (Accrual, -20)], Some(2)),
        (30, 50, &[(Waiting, 30), (Payment, -50), (Accrual, 30)], None),
        (30, 50, &[(Waiting, 30), (Payment, -50), (Waiting, 30), (Payment, -50)], Some(2)),
        (30, 0, &[(Waiting, 30), (Waiting, 30), (Waiting, 30)], Some(3)),
        (50, 50, &[(Accrual, 50), (Payment, -50), (Accrual, 50), (Payment, -50)], Some(2)),
        (50, 100, &[(Accrual, -50), (Accrual, -50)], Some(2)),
        (0, 0, &[(Accrual, 0), (Accrual, 0)], Some(2)),
        (0, 0, &[(Accrual, 0)], None),
        (0, 50, &[(Payment, -25), (Payment, -25)], None),
    ];
    for (accrued, spent, listed, expected) in table {
        let entries: Vec<LedgerEntry> =
            listed.iter().enumerate().map(|(number, (kind, sum))| entry(number, *kind, *sum)).collect();
        let entries: Vec<&LedgerEntry> = entries.iter().collect();
        let found = repeated_by_entries(&AccountId::new("1"), &purchase(accrued, spent), None, &entries);
        assert_eq!(found.as_ref().map(|found| found.times), expected, "{accrued} accrued, {spent} spent: {listed:?}");
        assert!(found.is_none_or(|found| found.entries.len() == listed.len()));
    }
}

/// A POS may return parts of a purchase before the rest is returned. Each entry has the GUID of the purchase.
#[test]
fn parts_of_a_return_are_no_repeat_and_two_whole_returns_are() {
    type Row = (i64, i64, &'static [i64], Option<u32>);
    let table: [Row; 7] = [
        (1_900, 100, &[-900, -900], None),
        (1_900, 100, &[-450, -450, -900], None),
        (1_900, 100, &[-450, -450], None),
        (1_900, 100, &[-1_800, -1_800], Some(2)),
        (1_900, 100, &[-900, -900, -900], Some(3)),
        (0, 500, &[250, 250], None),
        (0, 500, &[500, 500], Some(2)),
    ];
    for (accrued, spent, listed, expected) in table {
        let of_return = |(number, sum): (usize, &i64)| entry(number, TransactionKind::Return, *sum);
        let entries: Vec<LedgerEntry> = listed.iter().enumerate().map(of_return).collect();
        let entries: Vec<&LedgerEntry> = entries.iter().collect();
        let whole = purchase(accrued, spent).rules().parts(None);
        let found = repeated_by_entries(&AccountId::new("1"), &whole_return(), whole, &entries);
        assert_eq!(found.map(|found| found.times), expected, "{accrued} accrued, {spent} spent: {listed:?}");
    }
}
