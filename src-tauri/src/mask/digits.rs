//! Masks phones and card numbers.

/// Masks runs of ten to nineteen digits, however grouped, except the last four: they are phones and cards. UUIDs and days stay, and
/// times too, because a colon ends a run.
pub(crate) fn hidden(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let mut before = ' ';
    while let Some(first) = rest.chars().next() {
        let inside_a_word = before.is_alphanumeric();
        if !inside_a_word && let Some(kept) = uuid(rest).or_else(|| day(rest)) {
            out.push_str(kept);
            rest = &rest[kept.len()..];
            before = '0';
            continue;
        }
        let begins = first == '+' || first.is_ascii_digit() || first == '(' || first == '%';
        let (len, digits) = if inside_a_word || !begins { (0, String::new()) } else { run_of_digits(rest) };
        if (10..=19).contains(&digits.len()) {
            out.push('…');
            out.push_str(&digits[digits.len() - 4..]);
            rest = &rest[len..];
            before = '0';
            continue;
        }
        out.push(first);
        rest = &rest[first.len_utf8()..];
        before = first;
    }
    out
}

/// The separators between the digits of a phone, as typed and as an address spells them.
const BETWEEN: [&str; 17] = [
    " ", "\u{a0}", "\u{2009}", "\u{202f}", "-", "\u{2010}", "\u{2011}", "\u{2012}", "\u{2013}", "\u{2212}", "(", ")",
    "%20", "%28", "%29", "%C2%A0", "+",
];

/// Separators of a phone that also stand in days and addresses of machines, so they count only after a digit that begins a Russian
/// phone. Example: `8.912.345.67.89` is hidden, `192.168.100.200` and `29.11.2026` are not.
const RARELY_BETWEEN: [&str; 3] = [".", "/", "~"];

/// The most separators between two digits. Example: `8 (912) 345` has two.
const MOST_BETWEEN: u32 = 3;

/// The run of digits and [separators](BETWEEN) at the beginning of a text: its length and its digits. A `+` counts as a separator:
/// it begins a phone, or stands for a space in an address.
fn run_of_digits(text: &str) -> (usize, String) {
    let mut digits = String::new();
    let (mut at, mut end, mut between) = (0, 0, 0);
    if text.get(..3).is_some_and(|plus| plus.eq_ignore_ascii_case("%2b")) {
        at = 3;
    }
    while let Some(letter) = text[at..].chars().next() {
        if letter.is_ascii_digit() {
            digits.push(letter);
            at += 1;
            (end, between) = (at, 0);
            continue;
        }
        let rarely: &[&str] = if digits.starts_with(['7', '8', '9']) { &RARELY_BETWEEN } else { &[] };
        let mut marks = BETWEEN.iter().chain(rarely);
        let mark = marks.find(|mark| text.get(at..at + mark.len()).is_some_and(|t| t.eq_ignore_ascii_case(mark)));
        match mark {
            Some(mark) if between < MOST_BETWEEN => at += mark.len(),
            _ => break,
        }
        between += 1;
    }
    (end, digits)
}

/// The UUID at the beginning of a text.
fn uuid(text: &str) -> Option<&str> {
    let id = text.get(..36)?;
    let fits = id.bytes().enumerate().all(|(at, byte)| match at {
        8 | 13 | 18 | 23 => byte == b'-',
        _ => byte.is_ascii_hexdigit(),
    });
    fits.then_some(id)
}

/// The day at the beginning of a text: `2026-11-23`. No phone begins so.
fn day(text: &str) -> Option<&str> {
    let day = text.get(..10)?;
    let fits = day.bytes().enumerate().all(|(at, byte)| match at {
        0 => byte == b'1' || byte == b'2',
        1 => byte == b'9' || byte == b'0',
        4 | 7 => byte == b'-',
        5 => byte <= b'1' && byte.is_ascii_digit(),
        8 => byte <= b'3' && byte.is_ascii_digit(),
        _ => byte.is_ascii_digit(),
    });
    let ends = !text[10..].starts_with(|c: char| c.is_ascii_digit() || c == '-');
    (fits && ends).then_some(day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phones_and_cards_keep_their_last_four_digits_only() {
        for (text, expected) in [
            ("guest +79123456789 found", "guest …6789 found"),
            ("8 (912) 345-67-89!", "…6789!"),
            ("phone=9123456789", "phone=…6789"),
            ("8.912.345.67.89", "…6789"),
            ("+7/912/345~67~89", "…6789"),
            ("192.168.100.200 on 29.11.2026 15:40", "192.168.100.200 on 29.11.2026 15:40"),
            ("\"79123456789\"", "\"…6789\""),
            ("+7\u{a0}912\u{a0}345-67-89", "…6789"),
            ("8\u{202f}912\u{202f}345\u{2011}67\u{2011}89", "…6789"),
            ("?phone=%2B79123456789&x=1", "?phone=…6789&x=1"),
            ("?phone=8%20%28912%29%20345-67-89&x=1", "?phone=…6789&x=1"),
            ("?phone=8+(912)+345-67-89", "?phone=…6789"),
            ("card 4276 1234 5678 9012 read", "card …9012 read"),
            ("track 1234567890123456789", "track …6789"),
        ] {
            assert_eq!(hidden(text), expected);
        }
    }

    #[test]
    fn times_sums_and_ids_are_left_alone() {
        for text in [
            "2026-11-23T21:05:00.123456Z  INFO engine: sent",
            "2026-11-23 21:05:00",
            "12345678-1234-4123-8123-123456789012 is Confirmed",
            "sum 123456789 kop, 1 234,56 ₽",
            "rows 1 2 3",
            "http://192.168.100.200:6897/",
            "трудный текст: ё 10:20",
        ] {
            assert_eq!(hidden(text), text);
        }
    }
}
