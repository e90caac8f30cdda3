//! The double-entry ledger: what really happened, in integer kopecks.
//!
//! There are two books: bonuses, and the turnover for the ladder of levels. An entry moves sums between the accounts of a book and
//! always balances. Nothing is ever deleted; a return is an entry of its own.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The largest sum of one posting: 10¹³ kopecks. No restaurant has such sums, and adding them can't overflow.
pub const LARGEST: i64 = 10_000_000_000_000;

/// An account of the ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LedgerAccount {
    /// Bonuses of a guest's account.
    Guest(i64),
    /// Turnover of a guest's account.
    Turnover(i64),
    /// The source of welcome bonuses.
    Welcome,
    /// The source of refills.
    Refilled,
    /// The source of bonuses for purchases.
    Accrued,
    /// The target of bonuses spent in payment.
    Spent,
    /// The target of burnt bonuses.
    Burnt,
    /// The target of bonuses that the administrator takes away.
    Withdrawn,
    /// The source of every turnover: the restaurants' sales.
    Sales,
}

impl LedgerAccount {
    const fn is_turnover(self) -> bool {
        matches!(self, Self::Turnover(_) | Self::Sales)
    }
}

/// Why sums moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// Bonuses of a template.
    Welcome,
    /// `accounts/refill`.
    Refill,
    /// A purchase, in r_keeper or outside.
    Purchase,
    /// A purchase undone.
    Return,
    /// Bonuses burnt at the day's change.
    Burning,
    /// The waiting accrual of an earlier purchase, when it begins to count.
    DeferredAccrual,
    /// Bonuses taken away by the administrator.
    Withdrawal,
}

/// A movement of sums that balances.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Its number, from 1.
    pub number: u64,
    /// When it was made.
    pub at: Timestamp,
    /// Why sums moved.
    pub cause: Cause,
    /// The applied write that caused it, if any: [`Applied::number`](super::Applied::number).
    pub applied: Option<u64>,
    /// The change of each account, kopecks. The changes sum to zero within each book.
    pub postings: Vec<(LedgerAccount, i64)>,
}

/// All entries, and the balances that result from them.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Ledger {
    entries: Vec<Entry>,
    #[serde(skip)]
    balances: BTreeMap<LedgerAccount, i64>,
}

impl Ledger {
    /// All entries, oldest first.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The balance of an account, kopecks.
    #[must_use]
    pub fn balance(&self, account: LedgerAccount) -> i64 {
        self.balances.get(&account).copied().unwrap_or(0)
    }

    /// Every account that was ever posted to.
    #[must_use]
    pub fn balances(&self) -> &BTreeMap<LedgerAccount, i64> {
        &self.balances
    }

    /// Moves sums between accounts in one entry. Zero sums are skipped.
    pub(crate) fn transfer(
        &mut self,
        at: Timestamp,
        cause: Cause,
        applied: Option<u64>,
        moves: &[(LedgerAccount, LedgerAccount, i64)],
    ) {
        let mut postings = Vec::new();
        for &(from, to, sum) in moves {
            debug_assert_eq!(from.is_turnover(), to.is_turnover(), "a transfer stays within its book");
            if sum != 0 {
                postings.push((from, -sum));
                postings.push((to, sum));
            }
        }
        if postings.is_empty() {
            return;
        }
        for &(account, sum) in &postings {
            *self.balances.entry(account).or_default() += sum;
        }
        let number = self.entries.len() as u64 + 1;
        self.entries.push(Entry { number, at, cause, applied, postings });
    }

    /// Computes the fields that are not saved.
    pub(crate) fn rebuild(&mut self) {
        self.balances.clear();
        for (account, sum) in self.entries.iter().flat_map(|entry| &entry.postings) {
            *self.balances.entry(*account).or_default() += sum;
        }
    }

    /// Asserts that every entry balances, that numbers have no gap, and that balances are the sums of entries.
    pub(crate) fn check(&self) -> Result<(), String> {
        let mut recomputed: BTreeMap<LedgerAccount, i64> = BTreeMap::new();
        for (index, entry) in self.entries.iter().enumerate() {
            if entry.number != index as u64 + 1 {
                return Err(format!("entry {} stands in place {}", entry.number, index + 1));
            }
            for turnover in [false, true] {
                let sum: i64 =
                    entry.postings.iter().filter(|(a, _)| a.is_turnover() == turnover).map(|(_, sum)| sum).sum();
                if sum != 0 {
                    return Err(format!("entry {} is out of balance by {sum}", entry.number));
                }
            }
            for (account, sum) in &entry.postings {
                *recomputed.entry(*account).or_default() += sum;
            }
        }
        if recomputed != self.balances {
            return Err("the ledger's balances differ from its entries".to_owned());
        }
        Ok(())
    }
}
