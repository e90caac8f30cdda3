//! Masks e-mails, and the user in an address.

use super::mark::HIDDEN;

/// Masks the text around each `@` (in an address also `%40`), up to a space or a character that no e-mail has.
pub(crate) fn emails(text: &str) -> String {
    let is_of_address = |c: char| c.is_alphanumeric() || "._%+-".contains(c);
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((sign, width)) = at_sign(rest) {
        let begin = rest[..sign]
            .rfind(|c| !is_of_address(c))
            .map_or(0, |end| end + rest[end..].chars().next().map_or(1, char::len_utf8));
        let after = &rest[sign + width..];
        let end = after.find(|c| !is_of_address(c)).unwrap_or(after.len());
        let is_email = begin < sign && after[..end].trim_end_matches('.').contains('.');
        out.push_str(&rest[..if is_email { begin } else { sign + width }]);
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

/// The position of the first `@` or `%40`, and its length in bytes.
fn at_sign(text: &str) -> Option<(usize, usize)> {
    let plain = text.find('@').map(|at| (at, 1));
    let spelt = text.find("%40").map(|at| (at, 3));
    match (plain, spelt) {
        (Some(plain), Some(spelt)) => Some(plain.min(spelt)),
        (plain, spelt) => plain.or(spelt),
    }
}

/// Masks the user and password of an address: `http://olga:secret@proxy:3128` becomes `http://•••@proxy:3128`.
pub(crate) fn users(text: &str) -> String {
    const BEFORE: &str = "://";
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(begin) = rest.find(BEFORE).map(|at| at + BEFORE.len()) {
        let end = rest[begin..]
            .find(|c: char| c.is_whitespace() || "/?#\"'<>\\,;)".contains(c))
            .map_or(rest.len(), |len| begin + len);
        out.push_str(&rest[..begin]);
        match rest[begin..end].rfind('@') {
            Some(sign) => {
                out.push_str(HIDDEN);
                out.push_str(&rest[begin + sign..end]);
            }
            None => out.push_str(&rest[begin..end]),
        }
        rest = &rest[end..];
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn emails_are_hidden() {
        for (text, expected) in [
            ("mail vera.ivanova+x@mail.example.ru, twice", "mail •••, twice"),
            ("почта вера@почта.рф", "почта •••"),
            ("?email=vera%40example.ru&x=1", "?email=•••&x=1"),
            ("user@host has no point", "user@host has no point"),
        ] {
            assert_eq!(emails(text), expected);
        }
    }

    #[test]
    fn the_user_of_an_address_is_hidden_and_its_host_is_not() {
        for (text, expected) in [
            ("by http://olga:s3cret@proxy.office:3128/x", "by http://•••@proxy.office:3128/x"),
            ("\"socks5://olga@10.0.0.1\"", "\"socks5://•••@10.0.0.1\""),
            ("https://user:p@ss@host", "https://•••@host"),
            ("https://host/path/@x", "https://host/path/@x"),
        ] {
            assert_eq!(users(text), expected);
        }
    }
}
