//! Texts of the server as they are shown: without characters that change how what stands around them looks, and not endless.
//!
//! Only for texts that are shown. What is sent back to the server, such as a profile or an id, stays as it came.

use std::iter::Peekable;

use probonus::words::is_invisible;

/// The most characters of a name.
pub const NAME_MAX: usize = 200;

/// The most characters of a comment or a message.
pub const MESSAGE_MAX: usize = 2000;

/// The most combining marks in a row: Vietnamese and Hebrew need three or four, a hundred would cover the lines above.
const MARKS_MAX: usize = 8;

/// A name, a code or a number of the server, for the screen.
#[must_use]
pub fn shown_name(text: &str) -> String {
    shown(text, NAME_MAX)
}

/// A comment, a message or a line of several parts of the server, for the screen.
#[must_use]
pub fn shown_message(text: &str) -> String {
    shown(text, MESSAGE_MAX)
}

/// At most `max` characters of a text of the server, the last of them `…` if there were more.
///
/// | characters | example | what becomes of them |
/// |---|---|---|
/// | controls | NUL | left out; line breaks and tabs stay |
/// | marks of direction | U+202E | left out |
/// | separators of lines | U+2028 | a space |
/// | what can't be seen | U+200B, U+FEFF, U+3164, tags | left out; the joiner of an emoji stays |
/// | combining marks | a hundred accents on one letter | eight of them |
#[must_use]
pub fn shown(text: &str, max: usize) -> String {
    let mut out = String::new();
    let (mut count, mut marks) = (0, 0);
    let mut last = None;
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        if is_left_out(c, last, &mut rest) {
            continue;
        }
        marks = if is_combining(c) { marks + 1 } else { 0 };
        if marks > MARKS_MAX {
            continue;
        }
        if count == max {
            out.pop();
            out.push('…');
            break;
        }
        out.push(if matches!(c, '\u{2028}' | '\u{2029}') { ' ' } else { c });
        count += 1;
        last = Some(c);
    }
    out
}

fn is_left_out(c: char, before: Option<char>, rest: &mut Peekable<impl Iterator<Item = char>>) -> bool {
    match c {
        '\n' | '\t' | '\r' => false,
        // The joiner makes one emoji of several: a family.
        '\u{200d}' => !(before.is_some_and(is_emoji) && rest.peek().copied().is_some_and(is_emoji)),
        // They choose how an emoji is drawn.
        '\u{fe00}'..='\u{fe0f}' => false,
        _ => c.is_control() || is_invisible(c) || is_blank(c),
    }
}

/// Whether a character that is no space is drawn as nothing: a name of nothing else looks empty.
const fn is_blank(c: char) -> bool {
    matches!(
        c,
        '\u{115f}'
            | '\u{1160}'
            | '\u{2800}'
            | '\u{3164}'
            | '\u{ffa0}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}'
    )
}

const fn is_emoji(c: char) -> bool {
    matches!(c, '\u{2190}'..='\u{27ff}' | '\u{2900}'..='\u{2bff}' | '\u{fe0f}' | '\u{1f000}'..='\u{1faff}')
}

/// Whether a character is drawn over the one before it, in the scripts that stack such marks.
const fn is_combining(c: char) -> bool {
    matches!(
        c,
        '\u{300}'..='\u{36f}'
            | '\u{483}'..='\u{489}'
            | '\u{591}'..='\u{5bd}'
            | '\u{610}'..='\u{61a}'
            | '\u{64b}'..='\u{65f}'
            | '\u{e31}'
            | '\u{e34}'..='\u{e3a}'
            | '\u{e47}'..='\u{e4e}'
            | '\u{1ab0}'..='\u{1aff}'
            | '\u{1dc0}'..='\u{1dff}'
            | '\u{20d0}'..='\u{20ff}'
            | '\u{fe20}'..='\u{fe2f}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_can_not_change_what_stands_around_it() {
        for (told, shows) in [
            ("Борщ\u{202e}гниток\0", "Борщгниток"),
            ("\u{2067}Анна\u{2069}", "Анна"),
            ("две\nстроки\tи знак", "две\nстроки\tи знак"),
            ("две\u{2028}строки\u{2029}здесь", "две строки здесь"),
            ("Анна-Мария", "Анна-Мария"),
            ("Ан\u{200b}на\u{feff} \u{2060}Ив\u{ad}ановa\u{200c}", "Анна Ивановa"),
            ("Анна\u{e0041}\u{e007f}", "Анна"),
            ("\u{3164}\u{115f}\u{1160}\u{ffa0}\u{2800}", ""),
            ("ёлка и̂ café", "ёлка и̂ café"),
            ("👨\u{200d}👩\u{200d}👧 а\u{200d}б", "👨\u{200d}👩\u{200d}👧 аб"),
            ("❤\u{fe0f}\u{200d}🔥", "❤\u{fe0f}\u{200d}🔥"),
        ] {
            assert_eq!(shown_name(told), shows, "{told:?}");
        }
    }

    #[test]
    fn marks_do_not_pile_up() {
        let marks = |count: usize| format!("е{}", "\u{301}".repeat(count));
        assert_eq!(shown_name(&marks(8)), marks(8));
        assert_eq!(shown_name(&format!("{}ж{}", marks(500), marks(2))), format!("{}ж{}", marks(8), marks(2)));
        // Nor with what is left out between them.
        assert_eq!(shown_name(&format!("е{}", "\u{301}\u{200b}".repeat(50))), marks(8));
    }

    #[test]
    fn no_text_is_endless() {
        let ends = |text: &str| (text.chars().count(), text.ends_with('…'));
        assert_eq!(ends(&shown_name(&"я".repeat(NAME_MAX))), (NAME_MAX, false));
        assert_eq!(ends(&shown_name(&"я".repeat(3_000_000))), (NAME_MAX, true));
        assert_eq!(ends(&shown_message(&"я".repeat(MESSAGE_MAX + 1))), (MESSAGE_MAX, true));
        // What is left out does not count.
        assert_eq!(shown_name(&format!("{}я", "\u{200b}".repeat(10_000))), "я");
    }
}
