//! Docs that lie are worse than none: links lead somewhere, and the glossary speaks the code's words.

use std::collections::HashSet;
use std::path::Path;

use super::breach::{Breach, at};
use crate::house::{File, House};
use crate::run;

const GLOSSARY: &str = "docs/glossary.md";
const MAP: &str = "docs/architecture.md";

/// Relative links that lead to nothing.
pub fn links_resolve(house: &House) -> Vec<Breach> {
    dead_links(house, &|path| run::root().join(path).exists())
}

fn dead_links(house: &House, exists: &dyn Fn(&str) -> bool) -> Vec<Breach> {
    let mut breaches = Vec::new();
    for file in house.of(&["md"], &[]) {
        for (index, line) in file.text.lines().enumerate() {
            for link in links(line) {
                let target = link.split('#').next().unwrap_or_default();
                if target.is_empty() || target.contains("://") || target.starts_with("mailto:") {
                    continue;
                }
                if !exists(&beside(&file.path, target)) {
                    breaches.push(at(&file.path, index, link));
                }
            }
        }
    }
    breaches
}

/// Targets of `[text](target)` and `src="target"` in a line.
fn links(line: &str) -> impl Iterator<Item = &str> {
    let markdown = line.split("](").skip(1).filter_map(|rest| rest.split([')', ' ']).next());
    let html = line.split("src=\"").skip(1).filter_map(|rest| rest.split('"').next());
    markdown.chain(html)
}

