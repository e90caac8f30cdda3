//! The transactions of an account.

use serde::{Deserialize, Serialize};

use super::Raw;
use crate::{CheckGuid, Kopecks, ReceiptId, ServerTime};

/// One entry of `accounts/transactions`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Transaction {
    /// The server's id of the entry. The same id in two reads proves that it is the same entry.
    pub id: Option<String>,
    /// The server's time of the entry.
    pub at: ServerTime,
    /// The kind.
    pub kind: TransactionKind,
    /// The kind in the server's own words, for the screen.
    pub kind_name: Option<String>,
    /// The change of the balance in kopecks; positive adds bonuses. If the server writes sums without a sign, the kind gives the
    /// sign. For a waiting accrual it is the sum that will be added later; see [`Transaction::moved`].
    pub sum: Kopecks,
    /// The balance after the entry, in kopecks; `None` if the server does not give it.
    pub balance_after: Option<Kopecks>,
    /// The money paid for a purchase, in kopecks.
    pub money_spent: Option<Kopecks>,
    /// Comment.
    pub comment: Option<String>,
    /// The id of its receipt, for [`crate::Loyalty::receipt`].
    pub receipt: Option<ReceiptId>,
    /// The references of an outside purchase that the entry shows.
    pub external: ExternalRef,
    /// The record as the server sent it.
    #[cfg_attr(feature = "specta", specta(skip))]
    pub raw: Raw,
}

impl Transaction {
    /// The change of the balance so far, in kopecks. It is zero for a waiting accrual, which will change the balance later.
    #[must_use]
    pub fn moved(&self) -> Kopecks {
        if self.kind == TransactionKind::Waiting { Kopecks::ZERO } else { self.sum }
    }
}

/// The last transactions of an account, and whether the account has no others.
#[derive(Clone, Debug, PartialEq)]
pub struct LatestTransactions {
    /// The transactions.
    pub transactions: Vec<Transaction>,
    /// Whether the account has no other transactions. It is `true` if fewer came than were asked for, fewer than the server gives at
    /// once, and the server does not say that there are more.
    ///
    /// It can be wrong for a server that gives fewer than it was asked for and says so nowhere.
    pub complete: bool,
}

impl LatestTransactions {
    /// Whether fewer than `asked` came although the account may have more: the server gives no more at once.
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
    /// Bonuses for a purchase that count from a later day. They are not part of the balance yet.
    Waiting,
    /// A kind that this program does not know; see [`Transaction::kind_name`].
    Other,
}

/// The references of an outside purchase, as far as the server shows them.
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
