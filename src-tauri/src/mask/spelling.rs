//! The spellings of a text in different formats, and the text of a spelling.

use ct_codecs::{Base64, Base64UrlSafeNoPadding, Encoder as _};

use super::mark::HIDDEN;

/// All spellings of a text: as it is, in JSON, in JSON inside JSON, in JSON with only ASCII, in an address, in base64.
pub(crate) fn all(text: &str) -> Vec<String> {
    let mut all = vec![text.to_owned(), as_json(text), as_json(&as_json(text)), as_json(text).replace('/', "\\/")];
    all.extend([as_ascii_json(text, false), as_ascii_json(text, true), as_ascii_json(text, false).replace('/', "\\/")]);
    let address = in_an_address(text);
    all.push(address.to_ascii_lowercase().chars().zip(address.chars()).fold(String::new(), lower_hex));
    all.push(address);
    all.extend([Base64UrlSafeNoPadding::encode_to_string(text), Base64::encode_to_string(text)].into_iter().flatten());
    // The longest first, so that a spelling that contains another one is replaced as a whole.
    all.sort_by_key(|spelling| std::cmp::Reverse(spelling.len()));
    all.dedup();
    all
}

/// Appends a letter: in an escape such as `%D0` the lower-case one, otherwise the letter itself.
fn lower_hex(mut so_far: String, (small, letter): (char, char)) -> String {
    let tail: Vec<char> = so_far.chars().rev().take(2).collect();
    let in_hex = tail.first() == Some(&'%') || tail.get(1) == Some(&'%');
    so_far.push(if in_hex { small } else { letter });
    so_far
}

/// The text as JSON spells it.
fn as_json(text: &str) -> String {
    let quoted = serde_json::Value::from(text).to_string();
    quoted[1..quoted.len() - 1].to_owned()
}

/// The text as JSON with only ASCII spells it: `\u0442`.
fn as_ascii_json(text: &str, capital: bool) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in as_json(text).chars() {
        if letter.is_ascii() {
            out.push(letter);
            continue;
        }
        for unit in letter.encode_utf16(&mut [0; 2]) {
            out.push_str(&if capital { format!("\\u{unit:04X}") } else { format!("\\u{unit:04x}") });
        }
    }
    out
}

/// The text as an address spells it.
fn in_an_address(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => out.push(char::from(byte)),
            other => out.push_str(&format!("%{other:02X}")),
        }
    }
    out
}

/// The text with each run of escapes (`\u0442`, `%D1%82`) masked as a whole if `is_hidden` holds for its decoded text.
pub(crate) fn without_runs(text: &str, is_hidden: impl Fn(&str) -> bool) -> String {
    if !text.contains("\\u") && !text.contains('%') {
        return text.to_owned();
    }
    let is_of_run = |c: char| c.is_ascii_alphanumeric() || "\\%+-_.~".contains(c);
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(begin) = rest.find(is_of_run) {
        let end = rest[begin..].find(|c| !is_of_run(c)).map_or(rest.len(), |len| begin + len);
        let run = &rest[begin..end];
        let coded = run.contains("\\u") || run.contains('%');
        out.push_str(&rest[..begin]);
        out.push_str(if coded && read(run).is_some_and(|read| is_hidden(&read)) { HIDDEN } else { run });
        rest = &rest[end..];
    }
    out.push_str(rest);
    out
}

/// The decoded text of a run with escapes; `None` if it can't be decoded.
fn read(run: &str) -> Option<String> {
    if run.contains("\\u") { read_escapes(run) } else { read_address(run) }
}

fn read_escapes(run: &str) -> Option<String> {
    let mut units = Vec::new();
    let mut rest = run;
    while let Some(letter) = rest.chars().next() {
        let escaped = rest.strip_prefix("\\u").and_then(|hex| u16::from_str_radix(hex.get(..4)?, 16).ok());
        let taken = if escaped.is_some() { 6 } else { letter.len_utf8() };
        units.extend(escaped.as_slice());
        if escaped.is_none() {
            units.extend(letter.encode_utf16(&mut [0; 2]).iter());
        }
        rest = &rest[taken..];
    }
    Some(String::from_utf16_lossy(&units))
}

fn read_address(run: &str) -> Option<String> {
    let mut bytes = Vec::new();
    let mut rest = run;
    while let Some(letter) = rest.chars().next() {
        let coded = rest.strip_prefix('%').and_then(|hex| u8::from_str_radix(hex.get(..2)?, 16).ok());
        match coded {
            Some(byte) => bytes.push(byte),
            None if letter == '+' => bytes.push(b' '),
            None => bytes.extend(letter.to_string().bytes()),
        }
        rest = &rest[if coded.is_some() { 3 } else { letter.len_utf8() }..];
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_spelt_is_read_again() {
        let text = "Вера +q/ё";
        for spelt in [as_ascii_json(text, false), as_ascii_json(text, true), in_an_address(text)] {
            assert_eq!(read(&spelt).as_deref(), Some(text), "{spelt}");
        }
        assert_eq!(read("%D1%8"), None, "half a letter is none");
        assert!(["YQ", "YQ=="].iter().all(|coded| all("a").iter().any(|spelling| spelling == coded)));
    }
}
