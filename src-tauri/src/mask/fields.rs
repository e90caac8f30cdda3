//! Masks the values of fields that are secret or identify a person. A field is found by its name in JSON, JSON inside JSON, Rust's
//! `Debug`, forms, headers and XML.

use super::mark::HIDDEN;

/// How much of an unquoted value belongs to the field.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Extent {
    /// One word: `token=abc`.
    Word,
    /// Up to the next field or the end of the record: `fio: Иванова Вера, id: 7`.
    Words,
    /// The rest of the line: `cookie: a=1; b=2`.
    Line,
}

/// Ends of the names of fields that hold a secret, as `accessToken`, `X-Api-Key`.
const SECRETS: [&str; 9] = ["token", "password", "passwd", "secret", "apikey", "api_key", "api-key", "пароль", "токен"];

/// Ends of the names of headers whose whole value is a secret.
const HEADERS: [&str; 2] = ["authorization", "cookie"];

/// Fields that identify a person, in the spellings of servers, of our own types and of people.
const PERSONAL: [&str; 25] = [
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
    "login",
    "username",
    "user_name",
    "operator",
    "birthday",
    "birthdate",
    "birth_date",
    "фамилия",
    "имя",
    "отчество",
    "фио",
];

/// Fields that are a surname. In a text with one of them, the field `name` is a person's name.
const SURNAMES: [&str; 5] = ["surname", "lastname", "last_name", "familyname", "фамилия"];

/// Values that identify nobody.
const EMPTY: [&str; 6] = ["null", "none", "true", "false", "undefined", HIDDEN];

/// The text without the values of such fields.
pub(crate) fn hidden(text: &str) -> String {
    let lower = text.to_lowercase();
    let has_surname = SURNAMES.iter().any(|field| lower.contains(field));
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for (at, separator) in text.match_indices([':', '=', '>']) {
        if at < done {
            continue;
        }
        let Some(extent) = name_before(&text[done..at], separator).and_then(|name| extent(name, has_surname)) else {
            continue;
        };
        let Some((begin, end)) = value_after(text, at + 1, separator, extent) else { continue };
        out.push_str(&text[done..begin]);
        out.push_str(HIDDEN);
        done = end;
    }
    out.push_str(&text[done..]);
    out
}

/// The name of the field before a separator: the last word, without quotes.
fn name_before<'a>(text: &'a str, separator: &str) -> Option<&'a str> {
    let text = if separator == ">" { text } else { text.trim_end_matches([' ', '"', '\'', '\\']) };
    let begin = text.rfind(|c: char| !(c.is_alphanumeric() || c == '_' || c == '-'));
    let begin = begin.map_or(0, |at| at + text[at..].chars().next().map_or(1, char::len_utf8));
    let is_field = separator != ">" || text[..begin].ends_with(['<', ':']);
    (begin < text.len() && is_field).then(|| &text[begin..])
}

fn extent(name: &str, has_surname: bool) -> Option<Extent> {
    let name = name.to_lowercase();
    if HEADERS.iter().any(|header| name.ends_with(header)) {
        Some(Extent::Line)
    } else if SECRETS.iter().any(|secret| name.ends_with(secret)) {
        Some(Extent::Word)
    } else if PERSONAL.contains(&name.as_str()) || has_surname && name == "name" {
        Some(Extent::Words)
    } else {
        None
    }
}

/// The range of a field's value; `None` if there is nothing to mask.
fn value_after(text: &str, from: usize, separator: &str, extent: Extent) -> Option<(usize, usize)> {
    if separator == ">" {
        let end = text[from..].find('<').map(|len| from + len)?;
        return (!text[from..end].trim().is_empty()).then_some((from, end));
    }
    let mut begin = from + text[from..].len() - text[from..].trim_start_matches(' ').len();
    if text[begin..].starts_with("Some(") {
        begin += "Some(".len();
    }
    let slashes = text[begin..].len() - text[begin..].trim_start_matches('\\').len();
    let quote = text[begin + slashes..].chars().next().filter(|c| matches!(c, '"' | '\''));
    let (begin, end) = match quote {
        Some(quote) => {
            let inside = begin + slashes + 1;
            (inside, closing(text, inside, quote, slashes))
        }
        None => (begin, unquoted(text, begin, extent)),
    };
    let begin = begin + scheme(&text[begin..end]);
    let value = text[begin..end].trim();
    let tells =
        !value.is_empty() && !value.starts_with(['{', '[', ':']) && !EMPTY.contains(&value.to_lowercase().as_str());
    tells.then_some((begin, end))
}

