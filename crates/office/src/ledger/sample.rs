//! Ledger entries for tests.

use jiff::civil::date;
use probonus::{ExternalRef, Kopecks, ServerTime, Transaction, TransactionKind};

use crate::ledger::entry::LedgerEntry;

/// A sum in kopecks.
pub(crate) fn kop(kopecks: i64) -> Kopecks {
    Kopecks::new(kopecks).expect("in range")
}

/// An entry of account 1 with this number, without a marker.
pub(crate) fn entry(number: usize, kind: TransactionKind, sum: i64) -> LedgerEntry {
    let transaction = Transaction {
        id: None,
        at: ServerTime { local: date(2026, 11, 28).at(12, 0, 0, 0), instant: None },
        kind,
        kind_name: None,
        sum: kop(sum),
        balance_after: None,
        money_spent: None,
        comment: None,
        receipt: None,
        external: ExternalRef::default(),
        unsigned: false,
        cancelled: false,
        raw: serde_json::Value::Null,
    };
    LedgerEntry { key: format!("1/{number}"), transaction }
}
