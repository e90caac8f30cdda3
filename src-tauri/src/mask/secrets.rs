//! Masks the secrets of this run by their values.

use std::sync::{Arc, Mutex, PoisonError};

use secrecy::{ExposeSecret as _, SecretString};

use super::{mark::HIDDEN, spelling};

/// The secrets of this run, each in every spelling.
static SECRETS: Mutex<Option<Arc<Vec<SecretString>>>> = Mutex::new(None);

/// From now on this secret is masked in every log, unless it is shorter than four characters.
pub(crate) fn hide(secret: &SecretString) {
    let mut secrets = SECRETS.lock().unwrap_or_else(PoisonError::into_inner);
    let text = secret.expose_secret().trim();
    // Masking a secret of a few letters would make the log unreadable, and no token is that short.
    if text.chars().count() < 4 {
        return;
    }
    let secrets = Arc::make_mut(secrets.get_or_insert_default());
    for spelling in spelling::all(text) {
        if !secrets.iter().any(|known| known.expose_secret() == spelling) {
            secrets.push(spelling.into());
        }
    }
}

/// The text without the secrets of this run.
pub(crate) fn hidden(text: &str) -> String {
    // The lock is released first: a panic below would be logged through this mask, and wait for the lock.
    let secrets = SECRETS.lock().unwrap_or_else(PoisonError::into_inner).clone().unwrap_or_default();
    let mut text = text.to_owned();
    for secret in secrets.iter() {
        if text.contains(secret.expose_secret()) {
            text = text.replace(secret.expose_secret(), HIDDEN);
        }
    }
    spelling::without_runs(&text, |read| secrets.iter().any(|secret| read.contains(secret.expose_secret())))
}

/// Masks the word after the name of a scheme, also without a field's name: `Bearer abc`.
pub(crate) fn after_schemes(text: &str) -> String {
    const SCHEMES: [&str; 2] = ["bearer ", "basic "];
    let lower = text.to_ascii_lowercase();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while let Some(begin) =
        SCHEMES.iter().filter_map(|word| lower[at..].find(word).map(|found| at + found + word.len())).min()
    {
        let end = text[begin..].find([' ', '"', ',', '&', '\n', '}', ')', '\\']).map_or(text.len(), |len| begin + len);
        out.push_str(&text[at..begin]);
        out.push_str(if begin == end { "" } else { HIDDEN });
        at = end;
    }
    out.push_str(&text[at..]);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_hidden_in_every_spelling() {
        hide(&"q\"uo\\te/mask=тест".into());
        let body = serde_json::json!({ "value": "q\"uo\\te/mask=тест" }).to_string();
        let escaped = r#"{"value":"q\"uo\\te/mask=\u0442\u0435\u0441\u0442"}"#;
        for (text, expected) in [
            ("said q\"uo\\te/mask=тест, twice", "said •••, twice"),
            (&body, r#"{"value":"•••"}"#),
            (escaped, r#"{"value":"•••"}"#),
            ("/list?key=q%22uo%5Cte%2Fmask%3D%D1%82%D0%B5%D1%81%D1%82&y=1", "/list?key=•••&y=1"),
            ("/list?key=q%22uo%5cte%2fmask%3d%d1%82%d0%b5%d1%81%d1%82&y=1", "/list?key=•••&y=1"),
            ("in a hurry: q%22uo%5Cte%2Fm%61sk%3D%D1%82%D0%B5%D1%81%D1%82", "in a hurry: •••"),
            (r#"of PHP: q\"uo\\te\/mask=\u0442\u0435\u0441\u0442"#, "of PHP: •••"),
            ("in base64: cSJ1b1x0ZS9tYXNrPdGC0LXRgdGC", "in base64: •••"),
        ] {
            assert_eq!(hidden(text), expected);
        }
    }

    #[test]
    fn the_word_after_a_scheme_is_hidden() {
        assert_eq!(after_schemes("by Bearer abc, again basic eHl6\""), "by Bearer •••, again basic •••\"");
        assert_eq!(after_schemes("bearer "), "bearer ");
    }
}
