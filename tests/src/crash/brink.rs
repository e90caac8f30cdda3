//! Places where the worker stands still for ever, so that it is killed exactly there.

use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};

use async_trait::async_trait;
use jiff::SignedDuration;
use probonus::{
    Account, AccountId, AccountUpdate, BalanceDetail, Error, ExternalCheck, Group, LatestTransactions, Loyalty, Method,
    NewAccount, Period, Phone, Receipt, ReceiptId, Refill, ReturnCheck, Transaction, WriteAnswer,
};

use super::output::say;

/// Where a worker can stand still.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Brink {
    /// What is to be sent is committed as Sending; no byte of it has left.
    Committed,
    /// The server has answered; nothing of that is written down.
    Answered,
}

/// The line to the server, with a place on it where the worker stands still.
pub(super) struct Line {
    inner: Arc<dyn Loyalty>,
    brink: Option<Brink>,
    /// At which write of this life.
    nth: u32,
    writes: AtomicU32,
}

impl Line {
    pub(super) fn new(inner: Arc<dyn Loyalty>, brink: Option<Brink>, nth: u32) -> Self {
        Self { inner, brink, nth, writes: AtomicU32::new(0) }
    }

    async fn write<T: Send>(&self, call: impl Future<Output = Result<T, Error>> + Send) -> Result<T, Error> {
        let number = self.writes.fetch_add(1, Ordering::SeqCst) + 1;
        let here = |brink| self.brink == Some(brink) && number == self.nth;
        if here(Brink::Committed) {
            stand_still().await;
        }
        say("out");
        let answer = call.await;
        if here(Brink::Answered) {
            stand_still().await;
        }
        answer
    }
}

/// Tells so, and takes the whole process out of work: a killed process does nothing else either.
async fn stand_still() {
    say("brink");
    std::future::pending::<()>().await;
}

#[async_trait]
impl Loyalty for Line {
    async fn groups(&self) -> Result<Vec<Group>, Error> {
        self.inner.groups().await
    }

    async fn find_by_phone(&self, phone: &Phone) -> Result<Vec<Account>, Error> {
        self.inner.find_by_phone(phone).await
    }

    async fn transactions(&self, account: &AccountId, period: Period) -> Result<Vec<Transaction>, Error> {
        self.inner.transactions(account, period).await
    }

    async fn last_transactions(&self, account: &AccountId, count: u32) -> Result<LatestTransactions, Error> {
        self.inner.last_transactions(account, count).await
    }

    async fn balance(&self, account: &AccountId) -> Result<BalanceDetail, Error> {
        self.inner.balance(account).await
    }

    async fn receipt(&self, id: &ReceiptId) -> Result<Option<Receipt>, Error> {
        self.inner.receipt(id).await
    }

    async fn insert_by_template(&self, account: &NewAccount) -> Result<WriteAnswer, Error> {
        self.write(self.inner.insert_by_template(account)).await
    }

    async fn update(&self, update: &AccountUpdate) -> Result<WriteAnswer, Error> {
        self.write(self.inner.update(update)).await
    }

    async fn refill(&self, refill: &Refill) -> Result<WriteAnswer, Error> {
        self.write(self.inner.refill(refill)).await
    }

    async fn register_check(&self, check: &ExternalCheck) -> Result<WriteAnswer, Error> {
        self.write(self.inner.register_check(check)).await
    }

    async fn return_check(&self, check: &ReturnCheck) -> Result<WriteAnswer, Error> {
        self.write(self.inner.return_check(check)).await
    }

    fn clock_offset(&self) -> Option<SignedDuration> {
        self.inner.clock_offset()
    }

    fn unsupported(&self, method: Method) -> Option<String> {
        self.inner.unsupported(method)
    }
}
