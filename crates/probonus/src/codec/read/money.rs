//! Sums of a record.

use serde_json::Value;

use super::{Found, Record};
use crate::{
    Error, Kopecks,
    binding::{Format, MoneyUnit},
    codec::{
        sum_record::{self, Told},
        sums,
        values::{join, json_path},
    },
    contract::Field,
};

/// A number that may be a sum, and where it stands.
struct Number<'a> {
    path: String,
    value: &'a Value,
    /// The unit that is told right beside it.
    own: Option<MoneyUnit>,
}

impl<'a> Record<'a> {
    /// A sum under a plain spelling; `None`: there is none, or it can't be read.
    pub(in crate::codec) fn strong_money(&self, field: Field) -> Option<Kopecks> {
        if self.names(field) { self.money(field).ok().flatten() } else { None }
    }

    /// A sum. Two keys that could be it and differ are an error, since money is never guessed. Example: `balance: 100` beside
    /// `currentBalance: 200`.
    pub(in crate::codec) fn money(&self, field: Field) -> Result<Option<Kopecks>, Error> {
        let mut sum: Option<(Kopecks, Found<'_, 'a>)> = None;
        for found in self.candidates(field) {
            let Some(read) = self.sum_at(&found)? else { continue };
            match &sum {
                Some((other, first)) if *other != read => {
                    let why = format!("two different sums for {field:?}: here and at {}", json_path(&first.path()));
                    return Err(self.context.unreadable(&found.path(), why));
                }
                Some(_) => {}
                None => sum = Some((read, found)),
            }
        }
        Ok(sum.map(|(sum, _)| sum))
    }

    /// Whether a sum is a whole number beside a currency, and nothing tells whether it counts rubles or kopecks.
    pub(in crate::codec) fn is_of_unclear_unit(&self, field: Field) -> bool {
        let Some(found) = self.find(field) else { return false };
        let told = found.value.as_object().and_then(|map| sum_record::read(map).ok().flatten());
        matches!(told, Some(Told::Number { unit: None, .. })) && self.unit_told(&found).is_none()
    }

    /// The sum of a value; `None`: a record of something else, a list or an empty text is no sum.
    fn sum_at(&self, found: &Found<'_, 'a>) -> Result<Option<Kopecks>, Error> {
        let number = match found.value {
            Value::Object(map) => {
                let told = sum_record::read(map)
                    .map_err(|unread| self.context.unreadable(&join(&found.path(), unread.key), unread.why))?;
                match told {
                    None => return Ok(None),
                    Some(Told::Sum(sum)) => return Ok(Some(sum)),
                    Some(Told::Number { key, value, unit }) => {
                        Number { path: join(&found.path(), key), value, own: unit }
                    }
                }
            }
            Value::Array(_) => return Ok(None),
            Value::String(text) if text.is_empty() => return Ok(None),
            value => Number { path: found.path(), value, own: self.own_unit() },
        };
        self.sum_of(&number, self.unit_told(found)).map(Some)
    }

    /// The unit that the key or the binding tells.
    fn unit_told(&self, found: &Found<'_, '_>) -> Option<MoneyUnit> {
        let bound = if let Some(Format::Money(unit)) = found.format { Some(*unit) } else { self.context.unit };
        found.unit.or(bound)
    }

    fn sum_of(&self, number: &Number<'_>, told: Option<MoneyUnit>) -> Result<Kopecks, Error> {
        let unreadable = |why: &str| self.context.unreadable(&number.path, why);
        let behind = sums::unit_behind(number.value);
        let (written, own) = (behind.as_ref().map(|(_, unit)| *unit), number.own);
        let differ = |one: Option<MoneyUnit>, other: Option<MoneyUnit>| one.zip(other).is_some_and(|(a, b)| a != b);
        if differ(written, own) || differ(told, written.or(own)) {
            return Err(unreadable("is in another unit than the one beside it"));
        }
        let by_currency = (self.is_in_rubles() && sums::has_two_decimals(number.value)).then_some(MoneyUnit::Rubles);
        let told = told.or(written).or(own).or(by_currency);
        let value = behind.as_ref().map_or(number.value, |(value, _)| value);
        let read = sums::read(value, told.unwrap_or_default()).map_err(|why| unreadable(&why))?;
        // If nothing names the unit, kopecks are an assumption. A sum with decimals contradicts it.
        if told.is_none() && sums::has_point(number.value) && read != Kopecks::default() {
            return Err(unreadable("has decimals, and nobody says that it is in kopecks"));
        }
        Ok(read)
    }

    /// Whether the currency beside the sums is rubles. Sums in kopecks have a currency as well, so it tells the unit only of a text
    /// with two digits after its point: `"balance": "123.45", "currency": "RUB"`.
    fn is_in_rubles(&self) -> bool {
        let mut currency =
            self.keys.iter().filter(|(key, ..)| matches!(key.name.as_str(), "currency" | "currencycode"));
        let told = currency.next().map(|(.., value)| *value);
        currency.next().is_none() && told.is_some_and(sum_record::is_ruble)
    }

    /// The unit that the record itself names for its sums: `"unit": "RUB"`. The key `currency` does not count, see
    /// [`Self::is_in_rubles`].
    fn own_unit(&self) -> Option<MoneyUnit> {
        let (.., told) = self.keys.iter().find(|(key, ..)| key.is_unit)?;
        sums::unit_of_word(told.as_str()?)
    }
}