/// The length of the scheme before an `Authorization` value, which is not masked: `Bearer `.
fn scheme(value: &str) -> usize {
    let is = |word: &str| value.get(..word.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(word));
    ["bearer ", "basic "].iter().find(|word| is(word)).map_or(0, |word| word.len())
}

/// The end of a quoted value: the next quote with as many backslashes before it as the opening one has.
fn closing(text: &str, inside: usize, quote: char, slashes: usize) -> usize {
    for (at, _) in text[inside..].match_indices(quote) {
        let before = &text[inside..inside + at];
        let escapes = before.len() - before.trim_end_matches('\\').len();
        if escapes == slashes {
            return inside + at - escapes;
        }
        // The value itself ends with backslashes, which stand before those of the closing quote.
        if escapes > slashes && (escapes - slashes).is_multiple_of(2 * (slashes + 1)) {
            return inside + at - slashes;
        }
    }
    text.len()
}

fn unquoted(text: &str, begin: usize, extent: Extent) -> usize {
    let value = &text[begin..];
    let end = value.find(|c: char| match extent {
        Extent::Line => matches!(c, '\n' | '\r' | '"' | '}'),
        Extent::Word => c.is_whitespace() || ",&;\"})]<\\".contains(c),
        Extent::Words => matches!(c, '\n' | '\r') || ",&;\"})]<\\".contains(c),
    });
    let end = end.unwrap_or(value.len());
    if extent != Extent::Words {
        return begin + end;
    }
    // The value ends before the next field of the line: `operator=Анна Петрова count=3`.
    let next = value[..end].find('=').and_then(|at| value[..at].rfind(' '));
    begin + next.unwrap_or(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_hidden_in_every_spelling() {
        for (text, expected) in [
            (r#"{"surname":"Иванова","name":"Вера","id":7}"#, r#"{"surname":"•••","name":"•••","id":7}"#),
            (r#"{"lastName": "Иванова", "fio":""}"#, r#"{"lastName": "•••", "fio":""}"#),
            (r#"surname: Some("Иванова"), name: Some("Вера")"#, r#"surname: Some("•••"), name: Some("•••")"#),
            (r#"name: "refill""#, r#"name: "refill""#),
            (r#"full_name="Иванова Вера""#, r#"full_name="•••""#),
            (r#"body="{\"surname\":\"Ива\\\"нова\",\"id\":7}""#, r#"body="{\"surname\":\"•••\",\"id\":7}""#),
            (r#"{"surname":"О\"Коннор","id":7}"#, r#"{"surname":"•••","id":7}"#),
            (r#"{"surname":"a\\","id":7}"#, r#"{"surname":"•••","id":7}"#),
            ("operator=Анна Петрова count=3", "operator=••• count=3"),
            ("ФИО: Иванова Вера, счёт 7", "ФИО: •••, счёт 7"),
            ("surname=%D0%98%D0%B2&x=1", "surname=•••&x=1"),
            ("<surname>Иванова</surname><id>7</id>", "<surname>•••</surname><id>7</id>"),
            ("birthday: Some(2000-02-29)", "birthday: Some(•••)"),
            (r#"{"surname":null,"login":true}"#, r#"{"surname":null,"login":true}"#),
        ] {
            assert_eq!(hidden(text), expected);
        }
    }

    #[test]
    fn secrets_are_hidden_by_the_name_of_their_field() {
        for (text, expected) in [
            ("Authorization: Bearer abc.def-1", "Authorization: Bearer •••"),
            ("authorization: abc", "authorization: •••"),
            ("proxy-authorization: NTLM abc def\nx: 1", "proxy-authorization: •••\nx: 1"),
            ("Set-Cookie: a=1; Path=/\nx: 1", "Set-Cookie: •••\nx: 1"),
            (r#"{"accessToken":"xyz","a":1}"#, r#"{"accessToken":"•••","a":1}"#),
            (r#""X-Api-Key": "xyz""#, r#""X-Api-Key": "•••""#),
            ("GET /x?token=abc&y=1", "GET /x?token=•••&y=1"),
            ("password: hunter2 x", "password: ••• x"),
            (r#"Token { token: "xyz" }"#, r#"Token { token: "•••" }"#),
            ("auth::token::read", "auth::token::read"),
            ("token=", "token="),
        ] {
            assert_eq!(hidden(text), expected);
        }
    }
}
