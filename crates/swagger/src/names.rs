//! Names of paths and ids, word by word: `/accounts/find_by_phone`, `AccountsController_refill`.

use crate::heuristics::Heuristic;

/// Words that may stand before a name in its own segment without changing its meaning: `LoyaltyAccounts`, `doRefreshToken`.
/// A word that undoes something (`cancel_refill`) must never be here.
const BEFORE: [&str; 25] = [
    "api",
    "bonus",
    "call",
    "client",
    "clients",
    "controller",
    "customer",
    "customers",
    "do",
    "ext",
    "external",
    "guest",
    "guests",
    "hs",
    "json",
    "loyalty",
    "my",
    "pro",
    "probonus",
    "rest",
    "rk",
    "rpc",
    "svc",
    "v0",
    "v1",
];

/// The segments of a path that are names, without parameters; `Balance(id={id})` gives `Balance`. A custom verb is a segment of its
/// own: `accounts/{id}:refill` is `accounts`, `refill`.
pub(crate) fn names_of(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').flat_map(|segment| segment.split(':')).filter_map(|segment| match segment.split_once('(') {
        Some((name, _)) => Some(name),
        None => (!segment.contains('{')).then_some(segment),
    })
}

/// The spellings of a group, each word in singular and plural: `account_groups` may be `accountGroups`, `account/groups`,
/// `accounts/groups`.
pub(crate) fn spellings_of_group(group: &str) -> Vec<String> {
    let mut all = vec![String::new()];
    for word in group.split('_') {
        let single = word.strip_suffix('s').unwrap_or(word);
        let plural = format!("{single}s");
        // `external` has no plural.
        let forms = if word == "external" { vec![word] } else { vec![single, plural.as_str()] };
        all = all.iter().flat_map(|begun| forms.iter().map(move |form| format!("{begun}{form}"))).collect();
    }
    all
}

/// The words of a path. Words run together are one.
pub(crate) struct Words {
    /// Each with the number of its segment.
    pub(crate) words: Vec<(usize, String)>,
    /// Whether the method is a read, so that `get` may begin its name.
    pub(crate) reads: bool,
}

impl Words {
    pub(crate) fn of_path<'a>(segments: impl Iterator<Item = &'a str>) -> Self {
        let mut words = Vec::new();
        for (at, segment) in segments.enumerate() {
            let mut word = String::new();
            let mut lower = false;
            for c in segment.chars() {
                let parts = !c.is_alphanumeric() || (lower && c.is_uppercase());
                if parts && !word.is_empty() {
                    words.push((at, std::mem::take(&mut word)));
                }
                lower = c.is_lowercase() || c.is_ascii_digit();
                word.extend(c.to_lowercase().filter(|c| c.is_alphanumeric()));
            }
            if !word.is_empty() {
                words.push((at, word));
            }
        }
        Self { words, reads: false }
    }

    /// Removes these words from the end.
    pub(crate) fn drop_after(&mut self, tails: &[&str]) {
        while self.words.len() > 1 && self.words.last().is_some_and(|(_, word)| tails.contains(&word.as_str())) {
            self.words.pop();
        }
    }

    /// The index of the first of the last words that together spell `name`; `None`: they don't.
    pub(crate) fn tail(&self, name: &str) -> Option<usize> {
        self.tail_before(self.words.len(), name)
    }

    fn tail_before(&self, end: usize, name: &str) -> Option<usize> {
        let mut rest = name;
        for at in (0..end).rev() {
            rest = rest.strip_suffix(self.words[at].1.as_str())?;
            if rest.is_empty() {
                return Some(at);
            }
        }
        None
    }

    /// Whether only words without meaning are before the word at `at` in its segment.
    pub(crate) fn alone(&self, at: usize) -> bool {
        let Some((segment, _)) = self.words.get(at) else { return false };
        self.words[..at].iter().filter(|(of, _)| of == segment).all(|(_, word)| self.is_plain(word))
    }

    fn is_plain(&self, word: &str) -> bool {
        (BEFORE.contains(&word) && Heuristic::WordsBefore.holds()) || (self.reads && word == "get")
    }

    /// The words between a group and the name at `at`; `None`: the group is not before the name.
    pub(crate) fn between(&self, group: &str, at: usize) -> Option<Vec<String>> {
        let end = (1..at).rev().find(|end| self.tail_before(*end, group).is_some_and(|from| self.alone(from)))?;
        Some(self.words[end..at].iter().map(|(_, word)| word.clone()).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn begins(path: &str, name: &str) -> Option<usize> {
        Words::of_path(path.split('/')).tail(name)
    }

    #[test]
    fn a_name_is_made_of_whole_words() {
        assert_eq!(begins("/api/v0/accounts/find_by_phone", "findbyphone"), Some(3));
        assert_eq!(begins("/api/v0/Accounts/FindByPhone", "findbyphone"), Some(3));
        assert_eq!(begins("/api/v0/accounts/findbyphone", "findbyphone"), Some(3));
        assert_eq!(begins("/api/v0/accounts/prefill", "refill"), None);
        let words = Words::of_path("accounts/cancel_refill".split('/'));
        assert!(!words.alone(words.tail("refill").unwrap()));
    }

    #[test]
    fn a_group_is_known_in_both_numbers() {
        assert_eq!(
            spellings_of_group("account_groups"),
            ["accountgroup", "accountgroups", "accountsgroup", "accountsgroups"]
        );
        assert_eq!(spellings_of_group("external"), ["external"]);
    }
}
