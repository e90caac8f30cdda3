//! Which calls a binding may make, whoever names them: a document, a file or an administrator.
//!
//! - A path is sent as it is shown. One with `..` in it, plain or percent-encoded, would reach another account than it names.
//! - A read never calls what a write calls: reads are not in the journal, and are repeated at will. Nor is one made by PUT, PATCH or
//!   DELETE: those verbs mean a change.
//!
//! Paths are compared as a lenient server reads them: `/Accounts/1002//%72efill/` is `/accounts/{account}/refill`.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

use super::{
    model::{Binding, Constant, MethodBinding, Verb},
    place::Place,
    problem::{Danger, Problem},
};
use crate::{
    contract::{self, normal},
    method::Method,
};

/// The longest path that is sent, bytes.
const LONGEST: usize = 1000;

/// What stands for a parameter in a [`segments`] segment. No path that is sent has it: it is a control.
const HOLE: char = '\0';

impl Binding {
    /// What of the call of `method` would be dangerous: its path, its verb, and for a read that it is a write.
    pub(super) fn dangerous_call(&self, method: Method) -> Vec<Problem> {
        let Some(bound) = self.methods.get(&method) else { return Vec::new() };
        let dangerous = |name: &str, danger| Problem::Dangerous { place: Place::Path, name: name.to_owned(), danger };
        let path = (!leads_where_it_says(&filled_path(bound))).then(|| dangerous(&bound.path.value, Danger::Path));
        let changes = matches!(bound.verb.value, Verb::Put | Verb::Patch | Verb::Delete) && !method.is_write();
        let verb = changes.then(|| dangerous(&call(bound), Danger::Verb));
        path.into_iter().chain(verb).chain(self.write_called_by(method, self.methods.iter())).collect()
    }

    /// Blocks every read that calls what `writes` call: a description may have changed places while the program was not looking.
    pub fn keep_reads_from(&mut self, writes: &[(Method, MethodBinding)]) {
        let called = |read| self.write_called_by(read, writes.iter().map(|(method, bound)| (method, bound)));
        let found: Vec<(Method, Problem)> =
            Method::ALL.into_iter().filter_map(|read| Some((read, called(read)?))).collect();
        for (read, problem) in found {
            if let Some(bound) = self.methods.get_mut(&read).filter(|bound| !bound.blockers.contains(&problem)) {
                bound.blockers.push(problem);
            }
        }
    }

    /// How it writes, as [`Binding::keep_reads_from`] takes it.
    #[must_use]
    pub fn writes(&self) -> Vec<(Method, MethodBinding)> {
        let writes = self.methods.iter().filter(|(method, _)| method.is_write());
        writes.map(|(method, bound)| (*method, bound.clone())).collect()
    }

    /// The write of the table or of `others` that the read `method` would call.
    fn write_called_by<'a>(
        &self,
        method: Method,
        mut others: impl Iterator<Item = (&'a Method, &'a MethodBinding)>,
    ) -> Option<Problem> {
        let read = self.methods.get(&method).filter(|_| !method.is_write())?;
        let path = segments(&filled_path(read));
        let of_table = || Method::ALL.into_iter().find(|write| write.is_write() && is_of_table(read, &path, *write));
        let same = others.find(|(method, bound)| method.is_write() && is_same_call(read, &path, bound));
        let write = same.map(|(method, _)| *method).or_else(of_table)?;
        Some(Problem::ReadIsWrite { call: call(read), write })
    }
}

fn call(bound: &MethodBinding) -> String {
    format!("{} {}", bound.verb.value.as_str(), bound.path.value)
}

