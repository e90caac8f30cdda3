//! What is not sent to the page: fields that say nothing, and characters that change how other text is shown.

use probonus::Unread;

/// A text of the server without characters that would change what stands around it on the screen: controls, such as NUL, and marks that
/// turn the direction of the text, such as U+202E. Line breaks and tabs stay. Only for texts that are shown and not sent back.
pub(super) fn harmless(text: &str) -> String {
    let is_turn =
        |c: char| matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let is_control = |c: char| c.is_control() && !matches!(c, '\n' | '\t' | '\r');
    text.chars().filter(|c| !is_turn(*c) && !is_control(*c)).collect()
}

/// A part that can't be read, with its text made harmless.
pub(super) fn harmless_unread(unread: &Unread) -> Unread {
    Unread { part: unread.part, said: harmless(&unread.said) }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
pub(super) const fn is_not_so(flag: &bool) -> bool {
    !*flag
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
pub(super) const fn is_zero(number: &u32) -> bool {
    *number == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_can_not_turn_what_stands_around_it() {
        for (told, shown) in [
            ("Борщ\u{202e}гниток\0", "Борщгниток"),
            ("\u{2067}Анна\u{2069}", "Анна"),
            ("две\nстроки\tи знак", "две\nстроки\tи знак"),
            ("Анна-Мария", "Анна-Мария"),
        ] {
            assert_eq!(harmless(told), shown);
        }
    }
}
