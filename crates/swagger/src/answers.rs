//! What a document says about an answer: where in its envelope the record is, and the units and formats of its fields.

use serde_json::Value;

use crate::{
    choices,
    document::Doc,
    heuristics::Heuristic,
    hints,
    leaf::Leaf,
    operation::Operation,
    units::{self, Said},
    walk::{Goes, of_body},
};
use probonus_contract::{
    Method,
    binding::{AnswerBinding, AnswerField, Format, Json, MoneyUnit, Problem, Source, Sourced},
    contract::{Field, MethodRow, Need, Unit, normal, spelt},
};

/// What the document leaves open about an answer.
#[derive(Default)]
pub(crate) struct Problems {
    /// Problems that make the method unavailable: the unit of a required sum is unclear.
    pub blockers: Vec<Problem>,
    /// Problems that are only reported: a sum that is not read, or is read on an assumption.
    pub doubts: Vec<Problem>,
}

impl Problems {
    /// Notes a field that can't be read: as a blocker if the method needs it, else as a doubt.
    fn unreadable(&mut self, need: Need, problem: Problem) {
        if need == Need::Must { self.blockers.push(problem) } else { self.doubts.push(problem) }
    }
}

/// What the texts around an answer say about the unit of its sums.
struct Around<'a> {
    /// The texts, the nearest first.
    said: &'a [&'a str],
    /// They name no unit, while the document names rubles elsewhere.
    silent: bool,
    /// Why the unit is unclear for a sum that the schema does not list; `None`: it is clear.
    unclear: Option<&'a str>,
}

impl<'a> Around<'a> {
    fn of(doc: &Doc, said: &'a [&'a str]) -> Self {
        let first = said.iter().copied().find(|text| units::unit_around(text) != Said::Nothing);
        let silent = doc.rubles && first.is_none();
        let unclear = first.filter(|text| units::unit_around(text) == Said::Unclear);
        Self { said, silent, unclear: unclear.or(silent.then_some(SILENT)) }
    }
}

/// Reads the schema of an answer. If the unit of a sum is unclear, a required sum blocks the method, and any other sum is not read.
pub(crate) fn learn(
    doc: &Doc,
    operation: &Operation<'_>,
    row: &MethodRow,
    around: &[&str],
    problems: &mut Problems,
) -> AnswerBinding {
    // The description of the answer itself counts only if it plainly names a unit.
    let said = operation.answer_said().filter(|said| matches!(units::unit_around(said), Said::Unit(_)));
    let around: Vec<&str> = said.into_iter().chain(around.iter().copied()).collect();
    let mut binding = AnswerBinding { money: unit_around(&around), ..AnswerBinding::default() };
    let mut around = Around::of(doc, &around);
    let mut leaves = Vec::new();
    let walked = operation.answer().map(|body| of_body(doc, body, Goes::Back, &mut leaves));
    if walked.is_some_and(|walked| walked.is_cut) {
        around.unclear.get_or_insert(TOO_WIDE);
    }
    binding.at = record_at(&leaves, row).map(|at| Sourced::new(at, Source::Swagger));
    for field in row.answer {
        let of_field = best_or_sole(&leaves, row, field.field);
        let Some(first) = of_field.first() else {
            // The answer may have a sum that the schema does not list. It is not read if its unit is unclear.
            if let Some(said) = around.unclear.filter(|_| field.field.unit() == Unit::Money) {
                let problem = Problem::UnitUnclear { field: field.field, said: said.trim().to_owned() };
                problems.unreadable(field.need, problem);
                binding.fields.entry(field.field).or_insert_with(unread);
            }
            continue;
        };
        match format(field.field, &of_field, &around) {
            Ok(Some(format)) => {
                let read = AnswerField { name: first.own.clone(), format, source: Source::Swagger };
                binding.fields.insert(field.field, read);
            }
            // Several names of one sum, each in kopecks.
            Ok(None) if field.field.unit() == Unit::Money && units::money(first, around.said) == KOPECKS => {
                binding.money.get_or_insert(Sourced::new(MoneyUnit::Kopecks, Source::Swagger));
            }
            Ok(None) => {}
            Err(problem) => {
                if field.need != Need::Must {
                    binding.fields.insert(field.field, unread());
                }
                problems.unreadable(field.need, problem);
            }
        }
    }
    binding.leaves_zeros_out = leaves_zeros_out(doc, &leaves, row);
    binding
}

