//! Whether an answer says that what was asked for does not exist, or something else.

use serde_json::Value;

use super::{
    keys::known,
    message::{NAMES, message_of},
    phrases::{Absence, Wanted, absence, names_else, names_nothing, says_empty, says_no_error},
    values::blank,
};
use crate::{Method, contract::normal};

/// Layers of records that are searched for words.
const DEPTH: usize = 4;

/// What the words of an answer say of what was asked for.
pub(super) enum Said {
    /// There are no words, or none that says anything: "OK".
    Nothing,
    /// There is none: «Гость не найден».
    Absent,
    /// Something else, in these words: «Сессия не найдена».
    Else(String),
}

/// What the words in a JSON answer say. A sentence that names what was asked for is believed beside others: «Счёт не найден»,
/// «Проверьте номер». A bare one is not: "Not Found", «Нет доступа».
pub(super) fn said(method: Method, value: &Value) -> Said {
    let mut words = Words::default();
    words.gather(value, DEPTH);
    if words.texts.is_empty() {
        words.texts.extend(message_of(value));
    }
    judge(Wanted::of(method), &words)
}

/// What a text says that is no JSON.
pub(super) fn said_by_text(method: Method, text: &str) -> Said {
    judge(Wanted::of(method), &Words { texts: vec![text.to_owned()], codes: Vec::new() })
}

/// Whether the JSON of a 404 says that there is none. It does without any words, but not with data in it.
pub(super) fn is_absent_in_404(method: Method, value: &Value) -> bool {
    match said(method, value) {
        Said::Absent => true,
        Said::Else(_) => false,
        Said::Nothing => !holds_data(value),
    }
}

#[derive(Default)]
struct Words {
    texts: Vec<String>,
    /// Codes of errors in letters. They only tell that it is about something else: `SESSION_NOT_FOUND`.
    codes: Vec<String>,
}

impl Words {
    fn gather(&mut self, value: &Value, depth: usize) {
        match value {
            Value::String(text) => self.texts.push(text.trim().to_owned()),
            Value::Array(list) if depth > 0 => list.iter().for_each(|value| self.gather(value, depth - 1)),
            Value::Object(map) if depth > 0 => {
                for (key, value) in map {
                    let key = known(key);
                    match key.name.as_str() {
                        name if NAMES.contains(&name) => self.gather(value, depth - 1),
                        "code" | "errorcode" | "status" => {
                            self.codes.extend(value.as_str().map(str::to_owned));
                        }
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }
}

fn judge(wanted: Wanted, words: &Words) -> Said {
    let texts = || words.texts.iter().filter(|text| says_something(text));
    let named = texts().any(|text| absence(wanted, text) == Some(Absence::Named));
    let is_else = |text: &&String| absence(wanted, text).is_none() && (!named || names_else(text));
    let other = texts().find(is_else).or_else(|| words.codes.iter().find(|code| names_else(code)));
    match other {
        Some(text) => Said::Else(text.clone()),
        None if texts().next().is_some() => Said::Absent,
        None => Said::Nothing,
    }
}

/// Whether a text says anything of what was asked for. The names of statuses and Spring's words for "no message" do not.
fn says_something(text: &str) -> bool {
    const NOTHING: [&str; 4] = ["nomessageavailable", "badrequest", "unprocessableentity", "gone"];
    let says_absence = absence(Wanted::Rows, text).is_some();
    let nothing = text.is_empty() || says_no_error(text) || says_empty(text) || names_nothing(text);
    says_absence || !(nothing || NOTHING.contains(&normal(text).as_str()))
}

/// Whether JSON holds a record or a list that is not empty, beside the signs of an envelope.
fn holds_data(value: &Value) -> bool {
    match value {
        Value::Array(_) => !blank(value),
        Value::Object(map) => {
            let mut inner = map.iter().filter(|(key, _)| !known(key).is_noise).map(|(_, value)| value);
            inner.any(|value| (value.is_object() || value.is_array()) && !blank(value))
        }
        _ => false,
    }
}
