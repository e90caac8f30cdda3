//! Takes the schema of a body apart into leaves.

use serde_json::Value;

use crate::{
    document::{Doc, Shape},
    leaf::{Leaf, json_of, said, words_of},
    money::{Beside, SumRecord},
};
use probonus_contract::binding::Place;

/// The most leaves of one operation, and the greatest depth of one: a recursive schema never ends.
const MOST_LEAVES: usize = 1500;
const DEEPEST: usize = 7;

/// Which way a body goes: a property may be for one of them only.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Goes {
    /// To the server: without `readOnly` properties.
    There,
    /// From the server: without `writeOnly` properties.
    Back,
}

impl Goes {
    fn takes(self, shape: &Shape<'_>) -> bool {
        let key = if self == Self::There { "readOnly" } else { "writeOnly" };
        shape.words.get(key).and_then(Value::as_bool) != Some(true)
    }
}

/// A body of a request or of an answer.
pub(crate) struct Body<'a> {
    pub(crate) schema: &'a Value,
    /// Which of the schema's own alternatives is used.
    pub(crate) choice: usize,
    /// A description beside its schema.
    pub(crate) said: Option<&'a str>,
    /// Whole examples beside its schema.
    pub(crate) examples: Vec<&'a Value>,
}

/// What a body is besides its leaves.
#[derive(Clone, Copy, Default)]
pub(crate) struct Walked {
    /// Whether it takes properties that it does not name; `None`: it does not say.
    pub(crate) open: Option<bool>,
    /// Whether its schema is wider than [`MOST_OF_WALK`](crate::effort::MOST_OF_WALK) allows. Only the upper part of it was read.
    pub(crate) is_cut: bool,
}

/// Takes a body's schema apart into leaves. One that is too wide is read to the greatest depth to which it can be read as a whole: what
/// is deeper counts as not described. Example: ten properties that each refer to a record of ten more, thirty times.
pub(crate) fn of_body<'a>(doc: &'a Doc, body: Body<'a>, goes: Goes, out: &mut Vec<Leaf>) -> Walked {
    let shape = doc.shape_by(body.schema, body.choice);
    let open = if shape.closed { Some(false) } else { shape.open.then_some(true) };
    let around = body.said.map(str::to_owned).into_iter().collect();
    let way = Way { references: references(body.schema), examples: body.examples, around, ..Way::default() };
    let known = out.len();
    let mut to = |deepest: usize| {
        out.truncate(known);
        let mut walk = Walk { doc, goes, deepest, begun: doc.effort.spent(), is_cut: false, out };
        walk.record(&shape, &way);
        !walk.is_cut
    };
    let place = (std::ptr::from_ref(body.schema).addr(), body.choice, goes == Goes::There);
    let depth = match doc.effort.depth_of(place) {
        None if to(DEEPEST) => return Walked { open, is_cut: false },
        Some(depth) => depth,
        None => {
            let whole = (1..DEEPEST).take_while(|depth| to(*depth)).last().unwrap_or_default();
            doc.effort.keep_depth(place, whole);
            whole
        }
    };
    to(depth);
    Walked { open, is_cut: true }
}

#[derive(Clone, Default)]
struct Way<'a> {
    /// The references that led here. A record inside a record of the same kind is left out: it belongs to something else, and would
    /// never end.
    references: Vec<&'a str>,
    pointer: String,
    names: Vec<String>,
    chain: Vec<(String, bool)>,
    /// The descriptions of the records on the way, the nearest first.
    around: Vec<String>,
    /// The parts of the whole's examples at this place.
    examples: Vec<&'a Value>,
    depth: usize,
}

impl<'a> Way<'a> {
    /// A step to what `schema` describes; `None`: the way has been there already.
    fn step(&self, name: &str, required: bool, schema: &'a Value) -> Option<Self> {
        let mut way = self.clone();
        for reference in references(schema) {
            if way.references.contains(&reference) {
                return None;
            }
            way.references.push(reference);
        }
        way.pointer = format!("{}/{}", self.pointer, name.replace('~', "~0").replace('/', "~1"));
        if name != "*" {
            way.names.push(name.to_owned());
        }
        let inside = |whole: &&'a Value| if name == "*" { whole.get(0) } else { whole.get(name) };
        way.examples = self.examples.iter().filter_map(inside).collect();
        way.chain.push((way.pointer.clone(), required));
        way.depth += 1;
        Some(way)
    }
}

