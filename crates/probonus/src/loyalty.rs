//! The port: the calls that an office makes to a loyalty system.

use async_trait::async_trait;
use jiff::SignedDuration;

use crate::{
    AccountId, Error, ErrorKind, Method, Period, Phone, ReceiptId,
    model::{
        Account, AccountUpdate, BalanceDetail, ExternalCheck, Group, History, Lack, LatestTransactions, NewAccount,
        Receipt, Refill, ReturnCheck, Span, Transaction, WriteAnswer,
    },
};

/// A loyalty system, in the types of the domain.
///
/// The five writes are **not idempotent**: the server does not recognise a repeated request. An implementation sends each once
/// per call, and leaves every repetition to the caller, who has a journal. Reads may be repeated freely; a read renews a session
/// that has run out.
#[async_trait]
pub trait Loyalty: Send + Sync {
    /// All account groups; only those with [`Group::have_template`] take new accounts. `account_groups/list`.
    async fn groups(&self) -> Result<Vec<Group>, Error>;

    /// The accounts with this phone: none, one, or, where a server lets a phone be repeated, several.
    /// `accounts/find_by_phone`.
    async fn find_by_phone(&self, phone: &Phone) -> Result<Vec<Account>, Error>;

    /// All transactions of an account in a period, in the server's order: oldest or newest first. `accounts/transactions`.
    ///
    /// A list that lacks an entry, or has a row that can't be read, is an error: what is asked of the list would seem absent.
    async fn transactions(&self, account: &AccountId, period: Period) -> Result<Vec<Transaction>, Error>;

    /// The last `count` (1…1000) transactions of an account, and whether it has no others. `accounts/transactions`.
    ///
    /// As of [`Loyalty::transactions`], a row that can't be read is an error.
    async fn last_transactions(&self, account: &AccountId, count: u32) -> Result<LatestTransactions, Error>;

    /// The transactions of an account for people: what could be read, and what is missing. It is no evidence of absence.
    /// `accounts/transactions`.
    async fn history(&self, account: &AccountId, span: Span) -> Result<History, Error> {
        match span {
            Span::Period(period) => {
                let transactions = self.transactions(account, period).await?;
                Ok(History { transactions, ..History::default() })
            }
            Span::Last(count) => {
                let last = self.last_transactions(account, count).await?;
                let lacks = if last.is_short_of(count) { Lack::Some } else { Lack::Nothing };
                Ok(History { transactions: last.transactions, lacks, ..History::default() })
            }
        }
    }

    /// The balance, and which parts of it will burn when. `accounts/get_balance_extended`.
    async fn balance(&self, account: &AccountId) -> Result<BalanceDetail, Error>;

    /// A receipt with its dishes; `None` if the server has none with this id. `checks/get_by_id`.
    async fn receipt(&self, id: &ReceiptId) -> Result<Option<Receipt>, Error>;

    /// Creates a guest's account from the group's template. Not repeatable. `accounts/insert_by_template`.
    async fn insert_by_template(&self, account: &NewAccount) -> Result<WriteAnswer, Error>;

    /// Changes an account's profile: the whole record as read, with the edits. `accounts/update`.
    async fn update(&self, update: &AccountUpdate) -> Result<WriteAnswer, Error>;

    /// Adds bonuses to an account by hand. Not repeatable. `accounts/refill`.
    async fn refill(&self, refill: &Refill) -> Result<WriteAnswer, Error>;

    /// Registers a purchase made outside r_keeper. Not repeatable. `external/register_check`.
    async fn register_check(&self, check: &ExternalCheck) -> Result<WriteAnswer, Error>;

    /// Undoes an outside purchase: what it accrued, spent and added to the turnover. Not repeatable. `external/return_check`.
    async fn return_check(&self, check: &ReturnCheck) -> Result<WriteAnswer, Error>;

    /// By how much the server's clock is ahead of ours, by the `Date` of its last answer. `None` before the first answer.
    fn clock_offset(&self) -> Option<SignedDuration>;

    /// The number of the binding that the next call uses. It changes with every change of the binding.
    ///
    /// The caller of a write notes it before the reads that prepare the write, and sends only if it is the same after them.
    fn binding_revision(&self) -> u64 {
        0
    }

    /// The number of answers so far that a cache gave instead of the server.
    ///
    /// A caller that concludes from a missing entry notes it before the reads, and concludes nothing if it has changed after them.
    fn cached_answers(&self) -> u64 {
        0
    }

    /// Why this server can't do `method`; `None` if it can. It is known from the binding, without a request.
    fn unsupported(&self, method: Method) -> Option<String> {
        let _ = method;
        None
    }
}

impl Error {
    /// The failure of a call that the binding can't send to this server. Nothing was sent.
    #[must_use]
    pub fn unsupported(method: Method, reason: impl Into<String>) -> Self {
        Self::new(ErrorKind::Unsupported, crate::Delivery::NotSent).with_method(method).with_detail(reason)
    }
}
