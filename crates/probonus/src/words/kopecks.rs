//! Money.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// A sum of money or bonuses in kopecks, negative for what is taken away.
///
/// Bounded by ±(2⁵³ − 1) so that it crosses to JavaScript as an exact `number`. All arithmetic is
/// checked; there is no conversion from or to a float anywhere.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(try_from = "i64", into = "i64")]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Kopecks(#[cfg_attr(feature = "specta", specta(type = i32))] i64);

/// Why a text or a number is not a sum of money.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KopecksError {
    /// Nothing was typed.
    #[error("the sum is empty")]
    Empty,
    /// Something else than digits, one separator and a sign.
    #[error("the sum is not a number")]
    NotANumber,
    /// More than two digits after the separator: half kopecks do not exist.
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
    /// `1 234,56 ₽`, with narrow no-break spaces (U+202F) between groups and before the sign of the ruble; a true minus.
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

impl FromStr for Kopecks {
    type Err = KopecksError;

    /// A sum in rubles as people type it: `1 234,56`, `1234.5`, `−10`, with any spaces between groups and with or without `₽`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text: String =
            text.trim().trim_end_matches(['₽', 'р', 'Р', '.']).chars().filter(|c| !c.is_whitespace()).collect();
        let (negative, digits) = match text.strip_prefix(['-', '\u{2212}']) {
            Some(rest) => (true, rest),
            None => (false, text.as_str()),
        };
        if digits.is_empty() {
            return Err(KopecksError::Empty);
        }
        let (whole, fraction) = digits.split_once([',', '.']).unwrap_or((digits, ""));
        if whole.is_empty() || !whole.bytes().chain(fraction.bytes()).all(|b| b.is_ascii_digit()) {
            return Err(KopecksError::NotANumber);
        }
        if fraction.len() > 2 {
            return Err(KopecksError::TooPrecise);
        }
        let rubles: i64 = whole.parse().map_err(|_| KopecksError::OutOfRange)?;
        let kopecks: i64 = format!("{fraction:0<2}").parse().map_err(|_| KopecksError::NotANumber)?;
        let sum = rubles.checked_mul(100).and_then(|r| r.checked_add(kopecks)).ok_or(KopecksError::OutOfRange)?;
        Self::new(if negative { -sum } else { sum })
    }
}
