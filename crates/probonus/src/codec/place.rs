//! The parts of a request, which are filled value by value.

use bytes::Bytes;
use serde_json::{Map, Value};

use super::{secrets::SecretConstants, wire::WireRequest};
use crate::binding::{BodyKind, Constant, Json, MethodBinding, Pages, Place, Slot, Source, is_free_header};

/// A request that is being filled.
pub(super) struct Parts<'a> {
    bound: &'a MethodBinding,
    secrets: &'a SecretConstants,
    path: String,
    query: Vec<(String, String)>,
    headers: Vec<(String, String)>,
    body: Value,
}

impl<'a> Parts<'a> {
    pub(super) fn new(bound: &'a MethodBinding, secrets: &'a SecretConstants) -> Self {
        Self {
            bound,
            secrets,
            path: bound.path.value.clone(),
            query: Vec::new(),
            headers: Vec::new(),
            body: Value::Null,
        }
    }

    /// The binding of the method.
    pub(super) const fn bound(&self) -> &'a MethodBinding {
        self.bound
    }

    /// Begins with this body instead of an empty one.
    pub(super) fn with_body(mut self, body: Value) -> Self {
        self.body = body;
        self
    }

    pub(super) fn put(&mut self, slot: &Slot, value: Value) -> Result<(), String> {
        self.put_at(slot.place, &slot.name, value)
    }

    pub(super) fn put_constant(&mut self, constant: &Constant) -> Result<(), String> {
        let value = match constant.in_keychain {
            true => {
                self.secrets.value_of(constant).ok_or_else(|| format!("the key {} is not at hand", constant.name))?
            }
            false => constant.value.clone(),
        };
        self.put_at(constant.place, &constant.name, value)
    }

    /// Asks for a further page of a list.
    pub(super) fn put_page(&mut self, pages: &Pages, page: u64) -> Result<(), String> {
        let value = if pages.json == Json::String { Value::from(page.to_string()) } else { Value::from(page) };
        self.put_at(pages.place, &pages.name, value)
    }

    fn put_at(&mut self, place: Place, name: &str, value: Value) -> Result<(), String> {
        match place {
            Place::Body if name.contains("/*") => self.put_each(name, value)?,
            Place::Body => {
                put_pointer(&mut self.body, name, value).ok_or_else(|| format!("{name} is no place in a body"))?
            }
            Place::Query => self.query.extend(flat(&value).into_iter().map(|text| (name.to_owned(), text))),
            Place::Header => {
                let text = flat(&value).join(",");
                // This is the one check of headers, whether a document, a file or an administrator named them.
                if !is_free_header(name) {
                    return Err(format!("the header {name} is not ours to set"));
                }
                if text.bytes().any(|b| !(0x20..0x7f).contains(&b)) {
                    return Err(format!("the header {name} takes plain characters only"));
                }
                self.headers.push((name.to_owned(), text));
            }
            Place::Path => {
                let hole = format!("{{{name}}}");
                let text = flat(&value).join(",");
                if text.is_empty() || text == "." || text == ".." {
                    return Err(format!("{name} is empty, and has its place in the path"));
                }
                self.path = self.path.replace(&hole, &percent(&text));
            }
        }
        Ok(())
    }

    /// Puts a value at a pointer with a `*`: each element of a list into its own place, a single value into the first.
    fn put_each(&mut self, name: &str, value: Value) -> Result<(), String> {
        let each = match value {
            Value::Array(list) => list,
            one => vec![one],
        };
        for (at, value) in each.into_iter().enumerate() {
            let pointer = name.replacen('*', &at.to_string(), 1).replace('*', "0");
            put_pointer(&mut self.body, &pointer, value).ok_or_else(|| format!("{pointer} is no place in a body"))?;
        }
        Ok(())
    }

    fn json_type(&self) -> String {
        self.bound.content_type.clone().unwrap_or_else(|| "application/json; charset=utf-8".to_owned())
    }

    pub(super) fn finish(self) -> Result<WireRequest, String> {
        if let Some(at) = self.path.find('{') {
            return Err(format!("nothing to fill the path with: {}", &self.path[at..]));
        }
        let mut path_and_query = plain(&self.path);
        for (at, (name, value)) in self.query.iter().enumerate() {
            let mark = if at == 0 && !path_and_query.contains('?') { '?' } else { '&' };
            path_and_query = format!("{path_and_query}{mark}{}={}", percent(name), percent(value));
        }
        let (body, content_type) = match (&self.body, self.bound.body) {
            (Value::Null, _) => (Bytes::new(), None),
            (body, BodyKind::Json) => (json_bytes(body), Some(self.json_type())),
            (body, BodyKind::Form) => (form(body), Some("application/x-www-form-urlencoded; charset=utf-8".to_owned())),
            (body, BodyKind::Multipart) => multipart(body)?,
        };
        // If no field has a value, an empty object is sent: servers refuse an empty body.
        let empty = self.body.is_null() && self.bound.body == BodyKind::Json;
        let (body, content_type) = if empty && self.bound.verb.value.wants_body() && has_fields_in_body(self.bound) {
            (Bytes::from_static(b"{}"), Some(self.json_type()))
        } else {
            (body, content_type)
        };
        Ok(WireRequest { verb: self.bound.verb.value, path_and_query, headers: self.headers, body, content_type })
    }
}

