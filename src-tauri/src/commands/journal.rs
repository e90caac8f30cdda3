//! The journal's file, and the logs.

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

/// Makes a backup of the journal. Returns its file.
#[tauri::command]
#[specta::specta]
pub async fn backup_journal(app: TheApp<'_>) -> Answer<String> {
    app.backup_journal().await
}

/// The backups of the journal, newest first. Works also while the journal itself can't be opened.
#[tauri::command]
#[specta::specta]
pub async fn backups(app: TheApp<'_>) -> Answer<Vec<BackupView>> {
    app.backups().await
}

/// What would be lost by restoring a backup; the user must agree to it first. Nothing is changed.
#[tauri::command]
#[specta::specta]
pub async fn preview_restore(app: TheApp<'_>, name: String) -> Answer<RestorePreview> {
    app.preview_restore(&name).await
}

/// Restores a backup. The present journal becomes a backup.
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

/// Tries again to open a journal that could not be opened or has stopped.
#[tauri::command]
#[specta::specta]
pub async fn reopen_journal(app: TheApp<'_>) -> Answer<AppStatus> {
    app.open_again().await
}

/// Adds a file that the user chooses to the backups; `null` if they chose none.
#[tauri::command]
#[specta::specta]
pub async fn add_backup(app: TheApp<'_>, desk: TheDesk<'_>) -> Answer<Option<BackupView>> {
    match desk.choose_existing("db").await {
        Some(path) => app.add_backup(path).await.map(Some),
        None => Ok(None),
    }
}

/// Begins a new journal although a known one is missing, with the consent that the user typed.
#[tauri::command]
#[specta::specta]
pub async fn begin_journal_anew(app: TheApp<'_>, consent: String) -> Answer<AppStatus> {
    app.begin_journal_anew(&consent).await
}

/// The user has seen that the journal was replaced by an older copy.
#[tauri::command]
#[specta::specta]
pub async fn acknowledge_roll_back(app: TheApp<'_>) -> Answer<AppStatus> {
    app.acknowledge_roll_back().await
}
