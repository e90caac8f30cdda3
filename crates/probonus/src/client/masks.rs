//! Takes the client's own secrets out of what a server says: an error may repeat the token, the key or the password that was sent, and
//! its text goes to the screen, to the journal and to those who help.

use ct_codecs::{Base64NoPadding, Base64UrlSafeNoPadding, Encoder as _};
use secrecy::{ExposeSecret, SecretString};

use crate::Error;

/// What stands in place of a secret.
const MASK: &str = "•••";
/// Letters of the shortest secret that is looked for. A shorter one would be found inside common words.
const SHORTEST: usize = 6;

/// The forms of the client's secrets, in small letters: each as it is and in base64.
pub(super) struct Masks(Vec<Vec<u8>>);

impl Masks {
    /// The forms of these secrets, and of a login with its password: `login:password` goes in base64, as HTTP's own sign-in sends it.
    pub(super) fn of(secrets: impl Iterator<Item = SecretString>, pair: Option<&SecretString>) -> Self {
        let mut masks = Self(Vec::new());
        for secret in secrets {
            masks.add(secret.expose_secret(), true);
        }
        if let Some(pair) = pair {
            masks.add(pair.expose_secret(), false);
        }
        // Of two forms that begin alike, the longer one is taken out.
        masks.0.sort_by_key(|form| std::cmp::Reverse(form.len()));
        masks
    }

    fn add(&mut self, secret: &str, is_plain_too: bool) {
        if secret.chars().count() < SHORTEST {
            return;
        }
        let plain = is_plain_too.then(|| secret.to_owned());
        let coded = [Base64NoPadding::encode_to_string(secret), Base64UrlSafeNoPadding::encode_to_string(secret)];
        self.0.extend(
            plain.into_iter().chain(coded.into_iter().flatten()).map(|form| form.to_ascii_lowercase().into_bytes()),
        );
    }

    /// The error without the secrets.
    pub(super) fn laid_over(&self, error: Error) -> Error {
        error.with_texts(|text| self.masked(text))
    }

    /// The text with [`MASK`] in place of each secret: as it is, in base64, percent-encoded, in capital or small letters. The end of a
    /// text that was cut may be the beginning of a secret.
    fn masked(&self, text: &str) -> String {
        let mut ranges = Vec::new();
        for view in [View::plain(text), View::decoded(text)] {
            for form in &self.0 {
                view.find(form, &mut ranges);
            }
        }
        if let Some(cut) = text.strip_suffix('…') {
            ranges.extend(self.0.iter().filter_map(|form| beginning_at_end(cut, form)));
        }
        ranges.sort_unstable();
        let (mut out, mut done) = (String::with_capacity(text.len()), 0);
        for (from, to) in ranges {
            if from >= done {
                out.push_str(text.get(done..from).unwrap_or_default());
                out.push_str(MASK);
            }
            done = done.max(to);
        }
        out.push_str(text.get(done..).unwrap_or_default());
        out
    }
}

/// A text in small letters, each byte with its place in the text itself.
struct View(Vec<(u8, usize, usize)>);

impl View {
    fn plain(text: &str) -> Self {
        Self(text.bytes().enumerate().map(|(at, byte)| (byte.to_ascii_lowercase(), at, at + 1)).collect())
    }

    /// With each `%2B` as the byte that it stands for.
    fn decoded(text: &str) -> Self {
        let bytes = text.as_bytes();
        let digit = |at: usize| bytes.get(at).and_then(|byte| char::from(*byte).to_digit(16));
        let (mut view, mut at) = (Vec::with_capacity(bytes.len()), 0);
        while let Some(&byte) = bytes.get(at) {
            let coded = digit(at + 1).zip(digit(at + 2)).filter(|_| byte == b'%');
            let coded = coded.and_then(|(high, low)| u8::try_from(high * 16 + low).ok());
            let end = at + if coded.is_some() { 3 } else { 1 };
            view.push((coded.unwrap_or(byte).to_ascii_lowercase(), at, end));
            at = end;
        }
        Self(view)
    }

    /// Adds the places of a form in the text itself.
    fn find(&self, form: &[u8], ranges: &mut Vec<(usize, usize)>) {
        for found in self.0.windows(form.len().max(1)) {
            if let (Some((_, from, _)), Some((.., to))) = (found.first(), found.last())
                && found.iter().map(|(byte, ..)| byte).eq(form)
            {
                ranges.push((*from, *to));
            }
        }
    }
}

/// The place of the longest beginning of a form, at the end of a text.
fn beginning_at_end(text: &str, form: &[u8]) -> Option<(usize, usize)> {
    let bytes = text.as_bytes();
    let longest = form.len().min(bytes.len());
    let lengths = (SHORTEST..=longest).rev();
    let mut fits = lengths.filter(|length| bytes[bytes.len() - length..].eq_ignore_ascii_case(&form[..*length]));
    fits.next().map(|length| (text.len() - length, text.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN: &str = "sk-Живой+токен/98765??>";

    fn masked(text: &str) -> String {
        let secrets = [TOKEN, "key-of-the-office", "pa55:word", "код"].map(SecretString::from);
        Masks::of(secrets.into_iter(), Some(&"manager:pa55:word".into())).masked(text)
    }

    #[test]
    fn each_spelling_of_a_secret_is_masked_and_all_else_stays() {
        let percent: String = TOKEN.bytes().map(|byte| format!("%{byte:02x}")).collect();
        let coded = Base64NoPadding::encode_to_string(TOKEN).unwrap();
        for spelt in [
            TOKEN.to_owned(),
            TOKEN.to_ascii_uppercase(),
            percent,
            TOKEN.replace('+', "%2B").replace('/', "%2f"),
            coded.replace('+', "%2B").replace('/', "%2F"),
            coded,
            Base64UrlSafeNoPadding::encode_to_string(TOKEN).unwrap(),
            "key-of-the-office".to_owned(),
        ] {
            let text = format!("Токен {spelt} неверен (Bearer {spelt}), 100% нет");
            assert_eq!(masked(&text), "Токен ••• неверен (Bearer •••), 100% нет", "{spelt}");
        }
        for other in ["Недостаточно бонусов: код 17", "%zz%", "sk-Живой", ""] {
            assert_eq!(masked(other), other);
        }
    }

    #[test]
    fn the_beginning_of_a_secret_at_the_end_of_a_cut_text_is_masked() {
        assert_eq!(masked("Токен sk-Живо…"), "Токен •••…");
        assert_eq!(masked("Токен sk…"), "Токен sk…");
    }

    #[test]
    fn a_login_and_its_password_are_masked_as_http_sends_them() {
        let pair = Base64NoPadding::encode_to_string("manager:pa55:word").unwrap();
        assert_eq!(masked(&format!("Basic {pair}=, manager, pa55%3Aword")), "Basic •••=, manager, •••");
    }
}
