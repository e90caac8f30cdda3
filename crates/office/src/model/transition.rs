//! The state machine of an operation, in one place: which event is allowed where, and what it changes.
//!
//! Every store folds events through [`Operation::begin`] and [`Operation::apply`]. So an operation that is read from a journal
//! is always what its events say, and no store can allow what another forbids.

use jiff::Timestamp;

use crate::model::{
    event::{Event, EventRecord},
    evidence::{Evidence, MatchedEntry},
    operation::{BalanceVerification, Operation, OperationId, State},
};

/// An event that the operation's state does not allow. Nothing was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{event} is not allowed in {state:?}")]
pub struct Forbidden {
    /// The state of the operation; `None` before its first event.
    pub state: Option<State>,
    /// [Name](Event::name) of the event.
    pub event: &'static str,
}

impl State {
    /// The state that `event` leads to from this one; `None`: it is not allowed. This is the table of transitions.
    ///
    /// Some lines need a reason:
    ///
    /// - Unknown → Rejected → Unknown: a refusal of a sent operation is unknown at first. Only a probe makes it a refusal, and a
    ///   later probe may make it unknown again.
    /// - [`State::NotApplied`], [`State::Rejected`] → Confirmed: a server may apply a request long after we gave it up, or refuse
    ///   it after the work. So both are still probed.
    /// - Unknown → Unknown, when returned: a confirmed return may undo a purchase of unknown outcome.
    #[must_use]
    pub const fn after(self, event: &Event) -> Option<Self> {
        use State::{Cancelled, Confirmed, NotApplied, Prepared, Rejected, Sending, Unknown};
        match (self, event) {
            (Prepared, Event::Sending { .. }) => Some(Sending),
            (Prepared, Event::Cancelled { .. }) => Some(Cancelled),
            // Something could not be read, or did not hold, just before the send: no byte of it left.
            (Prepared, Event::NotSent { .. }) => Some(Prepared),
            (Prepared, Event::Rejected { .. }) => Some(Rejected),
            // It may have been sent before, and the journal has forgotten it: the server shows its marker or an entry like it,
            // or the journal was replaced by a copy.
            (Prepared, Event::Unknown { .. }) => Some(Unknown),

            (Sending, Event::NotSent { .. }) => Some(Prepared),
            (Sending, Event::Confirmed { .. }) => Some(Confirmed),
            (Sending, Event::Rejected { .. }) => Some(Rejected),
            (Sending, Event::Unknown { .. }) => Some(Unknown),

            (Unknown, Event::Rejected { .. }) => Some(Rejected),
            (Rejected, Event::Unknown { .. }) => Some(Unknown),
            (Unknown | NotApplied | Rejected | Confirmed, Event::Probed { .. }) => Some(self),
            (Unknown, Event::Reconciled { state: Confirmed, .. }) => Some(Confirmed),
            (Unknown, Event::Reconciled { state: NotApplied, .. }) => Some(NotApplied),
            (Unknown, Event::Decided { state: state @ (Confirmed | NotApplied | Unknown), .. }) => Some(*state),
            (NotApplied | Rejected, Event::Reconciled { state: Confirmed, .. }) => Some(Confirmed),
            (NotApplied | Rejected, Event::Decided { state: Confirmed, .. }) => Some(Confirmed),
            // The server said so, and its balance and entries say otherwise: see `Operation::is_confirmed_in_doubt`.
            (Confirmed, Event::Reconciled { state: Confirmed, .. }) => Some(Confirmed),
            (Confirmed, Event::Decided { state: state @ (Confirmed | NotApplied), .. }) => Some(*state),
            (NotApplied, Event::Resent { .. }) => Some(Prepared),

            (Unknown | Confirmed, Event::BalanceRead { .. } | Event::RecordRead { .. }) => Some(self),
            (Unknown | Confirmed, Event::Returned { .. } | Event::NotReturned { .. }) => Some(self),
            (Confirmed, Event::Repeated { .. }) => Some(Confirmed),
            _ => None,
        }
    }
}

impl Event {
    /// Whether a journal that has forgotten this event might send what must not be sent: it begins an attempt, or cancels the
    /// operation. Any other event can be found out again from the server or the operator.
    #[must_use]
    pub const fn must_not_be_forgotten(&self) -> bool {
        matches!(self, Self::Sending { .. } | Self::Cancelled { .. })
    }

    /// Whether the journal's witness learns of it: it must not be forgotten, or it is a new operation, which the operator expects
    /// to be sent.
    #[must_use]
    pub const fn is_witnessed(&self) -> bool {
        self.must_not_be_forgotten() || matches!(self, Self::Prepared { .. })
    }

    /// Its name, as the journal spells it.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Prepared { .. } => "prepared",
            Self::Sending { .. } => "sending",
            Self::NotSent { .. } => "not_sent",
            Self::Confirmed { .. } => "confirmed",
            Self::Rejected { .. } => "rejected",
            Self::Unknown { .. } => "unknown",
            Self::Probed { .. } => "looked",
            Self::Reconciled { .. } => "reconciled",
            Self::Decided { .. } => "decided",
            Self::Resent { .. } => "resent",
            Self::Cancelled { .. } => "cancelled",
            Self::BalanceRead { .. } => "balance_read",
            Self::RecordRead { .. } => "record_read",
            Self::Returned { .. } => "returned",
            Self::NotReturned { .. } => "not_returned",
            Self::Repeated { .. } => "repeated",
        }
    }
}

