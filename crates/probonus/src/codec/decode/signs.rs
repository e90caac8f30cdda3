//! What a transaction is, and which way it went.

use serde_json::Value;

use crate::{
    Kopecks,
    codec::{keys::known, values::flag},
    contract::normal,
    model::{Transaction, TransactionKind},
};

/// Stems of the words by which servers name a kind. The first that is met decides: «возврат начисления» is a return,
/// «ручное начисление» a refill, «приветственное начисление» a welcome. «Чек (будет начислено)» \[E] waits for its day.
const WORDS: [(&str, TransactionKind); 51] = [
    ("return", TransactionKind::Return),
    ("refund", TransactionKind::Return),
    ("cancel", TransactionKind::Return),
    ("storno", TransactionKind::Return),
    ("revers", TransactionKind::Return),
    ("rollback", TransactionKind::Return),
    ("возврат", TransactionKind::Return),
    ("отмен", TransactionKind::Return),
    ("сторно", TransactionKind::Return),
    ("будетначисл", TransactionKind::Waiting),
    ("ожидаетначисл", TransactionKind::Waiting),
    ("willbeaccru", TransactionKind::Waiting),
    ("awaiting", TransactionKind::Waiting),
    ("pendingaccru", TransactionKind::Waiting),
    ("burn", TransactionKind::Burning),
    ("expir", TransactionKind::Burning),
    ("сгор", TransactionKind::Burning),
    ("сгар", TransactionKind::Burning),
    ("welcome", TransactionKind::Welcome),
    ("registration", TransactionKind::Welcome),
    ("привет", TransactionKind::Welcome),
    ("регистрац", TransactionKind::Welcome),
    ("refill", TransactionKind::Refill),
    ("manual", TransactionKind::Refill),
    ("deposit", TransactionKind::Refill),
    ("topup", TransactionKind::Refill),
    ("replenish", TransactionKind::Refill),
    ("пополн", TransactionKind::Refill),
    ("ручн", TransactionKind::Refill),
    ("вручную", TransactionKind::Refill),
    ("payment", TransactionKind::Payment),
    ("pay", TransactionKind::Payment),
    ("spend", TransactionKind::Payment),
    ("spent", TransactionKind::Payment),
    ("writeoff", TransactionKind::Payment),
    ("redeem", TransactionKind::Payment),
    ("withdraw", TransactionKind::Withdrawal),
    ("debit", TransactionKind::Payment),
    ("списан", TransactionKind::Payment),
    ("изъят", TransactionKind::Withdrawal),
    ("удержан", TransactionKind::Withdrawal),
    ("снятие", TransactionKind::Withdrawal),
    ("вычет", TransactionKind::Withdrawal),
    ("deduct", TransactionKind::Withdrawal),
    ("оплат", TransactionKind::Payment),
    ("accru", TransactionKind::Accrual),
    ("earn", TransactionKind::Accrual),
    ("credit", TransactionKind::Accrual),
    ("начисл", TransactionKind::Accrual),
    ("accumul", TransactionKind::Accrual),
    // `CHECK_PENDING`: of nothing but an accrual that waits.
    ("pending", TransactionKind::Waiting),
];

/// The kind that a server's word names.
pub(super) fn kind(word: &str) -> Option<TransactionKind> {
    let word = crate::contract::normal(word);
    WORDS.iter().find(|(stem, _)| word.contains(stem)).map(|(_, kind)| *kind)
}

/// Which way a kind goes by its nature; `None` for one that may go either way.
fn takes_away(kind: TransactionKind) -> Option<bool> {
    match kind {
        TransactionKind::Payment | TransactionKind::Withdrawal | TransactionKind::Burning => Some(true),
        TransactionKind::Accrual | TransactionKind::Refill | TransactionKind::Welcome | TransactionKind::Waiting => {
            Some(false)
        }
        TransactionKind::Return | TransactionKind::Other => None,
    }
}

