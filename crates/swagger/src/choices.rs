//! The values that a document lists for a code, with their names.

use serde_json::Value;

use crate::{hints::NAMES_OF_CHOICES, leaf::Leaf};
use probonus_contract::binding::{Choice, Json};

/// The most values that are read. A longer list is no list to choose from.
const MOST: usize = 200;
/// Characters of a name.
const LONGEST_NAME: usize = 100;

/// The values of an `enum`, with their names where the document tells them: in `x-enumNames` or `x-enum-varnames`, or in the
/// description as «1 — Бронзовый, 2 — Серебряный».
pub(crate) fn of(leaf: &Leaf) -> Vec<Choice> {
    // A list of another length names other values.
    let names = NAMES_OF_CHOICES.iter().find_map(|key| leaf.words.get(*key)?.as_array());
    let names = names.filter(|names| names.len() == leaf.choices().len());
    let said = leaf.said();
    let choice = |(at, value): (usize, &Value)| {
        let code = match value {
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            _ => return None,
        };
        let listed = names.and_then(|names| names.get(at)?.as_str()).map(str::to_owned);
        let name = listed.or_else(|| name_in_words(&said, &code)).unwrap_or_default();
        Some(Choice { code, name: name.chars().take(LONGEST_NAME).collect() })
    };
    leaf.choices().iter().enumerate().take(MOST).filter_map(choice).collect()
}

/// The values that have a name, at least two: those of an `enum`, else the numbers that the description lists, as «0 - начисление,
/// 1 - списание».
pub(crate) fn named(leaf: &Leaf) -> Option<Vec<Choice>> {
    const GREATEST: usize = 99;
    let has_name = |choice: &Choice| choice.name.chars().any(char::is_alphabetic) && choice.name != choice.code;
    let said = leaf.said();
    let in_words = |code: usize| {
        let code = code.to_string();
        name_in_words(&said, &code).map(|name| Choice { code, name: name.chars().take(LONGEST_NAME).collect() })
    };
    let is_number = matches!(leaf.json, Json::Integer | Json::Number | Json::Any);
    let choices = match leaf.choices() {
        [] if is_number => (0..=GREATEST).filter_map(in_words).collect(),
        _ => of(leaf),
    };
    let named: Vec<Choice> = choices.into_iter().filter(has_name).collect();
    (named.len() > 1).then_some(named)
}

/// The name that follows a code in a description, up to the next punctuation mark. Example: `2` in «Код скидки: 1 — Бронзовый,
/// 2 — Серебряный» gives «Серебряный».
fn name_in_words(said: &str, code: &str) -> Option<String> {
    let inside = |c: char| c.is_alphanumeric() || c == '_';
    said.match_indices(code).find_map(|(at, _)| {
        let (before, after) = (&said[..at], &said[at + code.len()..]);
        if before.chars().next_back().is_some_and(inside) {
            return None;
        }
        let name = after.trim_start().trim_start_matches(['\'', '"', '`']).trim_start();
        let name = name.strip_prefix(['—', '–', '-', '=', ':'])?.trim_start();
        let name = name.split([',', ';', '.', '\n', ')', '|']).next().unwrap_or_default().trim();
        (!name.is_empty()).then(|| name.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::name_in_words;

    #[test]
    fn a_name_follows_its_code() {
        let said = "Код скидки; 1 — Бронзовый, 2 — Серебряный, 12 - Золотой";
        let name = |code| name_in_words(said, code);
        assert_eq!(name("1").as_deref(), Some("Бронзовый"));
        assert_eq!(name("2").as_deref(), Some("Серебряный"));
        assert_eq!(name("12").as_deref(), Some("Золотой"));
        assert_eq!(name("3"), None);
    }
}
