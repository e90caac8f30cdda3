//! The work in the background: what waits is sent, what is unknown is looked for; each lane in order, lanes side by side.

use std::{collections::BTreeSet, time::Duration};

use futures::{StreamExt, stream::FuturesUnordered};
use jiff::Timestamp;
use tokio::time::Instant;

use crate::{
    defect::Defect,
    dispatch::Attempt,
    engine::Engine,
    event::{Event, Failure},
    intake::Fresh,
    journal::JournalError,
    lanes::Lane,
    operation::{Operation, OperationId, State},
    policy::Policy,
    shelf::{Item, Why},
};

/// How long the outbox rests after the journal failed it.
const JOURNAL_REST: Duration = Duration::from_secs(5);

/// How fast the outbox may send: a bucket of tokens, and a pause of the whole server after it did not answer. A
/// hundred waiting operations then make one request that fails, not a hundred.
#[derive(Debug)]
pub struct Pace {
    tokens: u32,
    earned: Instant,
    quiet_until: Instant,
    /// Failures in a row.
    silent: u32,
    /// The one lane on which the server failed since it answered last, if it was only there.
    failed_on: Option<Lane>,
}

impl Pace {
    pub fn new(policy: &Policy, now: Instant) -> Self {
        Self { tokens: policy.burst.max(1), earned: now, quiet_until: now, silent: 0, failed_on: None }
    }

    /// The server answered: it is there.
    pub fn answered(&mut self) {
        self.silent = 0;
        self.failed_on = None;
    }

    /// The server answered that it failed. On one account that may be the account's own trouble, and the others go on; on a
    /// second one it is the server's.
    fn failed(&mut self, lane: &Lane, now: Instant, pause: Duration) {
        if self.failed_on.get_or_insert_with(|| lane.clone()) != lane {
            self.fell_silent(now, pause);
        }
    }

    /// The server did not answer: it is left alone for a while.
    fn fell_silent(&mut self, now: Instant, pause: Duration) {
        self.silent = self.silent.saturating_add(1);
        self.quiet_until = now + pause;
    }

    /// How many operations may be out at once: one, until a server that was silent has answered.
    const fn width(&self, policy: &Policy) -> usize {
        if self.silent > 0 { 1 } else { policy.parallel }
    }

    /// When the outbox may send next.
    fn ready_at(&mut self, now: Instant, policy: &Policy) -> Instant {
        let every = policy.refill_every.max(Duration::from_millis(1));
        while self.tokens < policy.burst.max(1) && self.earned + every <= now {
            self.earned += every;
            self.tokens += 1;
        }
        if self.tokens >= policy.burst.max(1) {
            self.earned = now;
        }
        let next = if self.tokens > 0 { now } else { self.earned + every };
        next.max(self.quiet_until)
    }

    fn take(&mut self) {
        self.tokens = self.tokens.saturating_sub(1);
    }
}

/// What a lane's head needs, and when.
enum Need {
    /// It was out when its sender was dropped.
    Orphan,
    /// Its fate is to be looked for at this moment.
    Look(Instant),
    /// It is to be sent at this moment.
    Send(Instant),
    /// The operator.
    Nothing,
}

impl Engine {
    /// Works for ever. May be dropped at any await.
    pub async fn work(&self) {
        let mut working = FuturesUnordered::new();
        let mut busy = BTreeSet::new();
        loop {
            if self.is_behind()
                && let Err(error) = self.reshelve().await
            {
                tracing::error!(%error, "the journal could not be read");
            }
            let now = Instant::now();
            let (ready, next) = self.ready_lanes(now, &busy, working.len());
            for lane in ready {
                busy.insert(lane.clone());
                working.push(self.serve(lane));
            }
            tokio::select! {
                biased;
                Some(lane) = working.next(), if !working.is_empty() => {
                    busy.remove(&lane);
                }
                () = self.wake.notified() => {}
                () = async {
                    match next {
                        Some(at) => tokio::time::sleep_until(at).await,
                        None => std::future::pending().await,
                    }
                } => {}
            }
        }
    }

    /// Lanes whose head can be served now, and when the next one can.
    fn ready_lanes(&self, now: Instant, busy: &BTreeSet<Lane>, working: usize) -> (Vec<Lane>, Option<Instant>) {
        let is_open = self.gate.is_open();
        let (mut send_at, width) = {
            let mut pace = self.pace();
            (pace.ready_at(now, &self.policy), pace.width(&self.policy))
        };
        let mut ready = Vec::new();
        let mut next: Option<Instant> = None;
        let shelf = self.shelf();
        let mut due = Vec::new();
        let followed = shelf.followed().map(|followed| (&followed.lane, followed.next, false));
        let heads = shelf.heads().filter_map(|(lane, head)| match need(head) {
            Need::Orphan => Some((lane, now, false)),
            Need::Look(at) => Some((lane, at, false)),
            Need::Send(at) if is_open => Some((lane, at, true)),
            Need::Send(_) | Need::Nothing => None,
        });
        for (lane, at, sends) in followed.chain(heads) {
            if busy.contains(lane) || self.lanes.is_busy(lane) {
                continue;
            }
            let starts = if sends { at.max(send_at) } else { at };
            if starts > now {
                next = Some(next.map_or(starts, |next: Instant| next.min(starts)));
            } else {
                due.push((at, lane, sends));
            }
        }
        // Who has waited longest comes first: an account that fails again and again must not keep the others from going.
        due.sort_unstable();
        for (at, lane, sends) in due {
            if ready.contains(lane) {
                continue;
            }
            let starts = if sends { at.max(send_at) } else { at };
            if starts > now {
                next = Some(next.map_or(starts, |next| next.min(starts)));
            } else if working + ready.len() < width {
                ready.push(lane.clone());
                if sends {
                    let mut pace = self.pace();
                    pace.take();
                    send_at = pace.ready_at(now, &self.policy);
                }
            }
        }
        (ready, next)
    }

