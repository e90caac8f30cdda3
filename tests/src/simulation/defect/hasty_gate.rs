//! A gate that is checked only before the reads that precede a send. An operation that has passed it is sent, even if the gate is
//! closed meanwhile.
//!
//! The office itself checks its gate again after the reads, and then does not send. This decorator sends the operation instead.

use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicU64, Ordering},
};

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use office::{Event, Failure, Journal, JournalDecorator, JournalError, Operation, OperationId, State};
use probonus::{
    Account, AccountId, AccountUpdate, BalanceDetail, Error, ExternalCheck, Group, LatestTransactions, Loyalty, Method,
    NewAccount, Period, Phone, Receipt, ReceiptId, Refill, ReturnCheck, Transaction, WriteAnswer,
};

use super::faulty_journal::send;

/// Entries that the office reads just before a send.
const BEFORE_A_SEND: u32 = 30;
/// Unfinished operations that are read in search of the one that is about to be sent.
const UNFINISHED: u32 = 1000;

/// Journal and client of an office whose gate is checked too early.
pub struct HastyGate {
    client: Arc<dyn Loyalty>,
    journal: Arc<dyn Journal>,
    /// How often the gate was closed.
    closings: AtomicU64,
    /// When the journal was last told something.
    now: Mutex<Timestamp>,
}

impl HastyGate {
    pub fn new(client: Arc<dyn Loyalty>, journal: Arc<dyn Journal>) -> Self {
        Self { client, journal, closings: AtomicU64::new(0), now: Mutex::new(Timestamp::UNIX_EPOCH) }
    }

    /// Sends the operation of an account that was about to be sent, if it was.
    async fn send_all_the_same(&self, account: &AccountId) -> Result<(), JournalError> {
        let unfinished = [State::Prepared, State::Sending, State::Unknown];
        let unfinished = self.journal.in_states(&unfinished, UNFINISHED).await?;
        let first = unfinished.into_iter().find(|operation| operation.payload.account() == Some(account));
        let is_about_to_leave =
            |operation: &Operation| operation.state == State::Prepared && operation.due_at.is_some();
        let Some(operation) = first.filter(is_about_to_leave) else { return Ok(()) };
        let at = *self.now.lock().unwrap_or_else(PoisonError::into_inner);
        let sending = Event::Sending {
            attempt: operation.attempts + 1,
            balance_before: None,
            turnover_before: None,
            clock_offset: None,
            snapshot: None,
        };
        let sent = self.journal.append(operation.id, operation.version, at, sending).await?;
        let outcome = match send(&*self.client, &sent.payload).await {
            Ok(_) => Event::Confirmed { account: Some(account.clone()), proof: None, receipt: None },
            Err(error) => Event::Unknown { failure: Some(Failure::from(&error)) },
        };
        self.journal.append(sent.id, sent.version, at, outcome).await.map(drop)
    }
}

#[async_trait]
impl Loyalty for HastyGate {
    async fn last_transactions(&self, account: &AccountId, count: u32) -> Result<LatestTransactions, Error> {
        let before = self.closings.load(Ordering::Relaxed);
        let entries = self.client.last_transactions(account, count).await;
        if count == BEFORE_A_SEND && entries.is_ok() && self.closings.load(Ordering::Relaxed) > before {
            self.send_all_the_same(account).await.ok();
        }
        entries
    }

    async fn groups(&self) -> Result<Vec<Group>, Error> {
        self.client.groups().await
    }

    async fn find_by_phone(&self, phone: &Phone) -> Result<Vec<Account>, Error> {
        self.client.find_by_phone(phone).await
    }

    async fn transactions(&self, account: &AccountId, period: Period) -> Result<Vec<Transaction>, Error> {
        self.client.transactions(account, period).await
    }

    async fn balance(&self, account: &AccountId) -> Result<BalanceDetail, Error> {
        self.client.balance(account).await
    }

    async fn receipt(&self, id: &ReceiptId) -> Result<Option<Receipt>, Error> {
        self.client.receipt(id).await
    }

    async fn insert_by_template(&self, account: &NewAccount) -> Result<WriteAnswer, Error> {
        self.client.insert_by_template(account).await
    }

    async fn update(&self, update: &AccountUpdate) -> Result<WriteAnswer, Error> {
        self.client.update(update).await
    }

    async fn refill(&self, refill: &Refill) -> Result<WriteAnswer, Error> {
        self.client.refill(refill).await
    }

    async fn register_check(&self, check: &ExternalCheck) -> Result<WriteAnswer, Error> {
        self.client.register_check(check).await
    }

    async fn return_check(&self, check: &ReturnCheck) -> Result<WriteAnswer, Error> {
        self.client.return_check(check).await
    }

    fn clock_offset(&self) -> Option<SignedDuration> {
        self.client.clock_offset()
    }

    fn binding_revision(&self) -> u64 {
        self.client.binding_revision()
    }

    fn cached_answers(&self) -> u64 {
        self.client.cached_answers()
    }

    fn unsupported(&self, method: Method) -> Option<String> {
        self.client.unsupported(method)
    }
}

#[async_trait]
impl JournalDecorator for HastyGate {
    fn inner(&self) -> Result<Arc<dyn Journal>, JournalError> {
        Ok(Arc::clone(&self.journal))
    }

    async fn append(
        &self,
        id: OperationId,
        expected_version: u32,
        at: Timestamp,
        event: Event,
    ) -> Result<Operation, JournalError> {
        *self.now.lock().unwrap_or_else(PoisonError::into_inner) = at;
        self.journal.append(id, expected_version, at, event).await
    }

    async fn set_note(&self, key: &str, value: Option<&str>) -> Result<(), JournalError> {
        self.journal.set_note(key, value).await?;
        if matches!(key, "queue.halted" | "queue.paused") && value.is_some() {
            self.closings.fetch_add(1, Ordering::Relaxed);
        }
        Ok(())
    }
}
