//! Texts and outside numbers made comparable.

use icu_normalizer::ComposingNormalizerBorrowed;

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

/// An outside number made comparable: [plain], without spaces, without a leading `№`. `None` if nothing is left: such a number
/// equals no other. Example: `№ A-1`, `a-1` and `A-1` with an invisible character inside are one number.
#[must_use]
pub fn number_key(number: &str) -> Option<String> {
    // The sign goes first: NFKC would turn it into `No`, which may be a part of a number.
    let bare = number.trim_start_matches(|c: char| c == '№' || c.is_whitespace() || is_invisible(c));
    let key: String = plain(bare).chars().filter(|c| !c.is_whitespace()).collect();
    (!key.is_empty()).then_some(key)
}

/// The key by which older journals compared a number: trimmed, NFC, lower case.
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

/// The [key](number_key) of a number as it looks in print: Cyrillic letters that look Latin become Latin. Two numbers with one
/// such key may be one paper receipt, typed with two keyboards. Example: `АВ-1` in Cyrillic and `AB-1` in Latin.
#[must_use]
pub fn printed_number_key(number: &str) -> Option<String> {
    Some(number_key(number)?.chars().map(to_latin).collect())
}

/// The other keys of a number that look the same in print: with all look-alikes in Latin, and with all in Cyrillic.
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
