//! From the bytes of an answer to the record or list inside it: text encoding, HTTP status, envelope, failures.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::{
    WireAnswer, json,
    keys::{CONTENT, Key, Known, keys},
    phrases::{denies, says_no_error, says_not_found},
    read::{Context, flag, join, plain_text},
};
use crate::{
    Delivery, Error, ErrorKind, Method,
    binding::Binding,
    contract::{self, Need, normal},
};

/// What an answer holds.
pub(super) enum Opened {
    /// Nothing: not found, or nothing to say.
    Nothing,
    /// A record, a list or a bare value, and the JSON pointer to it.
    Payload(String, Value),
}

/// Layers of envelopes that are opened at most.
const DEPTH: usize = 4;

/// Whether the answer is ProBonus' own and no refusal, whatever it holds: for calls whose answer does not matter.
///
/// # Errors
/// As the `decode_*` functions.
pub fn check(binding: &Binding, method: Method, answer: &WireAnswer) -> Result<(), Error> {
    open(binding, method, answer).map(|_| ())
}

/// The JSON pointer to the record or list inside an answer: what a probe learns of a server's envelope.
/// `None` if the answer holds nothing to tell by.
#[must_use]
pub fn observed_envelope(binding: &Binding, method: Method, answer: &WireAnswer) -> Option<String> {
    match open(binding, method, answer) {
        Ok(Opened::Payload(at, _)) => Some(at),
        _ => None,
    }
}

/// Opens an answer.
pub(super) fn open(binding: &Binding, method: Method, answer: &WireAnswer) -> Result<Opened, Error> {
    let context = Context::new(binding, method, answer.status);
    let text = text_of(answer);
    let body = text.trim();
    let parsed = json::read(body);
    if !(200..300).contains(&answer.status) {
        return by_status(method, answer.status, body, parsed.as_ref().ok());
    }
    if body.is_empty() {
        // Servers that find nothing, or have done what they were told, may say so by saying nothing. A list that was lost
        // on its way must not look like one in which there is nothing.
        return if method.is_write() || is_lookup(method) || matches!(answer.status, 204 | 205) {
            Ok(Opened::Nothing)
        } else {
            Err(context.unreadable("", "the answer is empty"))
        };
    }
    if parsed.is_err() && is_html(body, answer.content_type.as_deref()) {
        return Err(Error::new(ErrorKind::NotProBonus, Delivery::Unknown)
            .with_method(method)
            .with_status(answer.status)
            .with_detail("an HTML page came instead of JSON"));
    }
    let value = match parsed {
        Ok(value) => value,
        Err(_) if method.is_write() && flag_word(body) => Value::Bool(true),
        Err(_) if is_lookup(method) && short_text(body).is_some_and(|text| says_not_found(&text)) => {
            return Ok(Opened::Nothing);
        }
        Err(unread) => return Err(context.unreadable(&unread.at, unread.why)),
    };
    unwrap(&context, value)
}

/// The JSON of an answer as it came, envelopes and all, if it is any.
pub(super) fn told(answer: &WireAnswer) -> Option<Value> {
    json::read(text_of(answer).trim()).ok()
}

/// A bare word by which some servers say "done".
fn flag_word(body: &str) -> bool {
    matches!(body.to_lowercase().as_str(), "ok" | "success" | "done" | "true")
}

fn is_html(body: &str, content_type: Option<&str>) -> bool {
    let declared = content_type.is_some_and(|kind| kind.to_lowercase().contains("html"));
    declared || body.starts_with('<')
}

/// The text of an answer, which the client has brought to UTF-8; a byte order mark is no part of it.
fn text_of(answer: &WireAnswer) -> Cow<'_, str> {
    let body = answer.body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&answer.body);
    std::str::from_utf8(body).map_or_else(|_| String::from_utf8_lossy(body), Cow::Borrowed)
}

