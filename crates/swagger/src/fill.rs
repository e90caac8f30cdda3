//! Assigns the values of an operation to the logical fields of a method.
//!
//! Each leaf (a value that the operation takes) goes to the field that its name fits best. If several leaves fit one field, the
//! vendor's spelling decides, or which one is required. For money nothing is guessed. Leaves that no field takes are left to
//! [`leftovers`](crate::leftovers).

use std::collections::BTreeMap;

use crate::{
    answers::{self, Problems},
    beyond, choices,
    filling::{Filling, counts_rows},
    heuristics::Heuristic,
    hints,
    leaf::{self, Leaf},
    leftovers,
    money::{self, Beside},
    operation::{Inputs, Operation},
    phone,
    units::{self, Said},
};
use probonus_contract::{
    binding::{DateFormat, Format, Json, MethodBinding, MoneyUnit, PartFormat, Place, Problem, Slot, Source, Sourced},
    contract::{Field, MethodRow, Need, Origin, ProfileField, ProfileKind, Unit, normal, spelt},
};

/// Binds an operation as a method. If its body may be filled in several ways, the one with the fewest blockers is used.
pub(crate) fn bind(operation: &Operation<'_>, row: &MethodRow) -> MethodBinding {
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
    let date = answers::name_of_date(doc, operation, row);
    let mut filling = Filling {
        doc,
        row,
        around: &around,
        taken: vec![false; inputs.leaves.len()],
        leaves: &inputs.leaves,
        newest_first: operation.tells_of_the_last()
            || leftovers::can_choose_newest_first(row.method, &inputs.leaves, date.as_deref()),
        date,
        fields: BTreeMap::new(),
        untold: BTreeMap::new(),
        choices: BTreeMap::new(),
        blockers: Vec::new(),
        doubts: Vec::new(),
    };
    filling.fields();
    let leftovers = leftovers::of(&filling);
    let pages = leftovers::pages(&filling);
    let Filling { fields, untold, choices, mut blockers, mut doubts, .. } = filling;
    blockers.extend(leftovers.blockers);
    let (constants, record) = (leftovers.constants, leftovers.record);
    let without_place = without_place(row, &fields, &blockers);
    blockers.extend(without_place);
    let Inputs { leaves, body, content_type, unwritable, open, cookies } = inputs;
    // If the document declares a field of the profile, it declares the whole request: nothing else is sent.
    let declares = fields.keys().any(|field| *field == Field::FullName || ProfileField::of(*field).is_some());
    let open = open.unwrap_or(!declares);
    blockers.extend(cookies.into_iter().map(|name| Problem::UnknownDemand { place: Place::Header, name }));
    blockers.extend(unwritable.map(|content_type| Problem::BodyKind { content_type }));
    blockers.extend(operation.beyond_us().map(|name| Problem::UnknownDemand { place: Place::Header, name }));
    doubts.extend(operation.keys_beside().into_iter().map(|(place, name)| Problem::UnknownDemand { place, name }));
    let mut problems = Problems { blockers, doubts };
    let mut answer = answers::learn(doc, operation, row, &around, &mut problems);
    let Problems { blockers, doubts } = problems;
    answer.most_rows = leaves.iter().filter(|leaf| counts_rows(leaf)).find_map(hints::most);
    MethodBinding {
        verb: Sourced::new(operation.verb, Source::Swagger),
        path: Sourced::new(operation.path.clone(), Source::Swagger),
        body,
        content_type,
        fields,
        untold,
        constants,
        pages,
        record,
        choices,
        open,
        answer,
        document: (!doc.address.is_empty()).then(|| doc.address.clone()),
        blockers,
        doubts,
    }
}

/// The fields that the method must have, without a place and without a blocker of their own.
fn without_place(row: &MethodRow, fields: &BTreeMap<Field, Vec<Slot>>, blockers: &[Problem]) -> Vec<Problem> {
    let is_explained = |field: Field| blockers.iter().any(|problem| problem.field() == Some(field));
    let needed = row.request.iter().filter(|field| field.need == Need::Must).map(|field| field.field);
    let missing = needed.filter(|field| !fields.contains_key(field) && !is_explained(*field));
    missing.map(|field| Problem::NoPlace { field }).collect()
}

