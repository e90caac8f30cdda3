//! `docs/api-contract.md`, rendered from the table.

use std::fmt::Write as _;

use super::{
    field::Field,
    rows::{FieldRow, MethodRow, Need},
    table::TABLE,
    unit::Unit,
};

/// What the table can't say of itself, written by hand.
const PREFACE: &str = include_str!("preface.md");

/// The whole of `docs/api-contract.md`.
#[must_use]
pub fn markdown() -> String {
    let mut out = String::from(PREFACE);
    out.push_str(
        "\n## Methods\n\nPaths are under `/api/v0/`; by default the verb is `POST` and the body JSON \\[A].\n",
    );
    for row in &TABLE {
        method(&mut out, row);
    }
    spellings(&mut out);
    out
}

fn method(out: &mut String, row: &MethodRow) {
    let _ = write!(out, "\n### `{}`: {:?} \\[{}]\n\n{}\n", row.path, row.method, row.origin.letter(), row.purpose);
    table(out, "sent", row.request);
    table(out, "answered", row.answer);
}

fn table(out: &mut String, head: &str, rows: &[FieldRow]) {
    if rows.is_empty() {
        let _ = write!(out, "\nNothing is {head}.\n");
        return;
    }
    let _ = write!(out, "\n| {head} | meaning | unit | needed | source | note |\n|---|---|---|---|---|---|\n");
    for row in rows {
        let need = match row.need {
            Need::Must => "always",
            Need::IfSet => "if it says something",
            Need::May => "no",
            Need::Named => "only where named",
        };
        let _ = writeln!(
            out,
            "| `{}` | {:?} | {} | {need} | {} | {} |",
            row.name,
            row.field,
            row.field.unit().word(),
            row.origin.letter(),
            row.note
        );
    }
}

fn spellings(out: &mut String) {
    out.push_str(
        "\n## Spellings\n\nCase and separators do not matter: `accountId` stands for `AccountID`, `account_id`, \
         `account-id`. The first is the best; one after a tilde may mean much else, and counts only where no plain one is \
         met. A tail of `Rub`, `Rubles`, `Kop`, `Kopecks` on a sum is read as its \
         unit.\n\n| meaning | unit | spellings |\n|---|---|---|\n",
    );
    for field in Field::ALL.iter().filter(|field| field.unit() != Unit::Secret) {
        let _ = write!(out, "| {field:?} | {} |", field.unit().word());
        for spelling in field.spellings() {
            let _ = write!(out, " `{spelling}`");
        }
        out.push_str(" |\n");
    }
}
