//! Parses days as people type them. Every typed day is parsed here.
//!
//! | typed | birthday | receipt | other |
//! |---|---|---|---|
//! | `27.11.2026`, `27/11/2026`, `27-11-2026`, `27 11 2026`, `27112026`, `2026-11-27` | that day | that day | that day |
//! | `27.11.87`, `27.11.26` | the latest such day that is not in the future: 1987, 2026 | this century | this century |
//! | `27.11` | refused | the latest such day that is not in the future | refused |
//!
//! A two-digit year that is more than a year ahead (`28.02.87` on a receipt) is refused: it is a birthday in the wrong field, or
//! a mistake.

use jiff::civil::Date;

use crate::error::FieldCode;

/// The kind of a day. It decides how a short year is completed, and whether the year may be left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DayOf {
    /// The day of a guest's birth.
    Birth,
    /// The day of a receipt.
    Receipt,
    /// Any other day: of a period, of a filter.
    Other,
}

/// Reads a day.
///
/// # Errors
/// `required` for an empty text, `impossible` for a day that no calendar has, `not_a_date` for any other text.
pub fn read(text: &str, of: DayOf, today: Date) -> Result<Date, FieldCode> {
    let text = text.trim();
    if text.is_empty() {
        return Err(FieldCode::Required);
    }
    let parts: Vec<&str> = text.split(['.', '-', '/', ' ', '\u{a0}']).collect();
    match parts[..] {
        [whole] if whole.len() == 8 && is_number(whole) => full(&whole[..2], &whole[2..4], &whole[4..]),
        [year, month, day] if year.len() == 4 => full(day, month, year),
        [day, month, year] if year.len() == 4 => full(day, month, year),
        [day, month, year] if year.len() == 2 => of_two_digits(day, month, year, of, today),
        [day, month] if of == DayOf::Receipt => latest(day, month, today),
        // A dot after the month: `27.11.`
        [day, month, ""] if of == DayOf::Receipt => latest(day, month, today),
        _ => Err(FieldCode::NotADate),
    }
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn number(text: &str, digits: usize) -> Result<i16, FieldCode> {
    let number = (is_number(text) && text.len() <= digits).then(|| text.parse().ok()).flatten();
    number.ok_or(FieldCode::NotADate)
}

fn full(day: &str, month: &str, year: &str) -> Result<Date, FieldCode> {
    date(number(day, 2)?, number(month, 2)?, number(year, 4)?)
}

fn date(day: i16, month: i16, year: i16) -> Result<Date, FieldCode> {
    let small = |number: i16| i8::try_from(number).unwrap_or(i8::MAX);
    Date::new(year, small(month), small(day)).map_err(|_| FieldCode::Impossible)
}

fn of_two_digits(day: &str, month: &str, year: &str, of: DayOf, today: Date) -> Result<Date, FieldCode> {
    let (day, month, year) = (number(day, 2)?, number(month, 2)?, number(year, 2)?);
    let century = today.year() / 100 * 100;
    let this = date(day, month, century + year);
    if of != DayOf::Birth {
        return this.and_then(|date| if date.year() > today.year() + 1 { Err(FieldCode::NotADate) } else { Ok(date) });
    }
    match this {
        Ok(date) if date <= today => Ok(date),
        // 29.02.00 exists in 2000 and not in 1900. So a day that one century lacks may be of the other.
        _ => date(day, month, century - 100 + year),
    }
}

/// The latest day with this day and month that is not in the future.
fn latest(day: &str, month: &str, today: Date) -> Result<Date, FieldCode> {
    let (day, month) = (number(day, 2)?, number(month, 2)?);
    // A 29.02 is at most eight years ago.
    let years = (0..=8).map(|back| date(day, month, today.year() - back));
    years.flatten().find(|date| *date <= today).ok_or(FieldCode::Impossible)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TODAY: Date = Date::constant(2026, 11, 28);

    fn read(text: &str, of: DayOf) -> Result<String, FieldCode> {
        super::read(text, of, TODAY).map(|date| date.to_string())
    }

    #[test]
    fn a_whole_day_is_read_as_people_write_it() {
        for of in [DayOf::Birth, DayOf::Receipt, DayOf::Other] {
            for text in ["30.11.1990", "1990-11-30", "30/11/1990", "30-11-1990", " 30 11 1990 ", "30111990"] {
                assert_eq!(read(text, of).unwrap(), "1990-11-30", "{text}");
            }
            assert_eq!(read("5.3.2001", of).unwrap(), "2001-03-05");
            assert_eq!(read("29.02.2024", of).unwrap(), "2024-02-29");
            assert_eq!(read("29.02.2023", of), Err(FieldCode::Impossible));
            assert_eq!(read(" ", of), Err(FieldCode::Required));
            for text in ["вчера", "1.2.3", "01.01.-100", "٣٠.١١.١٩٩٠", "1990-11-30T10:00", "30.11.199", "3011199"]
            {
                assert!(read(text, of).is_err(), "{text}");
            }
        }
    }

    #[test]
    fn two_digits_of_a_birthday_are_the_latest_past_year() {
        for (text, day) in [
            ("28.02.87", "1987-02-28"),
            ("28.11.26", "2026-11-28"),
            ("29.11.26", "1926-11-29"),
            ("01.01.05", "2005-01-01"),
            ("29.02.00", "2000-02-29"),
        ] {
            assert_eq!(read(text, DayOf::Birth).unwrap(), day, "{text}");
        }
        assert_eq!(read("29.02.87", DayOf::Birth), Err(FieldCode::Impossible));
    }

    #[test]
    fn two_digits_elsewhere_are_of_this_century_and_not_far_ahead() {
        for of in [DayOf::Receipt, DayOf::Other] {
            assert_eq!(read("1.2.26", of).unwrap(), "2026-02-01");
            assert_eq!(read("31.12.27", of).unwrap(), "2027-12-31");
            assert_eq!(read("28.02.87", of), Err(FieldCode::NotADate));
        }
    }

    #[test]
    fn only_a_receipt_may_lack_its_year_and_is_never_of_the_future() {
        for (text, day) in
            [("27.11", "2026-11-27"), ("28.11.", "2026-11-28"), ("29.11", "2025-11-29"), ("29.02", "2024-02-29")]
        {
            assert_eq!(read(text, DayOf::Receipt).unwrap(), day, "{text}");
        }
        assert_eq!(read("31.11", DayOf::Receipt), Err(FieldCode::Impossible));
        assert_eq!(read("27.11", DayOf::Birth), Err(FieldCode::NotADate));
        assert_eq!(read("27.11", DayOf::Other), Err(FieldCode::NotADate));
    }
}
