//! What stands in place of what is hidden.

/// What stands in a log in a secret's place.
pub(crate) const HIDDEN: &str = "•••";
