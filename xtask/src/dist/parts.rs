//! The parts of others that are inside the program: crates, and packages of the page. Each must say its licence.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use crate::run;

/// Where a part comes from.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Registry {
    Cargo,
    Npm,
}

/// A part of others.
pub struct Part {
    pub registry: Registry,
    pub name: String,
    pub version: String,
    /// SPDX expression, e.g. `MIT OR Apache-2.0`.
    pub licence: String,
    /// SHA-256 of what the registry hands out, in hexadecimal; of crates only.
    pub checksum: Option<String>,
    folder: PathBuf,
}

/// All parts of the program for a target, by name.
pub fn of_program(target: &str) -> Result<Vec<Part>> {
    let mut cargo = run::cargo();
    cargo.args(["metadata", "--locked", "--format-version", "1", "--filter-platform", target]);
    let metadata: Value = serde_json::from_str(&run::read(&mut cargo)?).context("cargo metadata")?;
    let lock = fs::read_to_string(run::root().join("Cargo.lock"))?;
    let mut parts = crates(&metadata, &checksums(&lock));
    let lock = fs::read_to_string(run::root().join("ui/package-lock.json"))?;
    parts.extend(page_packages(&serde_json::from_str(&lock).context("package-lock.json")?));
    parts.sort_by(|a, b| (a.registry, &a.name, &a.version).cmp(&(b.registry, &b.name, &b.version)));
    let silent: Vec<&str> =
        parts.iter().filter(|part| part.licence.is_empty()).map(|part| part.name.as_str()).collect();
    if silent.is_empty() { Ok(parts) } else { bail!("without a licence: {}", silent.join(", ")) }
}

/// The texts of all licences, each once, with the parts that it is for.
pub fn licence_texts(parts: &[Part]) -> Result<String> {
    let mut texts: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for part in parts {
        let title = format!("{} {} ({})", part.name, part.version, part.licence);
        for text in licence_files(&part.folder)? {
            texts.entry(text).or_default().push(title.clone());
        }
    }
    let mut page = "ProBonus Office contains these parts of others, under these licences. Where a part brings no text, its line names \
                    the licence.\n\n"
        .to_owned();
    page.extend(parts.iter().map(|part| format!("{} {}: {}\n", part.name, part.version, part.licence)));
    for (text, titles) in texts {
        page.push_str(&format!("\n{}\n{}\n\n{text}\n", "-".repeat(100), titles.join("\n")));
    }
    Ok(page)
}

/// What the files of a part's folder that are called by a licence contain.
fn licence_files(folder: &Path) -> Result<BTreeSet<String>> {
    let mut texts = BTreeSet::new();
    let entries = fs::read_dir(folder).with_context(|| format!("can't read {}", folder.display()))?;
    for entry in entries {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().to_uppercase();
        let named =
            ["LICENSE", "LICENCE", "COPYING", "NOTICE", "UNLICENSE"].iter().any(|start| name.starts_with(start));
        if named && path.is_file() {
            let text = String::from_utf8_lossy(&fs::read(&path)?).replace("\r\n", "\n");
            texts.insert(text.trim().to_owned());
        }
    }
    Ok(texts)
}

