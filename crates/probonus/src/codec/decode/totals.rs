//! Rows of a list that are no transactions: «Итого».

use super::repeats::Row;
use crate::{
    Error,
    codec::read::{Context, Record},
    contract::{Field, normal},
};

/// The rows without those that are plainly no transactions: no id, no date, no reference to a receipt or a purchase, and at most a
/// word for a total beside the sum. Example: `{"id": "", "date": "", "typeName": "Итого", "sum": 61875}`.
///
/// Absence is judged by these rows, so a row with an id, a comment or an unreadable date stays, as one that can't be read. So does a
/// row without a word if no other row has a date: the date may be under a name that is not known.
pub(super) fn without<'a>(context: &Context<'_>, rows: Vec<&'a Row>) -> Vec<&'a Row> {
    let mut dated = false;
    let mut read = Vec::with_capacity(rows.len());
    for row in rows {
        let form = Record::new(context, row.0.clone(), &row.1).and_then(|record| form_of(&record));
        let form = form.unwrap_or(RowForm::Row);
        dated |= form == RowForm::Dated;
        read.push((row, form));
    }
    let is_total = |form: &RowForm| *form == RowForm::Total || (*form == RowForm::Wordless && dated);
    read.into_iter().filter(|(_, form)| !is_total(form)).map(|(row, _)| row).collect()
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum RowForm {
    /// It has a date.
    Dated,
    /// It is no total, though it has no date.
    Row,
    /// It has a word for a total and a sum.
    Total,
    /// It has a sum only.
    Wordless,
}

fn form_of(record: &Record<'_>) -> Result<RowForm, Error> {
    if record.moment(Field::At)?.is_some() {
        return Ok(RowForm::Dated);
    }
    let texts = [Field::Comment, Field::ExternalCheck, Field::RestCode];
    let refers = record.id(Field::Transaction)?.is_some()
        || record.id(Field::Receipt)?.is_some()
        || record.guid(Field::CheckGuid).is_some()
        || texts.into_iter().any(|field| record.text(field).is_some_and(|text| !is_word_for_total(&text)));
    if refers {
        return Ok(RowForm::Row);
    }
    let words = [record.text(Field::KindName), record.text(Field::Kind), record.text(Field::Comment)];
    let words: Vec<String> = words.into_iter().flatten().collect();
    Ok(match words.as_slice() {
        [] => RowForm::Wordless,
        words if words.iter().all(|word| is_word_for_total(word)) => RowForm::Total,
        _ => RowForm::Row,
    })
}

/// «Итого», «Итого за период:», "Total".
fn is_word_for_total(text: &str) -> bool {
    let text = normal(text);
    text.starts_with("итого") || ["итог", "всего", "total", "subtotal", "grandtotal"].contains(&text.as_str())
}
