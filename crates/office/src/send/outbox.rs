//! The outbox works in the background: it sends what waits and probes what is unknown. Operations of one account queue go in
//! order, the queues side by side.

use std::{collections::BTreeSet, time::Duration};

use futures::{StreamExt, stream::FuturesUnordered};
use probonus::Error;
use tokio::time::Instant;

use crate::{
    core::{
        backlog::{Backlog, FollowReason, Followed, Unfinished},
        engine::Engine,
    },
    ledger::{reading::entries_since, repeats::hold_against_journal, sent_attempt::SentAttempt},
    model::{
        account_queue::AccountQueue,
        failure::is_passing,
        journal_error::JournalError,
        operation::{Operation, OperationId, State},
    },
    reconcile::probe::{probe, probe_unknown},
    send::{attempt::try_to_send, recovery::adopt},
    verify::balance::verify_balance_late,
};

/// How long the outbox rests after the journal failed.
const JOURNAL_REST: Duration = Duration::from_secs(5);

/// What the head of a queue needs, and when.
enum Need {
    /// It is Sending, but nobody sends it: its sender was dropped.
    Adopt,
    /// Its outcome is probed at this moment.
    Probe(Instant),
    /// It is sent at this moment.
    Send(Instant),
    /// The operator.
    Nothing,
}

impl Need {
    fn of(head: &Unfinished) -> Self {
        match head.state {
            State::Sending => Self::Adopt,
            State::Unknown => Self::Probe(head.probes.next),
            State::Prepared => head.due.map_or(Self::Nothing, Self::Send),
            State::Confirmed | State::Rejected | State::Cancelled | State::NotApplied => Self::Nothing,
        }
    }
}

/// A piece of work that a queue has. Ordered by time: who has waited longest comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Turn<'b> {
    at: Instant,
    queue: &'b AccountQueue,
    /// Whether it is a send, which the pace limits.
    is_send: bool,
}

impl Turn<'_> {
    /// When it starts, if a send may start at `may_send_at`.
    fn starts(&self, may_send_at: Instant) -> Instant {
        if self.is_send { self.at.max(may_send_at) } else { self.at }
    }
}

/// Which queues are served now, and when the outbox must look again.
#[derive(Default)]
struct Schedule {
    ready: Vec<AccountQueue>,
    next: Option<Instant>,
}

impl Schedule {
    fn wake_at(&mut self, at: Instant) {
        self.next = Some(self.next.map_or(at, |next| next.min(at)));
    }
}

/// Sends and probes without end. It may be dropped at any await: an operation that was out is Sending in the journal, and
/// becomes Unknown later.
pub async fn work(engine: &Engine) {
    let mut working = FuturesUnordered::new();
    let mut busy = BTreeSet::new();
    loop {
        if engine.is_backlog_behind()
            && let Err(error) = engine.refresh_backlog().await
        {
            tracing::error!(%error, "the journal could not be read");
        }
        let Schedule { ready, next } = schedule(engine, Instant::now(), &busy, working.len());
        for queue in ready {
            busy.insert(queue.clone());
            working.push(serve(engine, queue));
        }
        tokio::select! {
            biased;
            Some(queue) = working.next(), if !working.is_empty() => {
                busy.remove(&queue);
            }
            () = engine.wake.notified() => {}
            () = sleep_until(next) => {}
        }
    }
}

async fn sleep_until(next: Option<Instant>) {
    match next {
        Some(at) => tokio::time::sleep_until(at).await,
        None => std::future::pending().await,
    }
}

/// Which queues are served now. `working`: how many are being served already.
///
/// Turns are taken in the order in which they became due, so that an account that fails again and again does not delay the
/// others. No queue is served twice at the same time, at most `Pace::width` queues are served, and sends keep the pace.
fn schedule(engine: &Engine, now: Instant, busy: &BTreeSet<AccountQueue>, working: usize) -> Schedule {
    let is_open = engine.gate.is_open();
    let (mut may_send_at, width) = {
        let mut pace = engine.pace();
        (pace.ready_at(now, &engine.policy), pace.width(&engine.policy))
    };
    let mut schedule = Schedule::default();
    let mut due = Vec::new();
    let backlog = engine.backlog();
    for turn in turns(&backlog, is_open, now) {
        if busy.contains(turn.queue) || engine.queues.is_busy(turn.queue) {
            continue;
        }
        let starts = turn.starts(may_send_at);
        if starts > now {
            schedule.wake_at(starts);
        } else {
            due.push(turn);
        }
    }
    due.sort_unstable();
    for turn in due {
        if schedule.ready.contains(turn.queue) {
            continue;
        }
        let starts = turn.starts(may_send_at);
        if starts > now {
            schedule.wake_at(starts);
        } else if working + schedule.ready.len() < width {
            schedule.ready.push(turn.queue.clone());
            if turn.is_send {
                let mut pace = engine.pace();
                pace.take();
                may_send_at = pace.ready_at(now, &engine.policy);
            }
        }
    }
    schedule
}

