//! Which value of an operation is which logical field of a capability.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{
    answers, beyond,
    document::Doc,
    hints,
    leaf::{self, Leaf},
    operation::{Inputs, Operation},
    units::{self, Said},
};
use crate::{
    Method,
    binding::{Constant, Format, Json, MethodBinding, MoneyUnit, Place, Problem, Slot, Source, Sourced},
    contract::{Field, MethodRow, Need, Origin, Unit, normal, spelt},
};

/// Binds an operation as a capability: of the ways in which its body may be filled, by the one that works best.
pub(super) fn bind(operation: &Operation<'_>, row: &MethodRow) -> MethodBinding {
    let choices = (0..operation.choices()).map(|choice| bind_by(operation, row, choice));
    let first = || bind_by(operation, row, 0);
    choices.min_by_key(|bound| bound.blockers.len()).unwrap_or_else(first)
}

fn bind_by(operation: &Operation<'_>, row: &MethodRow, choice: usize) -> MethodBinding {
    let doc = operation.doc;
    let inputs = operation.inputs(choice);
    let mut around = operation.said();
    around.push(doc.text("/info/description"));
    let around: Vec<&str> = around.iter().map(String::as_str).collect();
    let mut filling = Filling {
        doc,
        row,
        around: &around,
        taken: vec![false; inputs.leaves.len()],
        leaves: &inputs.leaves,
        newest_first: false,
        fields: BTreeMap::new(),
        blockers: Vec::new(),
        doubts: Vec::new(),
    };
    filling.newest_first =
        operation.tells_of_the_last() || filling.leaves.iter().any(|leaf| filling.newest_by(leaf).is_some());
    filling.fields();
    let (constants, record) = filling.leftovers();
    let Filling { fields, mut blockers, mut doubts, .. } = filling;
    for field in row.request.iter().filter(|field| field.need == Need::Must) {
        let explained = blockers.iter().any(|problem| problem.field() == Some(field.field));
        if !fields.contains_key(&field.field) && !explained {
            blockers.push(Problem::NoPlace { field: field.field });
        }
    }
    let Inputs { leaves, body, content_type, unwritable, open, cookies } = inputs;
    blockers.extend(cookies.into_iter().map(|name| Problem::UnknownDemand { place: Place::Header, name }));
    blockers.extend(unwritable.map(|content_type| Problem::BodyKind { content_type }));
    let demand = |name| Problem::UnknownDemand { place: Place::Header, name };
    blockers.extend(operation.beyond_us().map(demand));
    doubts.extend(operation.two_secrets().map(demand));
    let mut answer = answers::learn(doc, operation, row, &around, &mut blockers, &mut doubts);
    answer.most_rows = leaves.iter().filter(|leaf| Field::Count.rank(&leaf.own).is_some()).find_map(hints::most);
    MethodBinding {
        verb: Sourced::new(operation.verb, Source::Swagger),
        path: Sourced::new(operation.path.clone(), Source::Swagger),
        body,
        content_type,
        fields,
        constants,
        record,
        open,
        answer,
        document: (!doc.address.is_empty()).then(|| doc.address.clone()),
        blockers,
        doubts,
    }
}

struct Filling<'a> {
    doc: &'a Doc,
    row: &'a MethodRow,
    around: &'a [&'a str],
    leaves: &'a [Leaf],
    /// Whether it is said in words that a list begins with the newest.
    newest_first: bool,
    taken: Vec<bool>,
    fields: BTreeMap<Field, Vec<Slot>>,
    blockers: Vec<Problem>,
    doubts: Vec<Problem>,
}

/// A leaf that may be a field: how well, and which.
type Candidate = (u8, usize, usize);

