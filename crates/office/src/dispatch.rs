//! One attempt to send one operation, under its lane's lock: read what must hold, commit Sending, call, commit what
//! came of it, watch the balance.

use probonus::{Account, Delivery, Error, ErrorKind, WriteAnswer};

use crate::{
    defect::Defect,
    engine::Engine,
    event::{EntriesSnapshot, Event, Failure, Precondition},
    gate::UnitConfidence,
    intake::{Fresh, is_silent},
    journal::JournalError,
    lanes::Lane,
    money::Rows,
    operation::{Operation, OperationId, Payload, State},
    profile, rows,
};

/// What the reads before an attempt say.
enum Preflight {
    /// It may go.
    Go(Box<Ready>),
    /// Not now.
    Wait(Failure),
    /// Never: what must hold does not hold any more.
    Never(Failure),
}

/// All that an attempt needs.
struct Ready {
    payload: Payload,
    before: Option<probonus::Kopecks>,
    seen: Option<EntriesSnapshot>,
    /// The record before an edit.
    record: Option<Account>,
}

/// What came of an attempt.
pub enum Attempt {
    /// It was made, or put off: the operation as it stands now.
    Made(Box<Operation>),
    /// A first refill is out, and its effect on the balance is not known yet: this one must wait for it.
    Held,
}

impl Attempt {
    fn made(operation: Operation) -> Self {
        Self::Made(Box::new(operation))
    }
}

impl Engine {
    /// Sends a Prepared operation. The caller holds its lane. `fresh`: what was read just now under the same lock.
    pub async fn attempt(&self, operation: &Operation, fresh: Option<Fresh>) -> Result<Attempt, JournalError> {
        assert_eq!(operation.state, State::Prepared, "only what is prepared is sent");
        let is_refill = matches!(operation.payload, Payload::Refill(_));
        let canary = if is_refill && self.gate.trust() != UnitConfidence::Proven {
            Some(self.gate.canary.lock().await)
        } else {
            None
        };
        if canary.is_some() && self.is_canary_in_the_way(operation.id, &Lane::of_operation(operation)).await? {
            return Ok(Attempt::Held);
        }
        // A slow server is not pressed by more than a few at once. Reads before the send count as well.
        let _slot = self.slots.acquire().await.map_err(|error| JournalError::Other(error.to_string()))?;
        if !self.gate.is_open() {
            return Ok(Attempt::made(operation.clone()));
        }
        let ready = match self.preflight(operation, fresh, canary.is_some()).await {
            Preflight::Go(ready) => ready,
            Preflight::Wait(failure) => {
                return self.put_off(operation, failure).await.map(Attempt::made);
            }
            Preflight::Never(failure) => {
                return self.append(operation, Event::Rejected { failure }).await.map(Attempt::made);
            }
        };
        if canary.is_some() {
            self.gate.set_trust(&*self.journal, UnitConfidence::Canary(operation.id)).await?;
        }

        let sending = Event::Sending {
            attempt: operation.attempts + 1,
            balance_before: ready.before,
            clock_offset: self.loyalty.clock_offset(),
            snapshot: ready.seen.clone().map(Box::new),
        };
        let (operation, answer) = if self.policy.broken(Defect::SendBeforeCommit) {
            let answer = self.call(&ready.payload).await;
            (self.append(operation, sending).await?, answer)
        } else {
            // From here on a crash means Unknown: the event is on the disk before the first byte leaves.
            let operation = self.append(operation, sending).await?;
            let answer = self.call(&ready.payload).await;
            (operation, answer)
        };

        Ok(Attempt::made(self.conclude(operation, answer, ready.record.as_ref()).await))
    }

    /// What follows a call, whatever it brought. The request is out: from here on a journal that fails must not look like a
    /// refusal, after which nothing was sent. The operation is told as the journal last took it, and the outbox goes on
    /// from there.
    async fn conclude(
        &self,
        sent: Operation,
        answer: Result<WriteAnswer, Error>,
        record: Option<&Account>,
    ) -> Operation {
        let settled = match self.settle(&sent, answer).await {
            Ok(settled) => settled,
            Err(error) => {
                tracing::error!(%error, operation = %sent.id, "what came of it could not be written down");
                return sent;
            }
        };
        if settled.state != State::Confirmed {
            return settled;
        }
        match self.after_confirmed(settled.clone(), record).await {
            Ok(watched) => watched,
            Err(error) => {
                tracing::error!(%error, operation = %settled.id, "what the balance shows could not be written down");
                settled
            }
        }
    }

    /// What follows a confirmation, however it came: the balance and the record are read again.
    pub async fn after_confirmed(
        &self,
        operation: Operation,
        record: Option<&Account>,
    ) -> Result<Operation, JournalError> {
        self.tell_purchase(&operation).await?;
        match &operation.payload {
            Payload::EditGuest(_) => self.reread(operation, record).await,
            _ => self.watch(operation).await,
        }
    }

