//! Chance from a seed, a stream for each purpose, so that one more roll here does not shift every roll there.

use std::sync::{Mutex, PoisonError};

use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use uuid::Uuid;

/// A stream of chance.
pub struct Chance(Mutex<ChaCha8Rng>);

impl Chance {
    /// The stream of a purpose.
    pub fn new(seed: u64, purpose: u64) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        rng.set_stream(purpose);
        Self(Mutex::new(rng))
    }

    /// A number in `0..bound`; zero if `bound` is.
    pub fn below(&self, bound: u64) -> u64 {
        if bound == 0 { 0 } else { self.rng().random_range(0..bound) }
    }

    /// Whether something that happens `per_mille` times of a thousand happens now.
    pub fn happens(&self, per_mille: u64) -> bool {
        self.below(1000) < per_mille
    }

    /// One of `choices`.
    pub fn pick<'a, T>(&self, choices: &'a [T]) -> &'a T {
        let at = self.below(choices.len() as u64);
        &choices[usize::try_from(at).unwrap_or(0)]
    }

    /// A random UUID of version 4.
    pub fn uuid(&self) -> Uuid {
        uuid::Builder::from_random_bytes(self.rng().random()).into_uuid()
    }

    fn rng(&self) -> std::sync::MutexGuard<'_, ChaCha8Rng> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
