//! Whether a 2xx answer to a write acknowledges that the server applied it.
//!
//! ProBonus' answers to writes are not published, so much is accepted: a bare `true`, `{}`, an id, a success flag, the
//! account's record. Not accepted is an empty answer without a JSON content type, or the JSON of another page, such as
//! `{"status":"up"}` of a health page. The outcome is then unknown until the server is asked: to read the account costs a
//! second, a false "done" costs money.

use serde_json::{Map, Value};

use super::{
    keys::{Known, keys, known},
    phrases::{denies, says_done, waits},
    values::sign,
    wire::WireAnswer,
};
use crate::{
    Method,
    contract::{self, Unit},
};

/// Layers of envelopes that are read.
const DEPTH: usize = 4;

/// Whether `answer`, which is 2xx and reports no failure, acknowledges a write. `told`: its JSON; `None`: it has none.
pub(super) fn acknowledged(method: Method, answer: &WireAnswer, told: Option<&Value>) -> bool {
    match told {
        // "Accepted": it may not be applied yet. The caller still reads whether the answer names what was made.
        _ if answer.status == 202 => false,
        Some(value) => by_value(method, value, DEPTH),
        // An empty body counts only if the status or the content type shows that the server meant it.
        None => answer.status != 200 || declares_json(answer) || !answer.body.trim_ascii().is_empty(),
    }
}

/// Whether an answer has a state that says "not applied yet". Example: `{"success": true, "status": "queued"}`.
pub(super) fn says_not_yet(told: &Value) -> bool {
    fn inside(value: &Value, depth: usize) -> bool {
        let Value::Object(map) = value else { return false };
        keys(map).into_iter().any(|(key, _, value)| match key.name.as_str() {
            "status" | "state" | "result" if value.is_string() => value.as_str().is_some_and(waits),
            _ => depth > 0 && key.is_content && inside(value, depth - 1),
        })
    }
    inside(told, DEPTH)
}

fn declares_json(answer: &WireAnswer) -> bool {
    answer.content_type.as_deref().is_some_and(|kind| kind.to_lowercase().contains("json"))
}

fn by_value(method: Method, value: &Value, depth: usize) -> bool {
    match value {
        Value::Object(map) => map.is_empty() || by_record(method, map, depth),
        Value::Array(list) => list.is_empty() || list.iter().take(3).any(|value| by_value(method, value, depth)),
        Value::Null => true,
        Value::Bool(done) => *done,
        // A number below zero is an error code, and zero may mean "no" as well as "no error".
        Value::Number(number) => number.as_i64().is_none_or(|number| number > 0),
        Value::String(text) => by_text(text),
    }
}

/// Whether a bare text acknowledges: it is empty, a yes, an id, or words that say so.
fn by_text(text: &str) -> bool {
    let text = text.trim();
    text.is_empty() || is_id(text) || sign(&Value::from(text)) == Some(true) || says_done(text)
}

/// Whether a text looks like the id of a record: a number, a GUID, or letters, digits, `-` and `_` with at least one digit.
fn is_id(text: &str) -> bool {
    text.len() <= 64
        && text.starts_with(|c: char| c.is_ascii_alphanumeric())
        && text.contains(|c: char| c.is_ascii_digit())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
}

fn by_record(method: Method, map: &Map<String, Value>, depth: usize) -> bool {
    let keys = keys(map);
    if keys.iter().any(|(key, _, value)| SUCCESS.contains(&key.name.as_str()) && sign(value) == Some(true)) {
        return true;
    }
    // Words that say no decide, even if an id is beside them.
    let is_word = |key: &Known| WORDS.contains(&key.name.as_str());
    let mut words = keys.iter().filter(|(key, ..)| is_word(key) || key.is_content);
    if words.any(|(.., value)| value.as_str().is_some_and(denies)) {
        return false;
    }
    keys.iter().any(|(known, key, value)| {
        let name = known.name.as_str();
        let success = match name {
            _ if is_word(known) => value.as_str().is_some_and(says_done),
            "code" | "errorcode" | "errcode" | "resultcode" | "statuscode" => {
                let code = value.as_i64().or_else(|| value.as_str()?.trim().parse().ok());
                matches!(code, Some(0 | 200..300)) || value.as_str().is_some_and(says_done)
            }
            _ => false,
        };
        // The value of a content key is the answer itself: `{"payload": true}` means the same as a bare `true`.
        let inside = if known.is_content {
            // In 1C, a number under «Результат» is a code as often as an id, and 1 may mean that it failed.
            let may_be_code = value.is_number() && !key.is_ascii();
            !value.is_null() && !may_be_code && depth > 0 && by_value(method, value, depth - 1)
        } else {
            depth > 0 && !name.starts_with("error") && holds_record(value) && by_value(method, value, depth - 1)
        };
        let mut ours = contract::row(method).answer.iter().filter(|row| row.field.match_of(known).is_some()).peekable();
        let tells = ours.peek().is_some() || is_identity(key);
        // No record has the id zero.
        let nobody = value.as_i64() == Some(0) && ours.all(|row| row.field.unit() == Unit::Id);
        // `status` and the like may be spellings of our fields too. As parts of an envelope they count only by what they say.
        let envelope = known.is_content || is_word(known) || matches!(name, "code" | "error");
        success || inside || (!envelope && holds_something(value) && tells && !nobody)
    })
}

