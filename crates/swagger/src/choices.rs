//! The values that a document lists for a code, with their names.

use serde_json::Value;

use crate::leaf::Leaf;
use probonus_contract::binding::Choice;

/// The most values that are read. A longer list is no list to choose from.
const MOST: usize = 200;
/// Characters of a name.
const LONGEST_NAME: usize = 100;

/// The values of an `enum`, with their names where the document tells them: in `x-enumNames` or `x-enum-varnames`, or in the
/// description as «1 — Бронзовый, 2 — Серебряный».
pub(crate) fn of(leaf: &Leaf) -> Vec<Choice> {
    let named = ["x-enumNames", "x-enum-varnames", "x-enum-descriptions"];
    let names = named.into_iter().find_map(|key| leaf.words.get(key)?.as_array());
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