/// Whether a server reads a path as a person does: from `/`, below this server, without `..` and without marks that are not seen. A
/// parameter in braces counts as a name.
pub(super) fn leads_where_it_says(path: &str) -> bool {
    let decoded = decoded(path);
    let unseen = |c: char| {
        c.is_control()
            || matches!(c, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
    };
    // `..;x` is `..` to some servers.
    let is_dots = |segment: &str| matches!(segment.split(';').next().unwrap_or_default().trim(), "." | "..");
    // What is a slash only after decoding parts segments that are shown as one.
    let slashes = |text: &str| text.matches('/').count();
    path.len() <= LONGEST
        && path.starts_with('/')
        && !path.starts_with("//")
        && !path.contains(['?', '#'])
        && !decoded.contains('\\')
        && !decoded.contains(unseen)
        && slashes(&decoded) == slashes(path)
        && !decoded.split('/').any(is_dots)
}

/// A path without percent-encoding, however often it was encoded.
fn decoded(path: &str) -> Cow<'_, str> {
    let mut text = Cow::Borrowed(path);
    while text.contains('%') {
        let next = percent_decode_str(&text).decode_utf8_lossy().into_owned();
        if next == *text {
            break;
        }
        text = Cow::Owned(next);
    }
    text
}

/// The segments of a path as they are compared: decoded, in lower case, without empty ones, without `;x` and `.json` behind them, with
/// one mark for each parameter.
fn segments(path: &str) -> Vec<String> {
    let decoded = decoded(path).to_lowercase();
    let decoded = decoded.split(['?', '#']).next().unwrap_or_default();
    let segments = decoded.split(['/', '\\']).map(|segment| {
        let segment = without_names(segment);
        let segment = segment.split(';').next().unwrap_or_default();
        let segment = segment.trim().trim_end_matches('.');
        segment.strip_suffix(".json").unwrap_or(segment).to_owned()
    });
    segments.filter(|segment| !segment.is_empty()).collect()
}

/// A segment with a mark for each `{name}`.
fn without_names(segment: &str) -> String {
    let mut out = String::new();
    let mut rest = segment;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        out.push(HOLE);
        rest = after.split_once('}').map_or("", |(_, after)| after);
    }
    out + rest
}

/// Whether a call bears the name that the contract gives a write: `/gate/API/v0/Accounts/Refill`, `/accounts/1002/refill`.
fn is_of_table(read: &MethodBinding, segments: &[String], write: Method) -> bool {
    let row = contract::row(write);
    let (group, name) = row.path.split_once('/').unwrap_or(("", row.path));
    // `/accounts/{id}:refill` and `/accounts/{id}/refill` are the call as well.
    let words: Vec<String> = segments.iter().map(|segment| normal(behind_hole(segment))).collect();
    let joined = words.concat();
    let singular = group.trim_end_matches('s');
    let is_group = |word: &String| word.trim_end_matches('s') == singular;
    let ends_with = |wanted: &str| {
        let below_group =
            words.split_last().is_some_and(|(last, above)| *last == normal(wanted) && above.iter().any(is_group));
        below_group || joined.ends_with(&normal(&format!("{group}{wanted}")))
    };
    let by_alias = read.verb.value != Verb::Get && row.aliases.iter().any(|alias| ends_with(alias));
    ends_with(name) || by_alias
}

/// A segment without its parameter: `:refill` of `{id}:refill`.
fn behind_hole(segment: &str) -> &str {
    segment.rsplit_once(HOLE).map_or(segment, |(_, behind)| behind)
}

/// Whether two bindings make the same call. Two calls of one path and verb are told apart by a constant of the same place and
/// name: `?action=balance` and `?action=refill`.
fn is_same_call(read: &MethodBinding, segments: &[String], write: &MethodBinding) -> bool {
    let is_switch = |one: &Constant| {
        let mut others = write.constants.iter().filter(|other| (other.place, &other.name) == (one.place, &one.name));
        others.any(|other| other.value != one.value)
    };
    let differs = read.constants.iter().any(is_switch);
    read.verb.value == write.verb.value && !differs && meet(segments, &filled_path(write))
}

/// Whether the path of a read may be one that a write calls: segment by segment, where a parameter stands for any value on either
/// side.
fn meet(read: &[String], write: &str) -> bool {
    let write = segments(write);
    let last = write.len().saturating_sub(1);
    let mut pairs = read.iter().zip(&write).enumerate();
    read.len() == write.len() && pairs.all(|(at, (read, write))| segments_meet(read, write, at == last))
}

