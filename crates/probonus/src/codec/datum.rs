//! Values of the model, and how a slot wants them written.

use jiff::civil::{Date, DateTime, Time};
use serde_json::Value;

use super::{moments, sums};
use crate::{
    CheckGuid, Kopecks, Phone,
    binding::{Binding, DateFormat, Format, Json, MoneyUnit, PhoneFormat, SexCodes, Slot},
    contract::{ProfileField, ProfileGroup},
    model::{Profile, ProfileValue, Sex},
};

/// A value of a logical field, before it is written.
pub(super) enum Datum<'a> {
    Text(&'a str),
    Id(&'a str),
    Number(u32),
    Money(Kopecks),
    Phone(&'a Phone),
    Day(Date),
    /// The last day of a period: where the server wants a moment, its last second.
    LastDay(Date),
    Moment(DateTime),
    Guid(CheckGuid),
    Sex(Sex),
    List(&'a [String]),
    Owned(String),
}

impl<'a> Datum<'a> {
    /// A value of a profile; `None` if the guest has none.
    pub(super) fn of(value: ProfileValue<'a>) -> Option<Self> {
        match value {
            ProfileValue::Text(text) => text.as_deref().map(Self::Text),
            ProfileValue::Day(day) => day.map(Self::Day),
            ProfileValue::Sex(sex) => sex.map(Self::Sex),
            ProfileValue::List(list) => (!list.is_empty()).then_some(Self::List(list)),
            ProfileValue::Code(code) => code.as_deref().map(Self::Id),
            ProfileValue::Days(days) => days.map(Self::Number),
        }
    }

    /// Whether it is not empty, so that leaving it out would lose something.
    pub(super) fn says_something(&self) -> bool {
        match self {
            Self::Text(text) | Self::Id(text) => !text.is_empty(),
            Self::Owned(text) => !text.is_empty(),
            Self::Money(sum) => *sum != Kopecks::ZERO,
            Self::List(list) => !list.is_empty(),
            _ => true,
        }
    }
}

/// Writes one value as its slot wants it.
pub(super) fn write(binding: &Binding, slot: &Slot, datum: &Datum<'_>) -> Result<Value, String> {
    let offset = binding.utc_offset_minutes.value;
    let text = match datum {
        Datum::Text(text) => (*text).to_owned(),
        Datum::Owned(text) => text.clone(),
        Datum::Id(id) => return id_value(id, slot.json),
        Datum::Number(number) => number.to_string(),
        Datum::Guid(guid) => guid.to_string(),
        Datum::Phone(phone) => {
            let format = if let Format::Phone(format) = slot.format { format } else { binding.phone.value };
            write_phone(phone, format)
        }
        Datum::Money(sum) => {
            if let Format::Part(part) = slot.format {
                return sums::write_part(*sum, part, slot.json);
            }
            let unit = if let Format::Money(unit) = slot.format { unit } else { MoneyUnit::Kopecks };
            return sums::write(*sum, unit, slot.json);
        }
        Datum::Day(day) => return moments::write_day(*day, Time::midnight(), date_format(slot), offset, slot.json),
        Datum::LastDay(day) => {
            return moments::write_day(*day, moments::LAST_SECOND, date_format(slot), offset, slot.json);
        }
        Datum::Moment(at) => return moments::write_moment(*at, date_format(slot), offset, slot.json),
        Datum::Sex(sex) => return Ok(write_sex(*sex, slot)),
        Datum::List(list) => return write_list(list, slot),
    };
    match slot.json {
        Json::String | Json::Any => Ok(Value::from(text)),
        Json::Integer | Json::Number => {
            let number = if matches!(datum, Datum::Phone(_)) { number(&text) } else { same_number(&text) };
            number.ok_or_else(|| format!("{} is no number", mask(datum, &text)))
        }
        Json::Array => Ok(Value::from(vec![text])),
        Json::Boolean => Err("can't be told by yes or no".into()),
    }
}

/// The text of a value for an error message. Phones and free texts must not reach the log.
fn mask<'a>(datum: &Datum<'_>, text: &'a str) -> &'a str {
    if matches!(datum, Datum::Number(_)) { text } else { "the value" }
}

fn date_format(slot: &Slot) -> DateFormat {
    if let Format::Date(format) = slot.format { format } else { DateFormat::Iso }
}

/// A text of digits as a JSON number; `None`: it is no whole number. A plus and leading zeros are lost.
fn number(text: &str) -> Option<Value> {
    let number: i64 = text.trim_start_matches('+').parse().ok()?;
    Some(Value::from(number))
}

/// A text as a JSON number, only if that reads back as the same text. Receipt number `0042` is none: sent as 42 it would be another
/// receipt's, and the server's entry would not be taken for ours.
fn same_number(text: &str) -> Option<Value> {
    text.parse::<i64>().ok().filter(|number| number.to_string() == text).map(Value::from)
}

/// An id in the JSON type that the server declares. As a number only if that [reads back the same](same_number).
pub(super) fn id_value(id: &str, json: Json) -> Result<Value, String> {
    let as_number = same_number(id);
    match json {
        Json::Integer | Json::Number => as_number.ok_or_else(|| format!("{id} is no number")),
        Json::Any => Ok(as_number.unwrap_or_else(|| Value::from(id))),
        Json::String => Ok(Value::from(id)),
        Json::Array => Ok(Value::from(vec![as_number.unwrap_or_else(|| Value::from(id))])),
        Json::Boolean => Err("an id can't be told by yes or no".into()),
    }
}

/// A phone in `format`. A number that is not Russian keeps its country code, and also its plus unless the format is `7…`: without
/// the plus it could be taken for a Russian one.
pub(super) fn write_phone(phone: &Phone, format: PhoneFormat) -> String {
    let digits = phone.digits();
    let own = digits.strip_prefix('7').filter(|rest| rest.len() == 10);
    match (format, own) {
        (PhoneFormat::Seven, _) => digits.to_owned(),
        (PhoneFormat::PlusSeven, _) | (_, None) => phone.as_e164().to_owned(),
        (PhoneFormat::Pretty, Some(own)) => {
            format!("+7 ({}) {}-{}-{}", &own[..3], &own[3..6], &own[6..8], &own[8..])
        }
        (PhoneFormat::Eight, Some(own)) => format!("8{own}"),
        (PhoneFormat::TenDigits, Some(own)) => own.to_owned(),
    }
}

/// The code of a sex: the server's own, else 1/2 where a number is wanted, else `male`/`female`.
pub(super) fn write_sex(sex: Sex, slot: &Slot) -> Value {
    if let Format::Sex(SexCodes { male, female }) = &slot.format {
        return if sex == Sex::Male { male.clone() } else { female.clone() };
    }
    match (slot.json, sex) {
        (Json::Integer | Json::Number | Json::Any, Sex::Male) => Value::from(1),
        (Json::Integer | Json::Number | Json::Any, Sex::Female) => Value::from(2),
        (_, Sex::Male) => Value::from("male"),
        (_, Sex::Female) => Value::from("female"),
    }
}

fn write_list(list: &[String], slot: &Slot) -> Result<Value, String> {
    if slot.format == Format::Commas && list.iter().all(|text| !text.contains(',')) {
        return Ok(Value::from(list.join(",")));
    }
    let json = slot.json;
    match json {
        Json::Array | Json::Any => Ok(Value::from(list.to_vec())),
        _ => match list {
            [one] if json == Json::String => Ok(Value::from(one.as_str())),
            [one] => same_number(one).ok_or_else(|| "is no number".into()),
            _ => Err("this server takes only one".into()),
        },
    }
}

/// The whole name in one text: surname, name, patronymic.
pub(super) fn full_name(profile: &Profile) -> String {
    let parts = ProfileField::ALL.into_iter().filter(|field| field.group() == ProfileGroup::Name);
    let texts = parts.filter_map(|part| {
        if let ProfileValue::Text(Some(text)) = profile.get(part) { Some(text.as_str()) } else { None }
    });
    texts.filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::binding::{Place, Source};

    #[test]
    fn digits_go_out_as_a_number_only_if_they_stay_the_same() {
        let json = Json::Integer;
        let (place, name, format) = (Place::Body, "/number".to_owned(), Format::Plain);
        let slot = Slot { place, name, json, format, required: false, source: Source::Table };
        let binding = Binding::default();
        assert_eq!(write(&binding, &slot, &Datum::Text("42")), Ok(Value::from(42)));
        for other in ["0042", "+42", "А-42", ""] {
            assert!(write(&binding, &slot, &Datum::Text(other)).is_err(), "{other}");
            assert!(write(&binding, &slot, &Datum::List(&[other.to_owned()])).is_err(), "{other}");
        }
        let phone: Phone = "+79123456789".parse().unwrap();
        assert_eq!(write(&binding, &slot, &Datum::Phone(&phone)), Ok(Value::from(79_123_456_789_i64)));
    }
}
