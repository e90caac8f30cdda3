//! How much work a document may cost. Thirty schemas of ten properties that refer to the next one are ten to the thirtieth power of
//! records: a document of some kilobytes must not keep the program busy.

use std::{
    cell::{Cell, RefCell},
    collections::HashMap,
};

/// The most work of one stage: of telling which operation looks like which method, and of binding one method. A schema that is
/// merged into another costs one, and so does each of its properties.
pub(crate) const MOST_OF_STAGE: u64 = 200_000;
/// The most work of taking one body apart. A body with the most leaves that are read costs a quarter to a half of it.
pub(crate) const MOST_OF_WALK: u64 = 12_000;

/// A schema, which of its alternatives, and whether it is a request.
type Place = (usize, usize, bool);

/// The work that a document has cost.
#[derive(Default)]
pub(crate) struct Effort {
    /// In this stage.
    spent: Cell<u64>,
    /// In the stages before.
    before: Cell<u64>,
    /// Whether some stage needed more than [`MOST_OF_STAGE`].
    was_cut: Cell<bool>,
    /// The depth to which bodies that are too wide can be read.
    depths: RefCell<HashMap<Place, usize>>,
}

impl Effort {
    /// Begins a new stage.
    pub(crate) fn renew(&self) {
        self.before.set(self.before.get().saturating_add(self.spent.replace(0)));
    }

    /// Notes some work. Returns whether it may be done.
    pub(crate) fn take(&self, work: usize) -> bool {
        if self.is_spent() {
            return false;
        }
        self.spent.set(self.spent.get().saturating_add(u64::try_from(work).unwrap_or(u64::MAX)));
        self.was_cut.set(self.was_cut.get() || self.is_spent());
        true
    }

    /// Whether this stage has no work left. What is not described by then counts as not described.
    pub(crate) fn is_spent(&self) -> bool {
        self.spent.get() > MOST_OF_STAGE
    }

    pub(crate) fn was_cut(&self) -> bool {
        self.was_cut.get()
    }

    /// The work so far, of all stages.
    pub(crate) fn spent(&self) -> u64 {
        self.before.get().saturating_add(self.spent.get())
    }

    /// Whether a walk that began at this work may go on.
    pub(crate) fn allows_walk_since(&self, begun: u64) -> bool {
        !self.is_spent() && self.spent().saturating_sub(begun) <= MOST_OF_WALK
    }

    /// The depth to which a body that is too wide can be read; `None`: it was not too wide so far.
    pub(crate) fn depth_of(&self, place: Place) -> Option<usize> {
        self.depths.borrow().get(&place).copied()
    }

    /// Keeps such a depth, unless it is small only because no work is left.
    pub(crate) fn keep_depth(&self, place: Place, depth: usize) {
        if !self.is_spent() {
            self.depths.borrow_mut().insert(place, depth);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Map, Value, json};

    use super::*;
    use crate::{learn_methods, union::Docs};
    use probonus_contract::{Method, binding::Binding};

    /// The work that a document of bodies costs, in which each of ten properties refers to ten more, thirty times.
    fn work(body: &Value, operations: usize) -> u64 {
        let refer = |to: usize| json!({"$ref": format!("#/definitions/B{to}")});
        let of_ten = |at: usize| (0..10).map(|nth| (format!("p{nth}"), refer(at + 1))).collect::<Map<_, _>>();
        let schemas: Map<_, _> = (0..30).map(|at| (format!("B{at}"), json!({"properties": of_ten(at)}))).collect();
        let method = json!({"post": {"parameters": [{"in": "body", "name": "body", "schema": body}],
            "responses": {"200": {"schema": body}}}});
        let paths = ["accounts/refill", "accounts/update", "checks/register"].map(str::to_owned).into_iter();
        let paths = paths.chain((0..operations).map(|nth| format!("guests/find{nth}")));
        let paths: Map<_, _> = paths.map(|path| (format!("/api/v0/{path}"), method.clone())).collect();
        let document = json!({"swagger": "2.0", "info": {}, "paths": paths, "definitions": schemas}).to_string();
        let docs = Docs::read(&[crate::Published { address: "", bytes: document.as_bytes() }], "").unwrap();
        learn_methods(&mut Binding::default(), &docs);
        docs.effort()
    }

    #[test]
    fn a_bomb_of_references_costs_no_more_than_is_allowed() {
        let bomb = json!({"$ref": "#/definitions/B0"});
        let list = json!({"type": "array", "items": {"allOf": [bomb, {"properties": {"more": bomb}}]}});
        // Each stage may end with one schema that is larger than what is left.
        let stages = u64::try_from(Method::ALL.len()).unwrap() + 2;
        for (body, operations) in [(&bomb, 0), (&bomb, 300), (&list, 300)] {
            let work = work(body, operations);
            assert!(work > MOST_OF_WALK, "the bomb is looked at: {work}");
            assert!(work <= stages * (MOST_OF_STAGE + 2000), "{work}");
        }
    }
}
