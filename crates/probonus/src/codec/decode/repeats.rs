//! Rows of a list that repeat another one, as a JOIN of tables makes them.

use std::collections::HashMap;

use serde_json::Value;

use crate::{
    codec::read::{Context, Record},
    contract::Field,
};

/// A row of a list, and its JSON pointer.
pub(super) type Row = (String, Value);

/// The rows without those that repeat another one: the same id and the same contents.
///
/// | rows | kept |
/// |---|---|
/// | id 5 of 500, id 5 of 500 | one: it is one transaction |
/// | 500, 500, of one second, without ids | both: they may be two |
/// | id 7 of 500, id 7 of 500, id 7 of 100 | all: 7 is no id of a row, but that of the account or receipt |
///
/// A row whose id can't be read is kept.
pub(super) fn without<'a>(context: &Context<'_>, rows: &'a [Row]) -> Vec<&'a Row> {
    let mut by_id: HashMap<String, &Row> = HashMap::new();
    let mut kept = Vec::with_capacity(rows.len());
    let mut are_ids = true;
    for row in rows {
        let record = Record::new(context, row.0.clone(), &row.1);
        let id = record.and_then(|record| record.id(Field::Transaction)).ok().flatten();
        match id.map(|id| *by_id.entry(id).or_insert(row)) {
            Some(first) if !std::ptr::eq(first, row) => {
                are_ids &= first.1 == row.1;
            }
            _ => kept.push(row),
        }
    }
    if are_ids { kept } else { rows.iter().collect() }
}
