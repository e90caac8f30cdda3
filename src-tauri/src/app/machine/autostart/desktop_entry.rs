//! The desktop entry of the sign-in, as the freedesktop specification writes it.

/// The keys by which a desktop, or the user, switches an entry off without removing it.
const OFF: [&str; 2] = ["Hidden=true", "X-GNOME-Autostart-enabled=false"];

/// The text of an entry that runs this command.
#[must_use]
pub fn written(command: &[String]) -> String {
    let exec: Vec<String> = command.iter().map(|argument| quoted(argument)).collect();
    // A backslash of a value is written twice, on top of what the quotes need.
    let exec = exec.join(" ").replace('\\', r"\\");
    format!(
        "[Desktop Entry]\nType=Application\nVersion=1.0\nName=ProBonus Office\nIcon=ru.probonus.office\nExec={exec}\n\
         Terminal=false\nX-GNOME-Autostart-enabled=true\n"
    )
}

/// The program that an entry opens; `None`: it names none.
#[must_use]
pub fn program(text: &str) -> Option<String> {
    let exec = lines(text).find_map(|line| line.strip_prefix("Exec="))?.replace(r"\\", r"\");
    let mut letters = exec.trim_start().chars();
    let is_quoted = exec.trim_start().starts_with('"');
    let mut found = String::new();
    if is_quoted {
        letters.next();
    }
    while let Some(letter) = letters.next() {
        match letter {
            '\\' if is_quoted => found.extend(letters.next()),
            '%' => found.extend(letters.next()),
            '"' if is_quoted => break,
            ' ' if !is_quoted => break,
            letter => found.push(letter),
        }
    }
    Some(found).filter(|found| !found.is_empty())
}

/// Whether the entry is switched off, and stays for later.
#[must_use]
pub fn is_switched_off(text: &str) -> bool {
    lines(text).any(|line| OFF.contains(&line))
}

fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(str::trim)
}

/// An argument in quotes. A percent sign is doubled: one alone stands for files that are opened.
fn quoted(argument: &str) -> String {
    let mut text = String::from("\"");
    for letter in argument.chars() {
        match letter {
            '"' | '`' | '$' | '\\' => text.extend(['\\', letter]),
            '%' => text.push_str("%%"),
            letter => text.push(letter),
        }
    }
    text.push('"');
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_is_read_as_it_was_written_whatever_the_path() {
        for path in ["/usr/bin/probonus-office", "/srv/касса 2/office", r#"/a\b "c" $d `e` 100%/office"#] {
            let text = written(&[path.to_owned(), "--at-sign-in".to_owned()]);
            assert_eq!(program(&text).as_deref(), Some(path), "{text}");
            assert!(!is_switched_off(&text));
        }
    }

    #[test]
    fn an_entry_by_another_hand_is_understood() {
        let plain = "[Desktop Entry]\nExec=/opt/office --at-sign-in\nHidden=true\n";
        assert_eq!((program(plain).as_deref(), is_switched_off(plain)), (Some("/opt/office"), true));
        assert!(is_switched_off("X-GNOME-Autostart-enabled=false\r\n"));
        for broken in ["", "[Desktop Entry]\n", "Exec=\n", "Exec=\"\"\n"] {
            assert_eq!(program(broken), None, "{broken:?}");
        }
    }
}
