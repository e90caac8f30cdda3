//! The double-entry ledger: what really happened, in integer kopecks.
//!
//! Two books are kept side by side: bonuses, and the turnover that the ladder of levels counts. An entry moves sums
//! between the accounts of a book and always balances; nothing is ever erased, a return is an entry of its own.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The largest sum the ledger takes in one posting: 10¹³ kopecks. Far above any restaurant, far below overflow.
pub const LARGEST: i64 = 10_000_000_000_000;

/// An account of the ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LedgerAccount {
    /// Bonuses of a guest's account.
    Guest(i64),
    /// Turnover of a guest's account.
    Turnover(i64),
    /// Where welcome bonuses come from.
    Welcome,
    /// Where refills come from.
    Refilled,
    /// Where bonuses for purchases come from.
    Accrued,
    /// Where bonuses spent in payment go.
    Spent,
    /// Where burnt bonuses go.
    Burnt,
    /// Where bonuses go that the administrator takes away.
    Withdrawn,
    /// The other side of every turnover: what restaurants sold.
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
    /// The accrual of an earlier purchase, on the day from which it counts.
    DeferredAccrual,
    /// Bonuses taken away by the administrator.
    Withdrawal,
}

/// A movement of sums that balances.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Its number, from 1.
    pub number: u64,
    /// When.
    pub at: Timestamp,
    /// Why.
    pub cause: Cause,
    /// The applied operation behind it, if a request caused it: [`Applied::number`](super::Applied::number).
    pub applied: Option<u64>,
    /// What each account gained, kopecks; they sum to zero within each book.
    pub postings: Vec<(LedgerAccount, i64)>,
}

/// All entries, and the balances they lead to.
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

    /// What an account holds, kopecks.
    #[must_use]
    pub fn balance(&self, account: LedgerAccount) -> i64 {
        self.balances.get(&account).copied().unwrap_or(0)
    }

    /// Every account that was ever posted to.
    #[must_use]
    pub fn balances(&self) -> &BTreeMap<LedgerAccount, i64> {
        &self.balances
    }

    /// Moves `sum` from one account to another; nothing for zero.
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

    /// Restores what is not saved.
    pub(crate) fn rebuild(&mut self) {
        self.balances.clear();
        for (account, sum) in self.entries.iter().flat_map(|entry| &entry.postings) {
            *self.balances.entry(*account).or_default() += sum;
        }
    }

    /// Asserts that every entry balances, that numbers run without a gap, and that balances are what entries say.
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