/// How well a name fits a field. Less is better. The fields of the struct are compared in their order.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Fit {
    tier: Tier,
    /// The place among the field's spellings.
    rank: usize,
}

/// How plainly a name says which field it is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Tier {
    /// `accountId`
    Plain,
    /// `id`: it may mean other things.
    Vague,
    /// The name does not fit, but it is the only input.
    Sole,
}

/// A leaf that may be a field.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Candidate {
    fit: Fit,
    /// Which leaf.
    at: usize,
}

impl Filling<'_> {
    fn fields(&mut self) {
        let wanted: Vec<Field> = self.wanted();
        // Each leaf goes to the field that its name fits best.
        let mut candidates: BTreeMap<Field, Vec<Candidate>> = BTreeMap::new();
        for (at, leaf) in self.leaves.iter().enumerate() {
            let best = wanted.iter().filter_map(|&field| Some((likeness(leaf, field)?, field))).min();
            if let Some((fit, field)) = best {
                candidates.entry(field).or_default().push(Candidate { fit, at });
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

    /// If a read needs one field and takes one input, the input is the field, whatever its name.
    fn sole_input(&self, candidates: &mut BTreeMap<Field, Vec<Candidate>>) {
        let mut musts = self.row.request.iter().filter(|row| row.need == Need::Must);
        let (Some(must), None) = (musts.next(), musts.next()) else { return };
        if !Heuristic::SoleInput.holds() {
            return;
        }
        let may_be = |leaf: &Leaf| leaf.place != Place::Header && !leaf.own.is_empty();
        let values: Vec<usize> = (0..self.leaves.len()).filter(|at| may_be(&self.leaves[*at])).collect();
        if let ([only], false, false) =
            (values.as_slice(), self.row.method.is_write(), candidates.contains_key(&must.field))
        {
            let fit = Fit { tier: Tier::Sole, rank: 0 };
            candidates.entry(must.field).or_default().push(Candidate { fit, at: *only });
        }
    }

    /// Gives a field its places: the best candidates, if it is clear which they are.
    fn field(&mut self, field: Field, candidates: &[Candidate]) {
        let Some(tier) = candidates.first().map(|candidate| candidate.fit.tier) else { return };
        let best = candidates.iter().filter(|candidate| candidate.fit.tier == tier).map(|candidate| candidate.at);
        let best = self.outermost(best.collect());
        let Some(mut chosen) = self.choose(field, &best) else { return };
        // A bare id in the path is the same id: `/accounts/{id}/refill` with `accountId` in the body.
        if field.unit() == Unit::Id && Heuristic::SameIdInPath.holds() {
            let again = candidates.iter().filter(|candidate| candidate.fit.tier > tier).map(|candidate| candidate.at);
            chosen.extend(again.filter(|at| is_bare_id_of_path(&self.leaves[*at])));
        }
        if let Some(slots) = self.untold_places(field, &chosen) {
            self.untold.insert(field, slots);
        }
        let mut slots = Vec::new();
        for at in chosen {
            match self.slot(field, &self.leaves[at]) {
                Ok(slot) => {
                    let nanos = money::slot_of_nanos(&slot, self.leaves[at].beside.as_ref());
                    slots.extend([Some(slot), nanos].into_iter().flatten());
                }
                Err(problem) if self.can_do_without(field, at) => return self.doubts.push(problem),
                Err(problem) => return self.blockers.push(problem),
            }
            self.taken[at] = true;
            if ProfileField::of(field).is_some_and(|field| field.kind() == ProfileKind::Code) {
                self.choices.entry(field).or_insert_with(|| choices::of(&self.leaves[at]));
            }
        }
        self.fields.insert(field, slots);
    }

    /// The leaves that are the field, of those that fit it best; `None`: that is not clear. All leaves with one name are taken. But
    /// one name in two records of a body means two things. Example: the phone of a guest and the phone of the friend who invited
    /// them.
    fn choose(&mut self, field: Field, best: &[usize]) -> Option<Vec<usize>> {
        let twins = best.iter().filter(|at| self.leaves[**at].place == Place::Body).count() > 1;
        let several_names = best.windows(2).any(|pair| !self.same_name(pair[0], pair[1]));
        if !several_names && !twins {
            return Some(best.to_vec());
        }
        let one = self.settle(field, best)?;
        let is_chosen = |at: &usize| *at == one || (!twins && self.same_name(*at, one));
        Some(best.iter().copied().filter(is_chosen).collect())
    }

    /// Whether an optional field that we cannot map leaves the method usable: a call that uses the field is refused, all others
    /// go. Money always blocks.
    fn can_do_without(&self, field: Field, at: usize) -> bool {
        let need = self.row.asks(field).map(|row| row.need);
        field.unit() != Unit::Money && need != Some(Need::Must) && !self.leaves[at].is_required()
    }

    /// The leaves without those of a body that are deeper than another of the same name. Example: of `/phone` and
    /// `/referrer/phone` the first stays.
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
        places.retain(|at| !deeper.contains(at) || !Heuristic::Outermost.holds());
        places
    }

    fn same_name(&self, a: usize, b: usize) -> bool {
        normal(&self.leaves[a].own) == normal(&self.leaves[b].own)
    }

    /// Chooses one of several leaves that could be the field. The first row that holds decides:
    ///
    /// | case | chosen |
    /// |---|---|
    /// | one has the vendor's own name | that one |
    /// | one alone is required, and the field is no money | that one, with a doubt |
    /// | the field is money, or a write needs it | none: the method is blocked |
    /// | any other | the first, with a doubt |
    fn settle(&mut self, field: Field, best: &[usize]) -> Option<usize> {
        let by_vendor = self
            .row
            .asks(field)
            .filter(|row| row.origin == Origin::Seed)
            .map(|row| best.iter().copied().filter(|at| normal(&self.leaves[*at].own) == normal(row.name)));
        let by_vendor: Vec<usize> = by_vendor.into_iter().flatten().collect();
        if let &[at] = by_vendor.as_slice()
            && Heuristic::VendorName.holds()
        {
            return Some(at);
        }
        let problem =
            Problem::SeveralPlaces { field, candidates: best.iter().map(|at| self.leaves[*at].name.clone()).collect() };
        let demanded: Vec<usize> = best.iter().copied().filter(|at| self.leaves[*at].is_required()).collect();
        let must = self.row.asks(field).is_some_and(|row| row.need == Need::Must);
        if let [only] = demanded.as_slice()
            && field.unit() != Unit::Money
            && Heuristic::OnlyDemanded.holds()
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

    /// The slot of a field at a leaf, with the type and format that the document gives.
    fn slot(&self, field: Field, leaf: &Leaf) -> Result<Slot, Problem> {
        if let Some(why) = beyond::why_unwritable(field, leaf, self.leaves) {
            return Err(Problem::Unwritable { field, said: format!("{}: {why}", leaf.name) });
        }
        let format = self.format(field, leaf)?;
        // A list of records takes its codes one by one; its pointer has a `*` in it.
        let in_records = field.unit() == Unit::List && leaf.name.contains("/*");
        let json = if in_records { Json::Array } else { leaf.json };
        if !can_carry(json, field.unit()) {
            return Err(unwritable(field, leaf));
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

    /// The places of a sum of which no words tell the unit; `None`: it is told, it is no sum of money, or it is written otherwise.
    fn untold_places(&self, field: Field, chosen: &[usize]) -> Option<Vec<Slot>> {
        let leaves = chosen.iter().map(|at| &self.leaves[*at]);
        let place = |leaf: &Leaf| {
            let is_writable = can_carry(leaf.json, Unit::Money) && !leaf.name.contains("/*");
            let counts = leaf.beside.is_none() && units::counts_bonuses(&leaf.own);
            let is_untold = is_writable && !counts && units::is_untold(leaf, self.around);
            is_untold.then(|| Slot {
                place: leaf.place,
                name: leaf.name.clone(),
                json: leaf.json,
                format: Format::Plain,
                required: leaf.is_required(),
                source: Source::Swagger,
            })
        };
        let depends = self.leaves.iter().any(units::chooses_unit);
        if field.unit() != Unit::Money || depends { None } else { leaves.map(place).collect() }
    }

    fn format(&self, field: Field, leaf: &Leaf) -> Result<Format, Problem> {
        let is_number = matches!(leaf.json, Json::Integer | Json::Number);
        Ok(match field.unit() {
            Unit::Money if matches!(leaf.beside, Some(Beside::Nanos(..))) => Format::Part(PartFormat::Units),
            Unit::Money => Format::Money(self.money_unit(field, leaf)?),
            Unit::Phone => phone::format(leaf).map(Format::Phone).unwrap_or_default(),
            Unit::Date | Unit::Time => match hints::date(leaf) {
                // Protobuf takes no moment without an offset.
                Some(DateFormat::IsoTime) if self.doc.is_of_protobuf() && Heuristic::MomentsOfProtobuf.holds() => {
                    Format::Date(DateFormat::IsoUtc)
                }
                Some(format) => Format::Date(format),
                None if is_number => return Err(unwritable(field, leaf)),
                // A bare day would be its midnight, and the last day would be left out.
                None if matches!(field, Field::From | Field::To) && is_named_moment(leaf) => {
                    Format::Date(DateFormat::IsoTime)
                }
                None => Format::Plain,
            },
            Unit::Sex => match hints::sex(leaf) {
                Ok(codes) => codes.map(Format::Sex).unwrap_or_default(),
                Err(()) => return Err(unwritable(field, leaf)),
            },
            Unit::List if leaf.joined || (leaf.json == Json::String && says_commas(leaf)) => Format::Commas,
            // If the order of a paged list is not known, its first page need not have the last rows.
            _ if field == Field::Count && self.is_paged() && !self.newest_first => return Err(unwritable(field, leaf)),
            _ => Format::Plain,
        })
    }

    /// The unit of a sum. If the document names none it is kopecks, unless [`Self::why_unclear`] gives a reason against that.
    fn money_unit(&self, field: Field, leaf: &Leaf) -> Result<MoneyUnit, Problem> {
        let unclear = |why: &str| Problem::UnitUnclear { field, said: format!("{}: {why}", leaf.name) };
        match units::money(leaf, self.around) {
            Said::Unit(unit) => Ok(unit),
            Said::Unclear => Err(unclear(&leaf.said())),
            Said::Nothing => self.why_unclear(leaf).map_or(Ok(MoneyUnit::Kopecks), |why| Err(unclear(&why))),
        }
    }

    /// Why a sum without a named unit can't be taken for kopecks; `None`: it can.
    fn why_unclear(&self, leaf: &Leaf) -> Option<String> {
        if let Some(why) = units::why_not_kopecks(leaf) {
            return Some(why.into());
        }
        if leaf.beside.is_none() && units::counts_bonuses(&leaf.own) && Heuristic::CountedBonuses.holds() {
            return Some("a number of bonuses, and nothing of what one is".into());
        }
        if let Some(switch) = self.leaves.iter().find(|other| units::chooses_unit(other))
            && Heuristic::UnitChosen.holds()
        {
            return Some(format!("depends on {}", switch.name));
        }
        self.doc.rubles.then(|| answers::SILENT.into())
    }
}

/// Whether a leaf is `{id}` in a path, without a segment before it that says whose id it is.
fn is_bare_id_of_path(leaf: &Leaf) -> bool {
    leaf.place == Place::Path && leaf.parents.is_empty() && normal(&leaf.own) == "id"
}

fn unwritable(field: Field, leaf: &Leaf) -> Problem {
    Problem::Unwritable { field, said: format!("{} {}", leaf.name, leaf.said()) }
}

fn says_commas(leaf: &Leaf) -> bool {
    let said = leaf.said().to_lowercase();
    Heuristic::Commas.holds() && ["запят", "comma", "csv"].iter().any(|word| said.contains(word))
}

/// Whether a value of this unit can be written in this JSON type.
const fn can_carry(json: Json, unit: Unit) -> bool {
    match unit {
        Unit::Money => !matches!(json, Json::Boolean | Json::Array),
        Unit::Guid => !matches!(json, Json::Boolean | Json::Array | Json::Integer | Json::Number),
        Unit::Phone => !matches!(json, Json::Boolean),
        _ => true,
    }
}

/// How well a leaf's name fits a field; `None`: it does not.
fn likeness(leaf: &Leaf, field: Field) -> Option<Fit> {
    if is_coded_text(leaf, field) {
        return None;
    }
    if holds_whole_name(leaf) {
        match field {
            Field::FullName if Field::Name.rank(&leaf.own).is_some() => {
                return Some(Fit { tier: Tier::Plain, rank: 0 });
            }
            Field::Name => return None,
            _ => {}
        }
    }
    if field.unit() == Unit::Money && units::is_percent(leaf) {
        return None;
    }
    // A time of the day is no day: `startTime: {format: time}`.
    if field.unit() == Unit::Date && leaf.word("format") == "time" {
        return None;
    }
    // Of a leaf's names with the same rank, the earlier one is better: the plain name before the joined one.
    const NAMES_OF_A_LEAF: usize = 4;
    let fit = |(at, name): (usize, String)| {
        let (tier, rank) = field.match_of(&spelt(&name))?;
        let tier = if tier == 0 { Tier::Plain } else { Tier::Vague };
        Some(Fit { tier, rank: rank * NAMES_OF_A_LEAF + at })
    };
    let by_name = leaf::names(leaf).into_iter().enumerate().filter_map(fit).min();
    by_name.or_else(|| ends_period(leaf, field).then_some(Fit { tier: Tier::Vague, rank: usize::MAX }))
}

/// Whether a name says that a value is a moment, not a day: `endTime`, `endAt`.
fn is_named_moment(leaf: &Leaf) -> bool {
    let name = normal(&leaf.own);
    name.contains("time") || name.ends_with("at")
}

/// Whether a filter by a moment is an end of the period by the last word of its name: `performed_after`, `created__lte`,
/// `date[gte]`. A border that is left out (`gt`, `lt`) is none: the last day is a part of the period.
fn ends_period(leaf: &Leaf, field: Field) -> bool {
    let ends: &[&str] = match field {
        Field::From => &["after", "gte", "ge", "from", "since", "start", "min", "begin"],
        Field::To => &["before", "lte", "le", "to", "until", "till", "end", "max"],
        _ => return false,
    };
    let name = leaf.own.trim_end_matches(|letter: char| !letter.is_alphanumeric());
    let is_end = |word: &str| ends.contains(&normal(word).as_str());
    let is_date = |name: &str| matches!(Field::At.match_of(&spelt(name)), Some((0, _)));
    let of_date = leaf.parents.last().is_some_and(|parent| is_date(parent)) && is_end(&leaf.own);
    let is_border = |(at, letter): (usize, char)| at > 0 && (letter.is_uppercase() || !letter.is_alphanumeric());
    let last = name.char_indices().rfind(|border| is_border(*border)).map(|(at, _)| name.split_at(at));
    let by_ending = last.is_some_and(|(stem, word)| is_end(word) && (is_date(stem) || hints::date(leaf).is_some()));
    leaf.json == Json::String && (of_date || by_ending) && Heuristic::PeriodByEnding.holds()
}

/// Whether a leaf takes a code where we have a text. A number is the id of a reason, not a comment. A text that is chosen from a list,
/// or constant, is not ours. Codes of restaurants and outside numbers are excepted: they are codes.
fn is_coded_text(leaf: &Leaf, field: Field) -> bool {
    let is_text = matches!(field.unit(), Unit::Text | Unit::Secret);
    let is_number = matches!(leaf.json, Json::Integer | Json::Number | Json::Boolean);
    let is_chosen = !leaf.choices().is_empty() || leaf.words.contains_key("const");
    Heuristic::CodedText.holds()
        && is_text
        && (is_number || is_chosen)
        && !matches!(field, Field::RestCode | Field::ExternalCheck)
}

fn holds_whole_name(leaf: &Leaf) -> bool {
    let said = leaf.said().to_lowercase();
    Heuristic::WholeName.holds()
        && ["фио", "ф.и.о", "полное имя", "full name", "whole name"].iter().any(|word| said.contains(word))
}
