//! Money.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use super::clean;

/// A sum of money or bonuses in kopecks. It is negative if the sum is taken away.
///
/// Its bounds are ±(2⁵³ − 1), so that JavaScript holds it exactly as a `number`. All arithmetic is checked. It is never converted
/// from or to a float.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(try_from = "i64", into = "i64")]
pub struct Kopecks(i64);

/// Why a text or a number is not a sum of money.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KopecksError {
    /// Nothing was typed.
    #[error("the sum is empty")]
    Empty,
    /// It has more than a sign, digits in groups of three, and one separator; or it could be read in two ways.
    #[error("the sum is not a number")]
    NotANumber,
    /// There are more than two digits after the separator: there are no fractions of a kopeck.
    #[error("the sum has more than two digits after the separator")]
    TooPrecise,
    /// Outside ±(2⁵³ − 1) kopecks.
    #[error("the sum is too large")]
    OutOfRange,
}

impl Kopecks {
    /// No money.
    pub const ZERO: Self = Self(0);
    /// The largest sum: 2⁵³ − 1 kopecks.
    pub const MAX: Self = Self((1 << 53) - 1);
    /// The smallest sum: −(2⁵³ − 1) kopecks.
    pub const MIN: Self = Self(-((1 << 53) - 1));

    /// A sum of `kopecks`.
    ///
    /// # Errors
    /// [`KopecksError::OutOfRange`] beyond [`Kopecks::MIN`]…[`Kopecks::MAX`].
    pub const fn new(kopecks: i64) -> Result<Self, KopecksError> {
        if kopecks < Self::MIN.0 || kopecks > Self::MAX.0 {
            return Err(KopecksError::OutOfRange);
        }
        Ok(Self(kopecks))
    }

    /// The sum as an integer number of kopecks.
    #[must_use]
    pub const fn get(self) -> i64 {
        self.0
    }

    /// `self + other`, or `None` out of range.
    #[must_use]
    pub fn checked_add(self, other: Self) -> Option<Self> {
        Self::new(self.0.checked_add(other.0)?).ok()
    }

    /// `self − other`, or `None` out of range.
    #[must_use]
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        Self::new(self.0.checked_sub(other.0)?).ok()
    }

    /// The sum of all, or `None` out of range.
    #[must_use]
    pub fn checked_sum(sums: impl IntoIterator<Item = Self>) -> Option<Self> {
        sums.into_iter().try_fold(Self::ZERO, Self::checked_add)
    }

    /// `hundredths` of a percent of the sum: 500 is 5 %. Fractions of a kopeck are dropped towards zero. `None` out of range.
    #[must_use]
    pub fn percent(self, hundredths: u32) -> Option<Self> {
        let share = i128::from(self.0) * i128::from(hundredths) / 10_000;
        Self::new(i64::try_from(share).ok()?).ok()
    }

    /// The sum with the opposite sign; always in range.
    #[must_use]
    pub const fn negated(self) -> Self {
        Self(-self.0)
    }

    /// Whether the sum is above zero.
    #[must_use]
    pub const fn is_positive(self) -> bool {
        self.0 > 0
    }

    /// Whether the sum is below zero.
    #[must_use]
    pub const fn is_negative(self) -> bool {
        self.0 < 0
    }
}

impl TryFrom<i64> for Kopecks {
    type Error = KopecksError;
    fn try_from(kopecks: i64) -> Result<Self, Self::Error> {
        Self::new(kopecks)
    }
}

impl From<Kopecks> for i64 {
    fn from(sum: Kopecks) -> Self {
        sum.0
    }
}

impl fmt::Debug for Kopecks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} kop", self.0)
    }
}

