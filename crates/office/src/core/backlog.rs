//! What is unfinished, in memory: the order of each queue, when its head is due, how often its fate was looked for.
//! The journal is the truth; the backlog is rebuilt from it at every start.

use std::{collections::BTreeMap, time::Duration};

use jiff::Timestamp;
use tokio::time::Instant;

use crate::model::{
    account_queue::AccountQueue,
    operation::{Operation, OperationId, State},
    policy::Policy,
};

/// How many times as long as something is followed the clock on the wall is not believed that this time is over.
const CLOCK_DOUBTED: u32 = 4;

/// An unfinished operation.
#[derive(Clone, Debug)]
pub struct Unfinished {
    /// Its position among those of its queue.
    pub position: u64,
    /// Its queue.
    pub queue: AccountQueue,
    /// Prepared, Sending or Unknown.
    pub state: State,
    /// When it may be sent by itself; `None`: it waits for the operator.
    pub due: Option<Instant>,
    /// The same for people, by the clock on the wall.
    pub due_at: Option<Timestamp>,
    /// How often it could not be sent, in this run of the program.
    pub tries: u32,
    /// It waits for what the first refill does to the balance; how long it waited before it asked last.
    pub held_for: Option<Duration>,
    /// The search for its fate.
    pub probes: Probes,
}

/// How the search for an unknown outcome stands. Measured by a clock that does not jump, so begun anew at each start.
#[derive(Clone, Copy, Debug)]
pub struct Probes {
    /// Since when the outcome is unknown, in this run of the program.
    pub since: Instant,
    /// When nothing was found for the first time that counts.
    pub first_absence: Option<Instant>,
    /// When it is looked for next.
    pub next: Instant,
    /// The pause after that.
    pub pause: Duration,
}

/// A finished operation that is not left alone yet: its balance is to be read again, or it may still arrive.
#[derive(Clone, Debug)]
pub struct Followed {
    /// Its queue.
    pub queue: AccountQueue,
    /// What for.
    pub reason: FollowReason,
    /// When next.
    pub next: Instant,
    /// The pause after that.
    pub pause: Duration,
    /// When it is left alone.
    pub until: Instant,
}

/// FollowReason a finished operation is followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FollowReason {
    /// It was confirmed, and the balance was not read since.
    Verify,
    /// It was taken for not applied, and may have arrived late.
    LateArrival,
}

/// All unfinished operations.
#[derive(Default)]
pub struct Backlog {
    items: BTreeMap<OperationId, Unfinished>,
    queues: BTreeMap<AccountQueue, BTreeMap<u64, OperationId>>,
    next_position: u64,
    followed: BTreeMap<OperationId, Followed>,
}

impl Backlog {
    /// Takes in what the journal now says of an operation.
    pub fn track(&mut self, operation: &Operation, now: Instant, wall: Timestamp, policy: &Policy) {
        let id = operation.id;
        self.follow(operation, now, wall, policy);
        if !matches!(operation.state, State::Prepared | State::Sending | State::Unknown) {
            self.forget(id);
            return;
        }
        let due = operation.due_at.map(|at| now + pause_until(at, wall, policy.retry_cap));
        let probes = Probes { since: now, first_absence: None, next: now, pause: policy.look_first };
        match self.items.get_mut(&id) {
            Some(item) => {
                if operation.state == State::Unknown && item.state != State::Unknown {
                    item.probes = probes;
                }
                item.state = operation.state;
                (item.due, item.held_for) = (due, None);
                item.due_at = operation.due_at;
            }
            None => {
                let (position, queue) = (self.next_position, AccountQueue::of_operation(operation));
                self.next_position += 1;
                self.queues.entry(queue.clone()).or_default().insert(position, id);
                let (state, due_at) = (operation.state, operation.due_at);
                self.items
                    .insert(id, Unfinished { position, queue, state, due, due_at, tries: 0, held_for: None, probes });
            }
        }
    }

    /// Finished, and yet to be followed: or not any more.
    fn follow(&mut self, operation: &Operation, now: Instant, wall: Timestamp, policy: &Policy) {
        let (reason, pause, until) = match operation.state {
            _ if operation.awaits_verification() => (FollowReason::Verify, policy.watch_pause, None),
            State::NotApplied => {
                // The wall clock may have jumped since: a moment to come is taken for now.
                let age = Duration::try_from(wall.duration_since(operation.updated_at)).unwrap_or(Duration::ZERO);
                let left = policy.late_for.saturating_sub(age);
                // Or it may have jumped ahead: what seems to be of some days ago is followed for a while all the same.
                let doubted = if age < policy.late_for * CLOCK_DOUBTED { policy.late_for / 2 } else { Duration::ZERO };
                (FollowReason::LateArrival, policy.late_first, Some(now + left.max(doubted)))
            }
            _ => (FollowReason::LateArrival, Duration::ZERO, Some(now)),
        };
        let until = match (reason, until) {
            (FollowReason::Verify, _) => now + policy.late_for,
            (FollowReason::LateArrival, Some(until)) if until > now => until,
            _ => {
                self.followed.remove(&operation.id);
                return;
            }
        };
        let queue = AccountQueue::of_operation(operation);
        let followed = Followed { queue, reason, next: now + pause, pause, until };
        match self.followed.get_mut(&operation.id) {
            Some(known) if known.reason == reason => {}
            _ => drop(self.followed.insert(operation.id, followed)),
        }
    }