impl Operation {
    /// The operation that a first event begins.
    ///
    /// # Errors
    /// [`Forbidden`] unless it is [`Event::Prepared`].
    pub fn begin(id: OperationId, at: Timestamp, event: &Event) -> Result<Self, Forbidden> {
        let Event::Prepared { payload, subject, operator, reason, server, undoes, .. } = event else {
            return Err(Forbidden { state: None, event: event.name() });
        };
        Ok(Self {
            id,
            state: State::Prepared,
            payload: (**payload).clone(),
            subject: subject.clone(),
            operator: operator.clone(),
            reason: reason.clone(),
            server: server.clone(),
            created_at: at,
            updated_at: at,
            attempts: 0,
            due_at: Some(at),
            balance: BalanceVerification::default(),
            failure: None,
            proof: None,
            receipt: None,
            times_applied: None,
            mismatch: false,
            trace_seen: false,
            not_seen: false,
            undoes: *undoes,
            returned_by: None,
            version: 1,
        })
    }

    /// The operation that results from all its events, oldest first; `None` if there are none.
    ///
    /// # Errors
    /// [`Forbidden`] at the first event that its state does not allow.
    pub fn fold<'a>(
        id: OperationId,
        story: impl IntoIterator<Item = &'a EventRecord>,
    ) -> Result<Option<Self>, Forbidden> {
        let mut story = story.into_iter();
        let Some(first) = story.next() else { return Ok(None) };
        let mut operation = Self::begin(id, first.at, &first.event)?;
        for record in story {
            operation.apply(record.at, &record.event)?;
        }
        Ok(Some(operation))
    }

    /// Takes in one more event.
    ///
    /// # Errors
    /// [`Forbidden`] if the [table](State::after) does not allow it, a purchase would be returned a second time or not be returned
    /// by a return that did not return it, or a confirmed operation that is not in doubt would be settled again. Nothing is changed then.
    pub fn apply(&mut self, at: Timestamp, event: &Event) -> Result<(), Forbidden> {
        let forbidden = Forbidden { state: Some(self.state), event: event.name() };
        let state = self.state.after(event).ok_or(forbidden)?;
        if !self.may_be_settled_by(event) {
            return Err(forbidden);
        }
        match event {
            // The table allows it nowhere after the beginning.
            Event::Prepared { .. } => return Err(forbidden),
            Event::Sending { attempt, balance_before, .. } => {
                self.attempts = *attempt;
                (self.not_seen, self.mismatch) = (false, false);
                self.due_at = None;
                self.balance = BalanceVerification { before: *balance_before, ..BalanceVerification::default() };
            }
            Event::NotSent { failure, due_at } => {
                self.failure = Some(failure.clone());
                self.due_at = *due_at;
            }
            Event::Confirmed { account, proof, receipt } => {
                self.failure = None;
                self.learn(account.as_ref(), proof.as_ref(), receipt.as_ref());
            }
            Event::Rejected { failure } => {
                self.failure = Some(failure.clone());
                self.due_at = None;
            }
            Event::Unknown { failure } => self.failure.clone_from(failure),
            // A confirmed operation learns its entry, so that no other operation is proven by it.
            Event::Probed { evidence: Evidence::Found(found) } if state == State::Confirmed => self.learn_from(found),
            Event::Probed { evidence: Evidence::Absent { proven, .. } } => self.not_seen = !proven,
            Event::Probed { .. } => {}
            Event::Reconciled { found, .. } => self.settle(state, false, found.as_ref()),
            Event::Decided { found, .. } => self.settle(state, true, found.as_ref()),
            Event::Resent { .. } => {
                self.failure = None;
                self.due_at = Some(at);
            }
            Event::Cancelled { .. } => self.due_at = None,
            Event::BalanceRead { balance, mismatch } => (self.balance, self.mismatch) = (*balance, *mismatch),
            Event::RecordRead { .. } => {}
            Event::Repeated { times, .. } => self.times_applied = Some(*times),
            Event::Returned { by } => match self.returned_by {
                Some(_) => return Err(forbidden),
                None => self.returned_by = Some(*by),
            },
            Event::NotReturned { by } if self.returned_by == Some(*by) => self.returned_by = None,
            Event::NotReturned { .. } => return Err(forbidden),
        }
        self.state = state;
        self.updated_at = at;
        self.version += 1;
        Ok(())
    }

    /// Whether an event may settle it. A confirmed operation may be settled again only if it is in doubt.
    fn may_be_settled_by(&self, event: &Event) -> bool {
        let settles = matches!(event, Event::Reconciled { .. } | Event::Decided { .. });
        !settles || self.state != State::Confirmed || self.is_confirmed_in_doubt()
    }

    /// Takes in the outcome, by evidence or by a decision.
    fn settle(&mut self, state: State, is_decided: bool, found: Option<&MatchedEntry>) {
        if is_decided {
            (self.not_seen, self.mismatch) = (false, false);
        }
        match state {
            State::Confirmed => {
                (self.failure, self.not_seen) = (None, false);
                if let Some(found) = found {
                    self.learn_from(found);
                }
            }
            // It was not applied, so the entry and the receipt that an answer named are another's.
            State::NotApplied => (self.proof, self.receipt) = (None, None),
            _ => {}
        }
    }

    fn learn_from(&mut self, found: &MatchedEntry) {
        self.trace_seen = true;
        self.learn(found.account.as_ref(), Some(&found.proof), found.receipt.as_ref());
    }

    /// Fills in what the server named. A value that is known already is kept.
    fn learn(
        &mut self,
        account: Option<&probonus::AccountId>,
        proof: Option<&String>,
        receipt: Option<&probonus::ReceiptId>,
    ) {
        self.subject.account = self.subject.account.take().or_else(|| account.cloned());
        self.proof = self.proof.take().or_else(|| proof.cloned());
        self.receipt = self.receipt.take().or_else(|| receipt.cloned());
    }
}

#[cfg(test)]
mod tests;
