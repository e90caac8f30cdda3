//! The stored contract of a server: its description as it was read, and the lines that an administrator overruled. The
//! binding is computed from the two, so any line can be returned to the server's own value.

use std::{collections::BTreeSet, io, path::Path};

use jiff::Timestamp;
use probonus::{
    Method,
    binding::{self, Binding, ImportError, LineChange, MethodBinding, Source},
};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::shape::{Origin, OriginKind, OverruledLine};

/// The value of `format` in our files.
const FORMAT: &str = "probonus-office-contract";
/// Version of the file that this program writes.
const VERSION: u32 = 1;

/// The stored contract of one server.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Kept {
    format: String,
    version: u32,
    /// The server's address.
    pub server: String,
    /// The binding by the server's description, or else the table; with the formats that probes found.
    #[serde(deserialize_with = "known_binding")]
    pub base: Binding,
    /// The source of `base`; `None`: it is the table.
    #[serde(default)]
    pub origin: Option<Origin>,
    /// Lines that an administrator overruled, the oldest first. Files since version 1 call them `marks`.
    #[serde(default, rename = "marks")]
    pub overruled: Vec<OverruledLine>,
    /// When the server's description was last read.
    #[serde(default)]
    pub checked_at: Option<Timestamp>,
    /// A description that changes writes or money, until a person accepts or declines it.
    #[serde(default)]
    pub pending: Option<Box<Found>>,
    /// The fingerprint of a description that was declined.
    #[serde(default)]
    pub declined: Option<String>,
    /// Whether the proposal waits because this file was changed or deleted on this computer, not because the server changed.
    #[serde(default)]
    pub file_changed: bool,
    /// Changes that were taken over without asking, until the operator has read them.
    #[serde(default)]
    pub news: Vec<LineChange>,
    /// Methods that the server forbids although its description has them, after the user has been told.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub forbidden: BTreeSet<Method>,
    /// How the contract before this one wrote, with overruled lines and without. No read may be called so: a description may have
    /// changed places.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub former_writes: Vec<(Method, MethodBinding)>,
}

/// A proposed contract.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Found {
    /// Its id while it waits for an answer.
    pub id: String,
    /// The binding.
    #[serde(deserialize_with = "known_binding")]
    pub base: Binding,
    /// Where it is from.
    pub origin: Origin,
    /// Overruled lines that came with it, in place of the stored ones.
    #[serde(default, rename = "marks")]
    pub overruled: Option<Vec<OverruledLine>>,
    /// The server it was exported from, for an import.
    #[serde(default)]
    pub server: Option<String>,
}

/// Why a file is not a contract of ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum FileError {
    /// It was written by another program.
    Foreign,
    /// It is ours, and damaged. The text says how.
    Broken(String),
    /// It was written by a newer version.
    Newer,
}

fn known_binding<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Binding, D::Error> {
    let value = Value::deserialize(deserializer)?;
    Binding::import(&value.to_string()).map_err(serde::de::Error::custom)
}

impl Kept {
    /// A contract that is only the table.
    #[must_use]
    pub fn table(server: &str) -> Self {
        Self::of(server, Binding::default())
    }

    fn of(server: &str, base: Binding) -> Self {
        Self {
            format: FORMAT.to_owned(),
            version: VERSION,
            server: server.to_owned(),
            base,
            origin: None,
            overruled: Vec::new(),
            checked_at: None,
            pending: None,
            declined: None,
            file_changed: false,
            news: Vec::new(),
            forbidden: BTreeSet::new(),
            former_writes: Vec::new(),
        }
    }

    /// The binding that is used, and the overruled lines that don't fit it any more. Its reads call no write: neither one of its own,
    /// nor one that an overruled line has moved, nor one of the contract before.
    #[must_use]
    pub fn effective(&self) -> (Binding, Vec<OverruledLine>) {
        let mut binding = self.base.clone();
        let mut lost = self.overruled.clone();
        lost.retain(|line| binding.overrule_as_stored(line.method, &line.key, &line.value).is_err());
        binding.keep_reads_from(&self.base.writes());
        binding.keep_reads_from(&self.former_writes);
        (binding, lost)
    }

