//! `cargo xtask release 1.2.3`: version, changelog section, commit and tag; nothing is pushed. `--dry-run` only shows them.
//!
//! The version stands in the root `Cargo.toml` alone. `Cargo.lock` repeats it for our own packages; installers, package and
//! AppStream data take it from there when they are made.

pub mod changelog;
mod repository;
mod version;

use std::path::Path;

use anyhow::{Context as _, Result, bail};
use jiff::civil::Date;
use semver::Version;

use self::repository::Repository;
use crate::run;

/// What a release changes.
#[derive(Debug, PartialEq, Eq)]
struct Plan {
    version: Version,
    /// Path from the root, and the new text.
    files: Vec<(&'static str, String)>,
    /// What is new, in the changelog's words.
    notes: String,
}

/// Prepares a release. Without a version, a dry run takes the next one that is allowed.
pub fn run(version: Option<&str>, dry_run: bool) -> Result<()> {
    let today = jiff::ZonedDateTime::now().date();
    let repository = Repository::at(run::root());
    let plan = plan(&repository, version, today)?;
    if dry_run {
        print!("{}", describe(&plan));
        println!("Nothing was changed.");
        return Ok(());
    }
    carry_out(&repository, &plan)?;
    println!("Version {0} is committed, and tagged as v{0}. To release it: git push --follow-tags", plan.version);
    Ok(())
}

/// Checks that the release is allowed, and says what it changes.
fn plan(repository: &Repository, version: Option<&str>, today: Date) -> Result<Plan> {
    repository.must_be_clean()?;
    let read = |name: &str| {
        std::fs::read_to_string(repository.root().join(name)).with_context(|| format!("can't read {name}"))
    };
    let (manifest, lock) = (read("Cargo.toml")?, read("Cargo.lock")?);
    let (changelog, russian) = (read(changelog::ENGLISH)?, read(changelog::RUSSIAN)?);
    let current = version::of_workspace(&manifest)?;
    let newest = changelog::newest(&changelog)?;
    let version = match version {
        Some(version) => version::read(version)?,
        None if newest.as_ref().is_none_or(|newest| current > *newest) => current.clone(),
        None => Version::new(current.major, current.minor, current.patch + 1),
    };
    if version < current {
        bail!("{version} is less than {current}, the version of the workspace");
    }
    if newest.as_ref().is_some_and(|newest| version <= *newest) {
        bail!("{version} is not greater than {}, which was released already", newest.unwrap_or(current));
    }
    repository.must_not_have_tag(&version)?;
    let (changelog, notes) = changelog::close(&changelog, &version, today)?;
    let (russian, _) = changelog::close(&russian, &version, today).context(changelog::RUSSIAN)?;
    let mut files = vec![(changelog::ENGLISH, changelog), (changelog::RUSSIAN, russian)];
    if version != current {
        files.push(("Cargo.toml", version::in_manifest(&manifest, &version)?));
        files.push(("Cargo.lock", version::in_lock(&lock, &current, &version)));
    }
    Ok(Plan { version, files, notes })
}

/// Writes the files, commits and tags.
fn carry_out(repository: &Repository, plan: &Plan) -> Result<()> {
    for (name, text) in &plan.files {
        write(&repository.root().join(name), text)?;
    }
    let names: Vec<&str> = plan.files.iter().map(|(name, _)| *name).collect();
    repository.commit(&names, &format!("Release {}", plan.version))?;
    repository.tag(&plan.version, &format!("ProBonus Office {}\n\n{}", plan.version, plan.notes))
}

fn write(path: &Path, text: &str) -> Result<()> {
    std::fs::write(path, text).with_context(|| format!("can't write {}", path.display()))
}

/// The plan, for a person to read.
fn describe(plan: &Plan) -> String {
    let mut text = format!("Version {}\n", plan.version);
    for (name, _) in &plan.files {
        text.push_str(&format!("changes  {name}\n"));
    }
    text.push_str(&format!("commits  Release {0}\ntags     v{0}\n\nWhat is new:\n\n{1}\n\n", plan.version, plan.notes));
    text
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use tempfile::TempDir;

    use super::*;

    const TODAY: Date = date(2026, 12, 1);

    /// A repository with one commit.
    struct Made {
        folder: TempDir,
        repository: Repository,
    }

    impl Made {
        fn new(manifest_version: &str, changelog: &str) -> Self {
            let folder = tempfile::tempdir().unwrap();
            let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
            write(
                "Cargo.toml",
                &format!(
                    "[workspace.package]\nversion = \"{manifest_version}\"\n\n[workspace.dependencies]\nserde = {{ version = \"1\" }}\n"
                ),
            );
            write(
                "Cargo.lock",
                &format!(
                    "[[package]]\nname = \"office\"\nversion = \"{manifest_version}\"\n\n[[package]]\nname = \"serde\"\nversion = \
                     \"{manifest_version}\"\nsource = \"registry\"\n"
                ),
            );
            write("CHANGELOG.md", changelog);
            write("CHANGELOG.ru.md", "# Что нового\n\n## [Unreleased]\n\n- Новое.\n");
            let repository = Repository::at(folder.path());
            repository.git(&["init", "--quiet"]).unwrap();
            for (key, value) in [("user.name", "A"), ("user.email", "a@example.com"), ("commit.gpgsign", "false")] {
                repository.git(&["config", key, value]).unwrap();
            }
            repository.git(&["config", "tag.gpgsign", "false"]).unwrap();
            repository.git(&["add", "."]).unwrap();
            repository.git(&["commit", "--quiet", "-m", "Begin"]).unwrap();
            Self { folder, repository }
        }

        fn text(&self, name: &str) -> String {
            std::fs::read_to_string(self.folder.path().join(name)).unwrap()
        }

        fn refusal(&self, version: &str) -> String {
            plan(&self.repository, Some(version), TODAY).unwrap_err().to_string()
        }
    }

    const CHANGELOG: &str =
        "# Changelog\n\n## [Unreleased]\n\n### Added\n- A thing.\n\n## [0.1.0] - 2026-01-02\n\n- Old.\n";

    #[test]
    fn a_release_sets_the_version_everywhere_and_is_one_commit_with_a_tag() {
        let made = Made::new("0.1.0", CHANGELOG);
        let planned = plan(&made.repository, Some("0.2.0"), TODAY).unwrap();
        carry_out(&made.repository, &planned).unwrap();
        assert!(made.text("Cargo.toml").starts_with("[workspace.package]\nversion = \"0.2.0\"\n"));
        assert!(made.text("Cargo.toml").contains("serde = { version = \"1\" }"));
        assert!(made.text("Cargo.lock").starts_with("[[package]]\nname = \"office\"\nversion = \"0.2.0\"\n"));
        assert!(
            made.text("Cargo.lock").contains("name = \"serde\"\nversion = \"0.1.0\""),
            "a foreign package keeps its own"
        );
        let changelog = made.text("CHANGELOG.md");
        assert!(
            changelog.contains("## [Unreleased]\n\n## [0.2.0] - 2026-12-01\n\n### Added\n- A thing.\n"),
            "{changelog}"
        );
        assert!(made.text("CHANGELOG.ru.md").contains("## [Unreleased]\n\n## [0.2.0] - 2026-12-01\n\n- Новое.\n"));
        made.repository.must_be_clean().unwrap();
        assert_eq!(made.repository.git(&["log", "-1", "--format=%s"]).unwrap().trim(), "Release 0.2.0");
        let tag = made.repository.git(&["tag", "--list", "--format=%(refname:short) %(contents)"]).unwrap();
        assert!(
            tag.starts_with("v0.2.0 ProBonus Office 0.2.0") && tag.contains("### Added") && tag.contains("- A thing."),
            "{tag}"
        );
    }

    #[test]
    fn a_plan_changes_nothing_and_tells_all() {
        let made = Made::new("0.1.0", CHANGELOG);
        let text = describe(&plan(&made.repository, Some("0.2.0"), TODAY).unwrap());
        for words in ["Version 0.2.0", "Cargo.lock", "tags     v0.2.0", "- A thing."] {
            assert!(text.contains(words), "{text}");
        }
        assert!(!text.contains("- Old."));
        assert_eq!(made.text("CHANGELOG.md"), CHANGELOG);
        assert_eq!(made.repository.git(&["tag"]).unwrap(), "");
    }

    #[test]
    fn the_first_release_may_have_the_version_that_stands_there_already() {
        let made = Made::new("0.1.0", "# Changelog\n\n## [Unreleased]\n\n- First.\n");
        let first = plan(&made.repository, None, TODAY).unwrap();
        assert_eq!((first.version.to_string(), first.files.len()), ("0.1.0".to_owned(), 2));
        let later = plan(&Made::new("0.1.0", CHANGELOG).repository, None, TODAY).unwrap();
        assert_eq!(later.version, Version::new(0, 1, 1));
    }

    #[test]
    fn what_is_no_release_is_refused() {
        let made = Made::new("0.1.0", CHANGELOG);
        assert!(made.refusal("0.1.0").contains("released already"));
        assert!(made.refusal("0.0.9").contains("is less than"));
        assert!(made.refusal("v0.2").contains("no version"));
        assert!(made.refusal("0.2.0-beta.1").contains("three numbers"));
        made.repository.git(&["tag", "v0.2.0"]).unwrap();
        assert!(made.refusal("0.2.0").contains("a tag"));
        for dirt in ["CHANGELOG.md", "new-file"] {
            let made = Made::new("0.1.0", CHANGELOG);
            std::fs::write(made.folder.path().join(dirt), "x").unwrap();
            assert!(made.refusal("0.2.0").contains("not committed"), "{dirt}");
        }
        let silent = Made::new("0.1.0", CHANGELOG);
        std::fs::write(silent.folder.path().join("CHANGELOG.ru.md"), "## [Unreleased]\n").unwrap();
        silent.repository.git(&["commit", "--quiet", "-am", "Say nothing"]).unwrap();
        assert!(silent.refusal("0.2.0").contains("CHANGELOG.ru.md"));
        for empty in
            ["## [Unreleased]\n\n### Added\n\n## [0.1.0] - 2026-01-02\n- Old.\n", "## [0.1.0] - 2026-01-02\n- Old.\n"]
        {
            assert!(Made::new("0.1.0", empty).refusal("0.2.0").contains("[Unreleased]"), "{empty}");
        }
    }
}