    /// Whether another refill is the first to this server, and what it did to the balance is not known yet. `own`: the lane
    /// that the caller holds.
    async fn is_canary_in_the_way(&self, id: OperationId, own: &Lane) -> Result<bool, JournalError> {
        let UnitConfidence::Canary(first) = self.gate.trust() else { return Ok(false) };
        if first == id {
            return Ok(false);
        }
        let Some(first) = self.journal.get(first).await? else { return Ok(false) };
        match first.state {
            State::Sending | State::Unknown => Ok(true),
            State::Confirmed if first.balance.after.is_none() && first.balance.before.is_some() => {
                // Its lane may be busy with this very question, and who holds it may wait for us: we don't wait for it.
                let lane = Lane::of_operation(&first);
                let _held = if lane == *own {
                    None
                } else {
                    let Some(held) = self.lanes.try_lock(lane) else { return Ok(true) };
                    Some(held)
                };
                let first = self.load(first.id).await?;
                if first.awaits_watch() {
                    self.watch(first).await?;
                }
                Ok(!self.gate.is_open() || matches!(self.gate.trust(), UnitConfidence::Canary(_)))
            }
            // It never went, or nothing can be learned of it: this one is the first then.
            _ => Ok(false),
        }
    }

    async fn preflight(&self, operation: &Operation, fresh: Option<Fresh>, is_trial: bool) -> Preflight {
        let read = match &operation.payload {
            Payload::CreateGuest(_) | Payload::EditGuest(_) => self.preflight_of_guest(operation).await,
            _ => match fresh {
                Some(fresh) if fresh.balance.is_some() || !is_trial => Ok(Ok(fresh)),
                _ => self.preflight_of_money(operation, is_trial).await,
            },
        };
        let fresh = match read {
            Ok(Ok(fresh)) => fresh,
            Ok(Err(precondition)) => return Preflight::Never(broken_precondition(precondition)),
            Err(error) => return Preflight::Wait(Failure { delivery: Delivery::NotSent, ..Failure::from(&error) }),
        };
        if is_trial && fresh.balance.is_none() {
            return Preflight::Never(broken_precondition(Precondition::BalanceNotTold));
        }
        let mut payload = operation.payload.clone();
        match (&mut payload, &fresh) {
            // The whole record as it is now, with the edits: nothing of it is blanked, nothing newer overwritten.
            (Payload::EditGuest(update), Fresh { account: Some(account), .. }) => update.record = account.raw.clone(),
            (Payload::RegisterCheck(check), Fresh { balance: Some(balance), .. }) if check.bonus_spent > *balance => {
                return Preflight::Never(broken_precondition(Precondition::BalanceTooLow));
            }
            (Payload::RegisterCheck(check), _)
                if self.policy.broken(Defect::NewGuidOnResend) && operation.attempts > 0 =>
            {
                check.check_guid = probonus::CheckGuid::from_uuid(self.host.new_uuid());
            }
            _ => {}
        }
        Preflight::Go(Box::new(Ready { payload, before: fresh.balance, seen: fresh.seen, record: fresh.account }))
    }

    async fn preflight_of_guest(&self, operation: &Operation) -> Result<Result<Fresh, Precondition>, Error> {
        let Some(phone) = &operation.subject.phone else { return Ok(Err(Precondition::AccountNotFound)) };
        let found = self.loyalty.find_by_phone(phone).await?;
        let Payload::EditGuest(update) = &operation.payload else {
            return Ok(if found.is_empty() { Ok(Fresh::default()) } else { Err(Precondition::PhoneKnown) });
        };
        let Some(account) = found.into_iter().find(|account| account.id == update.account) else {
            return Ok(Err(Precondition::AccountNotFound));
        };
        if !profile::changes(&update.before, &account.profile).is_empty() {
            return Ok(Err(Precondition::AccountChanged));
        }
        Ok(Ok(Fresh { account: Some(account), balance: None, seen: None }))
    }

    /// What an account shows before money moves. `is_trial`: nothing is known yet of how the server counts, and only a
    /// balance can tell: without one it waits.
    async fn preflight_of_money(
        &self,
        operation: &Operation,
        is_trial: bool,
    ) -> Result<Result<Fresh, Precondition>, Error> {
        let Some(account) = operation.payload.account() else { return Ok(Err(Precondition::AccountNotFound)) };
        // What the server can't tell at all must not stop the work; what it can't tell just now, may in a while.
        let passing = |error: &Error| is_silent(error) || is_not_now(error);
        let phone = operation.subject.phone.as_ref();
        let (balance, rows) = self.read_standing(account, phone, None, Rows::Newest(rows::SNAPSHOT_ROWS)).await;
        let balance = match balance {
            Err(error) if is_trial || passing(&error) => return Err(error),
            read => read.ok().flatten(),
        };
        let seen = match rows {
            Err(error) if passing(&error) => return Err(error),
            read => read.ok().map(|listing| listing.seen()),
        };
        Ok(Ok(Fresh { account: None, balance, seen }))
    }

