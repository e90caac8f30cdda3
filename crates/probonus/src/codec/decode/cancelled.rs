//! Entries that the server marks as cancelled, deleted or reversed.

use serde_json::Value;

use crate::{
    codec::{
        keys::known,
        moments,
        values::{fields_of, flag, plain_text},
    },
    contract::normal,
    model::{Transaction, TransactionKind},
};

/// Keys that say it of the entry itself, by a flag or by the moment since which it is so. `storno` and `isReturn` are not here: they
/// may say that the entry takes another one back.
const KEYS: [&str; 33] = [
    "cancelled",
    "canceled",
    "iscancelled",
    "iscanceled",
    "cancelledat",
    "canceledat",
    "wascancelled",
    "wascanceled",
    "deleted",
    "isdeleted",
    "deletedat",
    "removed",
    "isremoved",
    "removedat",
    "reversed",
    "isreversed",
    "reversedat",
    "wasreversed",
    "voided",
    "isvoided",
    "voidedat",
    "annulled",
    "isannulled",
    "annulledat",
    "rolledback",
    "isrolledback",
    "отменено",
    "отменена",
    "отменен",
    "удалено",
    "удалена",
    "сторнировано",
    "аннулировано",
];

/// Keys of a state.
const STATES: [&str; 9] = [
    "status",
    "state",
    "statusname",
    "statename",
    "operationstatus",
    "transactionstatus",
    "operationstate",
    "статус",
    "состояние",
];

/// Beginnings of the words of a state. «Отмена» is not here: it names what the entry does to another one.
const WORDS: [&str; 13] = [
    "cancelled",
    "canceled",
    "deleted",
    "removed",
    "reversed",
    "voided",
    "annulled",
    "rolledback",
    "отменен",
    "отменён",
    "удален",
    "сторнирован",
    "аннулирован",
];

/// Whether a row says of itself that it is cancelled, deleted or reversed.
pub(super) fn is_cancelled(row: &Value) -> bool {
    fields_of(row).into_iter().flatten().any(|(key, value)| {
        let name = known(key).name.clone();
        if KEYS.contains(&name.as_str()) {
            let since = || matches!(moments::read_moment(value, None, 0), Ok(Some(_)));
            return flag(value).unwrap_or_else(since);
        }
        STATES.contains(&name.as_str())
            && plain_text(value)
                .map(|word| normal(&word))
                .is_some_and(|word| WORDS.iter().any(|begin| word.starts_with(begin)) || word.starts_with("удалён"))
    })
}

/// Takes the mark from entries whose sum another entry of the list takes back: both moved the balance. Example: +100 that is marked
/// as reversed, and −100 of the reversal.
pub(super) fn settle(rows: &mut [Transaction]) {
    let mut counters: Vec<usize> =
        (0..rows.len()).filter(|at| !rows[*at].cancelled && takes_back(&rows[*at])).collect();
    for at in 0..rows.len() {
        let row = &rows[at];
        if !row.cancelled {
            continue;
        }
        let undoes = |counter: &Transaction| counter.sum == row.sum.negated() && counter.at.local >= row.at.local;
        if let Some(nth) = counters.iter().position(|counter| undoes(&rows[*counter])) {
            counters.remove(nth);
            rows[at].cancelled = false;
        }
    }
}

/// Whether an entry may take another one back. Of an entry of another kind only the sum is known.
fn takes_back(row: &Transaction) -> bool {
    matches!(row.kind, TransactionKind::Return | TransactionKind::Other | TransactionKind::Withdrawal)
}
