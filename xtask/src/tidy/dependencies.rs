//! Who may depend on whom.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;

use super::breach::{Breach, at};
use crate::house::{File, House};
use crate::run;

const SHELL: &str = "src-tauri/Cargo.toml";

/// Crates that speak HTTP, or draw windows: the office must be usable, and be simulated, without them.
const NOT_IN_THE_OFFICE: &[&str] = &[
    "reqwest",
    "hyper",
    "hyper-util",
    "h2",
    "ureq",
    "isahc",
    "curl",
    "attohttpc",
    "axum",
    "rustls",
    "tauri",
    "wry",
    "tao",
];

/// Manifests other than the shell's that name a `tauri*` crate.
pub fn only_the_shell_knows_tauri(house: &House) -> Vec<Breach> {
    manifests(house)
        .filter(|file| file.path != SHELL)
        .flat_map(|file| named(file, |name| name.starts_with("tauri") || matches!(name, "wry" | "tao")))
        .collect()
}

/// The sandbox must not know the client or the office, nor they it: a slip must show, not mirror itself.
pub fn sandbox_stands_alone(house: &House) -> Vec<Breach> {
    let mut breaches = Vec::new();
    for file in manifests(house) {
        match file.path.as_str() {
            "crates/sandbox/Cargo.toml" => {
                breaches.extend(named(file, |name| name.starts_with("probonus") || name == "office"));
            }
            "crates/probonus/Cargo.toml" => {
                breaches.extend(named(file, |name| matches!(name, "office" | "probonus-office")));
                breaches.extend(outside_tests(file, "probonus-sandbox"));
            }
            "crates/contract/Cargo.toml" | "crates/swagger/Cargo.toml" => {
                breaches.extend(named(file, |name| {
                    matches!(name, "probonus" | "office" | "probonus-office" | "probonus-sandbox")
                }));
            }
            "crates/office/Cargo.toml" => breaches.extend(outside_tests(file, "probonus-sandbox")),
            _ => {}
        }
    }
    breaches
}

/// The office resolved alone, with only the features that it asks for itself.
pub fn office_knows_no_http() -> Result<Vec<Breach>> {
    let mut tree = run::cargo();
    tree.args(["tree", "--locked", "--package", "office", "--edges", "normal", "--prefix", "none", "--format", "{p}"]);
    Ok(strangers(&run::read(&mut tree)?))
}

/// Tests ask for no feature of a dependency that the programs don't ask for. Example: one test that wanted `futures` with its
/// executor made cargo compile every crate above `futures` twice, which cost a fresh clone a minute and a half.
pub fn tests_and_programs_share_their_build() -> Result<Vec<Breach>> {
    let resolved = |edges: &str| {
        let mut tree = run::cargo();
        tree.args(["tree", "--locked", "--workspace", "--exclude", "xtask", "--features", "probonus-office/dev-host"]);
        run::read(tree.args(["--edges", edges, "--prefix", "none", "--no-dedupe", "--format", "{p} [{f}]"]))
    };
    // Macros and build scripts resolve their features apart from tests: what only they use is theirs alone.
    Ok(built_twice(&resolved("normal,no-proc-macro")?, &resolved("normal,dev,no-proc-macro")?))
}

/// Packages that tests resolve with other features. A package that only tests use is not built twice.
fn built_twice(programs: &str, tests: &str) -> Vec<Breach> {
    let features = |tree: &str| -> BTreeMap<String, BTreeSet<String>> {
        let mut found = BTreeMap::<String, BTreeSet<String>>::new();
        for (package, features) in tree.lines().filter_map(|line| line.split_once(" [")) {
            found.entry(package.to_owned()).or_default().insert(features.to_owned());
        }
        found
    };
    let (programs, tests) = (features(programs), features(tests));
    let differs = |(package, of_programs): (&String, &BTreeSet<String>)| {
        let of_tests = tests.get(package)?;
        let more: Vec<&str> = of_tests.difference(of_programs).map(|more| more.trim_end_matches(']')).collect();
        (!more.is_empty()).then(|| format!("{package} is built a second time for tests, with {}", more.join("; ")))
    };
    programs.iter().filter_map(differs).collect()
}

