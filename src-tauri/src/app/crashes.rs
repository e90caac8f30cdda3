//! A crash of an earlier run. The page shows it until the user has acknowledged it.

use std::sync::{MutexGuard, PoisonError};

use super::{App, machine::crash};
use crate::{
    error::{AppError, ErrorCode},
    view::{AppStatus, CrashView},
};

impl App {
    /// Looks for a crash report that nobody has acknowledged yet.
    pub(super) fn look_for_crashes(&self) {
        let unseen = crash::unseen(&self.0.folders.crashes());
        if unseen.is_some() {
            tracing::warn!("an earlier run ended with a defect, or went on in spite of one");
        }
        *self.crash() = unseen.map(|at| CrashView { at });
    }

    /// Records that the user has seen the crash reports.
    ///
    /// # Errors
    /// `file_not_written`: the next start shows the crash again.
    pub async fn acknowledge_crash(&self) -> Result<AppStatus, AppError> {
        let folder = self.0.folders.crashes();
        let failed = |words: String| {
            AppError::new(ErrorCode::FileNotWritten, words.clone()).with(|details| details.technical = Some(words))
        };
        let seen = tokio::task::spawn_blocking(move || crash::see(&folder)).await;
        seen.map_err(|error| failed(error.to_string()))?.map_err(|error| failed(error.to_string()))?;
        *self.crash() = None;
        self.tell_session().await;
        Ok(self.status().await)
    }

    pub(super) fn crash(&self) -> MutexGuard<'_, Option<CrashView>> {
        self.0.crash.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
