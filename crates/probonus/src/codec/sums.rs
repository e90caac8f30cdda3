//! Sums on the wire, exact to the kopeck: digits are moved, never multiplied through a float.

use serde_json::Value;

use crate::{
    Kopecks,
    binding::{Json, MoneyUnit, PartFormat},
};

/// How many digits a JSON number surely keeps when it is held as a double.
const SAFE_DIGITS: usize = 15;

/// Writes a sum as a slot wants it.
pub(super) fn write(sum: Kopecks, unit: MoneyUnit, json: Json) -> Result<Value, String> {
    let (whole, fraction) = (sum.get() / 100, sum.get().unsigned_abs() % 100);
    match (unit, json) {
        (MoneyUnit::Kopecks, Json::Integer | Json::Number | Json::Any) => Ok(Value::from(sum.get())),
        (MoneyUnit::Kopecks, Json::String) => Ok(Value::from(sum.get().to_string())),
        (MoneyUnit::Rubles, Json::Integer | Json::Number | Json::Any) if fraction == 0 => Ok(Value::from(whole)),
        (MoneyUnit::Rubles, Json::Integer) => Err("this server takes whole rubles only".into()),
        (MoneyUnit::Rubles, Json::String) => Ok(Value::from(rubles(sum))),
        (MoneyUnit::Rubles, Json::Number | Json::Any) => {
            let text = rubles(sum);
            let digits = text.bytes().filter(u8::is_ascii_digit).count();
            let number = serde_json::from_str::<Value>(&text).map_err(|_| "the sum can't be written")?;
            if digits > SAFE_DIGITS { Err("the sum is too large to be written exactly".into()) } else { Ok(number) }
        }
        (_, Json::Boolean | Json::Array) => Err("a sum can't be written so".into()),
    }
}

/// Writes a part of a sum, as `google.type.Money` has it.
pub(super) fn write_part(sum: Kopecks, part: PartFormat, json: Json) -> Result<Value, String> {
    let number = match part {
        PartFormat::Units => sum.get() / 100,
        PartFormat::Nanos => sum.get() % 100 * 10_000_000,
    };
    match json {
        Json::Integer | Json::Number | Json::Any => Ok(Value::from(number)),
        Json::String => Ok(Value::from(number.to_string())),
        Json::Boolean | Json::Array => Err("a sum can't be written so".into()),
    }
}

/// `1234.50`
fn rubles(sum: Kopecks) -> String {
    let sign = if sum.get() < 0 { "-" } else { "" };
    let sum = sum.get().unsigned_abs();
    format!("{sign}{}.{:02}", sum / 100, sum % 100)
}

/// Reads a sum: a number, or a text of one.
///
/// # Errors
/// What is wrong with it: a fraction of a kopeck, more than two decimals of a ruble, more digits than a JSON number keeps, or no
/// number at all.
pub(super) fn read(value: &Value, unit: MoneyUnit) -> Result<Kopecks, String> {
    // The usual case, a whole number: no digits need to be moved.
    if let Some(whole) = value.as_i64() {
        let sum = if unit == MoneyUnit::Rubles { whole.checked_mul(100) } else { Some(whole) };
        return sum.and_then(|sum| Kopecks::new(sum).ok()).ok_or_else(|| "is too large".into());
    }
    let text = match value {
        Value::Number(number) => number.to_string(),
        Value::String(text) if may_be_thousands(text) => {
            return Err("may be thousands, or three digits after the point".into());
        }
        Value::String(text) => text.clone(),
        _ => return Err("is no sum".into()),
    };
    let (negative, whole, fraction) = decimal(&text).ok_or("is no sum")?;
    let (whole, fraction) = without_noise(whole, fraction.trim_end_matches('0'));
    // A double turns `90071992547409.93` into `90071992547409.94`.
    if value.is_number() && significant(&whole, &fraction) > SAFE_DIGITS {
        return Err("has more digits than a JSON number keeps".into());
    }
    let digits = match (unit, fraction.len()) {
        (MoneyUnit::Kopecks, 0) => whole,
        (MoneyUnit::Kopecks, _) => return Err("has a fraction, and is expected in kopecks".into()),
        (MoneyUnit::Rubles, 0..=2) => format!("{whole}{fraction:0<2}"),
        (MoneyUnit::Rubles, _) => return Err("has a fraction of a kopeck".into()),
    };
    let sum = digits.parse::<i64>().ok().and_then(|sum| Kopecks::new(sum).ok()).ok_or("is too large")?;
    Ok(if negative { sum.negated() } else { sum })
}

