//! A journal that records events wrongly, or reports them wrongly.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use office::{
    Event, Evidence, Failure, Filter, Journal, JournalDecorator, JournalError, Operation, OperationId, Page,
    PageRequest, Payload, State,
};
use probonus::{CheckGuid, Delivery, Error, ErrorKind, Loyalty, WriteAnswer};

use super::kind::Defect;

/// How long after a failure an operation that a defect puts off is tried again.
const RETRY_AFTER: SignedDuration = SignedDuration::from_secs(2);

/// A journal with one defect.
pub struct FaultyJournal {
    inner: Arc<dyn Journal>,
    loyalty: Arc<dyn Loyalty>,
    defect: Defect,
    /// `Sending` events that are held back until the next event of their operation.
    held_back: Mutex<BTreeMap<OperationId, (u32, Timestamp, Event)>>,
}

impl FaultyJournal {
    pub fn new(inner: Arc<dyn Journal>, loyalty: Arc<dyn Loyalty>, defect: Defect) -> Self {
        Self { inner, loyalty, defect, held_back: Mutex::default() }
    }

    async fn load(&self, id: OperationId) -> Result<Operation, JournalError> {
        self.inner.get(id).await?.ok_or(JournalError::NotFound(id))
    }

    /// The event as it is recorded, if only its content is wrong.
    async fn altered(&self, id: OperationId, at: Timestamp, event: Event) -> Result<Event, JournalError> {
        let put_off = |failure| Event::NotSent { failure, due_at: at.checked_add(RETRY_AFTER).ok() };
        let is_unknown = self.inner.get(id).await?.is_some_and(|operation| operation.state == State::Unknown);
        Ok(match (self.defect, event) {
            (Defect::RetryOnUnknown, Event::Unknown { failure: Some(failure) }) => put_off(failure),
            (Defect::ForgetSending, Event::Unknown { failure: None }) => {
                put_off(Failure::from(&Error::new(ErrorKind::ConnectionLost, Delivery::NotSent)))
            }
            (Defect::RetryRefused, Event::Unknown { failure: Some(failure) })
                if failure.delivery == Delivery::Refused =>
            {
                put_off(failure)
            }
            (Defect::EndlessAfter401, Event::Unknown { failure: Some(failure) }) if failure.status == Some(401) => {
                put_off(failure)
            }
            (Defect::UnknownIsDone, Event::Unknown { failure: Some(_) }) => {
                let account = self.load(id).await?.payload.account().cloned();
                Event::Confirmed { account, proof: None, receipt: None }
            }
            (Defect::StaleAbsence, Event::Probed { evidence: Evidence::Stale { .. } }) if is_unknown => {
                Event::Reconciled { state: State::NotApplied, found: None }
            }
            (Defect::AbsenceProvenByAnything, Event::Probed { evidence: Evidence::Absent { conclusive, .. } }) => {
                Event::Probed { evidence: Evidence::Absent { conclusive, proven: true } }
            }
            (_, event) => event,
        })
    }

    /// Records an event whose ledger entry already proves another operation, under another key.
    async fn append_again(
        &self,
        id: OperationId,
        version: u32,
        at: Timestamp,
        mut event: Event,
    ) -> Result<Operation, JournalError> {
        if let Event::Reconciled { found: Some(found), .. } = &mut event {
            found.proof = format!("{} again {id}", found.proof);
        }
        self.inner.append(id, version, at, event).await
    }

    /// Keeps `Sending` for later, and returns the operation as if it had been recorded.
    async fn hold_back(
        &self,
        id: OperationId,
        version: u32,
        at: Timestamp,
        event: Event,
    ) -> Result<Operation, JournalError> {
        let mut operation = self.load(id).await?;
        (operation.state, operation.version, operation.attempts) =
            (State::Sending, version + 1, operation.attempts + 1);
        self.held_back().insert(id, (version, at, event));
        Ok(operation)
    }

    async fn record_held_back(&self, id: OperationId) -> Result<(), JournalError> {
        let held = self.held_back().remove(&id);
        match held {
            Some((version, at, event)) => self.inner.append(id, version, at, event).await.map(drop),
            None => Ok(()),
        }
    }

    fn held_back(&self) -> std::sync::MutexGuard<'_, BTreeMap<OperationId, (u32, Timestamp, Event)>> {
        self.held_back.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl JournalDecorator for FaultyJournal {
    fn inner(&self) -> Result<Arc<dyn Journal>, JournalError> {
        Ok(Arc::clone(&self.inner))
    }

    async fn append(
        &self,
        id: OperationId,
        expected_version: u32,
        at: Timestamp,
        event: Event,
    ) -> Result<Operation, JournalError> {
        self.record_held_back(id).await?;
        match (self.defect, &event) {
            (Defect::SendBeforeCommit, Event::Sending { .. }) => {
                return self.hold_back(id, expected_version, at, event).await;
            }
            (Defect::VerificationOff, Event::BalanceRead { .. }) => return self.load(id).await,
            _ => {}
        }
        let is_cancelled = matches!(event, Event::Cancelled { .. });
        let event = self.altered(id, at, event).await?;
        let appended = match self.inner.append(id, expected_version, at, event.clone()).await {
            Err(JournalError::ProofTaken(_)) if self.defect == Defect::OneEntryProvesTwo => {
                self.append_again(id, expected_version, at, event).await
            }
            appended => appended,
        }?;
        if self.defect == Defect::CancelForgotten && is_cancelled {
            send(&*self.loyalty, &appended.payload).await.ok();
        }
        Ok(appended)
    }

    async fn list(&self, filter: &Filter, page: PageRequest) -> Result<Page, JournalError> {
        // The search for another operation that could have made the same entry finds none.
        if self.defect == Defect::OneEntryProvesTwo && filter.account.is_some() {
            return Ok(Page::default());
        }
        self.inner.list(filter, page).await
    }

    async fn in_states(&self, states: &[State], limit: u32) -> Result<Vec<Operation>, JournalError> {
        let mut operations = self.inner.in_states(states, limit).await?;
        if self.defect == Defect::QueueOrderLost {
            operations.reverse();
        }
        Ok(operations)
    }

    async fn unverified(&self, limit: u32) -> Result<Vec<Operation>, JournalError> {
        match self.defect {
            Defect::VerificationForgotten => Ok(Vec::new()),
            _ => self.inner.unverified(limit).await,
        }
    }

    async fn active_return(&self, guid: CheckGuid) -> Result<Option<Operation>, JournalError> {
        match self.defect {
            Defect::OneEntryProvesTwo => Ok(None),
            _ => self.inner.active_return(guid).await,
        }
    }

    async fn proves(&self, server: &str, proof: &str) -> Result<Option<OperationId>, JournalError> {
        match self.defect {
            Defect::OneEntryProvesTwo => Ok(None),
            _ => self.inner.proves(server, proof).await,
        }
    }
}

/// Sends a payload past the journal.
pub(super) async fn send(loyalty: &dyn Loyalty, payload: &Payload) -> Result<WriteAnswer, Error> {
    match payload {
        Payload::CreateGuest(account) => loyalty.insert_by_template(account).await,
        Payload::EditGuest(update) => loyalty.update(update).await,
        Payload::Refill(refill) => loyalty.refill(refill).await,
        Payload::RegisterCheck(check) => loyalty.register_check(check).await,
        Payload::ReturnCheck(check) => loyalty.return_check(check).await,
    }
}
