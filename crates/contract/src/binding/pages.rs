//! The line that says how a server is asked for the further pages of a list.

use super::{
    model::{Json, Pages, Source},
    place::Place,
    words::{enum_of, enum_word, name_of, name_word},
};

impl Pages {
    /// `query page integer pages 1`, `body /offset integer rows`
    pub(super) fn text(&self) -> String {
        let Self { place, name, json, counts, first, .. } = self;
        let text = format!("{} {} {} {}", enum_word(place), name_word(name), enum_word(json), enum_word(counts));
        first.map_or_else(|| text.clone(), |first| format!("{text} {first}"))
    }

    pub(super) fn of_text(text: &str) -> Option<Self> {
        let words: Vec<&str> = text.split_whitespace().collect();
        let (parts, first) = match words.as_slice() {
            [parts @ .., first] if parts.len() == 4 => (parts, Some(first.parse().ok()?)),
            parts => (parts, None),
        };
        let &[place, name, json, counts] = parts else { return None };
        let place = enum_of(place).filter(|place| matches!(place, Place::Query | Place::Body))?;
        let json = enum_of(json).filter(|json| matches!(json, Json::Integer | Json::Number | Json::String))?;
        let (name, counts) = (name_of(name), enum_of(counts)?);
        Some(Self { place, name, json, counts, first, source: Source::Override })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_of_pages_is_read_back() {
        for text in ["query page integer pages 1", "body /offset integer rows", "query pageIndex string pages 0"] {
            assert_eq!(Pages::of_text(text).map(|pages| pages.text()).as_deref(), Some(text));
        }
        for text in
            ["", "query page", "header page integer pages", "query page integer books", "query p boolean rows 0"]
        {
            assert_eq!(Pages::of_text(text), None, "{text}");
        }
    }
}
