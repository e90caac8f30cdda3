//! The result of one seed.

use std::collections::BTreeMap;

use super::{seeds::Seed, trace::Trace};

/// The result of one seed.
#[derive(Clone, Debug)]
pub struct Report {
    /// The seed.
    pub seed: Seed,
    /// The trace.
    pub trace: Trace,
    /// Operations in the journal at the end, by kind and state.
    pub operations: BTreeMap<(&'static str, &'static str), u64>,
    /// Crashes of the program.
    pub crashes: u64,
    /// Injected faults, by name.
    pub faults: BTreeMap<&'static str, u64>,
    /// The broken claim; `None` if all hold.
    pub violation: Option<String>,
}

impl Report {
    /// The report of a seed that is not played yet.
    pub(super) fn new(seed: Seed) -> Self {
        let (trace, operations, faults) = Default::default();
        Self { seed, trace, operations, crashes: 0, faults, violation: None }
    }
}
