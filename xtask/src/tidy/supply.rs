//! What we take from others: where it comes from, its licences, what is there twice, which compiler it needs.
//!
//! The rules stand in `deny.toml`, which `cargo deny` reads too. It also knows of holes and of what is no longer kept, but
//! needs a database from a network; `cargo xtask audit` runs it.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context as _, Result};
use serde_json::Value as Json;
use spdx::{Expression, LicenseReq, ParseMode};
use toml::{Table, Value};

use super::breach::Breach;
use crate::house::House;
use crate::run;

const RULES: &str = "deny.toml";

/// A crate of others.
struct Crate {
    name: String,
    version: String,
    source: String,
    licence: String,
    /// The oldest compiler that it asks for, e.g. `1.85.0`; empty if it says none.
    compiler: String,
}

/// All breaches of the rules.
pub fn laws(house: &House) -> Result<Vec<(&'static str, Vec<Breach>)>> {
    let rules = house.file(RULES).with_context(|| format!("{RULES} is not there"))?;
    let rules: Table = rules.text.parse().context(RULES)?;
    let crates = crates(&metadata(&rules)?);
    Ok(vec![
        ("crates come from crates.io alone", sources(&crates, &rules)),
        ("every crate has a licence that we accept", licences(&crates, &rules)),
        ("what is there twice has a reason", duplicates(&crates, &rules)),
        ("the stated compiler is new enough for every crate, and is the one in the README", compiler(&crates, house)),
    ])
}

/// What cargo knows of the systems that the program is made for.
fn metadata(rules: &Table) -> Result<Json> {
    let mut cargo = run::cargo();
    cargo.args(["metadata", "--locked", "--all-features", "--format-version", "1"]);
    for target in texts(&rules["graph"], "targets") {
        cargo.args(["--filter-platform", target]);
    }
    serde_json::from_str(&run::read(&mut cargo)?).context("cargo metadata")
}

/// The crates of others that are in the graph.
fn crates(metadata: &Json) -> Vec<Crate> {
    let text = |value: &Json| value.as_str().unwrap_or_default().to_owned();
    let list = |value: &Json| value.as_array().cloned().unwrap_or_default();
    let used: BTreeSet<String> = list(&metadata["resolve"]["nodes"]).iter().map(|node| text(&node["id"])).collect();
    let packages = list(&metadata["packages"]);
    let foreign = packages.iter().filter(|one| !one["source"].is_null() && used.contains(&text(&one["id"])));
    foreign
        .map(|one| Crate {
            name: text(&one["name"]),
            version: text(&one["version"]),
            source: text(&one["source"]),
            licence: text(&one["license"]),
            compiler: text(&one["rust_version"]),
        })
        .collect()
}

fn sources(crates: &[Crate], rules: &Table) -> Vec<Breach> {
    let allowed: Vec<&str> = texts(&rules["sources"], "allow-registry").collect();
    let is_allowed =
        |one: &Crate| one.source.strip_prefix("registry+").is_some_and(|address| allowed.contains(&address));
    crates.iter().filter(|one| !is_allowed(one)).map(|one| format!("{} comes from {}", one.name, one.source)).collect()
}

fn licences(crates: &[Crate], rules: &Table) -> Vec<Breach> {
    let rules = &rules["licenses"];
    let mut breaches = Vec::new();
    let mut used = BTreeSet::new();
    for one in crates {
        // The slash of older crates means "or".
        let Ok(expression) = Expression::parse_mode(&one.licence, ParseMode::LAX) else {
            breaches.push(format!("{} {}: no licence that can be read: `{}`", one.name, one.version, one.licence));
            continue;
        };
        let own: Vec<&str> = exceptions(rules, &one.name).collect();
        let mut allows = |required: &LicenseReq| {
            let name = required.to_string();
            let found = texts(rules, "allow").chain(own.iter().copied()).find(|allowed| *allowed == name);
            used.extend(found.map(str::to_owned));
            found.is_some()
        };
        // Every part is asked, so that a licence counts as used wherever it is offered.
        let answers: Vec<(LicenseReq, bool)> =
            expression.requirements().map(|part| (part.req.clone(), allows(&part.req))).collect();
        if !expression.evaluate(|required| answers.iter().any(|(asked, is)| asked == required && *is)) {
            breaches.push(format!("{} {}: `{}` is not allowed", one.name, one.version, one.licence));
        }
    }
    let unused = texts(rules, "allow").filter(|name| !used.contains(*name));
    breaches.extend(unused.map(|name| format!("{RULES}: nothing has the licence {name}")));
    breaches
}

/// Licences that one crate alone may have.
fn exceptions<'a>(rules: &'a Value, name: &'a str) -> impl Iterator<Item = &'a str> {
    let list = rules.get("exceptions").and_then(Value::as_array).into_iter().flatten();
    list.filter(move |one| one["crate"].as_str() == Some(name)).flat_map(|one| texts(one, "allow"))
}

fn duplicates(crates: &[Crate], rules: &Table) -> Vec<Breach> {
    let mut versions: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for one in crates {
        versions.entry(&one.name).or_default().insert(&one.version);
    }
    let mut breaches = Vec::new();
    let mut explained: BTreeSet<(&str, &str)> = BTreeSet::new();
    for skip in rules["bans"].get("skip").and_then(Value::as_array).into_iter().flatten() {
        let named = skip["crate"].as_str().unwrap_or_default();
        let (name, version) = named.split_once('@').unwrap_or((named, ""));
        if skip.get("reason").and_then(Value::as_str).is_none_or(|reason| reason.len() < 5) {
            breaches.push(format!("{RULES}: {named} has no reason"));
        }
        if versions.get(name).is_none_or(|all| all.len() < 2 || !all.contains(version)) {
            breaches.push(format!("{RULES}: no longer so: {named} beside another version"));
        }
        explained.insert((name, version));
    }
    for (name, all) in versions.iter().filter(|(_, all)| all.len() > 1) {
        let bare: Vec<&str> = all.iter().copied().filter(|version| !explained.contains(&(*name, *version))).collect();
        if bare.len() > 1 {
            breaches.push(format!("{name} is there as {}; see: cargo tree --target all -i {name}@…", bare.join(", ")));
        }
    }
    breaches
}

