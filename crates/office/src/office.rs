//! The office: the one door to everything that changes something on the server.

use std::sync::Arc;

use probonus::{Account, AccountId, Loyalty, Phone, Transaction};
use tokio::{sync::broadcast, time::Instant};

use crate::{
    core::{engine::Engine, gate::UnitConfidence},
    journal::port::{Filter, Journal, Page, PageRequest},
    ledger::{entry::keyed, repeats::hold_against_journal},
    model::{
        account_queue::AccountQueue,
        decision::{Decision, Reconciled, Story, Verdict},
        draft::Draft,
        event::Event,
        evidence::Evidence,
        host::Host,
        journal_error::JournalError,
        kinds::Target,
        operation::{Operation, OperationId, State},
        payload::Payload,
        policy::Policy,
        preview::Preview,
        profile,
        queue::{OfficeChange, QueueStatus},
        refusal::{Field, Refusal},
    },
    prepare::{
        guard::creations_with,
        payload::{Intent, intent_of},
        plan::{Plan, plan},
        validate,
    },
    reconcile::{
        probe::{probe, probe_unknown},
        refused::{RefusedEvidence, probe_refused, refused_like},
    },
    send,
};

/// Who submits an operation, and why although it has suspected duplicates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Approval {
    /// Who, as the journal shows it.
    pub operator: String,
    /// Why it is sent although it has suspected duplicates; `None`: it is refused then.
    pub reason_for_duplicate: Option<String>,
}

/// The office's work on one server with one journal. Cheap to clone: all clones are the same office.
///
/// Two offices must never share a journal; the store's lock on its file sees to that.
#[derive(Clone)]
pub struct Office {
    engine: Arc<Engine>,
}

impl std::fmt::Debug for Office {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Office").field("server", &self.engine.policy.server).finish_non_exhaustive()
    }
}

impl Office {
    /// Opens the office on a journal. An operation that is Sending becomes Unknown: the program ended while it was out.
    ///
    /// # Errors
    /// [`JournalError`] if the journal can't be read or written.
    pub async fn open(
        journal: Arc<dyn Journal>,
        loyalty: Arc<dyn Loyalty>,
        host: Arc<dyn Host>,
        policy: Policy,
    ) -> Result<Self, JournalError> {
        let engine = Engine::open(journal, loyalty, host, policy).await?;
        send::recover(&engine).await?;
        Ok(Self { engine: Arc::new(engine) })
    }

    /// Remembers how a guest is called, for an operation that is prepared while the server is silent.
    pub fn hear_of(&self, account: &Account) {
        self.engine.known_guests().hear(account);
    }

    /// What `draft` would do: checks its fields, reads the account and its balance, searches for duplicates. Writes nothing of
    /// it; an operation that the server refused and that it may correct is looked for once more, and what is found is recorded.
    ///
    /// # Errors
    /// Any [`Refusal`] that [`Office::submit`] would give, save [`Refusal::PossibleDuplicate`]: duplicates are shown.
    pub async fn preview(&self, draft: &Draft) -> Result<Preview, Refusal> {
        // No operation has the nil id, so no entry carries its marker.
        let id = OperationId(uuid::Uuid::nil());
        let lately = self.probe_before_preview(id, draft).await?;
        let mut plan = plan(&self.engine, id, draft).await?;
        plan.suspect(&lately);
        let unknown = self.engine.backlog().unknown_in(&AccountQueue::of(&plan.payload));
        match unknown {
            Some(op) => Err(Refusal::UnknownPending { op }),
            None => Ok(plan.preview()),
        }
    }