/// Whether a balance of zero is left out of this answer: protobuf leaves out a number that is zero. A record is left out only if
/// there is none, so that it says nothing of a sum.
fn leaves_zeros_out(doc: &Doc, leaves: &[Leaf], row: &MethodRow) -> bool {
    let is_number = |leaf: &&Leaf| {
        let is_coded = matches!(leaf.word("format"), "int32" | "int64" | "uint32" | "uint64" | "sint32" | "sint64");
        leaf.beside.is_none() && (leaf.json == Json::Integer || (leaf.json == Json::String && is_coded))
    };
    let balance = || best(leaves, row, Field::Balance).first().is_some_and(is_number);
    let reads = !row.method.is_write() && row.answer.iter().any(|row| row.field == Field::Balance);
    reads && doc.is_of_protobuf() && Heuristic::ZerosLeftOut.holds() && balance()
}

/// Whether an answer tells a balance and what of it burns or waits, by dates.
pub(crate) fn tells_parts_of_balance(operation: &Operation<'_>) -> bool {
    *operation.tells_parts.get_or_init(|| has_parts_of_balance(operation))
}

fn has_parts_of_balance(operation: &Operation<'_>) -> bool {
    let mut leaves = Vec::new();
    if let Some(body) = operation.answer() {
        of_body(operation.doc, body, Goes::Back, &mut leaves);
    }
    let is_list = |leaf: &Leaf, list: Field| {
        let in_list = leaf.name.contains("/*") && leaf.parents.last().is_some_and(|name| list.rank(name).is_some());
        in_list || (leaf.json == Json::Array && list.rank(&leaf.own).is_some())
    };
    let parts = leaves.iter().any(|leaf| is_list(leaf, Field::Burning) || is_list(leaf, Field::Waiting));
    parts && leaves.iter().any(|leaf| matches!(Field::Balance.match_of(&spelt(&leaf.own)), Some((0, _))))
}

/// The name of the date in the rows of the last transactions; `None`: the document does not tell.
pub(crate) fn name_of_date(doc: &Doc, operation: &Operation<'_>, row: &MethodRow) -> Option<String> {
    if row.method != Method::LastTransactions {
        return None;
    }
    let mut leaves = Vec::new();
    of_body(doc, operation.answer()?, Goes::Back, &mut leaves);
    best_or_sole(&leaves, row, Field::At).first().map(|leaf| leaf.own.clone())
}

/// A field of an answer that is not read.
fn unread() -> AnswerField {
    AnswerField { name: String::new(), format: Format::Plain, source: Source::Swagger }
}

/// Checks whether a sum without a named unit may be read as kopecks. It may not if the document names rubles elsewhere, or if one of
/// its names has a type that takes a fraction.
fn assumed(field: Field, sums: &[&&Leaf], around: &Around<'_>) -> Result<Option<Format>, Problem> {
    let silent = sums.first().filter(|_| around.silent).map(|leaf| (leaf, SILENT));
    let by_type = || sums.iter().find_map(|leaf| Some((leaf, units::why_not_kopecks(leaf)?)));
    match silent.or_else(by_type) {
        Some((leaf, why)) => Err(Problem::UnitUnclear { field, said: format!("{}: {why}", leaf.name) }),
        None => Ok(None),
    }
}

const KOPECKS: Said = Said::Unit(MoneyUnit::Kopecks);

/// The reason why a sum without a named unit is unclear while others are in rubles.
pub(crate) const SILENT: &str = "nothing here, and rubles elsewhere";