/// The references that a schema is made of: its own, and those of its parts and elements.
fn references(schema: &Value) -> Vec<&str> {
    let listed = ["allOf", "oneOf", "anyOf"].into_iter().filter_map(|key| schema.get(key)?.as_array());
    let parts = listed.flatten().take(32).chain(schema.get("items")).chain([schema]);
    parts.filter_map(|part| part.get("$ref")?.as_str()).collect()
}

/// A walk through the schema of one body, to one depth.
struct Walk<'a, 'o> {
    doc: &'a Doc,
    goes: Goes,
    deepest: usize,
    /// The work that the document had cost before.
    begun: u64,
    is_cut: bool,
    out: &'o mut Vec<Leaf>,
}

impl<'a> Walk<'a, '_> {
    /// What a property on the way describes, unless it is too deep.
    fn property(&mut self, schema: &'a Value, way: &Way<'a>) {
        if way.depth <= self.deepest && self.goes_on() {
            self.record(&self.doc.shape(schema), way);
        }
    }

    /// Whether there is room for more leaves and work.
    fn goes_on(&mut self) -> bool {
        self.is_cut |= !self.doc.effort.allows_walk_since(self.begun);
        !self.is_cut && self.out.len() < MOST_LEAVES
    }

    fn record(&mut self, shape: &Shape<'a>, way: &Way<'a>) {
        if !self.goes.takes(shape) || !self.goes_on() {
            return;
        }
        let items = shape.items.filter(|_| shape.is_array()).map(|items| self.doc.shape(items)).unwrap_or_default();
        let listed = !items.properties.is_empty();
        if shape.properties.is_empty() && !listed {
            let Some((own, parents)) = way.names.split_last() else { return };
            self.out.push(Leaf {
                place: Place::Body,
                name: way.pointer.clone(),
                own: own.clone(),
                parents: parents.to_vec(),
                json: json_of(shape),
                words: words_of(shape.clone(), way.examples.iter().copied()),
                chain: way.chain.clone(),
                around: way.around.clone(),
                joined: false,
                beside: None,
            });
            return;
        }
        let mut way = way.clone();
        way.examples.extend(shape.examples.iter().copied());
        if let Some(said) = said(shape) {
            way.around.insert(0, said);
        }
        if shape.properties.is_empty() {
            if let Some(way) = way.step("*", true, &Value::Null).filter(|way| way.depth <= self.deepest) {
                self.record(&items, &way);
            }
            return;
        }
        if let Some(record) = way.names.last().and_then(|name| SumRecord::of(shape, name)) {
            return self.sum(shape, &record, &way);
        }
        for (name, schema) in &shape.properties {
            // A step is costly, so it is not made in vain.
            if way.depth >= self.deepest || !self.goes_on() {
                break;
            }
            if let Some(way) = way.step(name, shape.required.contains(name), schema) {
                self.property(schema, &way);
            }
        }
    }

    /// A sum that is a record is one leaf with the record's name. In a request it stands at its number, and rubles are its currency;
    /// an answer is read as a whole.
    fn sum(&mut self, shape: &Shape<'a>, record: &SumRecord<'a>, way: &Way<'a>) {
        let step = |(name, schema): (&str, &'a Value)| way.step(name, shape.required.contains(&name), schema);
        let (Some(number), Some((own, parents))) = (step(record.number), way.names.split_last()) else { return };
        let rubles = record.rubles(self.doc);
        let nanos =
            record.nanos.and_then(|(name, schema)| Some((step((name, schema))?, json_of(&self.doc.shape(schema)))));
        let beside = match nanos {
            Some((nanos, json)) => Beside::Nanos(nanos.pointer, json),
            None if rubles.is_some() => Beside::Rubles,
            None => Beside::Currency,
        };
        let inner = self.doc.shape(record.number.1);
        let at = if self.goes == Goes::There { &number } else { way };
        self.out.push(Leaf {
            place: Place::Body,
            name: at.pointer.clone(),
            own: own.clone(),
            parents: parents.to_vec(),
            json: json_of(&inner),
            words: words_of(inner, number.examples.iter().copied()),
            chain: at.chain.clone(),
            around: way.around.clone(),
            joined: false,
            beside: Some(beside),
        });
        let Some((currency, schema)) = record.currency.filter(|_| self.goes == Goes::There) else { return };
        let Some(mut currency) = way.step(currency, shape.required.contains(&currency), schema) else { return };
        let known = self.out.len();
        if let (Some(_), Some(last)) = (&rubles, currency.chain.last_mut()) {
            // The sum is written as the schema types it, with its currency.
            last.1 = true;
        }
        self.property(schema, &currency);
        for leaf in &mut self.out[known..] {
            leaf.words.extend(rubles.clone().map(|rubles| ("const".to_owned(), rubles)));
        }
    }
}
