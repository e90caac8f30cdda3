//! How the program ends.

use std::sync::atomic::{AtomicBool, Ordering};

use tauri::{AppHandle, Manager as _};

use super::window;
use crate::app::App;

/// Whether the program is ending.
static ENDING: AtomicBool = AtomicBool::new(false);

/// Someone closes the window by its cross, or the installer does.
pub fn close(handle: &AppHandle) {
    // Without the program there is only its box, which says why.
    let Some(app) = handle.try_state::<App>() else { return end(handle) };
    if !ENDING.load(Ordering::SeqCst) {
        let app = app.inner().clone();
        tauri::async_runtime::spawn(async move { app.close_window().await });
    }
}

/// Ends the program, after a short wait for requests that are under way.
pub fn end(handle: &AppHandle) {
    if ENDING.swap(true, Ordering::SeqCst) {
        return;
    }
    let handle = handle.clone();
    tauri::async_runtime::spawn(async move {
        let app = handle.state::<App>().inner().clone();
        if let Some(window) = handle.get_webview_window(window::LABEL) {
            let said = if app.is_sending().await {
                window.set_title("ProBonus Office — ждём ответа сервера…")
            } else {
                window.hide()
            };
            if let Err(error) = said {
                tracing::debug!(%error, "the window did not do as told");
            }
        }
        app.stop().await;
        tracing::info!("the program ends");
        handle.exit(0);
    });
}
