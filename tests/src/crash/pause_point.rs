//! Points at which a worker can stop for ever, so that it is killed exactly there.

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

/// A point around one write of the worker.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum PausePoint {
    /// The operation is committed as Sending. No byte has left.
    Committed,
    /// The server has answered. The journal does not have the answer yet.
    Answered,
}

/// A port to the server that can stop for ever at one of its writes.
pub(super) struct Pausing {
    inner: Arc<dyn Loyalty>,
    pause_point: Option<PausePoint>,
    /// The write at which it stops; 1 is the first of this run.
    nth: u32,
    writes: AtomicU32,
}

impl Pausing {
    pub(super) fn new(inner: Arc<dyn Loyalty>, pause_point: Option<PausePoint>, nth: u32) -> Self {
        Self { inner, pause_point, nth, writes: AtomicU32::new(0) }
    }

    async fn write<T: Send>(&self, call: impl Future<Output = Result<T, Error>> + Send) -> Result<T, Error> {
        let number = self.writes.fetch_add(1, Ordering::SeqCst) + 1;
        let here = |pause_point| self.pause_point == Some(pause_point) && number == self.nth;
        if here(PausePoint::Committed) {
            pause_for_ever().await;
        }
        say("out");
        let answer = call.await;
        if here(PausePoint::Answered) {
            pause_for_ever().await;
        }
        answer
    }
}

/// Says `paused`, and never returns: the campaign kills the process then.
async fn pause_for_ever() {
    say("paused");
    std::future::pending::<()>().await;
}

#[async_trait]
impl Loyalty for Pausing {
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

    fn binding_revision(&self) -> u64 {
        self.inner.binding_revision()
    }

    fn cached_answers(&self) -> u64 {
        self.inner.cached_answers()
    }

    fn unsupported(&self, method: Method) -> Option<String> {
        self.inner.unsupported(method)
    }
}
