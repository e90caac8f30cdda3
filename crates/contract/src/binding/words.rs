//! The words in which a line of a binding is written and read back.

use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use super::{
    calls::leads_where_it_says,
    formats::{Choice, DateFormat, Format, PhoneFormat, SexCodes},
    model::Scheme,
};
use crate::contract::MoneyUnit;

const PHONES: [(PhoneFormat, &str); 5] = [
    (PhoneFormat::Seven, "7XXXXXXXXXX"),
    (PhoneFormat::PlusSeven, "+7XXXXXXXXXX"),
    (PhoneFormat::Eight, "8XXXXXXXXXX"),
    (PhoneFormat::TenDigits, "XXXXXXXXXX"),
    (PhoneFormat::Pretty, "+7 (XXX) XXX-XX-XX"),
];

const DATES: [(DateFormat, &str); 16] = [
    (DateFormat::Iso, "yyyy-MM-dd"),
    (DateFormat::IsoTime, "yyyy-MM-ddTHH:mm:ss"),
    (DateFormat::IsoMidnight, "yyyy-MM-ddT00:00:00"),
    (DateFormat::IsoUtc, "yyyy-MM-ddTHH:mm:ssZ"),
    (DateFormat::IsoOffset, "yyyy-MM-ddTHH:mm:sszzz"),
    (DateFormat::IsoSpaced, "yyyy-MM-dd HH:mm:ss"),
    (DateFormat::Dotted, "dd.MM.yyyy"),
    (DateFormat::DottedTime, "dd.MM.yyyy HH:mm:ss"),
    (DateFormat::DottedMinutes, "dd.MM.yyyy HH:mm"),
    (DateFormat::SlashedDayFirst, "dd/MM/yyyy"),
    (DateFormat::SlashedMonthFirst, "MM/dd/yyyy"),
    (DateFormat::Dashed, "dd-MM-yyyy"),
    (DateFormat::Compact, "yyyyMMdd"),
    (DateFormat::UnixSeconds, "unix"),
    (DateFormat::UnixMillis, "unix-ms"),
    (DateFormat::Microsoft, "/Date()/"),
];

/// The word of `format`; `None` for a plain one.
pub(super) fn format(format: &Format) -> Option<String> {
    Some(match format {
        Format::Plain => return None,
        Format::Money(MoneyUnit::Kopecks) => "kopecks".into(),
        Format::Money(MoneyUnit::Rubles) => "rubles".into(),
        Format::Phone(format) => phone(*format).into(),
        Format::Date(format) => word_in(&DATES, *format).into(),
        Format::Commas => "commas".into(),
        Format::Part(part) => enum_word(*part),
        Format::Names(choices) => format!("names {}", choices.iter().map(named_code).collect::<Vec<_>>().join("|")),
        Format::Sex(codes) => format!("sex {}|{}", codes.male, codes.female),
    })
}

pub(super) fn format_of(word: &str) -> Option<Format> {
    let word = word.trim();
    if let Some(codes) = word.strip_prefix("sex ") {
        let (male, female) = codes.split_once('|')?;
        let code = |text: &str| serde_json::from_str(text).unwrap_or_else(|_| Value::from(text));
        return Some(Format::Sex(SexCodes { male: code(male), female: code(female) }));
    }
    if let Some(choices) = word.strip_prefix("names ") {
        return choices.split('|').map(choice_of).collect::<Option<Vec<_>>>().map(Format::Names);
    }
    match word {
        "kopecks" => Some(Format::Money(MoneyUnit::Kopecks)),
        "commas" => Some(Format::Commas),
        "rubles" => Some(Format::Money(MoneyUnit::Rubles)),
        "units" | "nanos" => enum_of(word).map(Format::Part),
        _ => phone_of(word).map(Format::Phone).or_else(|| date_of(word).map(Format::Date)),
    }
}

/// `1=Списание`
fn named_code(choice: &Choice) -> String {
    let plain = |text: &str| text.replace(['|', '=', '\n', '\r'], " ");
    format!("{}={}", plain(&choice.code), plain(&choice.name))
}

fn choice_of(text: &str) -> Option<Choice> {
    let (code, name) = text.split_once('=')?;
    Some(Choice { code: code.trim().to_owned(), name: name.trim().to_owned() }).filter(|one| !one.code.is_empty())
}

