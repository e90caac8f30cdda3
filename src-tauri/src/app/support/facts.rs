//! The facts in the files for support: of the program, its settings, its queue and its journal. Each lists what it contains, so
//! that a field that the program gets later is not included by itself.

use office::{Operation, QueueStatus};
use serde_json::{Map, Value, json};

use crate::app::settings::stored::Stored;

/// Replaces a value that is left out.
const NOT_TOLD: &str = "•••";

/// The settings without the operator's name, logins and drafts.
pub(crate) fn settings(stored: &Stored) -> Value {
    const OF_PROGRAM: [&str; 6] = ["version", "mode", "language", "trusted", "journals", "detailedUntil"];
    const OF_MODE: [&str; 9] = [
        "restaurants",
        "levels",
        "bonusTypes",
        "station",
        "defaultGroup",
        "accrualPercent",
        "refillReasons",
        "limits",
        "rowsInHistory",
    ];
    let document = serde_json::to_value(stored).unwrap_or_default();
    let mut told = picked(&document, &OF_PROGRAM);
    told.insert("connection".to_owned(), of(&document, "connection", &["url", "auth", "inKeychain", "known"]));
    told.insert("proxy".to_owned(), of(&document, "proxy", &["kind", "address", "inKeychain"]));
    for mode in ["live", "training"] {
        let mut of_mode = of(&document, mode, &OF_MODE);
        for limit in of_mode["limits"].as_object_mut().into_iter().flat_map(Map::values_mut) {
            *limit = limit.as_i64().map_or(Value::Null, |kopecks| rubles(kopecks).into());
        }
        told.insert(mode.to_owned(), of_mode);
    }
    Value::Object(told)
}

/// A sum as a text: a long number could be a phone, and would be masked.
fn rubles(kopecks: i64) -> String {
    let sign = if kopecks < 0 { "-" } else { "" };
    let (whole, rest) = (kopecks.unsigned_abs() / 100, kopecks.unsigned_abs() % 100);
    format!("{sign}{whole},{rest:02}")
}

fn of(document: &Value, key: &str, keys: &[&str]) -> Value {
    match &document[key] {
        Value::Object(_) => Value::Object(picked(&document[key], keys)),
        _ => Value::Null,
    }
}

fn picked(value: &Value, keys: &[&str]) -> Map<String, Value> {
    keys.iter().filter_map(|key| Some(((*key).to_owned(), value.get(key)?.clone()))).collect()
}

/// The contract without the names of those who overruled a line, and without the values of constants: one of them may be a key.
pub(crate) fn binding(text: &str) -> Value {
    let mut binding = serde_json::from_str(text).unwrap_or_default();
    hide_values(&mut binding);
    for mark in binding["marks"].as_array_mut().into_iter().flatten() {
        mark["by"] = NOT_TOLD.into();
        if mark["key"].as_str().is_some_and(|key| key.starts_with("constant")) {
            mark["value"] = NOT_TOLD.into();
        }
    }
    binding
}

fn hide_values(value: &mut Value) {
    match value {
        Value::Object(record) => {
            for constant in record.get_mut("constants").and_then(Value::as_array_mut).into_iter().flatten() {
                constant["value"] = NOT_TOLD.into();
            }
            record.values_mut().for_each(hide_values);
        }
        Value::Array(items) => items.iter_mut().for_each(hide_values),
        _ => {}
    }
}

/// The queue, with the id, kind, state and times of each operation.
///
/// It has no guest and no sum of an operation: the sum would identify the guest on the server. It has the sums of a halt: they
/// show whether rubles were taken for kopecks, and do not name a guest.
pub(crate) fn queue(queue: &QueueStatus, operations: &[Operation]) -> Value {
    let halt = queue.halted.as_ref().map(|halt| {
        json!({
            "operation": halt.operation, "at": halt.at, "cause": halt.cause,
            "expected": rubles(halt.sent.get()), "seen": rubles(halt.changed.get()),
        })
    });
    json!({
        "counts": queue.counts,
        "paused": queue.paused,
        "held": queue.held,
        "firstRefill": queue.canary,
        "halt": halt,
        "nextDue": queue.next_due,
        "operations": operations.iter().map(operation).collect::<Vec<_>>(),
    })
}

fn operation(operation: &Operation) -> Value {
    let failure = operation.failure.as_ref().map(|failure| {
        json!({
            "kind": failure.kind, "delivery": failure.delivery, "status": failure.status,
            "serverMessage": failure.server_message, "detail": failure.detail,
        })
    });
    json!({
        "id": operation.id,
        "kind": operation.payload.kind(),
        "state": operation.state,
        "createdAt": operation.created_at,
        "updatedAt": operation.updated_at,
        "dueAt": operation.due_at,
        "attempts": operation.attempts,
        "timesApplied": operation.times_applied,
        "returnedBy": operation.returned_by,
        "server": operation.server,
        "failure": failure,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_binding_tells_no_value_that_is_always_sent_and_nobodys_name() {
        let text = json!({
            "server": "https://bonus.example",
            "base": { "methods": { "refill": { "constants": [{ "name": "X-Key", "value": "k3y" }], "verb": "POST" } } },
            "marks": [{ "key": "verb", "value": "PUT", "by": "Анна" }, { "key": "constant.X-Key", "value": "k3y2", "by": "Анна" }],
        });
        let told = binding(&text.to_string());
        assert_eq!(told["base"]["methods"]["refill"]["verb"], "POST");
        assert_eq!(told["marks"][0]["value"], "PUT");
        let text = told.to_string();
        assert!(!text.contains("k3y") && !text.contains("Анна"), "{text}");
    }

    #[test]
    fn settings_tell_what_is_listed_and_nothing_else() {
        let stored: Stored = serde_json::from_value(json!({
            "version": 1, "operator": "Анна", "drafts": { "program.connect": "{\"login\":\"olga\"}" },
            "connection": { "url": "https://bonus.example", "auth": "login", "login": "olga", "known": true },
            "proxy": { "kind": "own", "address": "proxy:3128", "login": "olga" },
            "live": { "station": "888", "limits": { "refill": 1_000_000_000, "check": 5 } },
        }))
        .unwrap();
        let told = settings(&stored);
        assert_eq!((&told["live"]["station"], &told["proxy"]["address"]), (&json!("888"), &json!("proxy:3128")));
        assert_eq!(told["live"]["limits"], json!({ "refill": "10000000,00", "check": "0,05" }));
        let text = told.to_string();
        assert!(!text.contains("olga") && !text.contains("Анна"), "{text}");
    }
}