/// Whether two segments may be the same one. A parameter stands for any value, save two kinds of words, which are names of calls:
///
/// | read | write | the same | why |
/// |---|---|---|---|
/// | `1002`, `me` | `{account}`, with `/refill` behind it | yes | an account that was written out |
/// | `find-by-phone` | `{account}`, at the end | no | it names a read, and a server takes plain paths first |
/// | `{phone}` | `deposit` | no | no phone, account or day is a word |
fn segments_meet(read: &str, write: &str, is_last: bool) -> bool {
    let is_word = |segment: &str| segment.chars().all(|c| c.is_alphabetic() || matches!(c, '-' | '_'));
    match (read.contains(HOLE), write.contains(HOLE)) {
        (true, false) if is_word(write) => false,
        (false, true) if is_last && is_word(read) && names_a_read(read) => false,
        _ => patterns_meet(read, write),
    }
}

/// Whether a word says that nothing is changed: `find-by-phone`, `balance`.
fn names_a_read(word: &str) -> bool {
    const WORDS: [&str; 17] = [
        "find",
        "search",
        "lookup",
        "get",
        "list",
        "query",
        "info",
        "login",
        "token",
        "sign",
        "refresh",
        "balance",
        "transaction",
        "history",
        "receipt",
        "check",
        "phone",
    ];
    WORDS.iter().any(|known| word.contains(known))
}

/// Whether some text fits both patterns, in which [`HOLE`] stands for any text. Very long ones count as the same: such a path is never
/// sent.
fn patterns_meet(one: &str, other: &str) -> bool {
    if one.len().max(other.len()) > LONGEST {
        return true;
    }
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    // `row[j]`: whether what is left of `one` and `other[j..]` meet.
    let mut row = vec![false; other.len() + 1];
    for i in (0..=one.len()).rev() {
        let below = row.clone();
        for j in (0..=other.len()).rev() {
            let here = one.get(i).copied();
            let there = other.get(j).copied();
            row[j] = match (here, there) {
                (None, None) => true,
                (Some(HOLE), _) => below[j] || (there.is_some() && row[j + 1]),
                (_, Some(HOLE)) => row[j + 1] || (here.is_some() && below[j]),
                (Some(here), Some(there)) => here == there && below[j + 1],
                _ => false,
            };
        }
    }
    row[0]
}

