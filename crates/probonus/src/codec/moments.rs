//! Days and moments on the wire.

use jiff::{
    Timestamp,
    civil::{Date, DateTime, Time},
    tz::Offset,
};
use serde_json::{Map, Value};

use crate::{
    ServerTime,
    binding::{DateFormat, Json},
};

/// The last second of a day.
pub(super) const LAST_SECOND: Time = Time::constant(23, 59, 59, 0);

/// Writes a day. If the format has a time, it is `time`.
///
/// The last day of a period ends with its last second also where the description's example is midnight: `2026-11-30T00:00:00` as the end
/// would leave out the whole day.
pub(super) fn write_day(day: Date, time: Time, format: DateFormat, offset: i16, json: Json) -> Result<Value, String> {
    let pattern = match format {
        DateFormat::Iso => "%Y-%m-%d",
        DateFormat::Dotted => "%d.%m.%Y",
        DateFormat::Compact => "%Y%m%d",
        DateFormat::IsoMidnight if time != LAST_SECOND => "%Y-%m-%dT00:00:00",
        _ => return write_moment(day.to_datetime(time), format, offset, json),
    };
    text(day.strftime(pattern).to_string(), json)
}

/// Writes a moment of the server's local time, which is `offset` minutes east of UTC.
pub(super) fn write_moment(at: DateTime, format: DateFormat, offset: i16, json: Json) -> Result<Value, String> {
    let pattern = match format {
        DateFormat::Iso | DateFormat::IsoTime | DateFormat::IsoMidnight => "%Y-%m-%dT%H:%M:%S",
        DateFormat::IsoSpaced => "%Y-%m-%d %H:%M:%S",
        DateFormat::Dotted | DateFormat::DottedTime => "%d.%m.%Y %H:%M:%S",
        DateFormat::DottedMinutes => "%d.%m.%Y %H:%M",
        DateFormat::SlashedDayFirst => "%d/%m/%Y",
        DateFormat::SlashedMonthFirst => "%m/%d/%Y",
        DateFormat::Dashed => "%d-%m-%Y",
        DateFormat::Compact => "%Y%m%d%H%M%S",
        DateFormat::IsoUtc | DateFormat::IsoOffset | DateFormat::UnixSeconds | DateFormat::UnixMillis => {
            return write_instant(at, format, offset, json);
        }
        DateFormat::Microsoft => {
            let millis = instant(at, offset)?.as_millisecond();
            return text(format!("/Date({millis})/"), json);
        }
    };
    text(at.strftime(pattern).to_string(), json)
}

fn write_instant(at: DateTime, format: DateFormat, offset: i16, json: Json) -> Result<Value, String> {
    let instant = instant(at, offset)?;
    match format {
        DateFormat::UnixSeconds => number(instant.as_second(), json),
        DateFormat::UnixMillis => number(instant.as_millisecond(), json),
        DateFormat::IsoUtc => text(instant.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(), json),
        _ => {
            let local = at.strftime("%Y-%m-%dT%H:%M:%S");
            text(format!("{local}{}", clock(offset)), json)
        }
    }
}

fn clock(offset: i16) -> String {
    let sign = if offset < 0 { '-' } else { '+' };
    format!("{sign}{:02}:{:02}", offset.unsigned_abs() / 60, offset.unsigned_abs() % 60)
}

fn number(number: i64, json: Json) -> Result<Value, String> {
    match json {
        Json::String => Ok(Value::from(number.to_string())),
        Json::Integer | Json::Number | Json::Any => Ok(Value::from(number)),
        Json::Boolean | Json::Array => Err("a moment can't be written so".into()),
    }
}

fn text(text: String, json: Json) -> Result<Value, String> {
    match json {
        Json::String | Json::Any => Ok(Value::from(text)),
        Json::Integer | Json::Number => {
            text.parse::<i64>().map(Value::from).map_err(|_| "a date in this format is no number".into())
        }
        Json::Boolean | Json::Array => Err("a date can't be written so".into()),
    }
}

fn zone(offset: i16) -> Result<Offset, String> {
    Offset::from_seconds(i32::from(offset) * 60).map_err(|_| "no such clock".to_owned())
}

fn instant(at: DateTime, offset: i16) -> Result<Timestamp, String> {
    zone(offset)?.to_timestamp(at).map_err(|_| "the moment is out of range".to_owned())
}

/// A moment as a text or a number gives it.
struct Told {
    date: Date,
    time: Time,
    zone: Zone,
}

enum Zone {
    None,
    Utc,
    Minutes(i16),
}

