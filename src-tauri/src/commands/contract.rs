//! The contract of the server.

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

/// The contract of the server, method by method.
#[tauri::command]
#[specta::specta]
pub async fn contract_report(app: TheApp<'_>) -> Answer<ContractReport> {
    app.contract_report().await
}

/// Proposes another contract: from the server's description at the usual addresses, at a typed address or in a file, or the table.
/// The contract does not change until the proposal is accepted.
#[tauri::command]
#[specta::specta]
pub async fn find_contract(app: TheApp<'_>, description: DescriptionForm) -> Answer<ProposalView> {
    app.find_contract(&description).await
}

/// Accepts the proposed contract.
#[tauri::command]
#[specta::specta]
pub async fn accept_contract(app: TheApp<'_>, id: String) -> Answer<ContractReport> {
    app.accept_contract(&id).await
}

/// Declines the proposed contract.
#[tauri::command]
#[specta::specta]
pub async fn decline_contract(app: TheApp<'_>, id: String) -> Answer<ContractReport> {
    app.decline_contract(&id).await
}

/// The user's rights are unchanged: the offer to read the description again is withdrawn.
#[tauri::command]
#[specta::specta]
pub async fn settle_rights(app: TheApp<'_>) -> Answer<()> {
    app.settle_rights().await
}

/// The user has seen the changes that were made without asking.
#[tauri::command]
#[specta::specta]
pub async fn see_contract_news(app: TheApp<'_>) -> Answer<ContractReport> {
    app.see_contract_news().await
}

/// Overrules a line, or returns it to the server's own value (`null`). In a dry run nothing is kept.
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

/// Keeps a key that the server wants besides the token. The methods send it from now on.
#[tauri::command]
#[specta::specta]
pub async fn keep_secret_constant(app: TheApp<'_>, form: SecretConstantForm) -> Answer<ContractReport> {
    app.keep_secret_constant(form).await
}

/// Forgets such a key. No method sends it any more.
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

/// Searches a known guest by the phone, to learn how the server spells phones and wraps its answers. Reads only.
#[tauri::command]
#[specta::specta]
pub async fn probe_contract(app: TheApp<'_>, phone: String) -> Answer<ProbeView> {
    app.probe_contract(&phone).await
}
