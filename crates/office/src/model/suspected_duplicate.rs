//! Suspected duplicates of an operation.

use jiff::Timestamp;
use probonus::{Kopecks, ServerTime, Transaction};
use serde::{Deserialize, Serialize};

use crate::model::{
    evidence::Evidence,
    kinds::Claim,
    operation::{Operation, OperationId},
};

/// A suspected duplicate: an operation of the journal or an entry of the server that looks like the new operation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct SuspectedDuplicate {
    /// The journal's operation; `None`: a ledger entry that proves none of ours, or a guest with the phone of a new one.
    pub operation: Option<OperationId>,
    /// When it was prepared, for an operation.
    #[cfg_attr(feature = "specta", specta(type = Option<String>))]
    pub at: Option<Timestamp>,
    /// When it was made, for a ledger entry.
    pub server_time: Option<ServerTime>,
    /// Its sum, kopecks.
    pub sum: Option<Kopecks>,
    /// Outside number, for a purchase.
    pub outside_number: Option<String>,
    /// Comment or reason; of a guest, the name.
    pub comment: Option<String>,
    /// Whether the server refused it, so lately that its entries may not show it yet.
    #[serde(default)]
    pub refused: bool,
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
            refused: operation.was_refused(),
        }
    }

    /// A guest of the server whom this run found by the phone of a new one.
    pub(crate) fn of_guest(name: Option<String>) -> Self {
        Self {
            operation: None,
            at: None,
            server_time: None,
            sum: None,
            outside_number: None,
            comment: name,
            refused: false,
        }
    }

    /// The entry of a purchase that carries its GUID and does not prove it: another PC registered the receipt, and it was returned since
    /// or has another sum. `None`: the evidence names no such entry.
    pub(crate) fn registered_elsewhere(operation: &Operation, evidence: &Evidence) -> Option<Self> {
        let Evidence::Ambiguous { candidates } = evidence else { return None };
        let is_purchase = matches!(operation.payload.rules().claim(), Claim::Purchase { .. });
        let entry = candidates.iter().find(|candidate| candidate.exact).filter(|_| is_purchase)?;
        let own = Self::of_operation(operation);
        Some(Self {
            operation: None,
            at: None,
            sum: entry.sum,
            comment: Some(entry.summary.clone()),
            refused: false,
            ..own
        })
    }

    pub(crate) fn of_entry(entry: &Transaction, operation: Option<OperationId>) -> Self {
        Self {
            operation,
            at: None,
            server_time: Some(entry.at),
            sum: Some(entry.money_spent.unwrap_or(entry.sum)),
            outside_number: entry.external.external_check.clone(),
            comment: entry.comment.clone(),
            refused: false,
        }
    }
}
