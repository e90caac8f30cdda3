//! Single JSON values, and pointers to them.

use serde_json::{Map, Value};

use super::keys::LIST_IN_RECORD;
use crate::{contract::normal, model::Sex};

/// The value at a JSON pointer into nested records.
pub(super) fn pointed<'a>(map: &'a Map<String, Value>, pointer: &str) -> Option<&'a Value> {
    let mut segments = pointer.strip_prefix('/')?.split('/').map(|part| part.replace("~1", "/").replace("~0", "~"));
    let first = map.get(&segments.next()?)?;
    segments.try_fold(first, |value, segment| value.get(&segment))
}

/// A JSON pointer one step deeper.
pub(super) fn join(pointer: &str, key: &str) -> String {
    if key.contains(['~', '/']) {
        return [pointer, "/", &key.replace('~', "~0").replace('/', "~1")].concat();
    }
    [pointer, "/", key].concat()
}

/// A JSON pointer in the form that people read: `$.data[0].phone`.
pub(super) fn json_path(pointer: &str) -> String {
    let mut path = String::from("$");
    for segment in pointer.split('/').skip(1) {
        let segment = segment.replace("~1", "/").replace("~0", "~");
        if !segment.is_empty() && segment.bytes().all(|b| b.is_ascii_digit()) {
            path = format!("{path}[{segment}]");
        } else {
            path = format!("{path}.{segment}");
        }
    }
    path
}

/// A text or a number as text; `None` for a blank text and any other value.
pub(super) fn plain_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.trim()).filter(|text| !text.is_empty()).map(str::to_owned),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// A value as the server wrote it, at most a hundred characters, for people to see what can't be read.
pub(super) fn written(value: &Value) -> String {
    let text = plain_text(value).unwrap_or_else(|| value.to_string());
    text.chars().take(100).collect()
}

/// A text for people without the escapes of HTML: `Кафе &quot;У реки&quot;`. They are undone once, and only if the whole text is
/// escaped: each `&` begins an escape, and there is no bare `<`. Only for texts that are neither sent back nor compared.
pub(super) fn unescaped(text: &str) -> String {
    const ESCAPES: [(&str, &str); 11] = [
        ("amp;", "&"),
        ("quot;", "\""),
        ("#34;", "\""),
        ("#39;", "'"),
        ("#039;", "'"),
        ("apos;", "'"),
        ("lt;", "<"),
        ("gt;", ">"),
        ("nbsp;", " "),
        ("laquo;", "«"),
        ("raquo;", "»"),
    ];
    let mut parts = text.split('&');
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let Some((rest, sign)) = ESCAPES.iter().find_map(|(name, sign)| Some((part.strip_prefix(name)?, sign))) else {
            return text.to_owned();
        };
        plain.push_str(sign);
        plain.push_str(rest);
    }
    if text.contains('<') { text.to_owned() } else { plain }
}

/// Whether a record is empty in all its fields. Some servers say "not found" like that: `{"id": null, "phone": null}`.
pub(super) fn blank(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Object(map) => map.values().all(blank),
        Value::Array(list) => list.iter().all(blank),
        Value::String(text) => text.is_empty(),
        Value::Number(number) => number.as_i64() == Some(0),
        Value::Bool(flag) => !flag,
    }
}

/// A word made comparable: letters and digits in lower case, `ё` as `е`.
pub(super) fn comparable_word(word: &str) -> String {
    normal(word).replace('ё', "е")
}

/// Yes or no, given as a flag, a number or a word. `-1` is the yes of Delphi and Access.
pub(super) fn flag(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(flag) => Some(*flag),
        Value::Number(number) => match number.as_i64()? {
            0 => Some(false),
            1 | -1 => Some(true),
            _ => None,
        },
        Value::String(text) => match text.trim().to_lowercase().as_str() {
            "true" | "1" | "-1" | "yes" | "y" | "да" | "t" | "on" | "истина" | "вкл" => Some(true),
            "false" | "0" | "no" | "n" | "нет" | "f" | "off" | "ложь" | "выкл" => Some(false),
            _ => None,
        },
        _ => None,
    }
}

