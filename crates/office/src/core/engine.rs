//! The engine: the ports, the gate, the backlog, and the one way to append an event. Every step takes it as an argument.

use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use jiff::civil::Date;
use probonus::Loyalty;
use tokio::{
    sync::{Notify, Semaphore, broadcast},
    time::Instant,
};

use crate::{
    core::{
        backlog::Backlog,
        gate::{Gate, UnitConfidence},
        known_guests::KnownGuests,
        locks::Locks,
        pace::Pace,
    },
    journal::port::{Filter, Journal, PageRequest},
    model::{
        account_queue::AccountQueue,
        event::Event,
        host::Host,
        journal_error::JournalError,
        operation::{Operation, OperationId, State},
        policy::Policy,
        queue::{OfficeChange, QueueStatus},
    },
};

/// Changes kept for a slow listener. One that falls further behind loses the oldest.
const CHANGES_KEPT: usize = 1024;
/// Unfinished operations read at a start, the oldest first. Far above what an office leaves unfinished.
const UNFINISHED_MAX: u32 = 100_000;
/// Not applied and rejected operations that are read at a start, the newest first, to follow those that were sent.
const GIVEN_UP_FOLLOWED: u32 = 500;
/// Confirmed operations that are read at a start, the newest first: a proxy may have repeated one meanwhile.
const CONFIRMED_FOLLOWED: u32 = 100;

/// What all steps need: journal, port, policy, gate, backlog.
pub struct Engine {
    pub journal: Arc<dyn Journal>,
    pub loyalty: Arc<dyn Loyalty>,
    pub host: Arc<dyn Host>,
    pub policy: Policy,
    /// Notified whenever there may be work for the outbox.
    pub wake: Arc<Notify>,
    /// One submit of an operation at a time. The second click of a double click waits for the first.
    pub submits: Locks<OperationId>,
    /// The locks of the account queues. Whoever works for an account holds its lock.
    pub queues: Locks<AccountQueue>,
    /// Limits the writes that are out at the same time.
    pub slots: Semaphore,
    pub gate: Gate,
    backlog: Mutex<Backlog>,
    known_guests: Mutex<KnownGuests>,
    pub pace: Mutex<Pace>,
    /// When the entries of a known operation were read last.
    known_entry: Mutex<Option<Instant>>,
    /// Whether the backlog may lack a write to the journal: its caller was dropped before the answer came, or it failed.
    behind: AtomicBool,
    changes: broadcast::Sender<OfficeChange>,
}

impl Engine {
    /// Reads the state of the gate from the journal. The backlog is empty until [`Engine::rebuild_backlog`].
    pub async fn open(
        journal: Arc<dyn Journal>,
        loyalty: Arc<dyn Loyalty>,
        host: Arc<dyn Host>,
        policy: Policy,
    ) -> Result<Self, JournalError> {
        let wake = Arc::new(Notify::new());
        let gate = Gate::open(&*journal, &policy.server).await?;
        Ok(Self {
            journal,
            loyalty,
            host,
            submits: Locks::new(Arc::clone(&wake)),
            queues: Locks::new(Arc::clone(&wake)),
            slots: Semaphore::new(policy.parallel.max(1)),
            gate,
            backlog: Mutex::new(Backlog::default()),
            known_guests: Mutex::default(),
            pace: Mutex::new(Pace::new(&policy, Instant::now())),
            known_entry: Mutex::default(),
            behind: AtomicBool::new(false),
            changes: broadcast::channel(CHANGES_KEPT).0,
            policy,
            wake,
        })
    }

    /// The guests that the server told of in this run.
    pub fn known_guests(&self) -> MutexGuard<'_, KnownGuests> {
        self.known_guests.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the entries of a known operation were not read for so long, or not in this run.
    pub fn known_entry_is_due(&self, now: Instant, every: Duration) -> bool {
        let read = *self.known_entry.lock().unwrap_or_else(PoisonError::into_inner);
        read.is_none_or(|read| now.saturating_duration_since(read) >= every)
    }

