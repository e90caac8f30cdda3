//! The port: what an office asks of a loyalty system.

use async_trait::async_trait;
use jiff::SignedDuration;

use crate::{
    AccountId, Error, ErrorKind, Method, Period, Phone, ReceiptId,
    model::{
        Account, AccountUpdate, BalanceDetail, ExternalCheck, Group, LatestTransactions, NewAccount, Receipt, Refill,
        ReturnCheck, Transaction, WriteAnswer,
    },
};

/// A loyalty system, spoken to in the words of the domain.
///
/// The five writes are **not idempotent**: the server does not recognise a repeated request. An implementation
/// sends each at most once per call (renewing a session after a 401, which the server answers before it does
/// anything, is the one exception) and leaves any repetition to the caller, who has a journal.
/// The reads may be repeated freely.
#[async_trait]
pub trait Loyalty: Send + Sync {
    /// All account groups; only those with [`Group::have_template`] take new accounts. `account_groups/list`.
    async fn groups(&self) -> Result<Vec<Group>, Error>;

    /// The accounts with this phone: none, one, or, where a server lets a phone be repeated, several.
    /// `accounts/find_by_phone`.
    async fn find_by_phone(&self, phone: &Phone) -> Result<Vec<Account>, Error>;

    /// Everything that happened on an account in a period, oldest or newest first as the server likes.
    /// `accounts/transactions`.
    async fn transactions(&self, account: &AccountId, period: Period) -> Result<Vec<Transaction>, Error>;

    /// The last `count` (1…1000) transactions of an account, and whether it has no others. `accounts/transactions`.
    async fn last_transactions(&self, account: &AccountId, count: u32) -> Result<LatestTransactions, Error>;

    /// The balance, and when and how much of it will burn. `accounts/get_balance_extended`.
    async fn balance(&self, account: &AccountId) -> Result<BalanceDetail, Error>;

    /// A receipt down to its dishes, or `None` if the server knows none by this id. `checks/get_by_id`.
    async fn receipt(&self, id: &ReceiptId) -> Result<Option<Receipt>, Error>;

    /// Creates a guest's account from the group's template. Not repeatable. `accounts/insert_by_template`.
    async fn insert_by_template(&self, account: &NewAccount) -> Result<WriteAnswer, Error>;

    /// Changes an account's profile: the whole record as read, with the edits. `accounts/update`.
    async fn update(&self, update: &AccountUpdate) -> Result<WriteAnswer, Error>;

    /// Adds bonuses to an account by hand. Not repeatable. `accounts/refill`.
    async fn refill(&self, refill: &Refill) -> Result<WriteAnswer, Error>;

    /// Counts a purchase made outside r_keeper. Not repeatable. `external/register_check`.
    async fn register_check(&self, check: &ExternalCheck) -> Result<WriteAnswer, Error>;

    /// Undoes everything that ProBonus accrued, spent and counted for an outside purchase. Not repeatable.
    /// `external/return_check`.
    async fn return_check(&self, check: &ReturnCheck) -> Result<WriteAnswer, Error>;

    /// How far the server's clock is ahead of ours, by the `Date` of its last answer; `None` before the first.
    fn clock_offset(&self) -> Option<SignedDuration>;

    /// Which binding the next call uses: a number that changes whenever calls are written or answers are read otherwise.
    /// Whoever prepares a write notes it before the reads, and sends only if it is the same after them.
    fn binding_revision(&self) -> u64 {
        0
    }

    /// How many answers a cache gave instead of the server, so far. Whoever concludes from what an answer lacks notes it before
    /// the reads, and concludes nothing if it is another one after them.
    fn cached_answers(&self) -> u64 {
        0
    }

    /// Why this server can't do `method`, or `None` if it can. Known without asking it anything.
    fn unsupported(&self, method: Method) -> Option<String> {
        let _ = method;
        None
    }
}

impl Error {
    /// The refusal of a call that the server's binding can't carry.
    #[must_use]
    pub fn unsupported(method: Method, reason: impl Into<String>) -> Self {
        Self::new(ErrorKind::Unsupported, crate::Delivery::NotSent).with_method(method).with_detail(reason)
    }
}
