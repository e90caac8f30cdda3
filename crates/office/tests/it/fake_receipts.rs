//! Receipts of the fake server, and the markers of purchases.

use std::collections::BTreeMap;

use probonus::{AccountId, CheckGuid, ExternalRef, Kopecks, Receipt, ReceiptId};

/// The markers of a purchase, and of its return.
pub fn markers_of(guid: CheckGuid, number: &str, rest: &str) -> ExternalRef {
    ExternalRef { check_guid: Some(guid), external_check: Some(number.to_owned()), rest_code: Some(rest.to_owned()) }
}

/// Receipts of entries that show no markers.
#[derive(Default)]
pub struct Receipts {
    /// Entries that show no markers have receipts that do.
    pub are_shown: bool,
    /// The account that receipts name.
    pub name: Option<AccountId>,
    markers: BTreeMap<ReceiptId, ExternalRef>,
    paid: BTreeMap<CheckGuid, Kopecks>,
}

impl Receipts {
    /// Keeps the markers of a new entry of a purchase; its receipt's id, if receipts are shown.
    pub fn keep(&mut self, entry: &str, external: &ExternalRef) -> Option<ReceiptId> {
        if !self.are_shown || external.check_guid.is_none() {
            return None;
        }
        let id = ReceiptId::new(format!("receipt {entry}"));
        self.markers.insert(id.clone(), external.clone());
        Some(id)
    }

    /// Counts what was paid for a purchase.
    pub fn pay(&mut self, purchase: CheckGuid, sum: Kopecks) {
        let paid = self.paid.entry(purchase).or_default();
        *paid = paid.checked_add(sum).expect("a sum");
    }

    /// What was paid for a purchase that is returned.
    pub fn give_back(&mut self, purchase: CheckGuid) -> Kopecks {
        self.paid.remove(&purchase).unwrap_or_default()
    }

    /// The receipt with this id.
    pub fn get(&self, id: &ReceiptId) -> Option<Receipt> {
        self.markers.get(id).map(|external| receipt_of(id, self.name.clone(), external.clone()))
    }
}

/// A receipt that tells its markers and an account, and nothing else.
fn receipt_of(id: &ReceiptId, account: Option<AccountId>, external: ExternalRef) -> Receipt {
    Receipt {
        id: id.clone(),
        account,
        number: None,
        at: None,
        opened_at: None,
        restaurant: None,
        station: None,
        waiter: None,
        total: None,
        discount: None,
        paid: None,
        bonus_spent: None,
        bonus_accrued: None,
        lines: Vec::new(),
        payments: Vec::new(),
        text: None,
        external,
        returned: None,
        unread: Vec::new(),
        raw: serde_json::Value::Null,
    }
}
