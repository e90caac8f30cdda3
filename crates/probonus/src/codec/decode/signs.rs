//! What a transaction is, and which way it went.

use crate::{
    Kopecks,
    model::{Transaction, TransactionKind},
};

/// Stems of the words by which servers name a kind. The first that is met decides: «возврат начисления» is a return,
/// «ручное начисление» a refill, «приветственное начисление» a welcome.
const WORDS: [(&str, TransactionKind); 40] = [
    ("return", TransactionKind::Return),
    ("refund", TransactionKind::Return),
    ("cancel", TransactionKind::Return),
    ("storno", TransactionKind::Return),
    ("revers", TransactionKind::Return),
    ("rollback", TransactionKind::Return),
    ("возврат", TransactionKind::Return),
    ("отмен", TransactionKind::Return),
    ("сторно", TransactionKind::Return),
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
    ("withdraw", TransactionKind::Payment),
    ("debit", TransactionKind::Payment),
    ("списан", TransactionKind::Payment),
    ("оплат", TransactionKind::Payment),
    ("accru", TransactionKind::Accrual),
    ("earn", TransactionKind::Accrual),
    ("credit", TransactionKind::Accrual),
    ("начисл", TransactionKind::Accrual),
    ("accumul", TransactionKind::Accrual),
];

/// The kind that a server's word names.
pub(super) fn kind(word: &str) -> Option<TransactionKind> {
    let word = crate::contract::normal(word);
    WORDS.iter().find(|(stem, _)| word.contains(stem)).map(|(_, kind)| *kind)
}

/// Which way a kind goes by its nature; `None` for one that may go either way.
fn takes_away(kind: TransactionKind) -> Option<bool> {
    match kind {
        TransactionKind::Payment | TransactionKind::Burning => Some(true),
        TransactionKind::Accrual | TransactionKind::Refill | TransactionKind::Welcome => Some(false),
        TransactionKind::Return | TransactionKind::Other => None,
    }
}

/// Restores the signs where a server writes sums unsigned.
///
/// A minus stays. A sum without one is told by the balance after the row and after the row before it, where both are there;
/// else by the nature of the kind: payments and burnings take away. A return may go either way: if nothing in the answer
/// shows that this server writes minuses, it becomes `Other`, with the sum as told.
pub(super) fn restore(rows: &mut [Transaction]) {
    let writes_minus = rows.iter().any(|row| row.sum < Kopecks::ZERO);
    // Who writes a minus where something is taken away, means a payment without one: a correction, one that was undone.
    let writes_takings = rows.iter().any(|row| row.sum < Kopecks::ZERO && takes_away(row.kind) == Some(true));
    let directions: Vec<Option<bool>> = (0..rows.len()).map(|at| by_balance(rows, at)).collect();
    for (row, told) in rows.iter_mut().zip(directions).filter(|(row, _)| row.sum > Kopecks::ZERO) {
        match told.or_else(|| takes_away(row.kind).filter(|takes| !takes || !writes_takings)) {
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
