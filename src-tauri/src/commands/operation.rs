//! Operations: every change goes through the same commands.

use super::terms::{Answer, TheApp};
use crate::{
    form::{DecisionForm, OperationFilter, OperationForm, TypedText, Understood},
    view::{OperationPage, OperationView, PreviewView, QueueView, ReconciledView, StoryView},
};

/// A new operation id, for a form that is being opened.
#[tauri::command]
#[specta::specta]
pub async fn new_operation_id(app: TheApp<'_>) -> Answer<String> {
    Ok(app.new_operation_id())
}

/// Parses texts that are being typed: sums, percents, phones, days. At most a hundred.
#[tauri::command]
#[specta::specta]
pub async fn understand(app: TheApp<'_>, texts: Vec<TypedText>) -> Answer<Vec<Understood>> {
    Ok(app.understand(&texts))
}

/// What the form would do. Nothing is written or sent.
#[tauri::command]
#[specta::specta]
pub async fn preview(app: TheApp<'_>, form: OperationForm) -> Answer<PreviewView> {
    app.preview(&form).await
}

/// Submits a form. The same id and form may be submitted again; the operation is created once.
#[tauri::command]
#[specta::specta]
pub async fn submit(
    app: TheApp<'_>,
    id: String,
    form: OperationForm,
    duplicate_reason: Option<String>,
) -> Answer<OperationView> {
    app.submit(&id, &form, duplicate_reason).await
}

/// Cancels an operation that was not sent.
#[tauri::command]
#[specta::specta]
pub async fn cancel_operation(app: TheApp<'_>, id: String) -> Answer<OperationView> {
    app.cancel_operation(&id).await
}

/// Asks the server what became of an operation.
#[tauri::command]
#[specta::specta]
pub async fn reconcile(app: TheApp<'_>, id: String) -> Answer<ReconciledView> {
    app.reconcile(&id).await
}

/// Records the operator's decision about an operation with an unknown outcome.
#[tauri::command]
#[specta::specta]
pub async fn decide(app: TheApp<'_>, id: String, decision: DecisionForm) -> Answer<OperationView> {
    app.decide(&id, decision).await
}

/// Sends an operation that was not applied again, with the same id. If that is not proven, a reason is needed.
#[tauri::command]
#[specta::specta]
pub async fn resend(app: TheApp<'_>, id: String, reason: Option<String>) -> Answer<OperationView> {
    app.resend(&id, reason).await
}

/// An operation with its events.
#[tauri::command]
#[specta::specta]
pub async fn operation_story(app: TheApp<'_>, id: String) -> Answer<StoryView> {
    app.operation_story(&id).await
}

/// A page of the journal.
#[tauri::command]
#[specta::specta]
pub async fn operations(
    app: TheApp<'_>,
    filter: OperationFilter,
    after: Option<String>,
    size: u32,
) -> Answer<OperationPage> {
    app.operations(filter, after, size).await
}

/// Purchases of the journal by outside number, GUID, phone, name or day, newest first; at most 50.
#[tauri::command]
#[specta::specta]
pub async fn find_purchase(app: TheApp<'_>, query: String) -> Answer<Vec<OperationView>> {
    app.find_purchase(&query).await
}

/// Stops the outbox.
#[tauri::command]
#[specta::specta]
pub async fn pause_queue(app: TheApp<'_>) -> Answer<QueueView> {
    app.pause_queue().await
}

/// Resumes the outbox, and lifts a halt.
#[tauri::command]
#[specta::specta]
pub async fn resume_queue(app: TheApp<'_>) -> Answer<QueueView> {
    app.resume_queue().await
}
