//! JSON as it came, and whether a key in it is told twice.
//!
//! Of two like keys most readers silently take the last. Which of two balances holds, is not ours to guess.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::read::join;

/// Why a text can't be read, and where in it.
pub(super) struct Unread {
    /// JSON pointer; empty if it is no JSON at all.
    pub(super) at: String,
    pub(super) why: String,
}

/// Reads a text. The same key twice with the same value says the same.
pub(super) fn read(text: &str) -> Result<Value, Unread> {
    let mut twice = None;
    let mut source = serde_json::Deserializer::from_str(text);
    let read = Reader { twice: &mut twice }.deserialize(&mut source);
    let value = read.and_then(|value| source.end().map(|()| value));
    match (value, twice) {
        (Ok(_), Some(at)) => Err(Unread { at, why: "is told twice, and differently".into() }),
        (Ok(value), None) => Ok(value),
        // serde_json itself refuses what is nested deeper than 128.
        (Err(error), _) => Err(Unread { at: String::new(), why: format!("is no JSON: {error}") }),
    }
}

struct Reader<'a> {
    /// Where, from here, a key is told twice.
    twice: &'a mut Option<String>,
}

impl<'de> DeserializeSeed<'de> for Reader<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Reader<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
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

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        let mut all = Vec::new();
        loop {
            // Only a key that is told twice has its path made.
            let mut inside = None;
            let Some(value) = list.next_element_seed(Reader { twice: &mut inside })? else { break };
            if let Some(at) = inside {
                self.twice.get_or_insert_with(|| format!("/{}{at}", all.len()));
            }
            all.push(value);
        }
        Ok(all.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut all = Map::new();
        while let Some(key) = map.next_key::<String>()? {
            let mut inside = None;
            let value = map.next_value_seed(Reader { twice: &mut inside })?;
            if let Some(at) = inside {
                self.twice.get_or_insert_with(|| format!("{}{at}", join("", &key)));
            }
            if all.get(&key).is_some_and(|first| *first != value) {
                self.twice.get_or_insert_with(|| join("", &key));
            }
            all.insert(key, value);
        }
        Ok(all.into())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn json_is_read_as_any_reader_reads_it() {
        for text in ["null", "[1, -2, 1.5, 18446744073709551615, \"я\\n\"]", "{\"a\": {\"b\": [true, {}]}}", "7"] {
            assert_eq!(read(text).ok(), serde_json::from_str::<Value>(text).ok(), "{text}");
        }
        assert_eq!(read("{\"a\": 1, \"a\": 1}").ok(), Some(json!({"a": 1})));
        for text in ["", "{", "{} {}", "NaN", "{\"a\": 01}"] {
            assert!(read(text).is_err_and(|unread| unread.at.is_empty()), "{text}");
        }
    }

    #[test]
    fn a_key_that_is_told_twice_has_its_place_told() {
        for (text, at) in [
            ("{\"balance\": 100, \"balance\": 20000}", "/balance"),
            ("{\"data\": [{}, {\"a/b\": 1, \"a/b\": null}]}", "/data/1/a~1b"),
        ] {
            assert_eq!(read(text).err().map(|unread| unread.at).as_deref(), Some(at), "{text}");
        }
    }
}
