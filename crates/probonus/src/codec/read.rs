//! Reads a record of an answer: by the names in the binding, else by the spellings in the contract's table.

use std::sync::LazyLock;

use jiff::{Timestamp, civil::Date, tz::Offset};
use serde_json::{Map, Value};

use super::{
    damaged::is_damaged,
    keys::{Key, Known, keys, known},
    moments,
    values::{elements, flag, is_resource, join, json_path, plain_text, pointed, sex_of},
};
use crate::{
    CheckGuid, Delivery, Error, ErrorKind, Method, Phone, ServerTime,
    binding::{AnswerBinding, AnswerField, Binding, Format, MoneyUnit},
    contract::{self, Field, FieldSet, Spelt, normal},
    model::Sex,
    words::is_invisible,
};

mod dated;
mod money;
mod said;

/// What all records of one answer share.
pub(super) struct Context<'a> {
    pub(super) method: Method,
    pub(super) answer: Option<&'a AnswerBinding>,
    pub(super) offset: i16,
    /// The unit that the binding gives for all sums of the answer.
    unit: Option<MoneyUnit>,
    /// The most rows that every request asks for, by a constant of the binding.
    most: Option<u64>,
    pub(super) status: u16,
}

impl<'a> Context<'a> {
    pub(super) fn new(binding: &'a Binding, method: Method, status: u16) -> Self {
        let answer = binding.method(method).map(|bound| &bound.answer);
        let unit = answer.and_then(|answer| answer.money).map(|unit| unit.value);
        let constants = binding.method(method).map(|bound| bound.constants.as_slice()).unwrap_or_default();
        let counts = |name: &str| Field::Count.rank(name.rsplit('/').next().unwrap_or_default()).is_some();
        let most =
            constants.iter().find(|constant| counts(&constant.name)).and_then(|constant| constant.value.as_u64());
        Self { method, answer, offset: binding.utc_offset_minutes.value, unit, most, status }
    }

    /// The most rows that every request asks for, by a constant of the binding.
    pub(super) fn asked_at_most(&self) -> Option<u64> {
        self.most
    }

    /// Whether a moment of the server is after `now`.
    pub(super) fn is_after(&self, told: ServerTime, now: Timestamp) -> bool {
        let clock = Offset::from_seconds(i32::from(self.offset) * 60).unwrap_or(Offset::UTC);
        told.instant.map_or_else(|| told.local > clock.to_datetime(now), |instant| instant > now)
    }

    /// The day by the server's clock.
    pub(super) fn day_of(&self, now: Timestamp) -> Date {
        Offset::from_seconds(i32::from(self.offset) * 60).unwrap_or(Offset::UTC).to_datetime(now).date()
    }

    /// The error for an answer that can't be understood at `path`.
    pub(super) fn unreadable(&self, path: &str, why: impl Into<String>) -> Error {
        Error::new(ErrorKind::Unreadable, Delivery::Unknown)
            .with_method(self.method)
            .with_status(self.status)
            .with_json_path(json_path(path))
            .with_detail(why)
    }

    /// The error for an answer that is about something else than what was asked for.
    pub(super) fn other_account(&self, path: &str, why: &str) -> Error {
        self.unreadable(path, why).with_kind(ErrorKind::OtherAccount)
    }
}

/// An object of an answer, with its JSON pointer.
pub(super) struct Record<'a> {
    context: &'a Context<'a>,
    path: String,
    /// JSON pointer to a resource of JSON:API, whose id stands beside its attributes. The record is of the attributes.
    resource: Option<String>,
    map: &'a Map<String, Value>,
    keys: Vec<Key<'a>>,
    /// The fields that any key may mean, and whether any key holds a record. They answer most lookups without a search.
    fields: FieldSet,
    nests: bool,
}

/// A value that was found, and where.
pub(super) struct Found<'r, 'a> {
    /// JSON pointer to the record that was searched.
    record: &'r str,
    inside: Inside<'a>,
    pub(super) value: &'a Value,
    /// The unit of a sum, by the tail of its key. Example: `balance_kop`.
    unit: Option<MoneyUnit>,
    /// Its format, by the binding.
    format: Option<&'a Format>,
}

