//! The backlog: every unfinished operation, in memory. It knows the order of each account queue, when its head is due, and
//! how often its outcome was probed. The journal is the truth; the backlog is rebuilt from it at every start.

use std::{collections::BTreeMap, time::Duration};

use jiff::Timestamp;
use tokio::time::Instant;

use crate::model::{
    account_queue::AccountQueue,
    kinds::Target,
    operation::{Operation, OperationId, State},
    policy::Policy,
};

/// We follow a late operation for `Policy::late_for`. A wall clock that jumped ahead must not end that early. So half of
/// `late_for` is left as long as the age by that clock is less than this many times `late_for`.
const WALL_CLOCK_DOUBTED: u32 = 4;

/// An unfinished operation.
#[derive(Clone, Debug)]
pub(crate) struct Unfinished {
    /// Its number in the order in which operations came into the backlog.
    pub position: u64,
    /// The queue it waits in.
    pub queue: AccountQueue,
    /// Prepared, Sending or Unknown.
    pub state: State,
    /// When it may be sent without the operator; `None`: it waits for them.
    pub due: Option<Instant>,
    /// The same by the wall clock, for the screen.
    pub due_at: Option<Timestamp>,
    /// How often it could not be sent, in this run of the program.
    pub tries: u32,
    /// The last pause in which it waited for the canary refill; `None`: it does not wait for it.
    pub held_for: Option<Duration>,
    /// The probes of its outcome.
    pub probes: Probes,
}

/// When the outcome of an operation was probed, and is probed next. The times are monotonic, so they begin anew at each start.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Probes {
    /// Since when the outcome is unknown, in this run of the program.
    pub since: Instant,
    /// When a probe that counts found nothing for the first time.
    pub first_absence: Option<Instant>,
    /// When it is probed next.
    pub next: Instant,
    /// The pause after that.
    pub pause: Duration,
}

impl Probes {
    /// Puts the next probe off by the pause, and doubles the pause, up to `Policy::probe_cap`.
    ///
    /// After a first absence the next probe is no later than the moment at which a second one may count. After that moment only
    /// the pauses count: a server that is silent just then must not be asked without a pause.
    fn postpone(&mut self, now: Instant, policy: &Policy) {
        self.next = now + self.pause;
        self.pause = (self.pause * 2).min(policy.probe_cap);
        if let Some(settled) = self.first_absence.map(|first| first + policy.settle)
            && settled > now
        {
            self.next = self.next.min(settled);
        }
    }

    /// Notes an absence, and tells whether it is the second that counts.
    ///
    /// Example with a settling time of one minute: unknown since 12:00. An absence at 12:00:30 does not count, because the
    /// request may still be on its way; one at 12:01:10 is the first, one at 12:02:10 or later the second.
    fn note_absence(&mut self, now: Instant, settle: Duration) -> bool {
        if now < self.since + settle {
            self.next = self.next.min(self.since + settle);
            return false;
        }
        match self.first_absence {
            Some(first) => now >= first + settle,
            None => {
                self.first_absence = Some(now);
                self.next = self.next.min(now + settle);
                false
            }
        }
    }
}

/// A finished operation that is still followed: its balance is to be read again, it may arrive late, or it may be repeated.
#[derive(Clone, Debug)]
pub(crate) struct Followed {
    /// The queue it went through.
    pub queue: AccountQueue,
    /// Why it is followed.
    pub reason: FollowReason,
    /// When it is looked after next.
    pub next: Instant,
    /// The pause after that.
    pub pause: Duration,
    /// When it is followed no longer.
    pub until: Instant,
}

/// Why a finished operation is followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FollowReason {
    /// It was confirmed, and its balance was not verified yet.
    Verify,
    /// It was taken for not applied, and may arrive late.
    LateArrival,
    /// It was confirmed and verified, and a proxy may send it again.
    Repeats,
}

