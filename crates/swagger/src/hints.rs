//! Units and formats that a document gives in words, patterns and examples.

use serde_json::Value;

use crate::{heuristics::Heuristic, leaf::Leaf};
use probonus_contract::binding::{DateFormat, Json, SexCodes};

/// The format of a day or a moment; `None`: it is not known. A number without a description is `None`: it may be seconds or
/// milliseconds.
pub(crate) fn date(leaf: &Leaf) -> Option<DateFormat> {
    let number = matches!(leaf.json, Json::Integer | Json::Number);
    let said = format!("{} {}", leaf.said(), leaf.word("format"));
    if let Some(format) = leaf.examples().into_iter().find_map(shape)
        && Heuristic::DateByExample.holds()
    {
        return Some(format);
    }
    if let Some(format) = in_words(&said)
        && Heuristic::DateInWords.holds()
    {
        return Some(format);
    }
    let lower = said.to_lowercase();
    if number || lower.contains("unix") || lower.contains("epoch") {
        let millis = ["милли", "milli", " ms", "unix-ms", "мс"].iter().any(|word| lower.contains(word));
        let seconds = ["секунд", "second", "unix", "epoch", "timestamp"].iter().any(|word| lower.contains(word));
        return if millis { Some(DateFormat::UnixMillis) } else { seconds.then_some(DateFormat::UnixSeconds) };
    }
    match leaf.word("format") {
        "date-time" | "datetime" => Some(DateFormat::IsoTime),
        "date" => Some(DateFormat::Iso),
        _ => None,
    }
}

/// A pattern such as `dd.MM.yyyy HH:mm` inside a text.
fn in_words(text: &str) -> Option<DateFormat> {
    let text = text
        .replace('Д', "d")
        .replace('М', "M")
        .replace('Г', "y")
        .replace('д', "d")
        .replace('г', "y")
        .replace('м', "m");
    let text = text.to_lowercase().replace('ч', "h").replace('с', "s");
    const PATTERNS: [(&str, DateFormat); 17] = [
        ("dd.mm.yyyy hh:mm:ss", DateFormat::DottedTime),
        ("dd.mm.yyyy hh:mm", DateFormat::DottedMinutes),
        ("dd.mm.yyyy", DateFormat::Dotted),
        ("%d.%m.%y %h:%m:%s", DateFormat::DottedTime),
        ("%d.%m.%y", DateFormat::Dotted),
        ("dd/mm/yyyy", DateFormat::SlashedDayFirst),
        ("mm/dd/yyyy", DateFormat::SlashedMonthFirst),
        ("dd-mm-yyyy", DateFormat::Dashed),
        ("yyyy-mm-ddthh:mm:ssz", DateFormat::IsoUtc),
        ("yyyy-mm-ddthh:mm:ss+", DateFormat::IsoOffset),
        ("yyyy-mm-ddthh:mm:ss", DateFormat::IsoTime),
        ("yyyy-mm-dd't'hh:mm:ss", DateFormat::IsoTime),
        ("yyyy-mm-dd hh:mm:ss", DateFormat::IsoSpaced),
        ("yyyy-mm-dd", DateFormat::Iso),
        ("yyyymmdd", DateFormat::Compact),
        ("/date(", DateFormat::Microsoft),
        ("unix-ms", DateFormat::UnixMillis),
    ];
    PATTERNS.into_iter().find(|(pattern, _)| text.contains(pattern)).map(|(_, format)| format)
}

