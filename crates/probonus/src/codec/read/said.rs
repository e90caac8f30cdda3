//! What a record says beside its fields: by flags, by words of a state, by moments since which something is so.

use super::Record;
use crate::codec::values::{comparable_word, flag, plain_text};

impl Record<'_> {
    /// Whether a flag under one of `names` says `so`.
    pub(in crate::codec) fn any_flag(&self, names: &[&str], so: bool) -> bool {
        names.iter().filter_map(|name| self.under(name)).any(|found| flag(found.value) == Some(so))
    }

    /// Whether a moment is told under one of `names`. One that can't be read is told too; a flag is no moment.
    ///
    /// Example: `usedAt: "2026-11-01T10:00:00"`, and also `usedAt: "вчера"`, but not `usedAt: null`.
    pub(in crate::codec) fn has_moment(&self, names: &[&str]) -> bool {
        names.iter().filter_map(|name| self.under(name)).any(|found| {
            let told = || self.day_at(&found).map_or_else(|_| plain_text(found.value).is_some(), |day| day.is_some());
            !found.value.is_boolean() && told()
        })
    }

    /// The words of a state under `names`, as the server wrote them: those inside a record first. Example: `{"name": "Использован"}`.
    pub(in crate::codec) fn state_words(&self, names: &[&str]) -> Vec<String> {
        let inner = self.inner(names);
        let inside = ["name", "title", "value", "code"].into_iter().filter_map(|name| inner.plain(&[name]));
        inside.chain(names.iter().filter_map(|name| self.plain(&[name]))).collect()
    }

    /// Whether a word of a state under `names` is one of `words` or begins with one of `stems`.
    pub(in crate::codec) fn says_state(&self, names: &[&str], words: &[&str], stems: &[&str]) -> bool {
        self.state_words(names)
            .iter()
            .map(|word| comparable_word(word))
            .any(|word| words.contains(&word.as_str()) || stems.iter().any(|stem| word.starts_with(stem)))
    }
}