    /// Records the operation and sends it, once. Called again with the same id and draft, it returns the same operation; calls
    /// at the same time wait for the first.
    ///
    /// Returns the operation with its outcome known, or Unknown, or Prepared (it waits in the outbox), or Sending (the journal
    /// could not take what came of it; the outbox probes it).
    ///
    /// # Errors
    /// [`Refusal`]: nothing was sent.
    pub async fn submit(&self, id: OperationId, draft: Draft, approval: Approval) -> Result<Operation, Refusal> {
        let engine = &*self.engine;
        let joined = engine.submits.lock(id).await;
        if let Some(existing) = engine.journal.get(id).await? {
            return self.join(existing, &draft).await;
        }
        let today = engine.today();
        let operator = validate::word(Field::Operator, &approval.operator, true, &engine.policy, today)?;
        let reason = approval.reason_for_duplicate.as_deref().unwrap_or_default();
        let reason = validate::word(Field::Reason, reason, false, &engine.policy, today)?;
        let tidied = validate::validate(&draft, &engine.policy, today)?;
        let Intent { payload, .. } = intent_of(&*engine.journal, &engine.policy.server, id, &tidied).await?;

        let queue = AccountQueue::of(&payload);
        let held = engine.queues.lock(queue.clone()).await;
        self.settle_unknown(&queue).await?;
        let lately = self.settle_refused(id, &payload).await?;
        let mut plan = plan(engine, id, &tidied).await?;
        plan.suspect(&lately);
        let Plan { payload, subject, note, snapshot, is_whole, duplicates, .. } = plan;
        if !duplicates.is_empty() && reason.is_empty() {
            return Err(Refusal::PossibleDuplicate { suspected: duplicates });
        }
        let reason = if reason.is_empty() { note } else { reason };
        let server = Some(engine.policy.server.clone()).filter(|server| !server.is_empty());
        let prepared = Event::Prepared { payload: Box::new(payload), subject, operator, reason, server };
        let operation = engine.append_at(id, 0, prepared).await?;

        let is_first = engine.backlog().head(&queue).is_some_and(|(head, _)| head == id);
        let operation = match snapshot {
            // What waits before it goes first; a silent server is asked again by the outbox. What was read in part is read
            // again: nothing is sent without the search for its own marker.
            Some(snapshot) if is_first => send::try_to_send(engine, operation, is_whole.then_some(snapshot)).await?,
            _ => operation,
        };
        drop((held, joined));
        Ok(operation)
    }

    /// The operation that was submitted before with the same id. Nothing is sent.
    async fn join(&self, existing: Operation, draft: &Draft) -> Result<Operation, Refusal> {
        let engine = &*self.engine;
        let tidied = validate::validate(draft, &engine.policy, engine.today())?;
        let Intent { payload: again, .. } =
            intent_of(&*engine.journal, &engine.policy.server, existing.id, &tidied).await?;
        if !is_same_intent(&existing.payload, &again) {
            return Err(Refusal::IdReused);
        }
        let held = engine.queues.lock(AccountQueue::of_operation(&existing)).await;
        // We hold the queue: if it is Sending, nobody is sending it.
        let operation = match engine.load(existing.id).await? {
            operation if operation.state == State::Sending => send::adopt(engine, operation.id).await?,
            operation => operation,
        };
        drop(held);
        Ok(operation)
    }

    /// Probes the refused operations that a draft may correct, before it is previewed. The queue is held only if there are any.
    async fn probe_before_preview(&self, id: OperationId, draft: &Draft) -> Result<Vec<Operation>, Refusal> {
        let engine = &*self.engine;
        let tidied = validate::validate(draft, &engine.policy, engine.today())?;
        let Intent { payload, .. } = intent_of(&*engine.journal, &engine.policy.server, id, &tidied).await?;
        if refused_like(engine, id, &payload).await?.is_empty() {
            return Ok(Vec::new());
        }
        let held = engine.queues.lock(AccountQueue::of(&payload)).await;
        let lately = self.settle_refused(id, &payload).await;
        drop(held);
        lately
    }

    /// Probes the refused operations that a new one may correct; refuses it if one of them was applied, or may have been. Tells
    /// those of its kind that the server's entries may not show yet. The caller holds the queue.
    async fn settle_refused(&self, id: OperationId, payload: &Payload) -> Result<Vec<Operation>, Refusal> {
        match probe_refused(&self.engine, id, payload, None).await? {
            RefusedEvidence::Applied(op) => Err(Refusal::RefusedWasApplied { op }),
            RefusedEvidence::InDoubt(op) => Err(Refusal::UnknownPending { op }),
            RefusedEvidence::Clear { lately, .. } => Ok(lately),
        }
    }

