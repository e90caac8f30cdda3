//! Which operation of a document is which capability of the contract.

use crate::{
    fill,
    likeness::{Likeness, likeness},
    operation::Operation,
};
use probonus_contract::{
    Method,
    binding::{Binding, MethodBinding, Problem, Verb},
    contract,
};

/// Operations that are tried as one capability.
const MOST_ALIKE: usize = 40;

/// The binding of `method`: of all operations that could be it, the one that can be called best.
pub(crate) fn method(operations: &[Operation<'_>], method: Method) -> MethodBinding {
    let row = contract::row(method);
    let mut alike: Vec<(Likeness, &Operation<'_>)> =
        operations.iter().filter_map(|operation| Some((likeness(operation, row)?, operation))).collect();
    alike.sort_by_key(|(likeness, operation)| (operation.aside, *likeness, operation.deprecated));
    let mut bound: Vec<(Rank, &Operation<'_>, MethodBinding)> = alike
        .into_iter()
        .take(MOST_ALIKE)
        .map(|(likeness, operation)| {
            let binding = fill::bind(operation, row);
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
    // Another capability may have the same path, and a document of its own.
    let shared = contract::TABLE.iter().filter(|other| other.path == row.path).count() > 1;
    let (mut candidates, mut otherwise) = (vec![operation.name()], false);
    for (other, rival, binding) in bound {
        let again = rival.is_told_again_by(operation);
        let is_other = shared && binding.blockers.len() > best.blockers.len();
        let differs = again && !is_other && !says_the_same(&binding, &best);
        // Of two versions that have a document each, that one counts whose document tells more.
        if differs || (!again && other.ties(&rank) && !rival.is_version_of(operation)) {
            candidates.push(rival.name());
            otherwise |= differs;
        }
    }
    if candidates.len() > 1 {
        let problem = Problem::SeveralMethods { candidates };
        // Which of several is read from, matters little; which of several is written to, and which of two tellings of one call
        // holds, is not ours to guess.
        if method.is_write() || otherwise { best.blockers.push(problem) } else { best.doubts.push(problem) }
    }
    best
}

/// Whether two documents tell a call alike. What is doubted of it in one of them, does not matter.
fn says_the_same(one: &MethodBinding, other: &MethodBinding) -> bool {
    let plain = |binding: &MethodBinding| MethodBinding { document: None, doubts: Vec::new(), ..binding.clone() };
    plain(one) == plain(other)
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
