//! Transactions, for the page.

use probonus::{ExternalRef, Kopecks, ServerTime, Transaction, TransactionKind};
use serde::Serialize;
use specta::Type;

/// A page of an account's history, newest first.
#[derive(Clone, Debug, PartialEq, Serialize, Type)]
pub(crate) struct TransactionPage {
    /// The rows.
    pub rows: Vec<TransactionView>,
    /// The number of all rows of the answer.
    pub total: u32,
    /// Whether fewer rows came than were asked for although the server may have more: it gives no more at once.
    pub short: bool,
    /// Offset of the next page; `null` at the end.
    pub next: Option<u32>,
}

/// One transaction.
#[derive(Clone, Debug, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TransactionView {
    /// The server's id of the entry.
    pub id: Option<String>,
    /// The server's local time, ISO without a zone.
    pub at: String,
    /// The kind.
    pub kind: TransactionKind,
    /// The kind in the server's own words.
    pub kind_name: Option<String>,
    /// Change of the balance, kopecks.
    pub sum: Kopecks,
    /// Balance after it, kopecks.
    pub balance_after: Option<Kopecks>,
    /// What was paid, kopecks.
    pub money_spent: Option<Kopecks>,
    /// Comment.
    pub comment: Option<String>,
    /// The receipt behind it.
    pub receipt: Option<String>,
    /// `checkGuid` of an outside purchase.
    pub check_guid: Option<String>,
    /// Its number in the outside system.
    pub external_check: Option<String>,
    /// Its restaurant.
    pub rest_code: Option<String>,
    /// Whether it belongs to an outside purchase: it shows a GUID or an outside number.
    pub outside: bool,
    /// Whether its purchase can be returned by this program.
    pub returnable: bool,
}

/// Whether a purchase was registered by an outside system, so that an outside system can return it: it has both a GUID and an
/// outside number. A receipt of the POS has no such GUID, even if the server copies its number.
pub(super) fn is_registered_outside(external: &ExternalRef) -> bool {
    external.check_guid.is_some() && external.external_check.as_deref().is_some_and(|number| !number.trim().is_empty())
}

pub(super) fn wall(at: ServerTime) -> String {
    at.local.to_string()
}

impl From<&Transaction> for TransactionView {
    fn from(transaction: &Transaction) -> Self {
        Self {
            id: transaction.id.clone(),
            at: wall(transaction.at),
            kind: transaction.kind,
            kind_name: transaction.kind_name.clone(),
            sum: transaction.sum,
            balance_after: transaction.balance_after,
            money_spent: transaction.money_spent,
            comment: transaction.comment.clone(),
            receipt: transaction.receipt.as_ref().map(ToString::to_string),
            check_guid: transaction.external.check_guid.map(|guid| guid.to_string()),
            external_check: transaction.external.external_check.clone(),
            rest_code: transaction.external.rest_code.clone(),
            outside: transaction.external.check_guid.is_some() || transaction.external.external_check.is_some(),
            returnable: transaction.kind != TransactionKind::Return && is_registered_outside(&transaction.external),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_receipt_that_was_registered_outside_can_be_returned() {
        let guid = Some("6b3f1a52-8a0e-4d53-9c6e-0a2b3c4d5e6f".parse().unwrap());
        let number = |number: &str| Some(number.to_owned());
        let of = |check_guid, external_check| ExternalRef { check_guid, external_check, rest_code: None };
        assert!(is_registered_outside(&of(guid, number("Д-17"))));
        assert!(!is_registered_outside(&of(None, number("1204"))), "the POS's own number, copied");
        assert!(!is_registered_outside(&of(guid, None)));
        assert!(!is_registered_outside(&of(guid, number(" "))));
    }
}
