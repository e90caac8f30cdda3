//! How thoroughly the bench measures.

use std::path::PathBuf;

/// What is measured, and how thoroughly.
#[derive(Clone, Debug)]
pub struct Plan {
    /// How often each thing is measured; the median counts.
    pub rounds: usize,
    /// Operations of the long session.
    pub operations: u32,
    /// Seconds over which an idle program is looked at.
    pub idle: u64,
    /// Operations in the journal that is searched and appended to.
    pub journal: u32,
    /// The repository.
    pub root: PathBuf,
}
