//! A guest's phone: the identifier across systems.

use std::{fmt, str::FromStr};

use rlibphonenumber::{PHONE_NUMBER_UTIL, ParseError, PhoneNumber, PhoneNumberFormat, ValidationError};
use serde::{Deserialize, Serialize};

use super::clean;

/// A phone number, kept as E.164 (`+79123456789`). The phone is the identifier of a guest across systems \[S].
///
/// Typed text is read by [`FromStr`]. Deserialization takes only E.164, and does not check again whether such a number can exist:
/// numbering plans change, stored records do not.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Phone(String);

/// Why a text is not a phone number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PhoneError {
    /// Nothing was typed.
    #[error("the phone is empty")]
    Empty,
    /// It has letters or other characters that no phone has.
    #[error("the phone has characters that no phone has")]
    NotANumber,
    /// It has fewer digits than a number of its country.
    #[error("the phone is too short")]
    TooShort,
    /// It has more digits than a number of its country. A foreign number needs its `+`.
    #[error("the phone is too long")]
    TooLong,
    /// Its length is right, but no such number can exist.
    #[error("no such phone number can exist")]
    Impossible,
}

impl Phone {
    /// Takes a number that is E.164: `+` and 7…15 digits, the first not zero. Does not check whether it can exist.
    ///
    /// # Errors
    /// [`PhoneError`] for anything else.
    pub fn from_e164(text: impl Into<String>) -> Result<Self, PhoneError> {
        let text = text.into();
        let Some(digits) = text.strip_prefix('+') else {
            return Err(if text.is_empty() { PhoneError::Empty } else { PhoneError::NotANumber });
        };
        match digits.len() {
            _ if digits.starts_with('0') || !digits.bytes().all(|byte| byte.is_ascii_digit()) => {
                Err(PhoneError::NotANumber)
            }
            0..7 => Err(PhoneError::TooShort),
            7..=15 => Ok(Self(text)),
            _ => Err(PhoneError::TooLong),
        }
    }

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

    /// The number in the international format, for the screen: `+7 912 345-67-89`. Never for a log.
    #[must_use]
    pub fn human(&self) -> String {
        match PHONE_NUMBER_UTIL.parse(&self.0, None) {
            Ok(number) => PHONE_NUMBER_UTIL.format(&number, PhoneNumberFormat::International).into_owned(),
            Err(_) => self.0.clone(),
        }
    }

    /// The last four digits, by which an operator recognises a guest: `67-89`.
    #[must_use]
    pub fn tail(&self) -> String {
        let (rest, last) = self.0.split_at(self.0.len().saturating_sub(2));
        format!("{}-{last}", &rest[rest.len().saturating_sub(2)..])
    }
}

impl FromStr for Phone {
    type Err = PhoneError;

    /// Reads a phone as people type and paste it: `8 (912) 345-67-89`, `+7912…`, `9123456789`, `7912…`, `8~10 …`, `00…`, a `tel:`
    /// link, with the invisible characters of a web page. A foreign number needs its `+`, `00` or `810`.
    ///
    /// A number of Russia or Kazakhstan must be one that can exist; every mobile code counts as existing. Of a foreign number only
    /// the length is checked.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let international = international(text)?;
        let util = &*PHONE_NUMBER_UTIL;
        let parsed = |text: &str| util.parse(text, None);
        let number = parsed(&international).map_err(|error| match error {
            ParseError::InvalidCountryCode => PhoneError::Impossible,
            ParseError::TooLongNsn => PhoneError::TooLong,
            ParseError::TooShortNsn | ParseError::TooShortAfterIdd => PhoneError::TooShort,
            ParseError::NotANumber(_) if international.len() > 16 => PhoneError::TooLong,
            ParseError::NotANumber(_) => PhoneError::TooShort,
        })?;
        check(&number)?;
        let told = util.format(&number, PhoneNumberFormat::E164);
        // The library drops an extra zero after a foreign code as a trunk prefix, and may then read the rest as another number.
        let same = parsed(&told).is_ok_and(|again| util.format(&again, PhoneNumberFormat::E164) == told);
        if same { Self::from_e164(told) } else { Err(PhoneError::Impossible) }
    }
}

