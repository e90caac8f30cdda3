//! Which operation of a document is which capability of the contract.

use super::{
    document::Doc,
    fill,
    likeness::{Likeness, likeness},
    operation::Operation,
};
use crate::{
    Method,
    binding::{Binding, MethodBinding, Problem, Verb},
    contract,
};

/// Operations that are tried as one capability.
const MOST_ALIKE: usize = 40;

/// The binding of `method`: of all operations that could be it, the one that can be called best.
pub(super) fn method(doc: &Doc, operations: &[Operation<'_>], method: Method) -> MethodBinding {
    let row = contract::row(method);
    let mut alike: Vec<(Likeness, &Operation<'_>)> =
        operations.iter().filter_map(|operation| Some((likeness(operation, row)?, operation))).collect();
    alike.sort_by_key(|(likeness, operation)| (operation.aside, *likeness, operation.deprecated));
    let mut bound: Vec<(Rank, &Operation<'_>, MethodBinding)> = alike
        .into_iter()
        .take(MOST_ALIKE)
        .map(|(likeness, operation)| {
            let binding = fill::bind(doc, operation, row);
            (Rank::of(method, likeness, operation, &binding), operation, binding)
        })
        .collect();
    bound.sort_by_key(|(rank, ..)| *rank);
    let mut bound = bound.into_iter();
    let Some((rank, operation, mut best)) = bound.next() else {
        let mut table = Binding::of_table(method);
        table.blockers.push(Problem::NoMethod);
        return table;
    };
    let rivals: Vec<String> = bound.filter(|(other, ..)| other.ties(&rank)).map(|(_, rival, _)| rival.name()).collect();
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
    guessed: bool,
    /// A write that reads, where the same name is also sent otherwise.
    reads: bool,
    blockers: usize,
    unlikeness: u8,
    deprecated: bool,
    doubts: usize,
    verb: u8,
}

impl Rank {
    fn of(method: Method, likeness: Likeness, operation: &Operation<'_>, binding: &MethodBinding) -> Self {
        let verb = match operation.verb {
            Verb::Post => 0,
            Verb::Put => 1,
            Verb::Get => 2,
            Verb::Patch => 3,
            Verb::Delete => 4,
        };
        Self {
            aside: operation.aside,
            guessed: likeness.guessed,
            reads: method.is_write() && operation.verb == Verb::Get,
            blockers: binding.blockers.len(),
            unlikeness: likeness.unlikeness,
            deprecated: operation.deprecated,
            doubts: binding.doubts.len(),
            verb,
        }
    }

    /// Whether the two can't be told apart but by their order.
    fn ties(&self, other: &Self) -> bool {
        let apart = |rank: &Self| Self { doubts: 0, ..*rank };
        apart(self) == apart(other)
    }
}
