//! The trace of a run, line by line, and its hash. Two runs of a seed have the same hash.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::time::Instant;

/// A trace. Clones share their lines.
#[derive(Clone, Debug, Default)]
pub struct Trace(Arc<Mutex<Lines>>);

#[derive(Debug)]
struct Lines {
    lines: Vec<String>,
    hash: u64,
    began: Option<Instant>,
}

impl Default for Lines {
    fn default() -> Self {
        Self { lines: Vec::new(), hash: 0xcbf2_9ce4_8422_2325, began: None }
    }
}

impl Trace {
    /// Adds a line with the time since the start, ms.
    pub fn line(&self, text: &str) {
        let mut inner = self.inner();
        let began = *inner.began.get_or_insert_with(Instant::now);
        let line = format!("{:>9} {text}", began.elapsed().as_millis());
        inner.hash =
            line.bytes().fold(inner.hash, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
        inner.lines.push(line);
    }

    /// Adds a text to the hash, but no line.
    pub(super) fn quietly(&self, text: &str) {
        let mut inner = self.inner();
        inner.hash =
            text.bytes().fold(inner.hash, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    }

    /// Adds a last line without a time.
    pub(super) fn end(&self, text: &str) {
        self.inner().lines.push(text.to_owned());
    }

    /// FNV-1a of all lines.
    #[must_use]
    pub fn hash(&self) -> u64 {
        self.inner().hash
    }

    /// The lines.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        self.inner().lines.clone()
    }

    fn inner(&self) -> MutexGuard<'_, Lines> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
