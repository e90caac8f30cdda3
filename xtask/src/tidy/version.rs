//! The version stands in one place: `[workspace.package]` of the root manifest.

use serde_json::Value;

use super::breach::Breach;
use crate::house::House;

/// Files that could repeat the version, and from where: a JSON pointer.
const SILENT: &[(&str, &str)] =
    &[("src-tauri/tauri.conf.json", "/version"), ("ui/package.json", "/version"), ("ui/package.json", "/private")];

/// Members that have a version of their own, and files beside that repeat it.
pub fn in_one_place(house: &House) -> Vec<Breach> {
    let mut breaches: Vec<Breach> = house
        .files
        .iter()
        .filter(|file| file.path.ends_with("/Cargo.toml") && !file.text.contains("version.workspace = true"))
        .map(|file| format!("{} has a version of its own", file.path))
        .collect();
    for (path, place) in SILENT {
        let Some(file) = house.file(path) else { continue };
        let told = serde_json::from_str::<Value>(&file.text).ok().and_then(|value| value.pointer(place).cloned());
        match (*place, told) {
            // A package without a version can only be private.
            ("/private", Some(Value::Bool(true))) | ("/version", None) => {}
            ("/private", _) => breaches.push(format!("{path} is not private")),
            (_, told) => breaches.push(format!("{path} repeats the version: {}", told.unwrap_or_default())),
        }
    }
    breaches
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_version_is_caught() {
        assert_eq!(in_one_place(&House::with("src-tauri/tauri.conf.json", "{\"version\": \"1.0.0\"}")).len(), 1);
        assert_eq!(in_one_place(&House::with("ui/package.json", "{\"version\": \"1.0.0\"}")).len(), 2);
        assert_eq!(in_one_place(&House::with("crates/a/Cargo.toml", "[package]\nversion = \"1.0.0\"\n")).len(), 1);
        assert!(in_one_place(&House::with("ui/package.json", "{\"private\": true}")).is_empty());
        assert!(in_one_place(&House::with("crates/a/Cargo.toml", "version.workspace = true\n")).is_empty());
    }
}
