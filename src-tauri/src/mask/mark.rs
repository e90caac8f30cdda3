//! The text in place of a masked one.

/// Replaces a masked text.
pub(crate) const HIDDEN: &str = "•••";
