//! An entry of an account's ledger on the server, and the key by which the journal knows it.

use probonus::{AccountId, ExternalRef, Kopecks, ReceiptId, Transaction, TransactionKind};

use crate::model::evidence::MatchedEntry;

/// A transaction of an account, with its key.
#[derive(Clone, Debug)]
pub struct LedgerEntry {
    /// Unique on the server; see [`MatchedEntry::proof`].
    pub key: String,
    /// The transaction as the server reports it.
    pub transaction: Transaction,
}

impl LedgerEntry {
    /// The entry as evidence. `exact`: the operation's correlation marker was seen.
    pub fn matched(&self, account: &AccountId, exact: bool) -> MatchedEntry {
        let transaction = &self.transaction;
        let mut summary = format!("{} · {}", transaction.at.local.strftime("%d.%m.%Y %H:%M"), transaction.sum);
        // Only the server's own words: ours would have to be translated.
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

/// Whether two entries have one sum and one kind.
pub fn same_sum_and_kind(one: &LedgerEntry, other: &LedgerEntry) -> bool {
    one.transaction.sum == other.transaction.sum && one.transaction.kind == other.transaction.kind
}

/// How many entries the largest group of one sum and one kind has. Example: 2 for +30.00, −50.00, +30.00, −50.00.
pub fn repeat_count(entries: &[&LedgerEntry]) -> u32 {
    let alike = |one: &LedgerEntry| entries.iter().filter(|other| same_sum_and_kind(one, other)).count();
    u32::try_from(entries.iter().map(|entry| alike(entry)).max().unwrap_or_default()).unwrap_or(u32::MAX)
}

/// The key of an entry that has an id. Example: `4711/98` for entry 98 of account 4711.
pub fn key_of_entry_id(account: &AccountId, id: &str) -> String {
    format!("{account}/{id}")
}

/// The key by which a new account proves its creation.
pub fn key_of_account(account: &AccountId) -> String {
    format!("account {account}")
}

/// Gives each entry its key: by its id, or, without one, by a digest of all that the server reports of it.
///
/// Equal keys are numbered in the order of the list: `4711/~3f…`, `4711/~3f…+2`.
pub fn keyed(account: &AccountId, entries: Vec<Transaction>) -> Vec<LedgerEntry> {
    let mut counts = std::collections::BTreeMap::<String, u32>::new();
    entries
        .into_iter()
        .map(|transaction| {
            let mut key = match &transaction.id {
                Some(id) => key_of_entry_id(account, id),
                None => format!("{account}/~{:032x}", digest(&transaction)),
            };
            let count = counts.entry(key.clone()).or_default();
            *count += 1;
            if *count > 1 {
                key.push_str(&format!("+{count}"));
            }
            LedgerEntry { key, transaction }
        })
        .collect()
}

/// FNV-1a over all that the server reports of an entry. The journal keeps it for ever, so it must never change; no hasher of
/// the standard library promises that.
fn digest(transaction: &Transaction) -> u128 {
    let ExternalRef { check_guid, external_check, rest_code } = &transaction.external;
    let text = format!(
        "{}|{:?}|{:?}|{}|{:?}|{:?}|{:?}|{:?}|{:?}|{:?}|{:?}",
        transaction.at.local,
        // The first versions knew no waiting accrual and no withdrawal. Keys in old journals were made with these kinds instead.
        match transaction.kind {
            TransactionKind::Waiting => TransactionKind::Accrual,
            TransactionKind::Withdrawal => TransactionKind::Payment,
            kind => kind,
        },
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
