//! Sums that a schema types as records: `google.type.Money`, an amount with its currency.

use serde_json::Value;

use crate::{
    document::{Doc, Shape},
    heuristics::Heuristic,
};
use probonus_contract::{
    binding::{Json, Slot},
    contract::{Field, Unit, normal, spelt},
};

/// The properties of a sum that is a record.
pub(crate) struct SumRecord<'a> {
    /// The property with the number: `units`, `amount`.
    pub(crate) number: (&'a str, &'a Value),
    /// The property with billionths of a ruble.
    pub(crate) nanos: Option<(&'a str, &'a Value)>,
    pub(crate) currency: Option<(&'a str, &'a Value)>,
}

/// What a leaf that is a sum has beside it in its record.
#[derive(Clone)]
pub(crate) enum Beside {
    /// The rest in billionths of a ruble: their name and JSON type. The number counts whole rubles.
    Nanos(String, Json),
    /// A currency that is always rubles.
    Rubles,
    /// A currency of which nothing is known.
    Currency,
}

impl<'a> SumRecord<'a> {
    /// Recognises a sum by the name of its record and by all its properties. Example: `sum` with `units`, `nanos` and
    /// `currencyCode`. A record with another property is none.
    pub(crate) fn of(shape: &Shape<'a>, name: &str) -> Option<Self> {
        let spelt = spelt(name);
        let is_sum = |field: &&Field| field.unit() == Unit::Money && field.match_of(&spelt).is_some();
        if !Heuristic::SumAsRecord.holds() || !Field::ALL.iter().any(|field| is_sum(&field)) {
            return None;
        }
        let (mut units, mut nanos, mut amount, mut currency) = (None, None, None, None);
        for (name, schema) in &shape.properties {
            let place = match normal(name).as_str() {
                "units" => &mut units,
                "nanos" => &mut nanos,
                "amount" | "value" | "sum" => &mut amount,
                "currency" | "currencycode" => &mut currency,
                _ => return None,
            };
            if place.replace((*name, *schema)).is_some() {
                return None;
            }
        }
        match (units, nanos, amount) {
            (Some(number), Some(_), None) => Some(Self { number, nanos, currency }),
            (None, None, Some(number)) if currency.is_some() => Some(Self { number, nanos: None, currency }),
            _ => None,
        }
    }

    /// The word for rubles that the currency always is; `None`: it may be another. That of `google.type.Money` is a code of
    /// ISO 4217.
    pub(crate) fn rubles(&self, doc: &Doc) -> Option<Value> {
        let (_, schema) = self.currency?;
        if self.nanos.is_some() {
            return Some(Value::from("RUB"));
        }
        let shape = doc.shape(schema);
        let only = shape.words.get("enum").and_then(Value::as_array).map(Vec::as_slice);
        let told = match only {
            Some([only]) => Some(only),
            Some(_) => None,
            None => ["const", "default", "example"].into_iter().find_map(|key| shape.words.get(key)),
        };
        told.filter(|told| told.as_str().is_some_and(|word| matches!(word, "RUB" | "RUR" | "643"))).cloned()
    }
}

/// The place for the billionths of a ruble beside that for the rubles.
pub(crate) fn slot_of_nanos(rubles: &Slot, beside: Option<&Beside>) -> Option<Slot> {
    use probonus_contract::binding::{Format, PartFormat};
    let Some(Beside::Nanos(name, json)) = beside else { return None };
    Some(Slot { name: name.clone(), json: *json, format: Format::Part(PartFormat::Nanos), ..rubles.clone() })
}

/// Whether all examples of a sum are written as rubles: texts with two digits after a point, `'100.00'`, or numbers with a
/// fraction, `1541.11`.
pub(crate) fn are_written_as_rubles(examples: &[&Value]) -> bool {
    let is_written_so = |value: &&Value| {
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        text.split_once(['.', ',']).is_some_and(|(whole, rest)| {
            let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
            let is_of_rubles = if value.is_number() { rest != "0" && rest.len() <= 2 } else { rest.len() == 2 };
            digits(whole.trim_start_matches('-')) && digits(rest) && is_of_rubles
        })
    };
    !examples.is_empty() && examples.iter().all(is_written_so)
}