impl fmt::Display for Kopecks {
    /// Writes `1 234,56 ₽`, with narrow no-break spaces (U+202F) between groups and before `₽`, and the minus sign U+2212.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (rubles, kopecks) = (self.0.unsigned_abs() / 100, self.0.unsigned_abs() % 100);
        let digits = rubles.to_string();
        let mut grouped = String::with_capacity(digits.len() * 2);
        for (i, digit) in digits.chars().enumerate() {
            if i > 0 && (digits.len() - i) % 3 == 0 {
                grouped.push('\u{202f}');
            }
            grouped.push(digit);
        }
        let sign = if self.0 < 0 { "\u{2212}" } else { "" };
        write!(f, "{sign}{grouped},{kopecks:02}\u{202f}₽")
    }
}

/// Units that may follow a sum, the longer before the shorter with the same start.
const UNITS: [&str; 9] = ["рублей", "рубля", "рубль", "руб.", "руб", "rub", "р.", "р", "₽"];

impl FromStr for Kopecks {
    type Err = KopecksError;

    /// Reads a sum in rubles as people type and paste it: `1 234,56`, `1234.5`, `−10`, `1234,56 руб.`, with any kind of space
    /// between groups of three.
    ///
    /// A text that could be read in two ways (`1.234,56`, `1,234`) is refused, not guessed. Two cells of a table (`100⇥200`) are
    /// refused too.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if clean::is_torn(text) {
            return Err(KopecksError::NotANumber);
        }
        let text = clean::visible(text).to_lowercase();
        let text = UNITS.iter().find_map(|unit| text.strip_suffix(unit)).unwrap_or(&text).trim_end();
        let (negative, digits) = match text.strip_prefix(['-', '\u{2212}', '\u{2013}']) {
            Some(rest) => (true, rest.trim_start()),
            None => (false, text.strip_prefix('+').map_or(text, str::trim_start)),
        };
        if digits.is_empty() {
            return Err(if text.is_empty() { KopecksError::Empty } else { KopecksError::NotANumber });
        }
        let (whole, fraction) = match digits.split_once([',', '.']) {
            Some((whole, fraction)) => (whole, Some(fraction)),
            None => (digits, None),
        };
        let whole = ungrouped(whole).ok_or(KopecksError::NotANumber)?;
        let kopecks = fraction.map_or(Ok(0), kopecks_of)?;
        let rubles: i64 = whole.parse().map_err(|_| KopecksError::OutOfRange)?;
        let sum = rubles.checked_mul(100).and_then(|r| r.checked_add(kopecks)).ok_or(KopecksError::OutOfRange)?;
        Self::new(if negative { -sum } else { sum })
    }
}

/// The digits of the rubles without spaces. A space is allowed only between groups of three digits.
fn ungrouped(whole: &str) -> Option<String> {
    let mut groups = whole.split(' ');
    let first = groups.next()?;
    let mut digits = first.to_owned();
    for group in groups {
        if group.len() != 3 || first.len() > 3 {
            return None;
        }
        digits.push_str(group);
    }
    (!first.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())).then_some(digits)
}

