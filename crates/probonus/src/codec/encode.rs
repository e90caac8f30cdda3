//! From a call to a request.

use bytes::Bytes;
use jiff::civil::{Date, DateTime, Time};
use secrecy::ExposeSecret;
use serde_json::Value;

use super::{Call, WireRequest, moments, place::Parts, sums, update};
use crate::{
    CheckGuid, Delivery, Error, ErrorKind, GroupId, Kopecks, Method, Phone,
    binding::{Binding, DateFormat, Format, Json, MethodBinding, MoneyUnit, PhoneFormat, SexCodes, Slot},
    contract::{self, Field, Need},
    model::{Profile, Sex},
};

/// Writes `call` as `binding`'s server wants it.
///
/// # Errors
/// [`ErrorKind::Unsupported`] if the binding can't carry the method at all, [`ErrorKind::InvalidRequest`] if it can't carry
/// this call (a discount for a server that takes none, a sum of half a ruble for one that takes whole rubles).
/// Nothing was sent either way.
pub fn encode(binding: &Binding, call: Call<'_>) -> Result<WireRequest, Error> {
    let method = call.method();
    if let Some(reason) = binding.unsupported(method) {
        return Err(Error::unsupported(method, reason));
    }
    let bound = binding.method(method).ok_or_else(|| Error::unsupported(method, "the binding has no such method"))?;
    let request = match call {
        Call::Update(update) => update::encode(binding, bound, update),
        _ => ordinary(binding, bound, method, values(binding, &call)),
    };
    request.map_err(|detail| {
        Error::new(ErrorKind::InvalidRequest, Delivery::NotSent).with_method(method).with_detail(detail)
    })
}

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

impl Datum<'_> {
    /// Whether leaving it out would lose something.
    fn says_something(&self) -> bool {
        match self {
            Self::Text(text) | Self::Id(text) => !text.is_empty(),
            Self::Owned(text) => !text.is_empty(),
            Self::Money(sum) => *sum != Kopecks::ZERO,
            Self::List(list) => !list.is_empty(),
            _ => true,
        }
    }
}

type Values<'a> = Vec<(Field, Datum<'a>)>;

fn values<'a>(binding: &Binding, call: &Call<'a>) -> Values<'a> {
    match *call {
        Call::Login { login, password } => {
            vec![(Field::Login, Datum::Text(login)), (Field::Password, Datum::Text(password.expose_secret()))]
        }
        Call::RefreshToken(token) => vec![(Field::RefreshToken, Datum::Text(token.expose_secret()))],
        // An update is laid over the record as read; see `update`.
        Call::Groups | Call::Update(_) => Vec::new(),
        Call::FindByPhone(phone) => vec![(Field::Phone, Datum::Phone(phone))],
        Call::InsertByTemplate(new) => {
            let mut values =
                vec![(Field::Group, Datum::Id(GroupId::as_str(&new.group))), (Field::Phone, Datum::Phone(&new.phone))];
            values.extend(profile(&new.profile));
            values
        }
        Call::Refill(refill) => vec![
            (Field::Account, Datum::Id(refill.account.as_str())),
            (Field::Sum, Datum::Money(refill.sum)),
            (Field::Comment, Datum::Text(&refill.comment)),
        ],
        Call::TransactionsOfPeriod(account, period) => vec![
            (Field::Account, Datum::Id(account.as_str())),
            (Field::From, Datum::Day(period.from())),
            (Field::To, Datum::LastDay(period.to())),
        ],
        Call::LastTransactions(account, count) => {
            // A server may refuse to be asked for more than it gives.
            let most = binding.method(Method::LastTransactions).and_then(|bound| bound.answer.most_rows);
            let count = most.map_or(count, |most| count.min(most.max(1)));
            vec![(Field::Account, Datum::Id(account.as_str())), (Field::Count, Datum::Number(count))]
        }
        Call::BalanceExtended(account) => vec![(Field::Account, Datum::Id(account.as_str()))],
        Call::Receipt(id) => vec![(Field::Receipt, Datum::Id(id.as_str()))],
        Call::RegisterCheck(check) => {
            let mut values = vec![
                (Field::RestCode, Datum::Text(check.rest_code.as_str())),
                (Field::CheckGuid, Datum::Guid(check.check_guid)),
                (Field::Account, Datum::Id(check.account.as_str())),
                (Field::Station, Datum::Number(check.station.get())),
                (Field::ExternalCheck, Datum::Text(&check.external_check)),
                (Field::BonusSpent, Datum::Money(check.bonus_spent)),
                (Field::Discount, Datum::Money(check.discount)),
                (Field::BonusAccrued, Datum::Money(check.bonus_accrued)),
                (Field::MoneySpent, Datum::Money(check.money_spent)),
                (Field::CheckData, Datum::Text(&check.check_data)),
            ];
            values.extend(check.purchased_at.map(|at| (Field::PurchasedAt, Datum::Moment(at))));
            values
        }
        Call::ReturnCheck(check) => vec![
            (Field::CheckGuid, Datum::Guid(check.check_guid)),
            (Field::RestCode, Datum::Text(check.rest_code.as_str())),
            (Field::Account, Datum::Id(check.account.as_str())),
            (Field::ExternalCheck, Datum::Text(&check.external_check)),
            (Field::Station, Datum::Number(check.station.get())),
        ],
    }
}