/// The format of an example.
fn shape(value: &Value) -> Option<DateFormat> {
    let text = match value {
        Value::Number(number) => {
            let number = number.as_i64()?;
            return match number {
                100_000_000_000.. => Some(DateFormat::UnixMillis),
                1_000_000_000.. => Some(DateFormat::UnixSeconds),
                19_000_101..=21_001_231 => Some(DateFormat::Compact),
                _ => None,
            };
        }
        Value::String(text) => text.trim(),
        _ => return None,
    };
    if text.starts_with("/Date(") {
        return Some(DateFormat::Microsoft);
    }
    // Digits become 9, so that only the shape of the text is left.
    let shape: String = text.chars().map(|c| if c.is_ascii_digit() { '9' } else { c }).collect();
    let day: Option<i32> = text.get(..2).and_then(|day| day.parse().ok());
    let second: Option<i32> = text.get(3..5).and_then(|day| day.parse().ok());
    Some(match shape.as_str() {
        "9999-99-99" => DateFormat::Iso,
        "99.99.9999" => DateFormat::Dotted,
        "99.99.9999 99:99" => DateFormat::DottedMinutes,
        "99.99.9999 99:99:99" => DateFormat::DottedTime,
        "99-99-9999" => DateFormat::Dashed,
        "99/99/9999" if day? > 12 => DateFormat::SlashedDayFirst,
        "99/99/9999" if second? > 12 => DateFormat::SlashedMonthFirst,
        "99999999" | "99999999999999" => DateFormat::Compact,
        "9999999999" => DateFormat::UnixSeconds,
        "9999999999999" => DateFormat::UnixMillis,
        _ if text.ends_with("T00:00:00") => DateFormat::IsoMidnight,
        _ if shape.starts_with("9999-99-99 99:99") => DateFormat::IsoSpaced,
        _ if shape.starts_with("9999-99-99T99:99") && shape.ends_with('Z') => DateFormat::IsoUtc,
        _ if shape.starts_with("9999-99-99T99:99") && shape.ends_with("99:99") && shape.contains('+') => {
            DateFormat::IsoOffset
        }
        _ if shape.starts_with("9999-99-99T99:99") => DateFormat::IsoTime,
        _ => return None,
    })
}

/// The greatest value of a number. Example: how many rows a server gives at once.
pub(crate) fn most(leaf: &Leaf) -> Option<u32> {
    const WORDS: [&str; 9] =
        ["не более", "не больше", "максимум", "максимально", "at most", "no more than", "up to", "maximum", "max"];
    let told = leaf.words.get("maximum").and_then(whole);
    let chosen = leaf.choices().iter().filter_map(whole).max();
    let said = leaf.said().to_lowercase();
    let in_words = || {
        let (at, word) = WORDS.iter().filter_map(|word| Some((said.find(word)?, word))).min()?;
        let rest = said[at + word.len()..].trim_start_matches(|c: char| !c.is_ascii_digit() && !c.is_alphabetic());
        rest.split(|c: char| !c.is_ascii_digit()).next()?.parse::<u64>().ok()
    };
    // The greatest number of the type is no limit.
    let is_limit = |most: &u32| *most < i32::MAX.unsigned_abs();
    told.or(chosen).or_else(in_words).and_then(|most| u32::try_from(most).ok()).filter(is_limit)
}

/// A whole number, also if it is written with zeros after the point: FastAPI writes a limit as `50.0`.
pub(crate) fn whole(value: &Value) -> Option<u64> {
    let told = value.as_number()?.to_string();
    match told.split_once('.') {
        Some((whole, rest)) if rest.bytes().all(|digit| digit == b'0') => whole.parse().ok(),
        Some(_) => None,
        None => told.parse().ok(),
    }
}

/// Keywords under which documents put the names of the values that may be chosen.
pub(crate) const NAMES_OF_CHOICES: [&str; 5] =
    ["x-enum-varnames", "x-enumNames", "x-enum-names", "x-enum-descriptions", "x-enumDescriptions"];

fn ends_female(name: &str) -> bool {
    name.ends_with("female")
}

