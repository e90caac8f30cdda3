//! Parsing of typed texts, with every problem collected at its field.

use jiff::civil::{Date, DateTime, Time};
use probonus::{CheckGuid, Kopecks, Phone, RestCode, StationCode, words};

use crate::error::{AppError, FieldCode, FieldError};

/// Collects what is wrong with a form while its fields are parsed, so that all problems are told at once.
#[derive(Debug, Default)]
pub struct Fields {
    problems: Vec<FieldError>,
}

impl Fields {
    /// Notes a problem.
    pub fn add(&mut self, field: &str, code: FieldCode) {
        self.problems.push(FieldError::new(field, code));
    }

    /// Notes a problem with all that belongs to it.
    pub fn push(&mut self, problem: FieldError) {
        self.problems.push(problem);
    }

    /// Notes a problem, and is the value that the field has not.
    pub fn fail<T>(&mut self, field: &str, code: FieldCode) -> Option<T> {
        self.add(field, code);
        None
    }

    /// The parsed form, if nothing was wrong.
    ///
    /// # Errors
    /// All that was wrong.
    pub fn done<T>(self, form: Option<T>) -> Result<T, AppError> {
        match form {
            Some(form) if self.problems.is_empty() => Ok(form),
            _ => Err(AppError::invalid(self.problems)),
        }
    }

    /// A phone that must be there.
    pub fn phone(&mut self, field: &str, text: &str) -> Option<Phone> {
        match text.parse() {
            Ok(phone) => Some(phone),
            Err(error) => self.fail(field, phone_code(error)),
        }
    }

    /// A sum in rubles that must be there.
    pub fn sum(&mut self, field: &str, text: &str) -> Option<Kopecks> {
        match text.parse() {
            Ok(sum) => Some(sum),
            Err(error) => self.fail(field, sum_code(error)),
        }
    }

    /// A sum in rubles; empty is nothing.
    pub fn sum_or_zero(&mut self, field: &str, text: &str) -> Option<Kopecks> {
        if text.trim().is_empty() { Some(Kopecks::ZERO) } else { self.sum(field, text) }
    }

    /// A day that must be there: `30.11.1990`, `1990-11-30`. The year has four digits.
    pub fn date(&mut self, field: &str, text: &str) -> Option<Date> {
        let text = text.trim();
        if text.is_empty() {
            return self.fail(field, FieldCode::Required);
        }
        match date(text) {
            Ok(date) => Some(date),
            Err(code) => self.fail(field, code),
        }
    }

    /// A moment by the clock on the wall: a day, and a time if one was typed. Empty is none.
    #[expect(
        clippy::option_option,
        reason = "the outer tells whether it was understood, the inner whether it is there"
    )]
    pub fn date_time(&mut self, field: &str, text: &str) -> Option<Option<DateTime>> {
        let text = text.trim();
        if text.is_empty() {
            return Some(None);
        }
        let (day, time) = text.split_once(['T', ' ']).unwrap_or((text, "00:00"));
        let day = self.date(field, day)?;
        match clock(time.trim()) {
            Some(time) => Some(Some(day.to_datetime(time))),
            None => self.fail(field, FieldCode::NotADate),
        }
    }

    /// A text of one line that must be there.
    pub fn line(&mut self, field: &str, text: &str) -> Option<String> {
        let text = text.trim();
        if text.is_empty() { self.fail(field, FieldCode::Required) } else { Some(text.to_owned()) }
    }

    /// A code of a restaurant.
    pub fn rest_code(&mut self, field: &str, text: &str) -> Option<RestCode> {
        let text = self.line(field, text)?;
        match RestCode::new(&text) {
            Ok(code) => Some(code),
            Err(_) if text.chars().any(char::is_control) => self.fail(field, FieldCode::BadCharacters),
            Err(_) => self.fail(field, FieldCode::TooLong),
        }
    }

    /// A code of a station.
    pub fn station(&mut self, field: &str, text: &str) -> Option<StationCode> {
        let text = self.line(field, text)?;
        let Ok(number) = text.parse::<u32>() else {
            return self.fail(field, FieldCode::NotANumber);
        };
        match StationCode::new(number) {
            Ok(code) => Some(code),
            Err(_) if number == 0 => self.fail(field, FieldCode::NotPositive),
            Err(_) => self.fail(field, FieldCode::TooLarge),
        }
    }

    /// A GUID that must be there.
    pub fn guid(&mut self, field: &str, text: &str) -> Option<CheckGuid> {
        let text = self.line(field, text)?;
        match text.parse() {
            Ok(guid) => Some(guid),
            Err(_) => self.fail(field, FieldCode::NotAGuid),
        }
    }
}

