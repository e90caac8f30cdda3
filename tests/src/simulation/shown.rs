//! What the office was shown: the newest list of entries of each account that reached the client whole.

use std::collections::BTreeMap;

use office::{Operation, Payload};
use probonus_sandbox::core::returns::PART_RETURNED;
use serde_json::Value;

/// The newest list of each account's entries.
#[derive(Debug, Default)]
pub struct Shown(BTreeMap<String, Vec<Value>>);

impl Shown {
    /// Keeps a list. `request`: what was asked; `answer`: what the client was given.
    pub fn keep(&mut self, request: &[u8], answer: &[u8]) {
        let account = serde_json::from_slice::<Value>(request).ok().and_then(|request| of(&request, "accountId"));
        if let (Some(account), Ok(Value::Array(entries))) = (account, serde_json::from_slice(answer)) {
            self.0.insert(account, entries);
        }
    }

    /// Whether the newest list of an operation's account has an entry that only this operation can have made.
    pub fn has_entry_of(&self, operation: &Operation) -> bool {
        let account = operation.payload.account().map(ToString::to_string);
        let entries = account.and_then(|account| self.0.get(&account)).map_or(&[][..], Vec::as_slice);
        entries.iter().any(|entry| is_of(operation, entry))
    }
}

fn is_of(operation: &Operation, entry: &Value) -> bool {
    let is_return = of(entry, "type").is_some_and(|kind| kind == "return");
    let has_guid = |guid: String| of(entry, "checkGuid").is_some_and(|shown| shown.eq_ignore_ascii_case(&guid));
    match &operation.payload {
        Payload::Refill(_) => of(entry, "comment").is_some_and(|text| text.starts_with(&operation.id.short())),
        Payload::RegisterCheck(check) => !is_return && has_guid(check.check_guid.to_string()),
        // A part that a POS returned is no sign of the whole.
        Payload::ReturnCheck(check) => {
            let is_part = of(entry, "comment").is_some_and(|text| text.starts_with(PART_RETURNED));
            is_return && !is_part && has_guid(check.check_guid.to_string())
        }
        Payload::CreateGuest(_) | Payload::EditGuest(_) => false,
    }
}

/// A field as text.
fn of(record: &Value, name: &str) -> Option<String> {
    match record.get(name)? {
        Value::String(text) => Some(text.clone()),
        Value::Null => None,
        other => Some(other.to_string()),
    }
}
