//! The files of recorded answers. They are written with a fixed day and compared without values that differ from run to run.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use jiff::civil::Date;
use serde::Serialize;
use serde_json::{Map, Value};

/// The day of all recorded answers.
const TODAY: Date = Date::constant(2026, 11, 23);

/// Only days at most this many days from today are moved; a birthday is further away and stays.
const NEAR: i32 = 400;

/// Fields whose numbers differ from run to run, or whose text is the operating system's.
const VOLATILE: [&str; 5] = ["number", "bytes", "clockAhead", "technical", "detail"];

/// Recorded answers, by file and by name.
pub(super) struct Answers {
    today: Date,
    replaced: [(String, &'static str); 2],
    files: BTreeMap<String, Map<String, Value>>,
}

impl Answers {
    /// No answers yet. `today` is the server's day. The program's folder and the server's address are replaced by fixed names.
    pub(super) fn new(today: Date, home: &Path, url: &str) -> Self {
        let replaced = [
            (home.display().to_string(), "C:\\Users\\olga\\AppData\\Roaming\\ProBonus Office"),
            (url.trim_end_matches('/').to_owned(), "https://probonus.example.ru:6896"),
        ];
        Self { today, replaced, files: BTreeMap::new() }
    }

    pub(super) fn keep(&mut self, file: &str, name: &str, answer: &impl Serialize) {
        let mut answer = serde_json::to_value(answer).unwrap();
        each_text(&mut answer, &mut |text| self.fixed(text));
        self.files.entry(file.to_owned()).or_default().insert(name.to_owned(), answer);
    }

    /// Fails at the first answer that differs from the recorded one. With `RECORD_ANSWERS=1` it records instead.
    pub(super) fn compare_or_record(self) {
        let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../ui/src/test/answers");
        for (name, answers) in self.files {
            let path = folder.join(format!("{name}.json"));
            let recorded: Map<String, Value> = std::fs::read_to_string(&path)
                .ok()
                .and_then(|text| serde_json::from_str(&text).ok())
                .unwrap_or_default();
            let names: Vec<_> = answers.keys().chain(recorded.keys()).collect();
            let differs = names
                .iter()
                .find(|one| answers.get(one.as_str()).map(comparable) != recorded.get(one.as_str()).map(comparable));
            let Some(differs) = differs else { continue };
            if std::env::var_os("RECORD_ANSWERS").is_some() {
                std::fs::create_dir_all(&folder).unwrap();
                std::fs::write(&path, serde_json::to_string_pretty(&answers).unwrap() + "\n").unwrap();
                continue;
            }
            let shown = |answers: &Map<String, Value>| {
                serde_json::to_string_pretty(&answers.get(differs.as_str()).map(comparable)).unwrap()
            };
            pretty_assertion(&format!("{name}.{differs}"), &shown(&recorded), &shown(&answers));
        }
    }

    fn fixed(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for (from, to) in &self.replaced {
            text = text.replace(from, to);
        }
        self.moved(&text)
    }

    /// The text with its first day moved by the distance from today to [`TODAY`].
    fn moved(&self, text: &str) -> String {
        let Some(day) = text.get(..10).and_then(|day| day.parse::<Date>().ok()) else { return text.to_owned() };
        let away = (day - self.today).get_days();
        if away.abs() > NEAR {
            return text.to_owned();
        }
        format!("{}{}", TODAY.saturating_add(jiff::Span::new().days(away)), &text[10..])
    }
}

fn pretty_assertion(name: &str, recorded: &str, answered: &str) -> ! {
    let pairs = recorded.lines().zip(answered.lines());
    let (line, (before, now)) = pairs.enumerate().find(|(_, (before, now))| before != now).unwrap_or((0, ("", "")));
    panic!(
        "{name} is not what the program answers, line {line}:\n  recorded: {before}\n  answered: {now}\n\
         Run `cargo xtask answers` and look at the difference."
    );
}

fn each_text(value: &mut Value, change: &mut impl FnMut(&str) -> String) {
    match value {
        Value::String(text) => *text = change(text),
        Value::Array(values) => values.iter_mut().for_each(|value| each_text(value, change)),
        Value::Object(fields) => fields.values_mut().for_each(|value| each_text(value, change)),
        _ => {}
    }
}

/// An answer without values that differ from run to run: ids, times, days, ports.
fn comparable(answer: &Value) -> Value {
    match answer {
        Value::String(text) => masked(text).into(),
        Value::Array(values) => values.iter().map(comparable).collect(),
        Value::Object(fields) => {
            let is_volatile = |name: &str, value: &Value| !value.is_null() && VOLATILE.contains(&name);
            fields
                .iter()
                .filter(|(name, value)| !is_volatile(name, value))
                .map(|(name, value)| (name.clone(), comparable(value)))
                .collect()
        }
        other => other.clone(),
    }
}

/// The text with every word that has a digit, or four or more hexadecimal letters, replaced by `0`. A timestamp becomes one word.
fn masked(text: &str) -> String {
    if text.parse::<jiff::Timestamp>().is_ok() {
        return "instant".to_owned();
    }
    let volatile = |word: &str| {
        word.contains(|letter: char| letter.is_ascii_digit())
            || word.len() >= 4 && word.bytes().all(|byte| matches!(byte, b'a'..=b'f'))
    };
    let mut masked = String::new();
    for part in text.split_inclusive(|letter: char| !letter.is_alphanumeric()) {
        let word = part.trim_end_matches(|letter: char| !letter.is_alphanumeric());
        masked.push_str(if volatile(word) { "0" } else { word });
        masked.push_str(&part[word.len()..]);
    }
    masked.replace('\\', "/")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_differs_from_run_to_run_is_no_difference_and_a_sum_or_a_word_is() {
        let answer = |id: &str, at: &str, sum: i64, state: &str| {
            comparable(&json!({ "id": id, "at": at, "sum": sum, "state": state, "number": sum }))
        };
        let first = answer("6ba7b810-9dad-11d1-80b4-00c04fd430c8", "2026-11-23T09:00:00.5Z", 100, "confirmed");
        assert_eq!(first, answer("00000000-abcd-11d1-80b4-00c04fd430c8", "2026-11-24T19:00:00Z", 100, "confirmed"));
        assert_ne!(first["sum"], answer("", "", 101, "confirmed")["sum"]);
        assert_ne!(first["state"], answer("", "", 100, "unknown")["state"]);
    }

    #[test]
    fn days_near_today_move_with_it_and_a_birthday_stays() {
        let answers = Answers::new(Date::constant(2030, 1, 31), Path::new("/home"), "http://127.0.0.1:1");
        assert_eq!(answers.fixed("2030-02-01T10:00:00"), "2026-11-24T10:00:00");
        assert_eq!(answers.fixed("1987-04-12"), "1987-04-12");
        assert_eq!(answers.fixed("http://127.0.0.1:1/swagger"), "https://probonus.example.ru:6896/swagger");
    }
}
