//! A copy of everything that happened, for tests, and the check that all books agree.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    Core, ladder,
    ledger::{Entry, LedgerAccount},
    model::{Applied, AppliedKind},
};

/// A copy of everything that happened, taken at one moment.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Books {
    /// The server's time.
    pub now: Timestamp,
    /// Entries of the double-entry ledger, oldest first.
    pub entries: Vec<Entry>,
    /// Every write that was carried out, oldest first; those that made the seed's data as well.
    pub applied: Vec<Applied>,
    /// How many of them made the seed's data.
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

    /// Every write that was carried out since the server began to take requests.
    pub fn requests(&self) -> impl Iterator<Item = &Applied> {
        self.applied.iter().filter(|applied| applied.number > self.seeded)
    }

    /// Every applied registration and return that carries this GUID.
    pub fn by_guid(&self, guid: Uuid) -> impl Iterator<Item = &Applied> {
        self.applied.iter().filter(move |applied| applied.guid == Some(guid))
    }

    /// How many purchases were registered with this GUID, returned or not.
    #[must_use]
    pub fn registered(&self, guid: Uuid) -> usize {
        self.by_guid(guid).filter(|applied| applied.kind == AppliedKind::Register).count()
    }

    /// How many returns of this GUID were carried out.
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

    /// Asserts that the books agree: entries balance; purses, histories, receipts and turnovers tell of each account
    /// what the ledger does; levels are what the ladder gives; every applied write is where it should be.
    ///
    /// # Errors
    /// The first disagreement, in English, for a test to print.
    pub fn check(&self) -> Result<(), String> {
        self.ledger.check()?;
        let mut standing: BTreeMap<i64, i64> = BTreeMap::new();
        let mut waiting: BTreeMap<i64, i64> = BTreeMap::new();
        for receipt in self.receipts.values().filter(|receipt| receipt.returned_at.is_none()) {
            *standing.entry(receipt.account).or_default() += receipt.paid;
            *waiting.entry(receipt.account).or_default() += receipt.bonus_accrued - receipt.accrued_so_far();
        }
        for account in self.accounts.values() {
            let id = account.id;
            let agree = |what: &str, told: i64, ledger: i64| {
                if told == ledger {
                    Ok(())
                } else {
                    Err(format!("account {id}: {what} says {told}, the ledger {ledger}"))
                }
            };
            let ledger = self.ledger.balance(LedgerAccount::Guest(id));
            agree("the purse", account.purse.balance(), ledger)?;
            let rows = self.history.get(&id).map_or(&[][..], Vec::as_slice);
            agree("the history", rows.iter().map(|row| row.sum).sum(), ledger)?;
            let mut running = 0;
            for row in rows {
                running += row.sum;
                if row.balance != running {
                    return Err(format!("account {id}: row {} shows {}, the sum is {running}", row.id, row.balance));
                }
            }
            let turnover = self.ledger.balance(LedgerAccount::Turnover(id));
            agree("the turnover", account.turnover, turnover)?;
            agree("the sum of standing receipts", standing.get(&id).copied().unwrap_or(0), turnover)?;
            let by_ladder = ladder::level_for(&self.levels, account.turnover, account.level_floor);
            if account.level != account.level_by_hand.unwrap_or(by_ladder) {
                return Err(format!("account {id}: level {} does not follow from its turnover", account.level));
            }
            let waits: i64 = account.waiting.iter().map(|part| part.sum).sum();
            agree("the sum of waiting accruals", waits, waiting.get(&id).copied().unwrap_or(0))?;
            if account.purse.lots().iter().any(|lot| lot.sum <= 0) || account.purse.debt() < 0 {
                return Err(format!("account {id}: a lot or a debt is not above zero"));
            }
            if account.purse.debt() > 0 && !account.purse.lots().is_empty() {
                return Err(format!("account {id}: owes and owns at once"));
            }
            if account.phones().any(|phone| self.index.by_phone.get(phone) != Some(&id)) {
                return Err(format!("account {id}: is not found by each of its phones"));
            }
        }
        for receipt in self.receipts.values() {
            let from_lots: i64 = receipt.spent_from.iter().map(|lot| lot.sum).sum();
            if from_lots != receipt.bonus_spent {
                return Err(format!(
                    "receipt {}: {from_lots} came from lots, {} was spent",
                    receipt.id, receipt.bonus_spent
                ));
            }
        }
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
