//! A sum as a person typed it.

use probonus::Kopecks;

/// Reads a sum. One that is taken has the digits that were typed, prints as something that is read back the same, and never
/// has a fraction of a kopeck.
pub fn kopecks(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let Ok(sum) = text.parse::<Kopecks>() else { return };
    assert!((Kopecks::MIN..=Kopecks::MAX).contains(&sum));
    assert_eq!(sum.to_string().parse(), Ok(sum), "{text:?}");
    // The same sum by another way: the digits as they stand, with the fraction filled up to two.
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let after =
        text.split_once([',', '.']).map_or(0, |(_, fraction)| fraction.chars().filter(char::is_ascii_digit).count());
    assert!(after <= 2, "{text:?}");
    let scaled = format!("{digits}{}", "0".repeat(2 - after));
    let told: i64 = scaled.parse().expect("a sum that was taken is no longer than i64");
    assert_eq!(told, sum.get().abs(), "{text:?}");
    let minus = text.contains(['-', '\u{2212}', '\u{2013}']);
    assert_eq!(sum.is_negative(), minus && told != 0, "{text:?}");
}
