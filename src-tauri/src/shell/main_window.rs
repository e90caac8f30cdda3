//! The program's window, as the rest of the program asks for it.

use tauri::{AppHandle, Manager as _};

use super::{ending, window};
use crate::app::desktop::ports::OfficeWindow;

/// The program's window.
pub(crate) struct MainWindow(pub AppHandle);

impl OfficeWindow for MainWindow {
    fn is_hidden(&self) -> bool {
        let window = self.0.get_webview_window(window::LABEL);
        window.is_some_and(|window| !window.is_visible().unwrap_or(true))
    }

    fn is_in_front(&self) -> bool {
        let Some(window) = self.0.get_webview_window(window::LABEL) else { return false };
        let is = |said: tauri::Result<bool>| said.unwrap_or(false);
        is(window.is_visible()) && is(window.is_focused()) && !is(window.is_minimized())
    }

    fn hide(&self) {
        let Some(window) = self.0.get_webview_window(window::LABEL) else { return };
        if let Err(error) = window.hide() {
            tracing::warn!(%error, "the window could not be hidden");
        }
    }

    fn raise(&self) {
        window::raise(&self.0);
    }

    fn end(&self) {
        ending::end(&self.0);
    }
}
