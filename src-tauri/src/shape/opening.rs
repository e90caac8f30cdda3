//! The mode of a start.

/// The mode in which the program starts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Opening {
    /// The mode of the last run.
    #[default]
    AsLeft,
    /// Training, whatever the mode of the last run was.
    Training,
    /// The mode of the last run, without a network.
    Safe,
}
