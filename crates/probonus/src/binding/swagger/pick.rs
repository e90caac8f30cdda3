//! Which operation of a document is which capability of the contract.

use super::{document::Doc, fill, operation::Operation};
use crate::{
    Method,
    binding::{Binding, MethodBinding, Problem, Verb},
    contract::{self, MethodRow, normal},
};

/// Operations that are tried as one capability.
const MOST_ALIKE: usize = 40;

/// The binding of `method`: of all operations that could be it, the one that can be called best.
pub(super) fn method(doc: &Doc, operations: &[Operation<'_>], method: Method) -> MethodBinding {
    let row = contract::row(method);
    let mut alike: Vec<(u8, &Operation<'_>)> =
        operations.iter().filter_map(|operation| Some((likeness(operation, row)?, operation))).collect();
    alike.sort_by_key(|(likeness, operation)| (operation.aside, u8::MAX - likeness, operation.deprecated));
    let mut bound: Vec<(Rank, &Operation<'_>, MethodBinding)> = alike
        .into_iter()
        .take(MOST_ALIKE)
        .map(|(likeness, operation)| {
            let binding = fill::bind(doc, operation, row);
            (Rank::of(likeness, operation, &binding), operation, binding)
        })
        .collect();
    bound.sort_by_key(|(rank, ..)| *rank);
    let mut bound = bound.into_iter();
    let Some((rank, operation, mut best)) = bound.next() else {
        let mut table = Binding::of_table(method);
        table.blockers.push(Problem::NoMethod);
        return table;
    };
    let rivals: Vec<String> =
        bound.take_while(|(other, ..)| other.ties(&rank)).map(|(_, rival, _)| rival.name()).collect();
    if !rivals.is_empty() {
        let mut candidates = vec![operation.name()];
        candidates.extend(rivals);
        let problem = Problem::SeveralMethods { candidates };
        // Which of several is read from, matters little; which of several is written to, is not ours to guess.
        if method.is_write() { best.blockers.push(problem) } else { best.doubts.push(problem) }
    }
    best
}

/// The less, the better.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Rank {
    aside: bool,
    blockers: usize,
    unlikeness: u8,
    deprecated: bool,
    doubts: usize,
    verb: u8,
}

impl Rank {
    fn of(likeness: u8, operation: &Operation<'_>, binding: &MethodBinding) -> Self {
        let verb = match operation.verb {
            Verb::Post => 0,
            Verb::Put => 1,
            Verb::Get => 2,
            Verb::Patch => 3,
            Verb::Delete => 4,
        };
        Self {
            aside: operation.aside,
            blockers: binding.blockers.len(),
            unlikeness: u8::MAX - likeness,
            deprecated: operation.deprecated,
            doubts: binding.doubts.len(),
            verb,
        }
    }

    /// Whether the two can't be told apart but by their order.
    fn ties(&self, other: &Self) -> bool {
        (self.aside, self.blockers, self.unlikeness, self.deprecated, self.verb)
            == (other.aside, other.blockers, other.unlikeness, other.deprecated, other.verb)
    }
}

/// How much an operation looks like a capability, by its path and its id; `None` for not at all.
fn likeness(operation: &Operation<'_>, row: &MethodRow) -> Option<u8> {
    let (group, last) = row.path.split_once('/').unwrap_or(("", row.path));
    let (group, last) = (normal(group), normal(last));
    let single = group.trim_end_matches('s').to_owned();
    let groups = [group.clone(), single];
    let path = operation.joined.as_str();
    let version = u8::from(operation.path.contains("/v0/"));
    let ends = |tail: &str| groups.iter().any(|group| path.ends_with(&format!("{group}{tail}")));
    let aliases = || row.aliases.iter().map(|alias| normal(alias));
    // A word long enough to mean nothing else.
    let telling = |word: &str| word.len() >= 10;
    let under = groups.iter().any(|group| path.contains(group.as_str()));
    let by_id = |tail: &str| {
        let id = operation.id.trim_end_matches("async");
        groups.iter().any(|group| id.ends_with(&format!("{group}{tail}")))
    };
    let score = match () {
        () if ends(&last) => 100,
        () if under && path.ends_with(&last) => 90,
        () if aliases().any(|alias| ends(&alias)) => 80,
        () if under && aliases().any(|alias| path.ends_with(&alias) && alias != group) => 75,
        () if by_id(&last) => 70,
        () if telling(&last) && path.ends_with(&last) => 60,
        () if telling(&last) && operation.id.ends_with(&last) => 55,
        // `GET /account_groups`
        () if row.request.is_empty() && operation.verb == Verb::Get && path.ends_with(&group) => 50,
        () => return None,
    };
    Some(score + version)
}