fn check(number: &PhoneNumber) -> Result<(), PhoneError> {
    let util = &*PHONE_NUMBER_UTIL;
    let ours = number.country_code == 7;
    // The numbering plan of +7 has a few longer service numbers. No guest has one.
    if ours && number.national_number > 9_999_999_999 {
        return Err(PhoneError::TooLong);
    }
    match util.is_possible_number_with_reason(number) {
        Ok(_) => {}
        Err(ValidationError::TooShort) => return Err(PhoneError::TooShort),
        Err(ValidationError::TooLong) => return Err(PhoneError::TooLong),
        Err(_) => return Err(PhoneError::Impossible),
    }
    // New mobile codes appear faster than the library's table is updated.
    let mobile = number.national_number >= 9_000_000_000;
    if ours && !mobile && !util.is_valid_number(number) { Err(PhoneError::Impossible) } else { Ok(()) }
}

/// The number with `+` and the country code, by the rules of dialling in Russia. Example: `8 912…` is `+7912…`.
fn international(text: &str) -> Result<String, PhoneError> {
    let text = clean::visible(text).to_lowercase();
    let text = text.strip_prefix("tel:").unwrap_or(&text).trim_start().replace("%2b", "+");
    if text.is_empty() {
        return Err(PhoneError::Empty);
    }
    let (plus, rest) = match text.strip_prefix(['+', '\u{ff0b}']) {
        Some(rest) => (true, rest),
        // (+7) 912 …
        None => match text.strip_prefix("(+") {
            Some(rest) => (true, rest),
            None => (false, text.as_str()),
        },
    };
    let mut digits = String::with_capacity(16);
    for c in rest.chars() {
        match c {
            '0'..='9' => digits.push(c),
            ' ' | '(' | ')' | '-' | '.' | '/' | '~' | '\u{2010}'..='\u{2015}' | '\u{2212}' => {}
            _ => return Err(PhoneError::NotANumber),
        }
        if digits.len() > 20 {
            return Err(PhoneError::TooLong);
        }
    }
    let strip = |prefix: &str| digits.strip_prefix(prefix).map(str::to_owned);
    let with_code = match digits.len() {
        0 => return Err(PhoneError::NotANumber),
        // +8 912 …: no country code begins with 89, so it is a Russian number with a needless `+`.
        11 if plus && digits.starts_with("89") => format!("7{}", &digits[1..]),
        _ if plus => digits,
        12.. if digits.starts_with("810") => strip("810").unwrap_or_default(),
        _ if digits.starts_with("00") => strip("00").unwrap_or_default(),
        1..10 => return Err(PhoneError::TooShort),
        10 => format!("7{digits}"),
        11 if digits.starts_with(['7', '8']) => format!("7{}", &digits[1..]),
        11 => return Err(PhoneError::Impossible),
        _ => return Err(PhoneError::TooLong),
    };
    Ok(format!("+{with_code}"))
}

impl TryFrom<String> for Phone {
    type Error = PhoneError;
    /// Takes only E.164; see [`Phone::from_e164`].
    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::from_e164(text)
    }
}

impl From<Phone> for String {
    fn from(phone: Phone) -> Self {
        phone.0
    }
}

