//! The page: one door to the program, one catalogue of messages, nothing from outside.

use super::breach::{Breach, at};
use crate::house::House;

const BACKEND: &str = "ui/src/lib/backend/";
const CODE: &[&str] = &["ts", "js", "mjs", "svelte"];

/// Imports of Tauri or of the generated bindings outside the backend's folder.
pub fn one_door_to_the_backend(house: &House) -> Vec<Breach> {
    let mut breaches = Vec::new();
    for file in house.of(CODE, &["ui/src/"]).filter(|file| !file.path.starts_with(BACKEND)) {
        for (index, line) in file.text.lines().enumerate() {
            let imports = ["import ", "import(", "} from ", "export "].iter().any(|word| line.contains(word));
            let names =
                ["@tauri-apps/", "/bindings'", "/bindings\"", "/bindings.ts"].iter().any(|name| line.contains(name));
            if imports && names || line.contains("__TAURI") {
                breaches.push(at(&file.path, index, line));
            }
        }
    }
    breaches
}

/// Cyrillic letters in a component outside its comments: text belongs to the catalogue.
pub fn no_text_in_components(house: &House) -> Vec<Breach> {
    let mut breaches = Vec::new();
    for file in house.of(&["svelte"], &["ui/"]) {
        for (index, line) in without_comments(&file.text).lines().enumerate() {
            if line.chars().any(|letter| ('\u{400}'..='\u{4ff}').contains(&letter)) {
                breaches.push(at(&file.path, index, line));
            }
        }
    }
    breaches
}

/// Addresses that the page would load something from.
pub fn nothing_from_a_network(house: &House) -> Vec<Breach> {
    let mut breaches = Vec::new();
    for file in house.of(&["html", "css", "svelte"], &["ui/index.html", "ui/src/"]) {
        for (index, line) in without_comments(&file.text).lines().enumerate() {
            let loads = [
                "src=\"http",
                "src='http",
                "href=\"http",
                "url(http",
                "url(\"http",
                "url('http",
                "@import \"http",
                "src=\"//",
            ];
            if loads.iter().any(|load| line.contains(load)) && !line.contains("<a ") {
                breaches.push(at(&file.path, index, line));
            }
        }
    }
    breaches
}

/// The text with `<!-- -->`, `/* */` and `//` comments blanked, line by line as before.
fn without_comments(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut until: Option<&str> = None;
    let mut rest = text;
    while let Some(letter) = rest.chars().next() {
        let step = match until {
            Some(end) if rest.starts_with(end) => {
                until = None;
                // A line comment ends before its line's end, which stays.
                if end == "\n" { 0 } else { end.len() }
            }
            Some(_) => {
                if letter == '\n' {
                    plain.push('\n');
                }
                letter.len_utf8()
            }
            None => {
                until = match rest {
                    _ if rest.starts_with("<!--") => Some("-->"),
                    _ if rest.starts_with("/*") => Some("*/"),
                    _ if rest.starts_with("//") && !plain.ends_with(':') => Some("\n"),
                    _ => None,
                };
                if until.is_none() {
                    plain.push(letter);
                }
                letter.len_utf8()
            }
        };
        rest = &rest[step..];
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_door_is_caught() {
        let bad = House::with(
            "ui/src/routes/Guest.svelte",
            "<script lang=\"ts\">\nimport { invoke } from '@tauri-apps/api/core';\n",
        );
        assert_eq!(one_door_to_the_backend(&bad).len(), 1);
        let bad = House::with("ui/src/lib/money.ts", "import type { Money } from './backend/bindings';\n");
        assert_eq!(one_door_to_the_backend(&bad).len(), 1);
        let door = House::with("ui/src/lib/backend/tauri.ts", "import { invoke } from '@tauri-apps/api/core';\n");
        assert!(one_door_to_the_backend(&door).is_empty());
    }

    #[test]
    fn text_in_a_component_is_caught_and_comments_are_not() {
        let bad = House::with("ui/src/A.svelte", "<!-- Гость -->\n<p>Гость</p> <!--\nздесь --> \n// тоже\n/* и */");
        assert_eq!(no_text_in_components(&bad), ["ui/src/A.svelte:2: <p>Гость</p>"]);
    }

    #[test]
    fn a_font_from_a_network_is_caught_and_a_link_is_not() {
        let bad = House::with("ui/src/app.css", "@font-face { src: url(https://fonts.example/a.woff2) }");
        assert_eq!(nothing_from_a_network(&bad).len(), 1);
        let link = House::with("ui/src/A.svelte", "<a href=\"https://example.com\">site</a>");
        assert!(nothing_from_a_network(&link).is_empty());
    }
}
