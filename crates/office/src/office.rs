//! The office: the one door to everything that changes something on the server.

use std::sync::Arc;

use probonus::{Account, AccountId, Loyalty, Phone, Transaction};
use tokio::{sync::broadcast, time::Instant};

use crate::{
    core::{engine::Engine, gate::UnitConfidence},
    journal::port::{Filter, Journal, Page, PageRequest},
    ledger::{
        control_search::believe_absence,
        entry::keyed,
        repeats::hold_against_journal,
        search::{find_by_phone, found_before},
        sent_attempt::SentAttempt,
    },
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
        suspected_duplicate::SuspectedDuplicate,
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
    send::{self, Owner},
};

/// Who submits an operation, and the reason if it has suspected duplicates.
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
    /// Opens the office on a journal. Every operation that is Sending becomes Unknown: the program ended while it was out.
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

    /// Remembers a guest's name, for an operation that is prepared while the server is silent.
    pub fn hear_of(&self, account: &Account) {
        self.engine.known_guests().hear(account);
    }

    /// Tells what `draft` would do: checks its fields, reads the account and its balance, searches for duplicates. It records
    /// and sends nothing of the draft. But it probes each refused operation that the draft may correct, and records the result.
    ///
    /// # Errors
    /// Any [`Refusal`] that [`Office::submit`] would give, except [`Refusal::PossibleDuplicate`], because duplicates are shown,
    /// and those of the approval.
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

    /// Records the operation and sends it, once. Called again with the same id and draft, it sends nothing and returns the same
    /// operation; calls at the same time wait for the first.
    ///
    /// Returns the operation with its outcome known, or Prepared (it waits in the outbox), or Unknown. Unknown is returned as well
    /// if the journal could not record the outcome: in the journal it is still Sending, and the outbox probes it.
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
        let Plan { payload, subject, note, undoes, shown, snapshot, is_whole, duplicates, .. } = plan;
        if !duplicates.is_empty() && reason.is_empty() {
            return Err(Refusal::PossibleDuplicate { suspected: duplicates });
        }
        let reason = if reason.is_empty() { note } else { reason };
        let server = Some(engine.policy.server.clone()).filter(|server| !server.is_empty());
        let prepared = Event::Prepared { payload: Box::new(payload), subject, operator, reason, server, undoes, shown };
        let operation = engine.append_at(id, 0, prepared).await?;

        let is_first = engine.backlog().head(&queue).is_some_and(|(head, _)| head == id);
        let operation = match snapshot {
            // An operation that waits before it goes first. If the server is silent, the outbox asks it again. If only a part
            // was read, all is read again: nothing is sent without the search for its own marker.
            Some(snapshot) if is_first => send::try_to_send(engine, operation, is_whole.then_some(snapshot)).await?,
            _ => operation,
        };
        drop((held, joined));
        Ok(operation)
    }

    /// The operation that was submitted before with the same id and the same draft. Nothing is sent.
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

    /// Probes the refused operations that a new one may correct; refuses it if one of them was applied, or may have been. Returns
    /// those of its kind that the server's entries may not show yet. The caller holds the queue.
    async fn settle_refused(&self, id: OperationId, payload: &Payload) -> Result<Vec<Operation>, Refusal> {
        match probe_refused(&self.engine, id, payload, None).await? {
            RefusedEvidence::Applied(op) => Err(Refusal::RefusedWasApplied { op }),
            RefusedEvidence::InDoubt(op) => Err(Refusal::UnknownPending { op }),
            RefusedEvidence::Clear { lately, .. } => Ok(lately),
        }
    }

    /// Probes the unknown outcomes of an account. Refuses if one stays unknown, because nothing is sent for the account meanwhile,
    /// or if one that the server had refused was applied. The caller holds the queue.
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

    /// Probes an operation: asks the server what became of it, and settles it if the evidence decides.
    ///
    /// # Errors
    /// [`Refusal::WrongState`] unless its outcome is unknown, it was sent and is taken for not applied, or it is confirmed in
    /// doubt; [`Refusal::OtherServer`] if it was made for another server; [`Refusal::Server`] if the server can't be asked.
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

    /// Settles an operation by the operator's decision:
    ///
    /// | operation | may be decided |
    /// |---|---|
    /// | unknown | applied, not applied, or asked later |
    /// | not applied, or rejected after it was sent | applied |
    /// | [confirmed in doubt](Operation::is_confirmed_in_doubt) | applied, not applied |
    ///
    /// # Errors
    /// [`Refusal::WrongState`] in any other case, [`Refusal::Invalid`] without a reason, which only "ask later" does not need.
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

    /// Sends an operation that was not applied again, or sends a prepared one now. Id and GUID stay the same.
    ///
    /// An operation that was not applied is probed once more first: it may have arrived late. If it is not proven absent, or its last
    /// request may still arrive, it goes only with a reason: see [`Office::resend_because`].
    ///
    /// # Errors
    /// [`Refusal::WrongState`] in any other state. [`Refusal::OtherServer`] if it was made for another server, where the same
    /// account number is another guest. [`Refusal::UnknownPending`] if another outcome of the account is unknown.
    /// [`Refusal::MayBeApplied`] if the probe shows for the first time something that may be this operation; for a new guest and an edit,
    /// whenever it does. [`Refusal::AlreadyRegistered`] if another PC registered the
    /// receipt, and it was returned since or has another sum: it can only be entered anew. [`Refusal::OutsideNumberTaken`] if another
    /// operation has its number meanwhile. [`Refusal::AccountNotFound`] if the account may be another guest's by now.
    pub async fn resend(&self, id: OperationId, operator: &str) -> Result<Operation, Refusal> {
        self.resend_because(id, operator, "").await
    }

    /// Does the same as [`Office::resend`], with the operator's reason for sending it again although its absence is not proven.
    /// The journal keeps the reason.
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
        let operation = engine.load(id).await?;
        self.must_be_of_this_server(&operation)?;
        let operation = match operation {
            operation if operation.allowed().send_now => operation,
            operation if operation.allowed().resend => {
                let known = operation.version;
                let (operation, evidence) = probe(engine, operation).await?.map_err(Refusal::Server)?;
                if operation.state == State::Confirmed {
                    return Ok(operation);
                }
                if let Some(registered) = SuspectedDuplicate::registered_elsewhere(&operation, &evidence) {
                    return Err(Refusal::AlreadyRegistered(Box::new(registered)));
                }
                // The probe shows something that may be it. If that is new, the operator must see it first, and the next resend may go.
                // A guest whose phone is there, and a record that is changed, would be refused before the send.
                let may_be_it = matches!(evidence, Evidence::Ambiguous { .. });
                if may_be_it && (operation.version != known || !operation.payload.moves_money()) {
                    return Err(Refusal::MayBeApplied { op: id });
                }
                let is_doubtful = matches!(evidence, Evidence::Stale { .. })
                    || operation.allowed().resend_needs_reason
                    || SentAttempt::may_still_arrive(
                        &engine.journal.story(id).await?,
                        engine.host.now(),
                        &engine.policy,
                    );
                if reason.is_empty() && is_doubtful {
                    return Err(Refusal::NotProvenAbsent);
                }
                self.must_be_the_guests(&operation).await?;
                engine.append(&operation, Event::Resent { operator, reason }).await?
            }
            operation => return Err(Refusal::WrongState { state: operation.state }),
        };
        let is_first = engine.backlog().head(&queue).is_some_and(|(head, _)| head == id);
        let operation = if is_first { send::try_to_send(engine, operation, None).await? } else { operation };
        drop(held);
        Ok(operation)
    }

    /// The newest creation of a guest with this phone that was applied, or may have been. If the server finds nobody by that
    /// phone, it may show old data.
    ///
    /// # Errors
    /// Those of the journal.
    pub async fn created_with(&self, phone: &Phone) -> Result<Option<Operation>, JournalError> {
        Ok(creations_with(&self.engine, phone).await?.into_iter().next())
    }

    /// The accounts with a phone. May be repeated.
    ///
    /// # Errors
    /// Those of the search; [`probonus::ErrorKind::Unreadable`] if it gives one account for different phones.
    pub async fn find_by_phone(&self, phone: &Phone) -> Result<Vec<Account>, probonus::Error> {
        find_by_phone(&self.engine, phone).await
    }

    /// Whether a phone found a guest before, or a guest was created with it, as this run and the journal know it. If the server finds
    /// nobody by it now, that is not certain: the guest may have another phone by now, or the server does not understand the phone.
    ///
    /// # Errors
    /// Those of the journal.
    pub async fn was_found_before(&self, phone: &Phone) -> Result<bool, JournalError> {
        Ok(!found_before(&self.engine, phone).await?.is_empty())
    }

    /// Believes "no such guest" only if the search by phone finds a guest that it found before. `phone`: the one that finds nobody.
    /// May be repeated.
    ///
    /// # Errors
    /// Those of the reads; [`probonus::ErrorKind::Unreadable`] if it finds nobody at all.
    pub async fn believe_absence(&self, phone: &Phone) -> Result<(), probonus::Error> {
        believe_absence(&self.engine, phone).await
    }

    /// Compares entries of an account, read for the screen, with the journal: an operation that they show twice is recorded as
    /// applied twice, and halts the queue; the trace of one of unknown outcome is recorded. While a task works on the account nothing is done: that task reads the entries itself.
    pub async fn hold_against_journal(&self, account: &AccountId, entries: &[Transaction]) {
        let Some(_held) = self.engine.queues.try_lock(AccountQueue::Account(account.clone())) else { return };
        hold_against_journal(&self.engine, account, &keyed(account, entries.to_vec()), None).await;
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

    /// Stops all sends until [`Office::resume`]; requests that are out are finished. Survives a restart.
    ///
    /// # Errors
    /// Those of the journal.
    pub async fn pause(&self, operator: &str) -> Result<QueueStatus, JournalError> {
        tracing::info!(operator, "the queue is paused");
        self.engine.gate.pause(&*self.engine.journal).await?;
        self.engine.report_queue().await;
        self.engine.queue_status().await
    }

    /// Lifts the pause and the oldest halt. If another halt waits behind it, or a hold is set, nothing is sent yet.
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

    /// Tries at once what waits for its next attempt or probe: whatever kept it waiting may be gone. Example: the operator has signed
    /// in again, and three refills wait up to [`Policy::retry_cap`] because nobody was signed in.
    ///
    /// Pause, halt and hold stay in force. What waits for the operator stays where it is.
    pub fn try_again_now(&self) {
        let now = Instant::now();
        self.engine.backlog().make_due(now);
        self.engine.pace().try_again(now);
        self.engine.wake.notify_one();
    }

    /// Sets or lifts the hold. While it is set, nothing is sent; reading goes on. The program sets it while it learns the server's
    /// contract, and while a change of the contract is not accepted. It does not survive a restart, and [`Office::resume`] does
    /// not lift it.
    pub async fn hold(&self, held: bool) {
        if self.engine.gate.is_held() == held {
            return;
        }
        tracing::info!(held, "the queue is held");
        self.engine.gate.hold(held);
        self.engine.wake.notify_one();
        self.engine.report_queue().await;
    }

    /// Waits until no attempt to send is under way, from its first look at the gate to the record of what came of it. While the
    /// queue is held, none begins afterwards. It waits as long as a server may keep an answer back: the caller sets a limit.
    pub async fn at_rest(&self) {
        self.engine.all_slots().await;
    }

    /// Forgets that this server's unit of money was proven, so that the next refill is a canary again. Called when sums are
    /// written another way from now on.
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

    /// Works in the background without end: sends what waits, probes what is unknown. It may be dropped at any point: an operation
    /// that was out becomes Unknown, and is probed later.
    pub async fn run(&self) {
        send::work(&self.engine).await;
    }

    /// Whether an operation was made for this server. Accounts of two servers may have the same number.
    #[must_use]
    pub fn is_of_this_server(&self, operation: &Operation) -> bool {
        self.engine.other_server(operation).is_none()
    }

    fn must_be_of_this_server(&self, operation: &Operation) -> Result<(), Refusal> {
        match self.engine.other_server(operation) {
            Some(server) => Err(Refusal::OtherServer { server: server.to_owned() }),
            None => Ok(()),
        }
    }

    /// Refuses to send money again to an account that may be another guest's by now. The next attempt checks it once more; here the
    /// operation stays not applied, and a late arrival of it is still noticed.
    async fn must_be_the_guests(&self, operation: &Operation) -> Result<(), Refusal> {
        let Some(account) = operation.payload.account().filter(|_| operation.payload.moves_money()) else {
            return Ok(());
        };
        match send::owner_of(&self.engine, operation, account).await {
            Ok(Owner::Doubted(why)) => {
                tracing::warn!(operation = %operation.id, why, "not sent again");
                Err(Refusal::AccountNotFound)
            }
            Ok(Owner::NotToldNow(error)) => Err(Refusal::Server(error)),
            Ok(Owner::Guest(_) | Owner::NotTold) | Err(_) => Ok(()),
        }
    }

    fn operator(&self, operator: &str) -> Result<String, Refusal> {
        validate::word(Field::Operator, operator, true, &self.engine.policy, self.engine.today())
    }
}

/// Whether two payloads are the same intent. Of an edit, only the fields that it is about count: the record is read anew each
/// time.
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
