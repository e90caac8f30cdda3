//! The training server's state, kept for the next start.

use std::{
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};

use probonus_sandbox::Sandbox;

/// Saves the training server's state for the next start. It writes once at a time, and not after it is finished: a write that has
/// begun can't be stopped, and must not overwrite the state of a training that was reset.
#[derive(Clone)]
pub(crate) struct Keeper {
    sandbox: Sandbox,
    path: PathBuf,
    is_open: Arc<Mutex<bool>>,
}

impl Keeper {
    pub fn new(sandbox: Sandbox, path: PathBuf) -> Self {
        Self { sandbox, path, is_open: Arc::new(Mutex::new(true)) }
    }

    /// Saves the present state, unless the keeper is finished.
    pub async fn save(&self) {
        self.write(true).await;
    }

    /// Saves the state for the last time.
    pub async fn finish(&self) {
        self.write(false).await;
    }

    async fn write(&self, goes_on: bool) {
        let keeper = self.clone();
        let saved = tokio::task::spawn_blocking(move || {
            let mut is_open = keeper.is_open.lock().unwrap_or_else(PoisonError::into_inner);
            let saved = if *is_open { keeper.sandbox.save(&keeper.path) } else { Ok(()) };
            *is_open &= goes_on;
            saved
        })
        .await;
        if !matches!(saved, Ok(Ok(()))) {
            tracing::warn!(?saved, "the training server's state could not be kept");
        }
    }
}

#[cfg(test)]
mod tests {
    use probonus_sandbox::Options;

    use super::*;

    #[tokio::test]
    async fn nothing_is_kept_after_the_last_time() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("server.json");
        let keeper = Keeper::new(Sandbox::seeded(Options::default()), path.clone());
        keeper.finish().await;
        std::fs::remove_file(&path).unwrap();
        keeper.clone().save().await;
        assert!(!path.exists(), "the training that was begun anew would get its old guests back");
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn two_writes_at_once_leave_a_whole_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("server.json");
        let keeper = Keeper::new(Sandbox::seeded(Options::default()), path.clone());
        tokio::join!(keeper.save(), keeper.save(), keeper.save(), keeper.save());
        assert!(Sandbox::restore(&path, Options::default()).is_ok());
    }
}