    /// Probes the unknown outcomes of an account; refuses if one stays unknown, for nothing is sent for the account meanwhile, or
    /// if one that the server had refused was applied. The caller holds the queue.
    async fn settle_unknown(&self, queue: &AccountQueue) -> Result<(), Refusal> {
        loop {
            let Some(op) = self.engine.backlog().unknown_in(queue) else { return Ok(()) };
            let operation = send::adopt(&self.engine, op).await?;
            if operation.state != State::Unknown {
                continue;
            }
            match probe_unknown(&self.engine, op).await?.state {
                State::Unknown => return Err(Refusal::UnknownPending { op }),
                State::Confirmed if operation.doubted_refusal().is_some() => {
                    return Err(Refusal::RefusedWasApplied { op });
                }
                _ => {}
            }
        }
    }

    /// Cancels an operation that was not sent.
    ///
    /// # Errors
    /// [`Refusal::WrongState`] if it was.
    pub async fn cancel(&self, id: OperationId, operator: &str) -> Result<Operation, Refusal> {
        let operator = self.operator(operator)?;
        let operation = self.engine.load(id).await?;
        let held = self.engine.queues.lock(AccountQueue::of_operation(&operation)).await;
        let operation = self.engine.load(id).await?;
        if !operation.allowed().cancel {
            return Err(Refusal::WrongState { state: operation.state });
        }
        let cancelled = self.engine.append(&operation, Event::Cancelled { operator }).await?;
        drop(held);
        Ok(cancelled)
    }

    /// Probes an operation: asks the server what became of it. Its outcome is unknown, or it was sent and is taken for not done.
    ///
    /// # Errors
    /// [`Refusal::WrongState`] if its outcome is known, [`Refusal::OtherServer`] if it was made for another one,
    /// [`Refusal::Server`] if the server can't be asked.
    pub async fn reconcile(&self, id: OperationId) -> Result<Reconciled, Refusal> {
        let operation = self.engine.load(id).await?;
        let held = self.engine.queues.lock(AccountQueue::of_operation(&operation)).await;
        let operation = send::adopt(&self.engine, id).await?;
        if !operation.allowed().reconcile {
            return Err(Refusal::WrongState { state: operation.state });
        }
        self.must_be_of_this_server(&operation)?;
        let (operation, evidence) = probe(&self.engine, operation).await?.map_err(Refusal::Server)?;
        drop(held);
        Ok(Reconciled { operation, evidence })
    }

    /// Settles an operation of unknown outcome by the operator's decision; or confirms one that was sent and is taken for not
    /// done: not applied or rejected.
    ///
    /// # Errors
    /// [`Refusal::WrongState`] if its outcome is known, [`Refusal::Invalid`] without a reason.
    pub async fn decide(&self, id: OperationId, decision: Decision) -> Result<Operation, Refusal> {
        let engine = &*self.engine;
        let operator = self.operator(&decision.operator)?;
        let needs_reason = decision.verdict != Verdict::AskLater;
        let reason = validate::word(Field::Reason, &decision.reason, needs_reason, &engine.policy, engine.today())?;
        let operation = engine.load(id).await?;
        let held = engine.queues.lock(AccountQueue::of_operation(&operation)).await;
        let operation = send::adopt(engine, id).await?;
        if !operation.allowed().decides(decision.verdict) {
            return Err(Refusal::WrongState { state: operation.state });
        }
        let state = match decision.verdict {
            Verdict::Applied => State::Confirmed,
            Verdict::NotApplied => State::NotApplied,
            Verdict::AskLater => State::Unknown,
        };
        let decided = Event::Decided { state, operator, reason, found: decision.found };
        let operation = engine.append(&operation, decided).await?;
        engine.report_purchase(&operation).await?;
        drop(held);
        Ok(operation)
    }