/// Where a value is in its record.
#[derive(Clone, Copy)]
enum Inside<'a> {
    Key(&'a str),
    /// JSON pointer from the record.
    Pointer(&'a str),
}

impl Found<'_, '_> {
    /// JSON pointer to the value. Built on demand: only errors and nested reads need it.
    pub(super) fn path(&self) -> String {
        match self.inside {
            Inside::Key(key) => join(self.record, key),
            Inside::Pointer(pointer) => [self.record, pointer].concat(),
        }
    }

    /// Whether its key is a bare `id`, or Mongo's `_id`, which may be the id of anything.
    pub(super) fn is_bare_id(&self) -> bool {
        let last = match self.inside {
            Inside::Key(key) => key,
            Inside::Pointer(pointer) => pointer.rsplit('/').next().unwrap_or_default(),
        };
        normal(last) == "id"
    }
}

static NOTHING: LazyLock<Map<String, Value>> = LazyLock::new(Map::new);

impl<'a> Record<'a> {
    /// The record at `path`.
    pub(super) fn new(context: &'a Context<'a>, path: String, value: &'a Value) -> Result<Self, Error> {
        let map = value.as_object().ok_or_else(|| context.unreadable(&path, "a record is expected here"))?;
        match map.get("attributes") {
            Some(Value::Object(attributes)) if is_resource(map) => {
                if !map.get("type").is_some_and(Value::is_string) {
                    let why = "the record's fields stand apart from its id";
                    return Err(context.unreadable(&join(&path, "attributes"), why));
                }
                Ok(Self::of_resource(context, path, map, attributes))
            }
            _ => Ok(Self::of_map(context, path, map)),
        }
    }

    /// A resource of JSON:API: its attributes with its id as one record. The id stays the id, whatever attributes there are.
    fn of_resource(
        context: &'a Context<'a>,
        path: String,
        map: &'a Map<String, Value>,
        attributes: &'a Map<String, Value>,
    ) -> Self {
        let mut record = Self::of_map(context, join(&path, "attributes"), attributes);
        if let Some((key, id)) = map.get_key_value("id") {
            let id: Key<'a> = (known(key), key, id);
            record.keys.retain(|(known, ..)| known.name != id.0.name);
            record.fields = record.fields.with(id.0.fields);
            record.keys.insert(0, id);
        }
        record.resource = Some(path);
        record
    }

    fn of_map(context: &'a Context<'a>, path: String, map: &'a Map<String, Value>) -> Self {
        let keys = keys(map);
        let fields = keys.iter().fold(FieldSet::default(), |all, (spelt, ..)| all.with(spelt.fields));
        let nests = map.values().any(Value::is_object);
        Self { context, path, resource: None, map, keys, fields, nests }
    }

    /// The record inside this one under any of `names` (letters and digits only), or an empty one.
    pub(super) fn inner(&self, names: &[&str]) -> Self {
        let names = if self.nests { names } else { &[] };
        for name in names {
            let named = |spelt: &Spelt| spelt.name.eq_ignore_ascii_case(name);
            let inner = self.keys.iter().find(|(spelt, _, value)| value.is_object() && named(spelt));
            if let Some((_, key, Value::Object(map))) = inner {
                return Self::of_map(self.context, join(&self.path, key), map);
            }
        }
        Self::of_map(self.context, String::new(), &NOTHING)
    }

    /// As [`Self::inner`], or the only record of a list under one of the names: `{"level": [{"id": 2}]}`.
    pub(super) fn inner_or_only(&self, names: &[&str]) -> Self {
        let inner = self.inner(names);
        if !inner.is_empty() {
            return inner;
        }
        let only = names.iter().find_map(|name| {
            let found = self.under(name)?;
            let [Value::Object(map)] = found.value.as_array()?.as_slice() else { return None };
            Some((join(&found.path(), "0"), map))
        });
        let (path, map) = only.unwrap_or_else(|| (String::new(), &NOTHING));
        Self::of_map(self.context, path, map)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// JSON pointer to the record in which a key stands.
    fn base(&self, key: &str) -> &str {
        self.resource.as_deref().filter(|_| key == "id").unwrap_or(&self.path)
    }

    pub(super) fn unreadable(&self, why: impl Into<String>) -> Error {
        self.context.unreadable(&self.path, why)
    }

    /// The error for a record without `field`: at the field's key, if the record has one without a value.
    pub(super) fn lacks(&self, field: Field, why: &str) -> Error {
        self.context.unreadable(&self.key_of(field).unwrap_or_else(|| self.path.clone()), why)
    }

    /// As [`Context::other_account`].
    pub(super) fn other_account(&self, path: &str, why: &str) -> Error {
        self.context.other_account(path, why)
    }

    pub(super) fn method(&self) -> Method {
        self.context.method
    }

    pub(super) fn keys(&self) -> &[Key<'a>] {
        &self.keys
    }

    /// Every value that may be `field`: the bound name's, else those of the best tier of spellings, the best first. Example: beside
    /// `accountId` a bare `id` is no candidate for the account.
    fn candidates(&self, field: Field) -> impl Iterator<Item = Found<'_, 'a>> {
        let answer = self.context.answer.filter(|_| !self.is_empty());
        let bound = answer.and_then(|answer| answer.fields.get(&field));
        let named = bound.and_then(|bound| self.at_name(bound));
        let silenced = bound.is_some_and(|bound| bound.name.is_empty());
        let known = (named.is_none() && !silenced && self.fields.has(field)).then(|| self.spelt(field));
        let format = bound.map(|bound| &bound.format);
        let is_empty = known.is_some() && self.leaves_empty(field);
        let fits = move |(spelt, ..): &&Key<'a>| !is_empty || !matches!(field.match_of(spelt), Some((1.., _)));
        named.into_iter().chain(known.into_iter().flatten().filter(fits).map(move |(spelt, key, value)| {
            let inside = Inside::Key(key);
            Found { record: self.base(key), inside, value, unit: spelt.unit, format }
        }))
    }

    /// Whether the record names a field plainly and has no value there. Then a word that may mean much else is not the field. Example:
    /// `externalCheck: null` beside `checkNumber: "401"` is a receipt of the restaurant, without an outside number.
    ///
    /// Only for [`NO_STAND_IN`]. An id or a phone may well be under the second name.
    pub(super) fn leaves_empty(&self, field: Field) -> bool {
        if !NO_STAND_IN.contains(&field) || self.is_empty() {
            return false;
        }
        let bound = self.context.answer.and_then(|answer| answer.fields.get(&field)).map(|bound| known(&bound.name));
        let is_named = |key: &Known| {
            matches!(field.match_of(key), Some((0, _)))
                || bound.as_ref().is_some_and(|bound| !bound.name.is_empty() && bound.name == key.name)
        };
        let mut named = self.keys.iter().filter(|(key, ..)| is_named(key)).peekable();
        named.peek().is_some() && named.all(|(.., value)| is_void(value))
    }

    /// The keys that may be `field` by the table's spellings, without those whose value is null.
    fn spelt(&self, field: Field) -> impl Iterator<Item = &Key<'a>> {
        let ranked = move || {
            let told = self.keys.iter().enumerate().filter(|(_, (.., value))| !value.is_null());
            told.filter_map(move |(nth, key)| field.match_of(&key.0).map(|(tier, rank)| ((tier, rank, nth), key)))
        };
        let mut last: Option<(u8, usize, usize)> = None;
        std::iter::from_fn(move || {
            let next =
                ranked().filter(|(order, _)| last.is_none_or(|(tier, ..)| order.0 == tier && last < Some(*order)));
            let (order, key) = next.min_by_key(|(order, _)| *order)?;
            last = Some(order);
            Some(key)
        })
    }

    /// The value at a bound name: a key, or a JSON pointer into nested records.
    fn at_name(&self, bound: &'a AnswerField) -> Option<Found<'_, 'a>> {
        let name = bound.name.as_str();
        if name.is_empty() {
            return None;
        }
        let told = self.keys.iter().find(|(_, key, _)| *key == name).or_else(|| {
            let name = known(name);
            self.keys.iter().find(|(spelt, ..)| spelt.name == name.name)
        });
        let (record, inside, value) = match told {
            Some((_, key, value)) => (self.base(key), Inside::Key(key), *value),
            None => (self.path.as_str(), Inside::Pointer(name), pointed(self.map, name)?),
        };
        let found = Found { record, inside, value, unit: None, format: Some(&bound.format) };
        (!value.is_null()).then_some(found)
    }

    /// The JSON pointer to the key of `field`, even if its value is null.
    pub(super) fn key_of(&self, field: Field) -> Option<String> {
        let ranked = self.keys.iter().filter_map(|(spelt, key, value)| {
            let held = !value.is_object();
            field.match_of(spelt).filter(|_| held).map(|rank| (rank, *key))
        });
        ranked.min().map(|(_, key)| join(self.base(key), key))
    }

    /// Whether a sum is zero because it is not there: the server leaves zeros out, and the record is surely the one that would have
    /// it, by another of its fields.
    pub(super) fn leaves_zero_out(&self, field: Field) -> bool {
        let leaves_out = self.context.answer.is_some_and(|answer| answer.leaves_zeros_out);
        let row = contract::row(self.context.method);
        let is_of_it = |key: &Known| {
            let mut own = row.answer.iter().map(|row| row.field).chain([Field::Account]);
            !key.is_noise && own.any(|own| matches!(own.match_of(key), Some((0, _))))
        };
        let is_told = |key: &Known| field.match_of(key).is_some();
        leaves_out && self.keys.iter().any(|(key, ..)| is_of_it(key)) && !self.keys.iter().any(|(key, ..)| is_told(key))
    }

    /// The text under one of `names` (letters and digits only).
    pub(super) fn plain(&self, names: &[&str]) -> Option<String> {
        names.iter().find_map(|name| plain_text(self.under(name)?.value))
    }

    /// The value under `name` (letters and digits only).
    pub(super) fn under(&self, name: &str) -> Option<Found<'_, 'a>> {
        let (_, key, value) = self.keys.iter().find(|(spelt, ..)| spelt.name.eq_ignore_ascii_case(name))?;
        Some(Found { record: self.base(key), inside: Inside::Key(key), value, unit: None, format: None })
    }

    /// Whether a key has a plain spelling of `field`, or the binding names one.
    pub(super) fn names(&self, field: Field) -> bool {
        let plain = self.keys.iter().any(|(spelt, ..)| matches!(field.match_of(spelt), Some((0, _))));
        plain || self.context.answer.is_some_and(|answer| answer.fields.contains_key(&field))
    }

    /// Whether this record itself has a key with a plain spelling of `field`, or the key that the binding names, even if its value is
    /// null. As against [`Self::names`], a key that only the description names does not count.
    pub(super) fn has_key_of(&self, field: Field) -> bool {
        let bound = self.context.answer.and_then(|answer| answer.fields.get(&field));
        let bound = bound.filter(|bound| !bound.name.is_empty()).map(|bound| known(&bound.name));
        self.keys.iter().any(|(key, ..)| {
            matches!(field.match_of(key), Some((0, _))) || bound.as_ref().is_some_and(|bound| bound.name == key.name)
        })
    }

    pub(super) fn find(&self, field: Field) -> Option<Found<'_, 'a>> {
        self.candidates(field).next()
    }

    /// A text; a number counts as one, a blank text does not.
    pub(super) fn text(&self, field: Field) -> Option<String> {
        self.candidates(field).find_map(|found| plain_text(found.value))
    }

    /// The name of a code, if the description tells the names. Example: kind 1 is «Списание».
    pub(super) fn name_of_code(&self, field: Field) -> Option<String> {
        let found = self.find(field)?;
        let Some(Format::Names(choices)) = found.format else { return None };
        let code = plain_text(found.value)?;
        choices.iter().find(|choice| choice.code == code).map(|choice| choice.name.clone())
    }

    /// An id, which may be inside a record: `{"account": {"id": 7}}`. Zero is no id. The id of an account or of a listed group, which
    /// goes back in a write, must be [exact](is_exact).
    pub(super) fn id(&self, field: Field) -> Result<Option<String>, Error> {
        let is_sent_back = matches!(field, Field::Account | Field::ListedGroup);
        for found in self.candidates(field) {
            let value = match found.value {
                Value::Object(inner) => match inner.iter().find(|(key, _)| normal(key) == "id") {
                    Some((_, id)) => id,
                    None => continue,
                },
                value => value,
            };
            match value {
                Value::Number(number) if !number.is_i64() && !number.is_u64() => {
                    return Err(self.context.unreadable(&found.path(), "an id with more digits than a number keeps"));
                }
                Value::Number(number) if number.as_i64() == Some(0) => {}
                Value::Number(number) => return Ok(Some(number.to_string())),
                Value::String(text) if is_sent_back && !text.trim().is_empty() => {
                    // A column of a fixed width is filled with spaces, which no server tells apart.
                    let id = text.trim_end_matches(' ');
                    if is_exact(id) {
                        return Ok(Some(id.to_owned()));
                    }
                    let why = "an id with a space before it, or with letters that can't be seen or were damaged";
                    return Err(self.context.unreadable(&found.path(), why));
                }
                Value::String(text) if !text.trim().is_empty() => return Ok(Some(text.clone())),
                Value::Null | Value::String(_) => {}
                _ => return Err(self.context.unreadable(&found.path(), "is no id")),
            }
        }
        Ok(None)
    }

    /// Yes or no, as a flag, a number or a word. An empty text is neither.
    pub(super) fn flag(&self, field: Field) -> Result<Option<bool>, Error> {
        let Some(found) = self.find(field) else { return Ok(None) };
        flag(found.value)
            .map(Some)
            .or_else(|| found.value.as_str().filter(|t| t.is_empty()).map(|_| None))
            .ok_or_else(|| self.context.unreadable(&found.path(), "is neither yes nor no"))
    }

    /// Whether something is the case: yes or no, or the moment since which it is. Example: `returned: "2026-11-27T12:00:00"`.
    pub(super) fn is_so(&self, field: Field) -> Result<Option<bool>, Error> {
        let Some(found) = self.find(field) else { return Ok(None) };
        if let Some(so) = flag(found.value) {
            return Ok(Some(so));
        }
        match moments::read_moment(found.value, None, self.context.offset) {
            Ok(since) => Ok(Some(since.is_some())),
            Err(_) => self.flag(field),
        }
    }

    pub(super) fn guid(&self, field: Field) -> Option<CheckGuid> {
        self.candidates(field).find_map(|found| found.value.as_str()?.parse().ok())
    }

    /// A phone: a text or a number, alone or the first of a list. `None`: there is none, or it can't be understood.
    pub(super) fn phone(&self, field: Field) -> Option<Phone> {
        let found = self.find(field)?;
        let value = if let Value::Array(list) = found.value { list.first()? } else { found.value };
        let text = match value {
            Value::Object(inner) => inner.iter().find_map(|(key, value)| {
                field.rank(key).or((normal(key) == "number").then_some(0)).and_then(|_| plain_text(value))
            })?,
            value => plain_text(value)?,
        };
        text.parse().ok()
    }

    pub(super) fn sex(&self, field: Field) -> Result<Option<Sex>, Error> {
        let Some(found) = self.find(field) else { return Ok(None) };
        let codes = if let Some(Format::Sex(codes)) = found.format { Some(codes) } else { None };
        if let Some(codes) = codes {
            let told = plain_text(found.value);
            if told == plain_text(&codes.male) {
                return Ok(Some(Sex::Male));
            }
            if told == plain_text(&codes.female) {
                return Ok(Some(Sex::Female));
            }
        }
        let Some(told) = plain_text(found.value) else { return Ok(None) };
        sex_of(&told).ok_or_else(|| self.context.unreadable(&found.path(), "is no code of a sex that is known"))
    }

    /// The list under `field`, with the path of each element. An object may be a list: `{"1": {…}, "2": {…}}`.
    pub(super) fn list(&self, field: Field) -> Vec<(String, &'a Value)> {
        self.candidates(field).find_map(|found| elements(&found.path(), found.value)).unwrap_or_default()
    }

    /// The list under `field`. A record under a plain name of the list is a list of one: `{"coupons": {"name": "Десерт"}}`.
    pub(super) fn list_or_one(&self, field: Field) -> Vec<(String, &'a Value)> {
        let list = self.list(field);
        if !list.is_empty() || !self.names(field) {
            return list;
        }
        let one = self.candidates(field).find(|found| found.value.as_object().is_some_and(|map| !map.is_empty()));
        one.map(|found| (found.path(), found.value)).into_iter().collect()
    }

    pub(super) fn of(&self, path: String, value: &'a Value) -> Result<Self, Error> {
        Record::new(self.context, path, value)
    }
}

/// Whether an id can be told from every other one wherever it is shown, typed and sent: it neither begins nor ends with white space,
/// and each letter of it is whole and can be seen. `1`, ` 1` and `1` with a zero-width space may be three accounts of a server.
fn is_exact(id: &str) -> bool {
    let is_odd = |letter: char| letter.is_control() || is_invisible(letter);
    id.trim() == id && !id.contains(is_odd) && !is_damaged(id)
}

/// Fields for which a vague spelling does not stand in if the plain one is empty: each says that a purchase was made outside.
const NO_STAND_IN: [Field; 3] = [Field::ExternalCheck, Field::CheckGuid, Field::RestCode];

fn is_void(value: &Value) -> bool {
    value.is_null() || value.as_str().is_some_and(|text| text.trim().is_empty())
}
