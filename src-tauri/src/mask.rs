//! Takes secrets, phones, card numbers, e-mails and names out of everything that is written to a log, whoever wrote it.

use std::{
    io,
    sync::{Mutex, PoisonError},
};

use secrecy::{ExposeSecret as _, SecretString};
use tracing_subscriber::fmt::MakeWriter;

/// What stands in a log in a secret's place.
const HIDDEN: &str = "•••";

/// Secrets of this run. Words after which a secret usually stands are known besides.
static SECRETS: Mutex<Vec<SecretString>> = Mutex::new(Vec::new());

/// After these, the rest of the word is a secret.
const BEFORE_A_SECRET: [&str; 9] = [
    "bearer ",
    "basic ",
    "token=",
    "token\":\"",
    "token\": \"",
    "password=",
    "password\":\"",
    "password\": \"",
    "authorization: ",
];

/// From now on this secret is not written to any log.
pub fn hide(secret: &SecretString) {
    let mut secrets = SECRETS.lock().unwrap_or_else(PoisonError::into_inner);
    let text = secret.expose_secret().trim();
    // A secret of a few letters would blot out half the log; nobody's token is that short.
    if text.chars().count() < 4 {
        return;
    }
    for spelling in [text.to_owned(), as_json(text), in_an_address(text)] {
        if !secrets.iter().any(|known| known.expose_secret() == spelling) {
            secrets.push(spelling.into());
        }
    }
}

/// The text as it stands in JSON.
fn as_json(text: &str) -> String {
    let quoted = serde_json::Value::from(text).to_string();
    quoted[1..quoted.len() - 1].to_owned()
}

/// The text as it stands in an address.
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

/// The text without secrets and phones.
#[must_use]
pub fn masked(text: &str) -> String {
    let mut text = text.to_owned();
    for secret in SECRETS.lock().unwrap_or_else(PoisonError::into_inner).iter() {
        if text.contains(secret.expose_secret()) {
            text = text.replace(secret.expose_secret(), HIDDEN);
        }
    }
    phones(&emails(&names(&after_words(&text))))
}

/// Fields whose value is a person's name, in the spellings of servers and of our own types.
const NAMES: [&str; 14] = [
    "surname",
    "lastname",
    "last_name",
    "familyname",
    "firstname",
    "first_name",
    "patronymic",
    "middlename",
    "middle_name",
    "secondname",
    "fullname",
    "full_name",
    "fio",
    "displayname",
];

/// A quoted value that follows the name of such a field: `"surname":"Иванова"`, `surname: Some("Иванова")`. Of a field that
/// is called plainly `name`, only in a record that has a surname.
fn names(text: &str) -> String {
    let lower = text.to_ascii_lowercase();
    let has_surname = NAMES.iter().take(4).any(|field| lower.contains(field));
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while let Some(quote) = text[at..].find('"').map(|found| at + found) {
        let field = lower[..quote]
            .trim_end_matches("some(")
            .trim_end()
            .trim_end_matches([':', '='])
            .trim_end_matches(['"', ' ']);
        let word = field.rsplit(|c: char| !c.is_ascii_alphanumeric() && c != '_').next().unwrap_or(field);
        let is_value = field.len() < lower[..quote].trim_end_matches('"').len();
        let is_name = is_value && (NAMES.contains(&word) || has_surname && word == "name");
        out.push_str(&text[at..=quote]);
        at = quote + 1;
        if is_name {
            let end = text[at..].find('"').map_or(text.len(), |found| at + found);
            out.push_str(if end == at { "" } else { HIDDEN });
            out.push_str(text.get(end..=end).unwrap_or_default());
            at = (end + 1).min(text.len());
        }
    }
    out.push_str(&text[at..]);
    out
}