/// Shows only the last four digits: a log must hold no phones.
impl fmt::Debug for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Phone(…{})", self.tail())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parse(text: &str) -> Result<String, PhoneError> {
        text.parse::<Phone>().map(String::from)
    }

    #[test]
    fn phones_are_understood_as_people_type_them() {
        for (text, e164) in [
            ("8 (912) 345-67-89", "+79123456789"),
            ("+7 912 345 67 89", "+79123456789"),
            ("+7(912)345-67-89", "+79123456789"),
            ("(+7) 912 345-67-89", "+79123456789"),
            ("9123456789", "+79123456789"),
            ("912 345-67-89", "+79123456789"),
            ("79123456789", "+79123456789"),
            ("89123456789", "+79123456789"),
            ("+8 912 345-67-89", "+79123456789"),
            ("+7 8 912 345-67-89", "+79123456789"),
            ("tel:+7-912-345-67-89", "+79123456789"),
            ("TEL: 8-912-345-67-89", "+79123456789"),
            ("tel:%2B79123456789", "+79123456789"),
            ("\u{202a}+7 912 345‑67‑89\u{202c}", "+79123456789"),
            ("\u{feff}8\u{a0}912\u{202f}3456789\u{200b}", "+79123456789"),
            ("8 495 123-45-67", "+74951234567"),
            ("+7 930 000-00-00", "+79300000000"),
            ("8 701 234 56 78", "+77012345678"),
            ("+7 701 234-56-78", "+77012345678"),
            ("+375 29 123-45-67", "+375291234567"),
            ("8~10 375 29 1234567", "+375291234567"),
            ("00 49 30 123456", "+4930123456"),
            ("+1 650-253-0000", "+16502530000"),
            ("+39 06 1234 5678", "+390612345678"),
            ("+998 90 123 45 67", "+998901234567"),
        ] {
            assert_eq!(parse(text).as_deref(), Ok(e164), "{text:?}");
        }
    }

    #[test]
    fn what_is_no_phone_says_why() {
        use PhoneError::{Empty, Impossible, NotANumber, TooLong, TooShort};
        for (text, why) in [
            ("", Empty),
            (" \u{200b} ", Empty),
            ("tel:", Empty),
            ("+", NotANumber),
            ("Иванов", NotANumber),
            ("8912abc6789", NotANumber),
            ("8 912 345-67-89 доб. 12", NotANumber),
            ("++79123456789", NotANumber),
            ("8912345+6789", NotANumber),
            ("a@b.ru", NotANumber),
            ("112", TooShort),
            ("+7 912 345", TooShort),
            ("891234567", TooShort),
            ("+7", TooShort),
            ("891234567890", TooLong),
            ("+7 912 345-67-89-01", TooLong),
            ("1234567890123456789012345", TooLong),
            ("+7 000 000-00-00", Impossible),
            ("8 112 345-67-89", Impossible),
            ("19123456789", Impossible),
            ("+999 123456789", Impossible),
        ] {
            assert_eq!(parse(text), Err(why), "{text:?}");
        }
    }

    #[test]
    fn a_phone_is_shown_whole_on_the_screen_and_masked_in_a_log() {
        let phone: Phone = "89123456789".parse().unwrap();
        assert_eq!(phone.human(), "+7 912 345-67-89");
        assert_eq!(phone.tail(), "67-89");
        assert_eq!(format!("{phone:?}"), "Phone(…67-89)");
        assert_eq!("+16502530000".parse::<Phone>().unwrap().human(), "+1 650-253-0000");
    }

    #[test]
    fn what_was_written_down_is_taken_as_it_is_and_nothing_else() {
        // No such number can exist today, but it was stored, so it is taken.
        let kept: Phone = serde_json::from_str(r#""+71234567890""#).unwrap();
        assert_eq!(kept.as_e164(), "+71234567890");
        for bad in
            [r#""89123456789""#, r#""79123456789""#, r#""+7 912 345-67-89""#, r#""+""#, r#""+7912345678901234""#, "7"]
        {
            assert!(serde_json::from_str::<Phone>(bad).is_err(), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn every_spelling_of_a_mobile_is_the_same_phone(national in 9_000_000_000_u64..9_999_999_999) {
            let n = national.to_string();
            let expected = format!("+7{n}");
            for text in [
                format!("+7{n}"), format!("8{n}"), format!("7{n}"), n.clone(),
                format!("8 ({}) {}-{}-{}", &n[..3], &n[3..6], &n[6..8], &n[8..]),
            ] {
                prop_assert_eq!(parse(&text), Ok(expected.clone()));
            }
        }

        #[test]
        fn no_text_panics_and_what_is_read_is_stable(text in "\\PC{0,40}|[-+0-9() .]{0,24}") {
            if let Ok(phone) = text.parse::<Phone>() {
                prop_assert_eq!(phone.as_e164().parse::<Phone>(), Ok(phone.clone()));
                prop_assert_eq!(phone.human().parse::<Phone>(), Ok(phone.clone()));
                let json = serde_json::to_string(&phone).unwrap();
                prop_assert_eq!(serde_json::from_str::<Phone>(&json).unwrap(), phone);
            }
        }
    }
}
