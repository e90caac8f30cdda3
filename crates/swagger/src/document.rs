//! The document itself: JSON or YAML, its references, its schemas after merging.

use std::collections::HashSet;

use serde_json::{Map, Value};

use crate::{effort::Effort, error::LearnError, text};
use probonus_contract::contract::normal;

/// The most bytes that are read of one server's documents together.
pub(crate) const MOST_BYTES: usize = 16 * 1024 * 1024;
/// The most references that are followed one after another.
const MOST_HOPS: usize = 24;
/// The most schemas that are merged into one: a ring of `allOf` would never end.
const MOST_PARTS: usize = 256;
/// The most properties of one schema that are read.
const MOST_PROPERTIES: usize = 1500;
/// Letters of a property's name, and of a reference. Each leaf keeps a copy of the names on the way to it.
const LONGEST_NAME: usize = 500;
const LONGEST_REFERENCE: usize = 4000;

/// A Swagger or OpenAPI document.
pub(crate) struct Doc {
    /// Its address; empty if it is the only document.
    pub(crate) address: String,
    pub(crate) root: Value,
    pub(crate) dialect: String,
    pub(crate) swagger2: bool,
    /// Whether some sum of the server's documents is in rubles. A sum without a named unit is then not taken for kopecks.
    pub(crate) rubles: bool,
    /// The names, in normal form, of the headers and parameters in which the client itself sends its tokens.
    pub(crate) tokens: Vec<String>,
    pub(crate) effort: Effort,
}

impl Doc {
    /// Reads a document.
    pub(crate) fn parse(bytes: &[u8]) -> Result<Self, LearnError> {
        if bytes.len() > MOST_BYTES {
            return Err(LearnError::TooLarge);
        }
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let malformed = |why: String| LearnError::Malformed(why.chars().take(300).collect());
        let text = std::str::from_utf8(bytes).map_err(|error| malformed(error.to_string()))?;
        let root = text::read(text).map_err(malformed)?;
        let version = |key: &str| match root.get(key)? {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        };
        let (dialect, swagger2) = match (version("swagger"), version("openapi")) {
            (_, Some(version)) if version.starts_with('3') => (format!("OpenAPI {version}"), false),
            (Some(version), _) if version.starts_with('2') => (format!("Swagger {version}"), true),
            _ => return Err(malformed("neither Swagger 2 nor OpenAPI 3".into())),
        };
        let (address, tokens, effort) = (String::new(), Vec::new(), Effort::default());
        Ok(Self { address, root, dialect, swagger2, rubles: false, tokens, effort })
    }

    pub(crate) fn text(&self, pointer: &str) -> String {
        self.root.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned()
    }

    /// Whether it was made of protobuf definitions, by protoc-gen-openapiv2 or the like: it has their records of an error, which
    /// hold any other. Numbers that are zero are then left out of the answers.
    pub(crate) fn is_of_protobuf(&self) -> bool {
        let at = if self.swagger2 { "/definitions" } else { "/components/schemas" };
        let schemas = self.root.pointer(at).and_then(Value::as_object);
        let has = |tail: &str| schemas.is_some_and(|all| all.keys().any(|name| normal(name).ends_with(tail)));
        has("rpcstatus") && has("protobufany")
    }

    /// A security scheme that it declares.
    pub(crate) fn scheme(&self, name: &str) -> Option<&Value> {
        self.schemes()?.get(name).map(|scheme| self.resolve(scheme))
    }

    /// The security schemes that it declares, by name.
    fn schemes(&self) -> Option<&Map<String, Value>> {
        let at = if self.swagger2 { "/securityDefinitions" } else { "/components/securitySchemes" };
        self.root.pointer(at)?.as_object()
    }

    /// The addresses at which its OAuth 2 schemes give a token for a login and a password.
    pub(crate) fn password_urls(&self) -> Vec<&str> {
        let flows = self.schemes().into_iter().flatten().take(32).filter_map(|(_, scheme)| match self.swagger2 {
            true => Some(scheme).filter(|scheme| scheme.get("flow").and_then(Value::as_str) == Some("password")),
            false => scheme.pointer("/flows/password"),
        });
        flows.filter_map(|flow| flow.get("tokenUrl")?.as_str()).collect()
    }

    /// The target of a reference, or the value itself. A reference to another document, or in a ring, gives null.
    pub(crate) fn resolve<'a>(&'a self, mut value: &'a Value) -> &'a Value {
        for _ in 0..MOST_HOPS {
            match self.target(value) {
                Some(target) => value = target,
                None => return value,
            }
        }
        &Value::Null
    }

