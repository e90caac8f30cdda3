//! The words by which an operation is found, and the reading of what was typed into a search field.
//!
//! Every store indexes the words of [`index`] and searches for a [`Query`], so that all stores find the same.

use std::collections::BTreeSet;

use probonus::Phone;

use crate::model::{comparable::plain, operation::Operation};

/// The most words indexed for one operation. Further words of a very long text are not found.
const MOST_WORDS: usize = 200;
/// The most words of a typed text that are searched for.
const MOST_PARTS: usize = 20;
/// How many characters of a word count.
const MOST_CHARS: usize = 40;

// Prefixes that tell phones from their end, ids and GUIDs from ordinary words. They come from the private use area, and `plain`
// drops such characters from typed text.
const TAIL: char = '\u{e000}';
const HEX: char = '\u{e001}';

/// Everything that an operation is found by: words of name, reason, operator and outside number, its phone from either
/// end, its id and GUID. None of it changes after the operation is prepared.
#[must_use]
pub fn index(operation: &Operation) -> BTreeSet<String> {
    let mut words = BTreeSet::new();
    words.insert(hex(&operation.id.0.simple().to_string()));
    if let Some(guid) = operation.payload.check_guid() {
        words.insert(hex(&guid.as_uuid().simple().to_string()));
    }
    if let Some(phone) = &operation.subject.phone {
        words.extend(phone_words(phone));
    }
    let number = operation.payload.outside_number().map_or("", |(_, number)| number);
    for text in [number, &operation.subject.name, &operation.operator, &operation.reason] {
        for word in split(&plain(text)) {
            if words.len() >= MOST_WORDS {
                return words;
            }
            words.insert(word);
        }
    }
    words
}

/// What to search for: all of its parts, each in one of several readings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    parts: Vec<Part>,
}

/// One part of a typed text: alternative readings, each a list of word beginnings that must all be found.
type Part = Vec<Vec<String>>;

impl Query {
    /// Reads a typed text: words by their beginning, a phone in any spelling or its last four digits or more, the beginning of
    /// an id or a GUID. A text without letters and digits finds everything.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let text = plain(text);
        // A text like `+7 912 345` is a phone typed with spaces, so the whole text is one part.
        let parts = if is_dialled(&text) && text.split_whitespace().count() > 1 {
            let words = text.split_whitespace().flat_map(split).take(MOST_PARTS).collect();
            vec![std::iter::once(words).chain(phone_readings(&text)).collect()]
        } else {
            text.split_whitespace().map(readings).collect::<Vec<_>>()
        };
        Self {
            parts: parts
                .into_iter()
                .map(|part: Part| part.into_iter().filter(|all| !all.is_empty()).collect::<Part>())
                .filter(|part| !part.is_empty())
                .take(MOST_PARTS)
                .collect(),
        }
    }

    /// Whether everything is found.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    /// Its parts: all of them must match; a part matches by any of its readings, a reading by all of its beginnings.
    #[must_use]
    pub fn parts(&self) -> &[Vec<Vec<String>>] {
        &self.parts
    }

    /// Whether an operation with these [words](index) is found.
    #[must_use]
    pub fn matches(&self, words: &BTreeSet<String>) -> bool {
        let begins =
            |start: &String| words.range::<String, _>(start..).next().is_some_and(|word| word.starts_with(start));
        self.parts.iter().all(|part| part.iter().any(|all| all.iter().all(begins)))
    }
}

fn readings(chunk: &str) -> Part {
    let mut readings = vec![split(chunk).take(MOST_PARTS).collect::<Vec<_>>()];
    if is_dialled(chunk) {
        readings.extend(phone_readings(chunk));
    }
    let bare: String = chunk.chars().filter(|c| !matches!(c, '-' | '{' | '}' | '#')).collect();
    // At least six digits, or four characters with a letter among them: the last digits of a phone should not find ids.
    let least = if bare.bytes().all(|b| b.is_ascii_digit()) { 6 } else { 4 };
    if (least..=32).contains(&bare.len()) && bare.bytes().all(|b| b.is_ascii_hexdigit()) {
        readings.push(vec![hex(&bare)]);
    }
    readings
}

/// Whether a text can be (a part of) a phone.
fn is_dialled(text: &str) -> bool {
    text.chars().filter(char::is_ascii_digit).count() >= 4
        && text.chars().all(|c| c.is_ascii_digit() || c.is_whitespace() || "+()-.\u{2010}\u{2011}\u{2013}".contains(c))
}

fn phone_readings(text: &str) -> Vec<Vec<String>> {
    let digits: String = text.chars().filter(char::is_ascii_digit).take(MOST_CHARS).collect();
    let mut readings = vec![vec![digits.clone()], vec![tail(&digits)]];
    // 8 (912) … is +7 912 …
    if let Ok(phone) = text.parse::<Phone>()
        && phone.digits() != digits
    {
        readings.push(vec![phone.digits().to_owned()]);
    }
    readings
}

/// A phone from its beginning, with and without the country's 7, and from its end.
fn phone_words(phone: &Phone) -> Vec<String> {
    let digits = phone.digits();
    let mut words = vec![digits.to_owned(), tail(digits)];
    words.extend(digits.strip_prefix('7').map(str::to_owned));
    words
}

fn tail(digits: &str) -> String {
    std::iter::once(TAIL).chain(digits.chars().rev()).collect()
}

fn hex(digits: &str) -> String {
    std::iter::once(HEX).chain(digits.chars()).collect()
}

fn split(text: &str) -> impl Iterator<Item = String> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(|word| word.chars().take(MOST_CHARS).collect())
}
