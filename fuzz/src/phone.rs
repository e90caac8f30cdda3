//! A phone as a person typed or pasted it.

use probonus::Phone;

/// Reads a phone. One that is taken is E.164 made of the digits that were typed, and is read back the same.
pub fn phone(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let Ok(phone) = text.parse::<Phone>() else { return };
    let digits = phone.digits();
    assert!((7..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit()), "{text:?}");
    assert!(!digits.starts_with('0'), "{text:?}");
    assert_eq!(phone.as_e164(), format!("+{digits}"));
    assert_eq!(Phone::from_e164(phone.as_e164()).as_ref(), Ok(&phone));
    assert_eq!(phone.as_e164().parse().as_ref(), Ok(&phone), "{text:?}");
    assert_eq!(phone.human().parse().as_ref(), Ok(&phone), "{text:?} {}", phone.human());
    assert!(digits.ends_with(&phone.tail().replace('-', "")));
}
