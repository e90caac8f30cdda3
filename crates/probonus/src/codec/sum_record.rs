//! Sums that are records of their own.
//!
//! | record | sum |
//! |---|---|
//! | `{"currencyCode": "RUB", "units": "123", "nanos": 450000000}` | 123.45, by the definition of `google.type.Money` |
//! | `{"rub": 123, "kop": 45}` | 123.45 |
//! | `{"value": 12345, "unit": "KOP"}` | 123.45, by its own unit |
//! | `{"amount": "123.45", "currency": "RUB"}` | 123.45: kopecks have no two digits after a point |
//! | `{"amount": 12345, "currency": "RUB"}` | a bare number: its unit is told elsewhere or is an assumption |
//!
//! A record with any other key is no sum: `{"amount": 500, "count": 3}` may be a total of three.

use serde_json::{Map, Value};

use super::{keys::known, sums};
use crate::{Kopecks, binding::MoneyUnit, contract::normal};

/// What a record says of its sum.
pub(super) enum Told<'a> {
    /// The sum itself, by the definition of the record.
    Sum(Kopecks),
    /// A number under this key, and its unit if the record tells it.
    Number { key: &'a str, value: &'a Value, unit: Option<MoneyUnit> },
}

/// Why a sum can't be read, and under which key of its record.
pub(super) struct Unread<'a> {
    pub(super) key: &'a str,
    pub(super) why: String,
}

/// A value, and the key under which it was.
type Part<'a> = Option<(&'a str, &'a Value)>;

/// The parts of a record that may be a sum.
#[derive(Default)]
struct Parts<'a> {
    units: Part<'a>,
    nanos: Part<'a>,
    rubles: Part<'a>,
    kopecks: Part<'a>,
    number: Part<'a>,
    currency: Part<'a>,
    unit: Part<'a>,
}

impl<'a> Parts<'a> {
    /// `None`: some key is of no sum, or two keys mean the same.
    fn of(map: &'a Map<String, Value>) -> Option<Self> {
        let mut parts = Self::default();
        for (key, value) in map.iter().filter(|(_, value)| !value.is_null()) {
            let place = match normal(key).as_str() {
                "units" if whole(value).is_some() => &mut parts.units,
                "nanos" => &mut parts.nanos,
                "rub" | "rubles" | "roubles" | "руб" | "рубли" => &mut parts.rubles,
                "kop" | "kopecks" | "kopeks" | "kopeek" | "коп" | "копейки" => &mut parts.kopecks,
                "amount" | "value" | "sum" => &mut parts.number,
                "currency" | "currencycode" => &mut parts.currency,
                _ if known(key).is_unit => &mut parts.unit,
                _ => return None,
            };
            if place.replace((key, value)).is_some() {
                return None;
            }
        }
        Some(parts)
    }

    fn is_in_rubles(&self) -> bool {
        self.currency
            .is_none_or(|(_, value)| is_ruble(value) || value.as_str().is_some_and(|word| word.trim().is_empty()))
    }
}

/// The sum of a record; `None`: the record is no sum.
pub(super) fn read(map: &Map<String, Value>) -> Result<Option<Told<'_>>, Unread<'_>> {
    let Some(parts) = Parts::of(map) else { return Ok(None) };
    let has = |part: Part<'_>| part.is_some();
    let in_two = has(parts.rubles) || has(parts.kopecks);
    match parts.number {
        Some(_) if has(parts.units) || has(parts.nanos) || in_two => Ok(None),
        Some((key, value)) => Ok(number(&parts, key, value)),
        None if has(parts.unit) => Ok(None),
        None if in_two && !has(parts.units) && !has(parts.nanos) => rubles_and_kopecks(&parts).map(Some),
        // Units alone may be a number of anything.
        None if !in_two && (has(parts.nanos) || (has(parts.units) && has(parts.currency))) => {
            units_and_nanos(&parts).map(Some)
        }
        None => Ok(None),
    }
}

/// Whether a record is a sum, readable or not.
pub(super) fn is_sum(value: &Value) -> bool {
    value.as_object().is_some_and(|map| !matches!(read(map), Ok(None)))
}