/// Reads a day. `None` for the ways in which servers write "no day".
pub(super) fn read_day(value: &Value, format: Option<DateFormat>, offset: i16) -> Result<Option<Date>, String> {
    let Some(told) = read(value, format)? else { return Ok(None) };
    let day = match told.zone {
        // Midnight in UTC means the day that is written. Any other time in UTC is a moment, and its day by the server's clock counts.
        Zone::Utc if told.time != Time::midnight() => server_time(&told, offset)?.local.date(),
        _ => told.date,
    };
    Ok(not_empty(day))
}

/// Reads a moment. `None` for the ways in which servers write "no moment".
pub(super) fn read_moment(
    value: &Value,
    format: Option<DateFormat>,
    offset: i16,
) -> Result<Option<ServerTime>, String> {
    let Some(told) = read(value, format)? else { return Ok(None) };
    if not_empty(told.date).is_none() {
        return Ok(None);
    }
    server_time(&told, offset).map(Some)
}

/// A day with the time of the day beside it: `2026-11-30` and `14:05:00`. `None`: the value is no bare day, or the text is no time, so
/// that the two need not belong together.
pub(super) fn at_time(day: &Value, time: &str, format: Option<DateFormat>, offset: i16) -> Option<ServerTime> {
    let time = time.trim();
    let day = read(day, format).ok()??;
    let is_bare = matches!(day.zone, Zone::None) && day.time == Time::midnight();
    let (time, zone) = zoned_time(time).filter(|_| is_bare && !time.is_empty())?;
    server_time(&Told { date: day.date, time, zone }, offset).ok()
}

fn server_time(told: &Told, offset: i16) -> Result<ServerTime, String> {
    let written = told.date.to_datetime(told.time);
    let (local, instant) = match told.zone {
        Zone::None => (written, None),
        Zone::Minutes(own) => (written, Some(instant(written, own)?)),
        Zone::Utc => {
            let instant = instant(written, 0)?;
            (zone(offset)?.to_datetime(instant), Some(instant))
        }
    };
    Ok(ServerTime { local, instant })
}

/// A day, unless it is one by which servers say "none": the first days of .NET, Delphi and SQL Server.
fn not_empty(day: Date) -> Option<Date> {
    let empty = [(1, 1, 1), (1899, 12, 30), (1900, 1, 1)];
    (!empty.contains(&(day.year(), day.month(), day.day()))).then_some(day)
}

/// Whether a day stands for "no end": 9999-12-31 of .NET and SQL, 3999-12-31 of 1C, 2999-12-31.
pub(super) fn is_endless(day: Date) -> bool {
    day.year() >= 2500
}

fn read(value: &Value, format: Option<DateFormat>) -> Result<Option<Told>, String> {
    match value {
        Value::Null => Ok(None),
        Value::Number(number) => {
            let number = number.as_i64().ok_or("is no moment")?;
            // Zero means "none", unless the format is a Unix time.
            if number == 0 && !matches!(format, Some(DateFormat::UnixSeconds | DateFormat::UnixMillis)) {
                return Ok(None);
            }
            of_number(number, format).map(Some)
        }
        Value::String(text) => of_text(text.trim(), format),
        Value::Array(parts) => of_parts(parts),
        Value::Object(parts) => of_named_parts(parts),
        Value::Bool(_) => Err("is no date".into()),
    }
}

/// `[1990, 11, 30]`, `[2026, 11, 30, 12, 5]`: the parts of a moment, as Jackson writes them. Seconds and nanoseconds may be left out.
fn of_parts(parts: &[Value]) -> Result<Option<Told>, String> {
    let numbers: Option<Vec<i64>> = parts.iter().map(Value::as_i64).collect();
    let numbers = numbers.ok_or("is no date")?;
    let (day, time) = numbers.split_at_checked(3).ok_or("is no date")?;
    let time = match *time {
        [] => Time::midnight(),
        [hour, minute] => time_of(hour, minute, 0)?,
        [hour, minute, second] | [hour, minute, second, 0..=999_999_999] => time_of(hour, minute, second)?,
        _ => return Err("is no moment".into()),
    };
    Ok(Some(Told { date: day_of(day[0], day[1], day[2])?, time, zone: Zone::None }))
}

/// `{"year": 1990, "month": 11, "day": 30}`, as Google's `Date` is written. A part that is zero or left out means that there is no
/// day.
fn of_named_parts(parts: &Map<String, Value>) -> Result<Option<Told>, String> {
    const NAMES: [&str; 3] = ["year", "month", "day"];
    if parts.is_empty() || parts.keys().any(|key| !NAMES.contains(&key.as_str())) {
        return Err("is no date".into());
    }
    let number = |name: &str| parts.get(name).map_or(Some(0), Value::as_i64).ok_or("is no date");
    let (year, month, day) = (number("year")?, number("month")?, number("day")?);
    if year == 0 || month == 0 || day == 0 {
        return Ok(None);
    }
    Ok(Some(Told { date: day_of(year, month, day)?, time: Time::midnight(), zone: Zone::None }))
}

