//! The glossary and the code speak the same words: every public type is named by an entry, and every entry is used.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    breach::{Breach, at},
    docs::rows,
    rust::graph::crates,
};
use crate::house::House;

const GLOSSARY: &str = "docs/glossary.md";

/// The types that the page gets from Rust.
const BINDINGS: &str = "ui/src/lib/backend/bindings.ts";

/// Public types, and types of the page's bindings, whose name neither begins nor ends with an entry, and that are no exception.
/// Exceptions are in the glossary's table of three columns (types, where, why): a name, or a folder for all types in it. Each must
/// be needed.
pub fn types_are_in_the_glossary(house: &House) -> Vec<Breach> {
    let Some(glossary) = house.file(GLOSSARY) else { return vec![format!("{GLOSSARY} is not there")] };
    let names = |cell: &str| cell.split('`').skip(1).step_by(2).map(str::to_owned).collect::<Vec<_>>();
    let entries: BTreeSet<String> = rows(glossary, 4).flat_map(|(_, row)| names(row[1])).collect();
    let mut exceptions: BTreeMap<String, usize> = BTreeMap::new();
    for (index, row) in rows(glossary, 3) {
        exceptions.extend(names(row[0]).into_iter().map(|name| (name, index)));
    }
    let mut breaches = Vec::new();
    let mut met = BTreeSet::new();
    for (path, line, name) in types(house).into_iter().filter(|(_, _, name)| !is_named_by(name, &entries)) {
        let excepts =
            |exception: &&String| **exception == name || (exception.ends_with('/') && path.starts_with(*exception));
        match exceptions.keys().find(excepts) {
            Some(exception) => _ = met.insert(exception.clone()),
            None => breaches.push(at(&path, line - 1, &format!("`{name}` is named by no entry of the glossary"))),
        }
    }
    let stale = exceptions.iter().filter(|(name, _)| !met.contains(*name));
    breaches.extend(stale.map(|(name, index)| at(GLOSSARY, *index, &format!("`{name}` needs no exception"))));
    breaches.sort();
    breaches.dedup();
    breaches
}

/// Public types of the shipped crates and types of the page's bindings: file, line (from 1) and name.
fn types(house: &House) -> Vec<(String, usize, String)> {
    let shipped =
        |path: &str| (path.starts_with("crates/") || path.starts_with("src-tauri/")) && path.contains("/src/");
    let mut types = Vec::new();
    for (path, source) in crates(house).iter().flat_map(|one| one.files()).filter(|(path, _)| shipped(path)) {
        types.extend(source.public_types.iter().map(|(name, line)| (path.to_string(), *line, name.clone())));
    }
    for (index, line) in house.file(BINDINGS).map_or("", |file| file.text.as_str()).lines().enumerate() {
        let name = line.strip_prefix("export type ").and_then(|rest| rest.split(|c: char| !c.is_alphanumeric()).next());
        types.extend(name.map(|name| (BINDINGS.to_owned(), index + 1, name.to_owned())));
    }
    types
}

/// Entries whose word, in the column of the code, is in no source file.
pub fn entries_are_used(house: &House) -> Vec<Breach> {
    let Some(glossary) = house.file(GLOSSARY) else { return Vec::new() };
    let sources: Vec<String> = house
        .of(&["rs", "ts", "svelte"], &["crates/", "src-tauri/", "ui/src/"])
        .map(|file| file.text.to_lowercase())
        .collect();
    let mut breaches = Vec::new();
    for (index, row) in rows(glossary, 4) {
        let word = row[1].replace('`', "").to_lowercase();
        let is_plain = !row[1].contains('`') && word != "—";
        if is_plain && !sources.iter().any(|text| text.contains(word.trim())) {
            breaches.push(at(GLOSSARY, index, &format!("\"{word}\" is in no source file")));
        }
    }
    breaches
}

/// Whether a name begins or ends with an entry, at the border of a word: `BurningView` and `SqliteJournal`, not `Journalist`.
fn is_named_by(name: &str, entries: &BTreeSet<String>) -> bool {
    let borders = name.char_indices().filter(|(at, letter)| *at > 0 && letter.is_uppercase()).map(|(at, _)| at);
    let mut borders: Vec<usize> = borders.collect();
    borders.push(name.len());
    borders.iter().any(|&border| entries.contains(&name[..border]) || entries.contains(&name[border..]))
        || entries.contains(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::house::File;

    fn house(glossary: &str, code: &str) -> House {
        let file = |path: &str, text: &str| File { path: path.into(), text: text.into() };
        House { files: vec![file(GLOSSARY, glossary), file("crates/office/src/lib.rs", code)] }
    }

    const ENTRIES: &str = "| screen | code | API | meaning |\n|---|---|---|---|\n| журнал | `Journal` | — | m |\n";

    #[test]
    fn a_type_without_an_entry_is_caught() {
        let code = "pub struct SqliteJournal; pub enum JournalError {} pub struct Journalist; pub(crate) struct Shelf;";
        let found = types_are_in_the_glossary(&house(ENTRIES, code));
        assert_eq!(found, ["crates/office/src/lib.rs:1: `Journalist` is named by no entry of the glossary"]);
    }

    #[test]
    fn an_exception_is_let_through_and_must_exist() {
        let exceptions =
            format!("{ENTRIES}\n| types | where | why |\n|---|---|---|\n| `Raw`, `Gone` | x | HTTP's word |\n");
        let found = types_are_in_the_glossary(&house(&exceptions, "pub struct Raw;"));
        assert_eq!(found, ["docs/glossary.md:7: `Gone` needs no exception"]);
    }

    #[test]
    fn a_type_of_the_page_without_an_entry_is_caught_and_a_folder_is_let_through() {
        let folder =
            format!("{ENTRIES}\n| types | where | why |\n|---|---|---|\n| `crates/office/` | x | its own words |\n");
        let mut house = house(&folder, "pub struct Raw;");
        let bindings = "export type JournalView = {\nexport type Shelf = \n".to_owned();
        house.files.push(File { path: BINDINGS.into(), text: bindings });
        let found = types_are_in_the_glossary(&house);
        assert_eq!(found, [format!("{BINDINGS}:2: `Shelf` is named by no entry of the glossary")]);
    }

    #[test]
    fn an_entry_that_no_source_uses_is_caught() {
        let glossary =
            "| s | c | a | m |\n|---|---|---|---|\n| x | outbox | — | m |\n| y | shelf | — | m |\n| z | — | — | m |\n";
        assert_eq!(
            entries_are_used(&house(glossary, "/// The Outbox.")),
            ["docs/glossary.md:4: \"shelf\" is in no source file"]
        );
    }
}
