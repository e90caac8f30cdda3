//! How much an operation looks like a method of the contract, by its path, its id and its shape.
//!
//! Names are compared word by word from their end, never by a part of a word: `accounts/cancel_refill` is no refill, and
//! `account_groups/update` updates no account. A write is recognised by its name alone; a read may be guessed.

use crate::{heuristics::Heuristic, operation::Operation, saying};
use probonus_contract::{
    Method,
    binding::Verb,
    contract::{Field, MethodRow, normal},
};

/// How much an operation looks like a method. Less is better. The fields are compared in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Likeness {
    /// Whether it is only a guess. It is taken if no operation has the method's name.
    pub(crate) guessed: bool,
    /// 0 for the vendor's own path.
    pub(crate) unlikeness: u8,
}

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

/// Words without meaning between a group and a name: `/Accounts.svc/Refill`, `/accounts/api/refill`.
const BETWEEN: [&str; 14] = [
    "action",
    "api",
    "asmx",
    "ashx",
    "controller",
    "do",
    "json",
    "method",
    "methods",
    "php",
    "rest",
    "rpc",
    "service",
    "svc",
];

/// Words that may follow a name in its own segment: `refill.json`.
const AFTER: [&str; 7] = ["json", "php", "aspx", "ashx", "asmx", "svc", "action"];

/// A name with at least this many letters is unmistakable: `findbyphone`.
const TELLING: usize = 10;

/// How unlike the vendor's path (`accounts/refill`, 0) an operation is. Only the order matters; the gaps leave room for
/// [`UNLIKE_ALIAS`] and for another version of the API, which add to it.
const UNLIKE_BETWEEN: u8 = 10;
const UNLIKE_ALIAS: u8 = 20;
const UNLIKE_TURNED: u8 = 22;
const UNLIKE_ID: u8 = 30;
/// An unmistakable name outside its group.
pub(crate) const UNLIKE_TELLING: u8 = 40;
const UNLIKE_CROWDED: u8 = 50;
const UNLIKE_FAR: u8 = 55;
const UNLIKE_NAMELESS: u8 = 60;

/// How much `operation` looks like the method of `row`; `None`: not at all.
pub(crate) fn likeness(operation: &Operation<'_>, row: &MethodRow) -> Option<Likeness> {
    if !may_be_by_verb(operation.verb, row.method) {
        return None;
    }
    let score = by_path(operation, row).into_iter().chain(by_id(operation, row)).chain(by_shape(operation, row));
    let score = score.chain(saying::by_words(operation, row));
    let best = score.min()?;
    // A write is never guessed, except by an unmistakable name.
    let doubtful = best.guessed && row.method.is_write() && best.unlikeness > UNLIKE_TELLING;
    let version = u8::from(!operation.path.contains("/v0/"));
    (!doubtful).then_some(Likeness { unlikeness: best.unlikeness + version, ..best })
}

/// Whether a verb is possible for a method. `DELETE` is possible only for the return of a purchase, `PATCH` only for writes.
fn may_be_by_verb(verb: Verb, method: Method) -> bool {
    match verb {
        Verb::Delete => method == Method::ReturnCheck,
        Verb::Patch => method.is_write(),
        Verb::Get | Verb::Post | Verb::Put => true,
    }
}

const fn sure(unlikeness: u8) -> Likeness {
    Likeness { guessed: false, unlikeness }
}

pub(crate) const fn guessed(unlikeness: u8) -> Likeness {
    Likeness { guessed: true, unlikeness }
}

fn by_path(operation: &Operation<'_>, row: &MethodRow) -> Vec<Likeness> {
    let (group, last) = row.path.split_once('/').unwrap_or(("", row.path));
    let groups = spellings_of_group(group);
    let mut words = Words::of_path(names_of(&operation.path));
    if Heuristic::WordsAfter.holds() {
        words.drop_after(&AFTER);
    }
    // A read may begin with `get`.
    words.reads = !row.method.is_write();
    let mut found = Vec::new();
    let names = std::iter::once((last, 0))
        .chain(row.aliases.iter().filter(|_| Heuristic::Alias.holds()).map(|alias| (*alias, UNLIKE_ALIAS)));
    for (name, more) in names {
        let name = normal(name);
        for group in &groups {
            // `accounts/refill`, `AccountRefill`
            if let Some(at) = words.tail(&format!("{group}{name}")) {
                found.push(if words.alone(at) { sure(more) } else { guessed(UNLIKE_CROWDED + more) });
            }
            // `RefillAccount`
            if let Some(at) =
                words.tail(&format!("{name}{group}")).filter(|_| name != *group && Heuristic::NameBeforeGroup.holds())
            {
                found.extend(words.alone(at).then_some(sure(UNLIKE_TURNED + more / 2)));
            }
        }
        let Some(at) = words.tail(&name) else { continue };
        // `Accounts.svc/refill`, `/accounts/bonus/refill`
        if let Some(between) = groups.iter().find_map(|group| words.between(group, at)) {
            let plain = between.iter().all(|word| {
                (BETWEEN.contains(&word.as_str()) && Heuristic::WordsBetween.holds()) || is_own(word, row.method)
            });
            found.push(if plain { sure(UNLIKE_BETWEEN + more) } else { guessed(UNLIKE_FAR + more / 2) });
        }
        if more == 0 && name.len() >= TELLING && words.alone(at) && Heuristic::TellingName.holds() {
            found.push(guessed(UNLIKE_TELLING));
        }
    }
    found
}

