//! How the program begins its work.

/// How the program begins its work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Opening {
    /// In the mode that it was left in.
    AsLeft,
    /// In training, whatever was chosen before.
    Training,
    /// In the mode that it was left in, without a network.
    Safe,
}
