//! The desktop around the window.

use super::terms::{Answer, TheApp};
use crate::view::DesktopView;

/// What the program does outside its window.
#[tauri::command]
#[specta::specta]
pub async fn desktop(app: TheApp<'_>) -> Answer<DesktopView> {
    Ok(app.desktop().await)
}

/// Opens the program at the sign-in from now on, or no longer.
#[tauri::command]
#[specta::specta]
pub async fn open_at_sign_in(app: TheApp<'_>, on: bool) -> Answer<DesktopView> {
    app.open_at_sign_in(on).await
}

/// Shows the icon in the notification area from now on, or no longer.
#[tauri::command]
#[specta::specta]
pub async fn show_tray(app: TheApp<'_>, on: bool) -> Answer<DesktopView> {
    app.show_tray(on).await
}

/// Notifies of outcomes that become known while nobody looks at the window, or no longer.
#[tauri::command]
#[specta::specta]
pub async fn notify_of_outcomes(app: TheApp<'_>, on: bool) -> Answer<DesktopView> {
    app.notify_of_outcomes(on).await
}

/// Does what the cross of the window does: it hides the window if the icon is there, or ends the program.
#[tauri::command]
#[specta::specta]
pub async fn close_window(app: TheApp<'_>) -> Answer<()> {
    app.close_window().await;
    Ok(())
}

/// Ends the program.
#[tauri::command]
#[specta::specta]
pub async fn end_program(app: TheApp<'_>) -> Answer<()> {
    app.end_program();
    Ok(())
}