    /// The target of a reference; `None`: the value is no reference.
    fn target<'a>(&'a self, value: &'a Value) -> Option<&'a Value> {
        let reference = value.get("$ref")?.as_str()?;
        let pointer = reference.strip_prefix('#').filter(|pointer| pointer.len() <= LONGEST_REFERENCE);
        let pointer = pointer.map(percent_decoded);
        Some(pointer.and_then(|pointer| self.root.pointer(&pointer)).unwrap_or(&Value::Null))
    }

    /// A schema with its references and `allOf` merged. Of `oneOf` and `anyOf`, the first that is not `null` counts.
    pub(crate) fn shape<'a>(&'a self, schema: &'a Value) -> Shape<'a> {
        self.shape_by(schema, 0)
    }

    /// As [`Doc::shape`], with another of the schema's own alternatives.
    pub(crate) fn shape_by<'a>(&'a self, schema: &'a Value, choice: usize) -> Shape<'a> {
        let mut shape = Shape::default();
        self.gather(schema, &mut shape, MOST_HOPS, choice);
        shape
    }

    /// How many alternatives a schema has, itself or what it refers to.
    pub(crate) fn choices(&self, schema: &Value) -> usize {
        let schema = self.resolve(schema);
        let listed = |key: &str| schema.get(key).and_then(Value::as_array).filter(|list| annotated(list).is_none());
        let of = |key: &str| listed(key).map_or(0, |list| own(list).count());
        of("oneOf").max(of("anyOf")).max(1)
    }

    fn gather<'a>(&'a self, schema: &'a Value, shape: &mut Shape<'a>, hops: usize, choice: usize) {
        let Some(map) = schema.as_object().filter(|_| hops > 0 && shape.parts < MOST_PARTS) else { return };
        if !self.effort.take(work_of(map)) {
            return;
        }
        shape.parts += 1;
        shape.take(map);
        if let Some(target) = self.target(schema) {
            self.gather(target, shape, hops - 1, choice);
        }
        let list = |key: &str| map.get(key).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        for part in list("allOf").iter().take(32) {
            self.gather(part, shape, hops / 2, 0);
        }
        for key in ["oneOf", "anyOf"] {
            if let Some((values, names)) = annotated(list(key)) {
                shape.words.entry("enum").or_insert(values);
                shape.words.entry("x-enum-varnames").or_insert(names);
                continue;
            }
            if let Some(part) = own(list(key)).nth(choice) {
                self.gather(part, shape, hops / 2, 0);
            }
        }
    }
}

/// The work of merging a schema: one, and one for each property and alternative.
fn work_of(schema: &Map<String, Value>) -> usize {
    let properties =
        schema.get("properties").and_then(Value::as_object).map_or(0, |all| all.len().min(MOST_PROPERTIES));
    let listed = |key: &str| schema.get(key).and_then(Value::as_array).map_or(0, Vec::len);
    1 + properties + listed("oneOf") + listed("anyOf")
}

/// The values and names of a list that is an `enum` with a word for each: `oneOf: [{const: 1, title: Мужской}, …]`.
fn annotated(list: &[Value]) -> Option<(Value, Value)> {
    let told: Vec<&Value> = own(list).collect();
    let values: Option<Vec<Value>> = told.iter().map(|one| one.get("const").cloned()).collect();
    let values = values.filter(|values| values.len() > 1)?;
    let name = |one: &&Value| one.get("title").or(one.get("description")).cloned().unwrap_or_default();
    Some((values.into(), told.iter().map(name).collect::<Vec<_>>().into()))
}

/// The alternatives, without `null`.
fn own(list: &[Value]) -> impl Iterator<Item = &Value> {
    let null = |part: &Value| {
        part.get("type").and_then(Value::as_str) == Some("null")
            || part.get("const") == Some(&Value::Null)
            || part.get("enum").and_then(Value::as_array).is_some_and(|only| only.as_slice() == [Value::Null])
    };
    list.iter().filter(move |part| !null(part))
}

