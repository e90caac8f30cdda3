//! The result of one seed.

use std::collections::BTreeMap;

use super::{trace::Trace, trouble::Trouble};

/// The result of one seed.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// The seed.
    pub seed: u64,
    /// The kind of trouble that it was given.
    pub trouble: Option<Trouble>,
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
