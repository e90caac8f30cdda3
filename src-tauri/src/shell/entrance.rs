//! When the window is shown first, and how.

use std::time::Duration;

use tauri::AppHandle;

use super::window;
use crate::app::App;

/// After this time the window is shown even if its page is not ready, so that the user sees a window.
const DEADLINE: Duration = Duration::from_secs(3);

/// How long a start that nobody waits for gives the desktop to show the icon. At the sign-in the panel may come later than the
/// program.
const PATIENCE_WITH_PANEL: Duration = Duration::from_secs(20);

/// The way in of one start.
///
/// | start | icon | window |
/// |---|---|---|
/// | by a person | | shown when its page is ready |
/// | at the sign-in | not wanted | minimised when its page is ready |
/// | at the sign-in | wanted and seen | hidden; the icon shows it |
/// | at the sign-in | wanted, not seen | minimised after [`PATIENCE_WITH_PANEL`] |
#[derive(Clone)]
pub(crate) struct Entrance {
    handle: AppHandle,
    app: App,
    /// Whether nobody asked for the window.
    is_quiet: bool,
}

impl Entrance {
    /// The way in of this start.
    pub fn new(handle: AppHandle, app: App, is_quiet: bool) -> Self {
        Self { handle, app, is_quiet }
    }

    /// The page has drawn its first screen.
    pub fn page_is_ready(&self) {
        if !self.waits_for_tray() {
            window::show_main(&self.handle, self.is_quiet);
        }
    }

    /// Shows the window when nothing is left to wait for.
    pub async fn at_the_latest(self) {
        let patience = if self.waits_for_tray() { PATIENCE_WITH_PANEL } else { DEADLINE };
        tokio::time::sleep(patience).await;
        if !(self.is_quiet && self.app.lives_in_tray().await) {
            window::show_main(&self.handle, self.is_quiet);
        }
    }

    fn waits_for_tray(&self) -> bool {
        self.is_quiet && self.app.wants_tray()
    }
}
