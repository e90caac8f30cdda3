//! Whether the keys of an envelope report success or failure. Example: `{"success": false, "message": "Мало бонусов"}`.

use serde_json::{Map, Value};

use super::{
    absence::{Said, said},
    keys::{Key, keys, known},
    message::message_of,
    phrases::{denies, says_done, says_it_goes_on, says_it_may_be_done, says_no_error, says_session_ended},
    read::Context,
    values::{flag, sign},
};
use crate::{Delivery, Error, ErrorKind, Method, contract::Field};

/// Whether an object of an answer reports success or failure.
pub(super) enum Outcome {
    /// It reports no failure; `praised`: it plainly reports success.
    Well { praised: bool },
    /// What was asked for does not exist.
    Absent,
    /// A refusal, or a contradiction that can't be read as one.
    Failed(Error),
}

/// The methods for which "there is none" is a valid answer.
pub(super) const fn is_lookup(method: Method) -> bool {
    matches!(method, Method::FindByPhone | Method::Receipt)
}

/// Reads the signs of an object of a 2xx answer at `at`.
pub(super) fn outcome(context: &Context<'_>, at: &str, map: &Map<String, Value>, keys: &[Key<'_>]) -> Outcome {
    let signs = Signs::of(context, keys);
    if !signs.failed && !signs.may_have_failed && !signs.complains && !signs.odd_code {
        return Outcome::Well { praised: signs.praised };
    }
    let whole = Value::Object(map.clone());
    let message = message_of(&whole);
    let refuses_by_code = signs.odd_code && message.as_deref().is_some_and(|said| refuses(signs.code, said));
    if !refuses_by_code && !signs.failed && !signs.may_have_failed && !signs.complains {
        return Outcome::Well { praised: signs.praised };
    }
    let is_absent = || match said(context.method, &whole) {
        Said::Absent => true,
        Said::Else(_) => false,
        Said::Nothing => signs.code == Some(404),
    };
    if is_lookup(context.method) && is_absent() {
        return Outcome::Absent;
    }
    let plain = if signs.failed || refuses_by_code {
        !signs.praised
    } else if signs.may_have_failed {
        // A code other than 0 may mean success or failure. The words beside it decide.
        message.as_deref().is_some_and(denies)
    } else if signs.praised {
        // Words beside a success may be a warning.
        return Outcome::Well { praised: true };
    } else {
        !signs.has_content
    };
    // Two signs contradict each other, or a refusal carries the id of what was made. For a write the outcome is then unknown.
    if context.method.is_write() && (!plain || names_what_was_done(map)) {
        return Outcome::Failed(contradicts(context, at, message.as_deref()));
    }
    Outcome::Failed(refused(context, message, signs.code))
}

/// Whether the words beside a code of the server's own say that it refused. Example: `{"code": 1007, "msg": "Превышен лимит", "result":
/// null}`.
///
/// | code | words | refused |
/// |---|---|---|
/// | any | say that it goes on: «Запрос в обработке» | no: it may yet be done |
/// | any | say no: «Недостаточно бонусов» | yes |
/// | 1 | «Лимит 500» | no: for some servers 1 means success |
/// | any other | say that it was done | no |
/// | any other | «Лимит 500» | yes |
fn refuses(code: Option<i64>, said: &str) -> bool {
    let is_done = says_done(said) || says_no_error(said);
    !says_it_goes_on(said) && (denies(said) || (code != Some(1) && !is_done))
}

/// The error of an answer that reports success and failure at once.
pub(super) fn contradicts(context: &Context<'_>, at: &str, message: Option<&str>) -> Error {
    let error = context.unreadable(at, "says neither that it was done nor that it was not");
    match message {
        Some(message) => error.with_server_message(message),
        None => error,
    }
}

/// The error of a refusal inside a 2xx. For a write its delivery is unknown if anything hints that the server may have applied it:
/// a 401, an ended session or a 5xx in the body comes after the call was let in, and "already exists" or "timeout" may mean our own request.
pub(super) fn refused(context: &Context<'_>, message: Option<String>, code: Option<i64>) -> Error {
    let kind = match code {
        Some(401) => ErrorKind::SignInAgain,
        Some(403) => ErrorKind::Forbidden,
        Some(500..600) => ErrorKind::ServerFault,
        _ if message.as_deref().is_some_and(says_session_ended) => ErrorKind::SignInAgain,
        _ => ErrorKind::Refused,
    };
    let is_write = context.method.is_write();
    let may_be_done = message.as_deref().is_some_and(says_it_may_be_done);
    let doubtful = kind == ErrorKind::ServerFault || (is_write && (kind == ErrorKind::SignInAgain || may_be_done));
    let delivery = if doubtful { Delivery::Unknown } else { Delivery::Refused };
    let error = Error::new(kind, delivery).with_method(context.method).with_status(context.status);
    match message {
        Some(message) => error.with_server_message(message),
        None => error,
    }
}

/// Whether a refusal carries the id of a transaction, or the GUID of a purchase. Only an applied operation has one.
fn names_what_was_done(map: &Map<String, Value>) -> bool {
    fn inside(map: &Map<String, Value>, depth: usize) -> bool {
        keys(map).into_iter().any(|(key, _, value)| {
            let names = |field: Field| matches!(field.match_of(&key), Some((0, _)));
            let has_id = (names(Field::Transaction) || names(Field::CheckGuid)) && is_id(value);
            has_id || value.as_object().is_some_and(|map| depth > 0 && inside(map, depth - 1))
        })
    }
    inside(map, 4)
}

fn is_id(value: &Value) -> bool {
    match value {
        Value::Number(number) => number.as_i64() != Some(0),
        Value::String(text) => !matches!(text.trim(), "" | "0") && !text.trim_matches(['0', '-', ' ']).is_empty(),
        _ => false,
    }
}

