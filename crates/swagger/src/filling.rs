//! The unfinished binding of one operation.

use std::collections::BTreeMap;

use probonus_contract::{
    binding::{Choice, Problem, Slot},
    contract::{Field, MethodRow, normal},
};

use crate::{
    document::Doc,
    leaf::{self, Leaf},
};

/// Names, in normal form, of inputs that ask for a page of a list.
const PAGES: [&str; 12] = [
    "page",
    "pagenumber",
    "pageindex",
    "offset",
    "pageoffset",
    "skip",
    "skipcount",
    "cursor",
    "pagecursor",
    "pageafter",
    "pagetoken",
    "startindex",
];

/// Whether a name is that of an input that asks for a page of a list: `SkipCount`, `page[number]`.
pub(crate) fn asks_for_page(name: &str) -> bool {
    PAGES.contains(&normal(name).as_str())
}

/// Whether a leaf says how many rows are wanted: `page[size]`. The `page[number]` does not.
pub(crate) fn counts_rows(leaf: &Leaf) -> bool {
    !asks_for_page(&leaf.name) && leaf::names(leaf).iter().any(|name| Field::Count.rank(name).is_some())
}

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
    /// The places of sums of which the document tells no unit.
    pub(crate) untold: BTreeMap<Field, Vec<Slot>>,
    /// The values that the document lists for a code.
    pub(crate) choices: BTreeMap<Field, Vec<Choice>>,
    pub(crate) blockers: Vec<Problem>,
    pub(crate) doubts: Vec<Problem>,
}

impl Filling<'_> {
    /// Whether the list comes in pages.
    pub(crate) fn is_paged(&self) -> bool {
        self.leaves.iter().any(|leaf| asks_for_page(&leaf.own) || asks_for_page(&leaf.name))
    }
}
