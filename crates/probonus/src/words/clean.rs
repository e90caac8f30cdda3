//! Cleans pasted text.

/// Whether `c` is invisible: direction marks, zero-width spaces and joiners, byte order marks, soft hyphens.
#[must_use]
pub const fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
    )
}

/// The text without invisible characters, trimmed, with every kind of space replaced by a plain one.
pub(super) fn visible(text: &str) -> String {
    let shown: String =
        text.chars().filter(|c| !is_invisible(*c)).map(|c| if c.is_whitespace() { ' ' } else { c }).collect();
    shown.trim().to_owned()
}

/// Whether the text has a tab or a line break inside: two cells of a table were pasted as one.
pub(super) fn is_torn(text: &str) -> bool {
    let whole = text.trim_matches(|c: char| c.is_whitespace() || is_invisible(c));
    whole.contains(['\t', '\n', '\u{b}', '\u{c}', '\r', '\u{85}', '\u{2028}', '\u{2029}'])
}
