//! Parses typed texts, and collects every problem with its field.

use jiff::civil::{Date, DateTime, Time};
use probonus::{CheckGuid, Kopecks, Phone, RestCode, StationCode, words};

use super::day::{self, DayOf};
use crate::error::{AppError, FieldCode, FieldError};

/// Collects the problems of a form while its fields are parsed, so that all are shown at once.
#[derive(Debug, Default)]
pub(crate) struct Fields {
    today: Date,
    problems: Vec<FieldError>,
}

impl Fields {
    /// Begins a form. `today` completes days without a year or with a two-digit year.
    pub fn on(today: Date) -> Self {
        Self { today, problems: Vec::new() }
    }

    /// Notes a problem.
    pub fn add(&mut self, field: &str, code: FieldCode) {
        self.problems.push(FieldError::new(field, code));
    }

    /// Notes a problem with its details.
    pub fn push(&mut self, problem: FieldError) {
        self.problems.push(problem);
    }

    /// Notes a problem; the field has no value then.
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

    /// A required phone.
    pub fn phone(&mut self, field: &str, text: &str) -> Option<Phone> {
        match phone(text) {
            Err(FieldCode::TooShort) => {
                self.problems.push(too_few_digits(field, text));
                None
            }
            read => self.take(field, read),
        }
    }

    /// A required sum in rubles.
    pub fn sum(&mut self, field: &str, text: &str) -> Option<Kopecks> {
        self.take(field, sum(text))
    }

    /// A sum in rubles; an empty text is zero.
    pub fn sum_or_zero(&mut self, field: &str, text: &str) -> Option<Kopecks> {
        if text.trim().is_empty() { Some(Kopecks::ZERO) } else { self.sum(field, text) }
    }

    /// A required day; see [`day`].
    pub fn date(&mut self, field: &str, text: &str, of: DayOf) -> Option<Date> {
        self.take(field, day::read(text, of, self.today))
    }

    fn take<T>(&mut self, field: &str, read: Result<T, FieldCode>) -> Option<T> {
        match read {
            Ok(value) => Some(value),
            Err(code) => self.fail(field, code),
        }
    }

    /// The local time of a receipt: a day, and a time if one was typed. An empty text is no time.
    #[expect(
        clippy::option_option,
        reason = "the outer tells whether it was understood, the inner whether it is there"
    )]
    pub fn date_time(&mut self, field: &str, text: &str) -> Option<Option<DateTime>> {
        if text.trim().is_empty() { Some(None) } else { self.take(field, moment(text, self.today)).map(Some) }
    }

    /// A required text of one line.
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

    /// A whole number of days, above zero.
    pub fn days(&mut self, field: &str, text: &str) -> Option<u32> {
        match self.line(field, text)?.parse::<u32>() {
            Ok(days) if days > 0 => Some(days),
            _ => self.fail(field, FieldCode::NotDays),
        }
    }

    /// A required GUID.
    pub fn guid(&mut self, field: &str, text: &str) -> Option<CheckGuid> {
        let text = self.line(field, text)?;
        match text.parse() {
            Ok(guid) => Some(guid),
            Err(_) => self.fail(field, FieldCode::NotAGuid),
        }
    }
}

/// A phone in any spelling.
pub fn phone(text: &str) -> Result<Phone, FieldCode> {
    text.parse().map_err(|error| match error {
        words::PhoneError::Empty => FieldCode::Required,
        words::PhoneError::TooShort => FieldCode::TooShort,
        words::PhoneError::TooLong => FieldCode::TooLong,
        words::PhoneError::Impossible => FieldCode::Impossible,
        _ => FieldCode::NotAPhone,
    })
}

/// The local time of a receipt: a day, and a time if one was typed.
pub fn moment(text: &str, today: Date) -> Result<DateTime, FieldCode> {
    let text = text.trim();
    // The part with a colon is the time: a day may contain spaces too.
    let (day, time) = match text.rsplit_once(['T', ' ']) {
        Some((day, time)) if time.contains(':') => (day, time),
        _ => (text, "00:00"),
    };
    let day = day::read(day, DayOf::Receipt, today)?;
    Ok(day.to_datetime(clock(time.trim()).ok_or(FieldCode::NotADate)?))
}

