//! A guest's phone: the identifier across systems.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// A phone number, kept as E.164 (`+79123456789`). The phone is the identifier of a guest across systems \[S].
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Phone(String);

/// Why a text is not a phone number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PhoneError {
    /// Nothing was typed.
    #[error("the phone is empty")]
    Empty,
    /// Letters or other characters that no phone has.
    #[error("the phone has characters that no phone has")]
    NotANumber,
    /// Fewer digits than a number of its country has.
    #[error("the phone is too short")]
    TooShort,
    /// More digits than a number of its country has.
    #[error("the phone is too long")]
    TooLong,
    /// The right length, but no such number can exist.
    #[error("no such phone number can exist")]
    Impossible,
}

impl Phone {
    /// The number as E.164: `+79123456789`.
    #[must_use]
    pub fn as_e164(&self) -> &str {
        &self.0
    }

    /// The digits without the plus: `79123456789`, the assumed wire form \[A].
    #[must_use]
    pub fn digits(&self) -> &str {
        self.0.trim_start_matches('+')
    }

    /// The last four digits, by which an operator recognises a guest: `67-89`.
    #[must_use]
    pub fn tail(&self) -> String {
        let digits = self.digits();
        let tail = &digits[digits.len().saturating_sub(4)..];
        if tail.len() == 4 { format!("{}-{}", &tail[..2], &tail[2..]) } else { tail.to_owned() }
    }
}

impl FromStr for Phone {
    type Err = PhoneError;

    /// Understands what people type and paste: `8 (912) 345-67-89`, `+7912…`, `9123456789`, `7912…`, a `tel:` link,
    /// invisible characters of a copied web page. Foreign numbers need their `+`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text: String = text
            .trim()
            .trim_start_matches("tel:")
            .chars()
            .filter(|c| !matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}' | '\u{feff}'))
            .collect();
        let text = text.trim();
        if text.is_empty() {
            return Err(PhoneError::Empty);
        }
        if text.chars().any(|c| c.is_alphabetic()) || !text.chars().any(|c| c.is_ascii_digit()) {
            return Err(PhoneError::NotANumber);
        }
        let util = &*rlibphonenumber::PHONE_NUMBER_UTIL;
        let number = util.parse(text, Some(rlibphonenumber::Region::RU)).map_err(|_| PhoneError::NotANumber)?;
        Ok(Self(util.format(&number, rlibphonenumber::PhoneNumberFormat::E164).into_owned()))
    }
}

impl TryFrom<String> for Phone {
    type Error = PhoneError;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Phone> for String {
    fn from(phone: Phone) -> Self {
        phone.0
    }
}

/// Masked: a phone in a log is a leak.
impl fmt::Debug for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Phone(…{})", self.tail())
    }
}