/// All unfinished operations, and the finished ones that are followed.
#[derive(Default)]
pub struct Backlog {
    unfinished: BTreeMap<OperationId, Unfinished>,
    queues: BTreeMap<AccountQueue, BTreeMap<u64, OperationId>>,
    next_position: u64,
    followed: BTreeMap<OperationId, Followed>,
}

impl Backlog {
    /// Takes in what the journal now says of an operation. A new one goes to the end of its queue; a known one keeps its
    /// position; a finished one leaves.
    pub fn track(&mut self, operation: &Operation, now: Instant, wall: Timestamp, policy: &Policy) {
        let id = operation.id;
        self.follow(operation, now, wall, policy);
        if !matches!(operation.state, State::Prepared | State::Sending | State::Unknown) {
            self.forget(id);
            return;
        }
        let due = operation.due_at.map(|at| now + pause_until(at, wall, policy.retry_cap));
        let probes = Probes { since: now, first_absence: None, next: now, pause: policy.probe_first };
        match self.unfinished.get_mut(&id) {
            Some(known) => {
                if operation.state == State::Unknown && known.state != State::Unknown {
                    known.probes = probes;
                }
                known.state = operation.state;
                (known.due, known.held_for) = (due, None);
                known.due_at = operation.due_at;
            }
            None => {
                let (position, queue) = (self.next_position, AccountQueue::of_operation(operation));
                self.next_position += 1;
                self.queues.entry(queue.clone()).or_default().insert(position, id);
                let (state, due_at) = (operation.state, operation.due_at);
                let held_for = None;
                self.unfinished
                    .insert(id, Unfinished { position, queue, state, due, due_at, tries: 0, held_for, probes });
            }
        }
    }

    /// Begins to follow an operation, or stops. One that is followed for the same reason already keeps its times.
    fn follow(&mut self, operation: &Operation, now: Instant, wall: Timestamp, policy: &Policy) {
        let (reason, first, pause, until) = if operation.awaits_verification() {
            (FollowReason::Verify, policy.verify_pause, policy.verify_pause, now + policy.late_for)
        } else if may_arrive_late(operation) {
            let until = now + late_time_left(operation, wall, policy);
            (FollowReason::LateArrival, policy.late_first, policy.late_first, until)
        } else if may_be_repeated(operation, wall, policy) {
            let until = now + policy.repeats_first + 2 * policy.repeats_then;
            (FollowReason::Repeats, policy.repeats_first, policy.repeats_then, until)
        } else {
            (FollowReason::LateArrival, Duration::ZERO, Duration::ZERO, now)
        };
        if until <= now {
            self.followed.remove(&operation.id);
            return;
        }
        if self.followed.get(&operation.id).is_some_and(|known| known.reason == reason) {
            return;
        }
        let queue = AccountQueue::of_operation(operation);
        self.followed.insert(operation.id, Followed { queue, reason, next: now + first, pause, until });
    }

    /// Looks after a followed operation again after `pause`, for the server could not be asked.
    pub fn follow_again(&mut self, id: OperationId, mut one: Followed, now: Instant, pause: Duration) {
        one.next = now + pause;
        if one.next <= one.until {
            self.followed.insert(id, one);
        }
    }

    /// Every followed operation.
    pub fn followed(&self) -> impl Iterator<Item = &Followed> {
        self.followed.values()
    }

    /// A followed operation of a queue that is due now. Its next time is set, each time after a longer pause. After its last
    /// time it is followed no longer.
    pub fn take_due_follow_up(
        &mut self,
        queue: &AccountQueue,
        now: Instant,
        policy: &Policy,
    ) -> Option<(OperationId, Followed)> {
        let (id, due) = self.followed.iter_mut().find(|(_, one)| one.queue == *queue && one.next <= now)?;
        let (id, reason, was) = (*id, due.reason, due.clone());
        due.next = now + due.pause;
        let cap = if reason == FollowReason::Verify { policy.probe_cap } else { policy.late_for };
        due.pause = (due.pause * 2).min(cap);
        if due.next > due.until {
            self.followed.remove(&id);
        }
        Some((id, was))
    }