    /// The contract after `found` is accepted.
    #[must_use]
    pub fn with(&self, found: &Found) -> Self {
        let mut next = self.clone();
        next.base = found.base.clone();
        // A discovered format stays, unless the description or the file says another one.
        if next.base.phone.source == Source::Table && self.base.phone.source == Source::Discovered {
            next.base.phone = self.base.phone;
        }
        for method in [Method::Groups, Method::FindByPhone] {
            let known = self.base.method(method).and_then(|bound| bound.answer.at.clone());
            if let (Some(known), Some(bound)) = (known, next.base.methods.get_mut(&method))
                && known.source == Source::Discovered
                && bound.answer.at.is_none()
            {
                bound.answer.at = Some(known);
            }
        }
        next.former_writes = self.effective().0.writes();
        let of_base = self.base.writes().into_iter().filter(|write| !next.former_writes.contains(write));
        let of_base: Vec<_> = of_base.collect();
        next.former_writes.extend(of_base);
        next.origin = Some(found.origin.clone());
        if let Some(overruled) = &found.overruled {
            next.overruled.clone_from(overruled);
        }
        next.pending = None;
        next.declined = None;
        next.forbidden.clear();
        next.file_changed = false;
        next
    }

    /// Overrules a line, or returns it to the server's own value (`None`).
    ///
    /// # Errors
    /// Why the line can't have this value; nothing is changed.
    pub fn overrule(
        &mut self,
        method: Option<Method>,
        key: &str,
        value: Option<&str>,
        by: &str,
        at: Timestamp,
    ) -> Result<(), binding::OverruleError> {
        let mut overruled = self.overruled.clone();
        overruled.retain(|line| (line.method, line.key.as_str()) != (method, key));
        if let Some(value) = value {
            let (mut binding, _) = Self { overruled: overruled.clone(), ..self.clone() }.effective();
            binding.overrule(method, key, value)?;
            let (key, value, by) = (key.to_owned(), value.trim().to_owned(), by.to_owned());
            overruled.push(OverruledLine { method, key, value, by, at });
        }
        self.overruled = overruled;
        Ok(())
    }

    /// The text of a file for another office. It has no proposals that wait only here.
    #[must_use]
    pub fn export(&self) -> String {
        let file = Self {
            pending: None,
            declined: None,
            file_changed: false,
            news: Vec::new(),
            forbidden: BTreeSet::new(),
            former_writes: Vec::new(),
            ..self.clone()
        };
        serde_json::to_string_pretty(&file).unwrap_or_default()
    }

    /// Reads what [`Kept::export`] or [`Binding::export`] wrote.
    ///
    /// # Errors
    /// [`FileError`].
    pub fn import(text: &str) -> Result<Self, FileError> {
        let value: Value = serde_json::from_str(text.trim_start_matches('\u{feff}')).map_err(|_| FileError::Foreign)?;
        let version = |value: &Value| value.get("version").and_then(Value::as_u64).unwrap_or(0);
        if value.get("format").is_none() && value.get("methods").is_some() && value.get("phone").is_some() {
            return match Binding::import(&value.to_string()) {
                Ok(base) => Ok(Self::of("", base)),
                Err(ImportError::Newer(_)) => Err(FileError::Newer),
                Err(error) => Err(FileError::Broken(error.to_string())),
            };
        }
        if value.get("format").and_then(Value::as_str) != Some(FORMAT) {
            return Err(FileError::Foreign);
        }
        let of_binding = value.get("base").map(version).unwrap_or_default();
        if version(&value) > u64::from(VERSION) || of_binding > u64::from(binding::VERSION) {
            return Err(FileError::Newer);
        }
        serde_json::from_value(value).map_err(|error| FileError::Broken(error.to_string()))
    }

    /// Reads the stored contract of `server` and the fingerprint of its file. `None` if there is none or it can't be read.
    #[must_use]
    pub fn read(path: &Path, server: &str) -> Option<(Self, String)> {
        let text = std::fs::read_to_string(path).ok()?;
        match Self::import(&text) {
            Ok(kept) => Some((Self { server: server.to_owned(), ..kept }, fingerprint(&text))),
            Err(error) => {
                tracing::warn!(?error, "the kept contract can't be used; the table is");
                None
            }
        }
    }

    /// The text of its own file.
    ///
    /// # Errors
    /// Of the serializer.
    pub fn text(&self) -> serde_json::Result<String> {
        serde_json::to_string_pretty(self)
    }

    /// The contract of a file that was put into the folder by hand: the table, with the file's contract as a proposal.
    #[must_use]
    pub fn asking(self, id: String) -> Self {
        let at = self.checked_at.or_else(|| self.origin.as_ref().map(|origin| origin.at)).unwrap_or_default();
        let origin = self.origin.unwrap_or(Origin { kind: OriginKind::Import, from: String::new(), at, again: None });
        let found = Found { id, base: self.base, origin, overruled: Some(self.overruled), server: None };
        Self { pending: Some(Box::new(found)), file_changed: true, ..Self::table(&self.server) }
    }
}

