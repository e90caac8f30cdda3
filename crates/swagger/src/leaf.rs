//! Schemas taken apart into leaves: each value that a request can carry, or an answer can bring.

use serde_json::{Map, Value};

use crate::{
    document::{Doc, Shape},
    heuristics::Heuristic,
};
use probonus_contract::{
    binding::{Json, Place},
    contract::normal,
};

/// Leaves of one operation that are looked at, and how deep they may lie: a recursive schema is endless.
const MOST_LEAVES: usize = 1500;
const DEEPEST: usize = 7;
/// Characters of what is said around a value that are looked at.
const LONGEST_SAID: usize = 2000;

/// One value of a request or of an answer.
#[derive(Clone)]
pub(crate) struct Leaf {
    pub(crate) place: Place,
    /// Name, or JSON pointer in a body, with `*` for "each element".
    pub(crate) name: String,
    /// The last name of the way.
    pub(crate) own: String,
    /// The names before it, without `*`.
    pub(crate) parents: Vec<String>,
    pub(crate) json: Json,
    /// The keywords of its schema.
    pub(crate) words: Map<String, Value>,
    /// Each step of the way to it, and whether that step is demanded by the one before.
    pub(crate) chain: Vec<(String, bool)>,
    /// What is said in words of that which it is a part of, the nearest first.
    pub(crate) around: Vec<String>,
    /// A list that goes as one text, parted by commas.
    pub(crate) joined: bool,
}

impl Leaf {
    /// Whether it is demanded when nothing else is sent.
    pub(crate) fn is_required(&self) -> bool {
        self.chain.iter().all(|(_, required)| *required)
    }

    pub(crate) fn word(&self, key: &str) -> &str {
        self.words.get(key).and_then(Value::as_str).unwrap_or_default()
    }

    /// All that is said of it in words.
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

    /// The only value that it can have, or has if nobody says otherwise.
    pub(crate) fn settled(&self) -> Option<Value> {
        let only = match self.choices() {
            [only] => Some(only),
            _ => None,
        };
        self.words.get("const").or(only).or(self.words.get("default")).filter(|value| !value.is_null()).cloned()
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
    // JSON in one parameter is not what we write: it stands for nothing of ours.
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
        });
        return;
    }
    // An object in the query: its properties are parameters themselves, or stand in brackets.
    let deep = parameter.get("style").and_then(Value::as_str) == Some("deepObject");
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
            parents: Vec::new(),
            json: json_of(&inner),
            joined: false,
            words: words_of(inner, shape.examples.iter().filter_map(|whole| whole.get(own))),
            around: around.clone(),
        });
    }
}

/// Whether a list in a parameter goes as one text parted by commas: in Swagger 2 it does if nobody says otherwise, in OpenAPI 3
/// only where it is not "exploded".
fn is_joined(doc: &Doc, parameter: &Value) -> bool {
    match parameter.get("collectionFormat").and_then(Value::as_str) {
        Some(format) => format == "csv",
        None if doc.swagger2 => true,
        None => parameter.get("explode").and_then(Value::as_bool) == Some(false),
    }
}

/// What is said of a schema in words.
fn said(shape: &Shape<'_>) -> Option<String> {
    let said = format!("{} {}", shape.word("title"), shape.word("description"));
    // A unit is named early or not at all, and each part of the whole carries these words.
    (!said.trim().is_empty()).then(|| said.trim().chars().take(LONGEST_SAID).collect())
}

/// The keywords of a schema, with the examples that stand in those of the whole.
fn words_of<'a>(shape: Shape<'_>, given: impl Iterator<Item = &'a Value>) -> Map<String, Value> {
    let mut words = shape.words;
    let plain: Vec<Value> = given.filter(|value| !value.is_object() && !value.is_null()).cloned().collect();
    let none = ["example", "x-example", "examples"].iter().all(|key| !words.contains_key(*key));
    if none && !plain.is_empty() {
        words.insert("examples".into(), plain.into());
    }
    words
}

/// Which way a body goes: a property may be for one of them only.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Goes {
    /// To the server: what it alone writes is no part of it.
    There,
    /// From the server: what it only takes is no part of it.
    Back,
}

impl Goes {
    fn takes(self, shape: &Shape<'_>) -> bool {
        let key = if self == Self::There { "readOnly" } else { "writeOnly" };
        shape.words.get(key).and_then(Value::as_bool) != Some(true)
    }
}

/// A body of a request or of an answer.
pub(crate) struct Body<'a> {
    pub(crate) schema: &'a Value,
    /// Which of its own alternatives.
    pub(crate) choice: usize,
    /// What is said of it beside its schema.
    pub(crate) said: Option<&'a str>,
    /// Whole examples of it beside its schema.
    pub(crate) examples: Vec<&'a Value>,
}

/// Takes a body's schema apart; gives back whether it takes properties that it does not name, if it says.
pub(crate) fn of_body<'a>(doc: &'a Doc, body: Body<'a>, goes: Goes, out: &mut Vec<Leaf>) -> Option<bool> {
    let shape = doc.shape_by(body.schema, body.choice);
    let open = if shape.closed { Some(false) } else { shape.open.then_some(true) };
    let around = body.said.map(str::to_owned).into_iter().collect();
    let way = Way { references: references(body.schema), examples: body.examples, around, ..Way::default() };
    walk(doc, &shape, goes, &way, out);
    open
}

