//! An entry of an account's ledger on the server, and the key by which the journal knows it.

use probonus::{AccountId, ExternalRef, Kopecks, ReceiptId, Transaction};

use crate::model::evidence::MatchedEntry;

/// A entry with its key.
#[derive(Clone, Debug)]
pub struct LedgerEntry {
    /// Unique on the server; see [`MatchedEntry::proof`].
    pub key: String,
    /// The entry.
    pub transaction: Transaction,
}

impl LedgerEntry {
    /// The entry as evidence.
    pub fn matched(&self, account: &AccountId, exact: bool) -> MatchedEntry {
        let transaction = &self.transaction;
        let mut summary = format!("{} · {}", transaction.at.local.strftime("%d.%m.%Y %H:%M"), transaction.sum);
        // The server's own words only: ours would be in one language.
        for more in
            [&transaction.kind_name, &transaction.external.external_check, &transaction.comment].into_iter().flatten()
        {
            summary.push_str(" · ");
            summary.extend(more.chars().take(200));
        }
        MatchedEntry {
            proof: self.key.clone(),
            exact,
            summary,
            sum: Some(transaction.sum),
            account: Some(account.clone()),
            receipt: transaction.receipt.clone(),
        }
    }
}

/// The key of a entry that the server names by an id.
pub fn key_of_entry_id(account: &AccountId, id: &str) -> String {
    format!("{account}/{id}")
}

/// The key of an account as what a creation made.
pub fn key_of_account(account: &AccountId) -> String {
    format!("account {account}")
}

/// Gives each entry its key: the server's id, or a digest of all it tells. Entries that are alike in everything are numbered.
pub fn keyed(account: &AccountId, entries: Vec<Transaction>) -> Vec<LedgerEntry> {
    let mut times = std::collections::BTreeMap::<String, u32>::new();
    entries
        .into_iter()
        .map(|transaction| {
            let mut key = match &transaction.id {
                Some(id) => key_of_entry_id(account, id),
                None => format!("{account}/~{:032x}", digest(&transaction)),
            };
            let time = times.entry(key.clone()).or_default();
            *time += 1;
            if *time > 1 {
                key.push_str(&format!("+{time}"));
            }
            LedgerEntry { key, transaction }
        })
        .collect()
}

/// FNV-1a over what a entry tells. It names a entry for ever in the journal, so it must never change: no hasher of the
/// standard library promises that.
fn digest(transaction: &Transaction) -> u128 {
    let ExternalRef { check_guid, external_check, rest_code } = &transaction.external;
    let text = format!(
        "{}|{:?}|{:?}|{}|{:?}|{:?}|{:?}|{:?}|{:?}|{:?}|{:?}",
        transaction.at.local,
        transaction.kind,
        transaction.kind_name,
        transaction.sum.get(),
        transaction.balance_after.map(Kopecks::get),
        transaction.money_spent.map(Kopecks::get),
        transaction.comment,
        transaction.receipt.as_ref().map(ReceiptId::as_str),
        check_guid,
        external_check,
        rest_code,
    );
    text.bytes().fold(0x6c62_272e_07bb_0142_62b8_2175_6295_c58d, |hash: u128, byte| {
        (hash ^ u128::from(byte)).wrapping_mul(0x0000_0000_0100_0000_0000_0000_0000_013b)
    })
}