/// What is beside a sign, and may change its meaning.
struct Around {
    is_write: bool,
    /// Something that is no sign is beside them.
    has_content: bool,
    /// The object has the form of problem details (RFC 9457), ASP.NET's refusal, behind a gateway that made the status 200.
    is_problem: bool,
    /// Nothing but signs and content.
    is_envelope: bool,
    /// Nothing but signs, or signs and an empty content.
    is_bare: bool,
}

/// What the keys of one object report.
#[derive(Default)]
struct Signs {
    /// It plainly failed.
    failed: bool,
    /// A code that may say so.
    may_have_failed: bool,
    /// A code of the server's own, beside nothing but signs. The words beside it decide.
    odd_code: bool,
    /// An error is reported in words only.
    complains: bool,
    /// It plainly went well.
    praised: bool,
    has_content: bool,
    code: Option<i64>,
}

impl Signs {
    fn of(context: &Context<'_>, keys: &[Key<'_>]) -> Self {
        let around = Around {
            is_write: context.method.is_write(),
            has_content: keys.iter().any(|(known, _, value)| !value.is_null() && !known.is_noise),
            is_problem: ["title", "type"].iter().all(|name| keys.iter().any(|(_, key, _)| key == name)),
            is_envelope: keys.iter().all(|(key, ..)| key.is_noise || key.is_content),
            is_bare: keys.iter().all(|(key, _, value)| key.is_noise || is_empty(value)),
        };
        let mut signs = Self { has_content: around.has_content, ..Self::default() };
        for (known, _, value) in keys {
            signs.note(&around, known.name.as_str(), value);
        }
        signs
    }

    fn note(&mut self, around: &Around, name: &str, value: &Value) {
        match name {
            "success" | "issuccess" | "succeeded" | "successful" | "ok" => {
                self.failed |= sign(value) == Some(false);
                self.praised |= sign(value) == Some(true);
            }
            "iserror" | "haserror" | "haserrors" => self.failed |= flag(value) == Some(true),
            "error" | "errors" => {
                self.failed |= says_something(value);
                self.code = self.code.or_else(|| value.get("code").and_then(Value::as_i64)).or_else(|| code_of(value));
            }
            "errorcode" | "errcode" | "resultcode" => self.note_error_code(name, value),
            "errormessage" | "errortext" | "errordescription" | "errormsg" | "errmsg" => {
                self.complains |= is_complaint(word_of(value));
            }
            "code" | "statuscode" if !around.has_content => self.note_status_code(value),
            "code" | "statuscode" if around.is_bare => self.note_odd_code(value),
            "status" => self.note_status(around, value),
            "result" if !around.has_content => self.note_result(around, value),
            "result" => self.failed |= *value == Value::Bool(false) && around.is_write,
            _ => {}
        }
    }

    /// `errorCode: 5` is a failure; `resultCode: 5` may be one.
    fn note_error_code(&mut self, name: &str, value: &Value) {
        let (code, word) = (code_of(value), word_of(value));
        let bad = match code {
            Some(code) => code != 0 && code != 200,
            None => is_complaint(word),
        };
        if name == "resultcode" {
            self.may_have_failed |= bad
        } else {
            self.failed |= bad
        }
        self.praised |= matches!(code, Some(0 | 200)) || (code.is_none() && says_no_error(word));
        self.code = code.or(self.code);
    }

    fn note_status_code(&mut self, value: &Value) {
        let code = code_of(value);
        self.failed |= code.is_some_and(is_failure);
        self.note_odd_code(value);
        self.code = code.or(self.code);
    }

    fn note_odd_code(&mut self, value: &Value) {
        let code = code_of(value);
        let is_good = |code: i64| code == 0 || (200..300).contains(&code);
        let is_complaint = code.is_none() && is_complaint(word_of(value));
        self.odd_code |= is_complaint || code.is_some_and(|code| !is_good(code));
        self.code = self.code.or(code);
    }

    fn note_status(&mut self, around: &Around, value: &Value) {
        self.note_result(around, value);
        let word = word_of(value);
        self.praised |= !word.is_empty() && says_no_error(&word.to_lowercase());
    }

    fn note_result(&mut self, around: &Around, value: &Value) {
        let word = word_of(value).to_lowercase();
        self.failed |= matches!(word.as_str(), "error" | "fail" | "failed" | "failure" | "nok");
        // In a guest's record, `status: false` may mean that the card is closed. So it counts in an envelope only.
        self.failed |= *value == Value::Bool(false) && around.is_envelope;
        let code = code_of(value);
        let counts = !around.has_content || around.is_problem;
        self.failed |= counts && code.is_some_and(is_failure);
        self.code = self.code.or(code);
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(list) => list.is_empty(),
        Value::Object(map) => map.is_empty(),
        Value::String(text) => text.trim().is_empty(),
        _ => false,
    }
}

fn is_failure(code: i64) -> bool {
    (400..600).contains(&code)
}

fn code_of(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_str()?.trim().parse().ok())
}

fn word_of(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// Whether the text of an error field reports an error.
fn is_complaint(word: &str) -> bool {
    !word.trim().is_empty() && !says_no_error(word)
}

fn says_something(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(flag) => *flag,
        Value::Number(number) => number.as_i64() != Some(0),
        Value::String(text) => is_complaint(text),
        Value::Array(list) => list.iter().any(says_something),
        Value::Object(map) => {
            let of = |key: &str| map.iter().find(|(k, _)| known(k).name == key).map(|(_, value)| says_something(value));
            // `{"code": 0, "message": ""}` reports success.
            of("code").or_else(|| of("errorcode")).unwrap_or_else(|| map.values().any(says_something))
        }
    }
}
