//! Updates of the program itself.

use super::terms::{Answer, TheApp};
use crate::view::UpdateView;

/// What is known of updates. Asks nobody.
#[tauri::command]
#[specta::specta]
pub async fn update(app: TheApp<'_>) -> Answer<UpdateView> {
    Ok(app.update())
}

/// Looks for a newer version now.
#[tauri::command]
#[specta::specta]
pub async fn check_update(app: TheApp<'_>) -> Answer<UpdateView> {
    app.check_update().await
}

/// Fetches the version that was found, installs it, and starts the program anew.
#[tauri::command]
#[specta::specta]
pub async fn install_update(app: TheApp<'_>) -> Answer<()> {
    app.install_update().await
}

/// Offers nothing until tomorrow.
#[tauri::command]
#[specta::specta]
pub async fn postpone_update(app: TheApp<'_>) -> Answer<UpdateView> {
    app.postpone_update()
}

/// Sets whether each start looks for an update.
#[tauri::command]
#[specta::specta]
pub async fn check_updates_at_start(app: TheApp<'_>, at_start: bool) -> Answer<UpdateView> {
    app.check_updates_at_start(at_start)
}
