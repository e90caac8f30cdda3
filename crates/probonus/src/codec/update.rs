//! `accounts/update`: the whole record as it was read, with only the changes written over it.
//!
//! A server may blank what is left out, so nothing is left out. A change is written where the record itself has the field, in the
//! record's own format. If the server's document names a place, it is written there as well. If the document declares the request,
//! exactly the fields that it names are sent: balance, level and coupons are no part of an edit.
//!
//! A record of which a letter was lost on the way is not sent back: the server would keep the damage in place of the letter.

use jiff::civil::{Date, Time};
use serde_json::{Map, Value};

use super::{
    damaged::must_be_whole,
    datum::{Datum, full_name, id_value, write, write_sex},
    moments,
    place::{Parts, put_pointer},
    read::{Context, Record},
    record::{Guest, code, code_key},
    values::{is_resource, plain_text, sex_stem},
    wire::WireRequest,
};
use crate::{
    Method,
    binding::{Binding, BodyKind, DateFormat, Format, Json, MethodBinding, Place, Slot, Source},
    contract::{self, Field, ProfileField, ProfileGroup, Unit, normal, spelt},
    model::{AccountUpdate, Profile, ProfileValue, Sex},
};

pub(super) fn encode(binding: &Binding, parts: Parts<'_>, update: &AccountUpdate) -> Result<WireRequest, String> {
    let bound = parts.bound();
    if !update.record.is_object() {
        return Err("the record as read is missing".into());
    }
    let context = Context::new(binding, Method::FindByPhone, 200);
    let record = Record::new(&context, String::new(), &update.record).map_err(|error| error.to_string())?;
    let guest = Guest::new(record);
    let after = guest.profile().with_change(&update.before, &update.after);
    let edit = Edit { binding, bound, update, guest, after };
    let mut laid = update.record.clone();
    let mut landed = edit.lay_over(&mut laid)?;
    must_be_whole(&laid)?;

    let root = edit.root();
    // A form can't carry records inside records, so only the fields that its document names are sent.
    let travels = bound.open && root.is_some() && bound.body == BodyKind::Json;
    let mut body = Value::Null;
    if let Some(root) = root.filter(|_| travels) {
        put_pointer(&mut body, &root, laid.clone()).ok_or("the record has no place in the body")?;
    } else {
        landed.clear();
    }
    let mut parts = parts.with_body(body);
    edit.fill_declared(&mut parts, &laid, travels, &mut landed)?;
    edit.fill_from_record(&mut parts, &laid)?;
    for constant in &bound.constants {
        parts.put_constant(constant)?;
    }
    match edit.changed().find(|field| !landed.contains(&field.logical())) {
        Some(lost) => Err(format!("this server takes no {lost:?}")),
        None => parts.finish(),
    }
}

struct Edit<'a> {
    binding: &'a Binding,
    bound: &'a MethodBinding,
    update: &'a AccountUpdate,
    guest: Guest<'a>,
    /// The profile of the record, with the operator's changes.
    after: Profile,
}