    /// Notes that the entries of a known operation were read.
    pub fn note_known_entry(&self, now: Instant) {
        *self.known_entry.lock().unwrap_or_else(PoisonError::into_inner) = Some(now);
    }

    /// Appends an event, brings the backlog up to date and reports the change. No step appends in another way.
    ///
    /// If the call is dropped while the journal works, the journal fails, or the operation has moved on, the backlog is marked as
    /// behind, and the outbox reads it anew.
    pub async fn append(&self, operation: &Operation, event: Event) -> Result<Operation, JournalError> {
        self.append_at(operation.id, operation.version, event).await
    }

    /// Does the same as [`Engine::append`] by id and version. A new operation has version 0.
    pub async fn append_at(&self, id: OperationId, version: u32, event: Event) -> Result<Operation, JournalError> {
        let pending = PendingWrite { engine: self };
        let appended = self.journal.append(id, version, self.host.now(), event).await;
        if matches!(appended, Ok(_) | Err(JournalError::Stale(_))) {
            std::mem::forget(pending);
        }
        match appended {
            Ok(operation) => {
                self.backlog().track(&operation, Instant::now(), self.host.now(), &self.policy);
                if self.gate.unit_confidence() == UnitConfidence::Canary(operation.id) {
                    self.backlog().release_held(Instant::now());
                }
                self.report(OfficeChange::Operation(Box::new(operation.clone())));
                self.report_queue().await;
                self.wake.notify_one();
                Ok(operation)
            }
            Err(JournalError::Stale(_)) => {
                self.behind.store(true, Ordering::Relaxed);
                self.wake.notify_one();
                Err(JournalError::Stale(id))
            }
            Err(error) => Err(error),
        }
    }

    /// Reports the purchase of a return that was confirmed, or not applied after all. The journal changed it in the same transaction.
    pub async fn report_purchase(&self, operation: &Operation) -> Result<(), JournalError> {
        if let Some(guid) = operation.payload.returned_guid()
            && matches!(operation.state, State::Confirmed | State::NotApplied)
            && let Some(purchase) = self.journal.by_guid(guid).await?
        {
            self.report(OfficeChange::Operation(Box::new(purchase)));
        }
        Ok(())
    }

    /// Reads the unfinished and the followed operations from the journal again. Known ones keep their positions.
    pub async fn refresh_backlog(&self) -> Result<(), JournalError> {
        self.behind.store(false, Ordering::Relaxed);
        let unfinished = [State::Prepared, State::Sending, State::Unknown];
        let operations = self.journal.in_states(&unfinished, UNFINISHED_MAX).await?;
        let unverified = self.journal.unverified(UNFINISHED_MAX).await?;
        let given_up = Filter { states: vec![State::NotApplied, State::Rejected], ..Filter::default() };
        let newest = PageRequest { after: None, size: GIVEN_UP_FOLLOWED };
        let given_up = self.journal.list(&given_up, newest).await?.rows;
        let confirmed = Filter { states: vec![State::Confirmed], ..Filter::default() };
        let newest = PageRequest { after: None, size: CONFIRMED_FOLLOWED };
        // A damaged row must not keep the program from opening: the check of the journal names it, and nothing is sent.
        let mut confirmed = match self.journal.list(&confirmed, newest).await {
            Ok(page) => page.rows,
            Err(JournalError::Corrupt(_)) => Vec::new(),
            Err(error) => return Err(error),
        };
        // Operations that await their verification come from `unverified` alone: the journal leaves out those of older journals.
        confirmed.retain(|operation| !operation.awaits_verification());
        let (now, wall) = (Instant::now(), self.host.now());
        let mut backlog = self.backlog();
        for operation in operations.iter().chain(&unverified).chain(&given_up).chain(&confirmed) {
            backlog.track(operation, now, wall, &self.policy);
        }
        Ok(())
    }

