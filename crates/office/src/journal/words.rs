//! What an operation is found by, made comparable, and what was typed into a search field, understood.
//!
//! Every store indexes [`index`] and looks for [`Query`], so that all find the same.

use std::collections::BTreeSet;

use icu_normalizer::ComposingNormalizerBorrowed;
use probonus::Phone;

use crate::model::operation::Operation;

/// Words of one operation; what is beyond them in a text of ten thousand characters is not found by its words.
const MOST_WORDS: usize = 200;
/// Words of what was typed that are looked for.
const MOST_PARTS: usize = 20;
/// Characters of a word that count.
const MOST_CHARS: usize = 40;

// Marks before words that are not letters of a text, from the private use area, where no typed text comes from
// (`plain` drops them).
const TAIL: char = '\u{e000}';
const HEX: char = '\u{e001}';

/// A text made comparable: NFKC, lower case, `ё` as `е`, without invisible characters.
#[must_use]
pub fn plain(text: &str) -> String {
    let lower = ComposingNormalizerBorrowed::new_nfkc().normalize(text).to_lowercase();
    // Lower case may take a text out of its normal form again.
    ComposingNormalizerBorrowed::new_nfkc()
        .normalize(&lower)
        .chars()
        .filter(|c| !is_invisible(*c) && !('\u{e000}'..='\u{f8ff}').contains(c))
        .map(|c| if c == 'ё' { 'е' } else { c })
        .collect()
}

/// An outside number made comparable: [plain], without spaces, without a leading `№`. `None` for an empty one, which is equal to
/// nothing. Example: `№ A-1`, `a-1` and `A‑1` with an invisible letter inside are one number.
#[must_use]
pub fn number_key(number: &str) -> Option<String> {
    // NFKC makes `No` of the sign, which may be a part of another number.
    let bare = number.trim_start_matches(|c: char| c == '№' || c.is_whitespace() || is_invisible(c));
    let key: String = plain(bare).chars().filter(|c| !c.is_whitespace()).collect();
    (!key.is_empty()).then_some(key)
}

/// The key by which journals of before knew a number: trimmed, NFC, lower case.
pub(crate) fn former_number_key(number: &str) -> String {
    let nfc = ComposingNormalizerBorrowed::new_nfc();
    nfc.normalize(&nfc.normalize(number.trim()).to_lowercase()).into_owned()
}

/// Cyrillic letters and the Latin ones that look the same in print, as upper or lower case.
const LOOK_ALIKES: [(char, char); 14] = [
    ('а', 'a'),
    ('в', 'b'),
    ('е', 'e'),
    ('к', 'k'),
    ('м', 'm'),
    ('н', 'h'),
    ('о', 'o'),
    ('р', 'p'),
    ('с', 'c'),
    ('т', 't'),
    ('у', 'y'),
    ('х', 'x'),
    ('і', 'i'),
    ('ѕ', 's'),
];

/// The [key](number_key) of a number as one reads it in print: Cyrillic letters that look Latin are Latin. Two numbers with
/// one such key may be one paper receipt, typed with two keyboards. Example: `АВ-1` in Cyrillic and `AB-1` in Latin.
#[must_use]
pub fn printed_number_key(number: &str) -> Option<String> {
    Some(number_key(number)?.chars().map(to_latin).collect())
}

/// The other keys that a number may have been typed as: all in Latin, all in Cyrillic.
pub(crate) fn number_twins(number: &str) -> Vec<String> {
    let Some(key) = number_key(number) else { return Vec::new() };
    let latin: String = key.chars().map(to_latin).collect();
    let cyrillic: String = key.chars().map(to_cyrillic).collect();
    [latin, cyrillic].into_iter().filter(|twin| *twin != key).collect()
}

fn to_latin(c: char) -> char {
    LOOK_ALIKES.iter().find(|(cyrillic, _)| *cyrillic == c).map_or(c, |(_, latin)| *latin)
}

fn to_cyrillic(c: char) -> char {
    LOOK_ALIKES.iter().find(|(_, latin)| *latin == c).map_or(c, |(cyrillic, _)| *cyrillic)
}

/// Whether a character takes no room in print: soft hyphens, joiners, marks of direction.
const fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}' | '\u{feff}')
}

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

/// What to look for: every one of its parts, each in one of several readings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    parts: Vec<Part>,
}

/// One chunk of what was typed: alternatives, each a set of beginnings that must all be there.
type Part = Vec<Vec<String>>;

impl Query {
    /// Understands what was typed: words by their beginning, a phone in any spelling or its tail of at least four
    /// digits, the beginning of an id or a GUID. A text without letters and digits looks for nothing in particular.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let text = plain(text);
        // A phone is typed with spaces inside: then the whole text is one part.
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
    // Six digits, or four with a letter among them: a phone's tail should not find every id that begins like it.
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