const fn phone_code(error: words::PhoneError) -> FieldCode {
    match error {
        words::PhoneError::Empty => FieldCode::Required,
        words::PhoneError::TooShort => FieldCode::TooShort,
        words::PhoneError::TooLong => FieldCode::TooLong,
        words::PhoneError::Impossible => FieldCode::Impossible,
        _ => FieldCode::NotAPhone,
    }
}

const fn sum_code(error: words::KopecksError) -> FieldCode {
    match error {
        words::KopecksError::Empty => FieldCode::Required,
        words::KopecksError::TooPrecise => FieldCode::TooPrecise,
        words::KopecksError::OutOfRange => FieldCode::TooLarge,
        _ => FieldCode::NotANumber,
    }
}

/// A day, if the text is one.
pub fn day(text: &str) -> Option<Date> {
    date(text.trim()).ok()
}

/// A day as people and pages write it. Two digits of a year are not guessed at.
fn date(text: &str) -> Result<Date, FieldCode> {
    let parts: Vec<&str> = text.split(['.', '-', '/']).collect();
    let [first, month, last] = parts[..] else {
        return Err(FieldCode::NotADate);
    };
    let (year, day) = if first.len() == 4 { (first, last) } else { (last, first) };
    if year.len() != 4 || day.len() > 2 || month.len() > 2 {
        return Err(FieldCode::NotADate);
    }
    let number = |text: &str| text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse::<i16>().ok()).flatten();
    let (Some(year), Some(month), Some(day)) = (number(year), number(month), number(day)) else {
        return Err(FieldCode::NotADate);
    };
    let small = |number: i16| i8::try_from(number).unwrap_or(i8::MAX);
    Date::new(year, small(month), small(day)).map_err(|_| FieldCode::Impossible)
}

/// `09:30` or `09:30:15`.
fn clock(text: &str) -> Option<Time> {
    let mut parts = text.split(':').map(|part| part.parse::<i8>().ok());
    let (hour, minute, second) = (parts.next()??, parts.next()??, parts.next().unwrap_or(Some(0))?);
    if parts.next().is_some() {
        return None;
    }
    Time::new(hour, minute, second, 0).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_read_as_people_write_it() {
        for text in ["30.11.1990", "1990-11-30", "30/11/1990"] {
            assert_eq!(date(text).unwrap().to_string(), "1990-11-30");
        }
        assert_eq!(date("5.3.2001").unwrap().to_string(), "2001-03-05");
        assert_eq!(date("29.02.2023"), Err(FieldCode::Impossible));
        assert_eq!(date("29.02.2024").map(|d| d.to_string()), Ok("2024-02-29".to_owned()));
        for text in ["30.11.90", "вчера", "1.2", "01.01.-100", "٣٠.١١.١٩٩٠", "1990-11-30T10:00"] {
            assert!(date(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_moment_may_lack_its_time() {
        let mut fields = Fields::default();
        assert_eq!(fields.date_time("at", ""), Some(None));
        assert_eq!(fields.date_time("at", "02.03.2026").flatten().unwrap().to_string(), "2026-03-02T00:00:00");
        assert_eq!(fields.date_time("at", "2026-03-02T18:45").flatten().unwrap().to_string(), "2026-03-02T18:45:00");
        assert_eq!(fields.date_time("at", "02.03.2026 25:00"), None);
        assert_eq!(fields.done(Some(())).unwrap_err().details.fields[0].code, FieldCode::NotADate);
    }

    #[test]
    fn every_problem_is_told_at_once() {
        let mut fields = Fields::default();
        fields.phone("phone", "abc");
        fields.sum("sum", "1,234");
        fields.station("station", "0");
        fields.guid("checkGuid", "42");
        let error = fields.done(Some(())).unwrap_err();
        let codes: Vec<_> = error.details.fields.iter().map(|f| (f.field.as_str(), f.code)).collect();
        assert_eq!(
            codes,
            [
                ("phone", FieldCode::NotAPhone),
                ("sum", FieldCode::TooPrecise),
                ("station", FieldCode::NotPositive),
                ("checkGuid", FieldCode::NotAGuid)
            ]
        );
    }
}
