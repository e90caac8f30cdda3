//! The level of a guest's account, in the ways in which servers tell it.

use super::{moments::is_endless, read::Record, values::plain_text};
use crate::{contract::Field, model::Level};

/// Keys of a record that holds a level.
pub(super) const LEVEL: [&str; 5] = ["level", "loyaltyLevel", "discountLevel", "bonusLevel", "currentLevel"];

/// Keys that may hold the percent inside a level's record, where no plain name of it is met.
const SHARES: [&str; 4] = ["discount", "discountvalue", "bonus", "value"];
/// Keys beside a value that may say that it counts percent.
const UNITS: [&str; 5] = ["unit", "units", "valuetype", "discounttype", "type"];

/// The level that a record tells; `None`: it tells none. A level may be told by its name, its code or its percent alone.
pub(super) fn level(record: &Record<'_>) -> Option<Level> {
    let inner = record.inner_or_only(&LEVEL);
    let level = if inner.is_empty() {
        Level {
            name: record.text(Field::Level).unwrap_or_default(),
            percent: record.text(Field::Percent).map(|percent| bare(&percent)),
            code: None,
            valid_until: record
                .plain(&["leveluntil", "levelvaliduntil", "levelexpires", "levelexpiresat"])
                .and_then(|day| day.parse().ok()),
        }
    } else {
        of_inner(&inner)
    };
    let is_told = !level.name.is_empty() || level.percent.is_some() || level.code.is_some();
    is_told.then_some(level)
}

fn of_inner(inner: &Record<'_>) -> Level {
    let percent = inner.text(Field::Percent).or_else(|| share(inner));
    let valid_until = inner.day(Field::ValidUntil).ok().flatten().filter(|day| !is_endless(*day));
    Level {
        name: inner.text(Field::Level).or(inner.text(Field::GroupName)).unwrap_or_default(),
        percent: percent.map(|percent| bare(&percent)),
        code: inner.plain(&["id", "code", "levelid", "levelcode"]),
        valid_until,
    }
}

/// The percent under a looser name: `discount` of a level counts percent, `value` only where something says so.
fn share(inner: &Record<'_>) -> Option<String> {
    let says_percent = UNITS.iter().filter_map(|name| inner.plain(&[name])).any(|unit| is_percent(&unit));
    SHARES.iter().find_map(|name| {
        let found = inner.under(name)?;
        let text = plain_text(found.value)?;
        let is_told = says_percent || text.ends_with('%') || *name == "discount";
        let is_share = is_at_most_hundred(&bare(&text));
        (is_told && is_share).then_some(text)
    })
}

/// Whether a text is a number from 0 to 100: `7`, `7.5`, `7,5`.
fn is_at_most_hundred(text: &str) -> bool {
    let (whole, tail) = text.split_once(['.', ',']).unwrap_or((text, ""));
    let is_number = tail.bytes().all(|b| b.is_ascii_digit());
    is_number && whole.parse::<u8>().is_ok_and(|whole| whole <= 100)
}

fn is_percent(unit: &str) -> bool {
    let unit = unit.to_lowercase();
    unit == "%" || unit.starts_with("percent") || unit.starts_with("процент")
}

/// A percent without its sign.
fn bare(percent: &str) -> String {
    percent.trim().trim_end_matches('%').trim().to_owned()
}
