//! What comes along when people paste.

/// Whether `c` takes no room: direction marks, zero-width spaces and joiners, byte order marks, soft hyphens.
pub(super) const fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}'
            | '\u{2066}'..='\u{2069}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
    )
}

/// The text without what is invisible, trimmed, every kind of space a plain one.
pub(super) fn visible(text: &str) -> String {
    let shown: String =
        text.chars().filter(|c| !is_invisible(*c)).map(|c| if c.is_whitespace() { ' ' } else { c }).collect();
    shown.trim().to_owned()
}

/// Whether a tab or the end of a line parts the text: two cells of a table, pasted as one.
pub(super) fn is_torn(text: &str) -> bool {
    let whole = text.trim_matches(|c: char| c.is_whitespace() || is_invisible(c));
    whole.contains(['\t', '\n', '\u{b}', '\u{c}', '\r', '\u{85}', '\u{2028}', '\u{2029}'])
}
