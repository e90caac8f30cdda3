//! The text of a document as one value, of which no method is lost.
//!
//! The vendor's page gives two methods the same path, and a document that lists both may list one key twice. JSON lets the
//! second push the first out, YAML refuses the whole: here both are kept, the second as `/path#2`.

use std::fmt;

use serde::{
    Deserialize,
    de::{Deserializer, MapAccess, SeqAccess, Visitor},
};
use serde_json::{Map, Value};
use serde_saphyr::DuplicateKeyPolicy;

/// Twins of one key that are kept.
const MOST_TWINS: usize = 8;

/// Reads JSON, or YAML; JSON with a comma too much is YAML.
pub(super) fn read(text: &str) -> Result<Value, String> {
    let start = text.trim_start();
    if start.starts_with('<') {
        return Err("an HTML page".into());
    }
    if !start.starts_with('{') {
        return yaml(text);
    }
    match serde_json::from_str::<Whole>(text) {
        Ok(whole) => Ok(whole.0),
        Err(why) => yaml(text).map_err(|_| why.to_string()),
    }
}

fn yaml(text: &str) -> Result<Value, String> {
    let options = serde_saphyr::options! { duplicate_keys: DuplicateKeyPolicy::PassThrough };
    let whole: Whole = serde_saphyr::from_str_with_options(text, options).map_err(|why| why.to_string())?;
    Ok(whole.0)
}

/// Paths and verbs: what is worth keeping twice.
fn names_a_method(key: &str) -> bool {
    const VERBS: [&str; 5] = ["get", "post", "put", "patch", "delete"];
    key.starts_with('/') || VERBS.contains(&key.to_ascii_lowercase().as_str())
}

struct Whole(Value);

impl<'de> Deserialize<'de> for Whole {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader).map(Self)
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_none<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        let mut all = Vec::new();
        while let Some(Whole(value)) = list.next_element()? {
            all.push(value);
        }
        Ok(all.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut all = Map::new();
        while let Some((key, Whole(value))) = map.next_entry::<String, Whole>()? {
            let twin = names_a_method(&key) && all.get(&key).is_some_and(|first| *first != value);
            let mut names = (2..MOST_TWINS + 2).map(|n| format!("{key}#{n}"));
            let free = if twin { names.find(|name| !all.contains_key(name)) } else { None };
            match free {
                Some(name) => all.insert(name, value),
                None => all.insert(key, value),
            };
        }
        Ok(all.into())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_path_that_is_told_twice_is_kept_twice() {
        let wanted = json!({"paths": {"/a": {"get": 1}, "/a#2": {"get": 2}}, "b": 4});
        assert_eq!(
            read(r#"{"paths": {"/a": {"get": 1}, "/a": {"get": 2}, "/a": {"get": 1}}, "b": 3, "b": 4}"#),
            Ok(wanted.clone())
        );
        assert_eq!(read("paths:\n  /a: {get: 1}\n  /a: {get: 2}\nb: 3\nb: 4\n"), Ok(wanted));
    }

    #[test]
    fn a_comma_too_much_is_forgiven() {
        assert_eq!(read("{\"a\": [1, 2,],\n\t\"b\": {\"c\": \"x\",},\n}"), Ok(json!({"a": [1, 2], "b": {"c": "x"}})));
        assert!(read("{\"a\": ").is_err());
    }

    #[test]
    fn a_response_code_of_yaml_is_a_key() {
        assert_eq!(
            read("responses: {200: {description: ok}}"),
            Ok(json!({"responses": {"200": {"description": "ok"}}}))
        );
    }
}