    /// Finished operations of which something is due at some time.
    pub fn followed(&self) -> impl Iterator<Item = &Followed> {
        self.followed.values()
    }

    /// What of a queue is due; its next time is put off.
    pub fn take_due_follow_up(
        &mut self,
        queue: &AccountQueue,
        now: Instant,
        policy: &Policy,
    ) -> Option<(OperationId, FollowReason)> {
        let (id, due) = self.followed.iter_mut().find(|(_, one)| one.queue == *queue && one.next <= now)?;
        let (id, reason) = (*id, due.reason);
        due.next = now + due.pause;
        let cap = if reason == FollowReason::Verify { policy.look_cap } else { policy.late_for };
        due.pause = (due.pause * 2).min(cap);
        if due.next > due.until {
            self.followed.remove(&id);
        }
        Some((id, reason))
    }

    fn forget(&mut self, id: OperationId) {
        let Some(item) = self.items.remove(&id) else { return };
        if let Some(queue) = self.queues.get_mut(&item.queue) {
            queue.remove(&item.position);
            if queue.is_empty() {
                self.queues.remove(&item.queue);
            }
        }
    }

    /// Forgets everything; what is unfinished is tracked anew.
    pub fn clear(&mut self) {
        self.items.clear();
        self.queues.clear();
        self.followed.clear();
    }

    /// The operation that a queue must settle first.
    pub fn head(&self, queue: &AccountQueue) -> Option<(OperationId, &Unfinished)> {
        let id = self.head_of(self.queues.get(queue)?)?;
        self.items.get(&id).map(|item| (id, item))
    }

    /// What may have been done comes before whatever waits, also before what was prepared earlier and is sent again.
    fn head_of(&self, queue: &BTreeMap<u64, OperationId>) -> Option<OperationId> {
        let out = |id: &OperationId| self.items.get(id).is_some_and(|item| item.state != State::Prepared);
        queue.values().copied().find(out).or_else(|| queue.values().next().copied())
    }

    /// The last operation of a queue.
    pub fn tail(&self, queue: &AccountQueue) -> Option<OperationId> {
        self.queues.get(queue)?.values().next_back().copied()
    }

    /// The first operation of a queue whose outcome is unknown.
    pub fn unknown_in(&self, queue: &AccountQueue) -> Option<OperationId> {
        self.queues.get(queue)?.values().copied().find(|id| self.items[id].state != State::Prepared)
    }

    /// Each queue with its head.
    pub fn heads(&self) -> impl Iterator<Item = (&AccountQueue, &Unfinished)> {
        self.queues.iter().filter_map(|(queue, ids)| Some((queue, self.items.get(&self.head_of(ids)?)?)))
    }

    /// Leaves the head of a queue alone until a moment.
    pub fn postpone_head(&mut self, queue: &AccountQueue, until: Instant) {
        let Some(id) = self.head(queue).map(|(id, _)| id) else { return };
        if let Some(item) = self.items.get_mut(&id) {
            item.due = item.due.map(|due| due.max(until));
            item.probes.next = item.probes.next.max(until);
        }
    }

    /// Puts off an operation that must wait for the first refill, each time for longer.
    pub fn hold_for_canary(&mut self, id: OperationId, now: Instant, policy: &Policy) {
        let Some(item) = self.items.get_mut(&id) else { return };
        let pause = item.held_for.map_or(policy.retry_first, |last| (last * 2).min(policy.retry_cap));
        (item.held_for, item.due) = (Some(pause), Some(now + pause));
    }

    /// Something of the first refill was learned: those that wait for it need wait no longer.
    pub fn release_held(&mut self, now: Instant) {
        for item in self.items.values_mut() {
            if item.held_for.take().is_some() {
                item.due = item.due.map(|due| due.min(now));
            }
        }
    }

    /// An unfinished operation, to note a try or a look.
    pub fn get_mut(&mut self, id: OperationId) -> Option<&mut Unfinished> {
        self.items.get_mut(&id)
    }

    /// When the next waiting operation is due, for people.
    pub fn next_due_at(&self) -> Option<Timestamp> {
        self.items.values().filter(|item| item.state == State::Prepared).filter_map(|item| item.due_at).min()
    }
}

/// How long to wait for a moment on the wall. The wall clock may have jumped: never longer than `cap`.
fn pause_until(at: Timestamp, wall: Timestamp, cap: Duration) -> Duration {
    Duration::try_from(at.duration_since(wall)).unwrap_or(Duration::ZERO).min(cap)
}
