//! From the bytes of an answer to the record or list inside it: text encoding, envelope, refusals inside a 2xx.
//!
//! What an HTTP status means is decided by `client::classify` before an answer comes here.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::{
    absence::{Said, is_absent_in_404, said, said_by_text},
    envelope::{Outcome, contradicts, is_lookup, outcome, refused},
    json,
    keys::{CONTENT, Key, Known, keys, known},
    phrases::{denies, names_else, says_no_error, says_session_ended},
    read::Context,
    sum_record::is_sum,
    values::{as_list, is_resource, join, plain_text},
    wire::WireAnswer,
};
use crate::{
    Delivery, Error, ErrorKind, Method,
    binding::Binding,
    contract::{self, Need},
};

/// What an answer holds.
pub(super) enum Opened {
    /// Nothing: what was asked for was not found, or the answer is empty.
    Nothing,
    /// A record, a list or a bare value, and the JSON pointer to it.
    Payload(String, Value),
}

/// Layers of envelopes that are opened at most.
const DEPTH: usize = 4;

/// The JSON pointer to the record or list inside an answer. Format discovery learns the server's envelope by it. `None`: the
/// answer is empty or a refusal.
#[must_use]
pub fn observed_envelope(binding: &Binding, method: Method, answer: &WireAnswer) -> Option<String> {
    match open(binding, method, answer) {
        Ok(Opened::Payload(at, _)) => Some(at),
        _ => None,
    }
}

/// Whether an answer that is no 2xx says that what was asked for does not exist. Examples: 404 without words to a search by phone;
/// 400 with «Гость не найден». An HTML page of a web server does not say so, nor does a 404 with «Нет доступа».
pub(crate) fn says_absent(method: Method, answer: &WireAnswer) -> bool {
    if !is_lookup(method) || !matches!(answer.status, 400 | 404 | 410 | 422) {
        return false;
    }
    let text = text_of(answer);
    let body = text.trim();
    let is_404 = answer.status == 404;
    match json::read(body) {
        Ok(value) if is_404 => is_absent_in_404(method, &value),
        Ok(value) => matches!(said(method, &value), Said::Absent),
        Err(_) if body.is_empty() => is_404,
        Err(_) => short_text(body).is_some_and(|text| is_absent_text(method, &text)),
    }
}

/// Opens an answer.
pub(super) fn open(binding: &Binding, method: Method, answer: &WireAnswer) -> Result<Opened, Error> {
    let context = Context::new(binding, method, answer.status);
    if !(200..300).contains(&answer.status) {
        let unjudged = || context.unreadable("", "no success, and no word that there is none");
        return if says_absent(method, answer) { Ok(Opened::Nothing) } else { Err(unjudged()) };
    }
    let text = text_of(answer);
    let body = text.trim();
    if body.is_empty() {
        // After a write or a search an empty body means "applied" or "not found". For a list it is an error: a list that was lost
        // on the way must not look like an empty one.
        return if method.is_write() || is_lookup(method) || matches!(answer.status, 204 | 205) {
            Ok(Opened::Nothing)
        } else {
            Err(context.unreadable("", "the answer is empty"))
        };
    }
    let parsed = json::read(body);
    let value = match parsed {
        Ok(value) => value,
        Err(_) if method.is_write() && is_done_word(body) => Value::Bool(true),
        Err(_) if is_lookup(method) && short_text(body).is_some_and(|text| is_absent_text(method, &text)) => {
            return Ok(Opened::Nothing);
        }
        Err(_) if is_html(body, answer.content_type.as_deref()) => {
            let kind = if body.starts_with('<') { ErrorKind::NotProBonus } else { ErrorKind::WebPage };
            return Err(Error::new(kind, Delivery::Unknown)
                .with_method(method)
                .with_status(answer.status)
                .with_detail("an HTML page came instead of JSON"));
        }
        Err(unread) => return Err(context.unreadable(&unread.at, unread.why)),
    };
    unwrap(&context, value)
}

/// The JSON of an answer as it came, envelopes and all, if it is any.
pub(super) fn whole_json(answer: &WireAnswer) -> Option<Value> {
    json::read(text_of(answer).trim()).ok()
}

/// A bare word by which some servers say "done".
fn is_done_word(body: &str) -> bool {
    matches!(body.to_lowercase().as_str(), "ok" | "success" | "done" | "true")
}

fn is_html(body: &str, content_type: Option<&str>) -> bool {
    let declared = content_type.is_some_and(|kind| kind.to_lowercase().contains("html"));
    declared || body.starts_with('<')
}

/// The text of an answer, which the client has converted to UTF-8, without a byte order mark.
fn text_of(answer: &WireAnswer) -> Cow<'_, str> {
    let body = answer.body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&answer.body);
    std::str::from_utf8(body).map_or_else(|_| String::from_utf8_lossy(body), Cow::Borrowed)
}

fn is_absent_text(method: Method, text: &str) -> bool {
    matches!(said_by_text(method, text), Said::Absent)
}

