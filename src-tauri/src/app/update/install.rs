//! The program at rest, then replaced.
//!
//! An update never breaks off an operation. Nothing is sent while it is installed, and it is refused while something is out.
//! The installer of Windows may end the program at any moment after it was started; by then the journal is closed, and before
//! that each operation that is out stands in it as such.

use std::{
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use bytes::Bytes;

use super::{Release, ReleaseFile, source::Updater};
use crate::{
    app::App,
    error::{AppError, ErrorCode},
    view::{UpdateStage, UpdateWay},
};

/// How long it is waited for what was just begun, before the update is refused.
const REST: Duration = Duration::from_secs(5);

impl App {
    /// Fetches the version that was found, verifies it, closes the journal and puts the new program in place of this one, which
    /// then starts anew.
    ///
    /// # Errors
    /// `safe_mode`; `busy` if it is under way already; `update_impossible` for a copy that is updated otherwise;
    /// `update_gone` if nothing was found in this run; `operations_out` while something is being sent; why the file did not
    /// come, or `update_not_trusted`; `update_not_installed`. The program goes on as before then.
    pub async fn install_update(&self) -> Result<(), AppError> {
        self.not_in_safe_mode()?;
        let Ok(_one_at_a_time) = self.0.checking_update.try_lock() else {
            return Err(AppError::new(ErrorCode::Busy, "an update is under way already"));
        };
        let updater = self.0.updater.get().filter(|updater| updater.way() == UpdateWay::InstallsItself);
        let updater = updater.ok_or_else(|| impossible("this copy is updated otherwise"))?;
        let release = self.found()?;
        let file = release.file.clone().ok_or_else(|| impossible("there is no file for this system"))?;
        let installed = self.fetch_and_replace(updater, &release, &file).await;
        if installed.is_err() {
            self.set_stage(UpdateStage::Idle);
        }
        installed
    }

    async fn fetch_and_replace(
        &self,
        updater: &Updater,
        release: &Arc<Release>,
        file: &ReleaseFile,
    ) -> Result<(), AppError> {
        if self.is_sending().await {
            return Err(operations_out());
        }
        let bytes = self.verified_file(release, file).await?;
        self.close_at_rest().await?;
        self.set_stage(UpdateStage::Installing);
        tracing::info!(version = %release.version, "the program is replaced");
        self.replace(updater, release, bytes).await
    }

    /// Closes the journal with nothing under way, or leaves everything as it was.
    pub(in crate::app) async fn close_at_rest(&self) -> Result<(), AppError> {
        let _one_at_a_time = self.0.changing.lock().await;
        self.0.installing.store(true, Ordering::SeqCst);
        self.hold_or_release().await;
        let closed = self.closed_at_rest().await;
        if closed.is_err() {
            self.0.installing.store(false, Ordering::SeqCst);
            self.hold_or_release().await;
        }
        closed
    }

    async fn closed_at_rest(&self) -> Result<(), AppError> {
        let Some(office) = self.work().await.ok().map(|work| work.office.clone()) else { return Ok(()) };
        tokio::time::timeout(REST, office.at_rest()).await.map_err(|_| operations_out())?;
        // Whoever sent it was dropped, and nobody has looked for its outcome yet.
        if self.is_sending().await {
            return Err(operations_out());
        }
        drop(office);
        // A command that is still under way holds what is open.
        self.close().await.map_err(|_| operations_out())
    }

    async fn replace(&self, updater: &Updater, release: &Arc<Release>, bytes: Bytes) -> Result<(), AppError> {
        self.open_window_next();
        let (installer, replaced) = (Arc::clone(&updater.installer), Arc::clone(release));
        let installed = tokio::task::spawn_blocking(move || installer.install(&replaced, &bytes)).await;
        let Err(words) = installed.unwrap_or_else(|error| Err(error.to_string())) else { return Ok(()) };
        tracing::error!(words, "the update was not installed; the program goes on");
        self.0.installing.store(false, Ordering::SeqCst);
        if let Err(error) = self.reopen().await {
            tracing::error!(%error, "the mode could not be opened again");
        }
        self.tell_session().await;
        let failed = AppError::new(ErrorCode::UpdateNotInstalled, words.clone());
        Err(failed.with(|details| details.technical = Some(words)))
    }
}

fn impossible(words: &str) -> AppError {
    AppError::new(ErrorCode::UpdateImpossible, words)
}

fn operations_out() -> AppError {
    AppError::new(ErrorCode::OperationsOut, "an operation or a command is under way")
}