    /// Sends an operation again that was not applied, or sends one now that waits for the operator. Same id, same GUID.
    ///
    /// What was not applied is probed once more first: it may have arrived late. What is not proven not to be applied goes only
    /// with a reason: see [`Office::resend_because`].
    ///
    /// # Errors
    /// [`Refusal::WrongState`] in any other state, [`Refusal::OtherServer`] if it was made for another one: the same
    /// account number is another guest there. [`Refusal::UnknownPending`] if another outcome of the account is unknown, or
    /// if that probe shows for the first time something that may be this operation; [`Refusal::OutsideNumberTaken`] if
    /// its number was given away meanwhile.
    pub async fn resend(&self, id: OperationId, operator: &str) -> Result<Operation, Refusal> {
        self.resend_because(id, operator, "").await
    }

    /// The same, with the operator's reason why it is sent again although it is not proven that it was not applied. The journal
    /// keeps the reason.
    ///
    /// # Errors
    /// As [`Office::resend`]; [`Refusal::NotProvenAbsent`] if a reason is needed and there is none.
    pub async fn resend_because(&self, id: OperationId, operator: &str, reason: &str) -> Result<Operation, Refusal> {
        let engine = &*self.engine;
        let operator = self.operator(operator)?;
        let reason = validate::word(Field::Reason, reason, false, &engine.policy, engine.today())?;
        if let Some(halt) = engine.gate.halt() {
            return Err(Refusal::Halted(Box::new(halt)));
        }
        let operation = engine.load(id).await?;
        let queue = AccountQueue::of_operation(&operation);
        let held = engine.queues.lock(queue.clone()).await;
        self.settle_unknown(&queue).await?;
        let operation = match engine.load(id).await? {
            operation if operation.allowed().send_now => operation,
            operation if operation.allowed().resend => {
                self.must_be_of_this_server(&operation)?;
                let known = operation.version;
                let (operation, evidence) = probe(engine, operation).await?.map_err(Refusal::Server)?;
                if operation.state == State::Confirmed {
                    return Ok(operation);
                }
                // Something new may be it. Once the operator has seen that, they may insist.
                if matches!(evidence, Evidence::Ambiguous { .. }) && operation.version != known {
                    return Err(Refusal::UnknownPending { op: id });
                }
                let is_stale = matches!(evidence, Evidence::Stale { .. });
                if reason.is_empty() && (is_stale || operation.allowed().resend_needs_reason) {
                    return Err(Refusal::NotProvenAbsent);
                }
                engine.append(&operation, Event::Resent { operator, reason }).await?
            }
            operation => return Err(Refusal::WrongState { state: operation.state }),
        };
        let is_first = engine.backlog().head(&queue).is_some_and(|(head, _)| head == id);
        let operation = if is_first { send::try_to_send(engine, operation, None).await? } else { operation };
        drop(held);
        Ok(operation)
    }

    /// The creation of a guest with this phone that was done, or may have been; the newest. A server that finds nobody by that
    /// phone shows old data.
    ///
    /// # Errors
    /// Those of the journal.
    pub async fn created_with(&self, phone: &Phone) -> Result<Option<Operation>, JournalError> {
        Ok(creations_with(&self.engine, phone).await?.into_iter().next())
    }

    /// Holds entries of an account, read for the screen, against the journal: an operation that they show twice is recorded as
    /// applied twice, and halts the queue. While the account is at work nothing is done: whoever works reads its entries.
    pub async fn hold_against_journal(&self, account: &AccountId, entries: &[Transaction]) {
        let Some(_held) = self.engine.queues.try_lock(AccountQueue::Account(account.clone())) else { return };
        hold_against_journal(&self.engine, account, &keyed(account, entries.to_vec())).await;
    }

    /// An operation with all that happened to it.
    ///
    /// # Errors
    /// [`JournalError::NotFound`] if there is none.
    pub async fn story(&self, id: OperationId) -> Result<Story, JournalError> {
        let operation = self.engine.load(id).await?;
        Ok(Story { operation, events: self.engine.journal.story(id).await? })
    }

