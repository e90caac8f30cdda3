//! The format of a phone, as a document gives it: by an example, a pattern, a mask or words.

use serde_json::Value;

use crate::{heuristics::Heuristic, leaf::Leaf};
use probonus_contract::binding::PhoneFormat;

/// Beginnings of a pattern, without brackets and anchors, and their formats. The first that fits counts.
const PATTERNS: [(&str, PhoneFormat); 9] = [
    ("+7", PhoneFormat::PlusSeven),
    ("7d{10}", PhoneFormat::Seven),
    ("70-9{10}", PhoneFormat::Seven),
    ("8d{10}", PhoneFormat::Eight),
    ("80-9{10}", PhoneFormat::Eight),
    ("9d{9}", PhoneFormat::TenDigits),
    ("90-9{9}", PhoneFormat::TenDigits),
    ("d{10}", PhoneFormat::TenDigits),
    ("0-9{10}", PhoneFormat::TenDigits),
];

/// Words of a description and their formats. The first group that fits counts: «+7, 11 цифр» is `+7…`, not `7…`.
const WORDS: [(&[&str], PhoneFormat); 4] = [
    (
        &["10 цифр", "десять цифр", "10 digits", "ten digits", "без кода страны", "without country code", "без +7"],
        PhoneFormat::TenDigits,
    ),
    (&["e.164", "e164", "+7", "с плюсом", "with plus", "international", "международн"], PhoneFormat::PlusSeven),
    (&["начиная с 8", "через 8", "с восьмёрки", "с восьмерки", "starting with 8", "starts with 8"], PhoneFormat::Eight),
    (&["начиная с 7", "starting with 7", "starts with 7", "11 цифр", "11 digits"], PhoneFormat::Seven),
];

/// The format of a phone; `None`: the document does not give it. An example counts before a pattern, a pattern before the
/// description.
pub(crate) fn format(leaf: &Leaf) -> Option<PhoneFormat> {
    let said = leaf.said().to_lowercase();
    let by_example = || leaf.examples().into_iter().find_map(of_value).filter(|_| Heuristic::PhoneByExample.holds());
    let by_pattern = || of_pattern(leaf.word("pattern")).filter(|_| Heuristic::PhoneByPattern.holds());
    let by_mask = || of_mask(&said).filter(|_| Heuristic::PhoneByMask.holds());
    let in_words = || of_words(&said, leaf).filter(|_| Heuristic::PhoneInWords.holds());
    by_example().or_else(by_pattern).or_else(by_mask).or_else(in_words)
}

/// The format of an example, which may be a number: `79123456789`.
fn of_value(value: &Value) -> Option<PhoneFormat> {
    match value {
        Value::String(text) => of_example(text),
        Value::Number(number) => of_example(&number.to_string()),
        _ => None,
    }
}

/// The format of a phone as it would be sent: `+7 (912) 345-67-89`, `89123456789`, `9123456789`.
fn of_example(text: &str) -> Option<PhoneFormat> {
    let pretty = text.starts_with("+7 (") || text.starts_with("+7(");
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let plus = text.trim_start().starts_with('+');
    match (plus, digits.len(), digits.as_bytes().first()) {
        (true, 11, Some(b'7')) if pretty => Some(PhoneFormat::Pretty),
        (true, 11, Some(b'7')) => Some(PhoneFormat::PlusSeven),
        (false, 11, Some(b'7')) => Some(PhoneFormat::Seven),
        (false, 11, Some(b'8')) => Some(PhoneFormat::Eight),
        (false, 10, Some(b'9')) => Some(PhoneFormat::TenDigits),
        _ => None,
    }
}

/// The format in a regular expression: `^\+7\d{10}$`.
fn of_pattern(pattern: &str) -> Option<PhoneFormat> {
    let pattern = pattern.replace(['^', '$', '(', ')', '[', ']', '\\'], "");
    PATTERNS.into_iter().find(|(start, _)| pattern.starts_with(start)).map(|(_, format)| format)
}

/// The format of a mask or an example inside a description in small letters: `7xxxxxxxxxx`, `+7 (9xx) …`, `8xxxxxxxxxx`.
fn of_mask(said: &str) -> Option<PhoneFormat> {
    let masked: String =
        said.chars().map(|c| if matches!(c, 'x' | 'х' | '#' | 'n' | '_' | '*') { '9' } else { c }).collect();
    if masked.contains("+7 (999) 999-99-99") {
        return Some(PhoneFormat::Pretty);
    }
    let ends = |c: char| c.is_whitespace() || matches!(c, ',' | ';' | ':' | '"' | '`' | '«' | '»' | '\'');
    let is_long = |word: &&str| word.chars().filter(char::is_ascii_digit).count() >= 10;
    masked.split(ends).filter(is_long).find_map(of_example)
}

/// The format in words in small letters; without such words, a greatest length of ten means ten digits.
fn of_words(said: &str, leaf: &Leaf) -> Option<PhoneFormat> {
    let told = WORDS.into_iter().find(|(words, _)| words.iter().any(|word| said.contains(word)));
    let is_ten = || leaf.words.get("maxLength").and_then(Value::as_u64) == Some(10);
    told.map(|(_, format)| format).or_else(|| is_ten().then_some(PhoneFormat::TenDigits))
}