fn profile(profile: &Profile) -> Values<'_> {
    let texts = [
        (Field::Surname, &profile.name.surname),
        (Field::Name, &profile.name.name),
        (Field::Patronymic, &profile.name.patronymic),
        (Field::Email, &profile.email),
    ];
    let mut values: Values<'_> =
        texts.into_iter().filter_map(|(field, text)| Some((field, Datum::Text(text.as_deref()?)))).collect();
    values.extend(profile.birthday.map(|day| (Field::Birthday, Datum::Day(day))));
    values.extend(profile.sex.map(|sex| (Field::Sex, Datum::Sex(sex))));
    if !profile.identifiers.is_empty() {
        values.push((Field::Identifiers, Datum::List(&profile.identifiers)));
    }
    values
}

/// The whole name in one text: surname, name, patronymic.
pub(super) fn full_name(profile: &Profile) -> String {
    let name = &profile.name;
    let parts = [&name.surname, &name.name, &name.patronymic];
    parts.into_iter().filter_map(|part| part.as_deref()).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

fn ordinary(
    binding: &Binding,
    bound: &MethodBinding,
    method: Method,
    mut values: Values<'_>,
) -> Result<WireRequest, String> {
    let slots = |field: Field| bound.fields.get(&field).map(Vec::as_slice).unwrap_or_default();
    let full = slots(Field::FullName);
    if !full.is_empty() {
        join_name(&mut values, |field| !slots(field).is_empty());
    }
    let mut parts = Parts::new(bound);
    for (field, datum) in &values {
        let need = contract::row(method).asks(*field).map_or(Need::May, |row| row.need);
        if slots(*field).is_empty() && need == Need::IfSet && datum.says_something() {
            return Err(format!("this server takes no {field:?}"));
        }
        for slot in slots(*field) {
            parts.put(slot, write(binding, slot, datum).map_err(|why| format!("{field:?}: {why}"))?)?;
        }
    }
    for (field, slots) in &bound.fields {
        if slots.iter().any(|slot| slot.required) && !values.iter().any(|(told, _)| told == field) {
            return Err(format!("this server demands {field:?}"));
        }
    }
    for constant in &bound.constants {
        parts.put_constant(constant)?;
    }
    parts.finish()
}

/// Where a server takes the name in one text, and not in parts, the parts are joined.
fn join_name(values: &mut Values<'_>, has_own_place: impl Fn(Field) -> bool) {
    let mut whole = Vec::new();
    for field in [Field::Surname, Field::Name, Field::Patronymic] {
        let Some(at) = values.iter().position(|(told, _)| *told == field) else { continue };
        if let (_, Datum::Text(text)) = &values[at] {
            whole.push(text.to_string());
        }
        if !has_own_place(field) {
            values.remove(at);
        }
    }
    if !whole.is_empty() {
        values.push((Field::FullName, Datum::Owned(whole.join(" "))));
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
        Json::Integer | Json::Number => number(&text).ok_or_else(|| format!("{} is no number", mask(datum, &text))),
        Json::Array => Ok(Value::from(vec![text])),
        Json::Boolean => Err("can't be told by yes or no".into()),
    }
}

/// Phones and free texts do not go to the log.
fn mask<'a>(datum: &Datum<'_>, text: &'a str) -> &'a str {
    if matches!(datum, Datum::Number(_)) { text } else { "the value" }
}

fn date_format(slot: &Slot) -> DateFormat {
    if let Format::Date(format) = slot.format { format } else { DateFormat::Iso }
}

/// Text of digits as a JSON number, if it comes back as the same text.
fn number(text: &str) -> Option<Value> {
    let number: i64 = text.trim_start_matches('+').parse().ok()?;
    Some(Value::from(number))
}

/// An id in the JSON type that the server declares; where nobody declared it, a number if it reads back as the same text.
pub(super) fn id_value(id: &str, json: Json) -> Result<Value, String> {
    let as_number = id.parse::<i64>().ok().filter(|number| number.to_string() == id).map(Value::from);
    match json {
        Json::Integer | Json::Number => as_number.ok_or_else(|| format!("{id} is no number")),
        Json::Any => Ok(as_number.unwrap_or_else(|| Value::from(id))),
        Json::String => Ok(Value::from(id)),
        Json::Array => Ok(Value::from(vec![as_number.unwrap_or_else(|| Value::from(id))])),
        Json::Boolean => Err("an id can't be told by yes or no".into()),
    }
}

/// A phone as `format` has it. A foreign number keeps its country's code, and its plus but for `7…`: without it, it could be
/// taken for a Russian one.
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
            [one] => number(one).ok_or_else(|| "is no number".into()),
            _ => Err("this server takes only one".into()),
        },
    }
}

/// Bytes of a JSON body.
pub(super) fn json_bytes(value: &Value) -> Bytes {
    Bytes::from(serde_json::to_vec(value).unwrap_or_default())
}