    /// Builds the backlog from nothing: operations get their positions in the order they were prepared.
    pub async fn rebuild_backlog(&self) -> Result<(), JournalError> {
        self.backlog().clear();
        self.refresh_backlog().await
    }

    /// Whether the backlog may be behind the journal.
    pub fn is_backlog_behind(&self) -> bool {
        self.behind.load(Ordering::Relaxed)
    }

    pub fn backlog(&self) -> MutexGuard<'_, Backlog> {
        // A panic elsewhere must not stop the queue. The backlog can always be read again from the journal.
        self.backlog.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn pace(&self) -> MutexGuard<'_, Pace> {
        self.pace.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The operation with this id; an error if there is none.
    pub async fn load(&self, id: OperationId) -> Result<Operation, JournalError> {
        self.journal.get(id).await?.ok_or(JournalError::NotFound(id))
    }

    /// The server that an operation was made for, if it is not this one.
    pub fn other_server<'o>(&self, operation: &'o Operation) -> Option<&'o str> {
        operation.server.as_deref().filter(|server| *server != self.policy.server)
    }

    /// Today in the office's time zone.
    pub fn today(&self) -> Date {
        self.host.now().to_zoned_datetime(self.policy.time_zone.clone()).date()
    }

    /// When the next waiting operation is tried, by the wall clock: not before the outbox has rested.
    fn next_due_at(&self) -> Option<jiff::Timestamp> {
        let rested = self.host.now().checked_add(self.pace().rests_for(Instant::now()));
        let next = self.backlog().next_due_at()?;
        Some(rested.map_or(next, |rested| next.max(rested)))
    }

    /// The status of the queue, for the screen.
    pub async fn queue_status(&self) -> Result<QueueStatus, JournalError> {
        Ok(QueueStatus {
            counts: self.journal.counts().await?,
            paused: self.gate.is_paused(),
            held: self.gate.is_held(),
            halted: self.gate.halt(),
            canary: self.canary().await?,
            next_due: self.next_due_at(),
        })
    }

    /// The canary refill, while it is out or its balance can still be verified. `None` in any other case: the next refill is the
    /// canary.
    pub async fn canary(&self) -> Result<Option<OperationId>, JournalError> {
        let UnitConfidence::Canary(first) = self.gate.unit_confidence() else { return Ok(None) };
        let is_out = match self.journal.get(first).await? {
            Some(operation) => match operation.state {
                State::Sending | State::Unknown => true,
                State::Confirmed => operation.balance.after.is_none() && operation.balance.before.is_some(),
                _ => false,
            },
            None => false,
        };
        Ok(is_out.then_some(first))
    }

    /// Waits until no slot is taken. Who asks for one meanwhile waits behind.
    pub async fn all_slots(&self) {
        let all = u32::try_from(self.policy.parallel.max(1)).unwrap_or(u32::MAX);
        // The semaphore is never closed; if it were, nobody could hold a slot.
        let _ = self.slots.acquire_many(all).await;
    }

    pub fn subscribe(&self) -> broadcast::Receiver<OfficeChange> {
        self.changes.subscribe()
    }

    /// Reports the status of the queue to the listeners, if there are any.
    pub async fn report_queue(&self) {
        if self.changes.receiver_count() == 0 {
            return;
        }
        match self.queue_status().await {
            Ok(status) => self.report(OfficeChange::Queue(Box::new(status))),
            Err(error) => tracing::warn!(%error, "the queue's counters could not be read"),
        }
    }

    /// Reports a change to the listeners.
    pub fn report(&self, change: OfficeChange) {
        // Nobody listening is no failure.
        let _ = self.changes.send(change);
    }
}

/// Guards a write to the journal. If it is dropped, the answer never came or was an error, and the backlog may lack the write.
struct PendingWrite<'a> {
    engine: &'a Engine,
}

impl Drop for PendingWrite<'_> {
    fn drop(&mut self) {
        self.engine.behind.store(true, Ordering::Relaxed);
        self.engine.wake.notify_one();
    }
}