/// A text with its `%D0%93` decoded.
pub(crate) fn percent_decoded(text: &str) -> String {
    percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// The most examples of one schema that are read.
const MOST_EXAMPLES: usize = 8;

/// The examples beside a schema, or inside it.
pub(crate) fn examples_of(map: &Map<String, Value>) -> impl Iterator<Item = &Value> {
    let (listed, named) = match map.get("examples") {
        Some(Value::Array(list)) => (list.as_slice(), None),
        Some(Value::Object(named)) => (&[][..], Some(named)),
        _ => (&[][..], None),
    };
    let named = named.into_iter().flat_map(Map::values).map(|example| example.get("value").unwrap_or(example));
    map.get("example").or(map.get("x-example")).into_iter().chain(listed).chain(named)
}

/// A schema after merging. If a keyword occurs twice, the outer one counts.
#[derive(Clone, Default)]
pub(crate) struct Shape<'a> {
    pub(crate) kind: Option<&'a str>,
    pub(crate) properties: Vec<(&'a str, &'a Value)>,
    pub(crate) required: Vec<&'a str>,
    pub(crate) items: Option<&'a Value>,
    /// `closed`: it says that it takes only the properties that it names. `open`: it says that it takes others.
    pub(crate) closed: bool,
    pub(crate) open: bool,
    /// Whole examples, from which the parts take theirs.
    pub(crate) examples: Vec<&'a Value>,
    /// How many schemas were merged.
    parts: usize,
    /// The names of the properties.
    names: HashSet<&'a str>,
    pub(crate) words: Map<String, Value>,
}

/// Letters that are kept of a keyword's value, a list with all its texts. Each leaf keeps a copy of its keywords.
const LONGEST_WORD: usize = 8000;

/// A value without what is beyond all measure.
pub(crate) fn brief(value: &Value) -> Value {
    let mut left = LONGEST_WORD;
    cut_to(value, &mut left)
}

/// The beginning of a value, with as many letters as are left.
fn cut_to(value: &Value, left: &mut usize) -> Value {
    let mut inside = |one: &Value| {
        *left = left.checked_sub(1)?;
        Some(cut_to(one, left))
    };
    match value {
        Value::Array(list) => list.iter().map_while(inside).collect(),
        Value::Object(map) => map.iter().map_while(|(key, one)| Some((key.clone(), inside(one)?))).collect(),
        Value::String(text) => {
            let end = text.char_indices().nth(*left).map_or(text.len(), |(end, _)| end);
            *left = left.saturating_sub(end);
            Value::from(&text[..end])
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
    }
}

/// The keywords that say what a value is.
const WORDS: [&str; 27] = [
    "format",
    "description",
    "title",
    "example",
    "examples",
    "default",
    "const",
    "enum",
    "pattern",
    "maxLength",
    "minLength",
    "multipleOf",
    "maximum",
    "minimum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "readOnly",
    "writeOnly",
    "x-unit",
    "x-enum-varnames",
    "x-enumNames",
    "x-enum-names",
    "x-enum-descriptions",
    "x-enumDescriptions",
    "contentEncoding",
    "contentMediaType",
    "x-example",
];

impl<'a> Shape<'a> {
    fn take(&mut self, map: &'a Map<String, Value>) {
        let kind = match map.get("type") {
            Some(Value::String(kind)) => Some(kind.as_str()),
            Some(Value::Array(kinds)) => kinds.iter().filter_map(Value::as_str).find(|kind| *kind != "null"),
            _ => None,
        };
        self.kind = self.kind.or(kind);
        for word in WORDS {
            if let Some(value) = map.get(word).filter(|_| !self.words.contains_key(word)) {
                self.words.insert(word.to_owned(), brief(value));
            }
        }
        self.examples.extend(examples_of(map).take(MOST_EXAMPLES));
        let properties = map.get("properties").and_then(Value::as_object);
        for (name, schema) in properties.into_iter().flatten().take(MOST_PROPERTIES) {
            let has_room = name.len() <= LONGEST_NAME && self.properties.len() < MOST_PROPERTIES;
            if has_room && self.names.insert(name) {
                self.properties.push((name, schema));
            }
        }
        let required = map.get("required").and_then(Value::as_array);
        let room = MOST_PROPERTIES.saturating_sub(self.required.len());
        self.required.extend(required.into_iter().flatten().take(room).filter_map(Value::as_str));
        self.items = self.items.or(map.get("items"));
        let more = map.get("additionalProperties");
        self.closed |= more == Some(&Value::Bool(false));
        self.open |= more.is_some_and(|more| *more == Value::Bool(true) || more.is_object());
    }

    pub(crate) fn is_array(&self) -> bool {
        self.kind == Some("array") || (self.kind.is_none() && self.items.is_some())
    }

    /// The text of a keyword; empty if there is none.
    pub(crate) fn word(&self, key: &str) -> &str {
        self.words.get(key).and_then(Value::as_str).unwrap_or_default()
    }
}

/// A fingerprint of a document: FNV-1a over its bytes, and their number. It shows a change; it is no protection against forgery.
#[must_use]
pub fn fingerprint(bytes: &[u8]) -> String {
    let hash = bytes
        .iter()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3));
    format!("{hash:016x}-{}", bytes.len())
}