/// A number without the noise that a double leaves in its last digits: rounded to 15 digits, and to 9 behind the point.
///
/// | told | read | why |
/// |---|---|---|
/// | 0.30000000000000004 | 0.3 | the double next to 0.3 |
/// | 100.29999999999999 | 100.3 | the same |
/// | 5.551115123125783e-17 | 0 | what is left of 0.1 + 0.2 - 0.3 |
/// | 0.305, 12.3456 | as told | 15 digits or fewer are meant |
/// | 90071992547409.93 | as told | a double does not keep its kopecks |
pub(super) fn without_noise(whole: String, fraction: &str) -> (String, String) {
    const MOST_DECIMALS: usize = 9;
    /// Kopecks, and a digit that shows whether there is more than noise behind them.
    const LEAST_DECIMALS: usize = 3;
    let whole_digits = whole.trim_start_matches('0').len();
    let decimals = SAFE_DIGITS.saturating_sub(whole_digits).min(MOST_DECIMALS);
    let is_noisy = significant(&whole, fraction) > SAFE_DIGITS && fraction.len() > decimals;
    let digits = format!("{whole}{}", fraction.get(..decimals).unwrap_or_default());
    let kept = digits.parse::<u64>().ok().filter(|_| is_noisy && decimals >= LEAST_DECIMALS);
    let Some(kept) = kept else { return (whole, fraction.to_owned()) };
    let goes_up = fraction.as_bytes().get(decimals).is_some_and(|digit| *digit >= b'5');
    let rounded = format!("{:0>1$}", kept + u64::from(goes_up), decimals + 1);
    let (whole, fraction) = rounded.split_at(rounded.len() - decimals);
    (whole.to_owned(), fraction.trim_end_matches('0').to_owned())
}

/// How many digits a number has, without zeros before the first other one.
fn significant(whole: &str, fraction: &str) -> usize {
    format!("{whole}{fraction}").trim_start_matches('0').len()
}

/// A sum without the word for its unit behind it, and the unit: `"618,75 руб."`, `"1500 ₽"`, `"20 коп."`. `None`: no unit is written.
pub(super) fn unit_behind(value: &Value) -> Option<(Value, MoneyUnit)> {
    const WORDS: [(&str, MoneyUnit); 6] = [
        ("руб", MoneyUnit::Rubles),
        ("р", MoneyUnit::Rubles),
        ("₽", MoneyUnit::Rubles),
        ("rub", MoneyUnit::Rubles),
        ("коп", MoneyUnit::Kopecks),
        ("kop", MoneyUnit::Kopecks),
    ];
    let text = value.as_str()?.to_lowercase();
    let text = text.trim().trim_end_matches('.');
    let (sum, unit) = WORDS.iter().find_map(|(word, unit)| Some((text.strip_suffix(word)?.trim_end(), *unit)))?;
    sum.ends_with(|c: char| c.is_ascii_digit()).then(|| (Value::from(sum), unit))
}

/// The unit that a word names: `RUB`, «коп.», `minor`.
pub(super) fn unit_of_word(word: &str) -> Option<MoneyUnit> {
    let word = word.trim().to_lowercase();
    let starts = |words: &[&str]| words.iter().any(|start| word.starts_with(start));
    match () {
        () if starts(&["rub", "руб", "₽"]) => Some(MoneyUnit::Rubles),
        () if starts(&["kop", "коп", "minor"]) => Some(MoneyUnit::Kopecks),
        () => None,
    }
}

/// Whether a text has exactly two digits after its only point or comma, as rubles are written: `"123.45"`, `"100,00"`.
pub(super) fn has_two_decimals(value: &Value) -> bool {
    let parts = value.as_str().and_then(|text| text.trim().split_once(['.', ',']));
    parts.is_some_and(|(whole, rest)| {
        rest.len() == 2 && rest.bytes().all(|b| b.is_ascii_digit()) && whole.ends_with(|c: char| c.is_ascii_digit())
    })
}

