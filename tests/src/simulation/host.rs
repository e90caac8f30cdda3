//! The office's machine: a clock on the wall that follows virtual time and jumps, and chance from the seed.

use std::sync::atomic::{AtomicI64, Ordering};

use jiff::{SignedDuration, Timestamp};
use office::Host;
use tokio::time::Instant;
use uuid::Uuid;

use super::chance::Chance;

/// The machine the office runs on.
pub struct SimHost {
    shown: Timestamp,
    origin: Instant,
    jumped_secs: AtomicI64,
    chance: Chance,
}

impl SimHost {
    /// A machine whose clock shows `now` at this moment.
    pub fn new(now: Timestamp, chance: Chance) -> Self {
        Self { shown: now, origin: Instant::now(), jumped_secs: AtomicI64::new(0), chance }
    }

    /// Somebody, or the network's time, sets the clock.
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
        self.chance.uuid()
    }

    fn random_below(&self, bound: u64) -> u64 {
        self.chance.below(bound)
    }
}