impl Edit<'_> {
    /// The fields of the profile that differ.
    fn changed(&self) -> impl Iterator<Item = ProfileField> + '_ {
        self.update.before.differing(&self.update.after)
    }

    fn slots(&self, field: Field) -> &[Slot] {
        self.bound.fields.get(&field).map(Vec::as_slice).unwrap_or_default()
    }

    /// Writes the changes into the record where it has the fields. Returns the fields that were written.
    fn lay_over(&self, record: &mut Value) -> Result<Vec<Field>, String> {
        let after = &self.after;
        let mut landed = Vec::new();
        let is_name = |field: ProfileField| field.group() == ProfileGroup::Name;
        let as_name = self.guest.whole_name_as_name();
        for field in self.changed() {
            let at = if as_name && is_name(field) { None } else { self.guest.slot(field.logical()) };
            let Some(at) = at else { continue };
            let old = record.pointer(&at).cloned().unwrap_or_default();
            let new = self.in_the_manner_of(&old, field)?;
            put_pointer(record, &at, new).ok_or_else(|| format!("{field:?} has no place in the record"))?;
            landed.push(field.logical());
        }
        if self.changed().any(is_name) {
            let whole = if as_name { self.guest.slot(Field::Name) } else { self.guest.slot(Field::FullName) };
            if let Some(at) = whole {
                put_pointer(record, &at, full_name(after).into()).ok_or("the name has no place in the record")?;
                landed.extend(name_parts());
            }
        }
        Ok(landed)
    }

    /// The new value of a field, in the format of the old one.
    fn in_the_manner_of(&self, old: &Value, field: ProfileField) -> Result<Value, String> {
        Ok(match (self.after.get(field), old) {
            (ProfileValue::Text(Some(text)), _) => Value::from(text.as_str()),
            (ProfileValue::Text(None), Value::String(_)) => Value::from(""),
            (ProfileValue::Text(None) | ProfileValue::Day(None), _) => Value::Null,
            (ProfileValue::Day(Some(day)), _) => self.day_like(old, field.logical(), *day)?,
            (ProfileValue::Sex(sex), _) => self.sex_like(old, *sex)?,
            (ProfileValue::List(list), _) => cards_like(old, list),
            (ProfileValue::Code(Some(code)), Value::String(_)) => Value::from(code.as_str()),
            (ProfileValue::Code(Some(code)), _) => self.code_like(old, field.logical(), code)?,
            (ProfileValue::Days(Some(days)), Value::String(_)) => Value::from(days.to_string()),
            (ProfileValue::Days(Some(days)), _) => Value::from(*days),
            (ProfileValue::Code(None) | ProfileValue::Days(None), _) => Value::Null,
        })
    }

    /// The format of a field by the document: that of the answer it was read from, else that of the request's slot.
    fn format_of(&self, field: Field) -> Format {
        let answer = self.binding.method(Method::FindByPhone).and_then(|bound| bound.answer.fields.get(&field));
        let told = answer.map(|answer| answer.format.clone()).filter(|format| !format.is_plain());
        told.or_else(|| self.slots(field).first().map(|slot| slot.format.clone())).unwrap_or_default()
    }

    /// A code as a number where the record has a number, else as the document wants it.
    fn code_like(&self, old: &Value, field: Field, code: &str) -> Result<Value, String> {
        let told = self.slots(field).first().map_or(Json::Any, |slot| slot.json);
        let json = if old.is_number() { Json::Integer } else { told };
        id_value(code, json).map_err(|why| format!("{field:?}: {why}"))
    }

    fn day_like(&self, old: &Value, field: Field, day: Date) -> Result<Value, String> {
        if let Some(parts) = moments::write_parts(day, old) {
            return Ok(parts);
        }
        let told = if let Format::Date(format) = self.format_of(field) { Some(format) } else { None };
        if told.is_none() && self.guest.is_unread(field) {
            return Err(format!("{field:?}: the record has it in a form that is not known"));
        }
        let format = shape_of(old).or(told).unwrap_or_default();
        let json = if old.is_number() { Json::Integer } else { Json::Any };
        moments::write_day(day, Time::midnight(), format, self.binding.utc_offset_minutes.value, json)
    }

    fn sex_like(&self, old: &Value, sex: Option<Sex>) -> Result<Value, String> {
        let Some(sex) = sex else {
            return Ok(if old.is_number() { Value::from(0) } else { Value::Null });
        };
        if let Format::Sex(codes) = self.format_of(Field::Sex) {
            return Ok(if sex == Sex::Male { codes.male } else { codes.female });
        }
        if self.guest.is_unread(Field::Sex) {
            return Err("Sex: the record has a code that is not known".into());
        }
        const PAIRS: [(&str, &str); 6] =
            [("male", "female"), ("m", "f"), ("м", "ж"), ("муж", "жен"), ("мужской", "женский"), ("1", "2")];
        let number = |sex| Value::from(if sex == Sex::Male { 1 } else { 2 });
        let Value::String(old) = old else {
            let slot = self.slots(Field::Sex).first();
            return Ok(if old.is_null() {
                slot.map_or_else(|| number(sex), |slot| write_sex(sex, slot))
            } else {
                number(sex)
            });
        };
        let whole = old.to_lowercase();
        let lower = sex_stem(&whole);
        let (list, old) = old.split_at_checked(whole.len() - lower.len()).unwrap_or(("", old));
        let (male, female) =
            PAIRS.into_iter().find(|(male, female)| [*male, *female].contains(&lower)).unwrap_or(PAIRS[0]);
        let word = if sex == Sex::Male { male } else { female };
        let mut letters = old.chars();
        let capital = letters.next().is_some_and(char::is_uppercase);
        let all = capital && letters.next().is_none_or(char::is_uppercase);
        let word = match (capital, all) {
            (_, true) => word.to_uppercase(),
            (true, false) => word.chars().take(1).flat_map(char::to_uppercase).chain(word.chars().skip(1)).collect(),
            _ => word.to_owned(),
        };
        Ok(Value::from([list, &word].concat()))
    }

    /// Where in the body the record goes: the deepest place that all declared fields share. `None`: no field is sent in the body.
    fn root(&self) -> Option<String> {
        let declared = self.bound.fields.values().flatten().chain(&self.bound.record);
        let mut names = declared.filter(|slot| slot.place == Place::Body).map(|slot| slot.name.as_str());
        let parent = |name: &str| name.rsplit_once('/').map(|(parent, _)| parent.to_owned()).unwrap_or_default();
        let mut root = parent(names.next()?);
        for name in names {
            while !root.is_empty() && !name.starts_with(&format!("{root}/")) {
                root = parent(&root);
            }
        }
        // A record of JSON:API has its own attributes: it goes beside those of the body, not into them.
        let is_resource = self.update.record.as_object().is_some_and(is_resource);
        if let Some(outer) = root.strip_suffix("/attributes").filter(|_| is_resource) {
            root = outer.to_owned();
        }
        // If the record itself has this place inside, the record goes to the top.
        let inside = !root.is_empty() && self.update.record.pointer(&root).is_some();
        Some(if inside { String::new() } else { root })
    }

    /// Fills the places that the server's document, an administrator or the table names.
    fn fill_declared(
        &self,
        parts: &mut Parts<'_>,
        laid: &Value,
        travels: bool,
        landed: &mut Vec<Field>,
    ) -> Result<(), String> {
        let after = &self.after;
        let root = self.root().unwrap_or_default();
        let changed: Vec<Field> = self.changed().map(ProfileField::logical).collect();
        let id_value_as_read = self.guest.place(Field::Account).map(|found| found.value.clone());
        for (&field, slots) in &self.bound.fields {
            let own = self.guest.slot(field);
            for slot in slots {
                // The record has the field at this very place already, as it was read or changed.
                let same_place = own.as_deref().is_some_and(|own| slot.name == format!("{root}{own}"));
                let there = travels && slot.place == Place::Body && same_place;
                let whole = field == Field::Name && self.guest.whole_name_as_name();
                let rewritten = slot.source != Source::Table && (whole || changed.contains(&field));
                // The table's places are only for fields that the record lacks.
                let lacking = own.is_none() && !landed.contains(&field);
                let by_table = slot.source == Source::Table && slot.place == Place::Body && !lacking;
                if (there && !rewritten) || (by_table && travels) {
                    continue;
                }
                let unread = || !changed.contains(&field) && self.guest.is_unread(field);
                let value = match field {
                    // The profile lacks it, and it must not be blanked.
                    Field::Birthday | Field::Sex if unread() => {
                        own.as_deref().and_then(|own| laid.pointer(own)).cloned()
                    }
                    Field::Account => self.id(slot, id_value_as_read.as_ref())?,
                    Field::Phone => self.phone(slot)?,
                    Field::FullName => Some(Value::from(full_name(after))).filter(|name| name.as_str() != Some("")),
                    _ => match own.as_deref().and_then(|own| as_laid(laid.pointer(own)?, slot, field)) {
                        Some(value) if !travels => Some(value),
                        _ => self.profile_value(slot, field)?,
                    },
                };
                let value = value.or_else(|| (changed.contains(&field)).then(|| blank(slot)));
                if let Some(value) = value {
                    // A field that did not change, and that only the table names, is not sent.
                    if slot.source == Source::Table && field != Field::Account && !changed.contains(&field) {
                        continue;
                    }
                    parts.put(slot, value)?;
                    landed.push(field);
                    if field == Field::FullName {
                        landed.extend(name_parts());
                    }
                } else if slot.required && !there {
                    // The server requires the field and the guest has none: it is sent as the record has it, or empty.
                    let raw = own.as_deref().and_then(|own| laid.pointer(own)).cloned();
                    parts.put(slot, raw.unwrap_or_else(|| blank(slot)))?;
                }
            }
        }
        Ok(())
    }

    fn id(&self, slot: &Slot, as_read: Option<&Value>) -> Result<Option<Value>, String> {
        let id = self.update.account.as_str();
        let as_read = as_read.filter(|value| plain_text(value).as_deref() == Some(id));
        match (slot.json, as_read) {
            (Json::Any, Some(value)) => Ok(Some(value.clone())),
            (json, _) => id_value(id, json).map(Some),
        }
    }

    fn phone(&self, slot: &Slot) -> Result<Option<Value>, String> {
        let Some(found) = self.guest.place(Field::Phone) else { return Ok(None) };
        let parsed = plain_text(found.value).and_then(|text| text.parse().ok());
        match parsed {
            Some(phone) => write(self.binding, slot, &Datum::Phone(&phone)).map(Some),
            None => Ok(Some(found.value.clone())),
        }
    }

    /// The new value of a field of the profile, in the format of its slot; `None`: it is empty.
    fn profile_value(&self, slot: &Slot, field: Field) -> Result<Option<Value>, String> {
        let datum = ProfileField::of(field).and_then(|field| Datum::of(self.after.get(field)));
        let Some(datum) = datum else { return Ok(None) };
        write(self.binding, slot, &datum).map(Some).map_err(|why| format!("{field:?}: {why}"))
    }

    /// The record's value for a name that the document spells differently in the request and in the answer.
    fn same_meaning(&self, name: &str) -> Option<Value> {
        let spelt = spelt(name);
        let told = contract::row(Method::FindByPhone).answer.iter();
        let fields =
            told.filter(|row| !matches!(row.field.unit(), Unit::Money) && row.field.match_of(&spelt).is_some());
        fields.into_iter().find_map(|row| self.guest.place(row.field)).map(|found| found.value.clone())
    }

    /// Fills the places that the document names and the table does not know, from the record's fields of the same name or meaning.
    fn fill_from_record(&self, parts: &mut Parts<'_>, laid: &Value) -> Result<(), String> {
        for slot in &self.bound.record {
            let last = slot.name.rsplit('/').next().unwrap_or_default();
            match same_name(laid, &normal(last), 2).cloned().or_else(|| self.same_meaning(last)) {
                Some(value) => {
                    // It may be the value before the edit.
                    must_be_whole(&value)?;
                    parts.put(slot, coerced(value, slot.json))?;
                }
                None if slot.required => {
                    return Err(format!("the server demands {}, and the record has none", slot.name));
                }
                None => {}
            }
        }
        Ok(())
    }
}

