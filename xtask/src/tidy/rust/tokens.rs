//! Rust source as words and signs. Comments, texts, characters and lifetimes are left out.

/// A word or a sign, with its line from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    pub text: String,
    pub line: usize,
}

impl Token {
    pub fn is(&self, text: &str) -> bool {
        self.text == text
    }

    pub fn is_word(&self) -> bool {
        self.text.starts_with(|first: char| first.is_alphabetic() || first == '_')
    }
}

/// All tokens of a source. `::` is one sign, every other sign is one character.
pub fn tokens(text: &str) -> Vec<Token> {
    let mut reader = Reader { rest: text, line: 1 };
    let mut tokens = Vec::new();
    while let Some(first) = reader.rest.chars().next() {
        let line = reader.line;
        let length = match first {
            _ if first.is_whitespace() => Err(first.len_utf8()),
            '/' if reader.rest.starts_with("//") => Err(reader.rest.find('\n').unwrap_or(reader.rest.len())),
            '/' if reader.rest.starts_with("/*") => Err(block_comment(reader.rest)),
            '"' => Err(text_length(reader.rest)),
            '\'' => Err(quote_length(reader.rest)),
            _ if first.is_alphabetic() || first == '_' => match raw_text_length(reader.rest) {
                Some(length) => Err(length),
                None => Ok(word_length(reader.rest)),
            },
            _ if first.is_ascii_digit() => Err(word_length(reader.rest)),
            ':' if reader.rest.starts_with("::") => Ok(2),
            _ => Ok(first.len_utf8()),
        };
        match length {
            Ok(length) => tokens.push(Token { text: reader.take(length).to_owned(), line }),
            Err(length) => drop(reader.take(length)),
        }
    }
    tokens
}

struct Reader<'a> {
    rest: &'a str,
    line: usize,
}

impl<'a> Reader<'a> {
    fn take(&mut self, length: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at(length.min(self.rest.len()));
        self.line += taken.matches('\n').count();
        self.rest = rest;
        taken
    }
}

fn word_length(text: &str) -> usize {
    text.find(|letter: char| !letter.is_alphanumeric() && letter != '_').unwrap_or(text.len())
}

fn block_comment(text: &str) -> usize {
    let (mut depth, mut at) = (0, 0);
    while at < text.len() {
        let rest = &text.as_bytes()[at..];
        if rest.starts_with(b"/*") {
            (depth, at) = (depth + 1, at + 2);
        } else if rest.starts_with(b"*/") {
            (depth, at) = (depth - 1, at + 2);
            if depth == 0 {
                return at;
            }
        } else {
            at += 1;
        }
    }
    text.len()
}

/// The length of a text in quotes, from its opening quote.
fn text_length(text: &str) -> usize {
    let mut escaped = false;
    for (at, letter) in text.char_indices().skip(1) {
        match letter {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// The length of `r"…"`, `r#"…"#`, `b"…"`, `br"…"`, `c"…"` or `b'…'`, if one begins here.
fn raw_text_length(text: &str) -> Option<usize> {
    let prefix = ["br", "cr", "r", "b", "c"]
        .into_iter()
        .find(|prefix| text.strip_prefix(prefix).is_some_and(|rest| rest.starts_with(['"', '#', '\''])))?;
    let rest = &text[prefix.len()..];
    if !prefix.ends_with('r') {
        return match rest.chars().next()? {
            '"' => Some(prefix.len() + text_length(rest)),
            '\'' if prefix == "b" => Some(prefix.len() + quote_length(rest)),
            _ => None,
        };
    }
    let hashes = rest.len() - rest.trim_start_matches('#').len();
    let inside = rest[hashes..].strip_prefix('"')?;
    let end = format!("\"{}", "#".repeat(hashes));
    Some(prefix.len() + hashes + 1 + inside.find(&end).map_or(inside.len(), |at| at + end.len()))
}

/// The length of a character or of a lifetime, from its quote.
fn quote_length(text: &str) -> usize {
    let mut letters = text.char_indices().skip(1);
    match letters.next() {
        Some((_, '\\')) => {
            text[2..].char_indices().skip(1).find(|(_, letter)| *letter == '\'').map_or(2, |(at, _)| at + 3)
        }
        Some(_) => match letters.next() {
            Some((at, '\'')) => at + 1,
            _ => 1 + word_length(&text[1..]),
        },
        None => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(source: &str) -> Vec<String> {
        tokens(source).into_iter().map(|token| token.text).collect()
    }

    #[test]
    fn words_and_signs_are_read_and_the_rest_is_left_out() {
        assert_eq!(texts("use a::b; // use c;\n/* d /* e */ f */ g"), ["use", "a", "::", "b", ";", "g"]);
        assert_eq!(texts(r##"x("a \" {", r#"b " {"#, b"c", '{', '\'', '\u{1}', b'}')"##), texts("x(,,,,,,)"));
        assert_eq!(texts("fn f<'a>(x: &'a str) {}"), texts("fn f<>(x: & str) {}"));
    }

    #[test]
    fn lines_are_counted_through_texts_and_comments() {
        let read = tokens("a\n\"x\ny\"\n/*\n*/ b");
        assert_eq!(read.iter().map(|token| token.line).collect::<Vec<_>>(), [1, 5]);
    }
}