/// An answer that is not 2xx.
fn by_status(method: Method, status: u16, body: &str, json: Option<&Value>) -> Result<Opened, Error> {
    let message = json.and_then(message_of).or_else(|| short_text(body));
    let html = json.is_none() && is_html(body, None);
    let (kind, delivery) = match status {
        401 => (ErrorKind::SignInAgain, Delivery::Refused),
        403 => (ErrorKind::Forbidden, Delivery::Refused),
        404 if is_lookup(method) && !html => return Ok(Opened::Nothing),
        404 | 405 if message.is_none() || html => (ErrorKind::NoSuchMethod, Delivery::Refused),
        407 => (ErrorKind::Proxy, Delivery::Refused),
        408 => (ErrorKind::Timeout, Delivery::Unknown),
        300..400 => (ErrorKind::Redirect, Delivery::Refused),
        400..500 if is_lookup(method) && message.as_deref().is_some_and(says_not_found) => return Ok(Opened::Nothing),
        400..500 if html => (ErrorKind::NotProBonus, Delivery::Unknown),
        400..500 => (ErrorKind::Refused, Delivery::Refused),
        _ => (ErrorKind::ServerFault, Delivery::Unknown),
    };
    let error = Error::new(kind, delivery).with_method(method).with_status(status);
    Err(match message.filter(|_| !html) {
        Some(message) => error.with_server_message(message),
        None => error,
    })
}

/// A short plain text, as some servers put their refusal.
fn short_text(body: &str) -> Option<String> {
    let plain = !body.is_empty() && !body.starts_with(['{', '[', '<']);
    plain.then(|| body.trim_matches('"').chars().take(500).collect())
}

/// The calls for which "there is none" is an answer.
fn is_lookup(method: Method) -> bool {
    matches!(method, Method::FindByPhone | Method::Receipt)
}

/// Opens the envelopes of a 2xx answer.
fn unwrap(context: &Context<'_>, value: Value) -> Result<Opened, Error> {
    let mut at = String::new();
    let mut value = value;
    // What is bound to the whole answer is looked at below like any other.
    if let Some(bound) = context.answer.and_then(|answer| answer.at.as_ref()).filter(|at| !at.value.is_empty()) {
        if let Some(failure) =
            value.as_object().and_then(|map| Signs::of(context, &keys(map)).failure(context, &at, map))
        {
            return failure;
        }
        if let Some(inside) = value.pointer_mut(&bound.value).map(Value::take) {
            at.clone_from(&bound.value);
            value = inside;
        }
    }
    let mut praised = false;
    for _ in 0..=DEPTH {
        match value {
            Value::Null => return Ok(Opened::Nothing),
            Value::Bool(false) if context.method.is_write() => {
                return Err(if praised { contradicts(context, &at, None) } else { refused(context, None, None) });
            }
            Value::Bool(false) => return Ok(Opened::Nothing),
            Value::Array(ref list) if list.is_empty() => return Ok(Opened::Nothing),
            Value::Object(ref map) if map.is_empty() => return Ok(Opened::Nothing),
            Value::Object(mut map) => {
                let keys = keys(&map);
                let signs = Signs::of(context, &keys);
                match signs.failure(context, &at, &map) {
                    Some(Err(error)) if praised && context.method.is_write() => {
                        return Err(contradicts(context, &at, error.server_message()));
                    }
                    Some(failure) => return failure,
                    None => praised |= signs.praised,
                }
                match content_key(context.method, &keys) {
                    Some(key) => {
                        at = join(&at, &key);
                        value = map.remove(&key).unwrap_or_default();
                    }
                    None if is_lookup(context.method)
                        && keys.iter().all(|(key, ..)| key.is_noise && key.name != "id") =>
                    {
                        return nothing(context, &at, map);
                    }
                    None => return Ok(Opened::Payload(at, Value::Object(map))),
                }
            }
            Value::String(ref text)
                if is_lookup(context.method) && (text.trim().is_empty() || says_not_found(text)) =>
            {
                return Ok(Opened::Nothing);
            }
            other => return Ok(Opened::Payload(at, other)),
        }
    }
    Ok(Opened::Payload(at, value))
}

/// An envelope without anything in it: there is none, unless its words say something else. «Сервис временно недоступен» does not
/// say that there is no such guest.
fn nothing(context: &Context<'_>, at: &str, map: Map<String, Value>) -> Result<Opened, Error> {
    let status = map.iter().find(|(key, _)| normal(key) == "status").and_then(|(_, status)| status.as_str());
    let status = status.filter(|status| !says_no_error(status) && !says_not_found(status)).map(str::to_owned);
    let said = message_of(&Value::Object(map)).or(status);
    match said.filter(|said| !says_no_error(said) && !says_not_found(said)) {
        Some(said) => Err(context
            .unreadable(at, "says neither what was asked for nor that there is none")
            .with_server_message(said)),
        None => Ok(Opened::Nothing),
    }
}

