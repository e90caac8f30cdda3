//! What happened on an account.

use serde::{Deserialize, Serialize};

use super::Raw;
use crate::{CheckGuid, Kopecks, ReceiptId, ServerTime};

/// One row of `accounts/transactions`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Transaction {
    /// The server's id of the row; the strongest proof that two looks saw the same row.
    pub id: Option<String>,
    /// When.
    pub at: ServerTime,
    /// What.
    pub kind: TransactionKind,
    /// The kind in the server's own words, for the screen.
    pub kind_name: Option<String>,
    /// How the balance changed, in kopecks: positive is to the guest's good. A server that writes unsigned sums
    /// has the sign restored from the kind. Of a waiting accrual: what will be added; see [`Transaction::moved`].
    pub sum: Kopecks,
    /// The balance after it, in kopecks, where the server tells.
    pub balance_after: Option<Kopecks>,
    /// What was paid, in kopecks, for a purchase.
    pub money_spent: Option<Kopecks>,
    /// Comment.
    pub comment: Option<String>,
    /// The receipt behind it, for [`crate::Loyalty::receipt`].
    pub receipt: Option<ReceiptId>,
    /// What it carries of an outside purchase.
    pub external: ExternalRef,
    /// The record as the server sent it.
    #[cfg_attr(feature = "specta", specta(skip))]
    pub raw: Raw,
}

impl Transaction {
    /// How the balance changed, in kopecks. A waiting accrual has a sum, and has not changed the balance yet.
    #[must_use]
    pub fn moved(&self) -> Kopecks {
        if self.kind == TransactionKind::Waiting { Kopecks::ZERO } else { self.sum }
    }
}

/// The last transactions of an account, and whether they are all that it has.
#[derive(Clone, Debug, PartialEq)]
pub struct LatestTransactions {
    /// The transactions.
    pub transactions: Vec<Transaction>,
    /// Whether the account surely has no others: fewer came than were asked for, fewer than the server gives at once, and it does
    /// not say that there are more. A server that gives fewer than it was asked for, and says so nowhere, can't be told.
    pub complete: bool,
}

impl LatestTransactions {
    /// Whether they are fewer than `asked`, and the account may have more: the server gives no more at once.
    #[must_use]
    pub fn is_short_of(&self, asked: u32) -> bool {
        !self.complete && self.transactions.len() < asked as usize
    }
}

/// The kind of a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[non_exhaustive]
pub enum TransactionKind {
    /// Bonuses for a purchase.
    Accrual,
    /// Bonuses spent in payment.
    Payment,
    /// Bonuses taken away by hand: «Изъятие бонусов».
    Withdrawal,
    /// Bonuses added by hand or by an outside system.
    Refill,
    /// Bonuses burnt.
    Burning,
    /// Welcome bonuses of the template.
    Welcome,
    /// A purchase undone.
    Return,
    /// Bonuses for a purchase that count from a later day: no part of the balance yet.
    Waiting,
    /// Something this program has no word for; see [`Transaction::kind_name`].
    Other,
}

/// The marks of an outside purchase that a server shows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ExternalRef {
    /// `checkGuid`.
    pub check_guid: Option<CheckGuid>,
    /// `externalCheck`: the number in the outside system.
    pub external_check: Option<String>,
    /// `restCode`.
    pub rest_code: Option<String>,
}