/// The crates of registries that the program is linked with; neither those of its build nor our own.
fn crates(metadata: &Value, checksums: &HashMap<(String, String), String>) -> Vec<Part> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let packages: HashMap<String, Value> =
        list(&metadata["packages"]).into_iter().map(|package| (text(&package["id"]), package)).collect();
    let nodes: HashMap<String, Value> =
        list(&metadata["resolve"]["nodes"]).into_iter().map(|node| (text(&node["id"]), node)).collect();
    let program = packages.values().find(|package| package["name"] == "probonus-office").map(|it| text(&it["id"]));
    let mut open: Vec<String> = program.into_iter().collect();
    let mut met: BTreeSet<String> = open.iter().cloned().collect();
    while let Some(id) = open.pop() {
        for edge in nodes.get(&id).map(|node| list(&node["deps"])).unwrap_or_default() {
            let is_normal = list(&edge["dep_kinds"]).iter().any(|kind| kind["kind"].is_null());
            let next = text(&edge["pkg"]);
            if is_normal && met.insert(next.clone()) {
                open.push(next);
            }
        }
    }
    let foreign = met.iter().filter_map(|id| packages.get(id)).filter(|package| !package["source"].is_null());
    let part = |package: &Value| {
        let (name, version) = (text(&package["name"]), text(&package["version"]));
        let manifest = PathBuf::from(text(&package["manifest_path"]));
        Part {
            registry: Registry::Cargo,
            // The way it was written before SPDX expressions.
            licence: text(&package["license"]).replace('/', " OR ").replace("  ", " "),
            checksum: checksums.get(&(name.clone(), version.clone())).cloned(),
            folder: manifest.parent().unwrap_or(Path::new("")).to_owned(),
            name,
            version,
        }
    };
    foreign.map(part).collect()
}

/// Checksums of the lock file, by name and version.
fn checksums(lock: &str) -> HashMap<(String, String), String> {
    let value = |block: &str, key: &str| {
        block.lines().find_map(|line| Some(line.strip_prefix(key)?.trim_matches([' ', '=', '"']).to_owned()))
    };
    let blocks = lock.split("[[package]]").skip(1);
    blocks
        .filter_map(|block| Some(((value(block, "name ")?, value(block, "version ")?), value(block, "checksum ")?)))
        .collect()
}

/// The packages that the page is made of, without those that only make or test it.
fn page_packages(lock: &Value) -> Vec<Part> {
    let packages = lock["packages"].as_object().into_iter().flatten();
    let shipped = packages.filter(|(place, package)| !place.is_empty() && package["dev"] != true);
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    shipped
        .filter_map(|(place, package)| {
            Some(Part {
                registry: Registry::Npm,
                name: place.rsplit_once("node_modules/")?.1.to_owned(),
                version: text(&package["version"]),
                licence: text(&package["license"]),
                checksum: None,
                folder: run::root().join("ui").join(place),
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_only_built_with_is_no_part_and_what_a_part_needs_is() {
        let package = |id: &str, source: Option<&str>| json!({"id": id, "name": id, "version": "1.0.0", "license": "MIT/Apache-2.0", "source": source, "manifest_path": "/x/Cargo.toml"});
        let edge = |id: &str, kind: Option<&str>| json!({"pkg": id, "dep_kinds": [{"kind": kind}]});
        let metadata = json!({
            "packages": [package("probonus-office", None), package("office", None), package("a", Some("r")), package("b", Some("r"))],
            "resolve": {"nodes": [
                {"id": "probonus-office", "deps": [edge("office", None), edge("b", Some("build"))]},
                {"id": "office", "deps": [edge("a", None)]},
            ]},
        });
        let checksums = checksums("[[package]]\nname = \"a\"\nversion = \"1.0.0\"\nchecksum = \"f0\"\n");
        let parts = crates(&metadata, &checksums);
        let told: Vec<_> =
            parts.iter().map(|part| (part.name.as_str(), part.licence.as_str(), part.checksum.as_deref())).collect();
        assert_eq!(told, [("a", "MIT OR Apache-2.0", Some("f0"))]);
    }

    #[test]
    fn packages_of_the_page_are_those_that_are_shipped() {
        let lock = json!({"packages": {
            "": {}, "node_modules/vite": {"dev": true, "version": "1", "license": "MIT"},
            "node_modules/svelte/node_modules/x": {"version": "2", "license": "ISC"},
        }});
        let parts = page_packages(&lock);
        assert_eq!(
            parts.iter().map(|part| (part.name.as_str(), part.licence.as_str())).collect::<Vec<_>>(),
            [("x", "ISC")]
        );
    }
}
