//! When a part of a balance burns, in whatever way a server tells it.

use jiff::{ToSpan, civil::Date};
use serde_json::Value;

use crate::{
    codec::{moments::is_endless, phrases::says_never, read::Record, values::plain_text},
    contract::Field,
};

/// Names of a number of days, counted from today, after which a part burns.
const DAYS: [&str; 30] = [
    "days",
    "daysleft",
    "leftdays",
    "indays",
    "afterdays",
    "daysremaining",
    "remainingdays",
    "remainsdays",
    "daystoburn",
    "daystillburn",
    "daysuntilburn",
    "daysbeforeburn",
    "daystoburning",
    "burnindays",
    "burnsindays",
    "daystoexpire",
    "daystoexpiration",
    "daystoexpiry",
    "daystillexpire",
    "daystillexpiration",
    "daysuntilexpire",
    "daysuntilexpiry",
    "daysuntilexpiration",
    "daysbeforeexpiration",
    "expireindays",
    "expiresindays",
    "дней",
    "днейосталось",
    "осталосьдней",
    "днейдосгорания",
];

/// Those of them that may also be the whole life of a part.
const BARE_DAYS: [&str; 2] = ["days", "дней"];

/// Names of a day that may mean much else. In a part they are its end, where no better name is met.
const VAGUE_ENDS: [&str; 4] = ["when", "to", "end", "finish"];

/// Names of the day on which a part was given. Beside it, a bare number of `days` may be its whole life.
const GIVEN: [&str; 12] = [
    "accruedat",
    "accrualdate",
    "accrued",
    "created",
    "createdat",
    "createdate",
    "datecreate",
    "issuedat",
    "issuedate",
    "givenat",
    "addedat",
    "датаначисления",
];

/// Records inside a part that hold its days: `{"period": {"from": …, "to": …}}`.
const PERIODS: [&str; 9] =
    ["period", "validity", "valid", "active", "lifetime", "expiration", "expires", "burn", "срок"];

/// Flags by which a part is said to have no end.
const NEVER_FLAGS: [&str; 13] = [
    "neverburns",
    "neverburn",
    "neverexpires",
    "neverexpire",
    "nonexpiring",
    "permanent",
    "ispermanent",
    "unlimited",
    "isunlimited",
    "endless",
    "perpetual",
    "бессрочно",
    "несгорает",
];

/// Most days that are counted from today. More is no number of days.
const MOST_DAYS: i64 = 36_500;

/// When a part burns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Burns {
    On(Date),
    Never,
    /// The server does not tell the day, or tells it in a way that can't be read.
    Sometime,
}

/// When a part burns. Never, only if it is said: a known key of a date holds null, an empty day, a word that says so, or the last day
/// of the calendar; or a flag says so. A date that is not there says nothing.
pub(super) fn burns(part: &Record<'_>, today: Date) -> Burns {
    if let Some(day) = counted_from(part, today) {
        return Burns::On(day);
    }
    if part.any_flag(&NEVER_FLAGS, true) {
        return Burns::Never;
    }
    let inner = part.inner(&PERIODS);
    if !inner.is_empty() {
        return end_of(&inner)
            .or_else(|| end_of(part).filter(|told| matches!(told, Burns::On(_))))
            .unwrap_or(Burns::Sometime);
    }
    end_of(part).unwrap_or(Burns::Sometime)
}

/// Whether an element of a list tells when it burns: by a day, or by a number of days.
pub(super) fn tells_when(part: &Record<'_>) -> bool {
    part.find(Field::BurnDate).is_some() || days_under(part).is_some()
}

/// The same of the whole answer, where a bare number of `days` may be the life of new bonuses.
pub(super) fn tells_when_by_itself(record: &Record<'_>) -> bool {
    let is_bare = BARE_DAYS.iter().any(|name| record.under(name).is_some());
    record.find(Field::BurnDate).is_some() || (!is_bare && days_under(record).is_some())
}

/// What the keys of a date say; `None`: there are none, or only vague ones without a value.
fn end_of(record: &Record<'_>) -> Option<Burns> {
    match record.day(Field::BurnDate) {
        Ok(Some(day)) if is_endless(day) => Some(Burns::Never),
        Ok(Some(day)) => Some(Burns::On(day)),
        Ok(None) if record.has_key_of(Field::BurnDate) => Some(Burns::Never),
        Ok(None) => vague_end(record),
        Err(_) => {
            let told = record.find(Field::BurnDate).and_then(|found| found.value.as_str().map(says_never));
            Some(if told == Some(true) { Burns::Never } else { Burns::Sometime })
        }
    }
}

fn vague_end(record: &Record<'_>) -> Option<Burns> {
    let day = VAGUE_ENDS.iter().find_map(|name| record.day_at(&record.under(name)?).ok().flatten())?;
    Some(if is_endless(day) { Burns::Never } else { Burns::On(day) })
}

/// The day that a number of days from today leads to.
fn counted_from(part: &Record<'_>, today: Date) -> Option<Date> {
    let days = days_under(part)?;
    today.checked_add(days.days()).ok()
}

fn days_under(part: &Record<'_>) -> Option<i64> {
    let is_given = GIVEN.iter().any(|name| part.under(name).is_some_and(|found| !found.value.is_null()));
    let names = DAYS.iter().filter(|name| !(is_given && BARE_DAYS.contains(*name)));
    names.filter_map(|name| part.under(name)).find_map(|found| whole_days(found.value))
}

/// A whole number of days that is not negative.
fn whole_days(value: &Value) -> Option<i64> {
    plain_text(value)?.parse().ok().filter(|days| (0..=MOST_DAYS).contains(days))
}