    pub async fn call(&self, payload: &Payload) -> Result<WriteAnswer, Error> {
        match payload {
            Payload::CreateGuest(account) => self.loyalty.insert_by_template(account).await,
            Payload::EditGuest(update) => self.loyalty.update(update).await,
            Payload::Refill(refill) => self.loyalty.refill(refill).await,
            Payload::RegisterCheck(check) => self.loyalty.register_check(check).await,
            Payload::ReturnCheck(check) => self.loyalty.return_check(check).await,
        }
    }

    /// Writes down what came of a call. What may have been applied is told by [`Delivery`] alone.
    async fn settle(
        &self,
        operation: &Operation,
        answer: Result<WriteAnswer, Error>,
    ) -> Result<Operation, JournalError> {
        let error = match answer {
            Ok(answer) => {
                self.pace().answered();
                return self.confirm(operation, &answer).await;
            }
            Err(error) => error,
        };
        let failure = Failure::from(&error);
        match error.delivery() {
            Delivery::Unknown if self.policy.broken(Defect::RetryOnUnknown) => self.put_off(operation, failure).await,
            Delivery::Unknown if self.policy.broken(Defect::UnknownIsDone) => {
                self.confirm(operation, &WriteAnswer::default()).await
            }
            Delivery::Unknown => self.append(operation, Event::Unknown { failure: Some(failure) }).await,
            Delivery::Refused if is_not_now(&error) || self.policy.broken(Defect::RetryRefused) => {
                self.put_off(operation, failure).await
            }
            // It can never be sent so: waiting would not mend it.
            Delivery::NotSent if matches!(error.kind(), ErrorKind::Unsupported | ErrorKind::InvalidRequest) => {
                self.append(operation, Event::Rejected { failure }).await
            }
            Delivery::NotSent => self.put_off(operation, failure).await,
            Delivery::Refused => {
                self.pace().answered();
                self.append(operation, Event::Rejected { failure }).await
            }
        }
    }

    async fn confirm(&self, operation: &Operation, answer: &WriteAnswer) -> Result<Operation, JournalError> {
        let account = answer.account.clone().or_else(|| operation.payload.account().cloned());
        let proof = match (&operation.payload, &account) {
            // Whoever made the account, made it: nobody else's attempt is proven by it.
            (Payload::CreateGuest(_), Some(account)) => Some(rows::key_of_account(account)),
            (_, Some(account)) => answer.transaction.as_deref().map(|id| rows::key_of_id(account, id)),
            (_, None) => None,
        };
        let receipt = answer.receipt.clone();
        let confirmed = Event::Confirmed { account: account.clone(), proof, receipt: receipt.clone() };
        match self.append(operation, confirmed).await {
            // The server told an id that it told before: it is no proof, but the operation is done all the same.
            Err(JournalError::ProofTaken(_)) => {
                self.append(operation, Event::Confirmed { account, proof: None, receipt }).await
            }
            confirmed => confirmed,
        }
    }

    /// Writes down that it surely was not sent, and when it is tried again.
    async fn put_off(&self, operation: &Operation, failure: Failure) -> Result<Operation, JournalError> {
        let due_at = self.next_try(operation, &failure);
        tracing::info!(operation = %operation.id, kind = ?failure.kind, ?due_at, "not sent");
        self.append(operation, Event::NotSent { failure, due_at }).await
    }

    /// After an edit the record is read again, and what changed unasked is told.
    async fn reread(&self, operation: Operation, record: Option<&Account>) -> Result<Operation, JournalError> {
        let (Payload::EditGuest(update), Some(record), Some(phone)) =
            (&operation.payload, record, operation.subject.phone.as_ref())
        else {
            return Ok(operation);
        };
        match self.read_account(phone, &update.account).await {
            Ok(Some(now)) => {
                let unasked = profile::unasked(record, &update.after, &now);
                self.append(&operation, Event::RecordRead { unasked }).await
            }
            Ok(None) => Ok(operation),
            Err(error) => {
                tracing::warn!(%error, operation = %operation.id, "the record could not be read again after the edit");
                Ok(operation)
            }
        }
    }
}

/// The server said no, but to the caller or to the moment, not to the operation: it may say yes later.
pub fn is_not_now(error: &Error) -> bool {
    error.delivery() != Delivery::Unknown && (error.kind() == ErrorKind::SignInAgain || error.status() == Some(429))
}

fn broken_precondition(precondition: Precondition) -> Failure {
    Failure {
        kind: ErrorKind::InvalidRequest,
        delivery: Delivery::NotSent,
        status: None,
        server_message: None,
        detail: None,
        precondition: Some(precondition),
    }
}
