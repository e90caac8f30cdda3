//! The server's message in the body of an error, for a person to read.

use serde_json::Value;

use crate::codec::{message_of, says_session_ended};

/// The most characters of a message that are shown.
const LONGEST: usize = 500;

/// The message in the body, if there is one: in JSON under one of the usual names, or the whole body if it is plain text.
/// Cut to [`LONGEST`] characters.
pub(super) fn message(body: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(body).ok()?.trim();
    let found = match serde_json::from_str::<Value>(text) {
        Ok(value) => message_of(&value)?,
        Err(_) if text.starts_with(['{', '[', '<']) => return None,
        Err(_) => text.to_owned(),
    };
    tidy(&found)
}

/// All strings of a JSON body, one a line; any other body as it is. JSON's escapes are undone: servers write
/// `\u0443\u0436\u0435` for «уже».
pub(super) fn texts(body: &[u8]) -> String {
    fn gather(value: &Value, out: &mut String) {
        match value {
            Value::String(text) => {
                out.push_str(text);
                out.push('\n');
            }
            Value::Array(list) => list.iter().for_each(|value| gather(value, out)),
            Value::Object(map) => map.values().for_each(|value| gather(value, out)),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
    match serde_json::from_slice::<Value>(body) {
        Ok(value) => {
            let mut out = String::new();
            gather(&value, &mut out);
            out
        }
        Err(_) => String::from_utf8_lossy(body).into_owned(),
    }
}

fn tidy(text: &str) -> Option<String> {
    let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.is_empty() {
        return None;
    }
    Some(match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    })
}

/// Whether a body is the web framework's "no such address", not ProBonus's "no such guest".
pub(super) fn is_router(body: &[u8]) -> bool {
    const WORDS: [&str; 13] = [
        "no http resource was found",
        "no action was found on the controller",
        "cannot get /",
        "cannot post /",
        "404 page not found",
        "no route",
        "route not found",
        "requested url was not found",
        "the route ",
        "endpoint not found",
        "no static resource",
        "no handler found",
        "no such endpoint",
    ];
    let Ok(text) = std::str::from_utf8(body) else { return false };
    let lower = text.to_lowercase();
    WORDS.iter().any(|words| lower.contains(words)) || lower.trim() == r#"{"detail":"not found"}"#
}

/// Whether a body says that the port wants TLS, in the words of nginx, Apache, Go or Tomcat.
pub(super) fn wants_tls(body: &[u8]) -> bool {
    const WORDS: [&str; 4] = [
        "plain http request was sent to https port",
        "speaking plain http to an ssl-enabled server port",
        "client sent an http request to an https server",
        "combination of host and port requires tls",
    ];
    let lower = String::from_utf8_lossy(body).to_ascii_lowercase();
    WORDS.iter().any(|words| lower.contains(words))
}

/// Whether a page has a script.
pub(super) fn has_script(page: &[u8]) -> bool {
    String::from_utf8_lossy(page).to_ascii_lowercase().contains("<script")
}

/// Whether a body says that the session has ended, or that nobody is signed in.
pub(super) fn ends_session(body: &[u8]) -> bool {
    says_session_ended(&texts(body))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_message_is_found_by_the_usual_names() {
        for (body, said) in [
            (r#"{"message":"Счёт уже есть"}"#, Some("Счёт уже есть")),
            (r#"{"Message":"Нет"}"#, Some("Нет")),
            (r#"{"error":{"code":5,"message":"Мало бонусов"}}"#, Some("Мало бонусов")),
            (r#"{"success":false,"errors":["a","b"]}"#, Some("a; b")),
            (r#"{"title":"One or more","errors":{"phone":["is taken"]}}"#, Some("is taken")),
            (r#""просто строка""#, Some("просто строка")),
            ("Плохой   запрос\r\n", Some("Плохой запрос")),
            ("<html>no</html>", None),
            ("{broken", None),
            (r#"{"code":7}"#, None),
            ("", None),
        ] {
            assert_eq!(message(body.as_bytes()).as_deref(), said, "{body}");
        }
    }

    #[test]
    fn a_long_message_is_cut_between_characters() {
        let said = message("ж".repeat(9000).as_bytes()).unwrap();
        assert_eq!(said.chars().count(), LONGEST + 1);
    }
}
