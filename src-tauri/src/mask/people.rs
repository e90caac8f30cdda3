//! Masks known names: of guests in the journal, of operators, and logins. In a free text, such as a server's message, no field says
//! that a word is a name, so the names themselves are searched.

use std::collections::HashSet;

use super::{mark::HIDDEN, spelling};

/// The least length of a name that is also found in its other forms: `Иванова`, `Ивановой`. The stem of a shorter one would match
/// other words.
const DECLINED: usize = 5;

/// The most letters after the stem of a name.
const ENDING: usize = 3;

/// The names to mask.
#[derive(Default)]
pub(crate) struct People {
    names: HashSet<String>,
    /// The long names without their last letter.
    stems: HashSet<String>,
    /// Texts that are masked only as a whole: a part of a login may be an ordinary word.
    logins: Vec<String>,
}

impl People {
    /// Masks each word of these names that has more than one letter. An initial identifies nobody.
    pub fn of<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        let mut people = Self::default();
        for name in names {
            for word in words(name).filter(|word| word.chars().count() > 1 && word.chars().any(char::is_alphabetic)) {
                let word = word.to_lowercase();
                let length = word.chars().count();
                if length >= DECLINED {
                    people.stems.insert(word.chars().take(length - 1).collect());
                }
                people.names.insert(word);
            }
        }
        people
    }

    /// Also masks these logins, each as a whole.
    #[must_use]
    pub fn with_logins(mut self, logins: impl IntoIterator<Item = String>) -> Self {
        self.logins.extend(logins.into_iter().filter(|login| login.chars().count() > 1));
        self
    }

    /// The text without these names and logins, also as JSON and addresses spell them.
    pub fn hidden(&self, text: &str) -> String {
        let text = self.logins.iter().fold(text.to_owned(), |text, login| without_whole(&text, login));
        if self.names.is_empty() {
            return text;
        }
        let text = text.as_str();
        spelling::without_runs(&self.plain(text), |read| words(read).any(|word| self.has(word)))
    }

    fn plain(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut at = 0;
        for word in words(text) {
            let begin = word.as_ptr() as usize - text.as_ptr() as usize;
            if self.has(word) {
                out.push_str(&text[at..begin]);
                out.push_str(HIDDEN);
                at = begin + word.len();
            }
        }
        out.push_str(&text[at..]);
        out
    }

    fn has(&self, word: &str) -> bool {
        let word = word.to_lowercase();
        let length = word.chars().count();
        let beginning = |longer: usize| word.chars().take(length.saturating_sub(longer)).collect::<String>();
        self.names.contains(&word) || (0..=ENDING).any(|longer| self.stems.contains(&beginning(longer)))
    }
}

/// The text with `part` masked wherever it is not inside a longer word.
fn without_whole(text: &str, part: &str) -> String {
    let is_border = |letter: Option<char>| letter.is_none_or(|letter| !letter.is_alphanumeric());
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for (at, _) in text.match_indices(part) {
        let end = at + part.len();
        if is_border(text[..at].chars().next_back()) && is_border(text[end..].chars().next()) {
            out.push_str(&text[done..at]);
            out.push_str(HIDDEN);
            done = end;
        }
    }
    out.push_str(&text[done..]);
    out
}

/// The words of a text. A hyphen separates two words, an apostrophe does not.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !(c.is_alphanumeric() || matches!(c, '\'' | '’'))).filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_known_name_is_hidden_wherever_it_stands() {
        let people = People::of(["Иванова-Петрова Вера", "olga", "Я"]);
        for (text, expected) in [
            ("Гость ИВАНОВА вера заблокирован", "Гость ••• ••• заблокирован"),
            ("нет Ивановой, нет Иванову", "нет •••, нет •••"),
            ("у Веры своё имя, но версия верна", "у Веры своё имя, но версия верна"),
            (r"\u0418\u0432\u0430\u043d\u043e\u0432\u0430 is blocked", "••• is blocked"),
            ("/x?q=%D0%92%D0%B5%D1%80%D0%B0&y=1", "/x?q=•••&y=1"),
            ("/x?q=%d0%b2%d0%b5%d1%80%d0%b0&y=1", "/x?q=•••&y=1"),
            ("by olga", "by •••"),
            ("Я here, C:\\users", "Я here, C:\\users"),
        ] {
            assert_eq!(people.hidden(text), expected);
        }
        assert_eq!(People::default().hidden("Иванова"), "Иванова");
    }

    #[test]
    fn a_login_is_hidden_as_a_whole() {
        let people = People::default().with_logins(["olga.office".to_owned(), "x".to_owned()]);
        assert_eq!(
            people.hidden("olga.office at probonus_office, olga.offices x"),
            "••• at probonus_office, olga.offices x"
        );
    }
}