    fn forget(&mut self, id: OperationId) {
        let Some(gone) = self.unfinished.remove(&id) else { return };
        if let Some(queue) = self.queues.get_mut(&gone.queue) {
            queue.remove(&gone.position);
            if queue.is_empty() {
                self.queues.remove(&gone.queue);
            }
        }
    }

    /// Forgets everything, so that all can be tracked anew.
    pub fn clear(&mut self) {
        self.unfinished.clear();
        self.queues.clear();
        self.followed.clear();
    }

    /// The operation that a queue must settle first: the first that may have been applied, else the first of all.
    ///
    /// Example: 1 was not applied and is sent again, 2 is unknown. Then 2 is the head, although 1 was prepared earlier.
    pub fn head(&self, queue: &AccountQueue) -> Option<(OperationId, &Unfinished)> {
        let id = self.head_of(self.queues.get(queue)?)?;
        self.unfinished.get(&id).map(|unfinished| (id, unfinished))
    }

    fn head_of(&self, queue: &BTreeMap<u64, OperationId>) -> Option<OperationId> {
        queue.values().copied().find(|id| self.may_be_applied(*id)).or_else(|| queue.values().next().copied())
    }

    /// Whether an operation left, or may have left: it is Sending or Unknown.
    fn may_be_applied(&self, id: OperationId) -> bool {
        self.unfinished.get(&id).is_some_and(|unfinished| unfinished.state != State::Prepared)
    }

    /// The last operation of a queue.
    pub fn tail(&self, queue: &AccountQueue) -> Option<OperationId> {
        self.queues.get(queue)?.values().next_back().copied()
    }

    /// The first operation of a queue that may have been applied.
    pub fn unknown_in(&self, queue: &AccountQueue) -> Option<OperationId> {
        self.queues.get(queue)?.values().copied().find(|id| self.may_be_applied(*id))
    }

    /// Each queue with its head.
    pub fn heads(&self) -> impl Iterator<Item = (&AccountQueue, &Unfinished)> {
        self.queues.iter().filter_map(|(queue, ids)| Some((queue, self.unfinished.get(&self.head_of(ids)?)?)))
    }

    /// Neither sends nor probes the head of a queue before a moment.
    pub fn postpone_head(&mut self, queue: &AccountQueue, until: Instant) {
        let Some(id) = self.head(queue).map(|(id, _)| id) else { return };
        if let Some(head) = self.unfinished.get_mut(&id) {
            head.due = head.due.map(|due| due.max(until));
            head.probes.next = head.probes.next.max(until);
        }
    }

    /// Puts off an operation that must wait for the canary refill, each time for longer.
    pub fn hold_for_canary(&mut self, id: OperationId, now: Instant, policy: &Policy) {
        let Some(held) = self.unfinished.get_mut(&id) else { return };
        let pause = held.held_for.map_or(policy.retry_first, |last| (last * 2).min(policy.retry_cap));
        (held.held_for, held.due) = (Some(pause), Some(now + pause));
    }

    /// Makes the operations that wait for the canary refill due: the canary, or what is known of it, has changed.
    pub fn release_held(&mut self, now: Instant) {
        for unfinished in self.unfinished.values_mut() {
            if unfinished.held_for.take().is_some() {
                unfinished.due = unfinished.due.map(|due| due.min(now));
            }
        }
    }

    /// Makes everything due that only waits for its time: sends, and probes of an unknown outcome. An operation that waits for the
    /// operator stays where it is.
    pub fn make_due(&mut self, now: Instant) {
        for unfinished in self.unfinished.values_mut() {
            unfinished.due = unfinished.due.map(|due| due.min(now));
            unfinished.probes.next = unfinished.probes.next.min(now);
        }
    }