/// What stands around an `@`, up to a space or a mark that no address has.
fn emails(text: &str) -> String {
    let is_of_address = |c: char| c.is_alphanumeric() || "._%+-".contains(c);
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(sign) = rest.find('@') {
        let begin = rest[..sign]
            .rfind(|c| !is_of_address(c))
            .map_or(0, |end| end + rest[end..].chars().next().map_or(1, char::len_utf8));
        let after = &rest[sign + 1..];
        let end = after.find(|c| !is_of_address(c)).unwrap_or(after.len());
        let is_email = begin < sign && after[..end].trim_end_matches('.').contains('.');
        out.push_str(&rest[..if is_email { begin } else { sign + 1 }]);
        if is_email {
            out.push_str(HIDDEN);
            rest = &after[end..];
        } else {
            rest = after;
        }
    }
    out.push_str(rest);
    out
}

fn after_words(text: &str) -> String {
    let lower = text.to_ascii_lowercase();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while at < text.len() {
        let next =
            BEFORE_A_SECRET.iter().filter_map(|word| lower[at..].find(word).map(|found| at + found + word.len())).min();
        let Some(begin) = next else { break };
        // `authorization: bearer …`: the second word is the secret.
        let scheme = ["bearer ", "basic "].iter().find(|scheme| lower[begin..].starts_with(**scheme));
        let begin = begin + scheme.map_or(0, |scheme| scheme.len());
        let end = text[begin..].find([' ', '"', ',', '&', '\n', '}', ')']).map_or(text.len(), |len| begin + len);
        out.push_str(&text[at..begin]);
        out.push_str(if begin == end { "" } else { HIDDEN });
        at = end;
    }
    out.push_str(&text[at..]);
    out
}

/// Runs of ten to nineteen digits, however grouped, keep their last four: phones, and cards. Ids and times are left alone.
fn phones(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let mut before = ' ';
    while let Some(first) = rest.chars().next() {
        let inside_a_word = before.is_alphanumeric();
        if !inside_a_word && let Some(id) = uuid(rest) {
            out.push_str(id);
            rest = &rest[id.len()..];
            before = '0';
            continue;
        }
        // A plus as it stands in an address.
        let plus = rest.get(..3).is_some_and(|plus| plus.eq_ignore_ascii_case("%2b"));
        if plus {
            let (len, digits) = run_of_digits(&rest[3..]);
            if (10..=19).contains(&digits.len()) {
                out.push('…');
                out.push_str(&digits[digits.len() - 4..]);
                rest = &rest[3 + len..];
                before = '0';
                continue;
            }
        }
        if !inside_a_word && (first == '+' || first.is_ascii_digit() || first == '(') {
            let (len, digits) = run_of_digits(rest);
            if (10..=19).contains(&digits.len()) {
                out.push('…');
                out.push_str(&digits[digits.len() - 4..]);
                rest = &rest[len..];
                before = '0';
                continue;
            }
        }
        out.push(first);
        rest = &rest[first.len_utf8()..];
        before = first;
    }
    out
}

/// Length of a run of digits with the marks of phones between them, and its digits.
fn run_of_digits(text: &str) -> (usize, String) {
    let mut digits = String::new();
    let mut end = 0;
    for (at, letter) in text.char_indices() {
        match letter {
            '0'..='9' => {
                digits.push(letter);
                end = at + 1;
            }
            '+' if at == 0 => {}
            ' ' | '\u{a0}' | '-' | '(' | ')' if at < end + 4 => {}
            _ => break,
        }
    }
    (end, digits)
}

/// The id at the beginning of a text.
fn uuid(text: &str) -> Option<&str> {
    let id = text.get(..36)?;
    let fits = id.bytes().enumerate().all(|(at, byte)| match at {
        8 | 13 | 18 | 23 => byte == b'-',
        _ => byte.is_ascii_hexdigit(),
    });
    fits.then_some(id)
}

/// Makes writers that mask what is written through them.
#[derive(Debug)]
pub(crate) struct Masked<M>(pub M);

/// A writer that masks. Each event comes in one piece.
#[derive(Debug)]
pub(crate) struct MaskedWriter<W>(W);

