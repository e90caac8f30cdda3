//! What became of an operation whose outcome is unknown: the server is asked, and its evidence weighed.
//!
//! - *Found*: a row of the server is the operation's, by its mark, or by account, sum, time and balance together.
//!   A row can prove one operation only; the journal's constraint sees to that.
//! - *Absent*: nothing is there, although it would surely show. Counts twice, each time after a settling time, because
//!   a request may arrive late.
//! - *Ambiguous*: it can't be told. The operator decides, with the candidates before them.

mod guest;
mod money;

use probonus::Error;
use tokio::time::Instant;

use crate::{
    defect::Defect,
    engine::Engine,
    event::{Event, EventRecord, Evidence, MatchedEntry},
    journal::JournalError,
    operation::{Operation, OperationId, Payload, State},
};

/// Whether evidence is of this very operation, and not only like it. A record carries no mark.
const fn is_marked(operation: &Operation, found: &MatchedEntry) -> bool {
    found.exact && !matches!(operation.payload, Payload::CreateGuest(_) | Payload::EditGuest(_))
}

impl Engine {
    /// Asks the server, writes down what it shows, and settles the operation if that decides. The caller holds the lane.
    pub async fn look(&self, operation: Operation) -> Result<Result<(Operation, Evidence), Error>, JournalError> {
        let story = self.journal.story(operation.id).await?;
        let evidence = match self.evidence(&operation, &story).await? {
            Ok(evidence) => evidence,
            Err(error) => return Ok(Err(error)),
        };
        let evidence = match self.without_foreign_rows(&operation, evidence).await? {
            // Taken for not applied long ago: only its own mark shows that it was done after all. What is merely like it
            // is for a person to judge.
            Evidence::Found(found) if operation.state == State::NotApplied && !is_marked(&operation, &found) => {
                Evidence::Ambiguous { candidates: vec![found] }
            }
            evidence => evidence,
        };
        self.weigh(operation, evidence, &story).await.map(Ok)
    }

    /// A look by itself: an unanswered one is simply made again later.
    pub async fn look_again(&self, id: OperationId) -> Result<Operation, JournalError> {
        let operation = self.load(id).await?;
        if operation.state != State::Unknown {
            return Ok(operation);
        }
        self.put_off_look(id);
        match self.look(operation.clone()).await? {
            Ok((operation, _)) => Ok(operation),
            Err(error) => {
                tracing::debug!(%error, operation = %id, "the server could not be asked what became of it");
                Ok(operation)
            }
        }
    }

    /// The next look is further away each time.
    fn put_off_look(&self, id: OperationId) {
        if let Some(item) = self.shelf().get_mut(id) {
            let now = Instant::now();
            item.looks.next = now + item.looks.pause;
            item.looks.pause = (item.looks.pause * 2).min(self.policy.look_cap);
            // A second absence may count no sooner than this, and should no later. Once that moment is past, the pauses
            // rule again: a server that is silent just then must not be asked without end.
            if let Some(settled) = item.looks.first_absence.map(|first| first + self.policy.settle)
                && settled > now
            {
                item.looks.next = item.looks.next.min(settled);
            }
        }
    }

    async fn evidence(
        &self,
        operation: &Operation,
        story: &[EventRecord],
    ) -> Result<Result<Evidence, Error>, JournalError> {
        match &operation.payload {
            Payload::CreateGuest(new) => Ok(self.evidence_of_new_guest(new).await),
            Payload::EditGuest(update) => Ok(self.evidence_of_edit(operation, update).await),
            Payload::Refill(_) | Payload::RegisterCheck(_) | Payload::ReturnCheck(_) => {
                self.evidence_of_money(operation, story).await
            }
        }
    }

    /// A row that proves another operation is no evidence of this one, however well it fits.
    async fn without_foreign_rows(&self, operation: &Operation, evidence: Evidence) -> Result<Evidence, JournalError> {
        let Evidence::Found(found) = evidence else { return Ok(evidence) };
        if self.policy.broken(Defect::OneRowProvesTwo) {
            return Ok(Evidence::Found(found));
        }
        match self.journal.proves(&found.proof).await? {
            // The purchase was returned once, and it is known by which of two returns: this one is as it was.
            Some(owner)
                if owner != operation.id
                    && operation.state == State::NotApplied
                    && matches!(operation.payload, Payload::ReturnCheck(_)) =>
            {
                Ok(Evidence::Absent { conclusive: false })
            }
            Some(owner) if owner != operation.id => Ok(Evidence::Ambiguous { candidates: vec![found] }),
            _ => self.without_anothers_return(operation, found).await,
        }
    }