/// Yes or no of a sign of success. There `-1` may be the code of an error as well as a yes, so it is neither.
pub(super) fn sign(value: &Value) -> Option<bool> {
    flag(value).filter(|_| plain_text(value).as_deref() != Some("-1"))
}

/// The elements of a list, with their paths; `None`: the value is none. An object may be one, see [`as_list`].
pub(super) fn elements<'a>(path: &str, value: &'a Value) -> Option<Vec<(String, &'a Value)>> {
    match value {
        Value::Array(list) => {
            Some(list.iter().enumerate().map(|(at, value)| (format!("{path}/{at}"), value)).collect())
        }
        Value::Object(map) if is_numbered(map) => {
            Some(map.iter().map(|(key, value)| (join(path, key), value)).collect())
        }
        Value::Object(map) => {
            elements(&join(path, LIST_IN_RECORD), map.get(LIST_IN_RECORD).filter(|list| list.is_array())?)
        }
        _ => None,
    }
}

/// A list, or an object that is one:
///
/// | object | who writes it |
/// |---|---|
/// | `{"1": {…}, "2": {…}}` | PHP, a list whose first key is not 0 |
/// | `{"$id": "4", "$values": [{…}, {…}]}` | Json.NET, a list that may be referred to |
pub(super) fn as_list(value: Value) -> Value {
    match value {
        Value::Object(mut map) if map.get(LIST_IN_RECORD).is_some_and(Value::is_array) => {
            map.remove(LIST_IN_RECORD).unwrap_or_default()
        }
        Value::Object(map) if is_numbered(&map) => {
            let mut rows: Vec<(u64, Value)> =
                map.into_iter().map(|(key, row)| (key.parse().unwrap_or(u64::MAX), row)).collect();
            rows.sort_by_key(|(number, _)| *number);
            rows.into_iter().map(|(_, row)| row).collect()
        }
        other => other,
    }
}

/// Whether an object is a resource of JSON:API. Its fields are one step deeper, so as a plain record it would look empty.
pub(super) fn is_resource(map: &Map<String, Value>) -> bool {
    const AROUND: [&str; 6] = ["id", "type", "attributes", "relationships", "links", "meta"];
    map.get("attributes").is_some_and(Value::is_object) && map.keys().all(|key| AROUND.contains(&key.as_str()))
}

/// The fields of a record, which a resource of JSON:API has in its attributes.
pub(super) fn fields_of(record: &Value) -> Option<&Map<String, Value>> {
    let map = record.as_object()?;
    if is_resource(map) { map.get("attributes")?.as_object() } else { Some(map) }
}

/// Whether all keys of an object are whole numbers, and all values records.
pub(super) fn is_numbered(map: &Map<String, Value>) -> bool {
    let is_row = |(key, row): (&String, &Value)| key.bytes().all(|b| b.is_ascii_digit()) && row.is_object();
    !map.is_empty() && map.iter().all(is_row)
}

/// The word of a sex without the name of its list: `SEX_FEMALE`, `GENDER_UNSPECIFIED`.
pub(super) fn sex_stem(word: &str) -> &str {
    ["sex_", "gender_"].into_iter().find_map(|list| word.strip_prefix(list)).unwrap_or(word)
}

/// The sex that a word or a usual code names. `Some(None)`: the word means "not given". `None`: the word is not known.
pub(super) fn sex_of(word: &str) -> Option<Option<Sex>> {
    const NOT_TOLD: [&str; 13] = [
        "0",
        "9",
        "-",
        "u",
        "n",
        "none",
        "unknown",
        "notset",
        "not_set",
        "unspecified",
        "не указан",
        "неизвестно",
        "не задан",
    ];
    match sex_stem(&word.to_lowercase()) {
        "1" | "m" | "male" | "man" | "м" | "муж" | "муж." | "мужской" | "мужчина" => {
            Some(Some(Sex::Male))
        }
        "2" | "f" | "female" | "woman" | "w" | "ж" | "жен" | "жен." | "женский" | "женщина" => {
            Some(Some(Sex::Female))
        }
        word => NOT_TOLD.contains(&word).then_some(None),
    }
}
