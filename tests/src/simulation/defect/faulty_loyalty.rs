//! A client that misreports the outcome of a write, changes the write, or repeats it.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, PoisonError},
};

use async_trait::async_trait;
use futures::future::BoxFuture;
use jiff::SignedDuration;
use office::{Journal, Operation, State};
use probonus::{
    Account, AccountId, AccountUpdate, BalanceDetail, CheckGuid, Delivery, Error, ErrorKind, ExternalCheck,
    ExternalRef, Group, LatestTransactions, Loyalty, Method, NewAccount, Period, Phone, Receipt, ReceiptId, Refill,
    ReturnCheck, Transaction, WriteAnswer,
};
use uuid::Uuid;

use super::kind::Defect;

/// A client with one defect in its writes, or one that hides the entries of operations that wait, or their markers. Other
/// reads pass through.
pub struct FaultyLoyalty {
    inner: Arc<dyn Loyalty>,
    journal: Arc<dyn Journal>,
    defect: Defect,
    /// GUIDs of the purchases that were sent.
    sent: Mutex<BTreeSet<Uuid>>,
}

impl FaultyLoyalty {
    pub fn new(inner: Arc<dyn Loyalty>, journal: Arc<dyn Journal>, defect: Defect) -> Self {
        Self { inner, journal, defect, sent: Mutex::default() }
    }

    /// Makes the call; makes it again or misreports its outcome, if that is the defect.
    async fn write<'a, 'c>(
        &'a self,
        call: impl Fn() -> BoxFuture<'c, Result<WriteAnswer, Error>> + Send + Sync,
    ) -> Result<WriteAnswer, Error>
    where
        'a: 'c,
    {
        let answer = call().await;
        let error = match &answer {
            Ok(_) if self.defect == Defect::SubmitNotJoined => return call().await,
            Err(error) if error.delivery() == Delivery::Unknown => error,
            _ => return answer,
        };
        match self.defect {
            Defect::NotSentAfterAll => Err(Error::new(error.kind(), Delivery::NotSent)),
            Defect::RefusedAfterAll if error.kind() == ErrorKind::Timeout => {
                Err(Error::new(ErrorKind::Refused, Delivery::Refused))
            }
            Defect::ReplaysWrites => call().await,
            _ => answer,
        }
    }

    /// Entries as the office sees them: without those of operations that wait, or without their correlation markers; or with
    /// another program's where there are none.
    async fn entries(&self, mut entries: Vec<Transaction>) -> Vec<Transaction> {
        if self.defect == Defect::UnmarkedIsForeign {
            entries.iter_mut().for_each(mark_as_foreign);
        }
        if self.defect != Defect::MarkerUnchecked && !self.defect.hides_entries_of_waiting() {
            return entries;
        }
        let waiting = self.journal.in_states(&[State::Prepared], WAITING).await.unwrap_or_default();
        let is_of_waiting = |entry: &Transaction| waiting.iter().any(|operation| has_marker(operation, entry));
        if self.defect.hides_entries_of_waiting() {
            entries.retain(|entry| !is_of_waiting(entry));
        }
        for entry in entries.iter_mut().filter(|entry| is_of_waiting(entry)) {
            entry.comment = None;
            entry.external = ExternalRef::default();
        }
        entries
    }

    /// The purchase as it leaves: the second time with another GUID, if that is the defect.
    fn purchase(&self, check: &ExternalCheck) -> ExternalCheck {
        let mut check = check.clone();
        let guid = check.check_guid.as_uuid();
        let is_first = self.sent.lock().unwrap_or_else(PoisonError::into_inner).insert(guid);
        if self.defect == Defect::NewGuidOnResend && !is_first {
            check.check_guid = CheckGuid::from_uuid(Uuid::from_u128(guid.as_u128() ^ 1));
        }
        check
    }
}

/// Operations that are read in search of one that waits.
const WAITING: u32 = 1000;

/// Gives an entry without a marker one of another program.
fn mark_as_foreign(entry: &mut Transaction) {
    let ExternalRef { check_guid, external_check, .. } = &mut entry.external;
    if entry.comment.is_none() && check_guid.is_none() && external_check.is_none() {
        entry.comment = Some("касса".to_owned());
        *external_check = Some("чужой".to_owned());
    }
}

/// Whether an entry carries the marker of an operation.
fn has_marker(operation: &Operation, entry: &Transaction) -> bool {
    let has_short_id = entry.comment.as_deref().is_some_and(|text| text.contains(&operation.id.short()));
    let guid = operation.payload.check_guid();
    has_short_id || (guid.is_some() && guid == entry.external.check_guid)
}

#[async_trait]
impl Loyalty for FaultyLoyalty {
    async fn groups(&self) -> Result<Vec<Group>, Error> {
        self.inner.groups().await
    }

    async fn find_by_phone(&self, phone: &Phone) -> Result<Vec<Account>, Error> {
        self.inner.find_by_phone(phone).await
    }

    async fn transactions(&self, account: &AccountId, period: Period) -> Result<Vec<Transaction>, Error> {
        Ok(self.entries(self.inner.transactions(account, period).await?).await)
    }

    async fn last_transactions(&self, account: &AccountId, count: u32) -> Result<LatestTransactions, Error> {
        let LatestTransactions { complete, transactions } = self.inner.last_transactions(account, count).await?;
        Ok(LatestTransactions { complete, transactions: self.entries(transactions).await })
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
        let check = self.purchase(check);
        self.write(|| self.inner.register_check(&check)).await
    }

    async fn return_check(&self, check: &ReturnCheck) -> Result<WriteAnswer, Error> {
        self.write(|| self.inner.return_check(check)).await
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
