//! How much the log tells.

/// What writes the log.
pub(crate) trait LogLevel: Send + Sync {
    /// From now on it is written in detail, or as usual.
    fn set(&self, detailed: bool);
}
