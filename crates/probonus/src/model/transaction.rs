//! The transactions of an account.

use serde::{Deserialize, Serialize};

use super::Raw;
use crate::{CheckGuid, Kopecks, Period, ReceiptId, ServerTime};

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
    /// Whether nothing tells which way it went: the server writes no minus, and the kind may add or take. The sum is then as the
    /// server writes it.
    #[serde(default)]
    pub unsigned: bool,
    /// Whether the server marks the entry itself as cancelled or deleted, and no other entry of the list takes its sum back. The
    /// entry is then in no balance.
    #[serde(default)]
    pub cancelled: bool,
    /// The record as the server sent it.
    #[cfg_attr(feature = "specta", specta(skip))]
    pub raw: Raw,
}

impl Transaction {
    /// The change of the balance so far, in kopecks. It is zero for a waiting accrual, which will change the balance later, and for a
    /// cancelled entry.
    #[must_use]
    pub fn moved(&self) -> Kopecks {
        if self.cancelled || self.kind == TransactionKind::Waiting { Kopecks::ZERO } else { self.sum }
    }
}

/// Which entries of an account a history shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Span {
    /// Those of a period of days.
    Period(Period),
    /// So many of the last, 1…1000.
    Last(u32),
}

/// An account's history for people: what could be read of it, and what it lacks.
///
/// It is no evidence that an entry is absent: a row that could not be read may be that entry.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct History {
    /// The entries that could be read, in the server's order: oldest or newest first.
    pub transactions: Vec<Transaction>,
    /// The rows that could not be read.
    pub unread: Vec<UnreadRow>,
    /// The number of rows that name another account. They are not among the transactions.
    pub foreign: usize,
    /// What the history lacks.
    pub lacks: Lack,
    /// How many entries the server counts; `None`: it does not say.
    pub counted: Option<u64>,
}

/// A row of a history that could not be read.
#[derive(Clone, Debug, PartialEq)]
pub struct UnreadRow {
    /// The field that is at fault, as the server spells it; `None`: the whole row.
    pub field: Option<String>,
    /// What is wrong, for the log.
    pub why: String,
    /// The row as the server sent it.
    pub raw: Raw,
}

/// What a history lacks of the entries that were asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub enum Lack {
    /// Nothing.
    #[default]
    Nothing,
    /// Perhaps some: it is as long as servers cut their lists, and nothing says that these are all.
    Perhaps,
    /// Some.
    Some,
    /// Some, and the newest are among them: the list begins with the oldest and is cut.
    Newest,
}

/// The last transactions of an account, and whether the account has no others.
#[derive(Clone, Debug, PartialEq)]
pub struct LatestTransactions {
    /// The transactions.
    pub transactions: Vec<Transaction>,
    /// Whether the account has no other transactions. It is `true` if the server says so, or if all of this holds:
    ///
    /// - fewer came than were asked for, and fewer than the server gives at once;
    /// - the server does not say that there are more;
    /// - the number of rows is none at which servers cut their lists (10, 20, 50, 100…);
    /// - the balance before the oldest entry was zero, where the server tells balances.
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
