//! What the server of updates says: the newest version, what is new in it, and where its file is. Nothing of it is signed, so
//! nothing of it is trusted: the file is, by its signature.

use std::collections::BTreeMap;

use jiff::civil::Date;
use semver::Version;
use serde::Deserialize;

/// Bytes of a manifest. The notes of the largest release so far are a fifth of it.
pub const LARGEST: u64 = 256 * 1024;

/// Bytes of a file. The installer has a tenth of it.
pub const LARGEST_FILE: u64 = 200 * 1024 * 1024;

/// A version that the server of updates names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Release {
    pub version: Version,
    pub date: Option<Date>,
    /// What is new, in English.
    pub notes: String,
    /// The same in Russian.
    pub notes_ru: Option<String>,
    /// The file for this system, if there is one.
    pub file: Option<ReleaseFile>,
}

/// The file of a release for one system.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ReleaseFile {
    pub url: String,
    pub signature: String,
    /// Bytes.
    pub size: u64,
}

/// The document, as Tauri's updater knows it, with the size of each file and Russian notes.
#[derive(Deserialize)]
struct Document {
    version: String,
    #[serde(default)]
    notes: String,
    notes_ru: Option<String>,
    pub_date: Option<String>,
    #[serde(default)]
    platforms: BTreeMap<String, FileOfSystem>,
}

#[derive(Deserialize)]
struct FileOfSystem {
    url: String,
    signature: String,
    size: u64,
}

/// The name of this system in a manifest: `windows-x86_64`, `darwin-aarch64`.
pub fn system() -> String {
    let system = if cfg!(target_os = "macos") { "darwin" } else { std::env::consts::OS };
    format!("{system}-{}", std::env::consts::ARCH)
}

/// Reads a manifest for a system.
///
/// # Errors
/// Why it is none, in words for the log.
pub fn read(text: &[u8], system: &str) -> Result<Release, String> {
    let mut document: Document = serde_json::from_slice(text).map_err(|error| error.to_string())?;
    let version = Version::parse(&document.version).map_err(|error| format!("its version: {error}"))?;
    let file = document.platforms.remove(system);
    if let Some(file) = file.as_ref().filter(|file| file.size == 0 || file.size > LARGEST_FILE) {
        return Err(format!("a file of {} bytes", file.size));
    }
    Ok(Release {
        version,
        date: document.pub_date.as_deref().and_then(|date| date.get(..10)?.parse().ok()),
        notes: document.notes,
        notes_ru: document.notes_ru.filter(|notes| !notes.trim().is_empty()),
        file: file.map(|FileOfSystem { url, signature, size }| ReleaseFile { url, signature, size }),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn document() -> Value {
        json!({
            "version": "1.2.3", "notes": "- New.", "notes_ru": "- Новое.", "pub_date": "2026-12-01T00:00:00Z", "more": 1,
            "platforms": {
                "windows-x86_64": { "url": "https://a.example/setup.exe", "signature": "c2ln", "size": 9 },
                "darwin-aarch64": { "url": "https://a.example/app.tar.gz", "signature": "c2ln", "size": 8 },
            },
        })
    }

    fn read_json(document: &Value) -> Result<Release, String> {
        read(document.to_string().as_bytes(), "windows-x86_64")
    }

    #[test]
    fn a_manifest_is_read_for_its_system() {
        let release = read_json(&document()).unwrap();
        assert_eq!(release.version, Version::new(1, 2, 3));
        assert_eq!(release.date.unwrap().to_string(), "2026-12-01");
        assert_eq!((release.notes.as_str(), release.notes_ru.as_deref()), ("- New.", Some("- Новое.")));
        let file = release.file.unwrap();
        assert_eq!((file.url.as_str(), file.size), ("https://a.example/setup.exe", 9));
        assert_eq!(read(document().to_string().as_bytes(), "linux-riscv64").unwrap().file, None);
    }

    #[test]
    fn what_is_no_manifest_is_refused() {
        for text in ["", "<html>404</html>", "[]", "{}", "null", "\u{0}", r#"{"version":1}"#, r#"{"version":"1.2"}"#] {
            assert!(read(text.as_bytes(), "windows-x86_64").is_err(), "{text}");
        }
        for (field, value) in [
            ("version", json!("../../1.2.3")),
            ("version", json!("v1.2.3")),
            ("notes", json!(["a"])),
            ("platforms", json!("all")),
        ] {
            let mut broken = document();
            broken[field] = value;
            assert!(read_json(&broken).is_err(), "{broken}");
        }
        for size in [json!(0), json!(-1), json!(1.5), json!("9"), json!(LARGEST_FILE + 1), json!(null)] {
            let mut broken = document();
            broken["platforms"]["windows-x86_64"]["size"] = size;
            assert!(read_json(&broken).is_err(), "{broken}");
        }
    }

    #[test]
    fn a_day_that_is_none_costs_nothing_else() {
        for day in ["soon", "2026-13-45T00:00:00Z", "ноябрь двадцать шестого"] {
            let mut odd = document();
            odd["pub_date"] = json!(day);
            assert_eq!(read_json(&odd).unwrap().date, None);
        }
    }
}