fn number<'a>(parts: &Parts<'_>, key: &'a str, value: &'a Value) -> Option<Told<'a>> {
    let own = parts.unit.map(|(_, unit)| unit.as_str().and_then(sums::unit_of_word));
    let unit = match own {
        // A unit of something else: `{"value": 5, "unit": "pcs"}`.
        Some(None) => return None,
        Some(unit) => unit,
        None if parts.currency.is_none() || !parts.is_in_rubles() => return None,
        None => sums::has_two_decimals(value).then_some(MoneyUnit::Rubles),
    };
    Some(Told::Number { key, value, unit })
}

fn units_and_nanos<'a>(parts: &Parts<'a>) -> Result<Told<'a>, Unread<'a>> {
    const NANOS_OF_A_KOPECK: i64 = 10_000_000;
    must_be_rubles(parts)?;
    let (units, nanos) = (parts.units.and_then(|(_, units)| whole(units)).unwrap_or(0), parts.nanos);
    let Some((key, nanos)) = nanos else { return sum("units", units.checked_mul(100)) };
    let unread = |why: &str| Unread { key, why: why.to_owned() };
    let nanos = whole(nanos).filter(|nanos| nanos.unsigned_abs() < 1_000_000_000);
    let nanos = nanos.ok_or_else(|| unread("is no part of a ruble"))?;
    if units.signum() * nanos.signum() < 0 {
        return Err(unread("has another sign than the units"));
    }
    if nanos % NANOS_OF_A_KOPECK != 0 {
        return Err(unread("has a fraction of a kopeck"));
    }
    sum(key, units.checked_mul(100).and_then(|sum| sum.checked_add(nanos / NANOS_OF_A_KOPECK)))
}

fn rubles_and_kopecks<'a>(parts: &Parts<'a>) -> Result<Told<'a>, Unread<'a>> {
    must_be_rubles(parts)?;
    let of = |part: Part<'a>, unit| match part {
        Some((key, value)) => sums::read(value, unit).map_err(|why| Unread { key, why }),
        None => Ok(Kopecks::ZERO),
    };
    let (rubles, kopecks) = (of(parts.rubles, MoneyUnit::Rubles)?.get(), of(parts.kopecks, MoneyUnit::Kopecks)?.get());
    if let (Some((_, told)), Some((key, _))) = (parts.rubles, parts.kopecks) {
        // `{"rub": 123, "kop": 12345}` may tell one sum twice, `{"rub": -1, "kop": 45}` may be -1.45 or -0.55.
        let minus = told.to_string().trim_start_matches('"').starts_with('-');
        let is_rest = rubles % 100 == 0 && kopecks.abs() < 100;
        if !is_rest || (minus && kopecks > 0) || (rubles > 0 && kopecks < 0) {
            return Err(Unread { key, why: "is no rest of the rubles beside it".into() });
        }
    }
    let key = parts.kopecks.or(parts.rubles).map_or("", |(key, _)| key);
    sum(key, rubles.checked_add(kopecks))
}

fn must_be_rubles<'a>(parts: &Parts<'a>) -> Result<(), Unread<'a>> {
    match parts.currency {
        Some((key, _)) if !parts.is_in_rubles() => Err(Unread { key, why: "is another currency than rubles".into() }),
        _ => Ok(()),
    }
}

fn sum(key: &str, kopecks: Option<i64>) -> Result<Told<'_>, Unread<'_>> {
    let sum = kopecks.and_then(|sum| Kopecks::new(sum).ok());
    sum.map(Told::Sum).ok_or_else(|| Unread { key, why: "is too large".into() })
}

/// A whole number, which protobuf writes as a text.
fn whole(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_str()?.trim().parse().ok())
}

