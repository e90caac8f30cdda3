//! The books, for tests: a copy of everything that happened, and the check that they agree.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    Core, ladder,
    ledger::{Entry, LedgerAccount},
    model::{Account, Applied, AppliedKind, Receipt},
};

/// A copy of everything that happened, taken at one moment.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Books {
    /// The server's time.
    pub now: Timestamp,
    /// Entries of the double-entry ledger, oldest first.
    pub entries: Vec<Entry>,
    /// Every applied write, oldest first, including those that made the seed's data.
    pub applied: Vec<Applied>,
    /// The number of writes that made the seed's data.
    pub seeded: u64,
    /// Balance of each account, kopecks.
    pub balances: BTreeMap<i64, i64>,
    /// Turnover of each account, kopecks.
    pub turnovers: BTreeMap<i64, i64>,
    /// Accruals of each account that wait for their day, kopecks.
    #[serde(default)]
    pub waiting: BTreeMap<i64, i64>,
    /// Account of each phone (digits with the country code).
    pub phones: BTreeMap<String, i64>,
}

impl Books {
    /// Balance of an account, kopecks; zero if there is none.
    #[must_use]
    pub fn balance(&self, account: i64) -> i64 {
        self.balances.get(&account).copied().unwrap_or(0)
    }

    /// Every write that was applied after the seeding.
    pub fn requests(&self) -> impl Iterator<Item = &Applied> {
        self.applied.iter().filter(|applied| applied.number > self.seeded)
    }

    /// Every applied registration and return that carries this GUID.
    pub fn by_guid(&self, guid: Uuid) -> impl Iterator<Item = &Applied> {
        self.applied.iter().filter(move |applied| applied.guid == Some(guid))
    }

    /// The number of purchases that were registered with this GUID, returned or not.
    #[must_use]
    pub fn registered(&self, guid: Uuid) -> usize {
        self.by_guid(guid).filter(|applied| applied.kind == AppliedKind::Register).count()
    }

    /// The number of returns of this GUID that were applied.
    #[must_use]
    pub fn returned(&self, guid: Uuid) -> usize {
        self.by_guid(guid).filter(|applied| applied.kind == AppliedKind::Return).count()
    }

    /// Every applied write whose comment or `checkData` contains `text`.
    pub fn with_text<'a>(&'a self, text: &'a str) -> impl Iterator<Item = &'a Applied> {
        self.applied.iter().filter(move |applied| applied.text.as_ref().is_some_and(|t| t.contains(text)))
    }

    /// Every applied write on an account.
    pub fn of_account(&self, account: i64) -> impl Iterator<Item = &Applied> {
        self.applied.iter().filter(move |applied| applied.account == account)
    }
}

impl Core {
    /// A copy of everything that happened.
    #[must_use]
    pub fn books(&self) -> Books {
        Books {
            now: self.now,
            entries: self.ledger.entries().to_vec(),
            applied: self.applied.clone(),
            seeded: self.seeded,
            balances: self.accounts.values().map(|account| (account.id, account.purse.balance())).collect(),
            turnovers: self.accounts.values().map(|account| (account.id, account.turnover)).collect(),
            phones: self
                .accounts
                .values()
                .flat_map(|account| account.phones().map(|phone| (phone.to_owned(), account.id)))
                .collect(),
            waiting: self
                .accounts
                .values()
                .map(|account| (account.id, account.waiting.iter().map(|part| part.sum).sum()))
                .collect(),
        }
    }

    /// Asserts that the books agree:
    /// - every ledger entry balances;
    /// - for each account, purse, history, receipts and turnover have the ledger's sums;
    /// - each level is the ladder's or was set by hand;
    /// - every applied write has its effect in the ledger.
    ///
    /// # Errors
    /// The first disagreement, in English, for a test to print.
    pub fn check(&self) -> Result<(), String> {
        self.ledger.check()?;
        let purchases = self.active_purchases();
        for account in self.accounts.values() {
            let of_account = purchases.get(&account.id).copied().unwrap_or_default();
            self.check_sums(account, of_account)
                .and_then(|()| self.check_history(account))
                .and_then(|()| self.check_state(account))
                .map_err(|why| format!("account {}: {why}", account.id))?;
        }
        self.receipts.values().try_for_each(check_receipt)?;
        self.check_writes()
    }