/// SHA-256 of a file's text, as hexadecimal digits.
#[must_use]
pub fn fingerprint(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Writes the file as a whole: after a crash it has either the old text or the new one.
///
/// # Errors
/// The system's.
pub fn write(path: &Path, text: &str) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let beside = path.with_extension("new");
    std::fs::write(&beside, text)?;
    std::fs::rename(beside, path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn overruled() -> Kept {
        let mut kept = Kept::table("https://bonus.example");
        kept.overrule(Some(Method::Refill), "field.sum", Some("body /amount number rubles required"), "Анна", at())
            .unwrap();
        kept.overrule(None, "phone", Some("+7XXXXXXXXXX"), "Анна", at()).unwrap();
        kept
    }

    fn at() -> Timestamp {
        "2026-11-23T09:00:00Z".parse().unwrap()
    }

    #[test]
    fn a_line_is_overruled_remembered_and_given_back() {
        let mut kept = overruled();
        assert_eq!(kept.effective().0.overruled().len(), 2);
        assert_eq!((kept.overruled[0].by.as_str(), kept.overruled[0].at), ("Анна", at()));
        let before = kept.clone();
        kept.overrule(Some(Method::Refill), "verb", Some("FETCH"), "Анна", at()).unwrap_err();
        assert_eq!(kept, before, "what is not understood changes nothing");
        kept.overrule(Some(Method::Refill), "field.sum", None, "Анна", at()).unwrap();
        kept.overrule(None, "phone", None, "Анна", at()).unwrap();
        assert_eq!(kept.effective().0, Binding::default());
    }

    #[test]
    fn a_file_comes_back_and_what_is_none_is_told_apart() {
        let kept = overruled();
        assert_eq!(Kept::import(&kept.export()).unwrap(), kept);
        assert_eq!(Kept::import(&Binding::default().export()).unwrap().base, Binding::default());
        assert_eq!(Kept::import("hello"), Err(FileError::Foreign));
        assert_eq!(Kept::import("{\"openapi\": \"3.0.1\", \"version\": 1}"), Err(FileError::Foreign));
        let newer = kept.export().replacen("\"version\": 1", "\"version\": 2", 1);
        assert_eq!(Kept::import(&newer), Err(FileError::Newer));
        let broken = kept.export().replace("\"POST\"", "\"TOAST\"");
        assert!(matches!(Kept::import(&broken), Err(FileError::Broken(_))));
    }

    /// The ways in which a file, or lines beside it, put the read of a guest where a refill is called.
    #[test]
    fn no_read_is_called_as_a_write_of_this_contract_or_of_the_one_before() {
        let moved = |path: &str| {
            let mut binding = Binding::default();
            binding.overrule(Some(Method::Refill), "path", path).unwrap();
            binding
        };
        let is_blocked = |kept: &Kept| {
            let problems = kept.effective().0.blockers(Method::FindByPhone);
            problems.iter().any(|problem| matches!(problem, binding::Problem::ReadIsWrite { .. }))
        };
        let mut kept = Kept::of("https://bonus.example", moved("/api/{account}/grant"));
        let line = |kept: &mut Kept, method, path: &str| {
            kept.overrule(Some(method), "path", Some(path), "Анна", at()).unwrap();
        };
        // By hand, and after the write was moved away by hand.
        assert!(!is_blocked(&kept));
        line(&mut kept, Method::FindByPhone, "/api/1002/grant");
        assert!(is_blocked(&kept));
        line(&mut kept, Method::Refill, "/api/{account}/other");
        assert!(is_blocked(&kept));
        line(&mut kept, Method::FindByPhone, "/api/1002/other");
        assert!(is_blocked(&kept));
        line(&mut kept, Method::FindByPhone, "/api/find");
        assert!(!is_blocked(&kept));

        // By a file that moves the write away and puts the read there: in its binding, or in its overruled lines.
        let origin = Origin { kind: OriginKind::Import, from: String::new(), at: at(), again: None };
        let found = |base: Binding, lines: &Kept| Found {
            id: "1".to_owned(),
            base,
            origin: origin.clone(),
            overruled: Some(lines.overruled.clone()),
            server: None,
        };
        let none = Kept::table("");
        for path in ["/api/1002/grant", "/api/1002/other"] {
            let mut base = moved("/api/{account}/new");
            base.overrule(Some(Method::FindByPhone), "path", path).unwrap();
            assert!(is_blocked(&kept.with(&found(base, &none))), "{path}");
            let mut lines = Kept::table("");
            line(&mut lines, Method::FindByPhone, path);
            let next = kept.with(&found(moved("/api/{account}/new"), &lines));
            assert!(is_blocked(&next));
            assert!(is_blocked(&Kept::import(&next.text().unwrap()).unwrap()), "after a restart");
        }
    }
}
