//! Waiting for the window, a server or a process.

use std::time::Duration;

use anyhow::bail;
use tokio::time::Instant;

use super::Result;

/// How long anything may take before it is a failure. The machine may be busy, so this is far longer than a person waits.
pub(super) const PATIENCE: Duration = Duration::from_secs(60);

/// Asks repeatedly until there is an answer. Fails after [`PATIENCE`].
pub async fn until<T>(what: impl Into<String>, mut ask: impl AsyncFnMut() -> Result<Option<T>>) -> Result<T> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(answer) = ask().await? {
            return Ok(answer);
        }
        if Instant::now() > deadline {
            bail!("waited {} s until {}", PATIENCE.as_secs(), what.into());
        }
        // The pause between two questions. Nothing depends on its length.
        tokio::time::sleep(Duration::from_millis(40)).await;
    }
}
