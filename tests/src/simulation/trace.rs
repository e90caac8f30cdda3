//! What happened, in order, and a digest of it.

use std::sync::{Mutex, PoisonError};

use tokio::time::Instant;

/// The story of a run.
pub struct Trace {
    origin: Instant,
    story: Mutex<Story>,
}

struct Story {
    digest: u64,
    lines: Vec<String>,
}

impl Default for Trace {
    fn default() -> Self {
        Self { origin: Instant::now(), story: Mutex::new(Story { digest: 0xcbf2_9ce4_8422_2325, lines: Vec::new() }) }
    }
}

impl Trace {
    /// Writes down that `what` happened now.
    pub fn note(&self, what: impl AsRef<str>) {
        let line = format!("{:>10.3} {}", self.origin.elapsed().as_secs_f64(), what.as_ref());
        let mut story = self.story.lock().unwrap_or_else(PoisonError::into_inner);
        // FNV-1a: a digest for comparing two runs, not a guard against an adversary.
        for byte in line.bytes().chain([b'\n']) {
            story.digest = (story.digest ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
        story.lines.push(line);
    }

    /// Digest and lines so far.
    pub fn finish(&self) -> (u64, Vec<String>) {
        let story = self.story.lock().unwrap_or_else(PoisonError::into_inner);
        (story.digest, story.lines.clone())
    }
}