fn strangers(tree: &str) -> Vec<Breach> {
    let mut found: Vec<Breach> = tree
        .lines()
        .filter_map(|line| line.split(' ').next())
        .filter(|name| NOT_IN_THE_OFFICE.contains(name))
        .map(|name| format!("crates/office depends on {name}; see: cargo tree -p office -e normal -i {name}"))
        .collect();
    found.sort();
    found.dedup();
    found
}

fn manifests(house: &House) -> impl Iterator<Item = &File> {
    house.files.iter().filter(|file| file.path.ends_with("/Cargo.toml"))
}

/// Lines of a manifest's dependency sections whose key satisfies the question.
fn named<'a>(file: &'a File, is: impl Fn(&str) -> bool + 'a) -> impl Iterator<Item = Breach> + 'a {
    dependencies(file)
        .filter(move |(_, _, name)| is(name))
        .map(|(index, section, name)| at(&file.path, index, &format!("{name} in [{section}]")))
}

fn outside_tests<'a>(file: &'a File, name: &'a str) -> impl Iterator<Item = Breach> + 'a {
    dependencies(file)
        .filter(move |(_, section, found)| *found == name && !section.contains("dev-dependencies"))
        .map(|(index, section, name)| at(&file.path, index, &format!("{name} in [{section}]")))
}

/// Line, section and name of every dependency, in both spellings: a key in a section, or a section of its own.
fn dependencies(file: &File) -> impl Iterator<Item = (usize, &str, &str)> {
    let mut section = "";
    file.text.lines().enumerate().filter_map(move |(index, line)| {
        if let Some(title) = line.trim().strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            section = title;
            let (_, name) = title.split_once("dependencies.")?;
            return Some((index, section, name));
        }
        let (key, _) = line.split_once('=')?;
        let name = key.trim().split('.').next()?;
        (section.ends_with("dependencies") && !line.trim_start().starts_with('#')).then_some((index, section, name))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tauri_outside_the_shell_is_caught() {
        let key = House::with("crates/office/Cargo.toml", "[dependencies]\ntauri.workspace = true\n");
        assert_eq!(only_the_shell_knows_tauri(&key).len(), 1);
        let section = House::with("crates/office/Cargo.toml", "[dev-dependencies.tauri-specta]\nworkspace = true\n");
        assert_eq!(only_the_shell_knows_tauri(&section).len(), 1);
        let shell = House::with(SHELL, "[dependencies]\ntauri.workspace = true\n");
        assert!(only_the_shell_knows_tauri(&shell).is_empty());
    }

    #[test]
    fn a_sandbox_that_knows_the_client_is_caught() {
        let bad = House::with("crates/sandbox/Cargo.toml", "[dev-dependencies]\nprobonus = { workspace = true }\n");
        assert_eq!(sandbox_stands_alone(&bad).len(), 1);
        let bad = House::with("crates/office/Cargo.toml", "[dependencies]\nprobonus-sandbox.workspace = true\n");
        assert_eq!(sandbox_stands_alone(&bad).len(), 1);
        let good = House::with("crates/office/Cargo.toml", "[dev-dependencies]\nprobonus-sandbox.workspace = true\n");
        assert!(sandbox_stands_alone(&good).is_empty());
    }

    #[test]
    fn an_http_client_in_the_office_is_caught() {
        let tree = "office v0.1.0 (crates/office)\nserde v1.0.0\nreqwest v0.13.0\nreqwest v0.13.0 (*)\n";
        assert_eq!(strangers(tree).len(), 1);
        assert!(strangers("office v0.1.0\nrusqlite v0.43.0\n").is_empty());
    }

    #[test]
    fn a_feature_that_only_tests_ask_for_is_caught() {
        let programs = "office v0.1.0 (crates/office) []\nfutures v0.3.34 [alloc,std]\n";
        let tests = "office v0.1.0 (crates/office) []\nfutures v0.3.34 [alloc,executor,std]\nproptest v1.12.0 [std]\n";
        assert_eq!(built_twice(programs, tests).len(), 1);
        let only_more_packages =
            "office v0.1.0 (crates/office) []\nfutures v0.3.34 [alloc,std]\nproptest v1.12.0 [std]\n";
        assert!(built_twice(programs, only_more_packages).is_empty());
    }
}
