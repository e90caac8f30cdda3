//! The words that the program itself says outside its window, in the user's language.
//!
//! They stand in the page's catalogue, beside all other words for people: `outside.json` of each language. They are JSON, so
//! that the page and the program read the same file; a text has places in braces, such as `{count}`.

use std::{collections::HashMap, sync::LazyLock};

use office::Kind;
use serde::Deserialize;

use crate::shape::Language;

/// All words of a language.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Words {
    /// Of the icon.
    pub tray: TrayWords,
    /// The name of each kind of operation.
    pub kind: HashMap<Kind, String>,
    /// Of what became of an operation.
    pub outcome: OutcomeWords,
}

/// The words of what became of operations of unknown outcome. `{what}`: the kind and the sum.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct OutcomeWords {
    /// It was applied.
    pub confirmed: String,
    /// It was not.
    pub not_applied: String,
    /// The server refused it.
    pub rejected: String,
    /// The operator must decide.
    pub decision: String,
    /// Several are settled.
    pub several: String,
    /// Several wait for the operator.
    pub waiting: String,
}

/// The words of the icon in the notification area.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct TrayWords {
    /// The name of the program.
    pub title: String,
    /// The same, with the number of operations of unknown outcome.
    pub unknown_title: String,
    /// Shows the window.
    pub open: String,
    /// Shows the operations of unknown outcome.
    pub unknown: String,
    /// Ends the program.
    pub quit: String,
}

/// The words of a language.
pub fn words(language: Language) -> &'static Words {
    static RU: LazyLock<Words> = LazyLock::new(|| read(include_str!("../../../../ui/src/lib/i18n/ru/outside.json")));
    static EN: LazyLock<Words> = LazyLock::new(|| read(include_str!("../../../../ui/src/lib/i18n/en/outside.json")));
    match language {
        Language::Ru => &RU,
        Language::En => &EN,
    }
}

#[expect(clippy::expect_used, reason = "the files are built in, and a test reads both")]
fn read(json: &str) -> Words {
    serde_json::from_str(json).expect("the words of a language")
}

/// A text with its places filled: `{count}` becomes the value of `count`.
pub fn filled(text: &str, places: &[(&str, &str)]) -> String {
    places.iter().fold(text.to_owned(), |text, (name, value)| text.replace(&format!("{{{name}}}"), value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_languages_have_all_words_with_the_same_places() {
        let [ru, en] = [Language::Ru, Language::En].map(words);
        for pair in [
            [&ru.tray.title, &en.tray.title],
            [&ru.tray.unknown_title, &en.tray.unknown_title],
            [&ru.tray.open, &en.tray.open],
            [&ru.tray.unknown, &en.tray.unknown],
            [&ru.tray.quit, &en.tray.quit],
            [&ru.outcome.confirmed, &en.outcome.confirmed],
            [&ru.outcome.not_applied, &en.outcome.not_applied],
            [&ru.outcome.rejected, &en.outcome.rejected],
            [&ru.outcome.decision, &en.outcome.decision],
            [&ru.outcome.several, &en.outcome.several],
            [&ru.outcome.waiting, &en.outcome.waiting],
        ] {
            let places = pair.map(|text| text.matches('{').count());
            assert_eq!(places[0], places[1], "{pair:?}");
            assert!(pair.iter().all(|text| !text.trim().is_empty()));
        }
        for kind in Kind::ALL {
            assert!(ru.kind.contains_key(&kind) && en.kind.contains_key(&kind), "{kind:?}");
        }
        assert_eq!(filled(&ru.tray.unknown_title, &[("count", "2")]), "ProBonus Office — исход неизвестен: 2");
    }
}
