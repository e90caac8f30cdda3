//! Chooses the operation of a document for each method of the contract.

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

/// The most operations that are tried for one method.
const MOST_ALIKE: usize = 40;

/// The binding of `method`: of all operations that could be it, the one with the best [`Rank`]. Without any, it is the binding of
/// the table, blocked.
pub(crate) fn method(operations: &[Operation<'_>], method: Method) -> MethodBinding {
    let row = contract::row(method);
    let mut alike: Vec<(Likeness, &Operation<'_>)> =
        operations.iter().filter_map(|operation| Some((likeness(operation, row)?, operation))).collect();
    alike.sort_by_key(|(likeness, operation)| (operation.aside, *likeness, operation.deprecated));
    operations.iter().for_each(|operation| operation.doc.effort.renew());
    let mut bound: Vec<(Rank, &Operation<'_>, MethodBinding)> = alike
        .into_iter()
        .take(MOST_ALIKE)
        .filter_map(|(likeness, operation)| {
            let binding = fill::bind(operation, row);
            // An operation that could not be read to its end counts as not described.
            let is_read = !operation.doc.effort.is_spent();
            is_read.then(|| (Rank::of(method, likeness, operation, &binding), operation, binding))
        })
        .collect();
    bound.sort_by_key(|(rank, ..)| *rank);
    let mut bound = bound.into_iter();
    let Some((rank, operation, mut best)) = bound.next() else {
        let mut table = Binding::of_table(method);
        table.blockers.push(Problem::NoMethod);
        return table;
    };
    // Another method of the contract may have the same path, in another document.
    let shared = contract::TABLE.iter().filter(|other| other.path == row.path).count() > 1;
    let (mut candidates, mut otherwise) = (vec![operation.name()], false);
    for (other, rival, binding) in bound {
        let again = rival.is_told_again_by(operation);
        let is_other = shared && binding.blockers.len() > best.blockers.len();
        let differs = again && !is_other && !says_the_same(&binding, &best);
        // `PUT` and `PATCH` of one record are two methods, and nothing says which is meant.
        let other = if rival.is_twin_of(operation) { Rank { verb: rank.verb, ..other } } else { other };
        // Two versions in two documents do not compete: the one of the document with more of our methods counts.
        if differs || (!again && other.ties(&rank) && !rival.is_version_of(operation)) {
            candidates.push(rival.name());
            otherwise |= differs;
        }
    }
    if candidates.len() > 1 {
        let problem = Problem::SeveralMethods { candidates };
        // For a read it matters little which of several operations is used. For a write, or if two documents describe one call
        // differently, the method is blocked.
        if method.is_write() || otherwise { best.blockers.push(problem) } else { best.doubts.push(problem) }
    }
    best
}

/// Whether two documents describe a call equally. Doubts are not compared.
fn says_the_same(one: &MethodBinding, other: &MethodBinding) -> bool {
    let plain = |binding: &MethodBinding| MethodBinding { document: None, doubts: Vec::new(), ..binding.clone() };
    plain(one) == plain(other)
}

/// How good an operation is for a method. Less is better. The fields are compared in their order.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Rank {
    aside: bool,
    guessed: bool,
    /// It is a write by `GET`: any other verb is better.
    reads: bool,
    blockers: usize,
    /// It lists all rows in pages, though another gives the last ones by name.
    pages: bool,
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
            pages: method == Method::LastTransactions && !operation.names_the_last() && operation.is_paged(),
            unlikeness: likeness.unlikeness,
            deprecated: operation.deprecated,
            doubts: binding.doubts.len(),
            verb,
        }
    }

    /// Whether two operations are equally good, except for their doubts.
    fn ties(&self, other: &Self) -> bool {
        let apart = |rank: &Self| Self { doubts: 0, ..*rank };
        apart(self) == apart(other)
    }
}