fn compiler(crates: &[Crate], house: &House) -> Vec<Breach> {
    let manifest = house.file("Cargo.toml").map_or("", |file| &file.text);
    let stated = manifest.lines().find_map(|line| line.strip_prefix("rust-version = "));
    let Some(stated) = stated.map(|value| value.trim_matches('"')) else {
        return vec!["Cargo.toml states no rust-version".to_owned()];
    };
    let numbers = |text: &str| text.split('.').map_while(|part| part.parse::<u32>().ok()).collect::<Vec<_>>();
    let needs = |one: &&Crate| numbers(&one.compiler) > numbers(stated);
    let mut breaches: Vec<Breach> = crates
        .iter()
        .filter(needs)
        .map(|one| format!("{} {} needs Rust {}, {stated} is stated", one.name, one.version, one.compiler))
        .collect();
    for page in ["README.md", "README.ru.md"] {
        if house.file(page).is_some_and(|file| !file.text.contains(&format!("Rust {stated}"))) {
            breaches.push(format!("{page} does not say Rust {stated}"));
        }
    }
    breaches
}

fn texts<'a>(table: &'a Value, key: &str) -> impl Iterator<Item = &'a str> {
    table.get(key).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn a_crate(name: &str, version: &str, licence: &str) -> Crate {
        let source = "registry+https://crates.example".to_owned();
        Crate { name: name.into(), version: version.into(), source, licence: licence.into(), compiler: String::new() }
    }

    fn rules(text: &str) -> Table {
        text.parse().unwrap()
    }

    #[test]
    fn only_crates_of_the_graph_and_of_others_are_looked_at() {
        let package =
            |id: &str, source: Option<&str>| json!({"id": id, "name": id, "version": "1.0.0", "source": source});
        let metadata = json!({
            "packages": [package("ours", None), package("used", Some("s")), package("of another system", Some("s"))],
            "resolve": {"nodes": [{"id": "ours"}, {"id": "used"}]},
        });
        assert_eq!(crates(&metadata).iter().map(|one| one.name.as_str()).collect::<Vec<_>>(), ["used"]);
    }

    #[test]
    fn a_crate_from_elsewhere_is_caught() {
        let rules = rules("[sources]\nallow-registry = [\"https://crates.example\"]\n");
        let mut one = a_crate("a", "1.0.0", "MIT");
        assert!(sources(std::slice::from_ref(&one), &rules).is_empty());
        one.source = "git+https://example.com/a".to_owned();
        assert_eq!(sources(&[one], &rules), ["a comes from git+https://example.com/a"]);
    }

    #[test]
    fn a_licence_that_we_do_not_accept_is_caught_and_an_unused_one_too() {
        let rules = rules(
            "[licenses]\nallow = [\"MIT\", \"Apache-2.0 WITH LLVM-exception\"]\nexceptions = [{ crate = \"b\", allow = [\"MPL-2.0\"] }]\n",
        );
        let good = [
            a_crate("a", "1.0.0", "MIT/Apache-2.0"),
            a_crate("b", "1.0.0", "MPL-2.0"),
            a_crate("c", "1.0.0", "Apache-2.0 WITH LLVM-exception"),
        ];
        assert_eq!(licences(&good, &rules), Vec::<Breach>::new());
        for licence in ["MPL-2.0", "GPL-3.0-only", "MIT AND GPL-3.0-only", "", "see file"] {
            let found = licences(&[a_crate("x", "1.0.0", licence)], &rules);
            assert!(found.iter().any(|breach| breach.starts_with("x 1.0.0")), "{licence}: {found:?}");
        }
        let found = licences(&good[..1], &rules);
        assert_eq!(found, ["deny.toml: nothing has the licence Apache-2.0 WITH LLVM-exception"]);
    }

    #[test]
    fn a_duplicate_needs_a_reason_and_a_reason_needs_a_duplicate() {
        let two = [a_crate("a", "1.0.0", "MIT"), a_crate("a", "2.0.0", "MIT")];
        let with = |skip: &str| duplicates(&two, &rules(&format!("[bans]\nskip = [{skip}]\n")));
        assert!(with("")[0].starts_with("a is there as 1.0.0, 2.0.0"));
        assert!(with("{ crate = \"a@1.0.0\", reason = \"for an older library\" }").is_empty());
        assert!(with("{ crate = \"a@1.0.0\" }")[0].contains("no reason"));
        let stale =
            with("{ crate = \"a@1.0.0\", reason = \"for one\" }, { crate = \"b@1.0.0\", reason = \"for two\" }");
        assert_eq!(stale, ["deny.toml: no longer so: b@1.0.0 beside another version"]);
    }

    #[test]
    fn a_crate_that_needs_a_newer_compiler_is_caught() {
        let house =
            |version: &str| House::with("Cargo.toml", &format!("[workspace.package]\nrust-version = \"{version}\"\n"));
        let mut one = a_crate("a", "1.0.0", "MIT");
        one.compiler = "1.88.0".to_owned();
        assert!(compiler(std::slice::from_ref(&one), &house("1.95")).is_empty());
        assert!(compiler(std::slice::from_ref(&one), &house("1.85"))[0].contains("needs Rust 1.88.0"));
        assert_eq!(compiler(&[one], &House::default()).len(), 1);
    }
}
