//! What holds for every source file.

use super::breach::{Breach, at};
use crate::house::House;

const CODE: &[&str] = &["rs", "ts", "js", "mjs", "svelte", "css", "html", "sh", "sql"];
const PROSE: &[&str] = &["md"];

/// A file longer than this is two files.
const LONGEST: usize = 700;

/// Made by a program, not written by a person.
const GENERATED: &[&str] = &["ui/src/lib/backend/bindings.ts", "docs/api-contract.md"];

/// This file spells out what it forbids.
const HERE: &str = "xtask/src/tidy/sources.rs";

/// Floats in the protocol or the office. What is surely no money says so on its line: `// not money`.
pub fn no_floats(house: &House) -> Vec<Breach> {
    lines(
        house,
        &["rs"],
        &["crates/contract/src/", "crates/swagger/src/", "crates/probonus/src/", "crates/office/src/"],
        |line| {
            let code = line.split("//").next().unwrap_or_default();
            let words = code.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_');
            let float = |word: &str| matches!(word, "f32" | "f64" | "as_f64" | "from_f64" | "as_f32" | "from_f32");
            words.into_iter().any(float) && !line.contains("// not money")
        },
    )
}

/// Files longer than [`LONGEST`].
pub fn short_files(house: &House) -> Vec<Breach> {
    let written = house.files.iter().filter(|file| !GENERATED.contains(&file.path.as_str()));
    written
        .map(|file| (file, file.text.lines().count()))
        .filter(|(file, length)| *length > LONGEST && !file.path.ends_with(".json"))
        .map(|(file, length)| format!("{} has {length} lines, more than {LONGEST}", file.path))
        .collect()
}

/// Marks of unfinished work.
pub fn nothing_left_for_later(house: &House) -> Vec<Breach> {
    lines(house, &[CODE, PROSE].concat(), &[], |line| {
        ["TODO", "FIXME", "XXX:", "HACK:", "todo!(", "unimplemented!("].iter().any(|mark| line.contains(mark))
    })
}

/// Tests that are there but don't run, or keep others from running.
pub fn no_test_is_skipped(house: &House) -> Vec<Breach> {
    let mut breaches = lines(house, &["rs"], &[], |line| line.trim_start().starts_with("#[ignore"));
    breaches.extend(lines(house, &["ts", "js", "mjs"], &[], |line| {
        let marks = [".skip(", ".only(", ".todo(", ".skipIf(", ".runIf(", "xit(", "xdescribe(", "fit(", "fdescribe("];
        let words = ["it", "test", "describe", "suite"];
        marks.iter().any(|mark| match mark.strip_prefix('.') {
            Some(_) => words.iter().any(|word| line.contains(&format!("{word}{mark}"))),
            None => line.trim_start().starts_with(mark),
        })
    }));
    breaches
}

/// Code in doc comments without the name of a language: rustdoc would take it for a test, and no step runs doc tests.
pub fn no_doc_tests(house: &House) -> Vec<Breach> {
    let mut breaches = Vec::new();
    for file in house.of(&["rs"], &[]).filter(|file| file.path != HERE) {
        let mut is_open = false;
        for (index, line) in file.text.lines().enumerate() {
            let comment = ["//!", "///"].iter().find_map(|sign| line.trim_start().strip_prefix(sign));
            let Some(language) = comment.and_then(|comment| comment.trim_start().strip_prefix("```")) else { continue };
            is_open = !is_open;
            if is_open && matches!(language.split(',').next(), Some("" | "rust" | "no_run" | "should_panic")) {
                breaches.push(at(&file.path, index, line));
            }
        }
    }
    breaches
}

/// Folders that exist on one person's machine only.
pub fn no_machine_paths(house: &House) -> Vec<Breach> {
    let whole = ["root", "work"].map(|home| format!("/{home}/"));
    lines(house, &[CODE, PROSE, &["json", "toml", "yml", "yaml"]].concat(), &[], |line| {
        let after = |root: &str| {
            line.split(root).skip(1).any(|rest| rest.chars().next().is_some_and(|first| first.is_ascii_lowercase()))
        };
        after("/home/")
            || after("/Users/")
            || line.contains("C:\\Users\\")
            || whole.iter().any(|home| line.contains(home))
    })
}

fn lines(house: &House, kinds: &[&str], folders: &[&str], bad: impl Fn(&str) -> bool) -> Vec<Breach> {
    let mut breaches = Vec::new();
    for file in house.of(kinds, folders).filter(|file| file.path != HERE) {
        for (index, line) in file.text.lines().enumerate().filter(|(_, line)| bad(line)) {
            breaches.push(at(&file.path, index, line));
        }
    }
    breaches
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_float_is_caught_and_a_comment_is_not() {
        let bad = House::with(
            "crates/office/src/a.rs",
            "let sum: f64 = 0.1;\n// never f64\nlet ratio: f32 = 1.0; // not money\n",
        );
        assert_eq!(no_floats(&bad).len(), 1);
        assert_eq!(no_floats(&House::with("crates/probonus/src/a.rs", "value.as_f64()")).len(), 1);
    }

    #[test]
    fn a_long_file_is_caught() {
        assert_eq!(short_files(&House::with("a.rs", &"\n".repeat(LONGEST + 1))).len(), 1);
        assert!(short_files(&House::with("a.rs", &"\n".repeat(LONGEST))).is_empty());
    }

    #[test]
    fn unfinished_work_is_caught() {
        for bad in ["// TODO: later", "todo!()", "unimplemented!(\"x\")", "/* FIXME */"] {
            assert_eq!(nothing_left_for_later(&House::with("a.rs", bad)).len(), 1, "{bad}");
        }
    }

    #[test]
    fn a_skipped_test_is_caught_and_an_iterator_is_not() {
        assert_eq!(no_test_is_skipped(&House::with("a.rs", "    #[ignore = \"slow\"]")).len(), 1);
        assert_eq!(no_test_is_skipped(&House::with("a.ts", "test.skip('x', () => {})")).len(), 1);
        assert_eq!(no_test_is_skipped(&House::with("a.ts", "describe.only('x', () => {})")).len(), 1);
        assert!(no_test_is_skipped(&House::with("a.rs", "rows.skip(1)")).is_empty());
        assert!(no_test_is_skipped(&House::with("a.ts", "rows.skip(1); submit(form)")).is_empty());
    }

    #[test]
    fn a_doc_test_is_caught_and_a_picture_is_not() {
        let found = |text: &str| no_doc_tests(&House::with("a.rs", text)).len();
        assert_eq!(found("//! ```\n//! f();\n//! ```\n"), 1);
        assert_eq!(found("/// ```rust\n/// f();\n/// ```\n/// ```text\n/// a\n/// ```\n"), 1);
        assert_eq!(found("/// ```text\n/// a\n/// ```\nlet a = \"```\";\n"), 0);
    }

    #[test]
    fn a_path_of_a_machine_is_caught() {
        let of_root = format!("/{}/.cargo", "root");
        for bad in ["/home/anna/a", "/Users/anna", "C:\\Users\\anna", &of_root] {
            assert_eq!(no_machine_paths(&House::with("a.md", bad)).len(), 1, "{bad}");
        }
        assert!(no_machine_paths(&House::with("a.md", "https://example.com/home/")).is_empty());
    }
}