fn day_of(year: i64, month: i64, day: i64) -> Result<Date, String> {
    let parts = (i16::try_from(year), i16::try_from(month), i16::try_from(day));
    let day = if let (Ok(year), Ok(month), Ok(day)) = parts { date(year, month, day) } else { None };
    day.ok_or_else(|| "is no day of the calendar".to_owned())
}

fn time_of(hour: i64, minute: i64, second: i64) -> Result<Time, String> {
    let parts = (i8::try_from(hour), i8::try_from(minute), i8::try_from(second));
    let time =
        if let (Ok(hour), Ok(minute), Ok(second)) = parts { Time::new(hour, minute, second, 0).ok() } else { None };
    time.ok_or_else(|| "is no time of a day".to_owned())
}

/// Writes a day in parts, in the form of a value that was read; `None`: the value is not in parts.
pub(super) fn write_parts(day: Date, like: &Value) -> Option<Value> {
    match like {
        Value::Array(parts) if parts.len() >= 3 => {
            let of_day = [i64::from(day.year()), i64::from(day.month()), i64::from(day.day())].into_iter();
            Some(of_day.chain(std::iter::repeat_n(0, parts.len() - 3)).collect())
        }
        Value::Object(parts) if of_named_parts(parts).is_ok() => {
            Some(serde_json::json!({"year": day.year(), "month": day.month(), "day": day.day()}))
        }
        _ => None,
    }
}

fn of_number(number: i64, format: Option<DateFormat>) -> Result<Told, String> {
    match format {
        Some(DateFormat::UnixSeconds) => unix(number, 1),
        Some(DateFormat::UnixMillis) => unix(number, 1000),
        Some(DateFormat::Compact) => compact(&number.to_string()).ok_or_else(|| "is no date".to_owned()),
        // 20260131 may be a day, or a second of August 1970. That can't be told.
        _ if compact(&number.to_string()).is_some() => Err("may be a day or a Unix time".into()),
        _ if number.unsigned_abs() < 100_000_000_000 => unix(number, 1),
        _ => unix(number, 1000),
    }
}

fn unix(number: i64, per_second: i64) -> Result<Told, String> {
    let seconds = number.div_euclid(per_second);
    let at = Timestamp::from_second(seconds).map_err(|_| "is out of range")?;
    let at = Offset::UTC.to_datetime(at);
    Ok(Told { date: at.date(), time: at.time(), zone: Zone::Utc })
}

fn of_text(text: &str, format: Option<DateFormat>) -> Result<Option<Told>, String> {
    let told = text.chars().any(|c| matches!(c, '1'..='9'));
    if !told && text.chars().all(|c| c.is_ascii_digit() || "-./:T ".contains(c)) && text.len() != 1 {
        return Ok(None);
    }
    if let Some(millis) = text.strip_prefix("/Date(").and_then(|rest| rest.strip_suffix(")/")) {
        let millis = millis.split_at_checked(1).map_or(millis, |(sign, rest)| {
            let end = rest.find(['+', '-']).map_or(millis.len(), |at| at + sign.len());
            &millis[..end]
        });
        return unix(millis.parse().map_err(|_| "is no moment")?, 1000).map(Some);
    }
    let digits = text.strip_prefix('-').unwrap_or(text);
    if digits.bytes().all(|b| b.is_ascii_digit()) {
        if let (8 | 14, Some(told)) = (text.len(), compact(text)) {
            return Ok(Some(told));
        }
        return of_number(text.parse().map_err(|_| "is no moment")?, format).map(Some);
    }
    calendar(text, format).map(Some)
}

/// `20261130`, `20261130140500`
fn compact(text: &str) -> Option<Told> {
    let (day, time) = text.split_at_checked(8)?;
    let part = |from: usize, to: usize| day.get(from..to)?.parse::<i16>().ok();
    let date = date(part(0, 4)?, part(4, 6)?, part(6, 8)?)?;
    if date.year() < 1900 || date.year() > 2200 {
        return None;
    }
    let time = match time.len() {
        0 => Time::midnight(),
        6 => clock_time(&format!("{}:{}:{}", &time[..2], &time[2..4], &time[4..]))?,
        _ => return None,
    };
    Some(Told { date, time, zone: Zone::None })
}

