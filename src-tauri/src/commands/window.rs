//! The window.

use super::terms::{Answer, TheDesk};

/// The page has drawn its first screen. Async, for a command that is not would run on the thread of the window.
#[tauri::command]
#[specta::specta]
pub async fn page_ready(desk: TheDesk<'_>) -> Answer<()> {
    desk.show_window();
    Ok(())
}
