//! Guests, their history and receipts. Reads only.

use super::terms::{Answer, TheApp};
use crate::{
    form::TransactionQuery,
    view::{GroupView, GuestCard, GuestFound, ReceiptView, TransactionPage},
};

/// The guests with this phone, which may have any spelling.
#[tauri::command]
#[specta::specta]
pub async fn find_guest(app: TheApp<'_>, query: String) -> Answer<GuestFound> {
    app.find_guest(&query).await
}

/// The data of a guest's card.
#[tauri::command]
#[specta::specta]
pub async fn guest_card(app: TheApp<'_>, phone: String, account: String) -> Answer<GuestCard> {
    app.guest_card(&phone, &account).await
}

/// A page of an account's history, newest first.
#[tauri::command]
#[specta::specta]
pub async fn transactions(
    app: TheApp<'_>,
    account: String,
    query: TransactionQuery,
    offset: u32,
) -> Answer<TransactionPage> {
    app.transactions(&account, &query, offset).await
}

/// A receipt with its dishes; `null` if the server has none with this id.
#[tauri::command]
#[specta::specta]
pub async fn receipt(app: TheApp<'_>, id: String) -> Answer<Option<ReceiptView>> {
    app.receipt(&id).await
}

/// The account groups.
#[tauri::command]
#[specta::specta]
pub async fn groups(app: TheApp<'_>) -> Answer<Vec<GroupView>> {
    app.groups().await
}

/// The guest's record as the server sent it, indented; at most 200 000 characters of it.
#[tauri::command]
#[specta::specta]
pub async fn guest_raw(app: TheApp<'_>, phone: String, account: String) -> Answer<String> {
    app.guest_raw(&phone, &account).await
}
