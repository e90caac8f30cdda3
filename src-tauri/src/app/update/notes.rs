//! What is new, from the changelog's Markdown to lines that the page shows as plain text. Whatever else is in it, HTML for
//! instance, stays text.

use probonus::words::is_invisible;

use crate::view::{ReleaseNote, ReleaseNoteKind};

/// Lines that are shown.
const MOST_LINES: usize = 100;
/// Characters of a line that are shown.
const LONGEST_LINE: usize = 600;

/// The lines, and whether some of the text is left out.
pub fn lines(text: &str) -> (Vec<ReleaseNote>, bool) {
    let mut lines: Vec<ReleaseNote> = Vec::new();
    let mut goes_on = false;
    for line in text.lines() {
        let line = clean(line);
        let line = line.trim();
        let (kind, words) = kind_of(line);
        if line.is_empty() {
            goes_on = false;
        } else if kind == ReleaseNoteKind::Text
            && goes_on
            && let Some(last) = lines.last_mut()
        {
            last.text = format!("{} {words}", last.text);
        } else {
            lines.push(ReleaseNote { kind, text: words.to_owned() });
            goes_on = kind != ReleaseNoteKind::Heading;
        }
    }
    lines.retain(|line| !line.text.is_empty());
    let mut is_cut = lines.len() > MOST_LINES;
    lines.truncate(MOST_LINES);
    for line in &mut lines {
        if let Some((end, _)) = line.text.char_indices().nth(LONGEST_LINE) {
            line.text.truncate(end);
            line.text.push('…');
            is_cut = true;
        }
    }
    (lines, is_cut)
}

fn kind_of(line: &str) -> (ReleaseNoteKind, &str) {
    let after_hashes = line.trim_start_matches('#');
    if after_hashes.len() < line.len() && after_hashes.starts_with(' ') {
        return (ReleaseNoteKind::Heading, after_hashes.trim());
    }
    match line.strip_prefix("- ").or_else(|| line.strip_prefix("* ")) {
        Some(item) => (ReleaseNoteKind::Item, item.trim()),
        None => (ReleaseNoteKind::Text, line),
    }
}

/// Without marks of emphasis, and without characters that change how the text around them is shown.
fn clean(line: &str) -> String {
    let shown = line.chars().filter(|c| !is_invisible(*c) && *c != '`').map(|c| if c.is_control() { ' ' } else { c });
    shown.collect::<String>().replace("**", "")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Vec<(ReleaseNoteKind, String)> {
        lines(text).0.into_iter().map(|line| (line.kind, line.text)).collect()
    }

    #[test]
    fn a_changelog_becomes_headings_and_items() {
        use ReleaseNoteKind::{Heading, Item, Text};
        let text = "### Added: safety\n- Before every send\n  the server is **searched**.\n- `429` is kept.\n\nA word.\nMore.\n";
        let expected = [
            (Heading, "Added: safety"),
            (Item, "Before every send the server is searched."),
            (Item, "429 is kept."),
            (Text, "A word. More."),
        ];
        assert_eq!(told(text), expected.map(|(kind, text)| (kind, text.to_owned())));
        assert_eq!(told(" \n\n###\n"), [(Text, "###".to_owned())]);
    }

    #[test]
    fn html_stays_text_and_hidden_characters_go() {
        let (lines, _) = lines("- <script>alert(1)</script>\u{202e}gnp\u{7}.exe");
        assert_eq!(lines[0].text, "<script>alert(1)</script>gnp .exe");
    }

    #[test]
    fn a_huge_text_is_cut_and_says_so() {
        let (many, is_cut) = lines(&"- a\n".repeat(MOST_LINES + 1));
        assert_eq!((many.len(), is_cut), (MOST_LINES, true));
        let (long, is_cut) = lines(&"я".repeat(100_000));
        assert_eq!((long[0].text.chars().count(), is_cut), (LONGEST_LINE + 1, true));
        assert!(!lines(&"- a\n".repeat(MOST_LINES)).1);
    }
}
