//! The crash campaign: a process with the real client, engine and journal works against a real `probonus-sandbox`, and is
//! killed again and again, at random moments and at chosen ones. All runs use one journal.
//!
//! | room | what it is |
//! |---|---|
//! | `campaign` | kills, restarts and recoveries; compares the journal with the server's ledger |
//! | `plan` | the plan of a run: when it is killed, the faults of the network |
//! | `worker`, `drafts` | the process that is killed; the operations of its operators |
//! | `copies` | copies of the journal's file, which are put in its place between two runs |
//! | `pause_point` | points at which the worker can stop, to be killed exactly there |

mod campaign;
mod copies;
mod drafts;
mod output;
mod pause_point;
mod plan;
mod worker;

pub use campaign::{Campaign, Outcome, run};
pub use pause_point::PausePoint;
pub use worker::{Run, work};

use std::sync::Mutex;

use jiff::Timestamp;
use office::Host;
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use uuid::Uuid;

/// Random numbers for one purpose. The same seed and purpose give the same numbers.
pub(crate) struct Dice(Mutex<ChaCha8Rng>);

impl Dice {
    pub(crate) fn new(seed: u64, purpose: u64) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        rng.set_stream(purpose);
        Self(Mutex::new(rng))
    }

    /// A number in `0..bound`.
    pub(crate) fn below(&self, bound: u64) -> u64 {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner).random_range(0..bound.max(1))
    }

    /// True with this chance, in thousandths.
    pub(crate) fn happens(&self, per_mille: u64) -> bool {
        self.below(1000) < per_mille
    }

    pub(crate) fn pick<'a, T>(&self, of: &'a [T]) -> Option<&'a T> {
        of.get(usize::try_from(self.below(of.len() as u64)).unwrap_or(0))
    }

    pub(crate) fn uuid(&self) -> Uuid {
        uuid::Builder::from_u128((u128::from(self.below(u64::MAX)) << 64) | u128::from(self.below(u64::MAX)))
            .with_version(uuid::Version::Random)
            .with_variant(uuid::Variant::RFC4122)
            .into_uuid()
    }
}

/// The system's clock, and the campaign's random numbers.
pub(crate) struct Machine(pub(crate) Dice);

impl Host for Machine {
    #[expect(clippy::disallowed_methods, reason = "a real process on a real machine: time is not replayed here")]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    fn new_uuid(&self) -> Uuid {
        self.0.uuid()
    }

    fn random_below(&self, bound: u64) -> u64 {
        self.0.below(bound)
    }
}