/// Whether a sum is written with a decimal point, even if only zeros follow: `100.0`, `"100,00"`.
pub(super) fn has_point(value: &Value) -> bool {
    match value {
        Value::Number(number) => number.is_f64(),
        Value::String(text) => text.contains(['.', ',']),
        _ => false,
    }
}

/// Whether a text has exactly three digits after its only point or comma. Example: `1,500` may be one and a half, or 1500.
fn may_be_thousands(text: &str) -> bool {
    let text = text.trim().trim_start_matches(['-', '+', '\u{2212}']);
    text.split_once(['.', ',']).is_some_and(|(whole, rest)| {
        let group = rest.len() == 3 && rest.bytes().all(|b| b.is_ascii_digit());
        group && (1..=3).contains(&whole.len()) && !whole.starts_with('0')
    })
}

/// A text without the spaces between groups of three digits; `None`: spaces are elsewhere, as in `12 50`, so it is no number.
fn ungrouped(text: &str) -> Option<String> {
    let text = text.trim();
    let sign = text.len() - text.trim_start_matches(['-', '+', '\u{2212}']).len();
    let (sign, digits) = text.split_at(sign);
    let digits = digits.trim_start();
    let whole = digits.split(['.', ',', 'e', 'E']).next().unwrap_or_default();
    if digits[whole.len()..].contains(char::is_whitespace) {
        return None;
    }
    let mut groups = whole.split(char::is_whitespace);
    let first = groups.next().unwrap_or_default();
    let whole_groups = groups.all(|group| group.len() == 3);
    if whole.contains(char::is_whitespace) && (!whole_groups || first.len() > 3) {
        return None;
    }
    let plain = format!("{sign}{digits}");
    Some(plain.chars().filter(|c| !c.is_whitespace()).collect())
}

