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
