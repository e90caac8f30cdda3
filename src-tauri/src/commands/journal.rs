//! The journal as a file, and the logs.

use super::{
    desk::Suggestion,
    terms::{Answer, TheApp, TheDesk},
};
use crate::{
    error::{AppError, ErrorCode},
    view::{AppStatus, BackupView, RestorePreview, Restored},
};

/// Writes every event to a file that the user chooses, as JSON lines; `null` if they chose none.
#[tauri::command]
#[specta::specta]
pub async fn export_journal(app: TheApp<'_>, desk: TheDesk<'_>) -> Answer<Option<String>> {
    let suggestion = Suggestion { name: app.export_name(), format: "JSON Lines", extension: "jsonl" };
    match desk.choose_file(&suggestion).await {
        Some(path) => app.export_journal(path).await.map(Some),
        None => Ok(None),
    }
}

/// Copies the journal into its folder of backups; answers the file.
#[tauri::command]
#[specta::specta]
pub async fn backup_journal(app: TheApp<'_>) -> Answer<String> {
    app.backup_journal().await
}

/// The copies of the journal, newest first. Works while the journal itself can't be opened.
#[tauri::command]
#[specta::specta]
pub async fn backups(app: TheApp<'_>) -> Answer<Vec<BackupView>> {
    app.backups().await
}

/// What restoring a copy would cost, to be agreed to before. Nothing is changed.
#[tauri::command]
#[specta::specta]
pub async fn preview_restore(app: TheApp<'_>, name: String) -> Answer<RestorePreview> {
    app.preview_restore(&name).await
}

/// Puts a copy in the journal's place; the journal that was there becomes a copy.
#[tauri::command]
#[specta::specta]
pub async fn restore_backup(app: TheApp<'_>, name: String) -> Answer<Restored> {
    app.restore_backup(&name).await
}

/// Shows the logs in the system's file manager.
#[tauri::command]
#[specta::specta]
pub async fn open_logs_folder(app: TheApp<'_>, desk: TheDesk<'_>) -> Answer<()> {
    desk.open(&app.logs_folder()).map_err(|error| AppError::new(ErrorCode::FileNotWritten, error))
}

/// Opens the journal that could not be opened, now that what stood in the way may be gone.
#[tauri::command]
#[specta::specta]
pub async fn reopen_journal(app: TheApp<'_>) -> Answer<AppStatus> {
    app.open_again().await
}

/// Takes a file that the user chooses among the copies of the journal; `null` if they chose none.
#[tauri::command]
#[specta::specta]
pub async fn add_backup(app: TheApp<'_>, desk: TheDesk<'_>) -> Answer<Option<BackupView>> {
    match desk.choose_existing("db").await {
        Some(path) => app.add_backup(path).await.map(Some),
        None => Ok(None),
    }
}

/// Begins a new journal though one is known that is missing, with the consent that the user typed.
#[tauri::command]
#[specta::specta]
pub async fn begin_journal_anew(app: TheApp<'_>, consent: String) -> Answer<AppStatus> {
    app.begin_journal_anew(&consent).await
}

/// The user has seen that the journal was put back from outside.
#[tauri::command]
#[specta::specta]
pub async fn acknowledge_roll_back(app: TheApp<'_>) -> Answer<AppStatus> {
    app.acknowledge_roll_back().await
}