impl Filling<'_> {
    fn fields(&mut self) {
        let wanted: Vec<Field> = self.wanted();
        // Each leaf is for the field that it names best.
        let mut candidates: BTreeMap<Field, Vec<Candidate>> = BTreeMap::new();
        for (at, leaf) in self.leaves.iter().enumerate() {
            let best = wanted.iter().filter_map(|&field| Some((likeness(leaf, field)?, field))).min();
            if let Some(((tier, rank), field)) = best {
                candidates.entry(field).or_default().push((tier, rank, at));
            }
        }
        self.sole_input(&mut candidates);
        for (field, mut of_field) in candidates {
            of_field.sort_unstable();
            self.field(field, &of_field);
        }
    }

    fn wanted(&self) -> Vec<Field> {
        let mut wanted: Vec<Field> = self.row.request.iter().map(|row| row.field).collect();
        if wanted.contains(&Field::Name) {
            wanted.push(Field::FullName);
        }
        wanted
    }

    /// A read that asks for one thing, and takes one thing: whatever it is called, that is it.
    fn sole_input(&self, candidates: &mut BTreeMap<Field, Vec<Candidate>>) {
        let mut musts = self.row.request.iter().filter(|row| row.need == Need::Must);
        let (Some(must), None) = (musts.next(), musts.next()) else { return };
        let may_be = |leaf: &Leaf| leaf.place != Place::Header && !leaf.own.is_empty();
        let values: Vec<usize> = (0..self.leaves.len()).filter(|at| may_be(&self.leaves[*at])).collect();
        if let ([only], false, false) =
            (values.as_slice(), self.row.method.is_write(), candidates.contains_key(&must.field))
        {
            candidates.entry(must.field).or_default().push((2, 0, *only));
        }
    }

    fn field(&mut self, field: Field, candidates: &[Candidate]) {
        let Some(&(tier, _, _)) = candidates.first() else { return };
        let best: Vec<usize> = candidates.iter().filter(|(t, ..)| *t == tier).map(|(.., at)| *at).collect();
        let best = self.outermost(best);
        // One name in two records of a body, as the phones of a guest and of the friend who sent him.
        let twins = best.iter().filter(|at| self.leaves[**at].place == Place::Body).count() > 1;
        let mut names: Vec<String> = best.iter().map(|at| normal(&self.leaves[*at].own)).collect();
        names.dedup();
        names.sort();
        names.dedup();
        let mut chosen = best.clone();
        if names.len() > 1 || twins {
            match self.settle(field, &best) {
                Some(one) => chosen.retain(|at| *at == one || (!twins && self.same_name(*at, one))),
                None => return,
            }
        }
        // An id in the path is the same id once more: `/accounts/{id}/refill` with `accountId` in the body.
        if field.unit() == Unit::Id {
            let again = candidates.iter().filter(|(t, ..)| *t > tier).map(|(.., at)| *at);
            chosen.extend(again.filter(|at| is_bare_id_of_path(&self.leaves[*at])));
        }
        let mut slots = Vec::new();
        for at in chosen {
            match self.slot(field, &self.leaves[at]) {
                Ok(slot) => slots.push(slot),
                Err(problem) if self.can_do_without(field, at) => return self.doubts.push(problem),
                Err(problem) => return self.blockers.push(problem),
            }
            self.taken[at] = true;
        }
        self.fields.insert(field, slots);
    }

    /// Whether a call goes without this field, and one that has something to say in it is refused by itself: no reason to do
    /// without the method. Money is never left out so.
    fn can_do_without(&self, field: Field, at: usize) -> bool {
        let need = self.row.asks(field).map(|row| row.need);
        field.unit() != Unit::Money && need != Some(Need::Must) && !self.leaves[at].is_required()
    }

    /// Without the places of a body that lie deeper than others of the same name.
    fn outermost(&self, mut places: Vec<usize>) -> Vec<usize> {
        let depth = |at: usize| self.leaves[at].parents.len();
        let deeper: Vec<usize> = places
            .iter()
            .copied()
            .filter(|&at| {
                let body = |at: usize| self.leaves[at].place == Place::Body;
                body(at) && places.iter().any(|&b| body(b) && self.same_name(at, b) && depth(b) < depth(at))
            })
            .collect();
        places.retain(|at| !deeper.contains(at));
        places
    }

    fn same_name(&self, a: usize, b: usize) -> bool {
        normal(&self.leaves[a].own) == normal(&self.leaves[b].own)
    }

    /// Which of several leaves of different names is the field. Of money, and of what a call can't do without, only the
    /// name that the vendor's page gives, or the only one that is demanded, is taken.
    fn settle(&mut self, field: Field, best: &[usize]) -> Option<usize> {
        let by_vendor = self
            .row
            .asks(field)
            .filter(|row| row.origin == Origin::Seed)
            .map(|row| best.iter().copied().filter(|at| normal(&self.leaves[*at].own) == normal(row.name)));
        let by_vendor: Vec<usize> = by_vendor.into_iter().flatten().collect();
        if let &[at] = by_vendor.as_slice() {
            return Some(at);
        }
        let problem =
            Problem::SeveralPlaces { field, candidates: best.iter().map(|at| self.leaves[*at].name.clone()).collect() };
        let demanded: Vec<usize> = best.iter().copied().filter(|at| self.leaves[*at].is_required()).collect();
        let must = self.row.asks(field).is_some_and(|row| row.need == Need::Must);
        if let [only] = demanded.as_slice()
            && field.unit() != Unit::Money
        {
            self.doubts.push(problem);
            return Some(*only);
        }
        if field.unit() == Unit::Money || (must && self.row.method.is_write()) {
            self.blockers.push(problem);
            return None;
        }
        self.doubts.push(problem);
        best.first().copied()
    }

    /// The slot of a field at a leaf.
    fn slot(&mut self, field: Field, leaf: &Leaf) -> Result<Slot, Problem> {
        let unwritable = || Problem::Unwritable { field, said: format!("{} {}", leaf.name, leaf.said()) };
        if let Some(why) = beyond::why_unwritable(field, leaf, self.leaves) {
            return Err(Problem::Unwritable { field, said: format!("{}: {why}", leaf.name) });
        }
        let number = matches!(leaf.json, Json::Integer | Json::Number);
        let mut json = leaf.json;
        let format = match field.unit() {
            Unit::Money => match units::money(leaf, self.around) {
                Said::Unit(unit) => Format::Money(unit),
                Said::Unclear => {
                    return Err(Problem::UnitUnclear { field, said: format!("{}: {}", leaf.name, leaf.said()) });
                }
                Said::Nothing => {
                    let unclear = |why: &str| {
                        let said = format!("{}: {why}", leaf.name);
                        Problem::UnitUnclear { field, said }
                    };
                    if let Some(why) = self.why_unclear(leaf) {
                        return Err(unclear(&why));
                    }
                    // Kopecks need no fraction: a type that has one makes the assumption doubtful.
                    if json == Json::Number {
                        self.doubts.push(unclear("a number that may have a fraction"));
                    }
                    Format::Money(MoneyUnit::Kopecks)
                }
            },
            Unit::Phone => hints::phone(leaf).map(Format::Phone).unwrap_or_default(),
            Unit::Date | Unit::Time => match hints::date(leaf) {
                Some(format) => Format::Date(format),
                None if number => return Err(unwritable()),
                None => Format::Plain,
            },
            Unit::Sex => match hints::sex(leaf) {
                Ok(codes) => codes.map(Format::Sex).unwrap_or_default(),
                Err(()) => return Err(unwritable()),
            },
            Unit::List if json == Json::String => {
                let said = leaf.said().to_lowercase();
                let commas = ["запят", "comma", "csv"].iter().any(|word| said.contains(word));
                if commas { Format::Commas } else { Format::Plain }
            }
            Unit::List if leaf.joined => Format::Commas,
            // One page of a list whose order nobody tells holds the last rows only by chance.
            _ if field == Field::Count && self.is_paged() && !self.newest_first => return Err(unwritable()),
            _ => Format::Plain,
        };
        // A list of records takes its codes one by one; the way has a `*` in it.
        if field.unit() == Unit::List && leaf.name.contains("/*") {
            json = Json::Array;
        }
        if matches!((field.unit(), json), (Unit::Money | Unit::Phone | Unit::Guid, Json::Boolean))
            || (matches!(field.unit(), Unit::Money | Unit::Guid) && json == Json::Array)
            || (field.unit() == Unit::Guid && number)
        {
            return Err(unwritable());
        }
        Ok(Slot {
            place: leaf.place,
            name: leaf.name.clone(),
            json,
            format,
            required: leaf.is_required(),
            source: Source::Swagger,
        })
    }

    /// Why the assumption of kopecks is too bold for a sum of which nothing is said.
    fn why_unclear(&self, leaf: &Leaf) -> Option<String> {
        if matches!(leaf.word("format"), "decimal" | "currency" | "money") {
            return Some("a decimal, and nothing of its unit".into());
        }
        if units::counts_bonuses(&leaf.own) {
            return Some("a number of bonuses, and nothing of what one is".into());
        }
        if let Some(switch) = self.leaves.iter().find(|other| units::chooses_unit(other)) {
            return Some(format!("depends on {}", switch.name));
        }
        self.doc.rubles.then(|| answers::SILENT.into())
    }

    /// What the server takes besides: constants, places filled from the record, demands that nothing fills.
    fn leftovers(&mut self) -> (Vec<Constant>, Vec<Slot>) {
        let (mut constants, mut record) = (Vec::new(), Vec::new());
        let filled: Vec<&str> = self
            .leaves
            .iter()
            .zip(&self.taken)
            .filter(|(_, taken)| **taken)
            .map(|(leaf, _)| leaf.name.as_str())
            .collect();
        let left = self.leaves.iter().zip(&self.taken).filter(|(_, taken)| !**taken).map(|(leaf, _)| leaf);
        for leaf in left {
            // Demanded by itself, or because something beside it is sent.
            let sent = |pointer: &str| filled.iter().any(|name| name.starts_with(&format!("{pointer}/")));
            let demanded = leaf.chain.iter().all(|(pointer, required)| *required || sent(pointer));
            let of_update = self.row.method == Method::Update && leaf.place != Place::Header;
            match beyond::way(self.row.method, leaf) {
                Some(Some(value)) => {
                    constants.push(Constant {
                        place: leaf.place,
                        name: leaf.name.clone(),
                        value,
                        source: Source::Swagger,
                    });
                    continue;
                }
                Some(None) => {
                    self.blockers.push(Problem::UnknownDemand { place: leaf.place, name: leaf.name.clone() });
                    continue;
                }
                None => {}
            }
            if self.would_create(leaf) || beyond::would_only_try(self.row.method, leaf) {
                constants.push(Constant {
                    place: leaf.place,
                    name: leaf.name.clone(),
                    value: Value::Bool(false),
                    source: Source::Swagger,
                });
                continue;
            }
            if let Some(value) = self.newest_by(leaf) {
                constants.push(Constant { place: leaf.place, name: leaf.name.clone(), value, source: Source::Swagger });
                continue;
            }
            let asked = demanded || self.whole_period(leaf).is_some();
            if !asked && !of_update || is_common_header(leaf) || self.is_token(leaf) {
                continue;
            }
            let constant = self.whole_period(leaf).or_else(|| leaf.settled()).or_else(|| self.mode(leaf));
            if of_update && (leaf.settled().is_none() || leaf.place == Place::Body) {
                record.push(Slot {
                    place: leaf.place,
                    name: leaf.name.clone(),
                    json: leaf.json,
                    format: Format::Plain,
                    required: demanded,
                    source: Source::Swagger,
                });
            } else if let Some(value) = constant {
                constants.push(Constant { place: leaf.place, name: leaf.name.clone(), value, source: Source::Swagger });
            } else if !self.explained(leaf) {
                self.blockers.push(Problem::UnknownDemand { place: leaf.place, name: leaf.name.clone() });
            }
        }
        (constants, record)
    }

    /// Whether a problem that names this leaf is told already.
    fn explained(&self, leaf: &Leaf) -> bool {
        self.blockers.iter().any(|problem| match problem {
            Problem::SeveralPlaces { candidates, .. } => candidates.contains(&leaf.name),
            Problem::UnitUnclear { said, .. } | Problem::Unwritable { said, .. } => said.starts_with(&leaf.name),
            _ => false,
        })
    }

    /// The order in which the last rows come first, where it can be chosen: `order: asc | desc`.
    fn newest_by(&self, leaf: &Leaf) -> Option<Value> {
        const NAMES: [&str; 7] =
            ["sort", "order", "direction", "sortorder", "sortdirection", "sortdir", "orderdirection"];
        let chosen = |choice: &&Value| matches!(choice.as_str().map(normal).as_deref(), Some("desc" | "descending"));
        let names = self.row.method == Method::LastTransactions && NAMES.contains(&normal(&leaf.own).as_str());
        leaf.choices().iter().find(chosen).filter(|_| names).cloned()
    }

    /// Whether it makes a read create what it does not find: nothing is created by looking.
    fn would_create(&self, leaf: &Leaf) -> bool {
        let name = normal(&leaf.own);
        let creates = ["create", "insert", "autoregister"].iter().any(|word| name.contains(word));
        !self.row.method.is_write() && leaf.json == Json::Boolean && creates
    }

    /// Whether it is the token, which the client adds by itself.
    fn is_token(&self, leaf: &Leaf) -> bool {
        matches!(leaf.place, Place::Header | Place::Query) && self.doc.tokens.contains(&normal(&leaf.own))
    }

    /// Whether what is listed comes in pages.
    fn is_paged(&self) -> bool {
        const PAGES: [&str; 8] =
            ["page", "pagenumber", "pageindex", "offset", "skip", "cursor", "pagetoken", "startindex"];
        self.leaves.iter().any(|leaf| PAGES.contains(&normal(&leaf.own).as_str()))
    }

    /// The most rows that a period may bring, where a server brings so many and no more: it is asked for all it gives at once,
    /// and an answer as long as that is known to be a part.
    fn whole_period(&self, leaf: &Leaf) -> Option<Value> {
        const MOST: u64 = 1000;
        let of_period = self.row.method == Method::TransactionsOfPeriod && leaf.place != Place::Header;
        let period_alone = self.fields.get(&Field::From).is_some_and(|from| from.iter().any(|slot| slot.required));
        let counts = Field::Count.rank(&leaf.own).is_some() && matches!(leaf.json, Json::Integer | Json::Number);
        if !of_period || !counts || !(period_alone || self.is_paged()) {
            return None;
        }
        let told = |key: &str| leaf.words.get(key).and_then(Value::as_u64);
        Some(told("maximum").unwrap_or_else(|| told("default").unwrap_or_default().max(MOST)).into())
    }

    /// A switch between the two ways of asking for transactions, or between those of looking for a guest.
    fn mode(&self, leaf: &Leaf) -> Option<Value> {
        let words: &[&str] = match self.row.method {
            Method::TransactionsOfPeriod => &["period", "range", "date"],
            Method::LastTransactions => &["last", "count", "top", "recent"],
            Method::FindByPhone => &["phone", "телефон"],
            _ => return None,
        };
        let fits =
            |choice: &&Value| choice.as_str().is_some_and(|text| words.iter().any(|word| normal(text).contains(word)));
        leaf.choices().iter().find(fits).cloned()
    }
}

