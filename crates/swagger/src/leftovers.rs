//! Inputs of an operation besides our fields: constants, places that are filled from the guest's record, requirements that nothing
//! meets.

use serde_json::Value;

use crate::{
    beyond::{self, Way},
    filling::{Filling, counts_rows},
    heuristics::Heuristic,
    hints,
    leaf::Leaf,
};
use probonus_contract::{
    Method,
    binding::{Constant, Counts, Format, Json, Pages, Place, Problem, Slot, Source, names_a_field_in_russian},
    contract::{Field, normal},
};

/// The inputs of an operation that are left after its fields have their places.
#[derive(Default)]
pub(crate) struct Leftovers {
    pub(crate) constants: Vec<Constant>,
    pub(crate) record: Vec<Slot>,
    pub(crate) blockers: Vec<Problem>,
}

/// What becomes of one leaf that no field took.
enum Fate {
    Constant(Value),
    /// Filled from the record as read.
    FromRecord {
        required: bool,
    },
    /// The server requires it, and we have nothing to fill it with.
    Blocks,
    Ignored,
}

/// Decides the fate of every leaf that no field took.
pub(crate) fn of(filling: &Filling<'_>) -> Leftovers {
    let mut left = Leftovers::default();
    let free = filling.leaves.iter().zip(&filling.taken).filter(|(_, taken)| !**taken).map(|(leaf, _)| leaf);
    for leaf in free {
        let name = leaf.name.clone();
        match fate(filling, leaf) {
            Fate::Constant(value) => {
                left.constants.push(Constant {
                    place: leaf.place,
                    name,
                    value,
                    source: Source::Swagger,
                    in_keychain: false,
                });
            }
            Fate::FromRecord { required } => left.record.push(Slot {
                place: leaf.place,
                name,
                json: leaf.json,
                format: Format::Plain,
                required,
                source: Source::Swagger,
            }),
            Fate::Blocks => left.blockers.push(Problem::UnknownDemand { place: leaf.place, name }),
            Fate::Ignored => {}
        }
    }
    left
}

fn fate(filling: &Filling<'_>, leaf: &Leaf) -> Fate {
    let method = filling.row.method;
    match beyond::way(method, leaf) {
        Way::Adds(value) => return Fate::Constant(value),
        Way::Unclear => return Fate::Blocks,
        Way::None => {}
    }
    if would_create(method, leaf) || beyond::would_only_try(method, leaf) {
        return Fate::Constant(Value::Bool(false));
    }
    if let Some(order) = newest_first(method, leaf).or_else(|| sorted_newest(method, leaf, filling.date.as_deref())) {
        return Fate::Constant(order);
    }
    if method == Method::Login && normal(&leaf.own) == "granttype" && leaf.place == Place::Body {
        return Fate::Constant(grant_type(leaf));
    }
    let demanded = is_demanded(filling, leaf);
    let of_update = method == Method::Update && leaf.place != Place::Header;
    let whole_period = whole_period(filling, leaf);
    let is_wanted = demanded || of_update || whole_period.is_some();
    if !is_wanted || is_common_header(leaf) || is_token(filling, leaf) {
        return Fate::Ignored;
    }
    if of_update && (leaf.settled().is_none() || leaf.place == Place::Body) {
        return Fate::FromRecord { required: demanded };
    }
    match whole_period.or_else(|| leaf.settled()).or_else(|| mode(method, leaf)) {
        // Each call has its own account, phone, sum or receipt.
        Some(_) if is_of_a_guest(leaf) => Fate::Blocks,
        Some(value) => Fate::Constant(value),
        None if is_explained(filling, leaf) => Fate::Ignored,
        None => Fate::Blocks,
    }
}

/// The grant of OAuth 2 that takes a login and a password. It is sent even if the document requires none: FastAPI lists it as
/// optional, and many servers refuse a form without it.
fn grant_type(leaf: &Leaf) -> Value {
    leaf.settled().filter(|value| *value != "").unwrap_or_else(|| Value::from("password"))
}

/// Whether a short description says that a value is an account, a phone, a sum or a receipt: `schet`, «Код счёта».
fn is_of_a_guest(leaf: &Leaf) -> bool {
    const SHORT: usize = 4;
    let said = leaf.said();
    let is_short = said.split_whitespace().count() <= SHORT;
    let names_it = |text: &str| names_a_field_in_russian(&normal(text));
    names_it(&leaf.own) || (is_short && names_it(&said))
}

/// Whether the server requires a leaf: always, or because something else in the same optional record is sent.
fn is_demanded(filling: &Filling<'_>, leaf: &Leaf) -> bool {
    let sent = |pointer: &str| {
        let inside = format!("{pointer}/");
        filling.leaves.iter().zip(&filling.taken).any(|(other, taken)| *taken && other.name.starts_with(&inside))
    };
    leaf.chain.iter().all(|(pointer, required)| *required || sent(pointer))
}

/// Whether a problem that names this leaf is reported already.
fn is_explained(filling: &Filling<'_>, leaf: &Leaf) -> bool {
    filling.blockers.iter().any(|problem| match problem {
        Problem::SeveralPlaces { candidates, .. } => candidates.contains(&leaf.name),
        Problem::UnitUnclear { said, .. } | Problem::Unwritable { said, .. } => said.starts_with(&leaf.name),
        _ => false,
    })
}

/// Whether some leaf lets a call choose the order "newest first".
pub(crate) fn can_choose_newest_first(method: Method, leaves: &[Leaf], date: Option<&str>) -> bool {
    leaves.iter().any(|leaf| newest_first(method, leaf).or_else(|| sorted_newest(method, leaf, date)).is_some())
}