/// A body that is plain text, up to 500 characters. Some servers refuse in this form.
fn short_text(body: &str) -> Option<String> {
    let plain = !body.is_empty() && !body.starts_with(['{', '[', '<']);
    plain.then(|| body.trim_matches('"').chars().take(500).collect())
}

/// Opens the envelopes of a 2xx answer, at most [`DEPTH`] of them. Example: `{"success": true, "data": {"items": […]}}` gives the
/// list and `/data/items`. A refusal in any layer ends it.
fn unwrap(context: &Context<'_>, value: Value) -> Result<Opened, Error> {
    let (mut at, mut value) = match at_bound_place(context, value) {
        Ok(place) => place,
        Err(end) => return end,
    };
    let mut praised = false;
    for _ in 0..=DEPTH {
        match as_list(value) {
            Value::Bool(false) if context.method.is_write() => {
                return Err(if praised { contradicts(context, &at, None) } else { refused(context, None, None) });
            }
            Value::Object(map) if !map.is_empty() => match layer(context, &at, map, &mut praised)? {
                Layer::Content(key, inner) => {
                    at = join(&at, &key);
                    value = inner;
                }
                Layer::End(opened) => return Ok(opened),
            },
            // DataSnap puts the value of a function into a list of one: `{"result": [[…]]}`.
            Value::Array(mut list) if list.len() == 1 && list[0].is_array() => {
                at.push_str("/0");
                value = list.remove(0);
            }
            ref nothing if holds_nothing(context.method, nothing) => return Ok(Opened::Nothing),
            other => return Ok(Opened::Payload(at, other)),
        }
    }
    Ok(Opened::Payload(at, value))
}

/// Goes to the place that the binding names for the record or list. A refusal in the whole answer comes first. `Err`: the reading
/// ends here, with this result.
fn at_bound_place(context: &Context<'_>, mut value: Value) -> Result<(String, Value), Result<Opened, Error>> {
    let bound = context.answer.and_then(|answer| answer.at.as_ref()).filter(|at| !at.value.is_empty());
    let Some(bound) = bound else { return Ok((String::new(), value)) };
    let mut praised = false;
    if let Some(map) = value.as_object() {
        match outcome(context, "", map, &keys(map)) {
            Outcome::Well { praised: here } => praised = here,
            Outcome::Absent => return Err(Ok(Opened::Nothing)),
            Outcome::Failed(error) => return Err(Err(error)),
        }
    }
    match value.pointer_mut(&bound.value).map(Value::take) {
        Some(inside) => {
            let around = value.as_object().filter(|_| holds_nothing(context.method, &inside));
            match around.map(|map| emptied(context, &bound.value, map, praised)) {
                Some(Err(error)) => Err(Err(error)),
                _ => Ok((bound.value.clone(), inside)),
            }
        }
        None => Ok((String::new(), value)),
    }
}

/// What one object of an answer is.
enum Layer {
    /// An envelope, and its content under this key.
    Content(String, Value),
    /// The record itself, or nothing.
    End(Opened),
}

fn layer(context: &Context<'_>, at: &str, mut map: Map<String, Value>, praised: &mut bool) -> Result<Layer, Error> {
    let keys = keys(&map);
    match outcome(context, at, &map, &keys) {
        Outcome::Well { praised: here } => *praised |= here,
        Outcome::Absent => return Ok(Layer::End(Opened::Nothing)),
        // An outer envelope said that it went well.
        Outcome::Failed(error) if *praised && context.method.is_write() => {
            return Err(contradicts(context, at, error.server_message()));
        }
        Outcome::Failed(error) => return Err(error),
    }
    if is_resource(&map) {
        return Ok(Layer::End(Opened::Payload(at.to_owned(), Value::Object(map))));
    }
    if let Some(key) = content_key(context.method, &keys) {
        let inner = map.remove(&key).unwrap_or_default();
        if holds_nothing(context.method, &inner) {
            emptied(context, at, &map, *praised)?;
        }
        return Ok(Layer::Content(key, inner));
    }
    let only_signs = keys.iter().all(|(key, ..)| key.is_noise && key.name != "id");
    if is_lookup(context.method) && only_signs {
        return nothing(context, at, map).map(Layer::End);
    }
    Ok(Layer::End(Opened::Payload(at.to_owned(), Value::Object(map))))
}

/// Whether a value means "nothing".
fn holds_nothing(method: Method, value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::Array(list) => list.is_empty(),
        Value::Object(map) => map.is_empty(),
        Value::String(text) => is_lookup(method) && (text.trim().is_empty() || is_absent_text(method, text)),
        _ => false,
    }
}

/// The meaning of an envelope without content: nothing was found, unless its words say something else. Example: «Сервис временно
/// недоступен» does not mean that there is no such guest, so it is an error.
fn nothing(context: &Context<'_>, at: &str, map: Map<String, Value>) -> Result<Opened, Error> {
    let status = map.iter().find(|(key, _)| known(key).name == "status").and_then(|(_, status)| status.as_str());
    let is_said = |status: &&str| !says_no_error(status) && !is_absent_text(context.method, status);
    let status = status.filter(is_said).map(str::to_owned);
    match said(context.method, &Value::Object(map)) {
        Said::Absent => Ok(Opened::Nothing),
        Said::Else(words) => Err(says_else(context, at, words)),
        Said::Nothing => status.map_or(Ok(Opened::Nothing), |status| Err(says_else(context, at, status))),
    }
}