/// A day or a sex as the changed record has it, if the document does not give the format of the request; `None` in any other case.
fn as_laid(value: &Value, slot: &Slot, field: Field) -> Option<Value> {
    let of_record = slot.source == Source::Swagger && slot.format.is_plain();
    let value = coerced(value.clone(), slot.json);
    let is_of_type = match slot.json {
        Json::String => value.as_str().is_some_and(|text| !text.is_empty()),
        Json::Integer | Json::Number => value.is_number(),
        _ => !value.is_null(),
    };
    (of_record && is_of_type && matches!(field.unit(), Unit::Date | Unit::Sex)).then_some(value)
}

/// A value of the record in the JSON type of a place, if it can be converted; else unchanged.
fn coerced(value: Value, json: Json) -> Value {
    match (json, &value) {
        (Json::String, Value::Number(number)) => Value::from(number.to_string()),
        (Json::Integer | Json::Number, Value::String(text)) => text.parse::<i64>().map_or(value, Value::from),
        _ => value,
    }
}

/// The value of a key of this name, at the top or in a record inside, up to `depth` steps down.
fn same_name<'a>(record: &'a Value, name: &str, depth: usize) -> Option<&'a Value> {
    let map = record.as_object()?;
    let here = map.iter().find(|(key, _)| normal(key) == name).map(|(_, value)| value);
    here.or_else(|| if depth == 0 { None } else { map.values().find_map(|value| same_name(value, name, depth - 1)) })
}