/// The segments of a path that are names, without parameters; `Balance(id={id})` gives `Balance`. A custom verb is a segment of its
/// own: `accounts/{id}:refill` is `accounts`, `refill`.
pub(crate) fn names_of(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').flat_map(|segment| segment.split(':')).filter_map(|segment| match segment.split_once('(') {
        Some((name, _)) => Some(name),
        None => (!segment.contains('{')).then_some(segment),
    })
}

/// Whether a word only repeats what the method is about, so that it adds nothing between group and name. Example:
/// `/accounts/bonus/refill`.
fn is_own(word: &str, method: Method) -> bool {
    let own: &[&str] = match method {
        Method::Refill => &["bonus", "bonuses", "balance"],
        Method::Update => &["profile", "anketa"],
        Method::TransactionsOfPeriod | Method::LastTransactions => &["bonus", "bonuses", "history"],
        _ => &[],
    };
    own.contains(&word)
}

/// Likeness by the operation's id: `Accounts_Refill`, `AccountsController_refill`, `postApiV0AccountsRefill`, `findByPhoneUsingGET`.
fn by_id(operation: &Operation<'_>, row: &MethodRow) -> Vec<Likeness> {
    const TAILS: [&str; 9] = ["async", "using", "get", "post", "put", "patch", "delete", "action", "endpoint"];
    let (group, last) = row.path.split_once('/').unwrap_or(("", row.path));
    let last = normal(last);
    let mut words = Words::of_path(std::iter::once(operation.id.as_str()));
    words.drop_after(&TAILS);
    words.words.retain(|(_, word)| word != "controller");
    // `postApiV0AccountsRefill`
    let verb = operation.verb.as_str().to_ascii_lowercase();
    if words.words.first().is_some_and(|(_, word)| *word == verb) {
        words.words.remove(0);
    }
    let mut found = Vec::new();
    if !Heuristic::OperationId.holds() {
        return found;
    }
    for group in spellings_of_group(group) {
        let at = words.tail(&format!("{group}{last}"));
        found.extend(at.filter(|at| words.alone(*at)).map(|_| sure(UNLIKE_ID)));
    }
    let at = words.tail(&last).filter(|at| last.len() >= TELLING && words.alone(*at));
    found.extend(at.map(|_| guessed(UNLIKE_TELLING)));
    found
}

/// Likeness of a read without a name: `GET /account_groups`, `GET /checks/{id}`, `GET /accounts?phone=`.
fn by_shape(operation: &Operation<'_>, row: &MethodRow) -> Option<Likeness> {
    let (group, _) = row.path.split_once('/')?;
    let words = Words::of_path(names_of(&operation.path));
    let listed = spellings_of_group(group).iter().any(|group| words.tail(group).is_some_and(|at| words.alone(at)));
    if operation.verb != Verb::Get || !listed || !Heuristic::ReadByShape.holds() {
        return None;
    }
    let ends_in_parameter = operation.path.ends_with('}');
    let takes = |field: Field| operation.parameter_names().any(|name| field.rank(name).is_some());
    let fits = match row.method {
        Method::Groups => !ends_in_parameter,
        Method::Receipt => ends_in_parameter,
        Method::FindByPhone => !ends_in_parameter && takes(Field::Phone),
        _ => false,
    };
    fits.then_some(guessed(UNLIKE_NAMELESS))
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
    reads: bool,
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
    fn drop_after(&mut self, tails: &[&str]) {
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
    fn between(&self, group: &str, at: usize) -> Option<Vec<String>> {
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