/// Refuses an envelope whose content is empty if its words say why: `{"code": 5, "message": "Сессия не найдена", "data": null}`.
///
/// | words | a lookup | a list |
/// |---|---|---|
/// | say no or name something else: «Сессия не найдена» | refused | refused, unless beside a success |
/// | say anything else: «Повторите позже» | refused, unless beside a success | a remark |
fn emptied(context: &Context<'_>, at: &str, map: &Map<String, Value>, praised: bool) -> Result<(), Error> {
    if context.method.is_write() {
        return Ok(());
    }
    let is_zero = |value: &Value| plain_text(value).is_some_and(|code| matches!(code.as_str(), "0" | "200"));
    let is_good = |name: &str| matches!(name, "code" | "result" | "resultcode" | "statuscode" | "errorcode");
    let praised = praised || map.iter().any(|(key, value)| is_good(&known(key).name) && is_zero(value));
    match said(context.method, &Value::Object(map.clone())) {
        Said::Else(words)
            if (is_lookup(context.method) && !praised)
                || ((is_lookup(context.method) || !praised) && (names_else(&words) || denies(&words))) =>
        {
            Err(says_else(context, at, words))
        }
        _ => Ok(()),
    }
}

fn says_else(context: &Context<'_>, at: &str, words: String) -> Error {
    if says_session_ended(&words) {
        return refused(context, Some(words), None);
    }
    let why = "says neither what was asked for nor that there is none";
    context.unreadable(at, why).with_server_message(words)
}

/// The key of an envelope's content; `None`: the object is no envelope. Examples: `data` in `{"success": true, "data": {…}}`; none
/// in `{"id": 7, "cards": […]}`, which is a guest.
fn content_key(method: Method, keys: &[Key<'_>]) -> Option<String> {
    let mut others = keys.iter().filter(|(known, ..)| !known.is_noise);
    if let (Some(only), None) = (others.next(), others.next()) {
        return only_content(method, keys, only);
    }
    // Several keys: an envelope only if it has a known content key and is not the method's own record.
    if is_own_record(method, keys) {
        return None;
    }
    let is_nested = |value: &Value| value.is_object() || value.is_array();
    let content = keys.iter().filter(|(known, _, value)| known.is_content && is_nested(value));
    let content = content.min_by_key(|(known, ..)| CONTENT.iter().position(|name| *name == known.name));
    let content = content.or_else(|| if method.is_write() { None } else { only_nested(method, keys) });
    content.map(|(_, key, _)| (*key).to_owned())
}

/// The only key of an object that holds records, beside signs with names that are not known: `{"Итог": 0, "Справочник": […]}`. An
/// empty list does not count: the unknown signs may say why it is empty.
fn only_nested<'r, 'a>(method: Method, keys: &'r [Key<'a>]) -> Option<&'r Key<'a>> {
    let mut nested = keys.iter().filter(|(.., value)| value.is_object() || value.is_array());
    let only = nested.next().filter(|_| nested.next().is_none())?;
    let holds_records = match only.2 {
        Value::Array(list) => !list.is_empty() && list.iter().all(Value::is_object),
        value => value.as_object().is_some_and(|map| !map.is_empty()),
    };
    let is_record = keys.iter().any(|(known, ..)| !known.is_noise && is_own(method, known));
    (holds_records && !is_record).then_some(only)
}

/// The only key of an object besides signs of success or failure, if its value is the content. If the method's own record may
/// have such a key, it counts as a field of that record, unless a record is inside it.
fn only_content(method: Method, keys: &[Key<'_>], (known, key, value): &Key<'_>) -> Option<String> {
    let beside_id = || keys.iter().any(|(key, ..)| key.name == "id");
    let of_record = is_own(method, known) && (value.is_array() || is_sum(value) || beside_id());
    let nested = (value.is_object() || value.is_array()) && !of_record;
    (known.is_content || nested).then(|| (*key).to_owned())
}

/// Whether an object is the record that the method returns: it has two of the record's fields, or one that every record has.
fn is_own_record(method: Method, keys: &[Key<'_>]) -> bool {
    let plain = || keys.iter().map(|(known, ..)| known).filter(|known| !known.is_content && !known.is_noise);
    let own = plain().filter(|known| is_own(method, known)).take(2).count();
    own == 2 || plain().any(|known| is_needed(method, known))
}

fn is_own(method: Method, key: &Known) -> bool {
    contract::row(method).answer.iter().any(|row| row.field.match_of(key).is_some())
}

fn is_needed(method: Method, key: &Known) -> bool {
    let mut needed = contract::row(method).answer.iter().filter(|row| row.need == Need::Must);
    needed.any(|row| row.field.match_of(key).is_some())
}