fn date(year: i16, month: i16, day: i16) -> Option<Date> {
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

fn calendar(text: &str, format: Option<DateFormat>) -> Result<Told, String> {
    let (day, rest) = match text.split_once(['T', 't', ' ']) {
        Some((day, rest)) => (day, rest.trim()),
        None => (text, ""),
    };
    let date = calendar_day(day.trim_end_matches(','), format)?;
    let (time, zone) = zoned_time(rest).ok_or("is no moment")?;
    Ok(Told { date, time, zone })
}

fn calendar_day(text: &str, format: Option<DateFormat>) -> Result<Date, String> {
    let separator = text.chars().find(|c| !c.is_ascii_digit()).ok_or("is no date")?;
    let parts: Vec<&str> = text.split(separator).collect();
    let [first, second, third] = parts.as_slice() else { return Err("is no date".into()) };
    let number = |text: &str| -> Result<i16, String> {
        let plain = !text.is_empty() && text.len() <= 4 && text.bytes().all(|b| b.is_ascii_digit());
        text.parse().ok().filter(|_| plain).ok_or_else(|| "is no date".to_owned())
    };
    let (a, b, c) = (number(first)?, number(second)?, number(third)?);
    let no_such = || "is no day of the calendar".to_owned();
    if first.len() == 4 {
        return date(a, b, c).ok_or_else(no_such);
    }
    if third.len() != 4 {
        return Err("has no year of four digits".into());
    }
    let (day_first, month_first) = (date(c, b, a), date(c, a, b));
    match (separator, format) {
        ('.' | '-', _) | (_, Some(DateFormat::SlashedDayFirst)) => day_first.ok_or_else(no_such),
        ('/', Some(DateFormat::SlashedMonthFirst)) => month_first.ok_or_else(no_such),
        ('/', _) => match (day_first, month_first) {
            (Some(day), None) | (None, Some(day)) => Ok(day),
            (Some(day), Some(other)) if day == other => Ok(day),
            (Some(_), Some(_)) => Err("may be read as day and month, or as month and day".into()),
            (None, None) => Err(no_such()),
        },
        _ => Err("is no date".into()),
    }
}

/// `14:05[:00[.123]][ ][Z|+03:00|+0300]`, or nothing.
fn zoned_time(text: &str) -> Option<(Time, Zone)> {
    if text.is_empty() {
        return Some((Time::midnight(), Zone::None));
    }
    let end = text.find(|c: char| !c.is_ascii_digit() && !matches!(c, ':' | '.' | ',')).unwrap_or(text.len());
    let (time, zone) = text.split_at(end);
    let time = clock_time(time)?;
    let zone = match zone.trim() {
        "" => Zone::None,
        "Z" | "z" => Zone::Utc,
        shift => {
            let sign = match shift.chars().next()? {
                '+' => 1,
                '-' => -1,
                _ => return None,
            };
            let digits: String = shift[1..].chars().filter(|c| *c != ':').collect();
            if !matches!(digits.len(), 2 | 4) || !digits.bytes().all(|b| b.is_ascii_digit()) {
                return None;
            }
            let hours: i16 = digits[..2].parse().ok()?;
            let minutes: i16 = digits.get(2..).filter(|rest| !rest.is_empty()).map_or(Some(0), |m| m.parse().ok())?;
            match sign * (hours * 60 + minutes) {
                0 => Zone::Utc,
                shift => Zone::Minutes(shift),
            }
        }
    };
    Some((time, zone))
}

fn clock_time(text: &str) -> Option<Time> {
    let text = text.split(['.', ',']).next()?;
    let mut parts = text.split(':').map(|part| part.parse::<i8>().ok());
    let (hour, minute) = (parts.next()??, parts.next()??);
    let second = parts.next().unwrap_or(Some(0))?;
    if parts.next().is_some() {
        return None;
    }
    Time::new(hour, minute, second, 0).ok()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_period_ends_with_the_last_second_of_its_last_day_wherever_a_time_is_written() {
        let day = date(2026, 11, 30);
        for (format, begin, end) in [
            (DateFormat::Iso, "2026-11-30", "2026-11-30"),
            (DateFormat::IsoMidnight, "2026-11-30T00:00:00", "2026-11-30T23:59:59"),
            (DateFormat::IsoTime, "2026-11-30T00:00:00", "2026-11-30T23:59:59"),
            (DateFormat::DottedTime, "30.11.2026 00:00:00", "30.11.2026 23:59:59"),
        ] {
            let written = |time| write_day(day, time, format, 180, Json::String).unwrap();
            assert_eq!((written(Time::midnight()), written(LAST_SECOND)), (begin.into(), end.into()), "{format:?}");
        }
    }
}