/// The parts of the name.
fn name_parts() -> impl Iterator<Item = Field> {
    ProfileField::ALL.into_iter().filter(|field| field.group() == ProfileGroup::Name).map(ProfileField::logical)
}

/// An empty value in the type of a slot.
fn blank(slot: &Slot) -> Value {
    match (slot.json, &slot.format) {
        (Json::Array, _) => Value::Array(Vec::new()),
        (Json::String, Format::Plain) => Value::from(""),
        _ => Value::Null,
    }
}

/// The format in which a day is written; `None`: it is not known.
fn shape_of(value: &Value) -> Option<DateFormat> {
    let text = match value {
        Value::Number(number) => {
            let number = number.as_i64()?.unsigned_abs();
            return Some(if number < 100_000_000_000 { DateFormat::UnixSeconds } else { DateFormat::UnixMillis });
        }
        Value::String(text) => text.trim(),
        _ => return None,
    };
    let zone = text.get(19..).unwrap_or_default();
    let zoned = zone.contains(['+', '-']);
    let mark = |at: usize| text.as_bytes().get(at).copied();
    match (mark(2), mark(4), mark(10), text.len()) {
        _ if text.starts_with("/Date(") => Some(DateFormat::Microsoft),
        (_, Some(b'-'), None, _) => Some(DateFormat::Iso),
        (_, Some(b'-'), Some(b' '), _) => Some(DateFormat::IsoSpaced),
        (_, Some(b'-'), ..) if zone.ends_with('Z') => Some(DateFormat::IsoUtc),
        (_, Some(b'-'), ..) if zoned => Some(DateFormat::IsoOffset),
        (_, Some(b'-'), ..) => Some(DateFormat::IsoTime),
        (Some(b'.'), _, None, _) => Some(DateFormat::Dotted),
        (Some(b'.'), .., 16) => Some(DateFormat::DottedMinutes),
        (Some(b'.'), ..) => Some(DateFormat::DottedTime),
        (Some(b'-'), _, None, _) => Some(DateFormat::Dashed),
        (None, None, None, 0) => None,
        (.., 8) if text.bytes().all(|b| b.is_ascii_digit()) => Some(DateFormat::Compact),
        _ => None,
    }
}

/// Cards in the form of the record: one text, a list of texts, or a list of records. Records of cards that stay are kept as they
/// are.
fn cards_like(old: &Value, cards: &[String]) -> Value {
    match old {
        Value::String(_) if cards.len() <= 1 => Value::from(cards.first().map(String::as_str).unwrap_or_default()),
        Value::Array(list) if list.iter().any(Value::is_object) => {
            let key = list.iter().find_map(|card| code_key(card.as_object()?)).unwrap_or("code");
            let kept = |wanted: &String| list.iter().find(|card| code(card).as_deref() == Some(wanted)).cloned();
            let new = |wanted: &String| Value::Object(Map::from_iter([(key.to_owned(), Value::from(wanted.as_str()))]));
            cards.iter().map(|card| kept(card).unwrap_or_else(|| new(card))).collect()
        }
        _ => Value::from(cards.to_vec()),
    }
}
