//! Files for support, the program's own data, and the level of the log.

use super::{
    desk::Suggestion,
    terms::{Answer, TheApp, TheDesk},
};
use crate::{
    app::about,
    error::{AppError, ErrorCode},
    view::{AboutView, AppStatus, LogView, SupportFilesView},
};

/// Gathers the files for support, masked. The user can read them before they are saved.
#[tauri::command]
#[specta::specta]
pub async fn gather_support(app: TheApp<'_>, desk: TheDesk<'_>) -> Answer<SupportFilesView> {
    app.gather_support(&desk.web_view()).await
}

/// A part of the text of such a file, as it will be saved.
#[tauri::command]
#[specta::specta]
pub async fn support_text(app: TheApp<'_>, name: String, part: u32) -> Answer<String> {
    app.support_text(&name, part)
}

/// Saves the gathered files as an archive that the user chooses; `null` if they chose none.
#[tauri::command]
#[specta::specta]
pub async fn save_support(app: TheApp<'_>, desk: TheDesk<'_>) -> Answer<Option<String>> {
    let suggestion = Suggestion { name: app.support_name(), format: "ZIP", extension: "zip" };
    match desk.choose_file(&suggestion).await {
        Some(path) => app.save_support(path).await.map(Some),
        None => Ok(None),
    }
}

/// The user has seen that an earlier run crashed.
#[tauri::command]
#[specta::specta]
pub async fn acknowledge_crash(app: TheApp<'_>) -> Answer<AppStatus> {
    app.acknowledge_crash().await
}

/// The program's own data: version, system, folders.
#[tauri::command]
#[specta::specta]
pub async fn about(app: TheApp<'_>, desk: TheDesk<'_>) -> Answer<AboutView> {
    Ok(app.about(desk.web_view()))
}

/// Opens the licences of third-party parts in the system's text viewer.
#[tauri::command]
#[specta::specta]
pub async fn open_licences(desk: TheDesk<'_>) -> Answer<()> {
    let file = about::licences()
        .ok_or_else(|| AppError::new(ErrorCode::LicencesMissing, "they are not beside the program"))?;
    desk.open(&file).map_err(|error| AppError::new(ErrorCode::LicencesMissing, error))
}

/// Logs in detail for a day, or as usual. It takes effect at once.
#[tauri::command]
#[specta::specta]
pub async fn set_log_detail(app: TheApp<'_>, detailed: bool) -> Answer<LogView> {
    app.set_log_detail(detailed).await
}
