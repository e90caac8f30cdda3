//! What the program does outside its window: each of it only if the user has chosen it.
//!
//! - `ports`: what is asked of the system

pub mod ports;

use self::ports::DesktopPorts;
use super::App;
use crate::{
    error::{AppError, ErrorCode},
    view::{AutostartState, DesktopView},
};

impl App {
    /// The system around the window. Without this call there is none.
    pub fn live_on(&self, desktop: DesktopPorts) {
        // A second one in one process is a test's; the first one stays.
        let _ = self.0.desktop.set(desktop);
    }

    /// What the page shows of the desktop.
    #[must_use]
    pub fn desktop(&self) -> DesktopView {
        DesktopView { autostart: self.autostart() }
    }

    fn autostart(&self) -> AutostartState {
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
    pub fn open_at_sign_in(&self, on: bool) -> Result<DesktopView, AppError> {
        let failed = |words: String| {
            AppError::new(ErrorCode::AutostartNotSet, words.clone()).with(|details| details.technical = Some(words))
        };
        let Some(desktop) = self.0.desktop.get() else { return Err(failed("there is no desktop".to_owned())) };
        desktop.autostart.set(on).map_err(failed)?;
        Ok(self.desktop())
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
