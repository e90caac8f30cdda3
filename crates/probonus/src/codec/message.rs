//! Finds the server's message about a failure, wherever it is in the answer.

use serde_json::Value;

use super::{
    keys::known,
    values::{plain_text, unescaped},
};

/// Names under which servers put their message, the most specific first.
pub(super) const NAMES: [&str; 17] = [
    "message",
    "defaultmessage",
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
/// Layers that are searched for reasons: those of gRPC are lists in records of a list.
const DEEPEST_REASON: usize = 8;
/// Characters that are kept. A person reads no more.
const LONGEST: usize = 2000;
/// Texts of one list that are joined.
const MOST_TEXTS: usize = 10;

/// Names under which servers list what exactly is wrong, beside a general message. Example: `{"message": "Validation failed",
/// "fieldErrors": [{"field": "sum", "message": "must be positive"}]}`.
const REASONS: [&str; 12] = [
    "validationerrors",
    "fielderrors",
    "fieldviolations",
    "violations",
    "constraintviolations",
    "invalidparams",
    "modelstate",
    "issues",
    "suberrors",
    "errors",
    "detail",
    "details",
];

/// Names under which a reason names the field that it is about.
const FIELDS: [&str; 11] = [
    "field",
    "property",
    "propertyname",
    "propertypath",
    "param",
    "parameter",
    "path",
    "loc",
    "members",
    "membernames",
    "name",
];

/// Characters of the name of a field. A longer one is no name.
const LONGEST_FIELD: usize = 60;

/// The message of a failure, if the answer holds one, with the reasons that are listed beside it. Example: `{"error": {"message":
/// "Мало бонусов"}}`.
pub(crate) fn message_of(value: &Value) -> Option<String> {
    let main = inside(value, 0);
    let mut reasons = Vec::new();
    gather_reasons(value, DEEPEST_REASON, &mut reasons);
    let whole = match main {
        Some(main) => with_reasons(main, &reasons),
        None => Some(reasons.join("; ")).filter(|reasons| !reasons.is_empty())?,
    };
    Some(unescaped(&whole).chars().take(LONGEST).collect())
}

/// A message with its reasons, each told once.
fn with_reasons(main: String, reasons: &[String]) -> String {
    let new: Vec<&str> = reasons.iter().map(String::as_str).filter(|reason| !main.contains(reason)).collect();
    let told = reasons.join("; ");
    match new.is_empty() {
        true => main,
        // The message was one of the reasons, without the name of its field.
        false if main.split("; ").all(|part| told.contains(part)) => told,
        false if main.ends_with(['.', '!', '?', ':']) => format!("{main} {}", new.join("; ")),
        false => format!("{main}: {}", new.join("; ")),
    }
}

fn gather_reasons(value: &Value, depth: usize, reasons: &mut Vec<String>) {
    let Some(map) = value.as_object().filter(|_| depth > 0) else { return };
    for (key, value) in map {
        let known = known(key);
        match known.name.as_str() {
            "error" | "fault" | "exception" => gather_reasons(value, depth - 1, reasons),
            name if REASONS.contains(&name) => reasons_in(value, name != "details", depth - 1, reasons),
            _ => {}
        }
    }
}

/// Reads the reasons of a list or a record. `by_field`: a record may have one text for each field, `{"sum": "must be positive"}`.
/// `details` may have any texts, so there only lists of them are reasons.
fn reasons_in(value: &Value, by_field: bool, depth: usize, reasons: &mut Vec<String>) {
    if reasons.len() >= MOST_TEXTS {
        return;
    }
    match value {
        Value::String(_) => reasons.extend(plain_text(value).filter(|text| !is_for_developers(text))),
        Value::Array(list) if depth > 0 => {
            list.iter().for_each(|one| reasons_in(one, by_field, depth - 1, reasons));
        }
        Value::Object(map) if depth > 0 => {
            let named = |name: &&str| map.iter().find(|(key, _)| known(key).name == **name);
            let text = NAMES.iter().filter_map(named).find_map(|(_, text)| plain_text(text));
            if let Some(text) = text {
                reasons.push(with_field(text, FIELDS.iter().find_map(named).map(|(_, field)| field)));
                return;
            }
            let texts = |value: &Value| match value {
                Value::Array(list) => list.iter().all(Value::is_string),
                value => by_field && value.is_string(),
            };
            match map.values().all(texts) {
                true => map.values().for_each(|text| reasons_in(text, by_field, depth - 1, reasons)),
                false => gather_reasons(value, depth, reasons),
            }
        }
        _ => {}
    }
}

/// A reason with the name of its field, unless it names the field itself.
fn with_field(reason: String, field: Option<&Value>) -> String {
    let last = match field {
        Some(Value::Array(path)) => path.iter().rev().find_map(Value::as_str),
        Some(field) => field.as_str(),
        None => None,
    };
    let field = last.unwrap_or_default().trim();
    let is_told = field.is_empty() || reason.to_lowercase().contains(&field.to_lowercase());
    if is_told || field.chars().count() > LONGEST_FIELD { reason } else { format!("{field}: {reason}") }
}

/// Whether a text helps developers only: the stack of a crash, the address of the request.
fn is_for_developers(text: &str) -> bool {
    ["\n   at ", "\tat ", "STACK TRACE"].iter().any(|mark| text.contains(mark)) || text.starts_with("uri=")
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