/// The error of a phone that is too short, with the number of its digits and of the digits that it needs: 11 if it begins with 7
/// or 8, otherwise 10. Both are left out for a number with another country's code, and for one that has enough digits.
fn too_few_digits(field: &str, text: &str) -> FieldError {
    let digits: Vec<u8> = text.bytes().filter(u8::is_ascii_digit).collect();
    let needed = if matches!(digits.first(), Some(b'7' | b'8')) { 11 } else { 10 };
    let problem = FieldError::new(field, FieldCode::TooShort);
    let is_foreign = text.trim_start().starts_with('+') && digits.first() != Some(&b'7');
    match u32::try_from(digits.len()) {
        Ok(typed) if typed < needed && !is_foreign => {
            FieldError { digits: Some(typed), digits_needed: Some(needed), ..problem }
        }
        _ => problem,
    }
}

/// A sum in rubles.
pub fn sum(text: &str) -> Result<Kopecks, FieldCode> {
    text.parse().map_err(|error| match error {
        words::KopecksError::Empty => FieldCode::Required,
        words::KopecksError::TooPrecise => FieldCode::TooPrecise,
        words::KopecksError::OutOfRange => FieldCode::TooLarge,
        _ => FieldCode::NotANumber,
    })
}

/// A percent, 0…100 with at most two decimals, in hundredths: `7,5 %` is 750. It is parsed like a sum, so that no float is needed.
pub fn percent(text: &str) -> Result<u32, FieldCode> {
    let text = text.trim();
    let hundredths = sum(text.strip_suffix('%').unwrap_or(text))?.get();
    match u32::try_from(hundredths) {
        Ok(hundredths @ 0..=10_000) => Ok(hundredths),
        Ok(_) => Err(FieldCode::TooLarge),
        Err(_) if hundredths < 0 => Err(FieldCode::Negative),
        Err(_) => Err(FieldCode::TooLarge),
    }
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
    fn a_moment_may_lack_its_time() {
        let mut fields = Fields::on(Date::constant(2026, 11, 28));
        assert_eq!(fields.date_time("at", ""), Some(None));
        assert_eq!(fields.date_time("at", "27.11 9:05").flatten().unwrap().to_string(), "2026-11-27T09:05:00");
        assert_eq!(fields.date_time("at", "27.11").flatten().unwrap().to_string(), "2026-11-27T00:00:00");
        assert_eq!(fields.date_time("at", "02.03.2026").flatten().unwrap().to_string(), "2026-03-02T00:00:00");
        assert_eq!(fields.date_time("at", "2026-03-02T18:45").flatten().unwrap().to_string(), "2026-03-02T18:45:00");
        assert_eq!(fields.date_time("at", "02.03.2026 25:00"), None);
        assert_eq!(fields.done(Some(())).unwrap_err().details.fields[0].code, FieldCode::NotADate);
    }

    #[test]
    fn a_phone_that_is_too_short_says_how_many_digits_it_lacks() {
        let both = |typed, needed| (Some(typed), Some(needed));
        for (text, expected) in [
            ("12", both(2, 10)),
            ("8 912 345", both(7, 11)),
            ("+7 912 345", both(7, 11)),
            ("912 345-67-8", both(9, 10)),
            ("+375 29 12", (None, None)),
        ] {
            let mut fields = Fields::default();
            assert_eq!(fields.phone("phone", text), None);
            let problem = fields.done(Some(())).unwrap_err().details.fields.remove(0);
            assert_eq!(problem.code, FieldCode::TooShort, "{text}");
            assert_eq!((problem.digits, problem.digits_needed), expected, "{text}");
        }
    }

    #[test]
    fn every_problem_is_reported_at_once() {
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
