//! `CHANGELOG.md`, and its short Russian form `CHANGELOG.ru.md`, as Keep a Changelog describes it: a section for each version, the newest first, and `[Unreleased]` above.

use anyhow::{Context as _, Result, bail};
use jiff::civil::Date;
use semver::Version;

/// All changes, in English.
pub const ENGLISH: &str = "CHANGELOG.md";
/// What people at work should know of them, in Russian: the program shows it before an update.
pub const RUSSIAN: &str = "CHANGELOG.ru.md";

const UNRELEASED: &str = "## [Unreleased]";

/// A section of a version.
#[derive(Debug, PartialEq, Eq)]
pub struct Section<'a> {
    pub version: Version,
    pub date: Date,
    /// What is new, without the title.
    pub notes: &'a str,
}

/// The sections of released versions, in the order of the file. A title that is no `## [1.2.3] - 2026-12-01` is an error.
pub fn sections(changelog: &str) -> Result<Vec<Section<'_>>> {
    let mut found = Vec::new();
    for block in changelog.split("\n## ").skip(1).filter(|block| !block.starts_with("[Unreleased]")) {
        let (title, notes) = block.split_once('\n').unwrap_or((block, ""));
        let parts = title.strip_prefix('[').and_then(|rest| rest.trim().split_once("] - "));
        let read = || {
            let (version, date) = parts.context("it is not like `## [1.2.3] - 2026-12-01`")?;
            Ok(Section { version: version.parse()?, date: date.parse()?, notes: notes.trim() })
        };
        found.push(read().map_err(|error: anyhow::Error| error.context(format!("a changelog: the title `{title}`")))?);
    }
    Ok(found)
}

/// The version that was released last.
pub fn newest(changelog: &str) -> Result<Option<Version>> {
    Ok(sections(changelog)?.into_iter().map(|section| section.version).max())
}

/// What is new and not released.
pub fn unreleased(changelog: &str) -> Option<&str> {
    let (_, rest) = changelog.split_once(UNRELEASED)?;
    Some(rest.split("\n## ").next().unwrap_or_default().trim())
}

/// Turns what is unreleased into the section of a version, under an empty `[Unreleased]`. Returns the new text and the notes.
pub fn close(changelog: &str, version: &Version, today: Date) -> Result<(String, String)> {
    let notes = unreleased(changelog).context("the changelog has no section [Unreleased]")?;
    if !notes.lines().any(|line| line.starts_with("- ")) {
        bail!("the section [Unreleased] of the changelog has no entry");
    }
    let title = format!("{UNRELEASED}\n\n## [{version}] - {today}");
    Ok((changelog.replacen(UNRELEASED, &title, 1), notes.to_owned()))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    const TEXT: &str = "# Changelog\n\n## [Unreleased]\n\n- New.\n\n## [0.2.0] - 2026-12-01\n\n### Added\n- Two.\n\n## [0.1.0] - 2026-11-01\n- One.\n";

    #[test]
    fn sections_are_read_with_their_dates() {
        let sections = sections(TEXT).unwrap();
        assert_eq!(
            sections[0],
            Section { version: Version::new(0, 2, 0), date: date(2026, 12, 1), notes: "### Added\n- Two." }
        );
        assert_eq!(sections[1].notes, "- One.");
        assert_eq!(newest(TEXT).unwrap(), Some(Version::new(0, 2, 0)));
        assert_eq!(unreleased(TEXT), Some("- New."));
    }

    #[test]
    fn a_title_that_is_no_version_is_an_error() {
        let error = sections("# Changelog\n\n## Version 2\n\n- x\n").unwrap_err();
        assert!(format!("{error:#}").contains("Version 2"), "{error:#}");
        assert!(sections("# Changelog\n\n## [0.1.0] - yesterday\n").is_err());
    }
}
