//! What the updater of the program asks for: the newest version, what is new, and where it is with its signature. Made last,
//! when the files of all systems lie in one folder.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, bail};
use serde_json::{Map, Value, json};

use super::place::{VERSION, folder};
use super::{checksums, update};
use crate::release::changelog;
use crate::run;

/// Where the files of a version can be had; the workflow sets it to its own release.
const ADDRESS: &str = "PROBONUS_RELEASE_URL";

/// The updater's name of a system, and how the name of its file ends: with a signature of the system, or without one.
/// A package of Debian is updated by Debian.
const SYSTEMS: &[(&str, &str, &str)] = &[
    ("windows-x86_64", "x64-setup.exe", "x64-setup-unsigned.exe"),
    ("darwin-aarch64", "aarch64.app.tar.gz", "aarch64-unsigned.app.tar.gz"),
];

/// Writes `latest.json`, the notes of the release, and the checksums of all.
pub fn make() -> Result<()> {
    let folder = folder();
    let read = |name: &str| fs::read_to_string(run::root().join(name)).with_context(|| format!("can't read {name}"));
    let (english, date) = notes(&read(changelog::ENGLISH)?).context(changelog::ENGLISH)?;
    let (russian, _) = notes(&read(changelog::RUSSIAN)?).context(changelog::RUSSIAN)?;
    let address = std::env::var(ADDRESS).ok().filter(|address| !address.is_empty());
    let address = address.unwrap_or_else(|| "https://downloads.example".to_owned());
    let (document, signed) = document(&folder, &address, [&english, &russian], &date)?;
    let name = if signed { "latest.json" } else { "latest-unsigned.json" };
    fs::write(folder.join(name), serde_json::to_string_pretty(&document)?)?;
    fs::write(folder.join("notes.md"), &english)?;
    checksums::write(&folder)?;
    println!("{}\n{}", folder.join(name).display(), folder.join("notes.md").display());
    Ok(())
}

/// What is new in this version, and its day. Before a release: what is unreleased, today.
fn notes(changelog: &str) -> Result<(String, String)> {
    let section = changelog::sections(changelog)?.into_iter().find(|section| section.version.to_string() == VERSION);
    if let Some(section) = section {
        return Ok((section.notes.to_owned(), section.date.to_string()));
    }
    let notes = changelog::unreleased(changelog).context("it tells nothing of this version")?;
    Ok((notes.to_owned(), jiff::ZonedDateTime::now().date().to_string()))
}

/// The document with what is new in English and Russian, and whether every file in it is signed as a release is: by its system's key and by the updater's.
fn document(folder: &Path, address: &str, [notes, notes_ru]: [&str; 2], date: &str) -> Result<(Value, bool)> {
    let mut platforms = Map::new();
    let mut all_signed = true;
    for (system, signed, unsigned) in SYSTEMS {
        let file = |ending: &str| folder.join(format!("probonus-office_{VERSION}_{ending}"));
        let Some(path) = [signed, unsigned].map(|ending| file(ending)).into_iter().find(|path| path.is_file()) else {
            continue;
        };
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let signature = update::read_signature(&update::signature_of(&path))?;
        all_signed &= path == file(signed) && !signature.is_test;
        let url = format!("{}/{name}", address.trim_end_matches('/'));
        // By its size the program knows how much may come before it has seen the signature.
        let size = fs::metadata(&path)?.len();
        let file = json!({"signature": signature.text, "url": url, "size": size});
        platforms.insert((*system).to_owned(), file);
    }
    if platforms.is_empty() {
        bail!("{} has no file that an updater could install; run `cargo xtask dist windows` first", folder.display());
    }
    let date = format!("{date}T00:00:00Z");
    let document = json!({
        "version": VERSION, "notes": notes, "notes_ru": notes_ru, "pub_date": date, "platforms": platforms,
    });
    Ok((document, all_signed))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dist::update::UpdateKey;

    #[test]
    fn the_manifest_holds_what_is_there_with_its_signature() {
        let folder = tempfile::tempdir().unwrap();
        let read = || document(folder.path(), "https://a.example/1/", ["- New.", "- Новое."], "2026-12-01");
        assert!(read().unwrap_err().to_string().contains("dist windows"));

        let name = format!("probonus-office_{VERSION}_x64-setup-unsigned.exe");
        let installer = folder.path().join(&name);
        fs::write(&installer, "x").unwrap();
        assert!(read().is_err(), "a file without a signature is no update");
        UpdateKey::of_environment().unwrap().sign(&installer).unwrap();
        let (document, signed) = read().unwrap();
        assert!(!signed);
        assert_eq!(document["platforms"].as_object().unwrap().len(), 1);
        let windows = &document["platforms"]["windows-x86_64"];
        assert_eq!(windows["url"], format!("https://a.example/1/{name}"));
        assert_eq!(windows["size"], 1);
        assert!(windows["signature"].as_str().unwrap().len() > 100);
        assert_eq!([&document["notes"], &document["notes_ru"]], ["- New.", "- Новое."]);
        assert_eq!(document["pub_date"], "2026-12-01T00:00:00Z");
    }

    #[test]
    fn before_a_release_the_notes_are_what_is_unreleased() {
        let text = format!("## [Unreleased]\n\n- Next.\n\n## [{VERSION}] - 2026-12-01\n\n- This.\n");
        assert_eq!(notes(&text).unwrap(), ("- This.".to_owned(), "2026-12-01".to_owned()));
        assert_eq!(notes("# C\n\n## [Unreleased]\n\n- Next.\n").unwrap().0, "- Next.");
    }
}