/// Whether any field is sent in the body. Without any field it counts as yes, unless a description says that there is none.
fn has_fields_in_body(bound: &MethodBinding) -> bool {
    let mut slots = bound.fields.values().flatten().chain(&bound.record).peekable();
    let nothing = slots.peek().is_none() && bound.path.source == Source::Table;
    nothing || slots.any(|slot| slot.place == Place::Body)
}

/// Puts `value` at a JSON pointer, and makes the objects and lists on the way. `None`: a plain value is in the way.
pub(super) fn put_pointer(root: &mut Value, pointer: &str, value: Value) -> Option<()> {
    let mut at = root;
    if !pointer.is_empty() {
        for segment in pointer.strip_prefix('/').unwrap_or(pointer).split('/') {
            let key = segment.replace("~1", "/").replace("~0", "~");
            let index = key.parse::<usize>().ok().filter(|index| *index < 1000);
            if at.is_null() {
                *at = if index.is_some() { Value::Array(Vec::new()) } else { Value::Object(Map::new()) };
            }
            at = match (at, index) {
                (Value::Object(map), _) => map.entry(key).or_insert(Value::Null),
                (Value::Array(list), Some(index)) => {
                    while list.len() <= index {
                        list.push(Value::Null);
                    }
                    list.get_mut(index)?
                }
                _ => return None,
            };
        }
    }
    *at = value;
    Some(())
}

/// A value as texts: a list gives several.
fn flat(value: &Value) -> Vec<String> {
    match value {
        Value::Null => Vec::new(),
        Value::String(text) => vec![text.clone()],
        Value::Array(list) => list.iter().flat_map(flat).collect(),
        other => vec![other.to_string()],
    }
}

/// The pairs of a form: nested names are joined by dots, as ASP.NET reads them.
fn pairs(body: &Value) -> Vec<(String, String)> {
    fn walk(name: &str, value: &Value, out: &mut Vec<(String, String)>) {
        match value {
            Value::Object(map) => {
                for (key, value) in map {
                    let name = if name.is_empty() { key.clone() } else { format!("{name}.{key}") };
                    walk(&name, value, out);
                }
            }
            other => out.extend(flat(other).into_iter().map(|text| (name.to_owned(), text))),
        }
    }
    let mut out = Vec::new();
    walk("", body, &mut out);
    out
}

fn form(body: &Value) -> Bytes {
    let pairs = pairs(body).into_iter().map(|(name, value)| format!("{}={}", percent(&name), percent(&value)));
    Bytes::from(pairs.collect::<Vec<_>>().join("&"))
}

fn multipart(body: &Value) -> Result<(Bytes, Option<String>), String> {
    let pairs = pairs(body);
    // A boundary that occurs in no value.
    let mut boundary = String::from("probonus-form");
    while pairs.iter().any(|(_, value)| value.contains(&boundary)) {
        boundary.push('-');
        if boundary.len() > 60 {
            return Err("no boundary can be found for the form".into());
        }
    }
    let mut out = String::new();
    for (name, value) in pairs {
        let name = name.replace('"', "%22").replace(['\r', '\n'], " ");
        out.push_str(&format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"));
    }
    out.push_str(&format!("--{boundary}--\r\n"));
    Ok((Bytes::from(out), Some(format!("multipart/form-data; boundary={boundary}"))))
}

/// A path, percent-encoded where needed: a document may have spaces and Cyrillic letters in it. What is encoded already stays.
fn plain(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_graphic() && !b"\"#<>\\^`{|}".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

/// Percent-encoding of everything but the unreserved characters.
pub(super) fn percent(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

/// Bytes of a JSON body.
fn json_bytes(value: &Value) -> Bytes {
    Bytes::from(serde_json::to_vec(value).unwrap_or_default())
}
