//! How fast the outbox may send.

use std::time::Duration;

use tokio::time::Instant;

use crate::model::{account_queue::AccountQueue, policy::Policy};

/// How fast the outbox may send: a bucket of tokens, and a pause of the whole server after it fell silent.
///
/// Example: 100 operations wait, the server is down. One request fails, then the outbox pauses; without the pause 100 would
/// fail. After the outage `Policy::burst` operations go at once, then one every `Policy::refill_every`.
#[derive(Debug)]
pub struct Pace {
    tokens: u32,
    earned: Instant,
    quiet_until: Instant,
    /// How often the server fell silent since it answered last.
    silent: u32,
    /// The first account queue on which the server failed since it answered last.
    failed_on: Option<AccountQueue>,
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

    /// The server answered that it failed. On one account, the fault may lie with that account, and the others go on. On a
    /// second account it counts as the server's, and everything pauses.
    pub fn failed(&mut self, queue: &AccountQueue, now: Instant, pause: Duration) {
        if self.failed_on.get_or_insert_with(|| queue.clone()) != queue {
            self.fell_silent(now, pause);
        }
    }

    /// The server did not answer: it is left alone for a while.
    pub fn fell_silent(&mut self, now: Instant, pause: Duration) {
        self.silent = self.silent.saturating_add(1);
        self.quiet_until = self.quiet_until.max(now + pause);
    }

    /// The server did not carry out a write: it answered with a fault or not at all, or it refuses the method to this user. Its reads
    /// may work all the same. What waits would fail as well, one operation after another, so it rests: each time twice as long, up to
    /// `Policy::retry_cap`.
    ///
    /// Example: the server answers 503 to each write for ten minutes. Of 30 operations that wait, five are sent, not all.
    pub fn failed_to_write(&mut self, now: Instant, policy: &Policy) {
        if now < self.quiet_until {
            // It was out at the same time as the one that began the rest.
            return;
        }
        let factor = 1u32.checked_shl(self.silent.min(20)).unwrap_or(u32::MAX);
        self.fell_silent(now, policy.write_rest.saturating_mul(factor).min(policy.retry_cap));
    }

    /// How much longer the server is left alone.
    pub fn rests_for(&self, now: Instant) -> Duration {
        self.quiet_until.saturating_duration_since(now)
    }

    /// Ends the pause after a silence: something has changed, so the server may answer now. Until it does, one operation at a
    /// time is out, as after any silence.
    pub fn try_again(&mut self, now: Instant) {
        self.quiet_until = self.quiet_until.min(now);
    }

    /// How many operations may be out at once: one, until a server that was silent has answered.
    pub const fn width(&self, policy: &Policy) -> usize {
        if self.silent > 0 { 1 } else { policy.parallel }
    }

    /// When the outbox may send next.
    pub fn ready_at(&mut self, now: Instant, policy: &Policy) -> Instant {
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

    pub fn take(&mut self) {
        self.tokens = self.tokens.saturating_sub(1);
    }
}
