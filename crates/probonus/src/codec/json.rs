//! Reads JSON, and refuses an object that has one key twice with different values.
//!
//! Usual readers silently take the last of two equal keys. With two balances we can't know which one is right.

use std::fmt;

use serde::{
    Deserialize,
    de::{Deserializer, MapAccess, SeqAccess, Visitor},
};
use serde_json::{Map, Value, map::Entry};

use super::values::join;

/// Why a text can't be read, and where in it.
pub(super) struct Unread {
    /// JSON pointer; empty if it is no JSON at all.
    pub(super) at: String,
    pub(super) why: String,
}

/// Reads a text. The same key twice with the same value is allowed. Keys are compared after their escapes are resolved.
pub(super) fn read(text: &str) -> Result<Value, Unread> {
    // serde_json itself refuses JSON that is nested deeper than 128.
    match serde_json::from_str(text) {
        Ok(Told { value, twice: None }) => Ok(value),
        Ok(Told { twice: Some(at), .. }) => Err(Unread { at, why: "is told twice, and differently".into() }),
        Err(error) => Err(Unread { at: String::new(), why: format!("is no JSON: {error}") }),
    }
}

/// A value, and the JSON pointer to the first key in it that occurs twice with different values.
struct Told {
    value: Value,
    twice: Option<String>,
}

impl<'de> Deserialize<'de> for Told {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader)
    }
}

struct Reader;

/// A JSON number with a fraction, as serde_json holds it. Sums are read by `sums` from its decimal digits, with a limit on their
/// number, so no money is lost here.
type Fraction = f64; // not money by itself

impl<'de> Visitor<'de> for Reader {
    type Value = Told;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Told, A::Error> {
        let (mut map, mut twice) = (Map::new(), None);
        while let Some((key, told)) = entries.next_entry::<String, Told>()? {
            let at = |inside: String| format!("{}{inside}", join("", &key));
            twice = twice.or_else(|| told.twice.map(at));
            match map.entry(key) {
                Entry::Vacant(place) => {
                    place.insert(told.value);
                }
                Entry::Occupied(mut first) if *first.get() != told.value => {
                    twice = twice.or_else(|| Some(join("", first.key())));
                    first.insert(told.value);
                }
                Entry::Occupied(_) => {}
            }
        }
        Ok(Told { value: map.into(), twice })
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Told, A::Error> {
        let (mut list, mut twice) = (Vec::new(), None);
        while let Some(told) = elements.next_element::<Told>()? {
            twice = twice.or_else(|| told.twice.map(|inside| format!("/{}{inside}", list.len())));
            list.push(told.value);
        }
        Ok(Told { value: list.into(), twice })
    }

    fn visit_str<E>(self, text: &str) -> Result<Told, E> {
        plain(text)
    }

    fn visit_string<E>(self, text: String) -> Result<Told, E> {
        plain(text)
    }

    fn visit_i64<E>(self, number: i64) -> Result<Told, E> {
        plain(number)
    }

    fn visit_u64<E>(self, number: u64) -> Result<Told, E> {
        plain(number)
    }

    fn visit_f64<E>(self, number: Fraction) -> Result<Told, E> {
        plain(number)
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Told, E> {
        plain(flag)
    }

    fn visit_unit<E>(self) -> Result<Told, E> {
        plain(Value::Null)
    }
}

fn plain<E>(value: impl Into<Value>) -> Result<Told, E> {
    Ok(Told { value: value.into(), twice: None })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn json_is_read_as_any_reader_reads_it() {
        let texts = [
            "null",
            "[1, -2, 1.5, -0, 1e3, 0.1000000000000000055, 18446744073709551615, 18446744073709551616, \"я\\n\\\"\"]",
            "{\"b\": {\"b\": [true, {}]}, \"a\": {}}",
            " 7 ",
        ];
        for text in texts {
            let (ours, theirs) = (read(text).ok(), serde_json::from_str::<Value>(text).ok());
            assert_eq!(ours, theirs, "{text}");
            assert_eq!(ours.map(|value| value.to_string()), theirs.map(|value| value.to_string()), "{text}");
        }
        assert!(read("{\"a\": 1, \"b\": [{\"a\": 1}, {\"a\": 2}], \"a\": 1}").is_ok());
        let deep = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert!(read(&deep(127)).is_ok());
        for text in ["", "{", "{} {}", "NaN", "{\"a\": 01}", "{\"a\": 1, \"a\": 2", "1e999", &deep(128)] {
            assert!(read(text).is_err_and(|unread| unread.at.is_empty()), "{text}");
        }
    }

    #[test]
    fn a_key_that_is_told_twice_has_its_place_told() {
        for (text, at) in [
            ("{\"balance\": 100, \"balance\": 20000}", "/balance"),
            ("{\"balance\":100,\"x\":{},\"balance\":null}", "/balance"),
            ("{\"data\": [{}, {\"a/b\": 1, \"a/b\": [\"]}\\\"\"]}]}", "/data/1/a~1b"),
            // One key in two spellings.
            ("{\"balance\": 100, \"balanc\\u0065\": 20000}", "/balance"),
            ("[{\"\\u0441умма\": 1, \"сумм\\u0430\": \"1\"}]", "/0/сумма"),
            ("{\"a\": {\"b\\/c\": 1, \"b/c\": 2}, \"a\": 3}", "/a/b~1c"),
            ("{\"a\": 1, \"a\": 2, \"a\": 1}", "/a"),
        ] {
            assert_eq!(read(text).err().map(|unread| unread.at).as_deref(), Some(at), "{text}");
        }
    }

    /// A key, with any of its letters escaped.
    fn spelt() -> impl Strategy<Value = (char, String)> {
        (prop::sample::select(vec!['a', 'b', '"', '/', 'я']), 0_u8..3).prop_map(|(key, how)| {
            let spelling = match how {
                0 => serde_json::to_string(&key).unwrap_or_default(),
                1 => format!("\"\\u{:04x}\"", u32::from(key)),
                _ => format!("\"\\u{:04X}\"", u32::from(key)),
            };
            (key, spelling)
        })
    }

    proptest! {
        #[test]
        fn two_keys_are_one_however_they_are_spelt(first in spelt(), second in spelt(), sums: (u8, u8)) {
            let text = format!("{{{}: {}, {}: {}}}", first.1, sums.0, second.1, sums.1);
            prop_assert_eq!(read(&text).is_err(), first.0 == second.0 && sums.0 != sums.1, "{}", text);
        }

        #[test]
        fn any_text_is_read_as_any_reader_reads_it(text in "[{}\\[\\]\",:\\\\ 0-9a-zя]{0,60}") {
            match read(&text) {
                Ok(value) => prop_assert_eq!(Some(value), serde_json::from_str(&text).ok()),
                Err(unread) => prop_assert_eq!(unread.at.is_empty(), serde_json::from_str::<Value>(&text).is_err()),
            }
        }
    }
}
