//! The office's machine: a wall clock that follows virtual time and can jump, and random numbers from the seed.

use std::sync::atomic::{AtomicI64, Ordering};

use jiff::{SignedDuration, Timestamp};
use office::Host;
use tokio::time::Instant;
use uuid::Uuid;

use super::random::Random;

/// The machine the office runs on.
pub struct SimHost {
    shown: Timestamp,
    origin: Instant,
    jumped_secs: AtomicI64,
    random: Random,
}

impl SimHost {
    /// A machine whose clock shows `now`.
    pub fn new(now: Timestamp, random: Random) -> Self {
        Self { shown: now, origin: Instant::now(), jumped_secs: AtomicI64::new(0), random }
    }

    /// Sets the clock forward or back.
    pub fn jump(&self, secs: i64) {
        self.jumped_secs.fetch_add(secs, Ordering::SeqCst);
    }
}

impl Host for SimHost {
    fn now(&self) -> Timestamp {
        let passed = SignedDuration::try_from(self.origin.elapsed()).unwrap_or(SignedDuration::ZERO);
        let jumped = SignedDuration::from_secs(self.jumped_secs.load(Ordering::SeqCst));
        self.shown.saturating_add(passed + jumped).unwrap_or(self.shown)
    }

    fn new_uuid(&self) -> Uuid {
        self.random.uuid()
    }

    fn random_below(&self, bound: u64) -> u64 {
        self.random.below(bound)
    }
}