impl<'a, M: MakeWriter<'a>> MakeWriter<'a> for Masked<M> {
    type Writer = MaskedWriter<M::Writer>;

    fn make_writer(&'a self) -> Self::Writer {
        MaskedWriter(self.0.make_writer())
    }
}

impl<W: io::Write> io::Write for MaskedWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write_all(masked(&String::from_utf8_lossy(bytes)).as_bytes())?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    #[test]
    fn phones_keep_their_last_four_digits_only() {
        for (text, expected) in [
            ("guest +79123456789 found", "guest …6789 found"),
            ("8 (912) 345-67-89!", "…6789!"),
            ("phone=9123456789", "phone=…6789"),
            ("\"79123456789\"", "\"…6789\""),
            ("+7\u{a0}912\u{a0}345-67-89", "…6789"),
            ("/find_by_phone?phone=%2B79123456789&x=1", "/find_by_phone?phone=…6789&x=1"),
        ] {
            assert_eq!(masked(text), expected);
        }
    }

    #[test]
    fn cards_emails_and_names_are_hidden() {
        for (text, expected) in [
            ("card 4276 1234 5678 9012 read", "card …9012 read"),
            ("track 1234567890123456789", "track …6789"),
            ("mail vera.ivanova+x@mail.example.ru, twice", "mail •••, twice"),
            ("почта вера@почта.рф", "почта •••"),
            ("user@host has no point", "user@host has no point"),
            (r#"{"surname":"Иванова","name":"Вера","id":7}"#, r#"{"surname":"•••","name":"•••","id":7}"#),
            (r#"{"lastName": "Иванова", "fio":""}"#, r#"{"lastName": "•••", "fio":""}"#),
            (r#"surname: Some("Иванова"), name: Some("Вера")"#, r#"surname: Some("•••"), name: Some("•••")"#),
            (r#"name: "refill""#, r#"name: "refill""#),
            (r#"full_name="Иванова Вера""#, r#"full_name="•••""#),
        ] {
            assert_eq!(masked(text), expected);
        }
    }

    #[test]
    fn times_sums_and_ids_are_left_alone() {
        for text in [
            "2026-11-23T21:05:00.123456Z  INFO engine: sent",
            "12345678-1234-4123-8123-123456789012 is Confirmed",
            "sum 123456789 kop, 1 234,56 ₽",
            "rows 1 2 3",
            "трудный текст: ё 10:20",
        ] {
            assert_eq!(masked(text), text);
        }
    }

    #[test]
    fn secrets_are_hidden_by_their_value_and_by_the_words_before_them() {
        hide(&"s3cret-Token-Of-Mask-Test".into());
        assert_eq!(masked("said s3cret-Token-Of-Mask-Test, twice"), "said •••, twice");
        assert_eq!(masked("Authorization: Bearer abc.def-1"), "Authorization: Bearer •••");
        assert_eq!(masked("authorization: abc"), "authorization: •••");
        assert_eq!(masked(r#"{"accessToken":"xyz","a":1}"#), r#"{"accessToken":"•••","a":1}"#);
        assert_eq!(masked("GET /x?token=abc&y=1"), "GET /x?token=•••&y=1");
        assert_eq!(masked("bearer "), "bearer ");
    }

    #[test]
    fn a_secret_is_hidden_as_json_and_addresses_spell_it() {
        hide(&"q\"uo\\te/mask=тест".into());
        let body = serde_json::json!({ "value": "q\"uo\\te/mask=тест" }).to_string();
        assert_eq!(masked(&body), r#"{"value":"•••"}"#);
        let address = "/list?key=q%22uo%5Cte%2Fmask%3D%D1%82%D0%B5%D1%81%D1%82&y=1";
        assert_eq!(masked(address), "/list?key=•••&y=1");
    }

    #[test]
    fn a_writer_masks_what_goes_through_it() {
        let mut written = Vec::new();
        MaskedWriter(&mut written).write_all("позвонили 89123456789\n".as_bytes()).unwrap();
        assert_eq!(String::from_utf8(written).unwrap(), "позвонили …6789\n");
    }
}
