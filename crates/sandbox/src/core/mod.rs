//! The loyalty system. It uses no HTTP and no clock: the caller sets the time ([`Core::advance_to`]). Each request is one
//! synchronous call. It is applied wholly or not at all.
//!
//! - [`purse`]: bonuses in lots; those that burn first are spent first
//! - [`ladder`]: levels by turnover
//! - [`guests`]: creates, finds and changes accounts
//! - [`bonuses`]: refills, withdrawals, balance and history
//! - [`days`]: bonuses burn and waiting accruals begin to count at the change of the business day
//! - [`checks`]: purchases in r_keeper and outside
//! - [`returns`]: returns of outside purchases, whole and in part
//! - [`ledger`] and [`audit`]: what really happened, and whether the books agree

pub mod audit;
pub mod bonuses;
pub mod calendar;
pub mod checks;
mod days;
pub mod guests;
pub mod ladder;
pub mod ledger;
pub mod model;
pub mod purse;
pub mod refusal;
pub mod returns;

use std::collections::{BTreeMap, HashMap};

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use calendar::Calendar;
use ledger::Ledger;
use model::{
    Account, Applied, AppliedKind, BonusType, Deferral, Group, Level, Receipt, Restaurant, Transaction, TransactionKind,
};
use refusal::Refusal;

/// The state of a loyalty system.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Core {
    calendar: Calendar,
    now: Timestamp,
    groups: Vec<Group>,
    levels: Vec<Level>,
    restaurants: Vec<Restaurant>,
    #[serde(default)]
    bonus_types: Vec<BonusType>,
    /// How accruals for purchases wait; `None`: they count at once.
    #[serde(default)]
    deferral: Option<Deferral>,
    /// Whether the entries of a purchase have the purchase's time, and are listed among the entries of that time.
    #[serde(default)]
    dates_back: bool,
    accounts: BTreeMap<i64, Account>,
    history: BTreeMap<i64, Vec<Transaction>>,
    receipts: BTreeMap<i64, Receipt>,
    applied: Vec<Applied>,
    ledger: Ledger,
    next: Counters,
    /// The number of writes that were applied before the first request.
    seeded: u64,
    #[serde(skip)]
    index: Index,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Counters {
    account: i64,
    transaction: i64,
    receipt: i64,
}

/// Indexes. They are computed again after a restore.
#[derive(Clone, Debug, Default)]
struct Index {
    by_phone: HashMap<String, i64>,
    by_guid: HashMap<Uuid, Vec<i64>>,
    /// The nearest day on which bonuses of any account burn or begin to count.
    next_due: Option<Date>,
}

/// The directories of a new system.
#[derive(Clone, Debug)]
pub struct Directories {
    /// Groups.
    pub groups: Vec<Group>,
    /// Levels, from the lowest.
    pub levels: Vec<Level>,
    /// Restaurants.
    pub restaurants: Vec<Restaurant>,
    /// Types of bonuses.
    pub bonus_types: Vec<BonusType>,
}

impl Core {
    /// A system without guests.
    #[must_use]
    pub fn new(calendar: Calendar, directories: Directories, now: Timestamp) -> Self {
        let Directories { groups, levels, restaurants, bonus_types } = directories;
        Self {
            calendar,
            now,
            groups,
            levels,
            restaurants,
            bonus_types,
            deferral: None,
            dates_back: false,
            accounts: BTreeMap::new(),
            history: BTreeMap::new(),
            receipts: BTreeMap::new(),
            applied: Vec::new(),
            ledger: Ledger::default(),
            next: Counters { account: 100_001, transaction: 5_000_001, receipt: 700_001 },
            seeded: 0,
            index: Index::default(),
        }
    }

    /// Sets the time. Waiting accruals whose day has come are added, and bonuses whose day has come burn, each at the change of
    /// its day. The time may also go back, but burnt bonuses stay burnt.
    pub fn advance_to(&mut self, now: Timestamp) {
        self.now = now;
        self.settle_due_days();
    }

    /// Sets whether the accruals of later purchases wait, as the administrator of the system does.
    pub fn defer_accruals(&mut self, deferral: Option<Deferral>) {
        self.deferral = deferral;
    }

