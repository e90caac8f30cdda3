//! Parses the text of a field while a form is open.
//!
//! The page shows the result, and parses nothing itself. The same functions parse the submitted form, so the operator sees what
//! will be sent.

use jiff::civil::{Date, DateTime, Time};
use office::NOTE_MAX;
use probonus::{Kopecks, Phone};
use serde::{Deserialize, Serialize};
use specta::Type;

use super::{day, fields};
use crate::error::FieldCode;

/// The most texts of one call.
const MOST: usize = 100;

/// A text as it was typed.
#[derive(Clone, Debug, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TypedText {
    /// The page's name of the field. The answer has the same key.
    pub key: String,
    /// The kind of text.
    pub kind: TextKind,
    /// The text.
    pub text: String,
    /// For [`TextKind::Share`]: the sum it is a percent of, as typed. For [`TextKind::Note`]: the reason before it.
    #[serde(default)]
    pub of: Option<String>,
}

/// The kind of a typed text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub(crate) enum TextKind {
    /// A sum in rubles.
    Sum,
    /// A percent, 0…100, with at most two decimals.
    Percent,
    /// A percent of the sum in `of`. The result is that share as a sum; fractions of a kopeck are dropped towards zero.
    Share,
    /// A phone.
    Phone,
    /// A guest's birthday.
    Birthday,
    /// The day of a receipt, and its time if one is typed.
    ReceiptDate,
    /// Any other day.
    Date,
    /// A note to a refill. Together with the reason in `of` it makes the comment, whose length is limited.
    Note,
}

/// A parsed text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Understood {
    /// The field.
    pub key: String,
    /// The value; `null` if the text can't be parsed.
    pub value: Option<UnderstoodValue>,
    /// Why the text can't be parsed.
    pub error: Option<FieldCode>,
}

/// A value, with the text that the page shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum UnderstoodValue {
    /// A sum.
    Sum {
        /// Kopecks.
        kopecks: Kopecks,
        /// `1 234,56`, with narrow no-break spaces.
        text: String,
    },
    /// A percent.
    Percent {
        /// Hundredths of a percent: 750 is 7,5 %.
        hundredths: u32,
        /// `7,5`.
        text: String,
    },
    /// A day.
    Date {
        /// `2026-11-27`.
        iso: String,
        /// `27.11.2026`.
        text: String,
    },
    /// A phone.
    Phone {
        /// `+79123456789`.
        e164: String,
        /// `+7 912 345-67-89`.
        text: String,
    },
    /// A note. It may be too long.
    Note {
        /// The number of characters that may be added; negative: the number that are too many.
        left: i32,
        /// The comment made of the reason and the note.
        text: String,
    },
}

/// Parses texts, in their order; at most a hundred.
#[must_use]
pub fn understand(texts: &[TypedText], today: Date) -> Vec<Understood> {
    let understood = |typed: &TypedText| {
        let (value, error) = match typed.read(today) {
            Ok(value) => (Some(value), None),
            Err(code) => (None, Some(code)),
        };
        Understood { key: typed.key.clone(), value, error }
    };
    texts.iter().take(MOST).map(understood).collect()
}

impl TypedText {
    fn read(&self, today: Date) -> Result<UnderstoodValue, FieldCode> {
        let day = |of| day::read(&self.text, of, today).map(UnderstoodValue::day);
        match self.kind {
            TextKind::Sum => fields::sum(&self.text).map(UnderstoodValue::sum),
            TextKind::Percent => fields::percent(&self.text).map(UnderstoodValue::percent),
            TextKind::Share => {
                let sum = fields::sum(self.of.as_deref().unwrap_or_default())?;
                let share = sum.percent(fields::percent(&self.text)?).ok_or(FieldCode::TooLarge)?;
                Ok(UnderstoodValue::sum(share))
            }
            TextKind::Phone => fields::phone(&self.text).map(|phone| UnderstoodValue::phone(&phone)),
            TextKind::Birthday => day(day::DayOf::Birth),
            TextKind::ReceiptDate => fields::moment(&self.text, today).map(UnderstoodValue::moment),
            TextKind::Date => day(day::DayOf::Other),
            TextKind::Note => Ok(UnderstoodValue::note(self.of.as_deref().unwrap_or_default(), &self.text)),
        }
    }
}

impl UnderstoodValue {
    fn sum(sum: Kopecks) -> Self {
        let text = sum.to_string();
        let text = text.trim_end_matches('₽').trim_end().to_owned();
        Self::Sum { kopecks: sum, text }
    }

    fn percent(hundredths: u32) -> Self {
        let (whole, part) = (hundredths / 100, hundredths % 100);
        let text = format!("{whole},{part:02}");
        let text = text.trim_end_matches('0').trim_end_matches(',').to_owned();
        Self::Percent { hundredths, text }
    }

    fn day(day: Date) -> Self {
        Self::Date { iso: day.to_string(), text: format!("{:02}.{:02}.{:04}", day.day(), day.month(), day.year()) }
    }

    /// The value of a receipt's time. The text shows the time only if one was typed.
    fn moment(moment: DateTime) -> Self {
        match Self::day(moment.date()) {
            Self::Date { iso, text } if moment.time() != Time::midnight() => {
                let seconds = if moment.second() == 0 { String::new() } else { format!(":{:02}", moment.second()) };
                Self::Date { iso, text: format!("{text} {:02}:{:02}{seconds}", moment.hour(), moment.minute()) }
            }
            day => day,
        }
    }