    /// A page of operations.
    ///
    /// # Errors
    /// Those of the journal.
    pub async fn list(&self, filter: &Filter, page: PageRequest) -> Result<Page, JournalError> {
        self.engine.journal.list(filter, page).await
    }

    /// The status of the queue.
    ///
    /// # Errors
    /// Those of the journal.
    pub async fn queue(&self) -> Result<QueueStatus, JournalError> {
        self.engine.queue_status().await
    }

    /// Stops the outbox; what is on the wire comes to its end. Survives a restart.
    ///
    /// # Errors
    /// Those of the journal.
    pub async fn pause(&self, operator: &str) -> Result<QueueStatus, JournalError> {
        tracing::info!(operator, "the queue is paused");
        self.engine.gate.pause(&*self.engine.journal).await?;
        self.engine.report_queue().await;
        self.engine.queue_status().await
    }

    /// Lets the outbox go on, and lifts a halt.
    ///
    /// # Errors
    /// Those of the journal.
    pub async fn resume(&self, operator: &str) -> Result<QueueStatus, JournalError> {
        tracing::info!(operator, "the queue is resumed");
        self.engine.gate.resume(&*self.engine.journal).await?;
        self.engine.backlog().release_held(Instant::now());
        self.engine.wake.notify_one();
        self.engine.report_queue().await;
        self.engine.queue_status().await
    }

    /// Stops the outbox for a reason that lies outside the office, or lets it go on: while it is being found out how the
    /// server wants its calls, and while a change of that is not accepted. Reading goes on. It does not survive a restart,
    /// and [`Office::resume`] does not lift it.
    pub async fn hold(&self, held: bool) {
        if self.engine.gate.is_held() == held {
            return;
        }
        tracing::info!(held, "the queue is held");
        self.engine.gate.hold(held);
        self.engine.wake.notify_one();
        self.engine.report_queue().await;
    }

    /// Forgets that this server was proven to count money in our unit: its calls are encoded otherwise from now on, so the next
    /// refill is a canary again.
    ///
    /// # Errors
    /// Those of the journal.
    pub async fn doubt_money(&self) -> Result<(), JournalError> {
        match self.engine.gate.unit_confidence() {
            UnitConfidence::Proven => {
                self.engine.gate.set_unit_confidence(&*self.engine.journal, UnitConfidence::Unproven).await
            }
            UnitConfidence::Unproven | UnitConfidence::Canary(_) => Ok(()),
        }
    }

    /// Each change from now on. A receiver that falls behind by 1024 changes loses the oldest, and is told so.
    #[must_use]
    pub fn subscribe(&self) -> broadcast::Receiver<OfficeChange> {
        self.engine.subscribe()
    }

    /// The work in the background: sends what waits, probes what is unknown. Never ends. It may be dropped at
    /// any point: what was out becomes Unknown, and is probed later.
    pub async fn run(&self) {
        send::work(&self.engine).await;
    }

    fn must_be_of_this_server(&self, operation: &Operation) -> Result<(), Refusal> {
        match self.engine.other_server(operation) {
            Some(server) => Err(Refusal::OtherServer { server: server.to_owned() }),
            None => Ok(()),
        }
    }

    fn operator(&self, operator: &str) -> Result<String, Refusal> {
        validate::word(Field::Operator, operator, true, &self.engine.policy, self.engine.today())
    }
}

/// Whether two payloads are one intent. The record of an edit is read anew each time and is no part of it.
fn is_same_intent(one: &Payload, other: &Payload) -> bool {
    match (one.rules().target(), other.rules().target()) {
        (Target::Record(one), Target::Record(other)) => {
            let concerned = profile::concerned(&one.before, &one.after);
            one.account == other.account
                && concerned == profile::concerned(&other.before, &other.after)
                && profile::changes_in(&concerned, &one.after, &other.after).is_empty()
        }
        _ => one == other,
    }
}
