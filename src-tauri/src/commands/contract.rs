//! How the server wants its calls.

use probonus::{Method, binding::SecretConstant};

use super::{
    desk::Suggestion,
    terms::{Answer, TheApp, TheDesk},
};
use crate::{
    error::{AppError, ErrorCode},
    form::{DescriptionForm, SecretConstantForm},
    view::{ContractReport, ProbeView, ProposalView},
};

/// How this server wants each method.
#[tauri::command]
#[specta::specta]
pub async fn contract_report(app: TheApp<'_>) -> Answer<ContractReport> {
    app.contract_report().await
}

/// Looks for another way to speak to the server: by its description at the usual addresses, at one that was typed or in a
/// file, or by the table. Changes nothing.
#[tauri::command]
#[specta::specta]
pub async fn find_contract(app: TheApp<'_>, description: DescriptionForm) -> Answer<ProposalView> {
    app.find_contract(&description).await
}

/// Takes over what was proposed.
#[tauri::command]
#[specta::specta]
pub async fn accept_contract(app: TheApp<'_>, id: String) -> Answer<ContractReport> {
    app.accept_contract(&id).await
}

/// Leaves the contract as it is.
#[tauri::command]
#[specta::specta]
pub async fn decline_contract(app: TheApp<'_>, id: String) -> Answer<ContractReport> {
    app.decline_contract(&id).await
}

/// The rights are as they were: the description is not to be read anew.
#[tauri::command]
#[specta::specta]
pub async fn settle_rights(app: TheApp<'_>) -> Answer<()> {
    app.settle_rights().await
}

/// What was changed by itself has been seen.
#[tauri::command]
#[specta::specta]
pub async fn see_contract_news(app: TheApp<'_>) -> Answer<ContractReport> {
    app.see_contract_news().await
}

/// Overrules a line, or gives it back to the server (`null`). In a dry run nothing is kept.
#[tauri::command]
#[specta::specta]
pub async fn overrule_line(
    app: TheApp<'_>,
    method: Option<Method>,
    key: String,
    value: Option<String>,
    dry_run: bool,
) -> Answer<ContractReport> {
    app.overrule_line(method, &key, value.as_deref(), dry_run).await
}

/// Keeps a key that the server wants besides the token, in the keychain, and lets the methods send it.
#[tauri::command]
#[specta::specta]
pub async fn keep_secret_constant(app: TheApp<'_>, form: SecretConstantForm) -> Answer<ContractReport> {
    app.keep_secret_constant(form).await
}

/// Forgets such a key, and sends it no more.
#[tauri::command]
#[specta::specta]
pub async fn forget_secret_constant(app: TheApp<'_>, constant: SecretConstant) -> Answer<ContractReport> {
    app.forget_secret_constant(&constant).await
}

/// Writes the contract to a file that the user chooses; `null` if they chose none.
#[tauri::command]
#[specta::specta]
pub async fn export_contract(app: TheApp<'_>, desk: TheDesk<'_>) -> Answer<Option<String>> {
    let (name, text) = app.contract_file().await?;
    let Some(path) = desk.choose_file(&Suggestion { name, format: "JSON", extension: "json" }).await else {
        return Ok(None);
    };
    let written = tokio::fs::write(&path, text).await;
    written.map_err(|error| AppError::new(ErrorCode::FileNotWritten, error.to_string()))?;
    Ok(Some(path.to_string_lossy().into_owned()))
}

/// Finds a known guest by the phone, to learn how this server wants phones and wraps answers. Reads only.
#[tauri::command]
#[specta::specta]
pub async fn probe_contract(app: TheApp<'_>, phone: String) -> Answer<ProbeView> {
    app.probe_contract(&phone).await
}
