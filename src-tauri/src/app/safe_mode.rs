//! The safe mode: the journal can be read, and nothing leaves the machine. It is asked for when the program is started, and left
//! from within.
//!
//! It is enforced at the port. Each mode opens with a sealed line (`Link::sealed`), no client is made, the training server is not
//! started, and the outbox does not run. The refusals of the commands are only the words for it.

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

    /// What needs the server, or changes an operation, is refused in the safe mode.
    pub(super) fn not_in_safe_mode(&self) -> Result<(), AppError> {
        match self.is_safe() {
            true => Err(AppError::new(ErrorCode::SafeMode, "the safe mode has no network and changes nothing")),
            false => Ok(()),
        }
    }

    /// Goes on as usual: with the network, and with what waits.
    ///
    /// # Errors
    /// What stands in the way of the mode; the safe mode is left all the same.
    pub async fn leave_safe_mode(&self) -> Result<AppStatus, AppError> {
        tracing::info!("the safe mode is left");
        self.0.safe.store(false, Ordering::SeqCst);
        let opened = self.reopen().await;
        self.tell_session().await;
        opened?;
        Ok(self.status().await)
    }
}