fn kopecks_of(fraction: &str) -> Result<i64, KopecksError> {
    if fraction.is_empty() || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(KopecksError::NotANumber);
    }
    let value: i64 = match fraction.len() {
        1 | 2 => fraction.parse().map_err(|_| KopecksError::NotANumber)?,
        _ => return Err(KopecksError::TooPrecise),
    };
    Ok(if fraction.len() == 1 { value * 10 } else { value })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parse(text: &str) -> Result<i64, KopecksError> {
        text.parse::<Kopecks>().map(Kopecks::get)
    }

    #[test]
    fn sums_are_understood_as_people_type_them() {
        for (text, kopecks) in [
            ("0", 0),
            ("1234,56", 123_456),
            ("1234.5", 123_450),
            ("1 234,56", 123_456),
            ("1\u{a0}234\u{a0}567,8", 123_456_780),
            ("1\u{202f}234,56\u{202f}₽", 123_456),
            ("12\u{2009}345", 1_234_500),
            (" 10 ", 1_000),
            ("10\t\r\n", 1_000),
            ("\u{200e}10\u{feff}", 1_000),
            ("10 руб.", 1_000),
            ("10,05 РУБ", 1_005),
            ("10р", 1_000),
            ("100 рублей", 10_000),
            ("-10", -1_000),
            ("−\u{202f}10,5", -1_050),
            ("+7", 700),
            ("0,01", 1),
            ("007", 700),
            ("90071992547409,91", Kopecks::MAX.get()),
            ("-90071992547409,91", Kopecks::MIN.get()),
        ] {
            assert_eq!(parse(text), Ok(kopecks), "{text:?}");
        }
    }

    #[test]
    fn what_is_no_sum_says_why() {
        use KopecksError::{Empty, NotANumber, OutOfRange, TooPrecise};
        for (text, why) in [
            ("", Empty),
            (" \u{200b}", Empty),
            ("₽", Empty),
            ("-", NotANumber),
            ("--1", NotANumber),
            ("+-1", NotANumber),
            ("1-", NotANumber),
            ("NaN", NotANumber),
            ("inf", NotANumber),
            ("1e5", NotANumber),
            ("0x10", NotANumber),
            ("сто", NotANumber),
            ("١٢", NotANumber),
            ("1.234,56", NotANumber),
            ("1,234.56", NotANumber),
            ("1.234.567", NotANumber),
            ("1,234", TooPrecise),
            ("0.001", TooPrecise),
            ("1 23", NotANumber),
            ("1234 567", NotANumber),
            ("1  234", NotANumber),
            ("100\t200", NotANumber),
            ("100\n200", NotANumber),
            ("100\r\n200", NotANumber),
            ("100\u{2028}200", NotANumber),
            ("12,3 4", NotANumber),
            (",5", NotANumber),
            ("5,", NotANumber),
            ("90071992547409,92", OutOfRange),
            ("99999999999999999999999", OutOfRange),
        ] {
            assert_eq!(parse(text), Err(why), "{text:?}");
        }
    }

    #[test]
    fn json_is_an_integer_within_bounds_and_nothing_else() {
        assert_eq!(serde_json::from_str::<Kopecks>("123456").unwrap().get(), 123_456);
        for bad in ["1.0", "1e3", "\"1\"", "9007199254740992", "null"] {
            assert!(serde_json::from_str::<Kopecks>(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_percent_is_taken_in_whole_kopecks() {
        assert_eq!(Kopecks(9_999).percent(500), Some(Kopecks(499)));
        assert_eq!(Kopecks::MAX.percent(10_000), Some(Kopecks::MAX));
        assert_eq!(Kopecks::MAX.percent(10_001), None);
    }

    proptest! {
        #[test]
        fn what_is_printed_is_read_back(kopecks in Kopecks::MIN.get()..=Kopecks::MAX.get()) {
            let sum = Kopecks::new(kopecks).unwrap();
            prop_assert_eq!(sum.to_string().parse::<Kopecks>(), Ok(sum));
            let json = serde_json::to_string(&sum).unwrap();
            prop_assert_eq!(serde_json::from_str::<Kopecks>(&json).unwrap(), sum);
        }

        #[test]
        fn no_text_panics(text in "\\PC{0,40}|[-+−0-9 .,\u{a0}\u{202f}₽руб]{0,30}") {
            if let Ok(sum) = text.parse::<Kopecks>() {
                prop_assert_eq!(sum.to_string().parse::<Kopecks>(), Ok(sum));
            }
        }

        #[test]
        fn arithmetic_agrees_with_wide_integers(a in any::<i64>(), b in any::<i64>()) {
            let (Ok(x), Ok(y)) = (Kopecks::new(a % (1 << 53)), Kopecks::new(b % (1 << 53))) else { return Ok(()) };
            let wide = |sum: i128| i64::try_from(sum).ok().and_then(|sum| Kopecks::new(sum).ok());
            prop_assert_eq!(x.checked_add(y), wide(i128::from(x.get()) + i128::from(y.get())));
            prop_assert_eq!(x.checked_sub(y), wide(i128::from(x.get()) - i128::from(y.get())));
            prop_assert_eq!(x.negated().negated(), x);
        }
    }
}