    /// Sets whether the entries of later purchases have the purchase's time, and are listed among the entries of that time.
    pub fn date_entries_back(&mut self, dates_back: bool) {
        self.dates_back = dates_back;
    }

    /// The time that was set last.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// The business day of [`Core::now`].
    #[must_use]
    pub fn today(&self) -> Date {
        self.calendar.business_day(self.now)
    }

    /// Zone and day change.
    #[must_use]
    pub fn calendar(&self) -> Calendar {
        self.calendar
    }

    /// All groups.
    #[must_use]
    pub fn groups(&self) -> &[Group] {
        &self.groups
    }

    /// All levels, from the lowest.
    #[must_use]
    pub fn levels(&self) -> &[Level] {
        &self.levels
    }

    /// All restaurants.
    #[must_use]
    pub fn restaurants(&self) -> &[Restaurant] {
        &self.restaurants
    }

    /// All types of bonuses.
    #[must_use]
    pub fn bonus_types(&self) -> &[BonusType] {
        &self.bonus_types
    }

    /// All accounts, by id.
    pub fn accounts(&self) -> impl Iterator<Item = &Account> {
        self.accounts.values()
    }

    /// Ends the seeding: writes that are applied from now on count as requests.
    pub(crate) fn seeding_ends(&mut self) {
        self.seeded = self.applied.len() as u64;
    }

    /// Computes the fields that are not saved, and adds a directory that an older state lacks.
    pub(crate) fn rebuild(&mut self, directories: Directories) {
        if self.bonus_types.is_empty() {
            self.bonus_types = directories.bonus_types;
        }
        self.ledger.rebuild();
        let mut index = Index::default();
        for account in self.accounts.values() {
            for phone in account.phones() {
                index.by_phone.insert(phone.to_owned(), account.id);
            }
        }
        for receipt in self.receipts.values() {
            if let Some(outside) = &receipt.outside {
                index.by_guid.entry(outside.guid).or_default().push(receipt.id);
            }
        }
        index.next_due = self.accounts.values().filter_map(Account::next_due).min();
        self.index = index;
    }

    pub(crate) fn group(&self, id: i64) -> Option<&Group> {
        self.groups.iter().find(|group| group.id == id)
    }

    pub(crate) fn level(&self, id: i64) -> Option<&Level> {
        self.levels.iter().find(|level| level.id == id)
    }

    fn active(&self, id: i64) -> Result<&Account, Refusal> {
        let account = self.account(id)?;
        if account.blocked { Err(Refusal::Blocked(id)) } else { Ok(account) }
    }

    fn next_applied(&self) -> u64 {
        self.applied.len() as u64 + 1
    }

    /// A record of an applied write with its kind, account and sum only.
    fn applied(&self, kind: AppliedKind, account: i64, sum: i64) -> Applied {
        Applied {
            number: self.next_applied(),
            at: self.now,
            kind,
            account,
            sum,
            awaits: 0,
            guid: None,
            outside_number: None,
            rest_code: None,
            text: None,
            receipts: Vec::new(),
        }
    }

    /// Adds an entry to the history, with the purse's balance after it.
    fn record(&mut self, row: Row) -> i64 {
        let id = self.next.transaction;
        self.next.transaction += 1;
        let balance = self.accounts.get(&row.account).map_or(0, |account| account.purse.balance());
        let history = self.history.entry(row.account).or_default();
        history.push(Transaction {
            id,
            account: row.account,
            at: row.at,
            kind: row.kind,
            sum: row.sum,
            balance,
            awaits: row.awaits,
            money_spent: row.money_spent,
            comment: row.comment,
            receipt: row.receipt,
        });
        if self.dates_back {
            history.sort_by_key(|row| row.at);
        }
        id
    }
}

/// An entry of the history before it has an id.
struct Row {
    account: i64,
    at: Timestamp,
    kind: TransactionKind,
    sum: i64,
    awaits: Option<i64>,
    money_spent: Option<i64>,
    comment: Option<String>,
    receipt: Option<i64>,
}
