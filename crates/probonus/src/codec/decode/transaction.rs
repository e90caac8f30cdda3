//! The rows of a list of transactions.

use serde_json::Value;

use super::{Rows, cancelled, external, repeats, signs, totals};
use crate::{
    Error, ErrorKind, Kopecks, ReceiptId,
    codec::{
        read::{Context, Record},
        values::json_path,
    },
    contract::Field,
    model::{Transaction, TransactionKind, UnreadRow},
};

/// The rows of a list that could be read, and those that could not.
pub(super) struct Read {
    pub(super) transactions: Vec<Transaction>,
    pub(super) unread: Vec<(UnreadRow, Error)>,
}

impl Read {
    /// The rows, of which each could be read.
    pub(super) fn whole(self) -> Result<Vec<Transaction>, Error> {
        match self.unread.into_iter().next() {
            Some((_, error)) => Err(error),
            None => Ok(self.transactions),
        }
    }

    /// The rows that could be read, beside those that could not. If none could be read, the first error: then it is not a row that
    /// can't be read, but the list.
    pub(super) fn in_part(self) -> Result<(Vec<Transaction>, Vec<UnreadRow>), Error> {
        if self.transactions.is_empty() {
            return self.whole().map(|none| (none, Vec::new()));
        }
        Ok((self.transactions, self.unread.into_iter().map(|(row, _)| row).collect()))
    }
}

pub(super) fn transactions(context: &Context<'_>, rows: &Rows) -> Read {
    let rows = totals::without(context, repeats::without(context, rows));
    let (mut transactions, mut told, mut unread) = (Vec::with_capacity(rows.len()), Vec::new(), Vec::new());
    for (at, row) in rows {
        match Record::new(context, at.clone(), row).and_then(|record| transaction(&record, row)) {
            Ok(read) => {
                transactions.push(read);
                told.push(signs::told(row));
            }
            Err(error) => unread.push((unread_row(at, row, &error), error)),
        }
    }
    signs::restore(&mut transactions, &told);
    cancelled::settle(&mut transactions);
    Read { transactions, unread }
}

fn unread_row(at: &str, row: &Value, error: &Error) -> UnreadRow {
    debug_assert_eq!(error.kind(), ErrorKind::Unreadable);
    let inside = error.json_path().and_then(|path| path.strip_prefix(json_path(at).as_str()));
    let field = inside.map(|field| field.trim_start_matches('.')).filter(|field| !field.is_empty());
    UnreadRow { field: field.map(str::to_owned), why: error.detail().unwrap_or_default().to_owned(), raw: row.clone() }
}

fn transaction(record: &Record<'_>, raw: &Value) -> Result<Transaction, Error> {
    let check = record.inner(&["check", "receipt", "external", "purchase", "externalCheck", "bill"]);
    let at = match record.moment(Field::At)? {
        Some(at) => at,
        None => return Err(record.lacks(Field::At, "the transaction has no date")),
    };
    let told = record.inner(&["type", "kind", "operation", "transactionType"]);
    let kind_name = record.text(Field::KindName).or(told.text(Field::GroupName));
    let code = record.text(Field::Kind).or(told.text(Field::Kind));
    let named = record.name_of_code(Field::Kind);
    let kind = [&kind_name, &code, &named].into_iter().flatten().find_map(|word| signs::kind(word));
    let sum = match record.money(Field::Sum)? {
        Some(sum) => sum,
        None => two_sided(record)?.ok_or_else(|| record.lacks(Field::Sum, "the transaction has no sum"))?,
    };
    let receipt = match record.id(Field::Receipt)? {
        // A bare `id` is the id of the row, not of a receipt.
        Some(id) if record.find(Field::Receipt).is_some_and(|found| !found.is_bare_id()) => Some(id),
        _ => check.id(Field::Receipt)?,
    };
    Ok(Transaction {
        id: record.id(Field::Transaction)?,
        at,
        kind: match kind {
            // Bonuses that are taken for a receipt are a payment, whatever the server calls it.
            Some(TransactionKind::Withdrawal) if receipt.is_some() => TransactionKind::Payment,
            kind => kind.unwrap_or(TransactionKind::Other),
        },
        kind_name: kind_name.or(named).or(code),
        sum,
        balance_after: record.money(Field::BalanceAfter)?,
        money_spent: record.money(Field::MoneySpent)?,
        comment: record.text(Field::Comment),
        receipt: receipt.map(ReceiptId::new),
        external: external(record, &check),
        unsigned: false,
        cancelled: cancelled::is_cancelled(raw),
        raw: raw.clone(),
    })
}

/// The change of a row that has two sums, one added and one taken; `None`: it has neither.
fn two_sided(record: &Record<'_>) -> Result<Option<Kopecks>, Error> {
    let (added, taken) = (record.money(Field::BonusAccrued)?, record.money(Field::BonusSpent)?);
    if added.is_none() && taken.is_none() {
        return Ok(None);
    }
    let change = added.unwrap_or_default().checked_sub(taken.unwrap_or_default());
    change.map(Some).ok_or_else(|| record.unreadable("the sums are too large"))
}
