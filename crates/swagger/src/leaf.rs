//! The leaves into which schemas are taken apart: each value that a request can carry, or an answer can bring.

use serde_json::{Map, Value};

use crate::{
    document::{Doc, Shape, brief},
    heuristics::Heuristic,
    money::Beside,
};
use probonus_contract::{
    binding::{Json, Place},
    contract::normal,
};

/// Characters of a description that are read.
const LONGEST_SAID: usize = 2000;

/// One value of a request or of an answer.
#[derive(Clone)]
pub(crate) struct Leaf {
    pub(crate) place: Place,
    /// Name, or JSON pointer in a body, with `*` for "each element".
    pub(crate) name: String,
    /// The last name of the pointer.
    pub(crate) own: String,
    /// The names before it, without `*`.
    pub(crate) parents: Vec<String>,
    pub(crate) json: Json,
    /// The keywords of its schema.
    pub(crate) words: Map<String, Value>,
    /// Each step of the way to it, and whether the step before requires that step.
    pub(crate) chain: Vec<(String, bool)>,
    /// The descriptions of the records that it is in, the nearest first.
    pub(crate) around: Vec<String>,
    /// Whether it is a list that is sent as one text, with commas.
    pub(crate) joined: bool,
    /// What stands beside it, if it is the number of a sum that is a record.
    pub(crate) beside: Option<Beside>,
}

impl Leaf {
    /// Whether it is required even if nothing else is sent.
    pub(crate) fn is_required(&self) -> bool {
        self.chain.iter().all(|(_, required)| *required)
    }

    pub(crate) fn word(&self, key: &str) -> &str {
        self.words.get(key).and_then(Value::as_str).unwrap_or_default()
    }

    /// Its title and description.
    pub(crate) fn said(&self) -> String {
        [self.word("title"), self.word("description")]
            .into_iter()
            .filter(|t| !t.is_empty())
            .collect::<Vec<_>>()
            .join(" ")
    }

    /// The examples given for it.
    pub(crate) fn examples(&self) -> Vec<&Value> {
        let list = match self.words.get("examples") {
            Some(Value::Array(list)) => list.iter().collect(),
            Some(Value::Object(map)) => map.values().map(|example| example.get("value").unwrap_or(example)).collect(),
            _ => Vec::new(),
        };
        self.words.get("example").or(self.words.get("x-example")).into_iter().chain(list).collect()
    }

    /// The values it may have.
    pub(crate) fn choices(&self) -> &[Value] {
        self.words.get("enum").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
    }

    /// The only value that it can have, else its default.
    pub(crate) fn settled(&self) -> Option<Value> {
        let only = match self.choices() {
            [only] => Some(only),
            _ => None,
        };
        let told = self.words.get("const").or(only).or(self.words.get("default")).filter(|value| !value.is_null());
        told.cloned().or_else(|| self.literal())
    }

    /// The only text that its pattern allows: `^password$`.
    fn literal(&self) -> Option<Value> {
        let text = self.word("pattern").strip_prefix('^')?.strip_suffix('$')?;
        let is_plain = !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'));
        is_plain.then(|| Value::from(text))
    }
}

/// Takes a parameter's schema apart.
pub(crate) fn of_parameter(doc: &Doc, parameter: &Value, place: Place, out: &mut Vec<Leaf>) {
    let Some(name) = parameter.get("name").and_then(Value::as_str) else { return };
    let inline = parameter.get("content").and_then(Value::as_object).and_then(|content| content.iter().next());
    let schema = inline.and_then(|(_, content)| content.get("schema")).or(parameter.get("schema")).unwrap_or(parameter);
    let mut shape = doc.shape(schema);
    for word in ["description", "example", "x-example", "examples", "default", "format"] {
        if let Some(value) = parameter.get(word) {
            shape.words.insert(word.into(), value.clone());
        }
    }
    let required = place == Place::Path || parameter.get("required").and_then(Value::as_bool) == Some(true);
    let json = json_of(&shape);
    let joined = json == Json::Array && is_joined(doc, parameter);
    // A parameter that takes JSON as text is not supported, so it is no field of ours.
    let packed = inline.is_some_and(|(kind, _)| kind.contains("json"))
        && !matches!(json, Json::Integer | Json::Number | Json::Boolean);
    if shape.properties.is_empty() || place != Place::Query || packed {
        // `model.phone`, `filter[phone]`: a part of an object, flattened.
        let parts = name.split(['.', '[', ']']).filter(|part| !part.is_empty());
        let mut parents: Vec<String> = parts.map(str::to_owned).collect();
        let own = parents.pop().filter(|_| !packed).unwrap_or_default();
        out.push(Leaf {
            place,
            name: name.to_owned(),
            own,
            parents,
            json,
            words: shape.words,
            chain: vec![(name.to_owned(), required)],
            around: Vec::new(),
            joined,
            beside: None,
        });
        return;
    }
    // An object in the query: each property is a parameter of its own, or is written in brackets.
    let deep = parameter.get("style").and_then(Value::as_str) == Some("deepObject");
    let parents: Vec<String> = deep.then(|| name.to_owned()).into_iter().collect();
    let around: Vec<String> = said(&shape).into_iter().collect();
    for (own, schema) in &shape.properties {
        let inner = doc.shape(schema);
        let name = if deep { format!("{name}[{own}]") } else { (*own).to_owned() };
        let demanded = required && shape.required.contains(own);
        out.push(Leaf {
            place,
            chain: vec![(name.clone(), demanded)],
            name,
            own: (*own).to_owned(),
            parents: parents.clone(),
            json: json_of(&inner),
            joined: false,
            beside: None,
            words: words_of(inner, shape.examples.iter().filter_map(|whole| whole.get(own))),
            around: around.clone(),
        });
    }
}

