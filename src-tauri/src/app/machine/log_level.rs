//! The level of the log.

/// The log's writer.
pub(crate) trait LogLevel: Send + Sync {
    /// Logs in detail from now on, or as usual.
    fn set(&self, detailed: bool);
}
