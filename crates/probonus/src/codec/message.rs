//! Finds the server's message about a failure, wherever it is in the answer.

use serde_json::Value;

use super::{keys::known, values::plain_text};

/// Names under which servers put their message, the most specific first.
pub(super) const NAMES: [&str; 16] = [
    "message",
    "errormessage",
    "msg",
    "errormsg",
    "errmsg",
    "errortext",
    "errordescription",
    "error",
    "detail",
    "errors",
    "description",
    "title",
    "messages",
    "reason",
    "text",
    "exceptionmessage",
];

/// Layers that are searched.
const DEPTH: usize = 4;
/// Characters that are kept. A person reads no more.
const LONGEST: usize = 2000;
/// Texts of one list that are joined.
const MOST_TEXTS: usize = 10;

/// The message of a failure, if the answer holds one. Example: `{"error": {"message": "Мало бонусов"}}`.
pub(crate) fn message_of(value: &Value) -> Option<String> {
    inside(value, 0).map(|text| text.chars().take(LONGEST).collect())
}

fn inside(value: &Value, depth: usize) -> Option<String> {
    match value {
        Value::String(_) => plain_text(value),
        Value::Array(list) if depth < DEPTH => joined(list.iter(), depth),
        Value::Object(map) if depth < DEPTH => {
            let by_name = |name: &&str| map.iter().find(|(key, _)| known(key).name == **name);
            let named = NAMES.iter().filter_map(by_name).find_map(|(_, value)| inside(value, depth + 1));
            // Validation errors: `{"Phone": ["wrong"]}` (ASP.NET); below the top, `{"errors": {"phone": "is taken"}}` as well.
            named.or_else(|| joined(map.values().filter(|value| depth > 0 || value.is_array()), depth))
        }
        _ => None,
    }
}

fn joined<'a>(values: impl Iterator<Item = &'a Value>, depth: usize) -> Option<String> {
    let texts: Vec<_> = values.take(MOST_TEXTS).filter_map(|value| inside(value, depth + 1)).collect();
    (!texts.is_empty()).then(|| texts.join("; "))
}
