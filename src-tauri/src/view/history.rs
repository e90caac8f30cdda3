//! Transactions, for the page.

use jiff::{civil::DateTime, tz::TimeZone};
use probonus::{ExternalRef, Kopecks, Lack, ServerTime, Transaction, TransactionKind, UnreadRow};
use serde::Serialize;
use specta::Type;

use crate::shape::{shown_message, shown_name};

/// A page of an account's history, newest first.
#[derive(Clone, Debug, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TransactionPage {
    /// The rows.
    pub rows: Vec<TransactionView>,
    /// The number of all rows that were read.
    pub total: u32,
    /// What the history lacks.
    pub lacks: Lack,
    /// The number of rows that the server counts, if it is greater than `total`.
    pub counted: Option<u32>,
    /// The rows that could not be read, at most [`TransactionPage::MAX_UNREAD`].
    pub unread: Vec<UnreadView>,
    /// The number of all rows that could not be read.
    pub unread_total: u32,
    /// The number of rows of other accounts, which are left out.
    pub foreign: u32,
    /// Whether rows came, and all of them are of other days than the ones that were asked for.
    pub other_days: bool,
    /// Offset of the next page; `null` at the end.
    pub next: Option<u32>,
}

impl TransactionPage {
    /// The most unread rows that are sent to the page.
    pub const MAX_UNREAD: usize = 20;
}

/// A row that could not be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
pub(crate) struct UnreadView {
    /// The field at fault, as the server spells it; `null`: the whole row.
    pub field: Option<String>,
    /// The row as the server sent it, at most 2000 characters.
    pub raw: String,
}

impl From<&UnreadRow> for UnreadView {
    fn from(row: &UnreadRow) -> Self {
        Self { field: row.field.as_deref().map(shown_name), raw: shown_message(&row.raw.to_string()) }
    }
}

/// One transaction.
#[derive(Clone, Debug, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TransactionView {
    /// The server's id of the entry.
    pub id: Option<String>,
    /// The local time, ISO without a zone: the office's, or the server's where its time has no zone.
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
    /// Whether nothing tells if it added or took; the sum is then as the server writes it.
    pub unsigned: bool,
    /// Whether it was cancelled, and is in no balance.
    pub cancelled: bool,
}

/// Whether a purchase was registered by an outside system, so that an outside system can return it: it has both a GUID and an
/// outside number. A receipt of the POS has no such GUID, even if the server copies its number.
pub(super) fn is_registered_outside(external: &ExternalRef) -> bool {
    external.check_guid.is_some() && external.external_check.as_deref().is_some_and(|number| !number.trim().is_empty())
}

pub(super) fn wall(at: ServerTime) -> String {
    shown(at, &zone()).to_string()
}

/// The zone of the office: that of this machine.
#[must_use]
pub fn zone() -> TimeZone {
    TimeZone::system()
}

/// The time that is shown: in the office's zone, or the server's own time if it has no zone.
#[must_use]
pub fn shown(at: ServerTime, zone: &TimeZone) -> DateTime {
    at.instant.map_or(at.local, |instant| zone.to_datetime(instant))
}

impl From<&Transaction> for TransactionView {
    fn from(transaction: &Transaction) -> Self {
        Self {
            id: transaction.id.clone(),
            at: wall(transaction.at),
            kind: transaction.kind,
            kind_name: transaction.kind_name.as_deref().map(shown_name),
            sum: transaction.sum,
            balance_after: transaction.balance_after,
            money_spent: transaction.money_spent,
            comment: transaction.comment.as_deref().map(shown_message),
            receipt: transaction.receipt.as_ref().map(ToString::to_string),
            check_guid: transaction.external.check_guid.map(|guid| guid.to_string()),
            external_check: transaction.external.external_check.as_deref().map(shown_name),
            rest_code: transaction.external.rest_code.as_deref().map(shown_name),
            outside: transaction.external.check_guid.is_some() || transaction.external.external_check.is_some(),
            returnable: transaction.kind != TransactionKind::Return
                && !transaction.cancelled
                && is_registered_outside(&transaction.external),
            unsigned: transaction.unsigned,
            cancelled: transaction.cancelled,
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