/// The reason why a sum that was not met is unclear: the part of the schema that was not read may name its unit.
const TOO_WIDE: &str = "the schema is too wide to be read to its end";

/// The unit that the texts of the operation or of the document give for all its sums.
fn unit_around(around: &[&str]) -> Option<Sourced<MoneyUnit>> {
    let said = around.iter().map(|text| units::unit_around(text)).find(|said| *said != Said::Nothing)?;
    match said {
        Said::Unit(unit) => Some(Sourced::new(unit, Source::Swagger)),
        _ => None,
    }
}

/// The leaves whose names fit a field best, in the part of the answer where the field belongs.
fn best<'a>(leaves: &'a [Leaf], row: &MethodRow, field: Field) -> Vec<&'a Leaf> {
    let mut of_field: Vec<((u8, usize), &Leaf)> = leaves
        .iter()
        .filter(|leaf| belongs(leaf, row, field))
        .filter(|leaf| field.unit() != Unit::Money || !units::is_percent(leaf))
        .filter_map(|leaf| Some((field.match_of(&spelt(&leaf.own))?, leaf)))
        .collect();
    of_field.sort_by_key(|(rank, _)| *rank);
    let Some(tier) = of_field.first().map(|((tier, _), _)| *tier) else { return Vec::new() };
    of_field.into_iter().filter(|((t, _), _)| *t == tier).map(|(_, leaf)| leaf).collect()
}

/// As [`best`]; if no name fits the time of a record, its only moment is taken, see [`sole_moment`].
fn best_or_sole<'a>(leaves: &'a [Leaf], row: &MethodRow, field: Field) -> Vec<&'a Leaf> {
    let named = best(leaves, row, field);
    if named.is_empty() && field == Field::At { sole_moment(leaves, row).into_iter().collect() } else { named }
}

/// The only moment of a record, whatever its name; `None`: there is none, or several. Example: `booked: {format: date-time}`.
fn sole_moment<'a>(leaves: &'a [Leaf], row: &MethodRow) -> Option<&'a Leaf> {
    let is_another = |leaf: &Leaf| {
        let spelt = spelt(&leaf.own);
        row.answer.iter().any(|row| row.field != Field::At && matches!(row.field.match_of(&spelt), Some((0, _))))
    };
    let is_moment = |leaf: &&Leaf| {
        let told = matches!(leaf.word("format"), "date-time" | "datetime") && leaf.json == Json::String;
        told && belongs(leaf, row, Field::At) && !is_another(leaf)
    };
    let mut moments = leaves.iter().filter(is_moment);
    match (moments.next(), moments.next()) {
        (Some(only), None) if Heuristic::SoleMoment.holds() => Some(only),
        _ => None,
    }
}

/// Whether a leaf is in the part of the answer where this field belongs: a burn date among the parts that burn, a dish among the
/// dishes.
fn belongs(leaf: &Leaf, row: &MethodRow, field: Field) -> bool {
    let under = |list: Field| leaf.parents.iter().any(|name| list.rank(name).is_some());
    let asked = |list: Field| row.answer.iter().any(|row| row.field == list);
    let inner = match field {
        Field::BurnDate | Field::BurnSum => return under(Field::Burning),
        Field::WaitingSum | Field::WaitingFrom => {
            return under(Field::Waiting) || matches!(field.match_of(&spelt(&leaf.own)), Some((0, _)));
        }
        Field::DishName | Field::Quantity | Field::Price | Field::LineSum => return under(Field::Lines),
        _ => [Field::Burning, Field::Waiting, Field::Lines, Field::Coupons],
    };
    // A field inside the record of a group or a level is not the guest's.
    const OTHERS: [&str; 10] = [
        "group",
        "accountgroup",
        "level",
        "loyaltylevel",
        "discountlevel",
        "bonuslevel",
        "restaurant",
        "waiter",
        "employee",
        "template",
    ];
    let others = leaf.parents.iter().any(|name| OTHERS.contains(&normal(name).as_str()));
    !others && !inner.into_iter().any(|list| asked(list) && under(list))
}

