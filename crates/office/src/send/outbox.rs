//! The work in the background: what waits is sent, what is unknown is looked for; each queue in order, queues side by side.

use std::{collections::BTreeSet, time::Duration};

use futures::{StreamExt, stream::FuturesUnordered};
use tokio::time::Instant;

use crate::{
    core::{
        backlog::{FollowReason, Unfinished},
        engine::Engine,
    },
    model::{
        account_queue::AccountQueue,
        defect::Defect,
        journal_error::JournalError,
        operation::{OperationId, State},
    },
    reconcile::probe::{probe, probe_unknown},
    send::{attempt::try_to_send, recovery::adopt},
    verify::balance::verify_balance_late,
};

/// How long the outbox rests after the journal failed it.
const JOURNAL_REST: Duration = Duration::from_secs(5);

/// What a queue's head needs, and when.
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

/// Works for ever. May be dropped at any await.
pub async fn work(engine: &Engine) {
    let mut working = FuturesUnordered::new();
    let mut busy = BTreeSet::new();
    loop {
        if engine.is_backlog_behind()
            && let Err(error) = engine.refresh_backlog().await
        {
            tracing::error!(%error, "the journal could not be read");
        }
        let now = Instant::now();
        let (ready, next) = ready_lanes(engine, now, &busy, working.len());
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
fn ready_lanes(
    engine: &Engine,
    now: Instant,
    busy: &BTreeSet<AccountQueue>,
    working: usize,
) -> (Vec<AccountQueue>, Option<Instant>) {
    let is_open = engine.gate.is_open();
    let (mut send_at, width) = {
        let mut pace = engine.pace();
        (pace.ready_at(now, &engine.policy), pace.width(&engine.policy))
    };
    let mut ready = Vec::new();
    let mut next: Option<Instant> = None;
    let backlog = engine.backlog();
    let mut due = Vec::new();
    let followed = backlog.followed().map(|followed| (&followed.queue, followed.next, false));
    let heads = backlog.heads().filter_map(|(queue, head)| match need(head) {
        Need::Orphan => Some((queue, now, false)),
        Need::Look(at) => Some((queue, at, false)),
        Need::Send(at) if is_open => Some((queue, at, true)),
        Need::Send(_) | Need::Nothing => None,
    });
    for (queue, at, sends) in followed.chain(heads) {
        if busy.contains(queue) || engine.queues.is_busy(queue) {
            continue;
        }
        let starts = if sends { at.max(send_at) } else { at };
        if starts > now {
            next = Some(next.map_or(starts, |next: Instant| next.min(starts)));
        } else {
            due.push((at, queue, sends));
        }
    }
    // Who has waited longest comes first: an account that fails again and again must not keep the others from going.
    due.sort_unstable();
    for (at, queue, sends) in due {
        if ready.contains(queue) {
            continue;
        }
        let starts = if sends { at.max(send_at) } else { at };
        if starts > now {
            next = Some(next.map_or(starts, |next| next.min(starts)));
        } else if working + ready.len() < width {
            ready.push(queue.clone());
            if sends {
                let mut pace = engine.pace();
                pace.take();
                send_at = pace.ready_at(now, &engine.policy);
            }
        }
    }
    (ready, next)
}

/// One step of one queue.
async fn serve(engine: &Engine, queue: AccountQueue) -> AccountQueue {
    let held =
        if engine.policy.broken(Defect::LaneOrderLost) { None } else { Some(engine.queues.lock(queue.clone()).await) };
    let step = step(engine, &queue).await;
    if let Err(error) = step {
        tracing::error!(%error, "the journal failed while the outbox worked");
        // Without a journal nothing may be sent. What it holds is read anew after a rest.
        engine.pace().fell_silent(Instant::now(), JOURNAL_REST);
        engine.backlog().postpone_head(&queue, Instant::now() + JOURNAL_REST);
        tokio::time::sleep(JOURNAL_REST).await;
    }
    drop(held);
    queue
}

async fn step(engine: &Engine, queue: &AccountQueue) -> Result<(), JournalError> {
    let now = Instant::now();
    let due = engine.backlog().take_due_follow_up(queue, now, &engine.policy);
    if let Some((id, why)) = due {
        return follow(engine, id, why).await;
    }
    let Some((id, item)) = engine.backlog().head(queue).map(|(id, item)| (id, item.clone())) else { return Ok(()) };
    match need(&item) {
        Need::Orphan => adopt(engine, id).await.map(drop),
        Need::Look(at) if at <= now => probe_unknown(engine, id).await.map(drop),
        Need::Send(at) if at <= now && engine.gate.is_open() => {
            let operation = engine.load(id).await?;
            try_to_send(engine, operation, None).await.map(drop)
        }
        _ => Ok(()),
    }
}

/// A finished operation that is not left alone yet. The caller holds its queue.
async fn follow(engine: &Engine, id: OperationId, why: FollowReason) -> Result<(), JournalError> {
    let operation = engine.load(id).await?;
    match why {
        FollowReason::Verify if operation.awaits_verification() => {
            verify_balance_late(engine, operation).await.map(drop)
        }
        FollowReason::LateArrival
            if operation.state == State::NotApplied
                && engine.other_server(&operation).is_none()
                && !engine.policy.broken(Defect::LateUnnoticed) =>
        {
            if let Err(error) = probe(engine, operation).await? {
                tracing::debug!(%error, operation = %id, "the server could not be asked whether it arrived late");
            }
            Ok(())
        }
        _ => Ok(()),
    }
}

fn need(head: &Unfinished) -> Need {
    match head.state {
        State::Sending => Need::Orphan,
        State::Unknown => Need::Look(head.probes.next),
        State::Prepared => head.due.map_or(Need::Nothing, Need::Send),
        State::Confirmed | State::Rejected | State::Cancelled | State::NotApplied => Need::Nothing,
    }
}