/// Sign, whole part and fraction of a decimal number; understands an exponent, a comma, and spaces between groups.
fn decimal(text: &str) -> Option<(bool, String, String)> {
    let text = ungrouped(text)?;
    let (negative, text) = match text.strip_prefix(['-', '\u{2212}']) {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(&text)),
    };
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
        None => (text, 0),
    };
    let (whole, fraction) = mantissa.split_once(['.', ',']).unwrap_or((mantissa, ""));
    let all_digits = whole.bytes().chain(fraction.bytes()).all(|b| b.is_ascii_digit());
    if whole.is_empty() || !all_digits || !(-30..=30).contains(&exponent) || mantissa.len() > 40 {
        return None;
    }
    // The point is moved through the digits.
    let point = i32::try_from(whole.len()).ok()? + exponent;
    let digits = format!("{whole}{fraction}");
    let (whole, fraction) = match usize::try_from(point) {
        Ok(point) if point <= digits.len() => (digits[..point].to_owned(), digits[point..].to_owned()),
        Ok(point) => (format!("{digits:0<point$}"), String::new()),
        Err(_) => (String::new(), format!("{}{digits}", "0".repeat(usize::try_from(-point).ok()?))),
    };
    let whole = whole.trim_start_matches('0');
    Some((negative, if whole.is_empty() { "0".into() } else { whole.into() }, fraction))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn kopecks(sum: i64) -> Kopecks {
        Kopecks::new(sum).unwrap()
    }

    #[test]
    fn rubles_become_kopecks_digit_by_digit() {
        for (told, sum) in [
            (json!(0.29), 29),
            (json!(1234.5), 123_450),
            (json!("1 234,50"), 123_450),
            (json!("-0.07"), -7),
            (json!(19.99), 1999),
            (json!(1e3), 100_000),
            (json!("1.5E2"), 15_000),
            (json!("25.0000"), 2500),
            (json!("0.290"), 29),
            (json!("1\u{a0}234\u{202f}567,5"), 123_456_750),
            (json!("- 1 000"), -100_000),
        ] {
            assert_eq!(read(&told, MoneyUnit::Rubles), Ok(kopecks(sum)), "{told}");
        }
    }

    #[test]
    fn a_word_behind_a_sum_is_its_unit() {
        for (told, sum) in [
            ("618,75 руб.", 61_875),
            ("1 234,50 руб", 123_450),
            ("1500 ₽", 150_000),
            ("1500р.", 150_000),
            ("12.5 RUB", 1250),
            ("20 коп.", 20),
        ] {
            let read = unit_behind(&json!(told)).map(|(value, unit)| read(&value, unit));
            assert_eq!(read, Some(Ok(kopecks(sum))), "{told}");
        }
        for told in ["618,75", "руб.", "12 руб. 50 коп", "12 USD", "12 баллов", ""] {
            let read = unit_behind(&json!(told)).map(|(value, unit)| read(&value, unit));
            assert!(read.is_none_or(|read| read.is_err()), "{told}");
        }
    }

    #[test]
    fn a_fraction_of_a_kopeck_is_an_error() {
        assert!(read(&json!(10.5), MoneyUnit::Kopecks).is_err());
        assert!(read(&json!("0.001"), MoneyUnit::Rubles).is_err());
        assert!(read(&json!("1e-1"), MoneyUnit::Kopecks).is_err());
        assert_eq!(read(&json!(10.0), MoneyUnit::Kopecks), Ok(kopecks(10)));
    }

    #[test]
    fn what_is_no_sum_is_an_error() {
        // Fifteen hundred or one and a half; twelve rubles and fifty kopecks, or 1250.
        for told in ["1,500", "25.000", "-1.234", "12 50", "1 2345", "1000 000", "1 234 5", "1 000 . 5", "1,000,000"] {
            assert!(read(&json!(told), MoneyUnit::Rubles).is_err(), "{told}");
            assert!(read(&json!(told), MoneyUnit::Kopecks).is_err(), "{told}");
        }
        for told in [json!(null), json!(true), json!(""), json!("-"), json!("1.2.3"), json!("10 000 руб"), json!("NaN")]
        {
            assert!(read(&told, MoneyUnit::Rubles).is_err(), "{told}");
        }
        assert!(read(&json!("99999999999999999999"), MoneyUnit::Kopecks).is_err());
    }

    #[test]
    fn a_number_that_a_double_may_have_changed_is_an_error() {
        let told = |text: &str| read(&serde_json::from_str(text).unwrap(), MoneyUnit::Rubles);
        assert!(told("90071992547409.93").is_err());
        assert_eq!(told("1234567890123.45"), Ok(kopecks(123_456_789_012_345)));
        assert_eq!(told("90071992547409.0"), Ok(kopecks(9_007_199_254_740_900)));
        assert_eq!(told("90071992547409"), Ok(kopecks(9_007_199_254_740_900)));
    }

    #[test]
    fn the_noise_of_a_double_is_no_fraction_of_a_kopeck() {
        for (told, sum) in [
            ("0.30000000000000004", 30),
            ("100.29999999999999", 10_030),
            ("210.29999999999998", 21_030),
            ("-19.990000000000002", -1999),
            ("0.9999999999999999", 100),
            ("99.99999999999999", 10_000),
            ("5.551115123125783e-17", 0),
            ("1234567890.1200001", 123_456_789_012),
            ("123456789012.30002", 12_345_678_901_230),
        ] {
            for value in [serde_json::from_str(told).unwrap(), json!(told)] {
                assert_eq!(read(&value, MoneyUnit::Rubles), Ok(kopecks(sum)), "{value}");
            }
        }
        assert_eq!(read(&json!("777.0000000000001"), MoneyUnit::Kopecks), Ok(kopecks(777)));
        for told in ["0.305", "12.3456", "0.3049999999999999", "0.1234567890123456", "1234567890123.4502", "0.0001"] {
            assert!(read(&serde_json::from_str(told).unwrap(), MoneyUnit::Rubles).is_err(), "{told}");
        }
        assert!(read(&json!(777.5), MoneyUnit::Kopecks).is_err());
    }

    proptest! {
        #[test]
        fn a_sum_comes_back_as_it_went(sum in -10_000_000_000_i64..10_000_000_000, rubles: bool, text: bool) {
            let unit = if rubles { MoneyUnit::Rubles } else { MoneyUnit::Kopecks };
            let json = if text { Json::String } else { Json::Number };
            let bytes = serde_json::to_vec(&write(kopecks(sum), unit, json).unwrap()).unwrap();
            let back: Value = serde_json::from_slice(&bytes).unwrap();
            prop_assert_eq!(read(&back, unit), Ok(kopecks(sum)));
        }

        #[test]
        fn any_text_is_read_or_refused(text: String) {
            let _ = read(&Value::from(text), MoneyUnit::Rubles);
        }
    }
}