/// `{id}` in a path, with nothing before it that says whose.
fn is_bare_id_of_path(leaf: &Leaf) -> bool {
    leaf.place == Place::Path && leaf.parents.is_empty() && normal(&leaf.own) == "id"
}

/// Headers that the client sends by itself.
fn is_common_header(leaf: &Leaf) -> bool {
    const COMMON: [&str; 6] =
        ["authorization", "accept", "contenttype", "acceptlanguage", "useragent", "acceptencoding"];
    leaf.place == Place::Header && COMMON.contains(&normal(&leaf.own).as_str())
}

/// How well a leaf stands for a field; the less, the better.
fn likeness(leaf: &Leaf, field: Field) -> Option<(u8, usize)> {
    let text = matches!(field.unit(), Unit::Text | Unit::Secret);
    let number = matches!(leaf.json, Json::Integer | Json::Number | Json::Boolean);
    // A comment that is a number, is the id of a reason.
    if text && number && !matches!(field, Field::RestCode | Field::ExternalCheck) {
        return None;
    }
    // Nor is it a text of ours that is chosen from a list, or settled.
    let chosen = !leaf.choices().is_empty() || leaf.words.contains_key("const");
    if text && chosen && !matches!(field, Field::RestCode | Field::ExternalCheck) {
        return None;
    }
    let whole_name = || {
        let said = leaf.said().to_lowercase();
        ["фио", "ф.и.о", "полное имя", "full name", "whole name"].iter().any(|word| said.contains(word))
    };
    let named = |names: &[String]| {
        names
            .iter()
            .enumerate()
            .filter_map(|(at, name)| {
                let (tier, rank) = field.match_of(&spelt(name))?;
                Some((tier, rank * 4 + at))
            })
            .min()
    };
    let matched = named(&leaf::names(leaf));
    match field {
        Field::FullName if Field::Name.rank(&leaf.own).is_some() && whole_name() => Some((0, 0)),
        Field::Name if whole_name() => None,
        _ if field.unit() == Unit::Money && units::is_percent(leaf) => None,
        _ => matched,
    }
}
