//! Whether a 2xx answer to a write says that *this server did this thing*.
//!
//! ProBonus' answers to writes are not published, so much is accepted: a bare `true`, `{}`, an id, a success flag, the
//! account's record. What is not: an empty page that nobody signed, or a JSON of something else behind the same
//! address — `{"status":"up"}` of a health page. Such an answer is no proof, and the outcome is unknown until the
//! server is asked: a look at the account costs a second, a false "done" costs money.

use serde_json::{Map, Value};

use super::{WireAnswer, answer::CONTENT, read::flag};
use crate::{
    Method,
    contract::{self, normal, spelt},
};

/// Layers of envelopes that are looked into.
const DEPTH: usize = 4;

/// Whether `answer`, which is 2xx and reports no failure, acknowledges a write. `told` is its JSON, if it is any.
pub(super) fn acknowledged(method: Method, answer: &WireAnswer, told: Option<&Value>) -> bool {
    match told {
        Some(value) => by_value(method, value, DEPTH),
        // Nothing at all: only where the server says that nothing is what it means.
        None => answer.status != 200 || declares_json(answer) || !answer.body.trim_ascii().is_empty(),
    }
}

fn declares_json(answer: &WireAnswer) -> bool {
    answer.content_type.as_deref().is_some_and(|kind| kind.to_lowercase().contains("json"))
}

fn by_value(method: Method, value: &Value, depth: usize) -> bool {
    match value {
        Value::Object(map) => map.is_empty() || by_record(method, map, depth),
        Value::Array(list) => list.is_empty() || list.iter().take(3).any(|value| by_value(method, value, depth)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => true,
    }
}

fn by_record(method: Method, map: &Map<String, Value>, depth: usize) -> bool {
    map.iter().any(|(key, value)| {
        let name = normal(key);
        let success = match name.as_str() {
            "success" | "issuccess" | "succeeded" | "successful" | "ok" => flag(value) == Some(true),
            "status" | "result" | "message" | "msg" | "state" => value.as_str().is_some_and(is_success_word),
            "code" | "errorcode" | "errcode" | "resultcode" | "statuscode" => {
                let code = value.as_i64().or_else(|| value.as_str()?.trim().parse().ok());
                matches!(code, Some(0 | 200..300))
            }
            "error" | "errors" | "errormessage" => false,
            _ => false,
        };
        let spelt = spelt(key);
        let ours = contract::row(method).answer.iter().any(|row| row.field.match_of(&spelt).is_some());
        // What stands under a key for content is the answer itself: `{"payload": true}` says what a bare `true` says.
        let content = CONTENT.contains(&name.as_str()) && (value.is_number() || flag(value) == Some(true));
        let identity = name.ends_with("id") || name.ends_with("guid");
        let inside = depth > 0
            && (value.is_object() || value.is_array())
            && by_value(method, value, depth - 1)
            && !name.starts_with("error");
        // `status` and the like are spellings of fields of ours as well: there they have to say so.
        let envelope = matches!(name.as_str(), "status" | "state" | "code" | "message" | "msg" | "result" | "error");
        success || content || (!envelope && !value.is_null() && (ours || identity)) || inside
    })
}

fn is_success_word(word: &str) -> bool {
    let word = word.trim().to_lowercase();
    let words = ["ok", "success", "successful", "succeeded", "done", "created", "accepted", "успешно", "выполнено"];
    words.iter().any(|known| word.starts_with(known))
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    fn said(status: u16, content_type: Option<&str>, body: &str) -> bool {
        let answer = WireAnswer {
            status,
            content_type: content_type.map(str::to_owned),
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
            r#"{"transactionId":5}"#,
            r#"{"data":{"id":7}}"#,
            r#"{"result":{}}"#,
            r#"{"balance":1200}"#,
            r#"{"payload":true}"#,
            r#"{"result":true}"#,
            r#"{"response":{"value":1200}}"#,
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
        ] {
            assert!(!said(200, Some("application/json"), body), "{body}");
        }
        assert!(!said(200, None, ""));
        assert!(!said(200, Some("text/html"), " "));
    }
}
