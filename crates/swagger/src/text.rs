//! Reads the text of a document so that no method is lost.
//!
//! The vendor's page gives two methods the same path, so a document that lists both may have one key twice. A JSON reader would
//! drop the first, a YAML reader would refuse the document. Here both are kept, the second as `/path#2`.

use std::fmt;

use crate::heuristics::Heuristic;
use serde::{
    Deserialize,
    de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor},
};
use serde_json::{Map, Value};
use serde_saphyr::DuplicateKeyPolicy;

/// The most further values of one key that are kept.
const MOST_TWINS: usize = 8;

/// Reads JSON or YAML. JSON with a trailing comma is read as YAML.
pub(crate) fn read(text: &str) -> Result<Value, String> {
    let start = text.trim_start();
    if start.starts_with('<') {
        return Err("an HTML page".into());
    }
    if !start.starts_with('{') {
        return yaml(text);
    }
    match serde_json::from_str(text) {
        Ok(root) => Ok(with_twins(root, serde_json::from_str(text).ok())),
        Err(why) => yaml(text).map_err(|_| why.to_string()),
    }
}

fn yaml(text: &str) -> Result<Value, String> {
    let last = serde_saphyr::options! { duplicate_keys: DuplicateKeyPolicy::LastWins };
    let every = serde_saphyr::options! { duplicate_keys: DuplicateKeyPolicy::PassThrough };
    let root: Value = serde_saphyr::from_str_with_options(text, last).map_err(|why| why.to_string())?;
    Ok(with_twins(root, serde_saphyr::from_str_with_options(text, every).ok()))
}

/// The document with all its paths, if one of them occurs twice.
fn with_twins(mut root: Value, told: Option<Told>) -> Value {
    let paths = told.and_then(|told| told.paths.named());
    if let (Some(root), Some(paths)) = (root.as_object_mut(), paths) {
        root.insert("paths".into(), paths);
    }
    root
}

/// The paths of a document, with keys that occur twice.
#[derive(Deserialize)]
struct Told {
    paths: Pairs<Item>,
}

/// Keys and values in their order, with repeated keys.
struct Pairs<T>(Vec<(String, T)>);

/// The verbs of a path, with their values.
struct Item(Pairs<Value>);

impl Pairs<Item> {
    /// One object in which repeated keys have names of their own; `None`: no key is repeated.
    fn named(self) -> Option<Value> {
        let mut twins = false;
        let items = self.0.into_iter().map(|(path, item)| (path, apart(item.0.0, &mut twins)));
        let paths = apart(items.collect(), &mut twins);
        twins.then_some(paths)
    }
}

/// An object in which repeated keys have names of their own. A key that repeats the same value counts once.
fn apart(pairs: Vec<(String, Value)>, twins: &mut bool) -> Value {
    let mut all = Map::new();
    for (key, value) in pairs {
        let twin = all.get(&key).is_some_and(|first| *first != value);
        *twins |= twin && Heuristic::TwinPaths.holds();
        let mut names = (2..MOST_TWINS + 2).map(|n| format!("{key}#{n}"));
        let free = if twin { names.find(|name| !all.contains_key(name)) } else { None };
        all.insert(free.unwrap_or(key), value);
    }
    all.into()
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Pairs<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Reader(Vec::new()))
    }
}

impl<'de> Deserialize<'de> for Item {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader(Vec::new())).map(Self)
    }
}

struct Reader<T>(Vec<(String, T)>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for Reader<T> {
    type Value = Pairs<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<Pairs<T>, A::Error> {
        while let Some(pair) = map.next_entry()? {
            self.0.push(pair);
        }
        Ok(Pairs(self.0))
    }

    // A value that is no object has no methods.
    fn visit_unit<E>(self) -> Result<Pairs<T>, E> {
        Ok(Pairs(self.0))
    }

    fn visit_str<E>(self, _: &str) -> Result<Pairs<T>, E> {
        Ok(Pairs(self.0))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Pairs<T>, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Pairs(self.0))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_path_or_a_verb_that_is_told_twice_is_kept_twice() {
        let wanted = json!({"paths": {"/a": {"get": 1}, "/a#2": {"get": 2, "get#2": 3}}, "b": 4});
        let json = r#"{"paths": {"/a": {"get": 1}, "/a": {"get": 2, "get": 3}, "/a": {"get": 1}}, "b": 3, "b": 4}"#;
        assert_eq!(read(json), Ok(wanted.clone()));
        assert_eq!(read("paths:\n  /a: {get: 1}\n  /a: {get: 2, get: 3}\nb: 3\nb: 4\n"), Ok(wanted));
    }

    #[test]
    fn a_comma_too_much_is_forgiven() {
        assert_eq!(read("{\"a\": [1, 2,],\n\t\"b\": {\"c\": \"x\",},\n}"), Ok(json!({"a": [1, 2], "b": {"c": "x"}})));
        assert!(read("{\"a\": ").is_err());
    }

    #[test]
    fn a_response_code_of_yaml_is_a_key() {
        let wanted =
            json!({"paths": {"/a": {"get": {"responses": {"200": {}}}}, "/a#2": {"get": {"responses": {"201": {}}}}}});
        let yaml = "paths:\n  /a: {get: {responses: {200: {}}}}\n  /a: {get: {responses: {201: {}}}}\n";
        assert_eq!(read(yaml), Ok(wanted));
    }
}