/// The format of a field, as far as the decoder must know it; `None`: the decoder recognises it by itself.
fn format(field: Field, leaves: &[&Leaf], around: &Around<'_>) -> Result<Option<Format>, Problem> {
    match field.unit() {
        Unit::Money => money(field, leaves, around),
        Unit::Date | Unit::Time => {
            let Some(leaf) = leaves.first() else { return Ok(None) };
            Ok(hints::date(leaf).map(Format::Date))
        }
        Unit::Sex => {
            let Some(leaf) = leaves.first() else { return Ok(None) };
            let said = || leaf.choices().iter().map(Value::to_string).collect::<Vec<_>>().join(", ");
            match hints::sex(leaf) {
                Ok(codes) => Ok(codes.map(Format::Sex)),
                Err(()) => Err(Problem::Unwritable { field, said: said() }),
            }
        }
        Unit::Text if field == Field::Kind && Heuristic::KindsByNames.holds() => {
            // Of JSON:API the type of the resource has the same name.
            let mut same = leaves.iter().filter(|leaf| leaves.first().is_some_and(|first| leaf.own == first.own));
            Ok(same.find_map(|leaf| choices::named(leaf)).map(Format::Names))
        }
        _ => Ok(None),
    }
}

/// The unit of a sum. If several names fit and have one unit, the decoder compares their values. Different units, and several names
/// in rubles, are a problem.
fn money(field: Field, leaves: &[&Leaf], around: &Around<'_>) -> Result<Option<Format>, Problem> {
    let sums: Vec<&&Leaf> = leaves.iter().filter(|leaf| !matches!(leaf.json, Json::Boolean | Json::Array)).collect();
    let said: Vec<Said> = sums.iter().map(|leaf| units::money(leaf, around.said)).collect();
    let Some(first) = said.first() else { return Ok(None) };
    let words = || sums.iter().map(|leaf| format!("{}: {}", leaf.name, leaf.said())).collect::<Vec<_>>().join("; ");
    if said.iter().any(|other| other != first) || *first == Said::Unclear {
        return Err(Problem::UnitUnclear { field, said: words() });
    }
    if *first == Said::Nothing {
        return assumed(field, &sums, around);
    }
    let mut names: Vec<String> = sums.iter().map(|leaf| normal(&leaf.own)).collect();
    names.sort();
    names.dedup();
    match first {
        Said::Unit(MoneyUnit::Rubles) if names.len() > 1 => {
            Err(Problem::SeveralPlaces { field, candidates: sums.iter().map(|leaf| leaf.name.clone()).collect() })
        }
        Said::Unit(unit) if names.len() == 1 => Ok(Some(Format::Money(*unit))),
        _ => Ok(None),
    }
}

/// The JSON pointer to the record, or to the list of records: the shallowest place that has the first required field.
fn record_at(leaves: &[Leaf], row: &MethodRow) -> Option<String> {
    let must = row.answer.iter().find(|row| row.need == Need::Must)?.field;
    let of_must = best_or_sole(leaves, row, must);
    let depth = |leaf: &&&Leaf| leaf.name.matches('/').count();
    let leaf = of_must.iter().min_by_key(depth)?;
    let (parent, _) = leaf.name.rsplit_once('/')?;
    // A resource of JSON:API has its id beside its attributes.
    let outside = parent.strip_suffix("/attributes");
    let is_resource = |outer: &&str| leaves.iter().any(|leaf| leaf.name.strip_suffix("/id") == Some(outer));
    let parent = outside.filter(is_resource).unwrap_or(parent);
    // For a list the pointer leads to the list itself. A list in a list is not supported.
    let at = parent.strip_suffix("/*").unwrap_or(parent);
    (!at.contains("/*")).then(|| at.to_owned())
}
