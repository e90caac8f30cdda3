//! The window.

use super::terms::{Answer, TheDesk};

/// The page has drawn its first screen. The command is async, because a sync one would run on the window's thread.
#[tauri::command]
#[specta::specta]
pub async fn page_ready(desk: TheDesk<'_>) -> Answer<()> {
    desk.show_window();
    Ok(())
}
