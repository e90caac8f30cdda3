//! The kind of a transaction, and its direction: bonuses added or taken.

use std::cmp::Ordering;

use serde_json::Value;

use crate::{
    Kopecks,
    codec::{
        keys::known,
        values::{fields_of, flag},
    },
    contract::normal,
    model::{Transaction, TransactionKind},
};

/// Stems of the words by which servers name a kind. The first in this list that occurs decides: «возврат начисления» is a return,
/// «ручное начисление» a refill, «приветственное начисление» a welcome bonus. «Чек (будет начислено)» \[E] waits for its day.
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
    ("debit", TransactionKind::Withdrawal),
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
    // `CHECK_PENDING`: the last stem, because any other word beside it decides first.
    ("pending", TransactionKind::Waiting),
];

/// Stems that say that a person did it, and not what.
const BY_HAND: [&str; 3] = ["manual", "ручн", "вручную"];

/// The kind that a server's word names. «Ручное списание» and `MANUAL_DEBIT` take away by hand, and are no refill.
pub(super) fn kind(word: &str) -> Option<TransactionKind> {
    let word = crate::contract::normal(word);
    let named = |is_meant: fn(TransactionKind) -> bool| {
        WORDS.iter().find(|(stem, kind)| is_meant(*kind) && word.contains(stem)).map(|(_, kind)| *kind)
    };
    let kind = named(|_| true)?;
    let takes = || named(|kind| matches!(kind, TransactionKind::Payment | TransactionKind::Withdrawal)).is_some();
    let is_by_hand = kind == TransactionKind::Refill && BY_HAND.iter().any(|stem| word.contains(stem));
    Some(if is_by_hand && takes() { TransactionKind::Withdrawal } else { kind })
}

/// Whether a kind takes bonuses away; `None`: it may add or take.
fn takes_away(kind: TransactionKind) -> Option<bool> {
    match kind {
        TransactionKind::Payment | TransactionKind::Withdrawal | TransactionKind::Burning => Some(true),
        TransactionKind::Accrual | TransactionKind::Refill | TransactionKind::Welcome | TransactionKind::Waiting => {
            Some(false)
        }
        TransactionKind::Return | TransactionKind::Other => None,
    }
}

/// Whether a return takes bonuses away, by what it undoes: «Отмена начисления» takes, «Отмена списания» adds. `None`: its word does not
/// say. «Возврат оплаты» may be of the money, and takes the bonuses of the purchase.
fn undone(row: &Transaction) -> Option<bool> {
    const ADDED: [&str; 5] = ["начисл", "пополн", "accru", "refill", "topup"];
    const TAKEN: [&str; 6] = ["списан", "изъят", "удержан", "сгор", "writeoff", "withdraw"];
    let word = normal(row.kind_name.as_deref().filter(|_| row.kind == TransactionKind::Return)?);
    let names = |stems: &[&str]| stems.iter().any(|stem| word.contains(stem));
    let (added, taken) = (names(&ADDED), names(&TAKEN));
    (added != taken).then_some(added)
}

/// Whether a row takes bonuses away, by a field for that: `direction: out`, `isDebit: true`, `sign: "-"`. `None`: no field says.
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
    fields_of(row)?.iter().find_map(|(key, value)| match known(key).name.as_str() {
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
/// A sum with a minus stays. For a sum without one, the first sign that is there decides:
///
/// 1. a field of the row that gives the direction;
/// 2. a kind that surely adds: accruals, refills and welcome bonuses;
/// 3. the balance after this row and after the row before it;
/// 4. the kind: payments, withdrawals and burnings take away; a return goes against what it undoes, if its word says that.
///
/// A payment without a minus beside payments with one adds. A withdrawal takes nevertheless: the vendor's own panel prints its sum
/// without a minus («Изъятие бонусов») \[E]. So does a burning, unless other burnings have a minus.
///
/// Balances do not overrule a kind that surely adds. Example: before a refill of 5.00 stands a purchase that was made offline and is
/// dated back. The balances of the two may differ by -5.00, but the refill added.
///
/// A return of which nothing tells that may add or take. If no sum of the answer has a minus, so that this server may write none, it
/// becomes `Other` with its sum unchanged, and is marked as [unsigned](Transaction::unsigned), as is every row of another kind.
pub(super) fn restore(rows: &mut [Transaction], told: &[Option<bool>]) {
    let writes_minus = rows.iter().any(|row| row.sum < Kopecks::ZERO);
    // If the server writes a minus on payments, a payment without a minus adds: it is a correction, or was undone.
    let writes_takings = rows.iter().any(|row| row.sum < Kopecks::ZERO && takes_away(row.kind) == Some(true));
    let is_burning = |row: &Transaction| row.kind == TransactionKind::Burning;
    let writes_burnings = rows.iter().any(|row| row.sum < Kopecks::ZERO && is_burning(row));
    let own = |at: usize| told.get(at).copied().flatten();
    let surely_adds = |at: usize| rows.get(at).is_some_and(|row| takes_away(row.kind) == Some(false));
    let by_balance = |at: usize| if surely_adds(at) { None } else { by_balance(rows, at) };
    let directions: Vec<Option<bool>> = (0..rows.len()).map(|at| own(at).or_else(|| by_balance(at))).collect();
    for (row, told) in rows.iter_mut().zip(directions).filter(|(row, _)| row.sum > Kopecks::ZERO) {
        let takes_anyway = row.kind == TransactionKind::Withdrawal || (is_burning(row) && !writes_burnings);
        let by_kind = || takes_away(row.kind).filter(|takes| !takes || !writes_takings || takes_anyway);
        let by_word = || undone(row).filter(|_| !writes_minus);
        match told.or_else(by_kind).or_else(by_word) {
            Some(true) => row.sum = row.sum.negated(),
            Some(false) => {}
            None if writes_minus => {}
            None => (row.kind, row.unsigned) = (TransactionKind::Other, true),
        }
    }
}

/// Whether a row takes bonuses away, by the balance after it and after the row before it in time; `None`: that can't be told.
fn by_balance(rows: &[Transaction], at: usize) -> Option<bool> {
    let row = rows.get(at)?;
    let after = row.balance_after?;
    // The list is newest first or oldest first. So the row before it in time is the next or the previous one of the list. If all
    // are of one second, nothing tells which: read backwards, three refills of 11.00 would look like three payments.
    let before = match rows.first()?.at.local.cmp(&rows.last()?.at.local) {
        Ordering::Greater => rows.get(at + 1),
        Ordering::Less => rows.get(at.checked_sub(1)?),
        Ordering::Equal => None,
    }?;
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
