//! The page is built the same wherever it is built: once more in another folder, compared byte by byte.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};

use super::console::Console;
use crate::run;

/// Builds the page a second time, from a copy elsewhere, and compares it with `ui/dist`.
pub fn same_elsewhere(console: &Console) -> Result<()> {
    let ui = run::root().join("ui");
    // Another length of the path and another name of the folder: both have found their way into pages.
    let place = run::target().join("page-elsewhere");
    let copy = place.join("another folder/copy of the page");
    if place.exists() {
        fs::remove_dir_all(&place)?;
    }
    link(&ui, &copy, &["dist"])?;
    let mut build = run::command("node");
    console.run(build.args(["node_modules/vite/bin/vite.js", "build", "--logLevel", "warn"]).current_dir(&copy))?;
    let differing = differing(&files(&ui.join("dist"))?, &files(&copy.join("dist"))?);
    fs::remove_dir_all(&place)?;
    ensure!(differing.is_empty(), "built in two folders, these files differ: {}", differing.join(", "));
    Ok(())
}

/// Copies a folder by links to the same files, without what in it is called like one of these.
fn link(from: &Path, to: &Path, without: &[&str]) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from).with_context(|| format!("can't read {}", from.display()))? {
        let entry = entry?;
        let (name, kind) = (entry.file_name(), entry.file_type()?);
        if without.iter().any(|other| name == *other) {
            continue;
        }
        if kind.is_dir() {
            link(&entry.path(), &to.join(name), &[])?;
        } else if kind.is_file() {
            fs::hard_link(entry.path(), to.join(name))?;
        }
    }
    Ok(())
}

/// All files under a folder, by their path from there.
fn files(folder: &Path) -> Result<BTreeMap<PathBuf, Vec<u8>>> {
    let mut found = BTreeMap::new();
    let mut open = vec![folder.to_owned()];
    while let Some(next) = open.pop() {
        for entry in fs::read_dir(&next).with_context(|| format!("can't read {}", next.display()))? {
            let path = entry?.path();
            if path.is_dir() {
                open.push(path);
            } else {
                found.insert(path.strip_prefix(folder)?.to_owned(), fs::read(&path)?);
            }
        }
    }
    ensure!(!found.is_empty(), "{} is empty", folder.display());
    Ok(found)
}

fn differing(one: &BTreeMap<PathBuf, Vec<u8>>, other: &BTreeMap<PathBuf, Vec<u8>>) -> Vec<String> {
    let mut names: Vec<&PathBuf> = one.keys().chain(other.keys()).collect();
    names.sort();
    names.dedup();
    names.retain(|name| one.get(*name) != other.get(*name));
    names.into_iter().map(|name| name.display().to_string()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_differs_or_is_missing_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let [one, other] = ["one", "other"].map(|name| folder.path().join(name));
        fs::create_dir_all(one.join("assets")).unwrap();
        fs::create_dir_all(one.join("dist")).unwrap();
        fs::create_dir_all(one.join("assets/dist")).unwrap();
        for name in ["index.html", "assets/a.js", "assets/b.js", "assets/dist/c.js", "dist/old.js"] {
            fs::write(one.join(name), name).unwrap();
        }
        link(&one, &other, &["dist"]).unwrap();
        assert!(!other.join("dist").exists());
        fs::remove_dir_all(one.join("dist")).unwrap();
        assert_eq!(differing(&files(&one).unwrap(), &files(&other).unwrap()), Vec::<String>::new());
        // A link is one file under two names: it is replaced, not written.
        fs::remove_file(other.join("assets/a.js")).unwrap();
        fs::write(other.join("assets/a.js"), "changed").unwrap();
        fs::remove_file(one.join("assets/b.js")).unwrap();
        let found = differing(&files(&one).unwrap(), &files(&other).unwrap());
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(files(&folder.path().join("gone")).is_err());
    }
}