/// A path with the constants that stand in it.
fn filled_path(bound: &MethodBinding) -> String {
    let in_path = bound.constants.iter().filter(|constant| constant.place == Place::Path);
    in_path.fold(bound.path.value.clone(), |path, constant| {
        let text = constant.value.as_str().map_or_else(|| constant.value.to_string(), str::to_owned);
        path.replace(&format!("{{{}}}", constant.name), &text)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::binding::{Source, Sourced};

    #[test]
    fn a_read_never_calls_what_a_write_calls() {
        for path in [
            "/api/v0/accounts/refill",
            "/gate/Accounts/Refill/",
            "/external/register_check",
            "/x/accounts/{what}",
            "/v1/accounts/{id}:refill",
            "/v1/accounts/{id}/refill",
        ] {
            let mut binding = Binding::default();
            let find = binding.methods.get_mut(&Method::FindByPhone).unwrap();
            find.path = Sourced::new(path.into(), Source::Override);
            let constant = Constant {
                place: Place::Path,
                name: "what".into(),
                value: "update".into(),
                source: Source::Override,
                in_keychain: false,
            };
            find.constants.push(constant);
            let why = binding.unsupported(Method::FindByPhone).unwrap_or_default();
            assert!(why.contains("to write"), "{path}: {why}");
        }
        // Custom verbs of one record are several calls.
        let mut binding = Binding::default();
        for (method, verb) in [(Method::InsertByTemplate, "enrol"), (Method::BalanceExtended, "getBalanceExtended")] {
            let bound = binding.methods.get_mut(&method).unwrap();
            bound.path = Sourced::new(format!("/v1/accounts/{{id}}:{verb}"), Source::Swagger);
        }
        assert!(binding.dangerous_call(Method::BalanceExtended).is_empty());
        let insert = binding.methods.get_mut(&Method::InsertByTemplate).unwrap();
        insert.path = Sourced::new("/v1/accounts/{account}:GetBalanceExtended".into(), Source::Swagger);
        assert!(!binding.dangerous_call(Method::BalanceExtended).is_empty());
        // A write that the former description had under a name of its own.
        let mut former = Binding::default();
        former.methods.get_mut(&Method::Refill).unwrap().path = Sourced::new("/hooks/{id}/7".into(), Source::Swagger);
        let mut next = Binding::default();
        next.methods.get_mut(&Method::BalanceExtended).unwrap().path =
            Sourced::new("/Hooks/{account}/7/".into(), Source::Swagger);
        next.keep_reads_from(&former.writes());
        assert!(next.unsupported(Method::BalanceExtended).is_some_and(|why| why.contains("to write")));
        assert_eq!(next.unsupported(Method::Groups), None);
    }

    #[test]
    fn one_address_may_serve_reads_and_writes_that_a_constant_tells_apart() {
        let mut binding = Binding::default();
        for (method, action) in [(Method::Refill, "refill"), (Method::FindByPhone, "find")] {
            let bound = binding.methods.get_mut(&method).unwrap();
            bound.path = Sourced::new("/rpc".into(), Source::Swagger);
            let constant = Constant {
                place: Place::Query,
                name: "action".into(),
                value: action.into(),
                source: Source::Swagger,
                in_keychain: false,
            };
            bound.constants.push(constant);
        }
        assert_eq!(binding.unsupported(Method::FindByPhone), None);
        binding.methods.get_mut(&Method::FindByPhone).unwrap().constants.clear();
        assert!(binding.unsupported(Method::FindByPhone).is_some());
    }

    fn at(method: Method, verb: Verb, path: &str) -> Binding {
        let mut binding = Binding::default();
        let bound = binding.methods.get_mut(&method).unwrap();
        bound.verb = Sourced::new(verb, Source::Swagger);
        bound.path = Sourced::new(path.into(), Source::Swagger);
        binding
    }

    /// A description with `write` at a template, and the read `POST path`.
    fn is_blocked(write: Method, template: &str, path: &str) -> bool {
        let mut binding = at(Method::FindByPhone, Verb::Post, path);
        binding.methods.get_mut(&write).unwrap().path = Sourced::new(template.into(), Source::Swagger);
        let why = binding.blockers(Method::FindByPhone);
        why.iter().any(|problem| matches!(problem, Problem::ReadIsWrite { .. }))
    }

    #[test]
    fn a_read_is_a_write_however_the_path_of_the_write_is_spelt() {
        // A word of its own, so that the table does not know it.
        for spelt in [
            "/api/v1/accounts/1002/grant",
            "/api/v1/accounts/{phone}/grant",
            "/api/v1/accounts/me/grant",
            "/api/v1/accounts/1002/grant/",
            "/api//v1/accounts///1002/grant",
            "/api/v1/accounts/1002/%67rant",
            "/api/v1/accounts/1002/%2567rant",
            "/API/V1/Accounts/1002/GRANT",
            "/api/v1/accounts/1002/grant;a=b",
            "/api/v1/accounts/1002/grant.json",
            "/api/v1/accounts/%7Bid%7D/grant",
        ] {
            assert!(is_blocked(Method::Refill, "/api/v1/accounts/{account}/grant", spelt), "{spelt}");
            let mut apart = at(Method::FindByPhone, Verb::Post, spelt);
            assert!(!apart.blockers(Method::FindByPhone).iter().any(|one| matches!(one, Problem::ReadIsWrite { .. })));
            apart.keep_reads_from(&at(Method::Refill, Verb::Post, "/api/v1/accounts/{account}/grant").writes());
            assert!(apart.unsupported(Method::FindByPhone).is_some_and(|why| why.contains("to write")), "{spelt}");
        }
        // The table's own names, in whatever place the account stands.
        for spelt in ["/api/v1/accounts/1002/refill", "/account/1002/%72efill/", "/external/1/register_check"] {
            let binding = at(Method::FindByPhone, Verb::Post, spelt);
            assert!(binding.unsupported(Method::FindByPhone).is_some_and(|why| why.contains("to write")), "{spelt}");
        }
        assert!(is_blocked(Method::Refill, "/api/accounts/{account}:grant", "/api/accounts/1002:grant"));
        assert!(is_blocked(Method::Refill, "/api/Accounts('{key}')/Grant", "/api/accounts('1002')/grant"));
        assert!(is_blocked(Method::Refill, "/api/grant/{account}", "/api/grant/1002"));
        assert!(is_blocked(Method::Refill, "/api/grant/1002", "/api/grant/{phone}"));
    }

    #[test]
    fn paths_of_reads_beside_those_of_writes_stay() {
        for (template, path) in [
            ("/api/v1/accounts/{account}/grant", "/api/v1/accounts/1002/balance"),
            ("/api/v1/accounts/{account}", "/api/v1/accounts/find-by-phone"),
            ("/api/v1/accounts/grant", "/api/v1/accounts/{phone}"),
            ("/api/v1/accounts/{account}/grant", "/api/v1/accounts/{account}"),
            ("/api/v1/accounts/{account}:grant", "/api/v1/accounts/{account}:find"),
            ("/rpc/{account}/grant", "/api/{account}/grant"),
        ] {
            assert!(!is_blocked(Method::Refill, template, path), "{template} {path}");
        }
        // Another verb of the same record.
        let mut binding = at(Method::BalanceExtended, Verb::Get, "/accounts/{account}/bonuses");
        binding.methods.get_mut(&Method::Refill).unwrap().path =
            Sourced::new("/accounts/{account}/bonuses".into(), Source::Swagger);
        assert!(binding.dangerous_call(Method::BalanceExtended).is_empty());
    }

    #[test]
    fn no_read_is_made_by_a_verb_that_changes() {
        for method in Method::ALL {
            for verb in [Verb::Put, Verb::Patch, Verb::Delete] {
                let path = Binding::default().method(method).unwrap().path.value.clone();
                let is_dangerous = !at(method, verb, &path).dangerous_call(method).is_empty();
                assert_eq!(is_dangerous, !method.is_write(), "{method:?} {verb:?}");
            }
            for verb in [Verb::Get, Verb::Post] {
                let path = Binding::default().method(method).unwrap().path.value.clone();
                assert!(at(method, verb, &path).dangerous_call(method).is_empty(), "{method:?} {verb:?}");
            }
        }
    }

    #[test]
    fn a_path_that_leads_elsewhere_than_it_says_is_not_sent() {
        for path in [
            "/accounts/{account}/../1002/refill",
            "/accounts/{account}/%2e%2e/1002/refill",
            "/accounts/{account}/.%2E/1002/refill",
            "/accounts/{account}/%252e%252e/1002/refill",
            "/accounts/./{account}/refill",
            "/accounts/{account}/..",
            "/accounts/{account}/..;a/1002/refill",
            "/accounts/{account}/..\\1002/refill",
            "/accounts/{account}/..%5c1002/refill",
            "/accounts/{account}/..%2f1002/refill",
            "/accounts%2f{account}/refill",
            "/accounts/{account}/.\t./1002/refill",
            "/accounts/{account}/refill%0d%0aX: 1",
            "/accounts/{account}/%00refill",
            "/accounts/{account}/\u{202e}llifer",
            "/accounts/1002/refill?x={account}",
            "/accounts/1002/refill#{account}",
            "//other.example/accounts/{account}/refill",
            "http://other.example/accounts/{account}/refill",
            "accounts/{account}/refill",
            "\\\\other.example/accounts/{account}/refill",
            "",
        ] {
            for method in Method::ALL {
                let problems = at(method, Verb::Post, path).blockers(method);
                let is_path = |problem: &Problem| matches!(problem, Problem::Dangerous { danger: Danger::Path, .. });
                assert!(problems.iter().any(is_path), "{method:?} {path:?}: {problems:?}");
            }
            let mut own = Binding::default();
            assert!(own.overrule(Some(Method::Refill), "path", path).is_err(), "{path:?}");
        }
        for path in [
            "/accounts/{account}/refill",
            "/счета/{account}/пополнить",
            "/%D1%81чета/{account}/a%20b",
            "/v1.0/accounts/{account}:refill",
            "/Accounts('{key}')/.well-known/...",
        ] {
            assert!(leads_where_it_says(path), "{path}");
        }
    }
}