/// Whether a list in a parameter is sent as one text with commas. In Swagger 2 that is the default, in OpenAPI 3 it is so only with
/// `explode: false`.
fn is_joined(doc: &Doc, parameter: &Value) -> bool {
    match parameter.get("collectionFormat").and_then(Value::as_str) {
        Some(format) => format == "csv",
        None if doc.swagger2 => true,
        None => parameter.get("explode").and_then(Value::as_bool) == Some(false),
    }
}

/// The title and description of a schema; `None`: it has neither.
pub(crate) fn said(shape: &Shape<'_>) -> Option<String> {
    let said = format!("{} {}", shape.word("title"), shape.word("description"));
    // The beginning is enough for a unit, and each leaf of the schema keeps a copy of this text.
    (!said.trim().is_empty()).then(|| said.trim().chars().take(LONGEST_SAID).collect())
}

/// The keywords of a schema. If it has no example of its own, it gets its part of the whole's examples.
pub(crate) fn words_of<'a>(shape: Shape<'_>, given: impl Iterator<Item = &'a Value>) -> Map<String, Value> {
    let mut words = shape.words;
    let plain: Vec<Value> = given.filter(|value| !value.is_object() && !value.is_null()).map(brief).collect();
    let none = ["example", "x-example", "examples"].iter().all(|key| !words.contains_key(*key));
    if none && !plain.is_empty() {
        words.insert("examples".into(), plain.into());
    }
    words
}

pub(crate) fn json_of(shape: &Shape<'_>) -> Json {
    match shape.kind {
        Some("integer") => Json::Integer,
        Some("number") => Json::Number,
        Some("boolean") => Json::Boolean,
        Some("string") => Json::String,
        _ if shape.is_array() => Json::Array,
        // Some documents give the format and forget the type.
        _ => match shape.word("format") {
            "int32" | "int64" => Json::Integer,
            "decimal" | "double" | "float" => Json::Number,
            "" => Json::Any,
            _ => Json::String,
        },
    }
}

/// Names that have no meaning of their own: `code` of a group is its code, `code` of a card is its number.
const VAGUE: [&str; 12] =
    ["id", "code", "name", "number", "value", "guid", "text", "type", "uuid", "title", "key", "address"];

/// Names of records that only hold other values: `{"data": {"phone": …}}`.
#[rustfmt::skip]
const NEUTRAL: [&str; 27] = [
    "data", "request", "body", "model", "dto", "params", "parameters", "payload", "item", "items", "input", "args",
    "arguments", "content", "fields", "object", "entity", "record", "req", "command", "attributes", "relationships",
    "filter", "filters", "where", "criteria", "search",
];

/// Names of a person: a `name` below one is the guest's own.
const PERSON: [&str; 9] = ["guest", "client", "person", "profile", "customer", "holder", "user", "anketa", "personal"];

/// The names by which a leaf is matched, the plainest first: its own, and that joined with the name of the record that it is in.
pub(crate) fn names(leaf: &Leaf) -> Vec<String> {
    if let Some(name) = without_prefix(leaf) {
        return vec![name, leaf.own.clone()];
    }
    if Heuristic::DelphiArguments.holds() && is_delphi_argument(&leaf.own) {
        return vec![leaf.own.clone(), leaf.own[1..].to_owned()];
    }
    let parents: Vec<String> = leaf.parents.iter().map(|name| normal(name)).collect();
    let parent = parents.iter().rev().find(|name| !NEUTRAL.contains(&name.as_str()));
    match parent.filter(|_| Heuristic::JoinedNames.holds()) {
        Some(parent) => joined_names(leaf, parent),
        None => vec![leaf.own.clone()],
    }
}

/// A header's name without its `X-`.
fn without_prefix(leaf: &Leaf) -> Option<String> {
    let name = leaf.own.strip_prefix("X-").or(leaf.own.strip_prefix("x-"))?;
    (leaf.place == Place::Header && Heuristic::HeaderPrefix.holds()).then(|| name.to_owned())
}

/// Arguments of Delphi begin with an A: `APhone`, `aSum`.
fn is_delphi_argument(name: &str) -> bool {
    let mut letters = name.chars();
    matches!(letters.next(), Some('A' | 'a'))
        && letters.next().is_some_and(char::is_uppercase)
        && letters.next().is_some_and(char::is_lowercase)
}

/// The names of a leaf inside the record `parent`: `{"guest": {"phone": …}}`, `{"amount": {"value": 5}}`.
fn joined_names(leaf: &Leaf, parent: &str) -> Vec<String> {
    const NAMED: [&str; 4] = ["name", "fullname", "fio", "personname"];
    let own = normal(&leaf.own);
    let joined = format!("{parent}_{}", leaf.own);
    if NAMED.contains(&parent) && matches!(own.as_str(), "first" | "last" | "middle" | "second") {
        return vec![format!("{own}Name")];
    }
    // The name of an account is the name of its guest.
    let person = PERSON.contains(&parent) || (parent == "account" && own == "name");
    if !VAGUE.contains(&own.as_str()) || (person && own != "id") {
        return vec![leaf.own.clone(), joined];
    }
    // `{"amount": {"value": 5}}`, `{"cards": [{"code": "7"}]}`: the leaf is the value of its record.
    let listed = leaf.name.contains("/*") && own == "code";
    let of_parent = listed || matches!(own.as_str(), "value" | "text" | "number" | "address");
    if of_parent { vec![joined, parent.to_owned()] } else { vec![joined] }
}