/// The path of a link's target from the root.
fn beside(path: &str, target: &str) -> String {
    let folder = Path::new(path).parent().unwrap_or(Path::new(""));
    let mut parts: Vec<&str> = folder.iter().filter_map(|part| part.to_str()).collect();
    for part in target.split('/') {
        match part {
            "." | "" => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// Names in the glossary's "code" column that the code does not know.
pub fn glossary_is_true(house: &House) -> Vec<Breach> {
    let Some(glossary) = house.file(GLOSSARY) else { return vec![format!("{GLOSSARY} is not there")] };
    let words: HashSet<&str> = code(house).flat_map(|file| file.text.split(|letter: char| !is_word(letter))).collect();
    let mut breaches = Vec::new();
    for (index, row) in rows(glossary, 4) {
        let named = row.get(1).map_or("", |cell| cell);
        for name in named.split('`').skip(1).step_by(2).flat_map(|name| name.split("::")) {
            if !words.contains(name) {
                breaches.push(at(GLOSSARY, index, &format!("`{name}` is in no source file")));
            }
        }
    }
    breaches
}

/// Types and functions that are called by a word that the glossary tells us to avoid.
pub fn avoided_words(house: &House) -> Vec<Breach> {
    let Some(glossary) = house.file(GLOSSARY) else { return Vec::new() };
    let avoided: Vec<String> = rows(glossary, 2)
        .filter_map(|(_, row)| row.first().copied())
        .flat_map(|cell| cell.split([',', ' ', '`']))
        .filter(|word| word.len() > 2)
        .map(str::to_lowercase)
        .collect();
    let mut breaches = Vec::new();
    for file in code(house) {
        for (index, line) in file.text.lines().enumerate() {
            let mut words = line.split(|letter: char| !is_word(letter)).filter(|word| !word.is_empty());
            let Some(_) = words.find(|word| matches!(*word, "struct" | "enum" | "trait" | "interface")) else {
                continue;
            };
            let name = words.next().unwrap_or_default().to_lowercase();
            if !line.trim_start().starts_with(['/', '*']) && avoided.iter().any(|word| name.contains(word.as_str())) {
                breaches.push(at(&file.path, index, line));
            }
        }
    }
    breaches
}

/// Places of the code map that are not there, and rooms of the house that the map forgot.
pub fn code_map_is_true(house: &House) -> Vec<Breach> {
    let Some(map) = house.file(MAP) else { return vec![format!("{MAP} is not there")] };
    let is_there = |place: &str, below: &str| {
        let place = place.trim_end_matches(['*', '/']);
        house.files.iter().any(|file| file.path.starts_with(below) && file.path.contains(place))
    };
    let mut breaches = Vec::new();
    let mut mapped: Vec<&str> = Vec::new();
    for (index, row) in rows(map, 3) {
        let named = |cell: usize| row.get(cell).map_or("", |cell| cell).split('`').skip(1).step_by(2);
        let base = named(0).next().unwrap_or_default();
        mapped.push(base);
        let below = base.trim_end_matches('*');
        let lost =
            named(0).filter(|place| !is_there(place, "")).chain(named(2).filter(|start| !is_there(start, below)));
        breaches.extend(lost.map(|place| at(MAP, index, &format!("`{place}` is not there"))));
    }
    let rooms = house.files.iter().filter_map(|file| file.path.strip_suffix("/Cargo.toml"));
    let forgotten = rooms.filter(|room| !mapped.iter().any(|place| place.starts_with(room)));
    breaches.extend(forgotten.map(|room| format!("{MAP}: the map forgot {room}")));
    breaches
}

fn code(house: &House) -> impl Iterator<Item = &File> {
    house.of(&["rs", "ts"], &["crates/", "src-tauri/", "ui/src/"])
}

fn is_word(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

/// Rows of the tables with this many columns. The glossary's have four (on the screen, in code, at the API, meaning), or two
/// (the word to avoid, the word to use); those of the code map three (where, what, where to begin).
pub fn rows(page: &File, columns: usize) -> impl Iterator<Item = (usize, Vec<&str>)> {
    let lines: Vec<&str> = page.text.lines().collect();
    let rule = |index: usize| lines.get(index).is_some_and(|line| line.starts_with("|--"));
    let rows: Vec<_> =
        lines.iter().copied().enumerate().filter(|(index, _)| !rule(*index) && !rule(index + 1)).collect();
    rows.into_iter()
        .filter(|(_, line)| line.starts_with('|'))
        .map(|(index, line)| (index, line.trim_matches('|').split('|').map(str::trim).collect::<Vec<_>>()))
        .filter(move |(_, row)| row.len() == columns)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn house(glossary: &str, code: &str) -> House {
        let file = |path: &str, text: &str| File { path: path.into(), text: text.into() };
        House { files: vec![file(GLOSSARY, glossary), file("crates/office/src/a.rs", code)] }
    }

    #[test]
    fn a_dead_link_is_caught() {
        let bad = House::with("docs/guide/a.md", "[x](../gone.md#part) ![y](here.png) [z](https://example.com)");
        assert_eq!(dead_links(&bad, &|path| path == "docs/guide/here.png"), ["docs/guide/a.md:1: ../gone.md#part"]);
    }

    #[test]
    fn a_word_that_the_code_does_not_know_is_caught() {
        let glossary = "| screen | code | API | meaning |\n|---|---|---|---|\n| гость | `Guest`, `Gone` | `account` | a person |\n";
        assert_eq!(glossary_is_true(&house(glossary, "struct Guest;")).len(), 1);
        assert_eq!(glossary_is_true(&House::default()).len(), 1);
    }

    #[test]
    fn a_map_that_leads_astray_is_caught() {
        let file = |path: &str, text: &str| File { path: path.into(), text: text.into() };
        let map = "| where | what | begin |\n|---|---|---|\n| `crates/a/src` | x | `lib.rs` |\n| `crates/gone` | y | `z.rs` |\n";
        let files = [(MAP, map), ("crates/a/Cargo.toml", ""), ("crates/a/src/lib.rs", ""), ("new/Cargo.toml", "")];
        let house = House { files: files.map(|(path, text)| file(path, text)).into() };
        let found = code_map_is_true(&house);
        assert_eq!(found.len(), 3, "{found:?}");
        assert!(found[2].ends_with("forgot new"));
    }

    #[test]
    fn an_avoided_word_is_caught() {
        let glossary = "| not | but |\n|---|---|\n| customer, cheque | guest |\n";
        assert_eq!(avoided_words(&house(glossary, "pub struct CustomerCard;")).len(), 1);
        assert!(avoided_words(&house(glossary, "// what the struct customer was\nstruct Guest;")).is_empty());
    }
}