    /// The row of a return tells its purchase, and not which of two returns made it. What was taken for not applied is not
    /// proven by it while another return of the purchase is out, or may have made it.
    async fn without_anothers_return(
        &self,
        operation: &Operation,
        found: MatchedEntry,
    ) -> Result<Evidence, JournalError> {
        let Payload::ReturnCheck(check) = &operation.payload else { return Ok(Evidence::Found(found)) };
        if operation.state != State::NotApplied {
            return Ok(Evidence::Found(found));
        }
        let other = self.journal.active_return(check.check_guid).await?;
        Ok(match other.filter(|other| other.id != operation.id) {
            // It has a row of its own: one more row may be a second purchase undone, or a second return.
            Some(other) if other.state == State::Confirmed && other.proof.is_some() => {
                Evidence::Ambiguous { candidates: vec![found] }
            }
            Some(other) if other.state != State::Prepared => Evidence::Absent { conclusive: false },
            _ => Evidence::Found(found),
        })
    }

    async fn weigh(
        &self,
        operation: Operation,
        evidence: Evidence,
        story: &[EventRecord],
    ) -> Result<(Operation, Evidence), JournalError> {
        match &evidence {
            Evidence::Found(found) => {
                let operation = self.prove(operation, found.clone()).await?;
                Ok((operation, evidence))
            }
            Evidence::Absent { conclusive } => {
                if operation.state == State::NotApplied {
                    // As it was taken for: a look at every hour must not fill the journal with it.
                    return Ok((operation, evidence));
                }
                let counts = *conclusive && operation.state == State::Unknown;
                if counts && self.absence_counts_twice(operation.id) {
                    let operation = self.append(&operation, Event::Probed { evidence: evidence.clone() }).await?;
                    let settled = Event::Reconciled { state: State::NotApplied, found: None };
                    return Ok((self.append(&operation, settled).await?, evidence));
                }
                Ok((self.say_once(operation, &evidence, story).await?, evidence))
            }
            Evidence::Ambiguous { .. } => {
                if let Some(item) = self.shelf().get_mut(operation.id) {
                    item.looks.first_absence = None;
                }
                Ok((self.say_once(operation, &evidence, story).await?, evidence))
            }
        }
    }

    /// Writes down what a look showed that decided nothing, unless the look before it showed the same: a queue that asks
    /// every ten minutes for a week must not fill the journal with one answer.
    async fn say_once(
        &self,
        operation: Operation,
        evidence: &Evidence,
        story: &[EventRecord],
    ) -> Result<Operation, JournalError> {
        let since_it_was_sent = story.iter().rev().take_while(|record| !matches!(record.event, Event::Sending { .. }));
        let said = since_it_was_sent.into_iter().find_map(|record| match &record.event {
            Event::Probed { evidence } => Some(evidence),
            _ => None,
        });
        if said == Some(evidence) {
            return Ok(operation);
        }
        self.append(&operation, Event::Probed { evidence: evidence.clone() }).await
    }

    /// Confirms an operation by the server's row.
    async fn prove(&self, operation: Operation, found: MatchedEntry) -> Result<Operation, JournalError> {
        if found.exact
            && let Some(sight) = crate::gate::Capability::of(operation.payload.kind())
        {
            self.gate.learn(&*self.journal, sight).await?;
        }
        let mut proven = found.clone();
        if self.policy.broken(Defect::OneRowProvesTwo) && self.journal.proves(&found.proof).await?.is_some() {
            proven.proof = format!("{} again {}", found.proof, operation.id);
        }
        let confirmed = Event::Reconciled { state: State::Confirmed, found: Some(proven) };
        let operation = self.append(&operation, confirmed).await?;
        self.after_confirmed(operation, None).await
    }

    /// Whether an absence that is seen now is the second that counts. The first counts only when a request that was on
    /// its way has had time to arrive, the second as long after the first.
    fn absence_counts_twice(&self, id: OperationId) -> bool {
        let now = Instant::now();
        let settle = self.policy.settle;
        if self.policy.broken(Defect::AbsentAfterOneLook) {
            return true;
        }
        let mut shelf = self.shelf();
        let Some(item) = shelf.get_mut(id) else { return false };
        let looks = &mut item.looks;
        if now < looks.since + settle {
            looks.next = looks.next.min(looks.since + settle);
            return false;
        }
        match looks.first_absence {
            Some(first) => now >= first + settle,
            None => {
                looks.first_absence = Some(now);
                looks.next = looks.next.min(now + settle);
                false
            }
        }
    }
}