#[derive(Clone, Default)]
struct Way<'a> {
    /// The references that led here: a record inside a record of its own kind is another one's, and endless.
    references: Vec<&'a str>,
    pointer: String,
    names: Vec<String>,
    chain: Vec<(String, bool)>,
    /// What is said of that which it leads through, the nearest first.
    around: Vec<String>,
    /// The examples of it that stand in those of the whole.
    examples: Vec<&'a Value>,
    depth: usize,
}

impl<'a> Way<'a> {
    /// A step to what `schema` describes; `None` if the way has been there.
    fn step(&self, name: &str, required: bool, schema: &'a Value) -> Option<Self> {
        let mut way = self.clone();
        for reference in references(schema) {
            if way.references.contains(&reference) {
                return None;
            }
            way.references.push(reference);
        }
        way.pointer = format!("{}/{}", self.pointer, name.replace('~', "~0").replace('/', "~1"));
        if name != "*" {
            way.names.push(name.to_owned());
        }
        let inside = |whole: &&'a Value| if name == "*" { whole.get(0) } else { whole.get(name) };
        way.examples = self.examples.iter().filter_map(inside).collect();
        way.chain.push((way.pointer.clone(), required));
        way.depth += 1;
        Some(way)
    }
}

/// The references that a schema is made of: its own, and those of its parts and elements.
fn references(schema: &Value) -> Vec<&str> {
    let listed = ["allOf", "oneOf", "anyOf"].into_iter().filter_map(|key| schema.get(key)?.as_array());
    let parts = listed.flatten().take(32).chain(schema.get("items")).chain([schema]);
    parts.filter_map(|part| part.get("$ref")?.as_str()).collect()
}

fn walk<'a>(doc: &'a Doc, shape: &Shape<'a>, goes: Goes, way: &Way<'a>, out: &mut Vec<Leaf>) {
    if !goes.takes(shape) || way.depth > DEEPEST || out.len() >= MOST_LEAVES {
        return;
    }
    let items =
        if shape.is_array() { shape.items.map(|items| doc.shape(items)).unwrap_or_default() } else { Shape::default() };
    let listed = !items.properties.is_empty();
    if shape.properties.is_empty() && !listed {
        let Some((own, parents)) = way.names.split_last() else { return };
        out.push(Leaf {
            place: Place::Body,
            name: way.pointer.clone(),
            own: own.clone(),
            parents: parents.to_vec(),
            json: json_of(shape),
            words: words_of(shape.clone(), way.examples.iter().copied()),
            chain: way.chain.clone(),
            around: way.around.clone(),
            joined: false,
        });
        return;
    }
    let mut way = way.clone();
    way.examples.extend(shape.examples.iter().copied());
    if let Some(said) = said(shape) {
        way.around.insert(0, said);
    }
    if shape.properties.is_empty() {
        if let Some(way) = way.step("*", true, &Value::Null) {
            walk(doc, &items, goes, &way, out);
        }
        return;
    }
    for (name, schema) in &shape.properties {
        if let Some(way) = way.step(name, shape.required.contains(name), schema) {
            walk(doc, &doc.shape(schema), goes, &way, out);
        }
    }
}

fn json_of(shape: &Shape<'_>) -> Json {
    match shape.kind {
        Some("integer") => Json::Integer,
        Some("number") => Json::Number,
        Some("boolean") => Json::Boolean,
        Some("string") => Json::String,
        _ if shape.is_array() => Json::Array,
        // Some documents name the format and forget the type.
        _ => match shape.word("format") {
            "int32" | "int64" => Json::Integer,
            "decimal" | "double" | "float" => Json::Number,
            "" => Json::Any,
            _ => Json::String,
        },
    }
}

/// Names that say nothing by themselves: `code` of a group is its code, `code` of a card is its number.
const VAGUE: [&str; 12] =
    ["id", "code", "name", "number", "value", "guid", "text", "type", "uuid", "title", "key", "address"];

/// Names of what only holds others: `{"data": {"phone": …}}`.
#[rustfmt::skip]
const NEUTRAL: [&str; 20] = [
    "data", "request", "body", "model", "dto", "params", "parameters", "payload", "item", "items", "input", "args",
    "arguments", "content", "fields", "object", "entity", "record", "req", "command",
];

/// Names of a person: a `name` below one is the guest's own.
const PERSON: [&str; 9] = ["guest", "client", "person", "profile", "customer", "holder", "user", "anketa", "personal"];

/// The names by which a leaf is matched, the plainest first: its own, and joined with the name it stands under.
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

/// The names of a leaf that stands under `parent`: `{"guest": {"phone": …}}`, `{"amount": {"value": 5}}`.
fn joined_names(leaf: &Leaf, parent: &str) -> Vec<String> {
    const NAMED: [&str; 4] = ["name", "fullname", "fio", "personname"];
    let own = normal(&leaf.own);
    let joined = format!("{parent}_{}", leaf.own);
    if NAMED.contains(&parent) && matches!(own.as_str(), "first" | "last" | "middle" | "second") {
        return vec![format!("{own}Name")];
    }
    // The name of an account is its guest's.
    let person = PERSON.contains(&parent) || (parent == "account" && own == "name");
    if !VAGUE.contains(&own.as_str()) || (person && own != "id") {
        return vec![leaf.own.clone(), joined];
    }
    // `{"amount": {"value": 5}}`, `{"cards": [{"code": "7"}]}`: the value of that which it stands under.
    let listed = leaf.name.contains("/*") && own == "code";
    let of_parent = listed || matches!(own.as_str(), "value" | "text" | "number" | "address");
    if of_parent { vec![joined, parent.to_owned()] } else { vec![joined] }
}