/// The key of an envelope's content; `None` for a record that is no envelope.
fn content_key(method: Method, keys: &[Key<'_>]) -> Option<String> {
    let answer = contract::row(method).answer;
    let own = |key: &Known| answer.iter().any(|row| row.field.match_of(key).is_some());
    let mut others = keys.iter().filter(|(known, ..)| !known.is_noise);
    let only = others.next().filter(|_| others.next().is_none());
    if let Some((known, key, value)) = only {
        // A key that the method's own record may have is content of that record, unless the record is inside it.
        let of_record = own(known) && (value.is_array() || keys.iter().any(|(key, ..)| key.name == "id"));
        let nested = (value.is_object() || value.is_array()) && !of_record;
        return (known.is_content || nested).then(|| (*key).to_owned());
    }
    // Several keys: an envelope only if it has a known content key, and nothing that the method can't be answered without.
    let must = |key: &Known| {
        let mut musts = answer.iter().filter(|row| row.need == Need::Must);
        musts.any(|row| row.field.match_of(key).is_some())
    };
    // Nor with two fields that the method's own record has.
    let of_record = || keys.iter().map(|(known, ..)| known).filter(|known| !known.is_content && !known.is_noise);
    if of_record().filter(|known| own(known)).nth(1).is_some() || of_record().any(|known| must(known)) {
        return None;
    }
    let content = keys.iter().filter(|(known, _, value)| known.is_content && (value.is_object() || value.is_array()));
    content
        .min_by_key(|(known, ..)| CONTENT.iter().position(|name| *name == known.name))
        .map(|(_, key, _)| (*key).to_owned())
}

/// An answer that says yes and no at once.
fn contradicts(context: &Context<'_>, at: &str, message: Option<&str>) -> Error {
    let error = context.unreadable(at, "says neither that it was done nor that it was not");
    match message {
        Some(message) => error.with_server_message(message),
        None => error,
    }
}

/// Whether a record holds nothing but signs and content.
fn is_envelope(keys: &[Key<'_>]) -> bool {
    keys.iter().all(|(key, ..)| key.is_noise || key.is_content)
}

/// What the keys of an envelope say of how it went.
struct Signs {
    /// It plainly failed.
    failed: bool,
    /// A code that may say so.
    perhaps: bool,
    /// An error is told in words only.
    says_so: bool,
    /// It plainly went well.
    praised: bool,
    /// Something stands beside the signs.
    content: bool,
    code: Option<i64>,
}

impl Signs {
    fn of(context: &Context<'_>, keys: &[Key<'_>]) -> Self {
        let content = keys.iter().any(|(known, _, value)| !value.is_null() && !known.is_noise);
        // Problem details of RFC 9457 (ASP.NET's own form of a refusal), for which a gateway made the status 200.
        let is_problem = ["title", "type"].iter().all(|name| keys.iter().any(|(_, key, _)| key == name));
        let mut signs = Self { failed: false, perhaps: false, says_so: false, praised: false, content, code: None };
        for (known, _, value) in keys {
            let told_code = || value.as_i64().or_else(|| value.as_str()?.trim().parse().ok());
            let word = value.as_str().unwrap_or_default();
            match known.name.as_str() {
                "success" | "issuccess" | "succeeded" | "successful" | "ok" => {
                    signs.failed |= flag(value) == Some(false);
                    signs.praised |= flag(value) == Some(true);
                }
                "iserror" | "haserror" | "haserrors" => signs.failed |= flag(value) == Some(true),
                "error" | "errors" => {
                    signs.failed |= says_something(value);
                    signs.code = signs.code.or_else(|| value.get("code").and_then(Value::as_i64)).or_else(told_code);
                }
                name @ ("errorcode" | "errcode" | "resultcode") => {
                    let told_code = told_code();
                    let bad = match told_code {
                        Some(code) => code != 0 && code != 200,
                        None => !word.trim().is_empty() && !says_no_error(word),
                    };
                    if name == "resultcode" {
                        signs.perhaps |= bad
                    } else {
                        signs.failed |= bad
                    }
                    signs.praised |= matches!(told_code, Some(0 | 200)) || (told_code.is_none() && says_no_error(word));
                    signs.code = told_code.or(signs.code);
                }
                "errormessage" | "errortext" | "errordescription" | "errormsg" | "errmsg" => {
                    signs.says_so |= !word.trim().is_empty() && !says_no_error(word);
                }
                "code" | "statuscode" if !content => {
                    let told_code = told_code();
                    signs.failed |= told_code.is_some_and(|code| (400..600).contains(&code));
                    signs.code = told_code.or(signs.code);
                }
                name @ ("status" | "result") if !content || name == "status" => {
                    let word = word.to_lowercase();
                    signs.failed |= matches!(word.as_str(), "error" | "fail" | "failed" | "failure" | "nok");
                    // Of a guest, `status: false` may say that the card is closed.
                    signs.failed |= **value == Value::Bool(false) && is_envelope(keys);
                    signs.praised |= name == "status" && !word.is_empty() && says_no_error(&word);
                    let plain = !content || is_problem;
                    let told_code = told_code();
                    signs.failed |= plain && told_code.is_some_and(|code| (400..600).contains(&code));
                    signs.code = signs.code.or(told_code);
                }
                "result" => signs.failed |= **value == Value::Bool(false) && context.method.is_write(),
                _ => {}
            }
        }
        signs
    }

    /// The refusal that an object of a 2xx answer is, or "not found", or `None` if it is no failure.
    fn failure(&self, context: &Context<'_>, at: &str, map: &Map<String, Value>) -> Option<Result<Opened, Error>> {
        if !self.failed && !self.perhaps && !self.says_so {
            return None;
        }
        let message = message_of(&Value::Object(map.clone()));
        let absent = self.code == Some(404) || message.as_deref().is_some_and(says_not_found);
        if is_lookup(context.method) && absent {
            return Some(Ok(Opened::Nothing));
        }
        let plain = match () {
            () if self.failed => !self.praised,
            // A code other than 0 may mean either; words beside something done may be a warning.
            () if self.perhaps => message.as_deref().is_some_and(denies),
            () if self.praised => return None,
            () => !self.content,
        };
        // Which of two contradictory signs holds, is not ours to guess where something may have been done.
        if context.method.is_write() && !plain {
            return Some(Err(contradicts(context, at, message.as_deref())));
        }
        Some(Err(refused(context, message, self.code)))
    }
}

fn refused(context: &Context<'_>, message: Option<String>, code: Option<i64>) -> Error {
    let (kind, delivery) = match code {
        Some(401) => (ErrorKind::SignInAgain, Delivery::Refused),
        Some(403) => (ErrorKind::Forbidden, Delivery::Refused),
        // A server that failed, and said so in a polite form, may have failed after it had done the work.
        Some(500..600) => (ErrorKind::ServerFault, Delivery::Unknown),
        _ => (ErrorKind::Refused, Delivery::Refused),
    };
    let error = Error::new(kind, delivery).with_method(context.method).with_status(context.status);
    match message {
        Some(message) => error.with_server_message(message),
        None => error,
    }
}

fn says_something(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(flag) => *flag,
        Value::Number(number) => number.as_i64() != Some(0),
        Value::String(text) => !text.trim().is_empty() && !says_no_error(text),
        Value::Array(list) => list.iter().any(says_something),
        Value::Object(map) => {
            let told = |key: &str| map.iter().find(|(k, _)| normal(k) == key).map(|(_, value)| says_something(value));
            // `{"code": 0, "message": ""}` says that all is well.
            told("code").or_else(|| told("errorcode")).unwrap_or_else(|| map.values().any(says_something))
        }
    }
}

/// What a server says of its refusal, wherever it says it.
fn message_of(value: &Value) -> Option<String> {
    const NAMES: [&str; 16] = [
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
    fn inside(value: &Value, depth: usize) -> Option<String> {
        match value {
            Value::String(_) => plain_text(value),
            Value::Array(list) if depth > 0 => {
                let all: Vec<_> = list.iter().take(10).filter_map(|value| inside(value, depth - 1)).collect();
                (!all.is_empty()).then(|| all.join("; "))
            }
            Value::Object(map) if depth > 0 => {
                let by_name = |name: &&str| map.iter().find(|(key, _)| normal(key) == **name);
                let named = NAMES.iter().filter_map(by_name).find_map(|(_, value)| inside(value, depth - 1));
                // Validation errors of ASP.NET: {"Phone": ["wrong"]}.
                named.or_else(|| {
                    map.values().filter(|value| value.is_array()).find_map(|value| inside(value, depth - 1))
                })
            }
            _ => None,
        }
    }
    inside(value, 4).map(|text| text.chars().take(500).collect())
}
