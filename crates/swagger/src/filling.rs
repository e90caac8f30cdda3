//! The unfinished binding of one operation.

use std::collections::BTreeMap;

use probonus_contract::{
    binding::{Choice, Problem, Slot},
    contract::{Field, MethodRow, normal},
};

use crate::{document::Doc, leaf::Leaf};

/// Names, in normal form, of inputs that ask for a page of a list.
pub(crate) const PAGES: [&str; 8] =
    ["page", "pagenumber", "pageindex", "offset", "skip", "cursor", "pagetoken", "startindex"];

/// The binding of one operation while its fields are found.
pub(crate) struct Filling<'a> {
    pub(crate) doc: &'a Doc,
    pub(crate) row: &'a MethodRow,
    /// The descriptions of the operation and of the document, the nearest first.
    pub(crate) around: &'a [&'a str],
    pub(crate) leaves: &'a [Leaf],
    /// Whether the list begins with the newest: the document says so, or the order can be chosen.
    pub(crate) newest_first: bool,
    /// The name of the date in the rows of the answer, by which a list may be sorted.
    pub(crate) date: Option<String>,
    /// For each leaf, whether a field took it.
    pub(crate) taken: Vec<bool>,
    pub(crate) fields: BTreeMap<Field, Vec<Slot>>,
    /// The values that the document lists for a code.
    pub(crate) choices: BTreeMap<Field, Vec<Choice>>,
    pub(crate) blockers: Vec<Problem>,
    pub(crate) doubts: Vec<Problem>,
}

impl Filling<'_> {
    /// Whether the list comes in pages.
    pub(crate) fn is_paged(&self) -> bool {
        self.leaves.iter().any(|leaf| PAGES.contains(&normal(&leaf.own).as_str()))
    }
}
