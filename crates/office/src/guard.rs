//! The duplicate guard: what looks like the operation at hand.

use jiff::Timestamp;
use probonus::{Kopecks, ServerTime, Transaction, TransactionKind};
use serde::{Deserialize, Serialize};

use crate::operation::{Operation, OperationId, Payload};

/// Something within a day that looks like the operation at hand: of the journal, or of the server's history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct SuspectedDuplicate {
    /// The journal's operation; `None`: a row of the server that is not ours.
    pub operation: Option<OperationId>,
    /// When it was prepared, for an operation.
    #[cfg_attr(feature = "specta", specta(type = Option<String>))]
    pub at: Option<Timestamp>,
    /// When the server says it happened, for a row.
    pub server_time: Option<ServerTime>,
    /// Its sum, kopecks.
    pub sum: Option<Kopecks>,
    /// Outside number, for a purchase.
    pub outside_number: Option<String>,
    /// Comment or reason.
    pub comment: Option<String>,
}

impl SuspectedDuplicate {
    pub(crate) fn of_operation(operation: &Operation) -> Self {
        Self {
            operation: Some(operation.id),
            at: Some(operation.created_at),
            server_time: None,
            sum: operation.payload.headline_sum(),
            outside_number: operation.payload.outside_number().map(|(_, number)| number.to_owned()),
            comment: Some(operation.reason.clone()).filter(|reason| !reason.is_empty()),
        }
    }

    pub(crate) fn of_row(row: &Transaction, operation: Option<OperationId>) -> Self {
        Self {
            operation,
            at: None,
            server_time: Some(row.at),
            sum: Some(row.money_spent.unwrap_or(row.sum)),
            outside_number: row.external.external_check.clone(),
            comment: row.comment.clone(),
        }
    }
}

/// Whether a row of the server's history looks like `payload`: the same sum within the window, or, whenever it was, the
/// same purchase, or its return.
pub(crate) fn is_alike(payload: &Payload, row: &Transaction, within_window: impl Fn() -> bool) -> bool {
    match payload {
        Payload::Refill(refill) => {
            matches!(row.kind, TransactionKind::Refill | TransactionKind::Other)
                && row.sum == refill.sum
                && within_window()
        }
        Payload::RegisterCheck(check) => {
            let is_purchase = !matches!(row.kind, TransactionKind::Return | TransactionKind::Burning);
            let same_guid = row.external.check_guid == Some(check.check_guid);
            let same_number = row.external.external_check.as_deref() == Some(check.external_check.as_str())
                && row.external.rest_code.as_deref().is_none_or(|rest| rest == check.rest_code.as_str());
            let same_sum = check.money_spent.is_positive() && row.money_spent == Some(check.money_spent);
            is_purchase && (same_guid || ((same_number || same_sum) && within_window()))
        }
        // Who undoes a purchase twice, takes what it gave twice.
        Payload::ReturnCheck(check) => {
            let same_number = row.external.check_guid.is_none()
                && row.external.external_check.as_deref().is_some_and(|number| number == check.external_check)
                && row.external.rest_code.as_deref().is_none_or(|rest| rest == check.rest_code.as_str());
            row.kind == TransactionKind::Return
                && (row.external.check_guid == Some(check.check_guid) || (same_number && within_window()))
        }
        Payload::CreateGuest(_) | Payload::EditGuest(_) => false,
    }
}
