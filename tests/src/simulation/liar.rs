//! Clients that lie about what became of a request: the engine believes [`probonus::Delivery`], so the simulation must
//! notice a client that gets it wrong.

use async_trait::async_trait;
use futures::future::BoxFuture;
use jiff::SignedDuration;
use probonus::{
    Account, AccountId, AccountUpdate, BalanceDetail, Delivery, Error, ErrorKind, ExternalCheck, Group,
    LatestTransactions, Loyalty, Method, NewAccount, Period, Phone, Receipt, ReceiptId, Refill, ReturnCheck,
    Transaction, WriteAnswer,
};

/// How a client lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lie {
    /// It says "not sent" after the first byte.
    NotSentAfterAll,
    /// It says "refused" of a 5xx.
    RefusedAfterAll,
    /// It sends a write again when the answer is lost.
    ReplaysWrites,
}

impl Lie {
    /// Every lie.
    pub const ALL: [Self; 3] = [Self::NotSentAfterAll, Self::RefusedAfterAll, Self::ReplaysWrites];
}

/// A client with a lie.
pub struct Liar<L> {
    inner: L,
    lie: Lie,
}

impl<L: Loyalty> Liar<L> {
    pub const fn new(inner: L, lie: Lie) -> Self {
        Self { inner, lie }
    }

    async fn write<'a>(
        &'a self,
        call: impl Fn() -> BoxFuture<'a, Result<WriteAnswer, Error>> + Send + Sync,
    ) -> Result<WriteAnswer, Error> {
        let answer = call().await;
        let Err(error) = &answer else { return answer };
        if error.delivery() != Delivery::Unknown {
            return answer;
        }
        match self.lie {
            Lie::NotSentAfterAll => Err(Error::new(error.kind(), Delivery::NotSent)),
            Lie::RefusedAfterAll if error.kind() == ErrorKind::ServerFault => {
                Err(Error::new(ErrorKind::Refused, Delivery::Refused))
            }
            Lie::RefusedAfterAll => answer,
            Lie::ReplaysWrites => call().await,
        }
    }
}

#[async_trait]
impl<L: Loyalty> Loyalty for Liar<L> {
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
        self.write(|| self.inner.insert_by_template(account)).await
    }
    async fn update(&self, update: &AccountUpdate) -> Result<WriteAnswer, Error> {
        self.write(|| self.inner.update(update)).await
    }
    async fn refill(&self, refill: &Refill) -> Result<WriteAnswer, Error> {
        self.write(|| self.inner.refill(refill)).await
    }
    async fn register_check(&self, check: &ExternalCheck) -> Result<WriteAnswer, Error> {
        self.write(|| self.inner.register_check(check)).await
    }
    async fn return_check(&self, check: &ReturnCheck) -> Result<WriteAnswer, Error> {
        self.write(|| self.inner.return_check(check)).await
    }
    fn clock_offset(&self) -> Option<SignedDuration> {
        self.inner.clock_offset()
    }
    fn unsupported(&self, method: Method) -> Option<String> {
        self.inner.unsupported(method)
    }
}
