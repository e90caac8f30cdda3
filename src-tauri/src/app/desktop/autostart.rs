//! The entry of the sign-in.

use crate::{
    app::App,
    error::{AppError, ErrorCode},
    view::{AutostartState, DesktopView},
};

impl App {
    pub(super) fn autostart(&self) -> AutostartState {
        let Some(desktop) = self.0.desktop.get() else { return AutostartState::Impossible };
        desktop.autostart.state().unwrap_or_else(|technical| {
            tracing::warn!(technical, "the entry of the sign-in can't be read");
            AutostartState::Unreadable { technical }
        })
    }

    /// Opens the program at the sign-in from now on, or no longer.
    ///
    /// # Errors
    /// `autostart_not_set`: nothing is changed then.
    pub async fn open_at_sign_in(&self, on: bool) -> Result<DesktopView, AppError> {
        let failed = |words: String| {
            AppError::new(ErrorCode::AutostartNotSet, words.clone()).with(|details| details.technical = Some(words))
        };
        let Some(desktop) = self.0.desktop.get() else { return Err(failed("there is no desktop".to_owned())) };
        desktop.autostart.set(on).map_err(failed)?;
        Ok(self.desktop().await)
    }

    /// Whether a start shows no window before somebody asks for it. A start at the sign-in that follows an update shows it: the
    /// person who began the update waits for it.
    pub fn starts_quietly(&self, at_sign_in: bool) -> bool {
        let follows_update = self.document().get().desktop.opens_window_next;
        if follows_update && let Err(error) = self.change_document(|stored| stored.desktop.opens_window_next = false) {
            tracing::warn!(%error, "the next start at the sign-in opens the window too");
        }
        at_sign_in && !follows_update
    }

    /// The program is about to start anew for a person who waits for its window.
    pub(in crate::app) fn open_window_next(&self) {
        if let Err(error) = self.change_document(|stored| stored.desktop.opens_window_next = true) {
            tracing::warn!(%error, "the start after the update may show no window");
        }
    }
}
