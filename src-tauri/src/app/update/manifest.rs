//! What the server of updates says: the newest version, what is new in it, and where its file is. Nothing of it is signed, so
//! nothing of it is trusted: the file is, by its signature.

use std::collections::BTreeMap;

use jiff::civil::Date;
use semver::Version;
use serde::Deserialize;
use serde_json::Value;

/// Bytes of a manifest. The notes of the largest release so far are a fifth of it.
pub const LARGEST: u64 = 256 * 1024;

/// Bytes of a file. The installer has a tenth of it.
pub const LARGEST_FILE: u64 = 200 * 1024 * 1024;

/// Characters of a version. It stands on every screen, and may be any text behind a hyphen: `9.9.9-Call-8-800-555-35-35`.
const LONGEST_VERSION: usize = 32;

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
    #[serde(default)]
    pub_date: Value,
    /// Only the entry of this system is read: that of another one may be broken.
    #[serde(default)]
    platforms: BTreeMap<String, Value>,
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
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    let mut document: Document = serde_json::from_slice(text).map_err(|error| error.to_string())?;
    if document.version.len() > LONGEST_VERSION {
        return Err(format!("its version has more than {LONGEST_VERSION} characters"));
    }
    let version = Version::parse(&document.version).map_err(|error| format!("its version: {error}"))?;
    let file = document.platforms.remove(system).map(serde_json::from_value::<FileOfSystem>).transpose();
    let file = file.map_err(|error| format!("its file: {error}"))?;
    if let Some(file) = file.as_ref().filter(|file| file.size == 0 || file.size > LARGEST_FILE) {
        return Err(format!("a file of {} bytes", file.size));
    }
    Ok(Release {
        version,
        date: document.pub_date.as_str().and_then(|date| date.get(..10)?.parse().ok()),
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
            ("version", json!(format!("1.2.3-{}", "a".repeat(LONGEST_VERSION)))),
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

    /// The publisher's editor adds a mark of the byte order, and the file of another system has no size.
    #[test]
    fn what_is_wrong_beside_the_file_of_this_system_costs_nothing() {
        let mut document = document();
        document["platforms"]["darwin-aarch64"] = json!({ "url": 5 });
        let text = format!("\u{feff}{document}");
        let release = read(text.as_bytes(), "windows-x86_64").unwrap();
        assert_eq!(release.file.map(|file| file.size), Some(9));
        assert!(read(text.as_bytes(), "darwin-aarch64").is_err());
    }

    #[test]
    fn a_day_that_is_none_costs_nothing_else() {
        for day in
            [json!("soon"), json!("2026-13-45T00:00:00Z"), json!("ноябрь двадцать шестого"), json!(5), json!(null)]
        {
            let mut odd = document();
            odd["pub_date"] = day;
            assert_eq!(read_json(&odd).unwrap().date, None);
        }
    }
}
