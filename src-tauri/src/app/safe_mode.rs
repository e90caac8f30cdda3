//! The safe mode: the journal can be read, and nothing leaves the machine. An argument at the start turns it on; the user leaves it
//! in the program.
//!
//! It is enforced at the port: each mode opens with a sealed link (`Link::sealed`), no client is made, the training server is not
//! started, and the outbox does not run. The commands refuse only so that the page can explain it.

use std::sync::atomic::Ordering;

use super::App;
use crate::{
    error::{AppError, ErrorCode},
    view::AppStatus,
};

impl App {
    /// Whether the program is in its safe mode.
    pub(super) fn is_safe(&self) -> bool {
        self.0.safe.load(Ordering::SeqCst)
    }

    pub(super) fn enter_safe_mode(&self) {
        tracing::warn!("the safe mode: no network, nothing is sent");
        self.0.safe.store(true, Ordering::SeqCst);
    }

    /// Refuses in the safe mode. Every command that needs the server or changes an operation calls it first.
    pub(super) fn not_in_safe_mode(&self) -> Result<(), AppError> {
        match self.is_safe() {
            true => Err(AppError::new(ErrorCode::SafeMode, "the safe mode has no network and changes nothing")),
            false => Ok(()),
        }
    }

    /// Leaves the safe mode: the network is used again, and waiting operations are sent.
    ///
    /// # Errors
    /// Why the mode can't be opened. The safe mode is left in any case.
    pub async fn leave_safe_mode(&self) -> Result<AppStatus, AppError> {
        tracing::info!("the safe mode is left");
        self.0.safe.store(false, Ordering::SeqCst);
        let opened = self.reopen().await;
        self.tell_session().await;
        opened?;
        Ok(self.status().await)
    }
}
