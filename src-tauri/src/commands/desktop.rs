//! The desktop around the window.

use super::terms::{Answer, TheApp};
use crate::view::DesktopView;

/// What the program does outside its window.
#[tauri::command]
#[specta::specta]
pub async fn desktop(app: TheApp<'_>) -> Answer<DesktopView> {
    Ok(app.desktop())
}

/// Opens the program at the sign-in from now on, or no longer.
#[tauri::command]
#[specta::specta]
pub async fn open_at_sign_in(app: TheApp<'_>, on: bool) -> Answer<DesktopView> {
    app.open_at_sign_in(on)
}