    /// One step of one lane.
    async fn serve(&self, lane: Lane) -> Lane {
        let held =
            if self.policy.broken(Defect::LaneOrderLost) { None } else { Some(self.lanes.lock(lane.clone()).await) };
        let step = self.step(&lane).await;
        if let Err(error) = step {
            tracing::error!(%error, "the journal failed while the outbox worked");
            // Without a journal nothing may be sent. What it holds is read anew after a rest.
            self.pace().fell_silent(Instant::now(), JOURNAL_REST);
            self.shelf().rest(&lane, Instant::now() + JOURNAL_REST);
            tokio::time::sleep(JOURNAL_REST).await;
        }
        drop(held);
        lane
    }

    async fn step(&self, lane: &Lane) -> Result<(), JournalError> {
        let now = Instant::now();
        let due = self.shelf().take_due(lane, now, &self.policy);
        if let Some((id, why)) = due {
            return self.follow(id, why).await;
        }
        let Some((id, item)) = self.shelf().head(lane).map(|(id, item)| (id, item.clone())) else { return Ok(()) };
        match need(&item) {
            Need::Orphan => self.adopt(id).await.map(drop),
            Need::Look(at) if at <= now => self.look_again(id).await.map(drop),
            Need::Send(at) if at <= now && self.gate.is_open() => {
                let operation = self.load(id).await?;
                self.try_to_send(operation, None).await.map(drop)
            }
            _ => Ok(()),
        }
    }

    /// A finished operation that is not left alone yet. The caller holds its lane.
    async fn follow(&self, id: OperationId, why: Why) -> Result<(), JournalError> {
        let operation = self.load(id).await?;
        match why {
            Why::Watch if operation.awaits_watch() => self.watch_late(operation).await.map(drop),
            Why::Late
                if operation.state == State::NotApplied
                    && self.other_server(&operation).is_none()
                    && !self.policy.broken(Defect::LateUnnoticed) =>
            {
                if let Err(error) = self.look(operation).await? {
                    tracing::debug!(%error, operation = %id, "the server could not be asked whether it arrived late");
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// Makes an attempt, unless its time for going by itself is over. The caller holds the lane.
    pub async fn try_to_send(&self, operation: Operation, fresh: Option<Fresh>) -> Result<Operation, JournalError> {
        if operation.state != State::Prepared {
            return Ok(operation);
        }
        match self.attempt(&operation, fresh).await? {
            Attempt::Made(operation) => Ok(*operation),
            Attempt::Held => {
                self.shelf().hold(operation.id, Instant::now(), &self.policy);
                Ok(operation)
            }
        }
    }

    /// What was out when its sender was dropped may have been done. The caller holds the lane: nobody is sending it.
    pub async fn adopt(&self, id: OperationId) -> Result<Operation, JournalError> {
        let operation = self.load(id).await?;
        if operation.state != State::Sending {
            self.shelf().track(&operation, Instant::now(), self.host.now(), &self.policy);
            return Ok(operation);
        }
        self.append(&operation, Event::Unknown { failure: None }).await
    }

    /// When an operation that could not be sent is tried again; `None`: its budget is spent, the operator is asked.
    pub fn next_try(&self, operation: &Operation, failure: &Failure) -> Option<Timestamp> {
        let tries = match self.shelf().get_mut(operation.id) {
            Some(item) => {
                item.tries += 1;
                item.tries
            }
            None => 1,
        };
        let pause = self.backoff(tries);
        if failure.status == Some(500) {
            self.pace().failed(&Lane::of_operation(operation), Instant::now(), pause);
        } else {
            self.pace().fell_silent(Instant::now(), pause);
        }
        if tries >= self.policy.retry_budget { None } else { self.host.now().checked_add(pause).ok() }
    }

    /// Twice as long each time, up to the cap; the upper half of it by chance, so that many offices don't come at once.
    fn backoff(&self, tries: u32) -> Duration {
        let factor = 1u32.checked_shl(tries.saturating_sub(1).min(20)).unwrap_or(u32::MAX);
        let pause = self.policy.retry_first.saturating_mul(factor).min(self.policy.retry_cap);
        let half = pause / 2;
        let chance = u64::try_from(half.as_millis()).unwrap_or(u64::MAX).max(1);
        half + Duration::from_millis(self.host.random_below(chance))
    }
}

fn need(head: &Item) -> Need {
    match head.state {
        State::Sending => Need::Orphan,
        State::Unknown => Need::Look(head.looks.next),
        State::Prepared => head.due.map_or(Need::Nothing, Need::Send),
        State::Confirmed | State::Rejected | State::Cancelled | State::NotApplied => Need::Nothing,
    }
}
