//! JSON as it came, and whether a key in it is told twice.
//!
//! Of two like keys every reader silently takes the last. Which of two balances holds, is not ours to guess.

use serde_json::Value;

use super::read::join;

/// Why a text can't be read, and where in it.
pub(super) struct Unread {
    /// JSON pointer; empty if it is no JSON at all.
    pub(super) at: String,
    pub(super) why: String,
}

/// Reads a text. The same key twice with the same value says the same.
pub(super) fn read(text: &str) -> Result<Value, Unread> {
    // serde_json itself refuses what is nested deeper than 128.
    let value = serde_json::from_str(text)
        .map_err(|error| Unread { at: String::new(), why: format!("is no JSON: {error}") })?;
    match (Scan { text, at: 0 }).value() {
        Some(at) => Err(Unread { at, why: "is told twice, and differently".into() }),
        None => Ok(value),
    }
}

/// Goes through a text that is known to be JSON.
struct Scan<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Scan<'a> {
    fn next(&self) -> u8 {
        self.text.as_bytes().get(self.at).copied().unwrap_or_default()
    }

    fn skip(&mut self, any: &[u8]) {
        while self.at < self.text.len() && any.contains(&self.next()) {
            self.at += 1;
        }
    }

    /// Goes past a value; gives back where in it a key is told twice.
    fn value(&mut self) -> Option<String> {
        self.skip(b" \t\r\n");
        match self.next() {
            b'{' => self.object(),
            b'[' => self.list(),
            b'"' => {
                self.string();
                None
            }
            _ => {
                self.at += 1;
                while self.at < self.text.len() && !b",]} \t\r\n".contains(&self.next()) {
                    self.at += 1;
                }
                None
            }
        }
    }

    fn list(&mut self) -> Option<String> {
        let (mut twice, mut count) = (None, 0_usize);
        self.at += 1;
        loop {
            self.skip(b" \t\r\n,");
            if self.at >= self.text.len() || self.next() == b']' {
                self.at += 1;
                return twice;
            }
            let inside = self.value();
            twice = twice.or(inside.map(|inside| format!("/{count}{inside}")));
            count += 1;
        }
    }

    fn object(&mut self) -> Option<String> {
        let mut twice = None;
        let mut told: Vec<(&str, &str)> = Vec::new();
        self.at += 1;
        loop {
            self.skip(b" \t\r\n,");
            if self.at >= self.text.len() || self.next() == b'}' {
                self.at += 1;
                break;
            }
            let key = self.string();
            self.skip(b" \t\r\n:");
            let from = self.at;
            let inside = self.value();
            twice = twice.or_else(|| inside.map(|inside| format!("{}{inside}", join("", &plain(key)))));
            told.push((key, self.text.get(from..self.at).unwrap_or_default()));
        }
        // A record has few keys, and they are in order after one sorting.
        told.sort_by_key(|(key, _)| *key);
        let differ = told.windows(2).find(|pair| pair[0].0 == pair[1].0 && pair[0].1 != pair[1].1);
        twice.or_else(|| differ.map(|pair| join("", &plain(pair[0].0))))
    }

    /// Goes past a text; gives it back with its quotes.
    fn string(&mut self) -> &'a str {
        let from = self.at;
        self.at += 1;
        while self.at < self.text.len() && self.next() != b'"' {
            self.at += if self.next() == b'\\' { 2 } else { 1 };
        }
        self.at += 1;
        self.text.get(from..self.at).unwrap_or_default()
    }
}

/// A text without its quotes and escapes.
fn plain(quoted: &str) -> String {
    serde_json::from_str(quoted).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn json_is_read_as_any_reader_reads_it() {
        for text in ["null", "[1, -2, 1.5, 18446744073709551615, \"я\\n\\\"\"]", "{\"a\": {\"b\": [true, {}]}}", " 7 "]
        {
            assert_eq!(read(text).ok(), serde_json::from_str::<Value>(text).ok(), "{text}");
        }
        assert!(read("{\"a\": 1, \"b\": [{\"a\": 1}, {\"a\": 2}], \"a\": 1}").is_ok());
        for text in ["", "{", "{} {}", "NaN", "{\"a\": 01}"] {
            assert!(read(text).is_err_and(|unread| unread.at.is_empty()), "{text}");
        }
    }

    #[test]
    fn a_key_that_is_told_twice_has_its_place_told() {
        for (text, at) in [
            ("{\"balance\": 100, \"balance\": 20000}", "/balance"),
            ("{\"balance\":100,\"x\":{},\"balance\":null}", "/balance"),
            ("{\"data\": [{}, {\"a/b\": 1, \"a/b\": [\"]}\\\"\"]}]}", "/data/1/a~1b"),
        ] {
            assert_eq!(read(text).err().map(|unread| unread.at).as_deref(), Some(at), "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "[{}\\[\\]\",:\\\\ 0-9a-zя]{0,60}") {
            let _ = read(&text);
            let _ = Scan { text: &text, at: 0 }.value();
        }
    }
}
