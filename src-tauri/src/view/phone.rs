//! Phones, for the screen.

use probonus::Phone;

/// A phone for the screen: Russian numbers in their usual groups, foreign ones as they are.
#[must_use]
pub fn phone_text(phone: &Phone) -> String {
    let digits = phone.digits();
    match (digits.len(), digits.as_bytes().first()) {
        (11, Some(b'7')) => {
            format!("+7\u{a0}{}\u{a0}{}-{}-{}", &digits[1..4], &digits[4..7], &digits[7..9], &digits[9..])
        }
        _ => phone.as_e164().to_owned(),
    }
}