    /// The sums of each account's receipts that were not returned.
    fn active_purchases(&self) -> BTreeMap<i64, Purchases> {
        let mut purchases: BTreeMap<i64, Purchases> = BTreeMap::new();
        for receipt in self.receipts.values().filter(|receipt| receipt.returned_at.is_none()) {
            let of_account = purchases.entry(receipt.account).or_default();
            of_account.paid += receipt.paid;
            of_account.waiting += receipt.bonus_accrued - receipt.accrued_so_far();
        }
        purchases
    }

    fn check_sums(&self, account: &Account, purchases: Purchases) -> Result<(), String> {
        let ledger = self.ledger.balance(LedgerAccount::Guest(account.id));
        let turnover = self.ledger.balance(LedgerAccount::Turnover(account.id));
        let waiting = account.waiting.iter().map(|part| part.sum).sum();
        agree("the purse", account.purse.balance(), ledger)?;
        agree("the turnover", account.turnover, turnover)?;
        agree("the sum of active receipts", purchases.paid, turnover)?;
        agree("the sum of waiting accruals", waiting, purchases.waiting)
    }

    /// Asserts that the history adds up to the ledger's balance and that each entry shows the balance after it. Entries are taken in
    /// the order in which they were made, which is not always the order of their days.
    fn check_history(&self, account: &Account) -> Result<(), String> {
        let mut running = 0;
        let mut made: Vec<_> = self.history.get(&account.id).into_iter().flatten().collect();
        made.sort_by_key(|entry| entry.id);
        for entry in made {
            running += entry.sum;
            if entry.balance != running {
                return Err(format!("entry {} shows {}, the sum is {running}", entry.id, entry.balance));
            }
        }
        agree("the history", running, self.ledger.balance(LedgerAccount::Guest(account.id)))
    }

    /// Asserts that the level, the lots and the phones are right.
    fn check_state(&self, account: &Account) -> Result<(), String> {
        let by_ladder = ladder::level_for(&self.levels, account.turnover, account.level_floor);
        if account.level != account.level_by_hand.unwrap_or(by_ladder) {
            return Err(format!("level {} does not follow from its turnover", account.level));
        }
        let (lots, debt) = (account.purse.lots(), account.purse.debt());
        if lots.iter().any(|lot| lot.sum <= 0) || debt < 0 {
            return Err("a lot or a debt is not above zero".to_owned());
        }
        if debt > 0 && !lots.is_empty() {
            return Err("owes and owns at once".to_owned());
        }
        if account.phones().any(|phone| self.index.by_phone.get(phone) != Some(&account.id)) {
            return Err("is not found by each of its phones".to_owned());
        }
        Ok(())
    }

    /// Asserts that every applied write moved its sum in the ledger.
    fn check_writes(&self) -> Result<(), String> {
        let mut moved: BTreeMap<u64, i64> = BTreeMap::new();
        for entry in self.ledger.entries() {
            let Some(applied) = entry.applied else { continue };
            let guests = entry.postings.iter().filter(|(account, _)| matches!(account, LedgerAccount::Guest(_)));
            *moved.entry(applied).or_default() += guests.map(|(_, sum)| sum).sum::<i64>();
        }
        for applied in &self.applied {
            let moved = moved.get(&applied.number).copied().unwrap_or(0);
            if moved != applied.sum {
                return Err(format!("write {}: {} was meant, {moved} was moved", applied.number, applied.sum));
            }
        }
        Ok(())
    }
}

/// Sums of an account's receipts, kopecks.
#[derive(Clone, Copy, Default)]
struct Purchases {
    paid: i64,
    waiting: i64,
}

fn agree(what: &str, said: i64, ledger: i64) -> Result<(), String> {
    if said == ledger { Ok(()) } else { Err(format!("{what} says {said}, the ledger {ledger}")) }
}

fn check_receipt(receipt: &Receipt) -> Result<(), String> {
    let from_lots: i64 = receipt.spent_from.iter().map(|lot| lot.sum).sum();
    if from_lots == receipt.bonus_spent {
        return Ok(());
    }
    Err(format!("receipt {}: {from_lots} came from lots, {} was spent", receipt.id, receipt.bonus_spent))
}