/// Each piece of work that the queues have: their followed operations and their heads. `is_open`: whether anything may be sent.
fn turns(backlog: &Backlog, is_open: bool, now: Instant) -> impl Iterator<Item = Turn<'_>> {
    let followed = backlog.followed().map(|one| Turn { queue: &one.queue, at: one.next, is_send: false });
    let heads = backlog.heads().filter_map(move |(queue, head)| match Need::of(head) {
        Need::Adopt => Some(Turn { queue, at: now, is_send: false }),
        Need::Probe(at) => Some(Turn { queue, at, is_send: false }),
        Need::Send(at) if is_open => Some(Turn { queue, at, is_send: true }),
        Need::Send(_) | Need::Nothing => None,
    });
    followed.chain(heads)
}

/// One step of one queue, under its lock. If the journal fails, nothing may be sent: all sends pause for [`JOURNAL_REST`].
async fn serve(engine: &Engine, queue: AccountQueue) -> AccountQueue {
    let held = engine.queues.lock(queue.clone()).await;
    if let Err(error) = step(engine, &queue).await {
        tracing::error!(%error, "the journal failed while the outbox worked");
        engine.pace().fell_silent(Instant::now(), JOURNAL_REST);
        engine.backlog().postpone_head(&queue, Instant::now() + JOURNAL_REST);
        tokio::time::sleep(JOURNAL_REST).await;
    }
    drop(held);
    queue
}

/// Does what is due of a queue: one followed operation, else its head. The caller holds the queue.
///
/// The head waits if it was made for another server than this one.
async fn step(engine: &Engine, queue: &AccountQueue) -> Result<(), JournalError> {
    let now = Instant::now();
    let due = engine.backlog().take_due_follow_up(queue, now, &engine.policy);
    if let Some((id, followed)) = due {
        return follow_up(engine, id, followed).await;
    }
    let Some((id, need)) = engine.backlog().head(queue).map(|(id, head)| (id, Need::of(head))) else { return Ok(()) };
    if matches!(need, Need::Adopt) {
        return adopt(engine, id).await.map(drop);
    }
    let operation = engine.load(id).await?;
    if engine.other_server(&operation).is_some() {
        // This server knows nothing of it: it would look absent, or be applied to another guest.
        engine.backlog().postpone_head(queue, now + engine.policy.probe_cap);
        return Ok(());
    }
    match need {
        Need::Probe(at) if at <= now => probe_unknown(engine, id).await.map(drop),
        Need::Send(at) if at <= now && engine.gate.is_open() => try_to_send(engine, operation, None).await.map(drop),
        _ => Ok(()),
    }
}

/// Does what is due for a followed operation: verifies its balance, probes whether it arrived late, or reads whether it was
/// repeated. The caller holds its queue.
async fn follow_up(engine: &Engine, id: OperationId, followed: Followed) -> Result<(), JournalError> {
    let operation = engine.load(id).await?;
    match followed.reason {
        // An operation of another server waits until that server is connected again: this one shows other guests' balances.
        FollowReason::Verify if operation.awaits_verification() && engine.other_server(&operation).is_none() => {
            verify_balance_late(engine, operation).await.map(drop)
        }
        FollowReason::LateArrival
            if operation.state.may_yet_be_proven() && engine.other_server(&operation).is_none() =>
        {
            if let Err(error) = probe(engine, operation).await? {
                tracing::debug!(%error, operation = %id, "the server could not be asked whether it arrived late");
            }
            Ok(())
        }
        FollowReason::Repeats if engine.other_server(&operation).is_none() => {
            if let Err(error) = search_repeats(engine, &operation).await? {
                tracing::debug!(%error, operation = %id, "the server could not be asked whether it was sent again");
                engine.backlog().follow_again(id, followed, Instant::now(), engine.policy.probe_cap);
            }
            Ok(())
        }
        _ => Ok(()),
    }
}

/// Reads the account's entries since an operation was sent, and compares them with the journal. If the server can't list entries,
/// nothing is found; only a failure that may pass is an error.
async fn search_repeats(engine: &Engine, operation: &Operation) -> Result<Result<(), Error>, JournalError> {
    let story = engine.journal.story(operation.id).await?;
    let (Some(account), Some(sent)) = (operation.payload.account(), SentAttempt::first(&story, &operation.payload))
    else {
        return Ok(Ok(()));
    };
    match entries_since(engine, account, &sent).await {
        Ok((listing, _)) => {
            hold_against_journal(engine, account, &listing.entries, None).await;
            Ok(Ok(()))
        }
        Err(error) if is_passing(&error) => Ok(Err(error)),
        Err(_) => Ok(Ok(())),
    }
}