    fn note(reason: &str, note: &str) -> Self {
        let text = super::operation::comment(reason, note);
        let letters = i32::try_from(text.chars().count()).unwrap_or(i32::MAX);
        Self::Note { left: i32::try_from(NOTE_MAX).unwrap_or(i32::MAX).saturating_sub(letters), text }
    }

    fn phone(phone: &Phone) -> Self {
        Self::Phone { e164: phone.as_e164().to_owned(), text: phone.human() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TODAY: Date = Date::constant(2026, 11, 28);

    fn read(kind: TextKind, text: &str) -> Result<UnderstoodValue, FieldCode> {
        TypedText { key: String::new(), kind, text: text.to_owned(), of: None }.read(TODAY)
    }

    fn sum(text: &str) -> Result<(i64, String), FieldCode> {
        match read(TextKind::Sum, text)? {
            UnderstoodValue::Sum { kopecks, text } => Ok((kopecks.get(), text)),
            other => panic!("{other:?} is no sum"),
        }
    }

    #[test]
    fn a_sum_is_shown_as_it_was_understood() {
        for text in ["1234,56", "1 234,56", "1\u{a0}234.56", "1\u{2009}234,56 руб.", "+1 234,56", "1234,56\u{202f}₽"]
        {
            assert_eq!(sum(text).unwrap(), (123_456, "1\u{202f}234,56".to_owned()), "{text}");
        }
        assert_eq!(sum("−10").unwrap(), (-1_000, "\u{2212}10,00".to_owned()));
        assert_eq!(sum("+100").unwrap().0, 10_000);
    }

    #[test]
    fn what_could_be_two_sums_is_none() {
        for text in ["12 50", "100\t200", "100\n200", "1 2 3", "1 23 456", "1234 567", "1'234", "1.234,56"] {
            assert_eq!(sum(text), Err(FieldCode::NotANumber), "{text:?}");
        }
        assert_eq!(sum(""), Err(FieldCode::Required));
        assert_eq!(sum("1,234"), Err(FieldCode::TooPrecise));
    }

    #[test]
    fn a_share_of_what_was_paid_drops_fractions_of_a_kopeck() {
        let share = |percent: &str, of: &str| {
            let typed =
                TypedText { key: String::new(), kind: TextKind::Share, text: percent.into(), of: Some(of.into()) };
            typed.read(TODAY)
        };
        let is = |kopecks: i64| Ok(UnderstoodValue::sum(Kopecks::new(kopecks).unwrap()));
        assert_eq!(share("5", "1 450,50"), is(7_252));
        assert_eq!(share("7,5 %", "1"), is(7));
        assert_eq!(share("100", "90 071 992 547 409,91"), is((1 << 53) - 1));
        assert_eq!(share("5", "1 234,56 руб."), is(6_172));
        assert_eq!(share("5", "12 50"), Err(FieldCode::NotANumber));
        assert_eq!(share("100,01", "1"), Err(FieldCode::TooLarge));
        assert_eq!(share("", "1"), Err(FieldCode::Required));
    }

    /// The reason is part of the comment and counts: 500 characters in all.
    #[test]
    fn a_note_has_as_many_letters_left_as_its_reason_leaves() {
        let left = |reason: &str, note: &str| {
            let typed =
                TypedText { key: String::new(), kind: TextKind::Note, text: note.into(), of: Some(reason.into()) };
            match typed.read(TODAY) {
                Ok(UnderstoodValue::Note { left, text }) => (left, text),
                other => panic!("{other:?} is no note"),
            }
        };
        assert_eq!(left("Компенсация", " звонок "), (500 - 19, "Компенсация: звонок".into()));
        assert_eq!(left("", "звонок").0, 494);
        assert_eq!(left("Компенсация", &"я".repeat(490)).0, -3);
    }

    #[test]
    fn percents_phones_and_days_come_back_in_their_own_form() {
        let percent = |text: &str| read(TextKind::Percent, text);
        assert_eq!(percent("7.50%"), Ok(UnderstoodValue::Percent { hundredths: 750, text: "7,5".to_owned() }));
        assert_eq!(percent("10"), Ok(UnderstoodValue::Percent { hundredths: 1000, text: "10".to_owned() }));
        assert_eq!(percent("0"), Ok(UnderstoodValue::Percent { hundredths: 0, text: "0".to_owned() }));
        assert_eq!(percent("-5"), Err(FieldCode::Negative));
        let phone = read(TextKind::Phone, "8 (912) 345-67-89").unwrap();
        assert_eq!(phone, UnderstoodValue::Phone { e164: "+79123456789".into(), text: "+7 912 345-67-89".into() });
        let day = |kind, text| match read(kind, text) {
            Ok(UnderstoodValue::Date { iso, text }) => (iso, text),
            other => panic!("{other:?} is no day"),
        };
        assert_eq!(day(TextKind::ReceiptDate, "27.11"), ("2026-11-27".into(), "27.11.2026".into()));
        assert_eq!(day(TextKind::ReceiptDate, "27.11 9:05"), ("2026-11-27".into(), "27.11.2026 09:05".into()));
        assert_eq!(read(TextKind::ReceiptDate, "27.11 25:00"), Err(FieldCode::NotADate));
        assert_eq!(day(TextKind::Birthday, "28.02.87").0, "1987-02-28");
        assert_eq!(read(TextKind::Date, "28.02.87"), Err(FieldCode::NotADate));
    }
}
