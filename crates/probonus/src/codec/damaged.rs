//! Texts that were damaged before they came: a letter that was cut in two is read as `U+FFFD`, and nobody knows what it was.

use serde_json::Value;

use super::values::{join, json_path};

/// The sign of a letter that could not be read.
const DAMAGE: char = char::REPLACEMENT_CHARACTER;

/// Whether a text has lost a letter.
pub(super) fn is_damaged(text: &str) -> bool {
    text.contains(DAMAGE)
}

/// Refuses a record to be sent back if it has lost a letter anywhere.
pub(super) fn must_be_whole(record: &Value) -> Result<(), String> {
    let refused =
        |at: String| format!("the record came with a damaged letter at {}, and must not go back so", json_path(&at));
    damage(record).map_or(Ok(()), |at| Err(refused(at)))
}

/// The JSON pointer to the first text or key of a value that has lost a letter; `None`: all of them are whole.
fn damage(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => is_damaged(text).then(String::new),
        Value::Array(list) => list.iter().enumerate().find_map(|(at, one)| Some(format!("/{at}{}", damage(one)?))),
        Value::Object(map) => map.iter().find_map(|(key, one)| {
            let inside = if is_damaged(key) { Some(String::new()) } else { damage(one) };
            Some(format!("{}{}", join("", key), inside?))
        }),
        Value::Null | Value::Bool(_) | Value::Number(_) => None,
    }
}