    /// How often an operation could not be sent, in this run of the program.
    pub fn tries(&self, id: OperationId) -> u32 {
        self.unfinished.get(&id).map_or(0, |unfinished| unfinished.tries)
    }

    /// Notes that an operation could not be sent. Tells how often that happened in this run of the program.
    pub fn note_try(&mut self, id: OperationId) -> u32 {
        let Some(unfinished) = self.unfinished.get_mut(&id) else { return 1 };
        unfinished.tries += 1;
        unfinished.tries
    }

    /// Puts the next probe of an operation off.
    pub fn postpone_probe(&mut self, id: OperationId, now: Instant, policy: &Policy) {
        if let Some(unfinished) = self.unfinished.get_mut(&id) {
            unfinished.probes.postpone(now, policy);
        }
    }

    /// Notes that a probe found nothing. Tells whether it is the second such probe that counts.
    pub fn note_absence(&mut self, id: OperationId, now: Instant, policy: &Policy) -> bool {
        self.unfinished.get_mut(&id).is_some_and(|unfinished| unfinished.probes.note_absence(now, policy.settle))
    }

    /// Begins the counting of absences anew: a probe showed something that may be the operation.
    pub fn forget_absence(&mut self, id: OperationId) {
        if let Some(unfinished) = self.unfinished.get_mut(&id) {
            unfinished.probes.first_absence = None;
        }
    }

    /// When the next waiting operation is due, by the wall clock, for the screen.
    pub fn next_due_at(&self) -> Option<Timestamp> {
        let prepared = self.unfinished.values().filter(|unfinished| unfinished.state == State::Prepared);
        prepared.filter_map(|unfinished| unfinished.due_at).min()
    }
}

/// Whether an operation that is taken for not applied is probed again, because the server may have applied it all the same:
/// one that is not applied, and one that was rejected after it was sent. The first probe after a refusal may read a copy of
/// the server's data that is a minute behind.
///
/// A refused edit is not probed again: the record may be as it wanted because of a later edit.
fn may_arrive_late(operation: &Operation) -> bool {
    match operation.state {
        State::NotApplied => true,
        State::Rejected => {
            operation.was_sent_and_given_up() && !matches!(operation.payload.rules().target(), Target::Record(_))
        }
        _ => false,
    }
}

/// Whether a proxy may still repeat a confirmed operation: it moved money, and less than `Policy::late_for` ago by the wall
/// clock. The limit is two days, so that a small jump of that clock does not matter.
fn may_be_repeated(operation: &Operation, wall: Timestamp, policy: &Policy) -> bool {
    let age = Duration::try_from(wall.duration_since(operation.updated_at)).unwrap_or(Duration::ZERO);
    operation.state == State::Confirmed && operation.payload.moves_money() && age < policy.late_for
}

/// How much longer an operation that was taken for not applied is followed: what is left of `Policy::late_for` by the wall
/// clock.
///
/// A time in the future counts as now. An age of less than [`WALL_CLOCK_DOUBTED`] times `late_for` may come from a clock that
/// jumped ahead, so at least half of `late_for` is left. Example with 48 hours: 10 hours old → 38 hours; 60 hours old → 24
/// hours; 200 hours old → none.
fn late_time_left(operation: &Operation, wall: Timestamp, policy: &Policy) -> Duration {
    let age = Duration::try_from(wall.duration_since(operation.updated_at)).unwrap_or(Duration::ZERO);
    let left = policy.late_for.saturating_sub(age);
    let is_doubted = age < policy.late_for * WALL_CLOCK_DOUBTED;
    if is_doubted { left.max(policy.late_for / 2) } else { left }
}

/// How long to wait until a time of the wall clock. Never longer than `cap`, because that clock may have jumped.
fn pause_until(at: Timestamp, wall: Timestamp, cap: Duration) -> Duration {
    Duration::try_from(at.duration_since(wall)).unwrap_or(Duration::ZERO).min(cap)
}