/// The codes of the sexes, if a document gives them. `Err`: it has codes, but not which is which.
pub(crate) fn sex(leaf: &Leaf) -> Result<Option<SexCodes>, ()> {
    let choices = leaf.choices();
    let names = NAMES_OF_CHOICES.iter().find_map(|key| leaf.words.get(*key)?.as_array());
    let named: Vec<(String, &Value)> = match names {
        Some(names) => names.iter().map(|name| name.as_str().unwrap_or_default().to_lowercase()).zip(choices).collect(),
        None => choices.iter().filter_map(|choice| Some((choice.as_str()?.to_lowercase(), choice))).collect(),
    };
    let of = |words: &[&str]| {
        let exact = named.iter().find(|(name, _)| words.contains(&name.as_str()));
        // `SexMale`, `GENDER_FEMALE`, «Пол: женский»: a whole word at the end, never `male` of `female`.
        let ends = |name: &str| words.iter().any(|word| word.len() > 3 && name.ends_with(word));
        let last = || named.iter().find(|(name, _)| ends(name) && !(ends_female(name) && words.contains(&"male")));
        exact.or_else(last).map(|(_, value)| (*value).clone())
    };
    let male = of(&["male", "m", "man", "м", "муж", "мужской", "мужчина", "1"]);
    let female = of(&["female", "f", "woman", "w", "ж", "жен", "женский", "женщина", "2"]);
    if let (Some(male), Some(female)) = (male, female)
        && Heuristic::SexByNames.holds()
    {
        return Ok(Some(SexCodes { male, female }));
    }
    if let Some(codes) = sex_in_words(&leaf.said(), leaf.json)
        && Heuristic::SexInWords.holds()
    {
        return Ok(Some(codes));
    }
    // The codes have names that we don't know. That 1 and 2 usually mean male and female does not count here.
    if names.is_some() {
        return Err(());
    }
    let has = |number: i64| choices.iter().any(|choice| choice.as_i64() == Some(number));
    match choices.is_empty() || (has(1) && has(2)) {
        true => Ok(None),
        false => Err(()),
    }
}

/// The codes of the sexes in a description: `0 — мужской, 1 — женский`; `1=male 2=female`; `M/F`; `«м» или «ж»`.
fn sex_in_words(said: &str, json: Json) -> Option<SexCodes> {
    let whole = said;
    let said = said.to_lowercase();
    let code_before = |words: &[&str]| {
        let at = words.iter().filter_map(|word| word_at(&said, word)).min()?;
        let digits = said[..at].trim_end_matches(|c: char| !c.is_ascii_digit() && !c.is_alphanumeric());
        let code = digits.chars().next_back()?;
        (code.is_ascii_digit() && at - digits.len() <= 12).then(|| code.to_digit(10)).flatten()
    };
    let code_after = |words: &[&str]| {
        let (at, word) = words.iter().filter_map(|word| Some((word_at(&said, word)?, word))).min()?;
        let rest = said[at + word.len()..].trim_start_matches(|c: char| c == '\'' || c == '"' || c.is_alphabetic());
        let rest = rest.trim_start_matches([' ', '-', '—', '–', '=', ':', '(', '"', '`']);
        rest.chars().next()?.to_digit(10)
    };
    let (male, female) = (["муж", "male", "man"], ["жен", "female", "woman"]);
    let pair = |a: Option<u32>, b: Option<u32>| a.zip(b).filter(|(a, b)| a != b);
    let told = pair(code_before(&male), code_before(&female)).or_else(|| pair(code_after(&male), code_after(&female)));
    if let Some((male, female)) = told {
        let value = |code: u32| if json == Json::String { Value::from(code.to_string()) } else { Value::from(code) };
        return Some(SexCodes { male: value(male), female: value(female) });
    }
    if json != Json::String {
        return None;
    }
    const PAIRS: [(&str, &str, &str, &str); 6] = [
        ("м", "ж", "м", "ж"),
        ("мужской", "женский", "мужской", "женский"),
        ("муж", "жен", "муж", "жен"),
        ("male", "female", "male", "female"),
        ("m", "f", "M", "F"),
        ("m", "w", "M", "W"),
    ];
    let words: Vec<&str> = said.split(|c: char| !c.is_alphanumeric()).collect();
    let pair = PAIRS.into_iter().find(|(m, f, ..)| words.contains(m) && words.contains(f))?;
    // Capital and small letters are those of the description: «М или Ж».
    let as_said = |code: &str| whole.split(|c: char| !c.is_alphanumeric()).find(|word| word.to_lowercase() == code);
    let code = |word: &str, usual: &'static str| Value::from(as_said(word).unwrap_or(usual));
    Some(SexCodes { male: code(pair.0, pair.2), female: code(pair.1, pair.3) })
}

/// Where a word begins in a text; `male` is not found inside `female`.
fn word_at(text: &str, word: &str) -> Option<usize> {
    text.match_indices(word)
        .map(|(at, _)| at)
        .find(|at| !text[..*at].chars().next_back().is_some_and(char::is_alphabetic))
}
