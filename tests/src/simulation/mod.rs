//! The whole program but its window, in one process and in virtual time: the real client, engine and journal against
//! the real sandbox router, in a seeded storm of faults.
//!
//! A seed decides everything: who is served, what is typed, what the network does, when the program dies. The same
//! seed gives the same [`Report::trace`], so a violation is replayed by its number.
//!
//! What is claimed, and checked after every step and at the end by [`judge`]:
//! - nothing is applied twice, save what the *network* delivered twice;
//! - nothing is confirmed that was not applied; nothing that is called refused, cancelled or not applied was applied;
//! - nothing that was accepted is lost, and nothing that was turned away is applied;
//! - every unknown outcome ends;
//! - the server's books agree with themselves and, account by account, with the journal.

use std::collections::BTreeMap;

mod campaign;
mod chance;
mod host;
pub mod judge;
mod life;
mod network;
mod operator;
mod storm;
mod trace;
mod world;

pub use campaign::{Outcome, campaign};
pub use judge::Violation;
pub use trace::Trace;

/// What a run came to.
#[derive(Clone, Debug)]
pub struct Report {
    /// Its seed.
    pub seed: u64,
    /// A digest of everything that happened, in order.
    pub trace: u64,
    /// What happened, a line each, for a person to read.
    pub lines: Vec<String>,
    /// Operations in the journal at the end, by kind and state.
    pub operations: BTreeMap<(&'static str, &'static str), usize>,
    /// Times the program died and was started again.
    pub crashes: usize,
    /// Faults that struck.
    pub faults: usize,
    /// What went wrong; `None`: every claim held.
    pub violation: Option<Violation>,
}

/// Runs one seed, in virtual time.
///
/// # Panics
/// If no runtime can be built, which is the machine's trouble and not a violation.
#[must_use]
pub fn simulate(seed: u64) -> Report {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
    #[expect(clippy::expect_used, reason = "without a runtime there is nothing to report")]
    let runtime = runtime.expect("a runtime of one thread");
    let local = tokio::task::LocalSet::new();
    local.block_on(&runtime, world::run(seed))
}