pub(super) fn phone(format: PhoneFormat) -> &'static str {
    word_in(&PHONES, format)
}

pub(super) fn phone_of(word: &str) -> Option<PhoneFormat> {
    PHONES.iter().find(|(_, known)| *known == word).map(|(format, _)| *format)
}

pub(super) fn date_of(word: &str) -> Option<DateFormat> {
    DATES.iter().find(|(_, known)| *known == word).map(|(format, _)| *format)
}

fn word_in<T: PartialEq>(table: &[(T, &'static str)], value: T) -> &'static str {
    table.iter().find(|(known, _)| *known == value).map_or("", |(_, word)| word)
}

/// `header Authorization: bearer `, `query token`
pub(super) fn scheme(scheme: &Scheme) -> String {
    match scheme {
        Scheme::Header { name, prefix } => format!("header {name}: {prefix}").trim_end().to_owned(),
        Scheme::Query { name } => format!("query {name}"),
    }
}

pub(super) fn scheme_of(text: &str) -> Option<Scheme> {
    let text = text.trim();
    if let Some(name) = text.strip_prefix("query ") {
        return is_token(name).then(|| Scheme::Query { name: name.into() });
    }
    let (name, prefix) = text.strip_prefix("header ")?.split_once(':')?;
    let prefix = prefix.trim();
    // A word before the secret is parted from it by a space; `name=` of a cookie is not.
    let parted = prefix.is_empty() || prefix.ends_with('=');
    let prefix = if parted { prefix.to_owned() } else { format!("{prefix} ") };
    is_token(name).then(|| Scheme::Header { name: name.into(), prefix })
}

/// Whether `name` can be the name of a header or of a parameter.
#[must_use]
pub fn is_token(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b))
}

/// Whether `name` can be a content type, without parameters.
#[must_use]
pub fn is_content_type(name: &str) -> bool {
    name.split_once('/').is_some_and(|(kind, subtype)| is_token(kind) && is_token(subtype))
}

/// Whether `text` is a path under a server that an administrator may type: one that [leads where it says](leads_where_it_says),
/// without spaces, braces in pairs.
pub(super) fn is_path(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_graphic() && !b"\"<>".contains(&byte);
    let mut open = false;
    let paired = text.bytes().all(|byte| match byte {
        b'{' | b'}' if open == (byte == b'}') => {
            open = !open;
            true
        }
        b'{' | b'}' => false,
        _ => true,
    });
    leads_where_it_says(text) && paired && !open && text.bytes().all(plain)
}

/// Whether `text` is a JSON pointer to something inside.
pub(super) fn is_pointer(text: &str) -> bool {
    text.starts_with('/') && !text.chars().any(char::is_control)
}

/// `+03:00`
pub(super) fn clock(minutes: i16) -> String {
    let sign = if minutes < 0 { '-' } else { '+' };
    format!("{sign}{:02}:{:02}", minutes.unsigned_abs() / 60, minutes.unsigned_abs() % 60)
}

pub(super) fn clock_of(text: &str) -> Option<i16> {
    let (sign, rest) = match text.split_at_checked(1)? {
        ("+", rest) => (1, rest),
        ("-", rest) => (-1, rest),
        _ => return None,
    };
    let (hours, minutes) = rest.split_once(':').unwrap_or((rest, "0"));
    let (hours, minutes): (i16, i16) = (hours.parse().ok()?, minutes.parse().ok()?);
    let sane = (0..=14).contains(&hours) && (0..60).contains(&minutes);
    sane.then(|| sign * (hours * 60 + minutes))
}

/// The word by which serde knows a unit variant.
pub(super) fn enum_word(value: impl Serialize) -> String {
    serde_json::to_value(value).ok().and_then(|word| word.as_str().map(str::to_owned)).unwrap_or_default()
}

pub(super) fn enum_of<T: DeserializeOwned>(word: &str) -> Option<T> {
    serde_json::from_value(Value::from(word)).ok()
}

/// A name inside a line, where spaces part the words.
pub(super) fn name_word(name: &str) -> String {
    name.replace('%', "%25").replace(' ', "%20")
}

pub(super) fn name_of(word: &str) -> String {
    word.replace("%20", " ").replace("%25", "%")
}