/// Keys that say whether all went well.
const SUCCESS: [&str; 5] = ["success", "issuccess", "succeeded", "successful", "ok"];

/// Keys under which servers put words.
const WORDS: [&str; 9] = ["status", "result", "message", "msg", "state", "text", "title", "detail", "description"];

/// Whether a key holds the id of a record: `id`, `visitId`, `row_guid`. Not `paid`, and not ids of the request, such as `traceId`.
fn is_identity(key: &str) -> bool {
    const OF_THE_REQUEST: [&str; 9] =
        ["trace", "request", "correlation", "session", "instance", "activity", "span", "connection", "error"];
    let name = &known(key).name;
    let ends = name == "id" || ["Id", "ID", "_id", "-id"].iter().any(|tail| key.ends_with(tail));
    (ends || name.ends_with("guid")) && !OF_THE_REQUEST.iter().any(|word| name.starts_with(word))
}

fn holds_something(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::String(text) => !text.trim().is_empty(),
        Value::Number(number) => number.as_i64().is_none_or(|number| number >= 0),
        _ => true,
    }
}

/// Whether a value is a record or a list with a record in it.
fn holds_record(value: &Value) -> bool {
    match value {
        Value::Object(map) => !map.is_empty(),
        Value::Array(list) => list.iter().take(3).any(Value::is_object),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    fn said(status: u16, content_type: Option<&str>, body: &str) -> bool {
        let answer = WireAnswer {
            status,
            content_type: content_type.map(str::to_owned),
            pages: Vec::new(),
            body: Bytes::copy_from_slice(body.as_bytes()),
        };
        acknowledged(Method::Refill, &answer, serde_json::from_str(body).ok().as_ref())
    }

    #[test]
    fn what_says_done_is_taken_for_done() {
        for body in [
            "true",
            "{}",
            "null",
            "\"ok\"",
            "17",
            r#"{"success":true}"#,
            r#"{"status":"OK"}"#,
            r#"{"code":0,"message":""}"#,
            r#"{"errorCode":"0"}"#,
            r#"{"resultCode":"OK"}"#,
            r#"{"balance":0}"#,
            r#"{"transactionId":5}"#,
            r#"{"data":{"id":7}}"#,
            r#"{"result":{}}"#,
            r#"{"balance":1200}"#,
            r#"{"payload":true}"#,
            r#"{"result":true}"#,
            r#"{"response":{"value":1200}}"#,
            r#""Гость успешно создан""#,
            r#""7f3c9a52-0c1d-4a6e-9b53-0d2f4c8e1a01""#,
            r#""1042""#,
            "\"\"",
            r#"{"message":"Операция выполнена"}"#,
            r#"{"success":true,"message":"Ошибок нет"}"#,
            r#"{"result":{"visitId":12}}"#,
            r#"{"RowGuid":"7f3c9a52-0c1d-4a6e-9b53-0d2f4c8e1a01"}"#,
        ] {
            assert!(said(200, Some("application/json"), body), "{body}");
        }
        assert!(said(204, None, ""));
        assert!(said(200, Some("application/json"), ""));
    }

    #[test]
    fn what_another_program_says_is_not() {
        for body in [
            r#"{"status":"up","uptime":12345}"#,
            r#"{"message":"Welcome"}"#,
            r#"[{"version":"1.2"}]"#,
            r#"{"result":false}"#,
            r#"{"body":"hello"}"#,
            r#"{"plugins":[],"tags":["a"]}"#,
            r#"{"paid":false,"isValid":false}"#,
        ] {
            assert!(!said(200, Some("application/json"), body), "{body}");
        }
        assert!(!said(200, None, ""));
        assert!(!said(200, Some("text/html"), " "));
    }

    #[test]
    fn what_says_no_in_a_200_is_not_done() {
        for body in [
            r#""Ошибка: счёт не найден""#,
            r#""Гость уже зарегистрирован""#,
            r#""Операция отклонена""#,
            r#""Permission denied""#,
            "-1",
            "0",
            r#"{"result":0}"#,
            r#"{"transactionId":0}"#,
            r#"{"status":"pending","id":5}"#,
            r#"{"status":"DECLINED","id":5}"#,
            r#"{"id":5,"message":"Заявка в обработке"}"#,
            r#"{"id":5,"message":"Превышен лимит"}"#,
            r#"{"id":-1}"#,
            r#"{"id":17,"message":"Недостаточно бонусов"}"#,
            r#"{"result":"Чек не принят","id":1}"#,
            r#"{"message":"Internal problem","requestId":"abc-1"}"#,
            r#"{"title":"Bad Request","detail":"x","traceId":"00-abc-01"}"#,
        ] {
            assert!(!said(200, Some("application/json"), body), "{body}");
        }
    }
}
