//! Random numbers from a seed: SplitMix64, which gives the same numbers on every machine. Each purpose has its own stream, so
//! that one more number for one purpose does not shift the others.

use std::sync::atomic::{AtomicU64, Ordering};

use uuid::Uuid;

/// What a stream is for.
#[derive(Clone, Copy, Debug)]
pub enum Purpose {
    /// The plan of the simulation.
    Plan = 1,
    /// Faults of the network.
    Weather,
    /// Faults of the disk.
    Disk,
    /// Ids and jitter of the program.
    Host,
    /// The operator's decisions at the end.
    Operator,
    /// The kind of trouble, and what it alone decides.
    Trouble,
    /// The second PC.
    SecondPc,
}

/// A stream of random numbers.
#[derive(Debug)]
pub struct Random(AtomicU64);

impl Random {
    /// The stream of a purpose.
    pub const fn new(seed: u64, purpose: Purpose) -> Self {
        Self(AtomicU64::new(mix(seed ^ mix(purpose as u64))))
    }

    /// The next number.
    pub fn next(&self) -> u64 {
        mix(self.0.fetch_add(STEP, Ordering::Relaxed).wrapping_add(STEP))
    }

    /// A number below `bound`; zero if `bound` is zero.
    pub fn below(&self, bound: u64) -> u64 {
        if bound == 0 { 0 } else { self.next() % bound }
    }

    /// A number in `from..to`.
    pub fn between(&self, from: u64, to: u64) -> u64 {
        from + self.below(to - from)
    }

    /// True in `per_mille` of a thousand calls.
    pub fn happens(&self, per_mille: u64) -> bool {
        self.below(1000) < per_mille
    }

    /// One of these values.
    pub fn pick<'a, T>(&self, from: &'a [T]) -> &'a T {
        assert!(!from.is_empty(), "there must be something to pick");
        &from[usize::try_from(self.below(from.len() as u64)).unwrap_or(0)]
    }

    /// A random id.
    pub fn uuid(&self) -> Uuid {
        let bits = u128::from(self.next()) << 64 | u128::from(self.next());
        uuid::Builder::from_random_bytes(bits.to_be_bytes()).into_uuid()
    }
}

const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

const fn mix(state: u64) -> u64 {
    let mut z = state;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
