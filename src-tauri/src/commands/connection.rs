//! Modes, the connection, the session.

use super::terms::{Answer, TheApp};
use crate::{
    form::{AuthForm, ConnectForm, ProxyForm, Remember, SecretConstantEntry},
    view::{AppStatus, ConnectionReport, NetworkView},
};

/// Everything the page needs before it shows its first screen.
#[tauri::command]
#[specta::specta]
pub async fn app_status(app: TheApp<'_>) -> Answer<AppStatus> {
    app.started().await;
    Ok(app.status().await)
}

/// Opens the training mode, with the training server's guests as they were left.
#[tauri::command]
#[specta::specta]
pub async fn start_training(app: TheApp<'_>) -> Answer<AppStatus> {
    app.start_training().await
}

/// Leaves the training mode for the real server, or for the wizard if none is connected.
#[tauri::command]
#[specta::specta]
pub async fn leave_training(app: TheApp<'_>) -> Answer<AppStatus> {
    app.leave_training().await
}

/// Resets the training: the training server's guests and the training journal are as on the first day.
#[tauri::command]
#[specta::specta]
pub async fn reset_training(app: TheApp<'_>) -> Answer<AppStatus> {
    app.reset_training().await
}

/// Leaves the safe mode: the program goes on as usual, with the network.
#[tauri::command]
#[specta::specta]
pub async fn leave_safe_mode(app: TheApp<'_>) -> Answer<AppStatus> {
    app.leave_safe_mode().await
}

/// Connects a ProBonus server: reads from it once, keeps the secret, opens the live mode.
#[tauri::command]
#[specta::specta]
pub async fn connect(app: TheApp<'_>, form: ConnectForm) -> Answer<AppStatus> {
    app.connect(form).await
}

/// Checks the connection step by step. Reads only.
#[tauri::command]
#[specta::specta]
pub async fn check_connection(app: TheApp<'_>) -> Answer<ConnectionReport> {
    app.check_connection().await
}

/// Takes a new token or password for the connected server, and the keys that are missing on this computer.
#[tauri::command]
#[specta::specta]
pub async fn sign_in(
    app: TheApp<'_>,
    auth: AuthForm,
    remember: Remember,
    keys: Vec<SecretConstantEntry>,
) -> Answer<AppStatus> {
    app.sign_in(auth, remember, keys).await
}

/// Forgets the token or password, in memory and in the keychain.
#[tauri::command]
#[specta::specta]
pub async fn sign_out(app: TheApp<'_>) -> Answer<AppStatus> {
    app.sign_out().await
}

/// The network settings: the proxy, and the authorities that are trusted besides the system's.
#[tauri::command]
#[specta::specta]
pub async fn network(app: TheApp<'_>) -> Answer<NetworkView> {
    Ok(app.network())
}

/// Saves the proxy. The next request uses it.
#[tauri::command]
#[specta::specta]
pub async fn save_proxy(app: TheApp<'_>, form: ProxyForm) -> Answer<NetworkView> {
    app.save_proxy(form).await
}

/// Trusts the authorities of a certificate file, which is passed as bytes.
#[tauri::command]
#[specta::specta]
pub async fn add_authority(app: TheApp<'_>, file: Vec<u8>) -> Answer<NetworkView> {
    app.add_authority(file).await
}

/// Trusts an authority whose file was put into the folder by hand.
#[tauri::command]
#[specta::specta]
pub async fn trust_authority(app: TheApp<'_>, fingerprint: String) -> Answer<NetworkView> {
    app.trust_authority(&fingerprint).await
}

/// Removes an authority. It is not trusted any more.
#[tauri::command]
#[specta::specta]
pub async fn remove_authority(app: TheApp<'_>, fingerprint: String) -> Answer<NetworkView> {
    app.remove_authority(&fingerprint).await
}