/// The value for "newest first" of Spring's `sort`, which takes the name of a field and a direction: `createdAt,desc`. It is known by
/// its description, `property,(asc|desc)`. `date`: the name of the date in the rows.
fn sorted_newest(method: Method, leaf: &Leaf, date: Option<&str>) -> Option<Value> {
    let said = leaf.said().to_lowercase();
    let is_sort = normal(&leaf.own) == "sort"
        && leaf.place == Place::Query
        && said.contains("property")
        && said.contains("asc|desc");
    let date = date.filter(|_| is_sort && method == Method::LastTransactions && Heuristic::NewestFirst.holds())?;
    Some(Value::from(format!("{date},desc")))
}

/// The value for "newest first", if the leaf is a choice of order: `order: asc | desc` gives `desc`.
fn newest_first(method: Method, leaf: &Leaf) -> Option<Value> {
    const NAMES: [&str; 7] = ["sort", "order", "direction", "sortorder", "sortdirection", "sortdir", "orderdirection"];
    if !Heuristic::NewestFirst.holds()
        || method != Method::LastTransactions
        || !NAMES.contains(&normal(&leaf.own).as_str())
    {
        return None;
    }
    let descends = |choice: &&Value| matches!(choice.as_str().map(normal).as_deref(), Some("desc" | "descending"));
    leaf.choices().iter().find(descends).cloned()
}

/// Whether a flag makes a read create what it does not find. It must be false: a read must change nothing.
fn would_create(method: Method, leaf: &Leaf) -> bool {
    let name = normal(&leaf.own);
    let creates = ["create", "insert", "autoregister"].iter().any(|word| name.contains(word));
    !method.is_write() && leaf.json == Json::Boolean && creates && Heuristic::CreatesNothing.holds()
}

/// Whether a leaf is the token, which the client itself adds.
fn is_token(filling: &Filling<'_>, leaf: &Leaf) -> bool {
    matches!(leaf.place, Place::Header | Place::Query) && filling.doc.tokens.contains(&normal(&leaf.own))
}

/// Whether a leaf is a header that the client itself sends.
fn is_common_header(leaf: &Leaf) -> bool {
    const COMMON: [&str; 6] =
        ["authorization", "accept", "contenttype", "acceptlanguage", "useragent", "acceptencoding"];
    leaf.place == Place::Header && COMMON.contains(&normal(&leaf.own).as_str())
}

/// The number of rows to ask for in a period, if a server gives only a limited number at once. An answer with this many rows is
/// known to be only a part. Example: `limit` with `maximum: 500` gives 500.
fn whole_period(filling: &Filling<'_>, leaf: &Leaf) -> Option<Value> {
    const MOST: u64 = 1000;
    let of_period = filling.row.method == Method::TransactionsOfPeriod && leaf.place != Place::Header;
    let from = filling.fields.get(&Field::From);
    let period_alone = from.is_some_and(|slots| slots.iter().any(|slot| slot.required));
    let counts = counts_rows(leaf) && matches!(leaf.json, Json::Integer | Json::Number);
    if !Heuristic::WholePeriod.holds() || !of_period || !counts || !(period_alone || filling.is_paged()) {
        return None;
    }
    let usual = || leaf.words.get("default").and_then(hints::whole).unwrap_or_default().max(MOST);
    Some(hints::most(leaf).map_or_else(usual, u64::from).into())
}

/// The parameter that asks for further pages of a period: `page`, `offset`. A cursor, which each answer gives anew, is not supported.
pub(crate) fn pages(filling: &Filling<'_>) -> Option<Pages> {
    const PAGES: [&str; 6] = ["page", "pagenumber", "pageno", "pagenum", "pageindex", "pageid"];
    const ROWS: [&str; 5] = ["offset", "skip", "start", "skipcount", "pageoffset"];
    if filling.row.method != Method::TransactionsOfPeriod || !Heuristic::FurtherPages.holds() {
        return None;
    }
    let of = |leaf: &Leaf| {
        // Its own name, or the whole one: `page[number]`.
        let names = [normal(&leaf.own), normal(&leaf.name)];
        let is_one_of = |list: &[&str]| names.iter().any(|name| list.contains(&name.as_str()));
        let counts = if is_one_of(&PAGES) { Counts::Pages } else { Counts::Rows };
        let is_number = matches!(leaf.json, Json::Integer | Json::Number);
        let is_place = matches!(leaf.place, Place::Query | Place::Body) && !leaf.name.contains("/*");
        let told = |key: &str| leaf.words.get(key).and_then(hints::whole);
        (is_number && is_place && (counts == Counts::Pages || is_one_of(&ROWS))).then(|| Pages {
            place: leaf.place,
            name: leaf.name.clone(),
            json: leaf.json,
            counts,
            first: told("default").or_else(|| told("minimum")).filter(|first| *first < 2),
            source: Source::Swagger,
        })
    };
    let free = filling.leaves.iter().zip(&filling.taken).filter(|(_, taken)| !**taken);
    let mut told = free.filter_map(|(leaf, _)| of(leaf));
    // With two such parameters it is not clear how they count together.
    match (told.next(), told.next()) {
        (Some(only), None) => Some(only),
        _ => None,
    }
}

/// The value of a switch between a period and the last rows, or between ways to find a guest, for this method.
fn mode(method: Method, leaf: &Leaf) -> Option<Value> {
    let words: &[&str] = match method {
        Method::TransactionsOfPeriod => &["period", "range", "date"],
        Method::LastTransactions => &["last", "count", "top", "recent"],
        Method::FindByPhone => &["phone", "телефон"],
        _ => return None,
    };
    let names_it = |text: &str| words.iter().any(|word| normal(text).contains(word));
    let mut fitting = leaf.choices().iter().filter(|choice| choice.as_str().is_some_and(names_it));
    fitting.next().filter(|_| Heuristic::Mode.holds()).cloned()
}