/// Whether a value names rubles, by letters or by the number of ISO 4217.
pub(super) fn is_ruble(value: &Value) -> bool {
    let told = value.as_str().map_or_else(|| value.to_string(), str::to_lowercase);
    matches!(told.trim(), "rub" | "rur" | "643" | "810" | "руб" | "руб." | "₽")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// The sum in kopecks; of a number its unit; `None`: no sum. `Err`: the key that can't be read.
    fn told(value: &Value) -> Result<Option<String>, String> {
        let told = read(value.as_object().unwrap()).map_err(|unread| unread.key.to_owned())?;
        Ok(told.map(|told| match told {
            Told::Sum(sum) => sum.get().to_string(),
            Told::Number { value, unit, .. } => format!("{value} {unit:?}"),
        }))
    }

    #[test]
    fn a_record_is_a_sum_by_all_its_keys() {
        for (record, sum) in [
            (json!({"currencyCode": "RUB", "units": "123", "nanos": 450_000_000}), "12345"),
            (json!({"currencyCode": "RUB", "units": "-1", "nanos": -450_000_000}), "-145"),
            (json!({"currencyCode": "RUB", "nanos": -450_000_000}), "-45"),
            (json!({"units": 5, "currency_code": "RUB"}), "500"),
            (json!({"units": 5, "nanos": 0}), "500"),
            (json!({"rub": 123, "kop": 45}), "12345"),
            (json!({"rub": -1, "kop": -45}), "-145"),
            (json!({"rubles": "1 234"}), "123400"),
            (json!({"kop": 12345}), "12345"),
            (json!({"value": 12345, "unit": "KOP"}), "12345 Some(Kopecks)"),
            (json!({"value": 12345, "unit": "minor"}), "12345 Some(Kopecks)"),
            (json!({"amount": 123, "currency": "RUB", "unit": "руб."}), "123 Some(Rubles)"),
            (json!({"amount": "123.45", "currency": "RUB"}), "\"123.45\" Some(Rubles)"),
            (json!({"amount": "100,00", "currency": 643}), "\"100,00\" Some(Rubles)"),
            (json!({"amount": "123.4", "currency": "RUB"}), "\"123.4\" None"),
            (json!({"amount": 12345, "currency": "RUB"}), "12345 None"),
        ] {
            assert_eq!(told(&record), Ok(Some(sum.to_owned())), "{record}");
        }
    }

    #[test]
    fn a_record_with_another_key_or_of_another_thing_is_no_sum() {
        for record in [
            json!({}),
            json!({"currencyCode": "RUB"}),
            json!({"units": 5}),
            json!({"amount": 500}),
            json!({"amount": 500, "count": 3, "currency": "RUB"}),
            json!({"amount": 500, "value": 3, "currency": "RUB"}),
            json!({"value": 5, "unit": "pcs"}),
            json!({"value": 5, "units": "бонусы"}),
            json!({"amount": 500, "currency": "BONUS"}),
            json!({"units": 5, "rub": 5, "currency": "RUB"}),
            json!({"amount": 5, "units": 3}),
        ] {
            assert_eq!(told(&record), Ok(None), "{record}");
        }
    }

    #[test]
    fn a_sum_with_two_readings_is_none() {
        for (record, key) in [
            (json!({"units": 1, "nanos": -450_000_000}), "nanos"),
            (json!({"units": -1, "nanos": 450_000_000}), "nanos"),
            (json!({"units": 1, "nanos": 455_000_000}), "nanos"),
            (json!({"units": 1, "nanos": 1_000_000_000}), "nanos"),
            (json!({"units": 1, "nanos": "ноль"}), "nanos"),
            (json!({"units": 1, "nanos": 0, "currencyCode": "USD"}), "currencyCode"),
            (json!({"units": i64::MAX, "nanos": 0}), "nanos"),
            (json!({"rub": 123, "kop": 12345}), "kop"),
            (json!({"rub": -1, "kop": 45}), "kop"),
            (json!({"rub": "-0", "kop": 45}), "kop"),
            (json!({"rub": 1, "kop": -45}), "kop"),
            (json!({"rub": "1.50", "kop": 50}), "kop"),
            (json!({"rub": 1, "kop": 4.5}), "kop"),
            (json!({"rub": 1, "kop": 5, "currency": "KZT"}), "currency"),
        ] {
            assert_eq!(told(&record), Err(key.to_owned()), "{record}");
        }
    }
}
