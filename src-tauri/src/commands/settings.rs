//! Settings and drafts.

use super::terms::{Answer, TheApp};
use crate::app::settings::Settings;

/// The settings of the mode.
#[tauri::command]
#[specta::specta]
pub async fn settings(app: TheApp<'_>) -> Answer<Settings> {
    Ok(app.settings())
}

/// Checks and saves the settings of the mode. Returns them as saved.
#[tauri::command]
#[specta::specta]
pub async fn save_settings(app: TheApp<'_>, settings: Settings) -> Answer<Settings> {
    app.save_settings(settings).await
}

/// The draft of a form: what was typed and not submitted; `null` if there is none.
#[tauri::command]
#[specta::specta]
pub async fn draft(app: TheApp<'_>, key: String) -> Answer<Option<String>> {
    app.draft(&key).await
}

/// Keeps the draft of a form; `null` deletes it.
#[tauri::command]
#[specta::specta]
pub async fn save_draft(app: TheApp<'_>, key: String, json: Option<String>) -> Answer<()> {
    app.save_draft(&key, json.as_deref()).await
}
