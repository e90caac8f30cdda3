//! The machine the simulated office runs on: tokio's paused clock, with jumps, and chance from the seed.

use std::sync::{
    Mutex, PoisonError,
    atomic::{AtomicI64, Ordering},
};

use jiff::{SignedDuration, Timestamp};
use office::Host;
use tokio::time::Instant;
use uuid::Uuid;

use super::{beginning, chance::Chance};

pub struct SimHost {
    started: Instant,
    jump: AtomicI64,
    chance: Mutex<Chance>,
}

impl SimHost {
    pub fn new(chance: Chance) -> Self {
        Self { started: Instant::now(), jump: AtomicI64::new(0), chance: Mutex::new(chance) }
    }

    /// The clock on the wall jumps, either way.
    pub fn jump(&self, seconds: i64) {
        self.jump.fetch_add(seconds, Ordering::SeqCst);
    }

    fn draw(&self) -> u64 {
        self.chance.lock().unwrap_or_else(PoisonError::into_inner).next()
    }
}

impl Host for SimHost {
    fn now(&self) -> Timestamp {
        let elapsed = SignedDuration::try_from(self.started.elapsed()).unwrap_or_default();
        beginning() + elapsed + SignedDuration::from_secs(self.jump.load(Ordering::SeqCst))
    }

    fn new_uuid(&self) -> Uuid {
        Uuid::from_u128(u128::from(self.draw()) << 64 | u128::from(self.draw()))
    }

    fn random_below(&self, bound: u64) -> u64 {
        self.draw() % bound
    }
}