/// Whether words name a withdrawal by hand. The vendor's own panel prints its sum without a minus («Изъятие бонусов») \[E], so it
/// is one even where other rows have a minus.
fn is_withdrawal(row: &Transaction) -> bool {
    row.kind == TransactionKind::Withdrawal
}

/// Which way a row says that it went, in a field of its own: `direction: out`, `isDebit: true`, `sign: "-"`.
pub(super) fn told(row: &Value) -> Option<bool> {
    const OUT: [&str; 14] = [
        "out",
        "outcome",
        "outgoing",
        "minus",
        "debit",
        "expense",
        "withdrawal",
        "writeoff",
        "spend",
        "расход",
        "списание",
        "дебет",
        "минус",
        "d",
    ];
    const IN: [&str; 13] = [
        "in",
        "income",
        "incoming",
        "plus",
        "credit",
        "deposit",
        "accrual",
        "refill",
        "приход",
        "начисление",
        "кредит",
        "плюс",
        "c",
    ];
    row.as_object()?.iter().find_map(|(key, value)| match known(key).name.as_str() {
        "direction" | "flow" | "side" | "sign" | "operationsign" | "dc" => {
            let text = value.as_str().unwrap_or_default().trim();
            let number = value.as_i64().or_else(|| text.parse().ok());
            match (number, text) {
                (Some(number), _) => (number != 0).then_some(number < 0),
                (None, "-" | "\u{2212}") => Some(true),
                (None, "+") => Some(false),
                (None, word) => {
                    let word = normal(word);
                    let out = OUT.contains(&word.as_str());
                    (out || IN.contains(&word.as_str())).then_some(out)
                }
            }
        }
        "isdebit" | "isexpense" | "iswriteoff" | "isoutgoing" => flag(value),
        "iscredit" | "isincome" | "isincoming" | "isaccrual" => flag(value).map(|income| !income),
        _ => None,
    })
}

/// Restores the signs where a server writes sums unsigned.
///
/// A minus stays. A sum without one is told by a field of the row that says which way it went, by the balance after the row and after the row before it, where both are there;
/// else by the nature of the kind: payments and burnings take away. A return may go either way: if nothing in the answer
/// shows that this server writes minuses, it becomes `Other`, with the sum as told.
pub(super) fn restore(rows: &mut [Transaction], told: &[Option<bool>]) {
    let writes_minus = rows.iter().any(|row| row.sum < Kopecks::ZERO);
    // Who writes a minus where something is taken away, means a payment without one: a correction, one that was undone.
    let writes_takings = rows.iter().any(|row| row.sum < Kopecks::ZERO && takes_away(row.kind) == Some(true));
    let own = |at: usize| told.get(at).copied().flatten();
    let directions: Vec<Option<bool>> = (0..rows.len()).map(|at| own(at).or_else(|| by_balance(rows, at))).collect();
    for (row, told) in rows.iter_mut().zip(directions).filter(|(row, _)| row.sum > Kopecks::ZERO) {
        let by_kind = || takes_away(row.kind).filter(|takes| !takes || !writes_takings || is_withdrawal(row));
        match told.or_else(by_kind) {
            Some(true) => row.sum = row.sum.negated(),
            Some(false) => {}
            None if writes_minus => {}
            None => row.kind = TransactionKind::Other,
        }
    }
}

/// Whether the row took away, by the balance after it and after the row before it in time.
fn by_balance(rows: &[Transaction], at: usize) -> Option<bool> {
    let row = rows.get(at)?;
    let after = row.balance_after?;
    // Newest first or oldest first: the row before it in time is a neighbour that is not later.
    let newest_first = rows.first()?.at.local > rows.last()?.at.local;
    let before = if newest_first { rows.get(at + 1) } else { rows.get(at.checked_sub(1)?) }?;
    let change = after.checked_sub(before.balance_after?)?;
    if row.sum == Kopecks::ZERO {
        return None;
    }
    match change {
        change if change == row.sum => Some(false),
        change if change == row.sum.negated() => Some(true),
        _ => None,
    }
}
