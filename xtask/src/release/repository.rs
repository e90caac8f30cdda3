//! The repository that is released from.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};
use semver::Version;

/// A git work tree.
pub struct Repository {
    root: PathBuf,
}

impl Repository {
    pub fn at(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Fails if something is not committed, a new file included.
    pub fn must_be_clean(&self) -> Result<()> {
        let changes = self.git(&["status", "--porcelain"])?;
        if changes.is_empty() { Ok(()) } else { bail!("not committed yet:\n{}", changes.trim_end()) }
    }

    /// Fails if this version was tagged before.
    pub fn must_not_have_tag(&self, version: &Version) -> Result<()> {
        let tag = self.git(&["tag", "--list", &format!("v{version}")])?;
        if tag.is_empty() { Ok(()) } else { bail!("there is a tag v{version} already") }
    }

    /// Commits these files.
    pub fn commit(&self, files: &[&str], message: &str) -> Result<()> {
        let mut commit = vec!["commit", "--quiet", "--message", message, "--"];
        commit.extend(files);
        self.git(&commit).map(drop)
    }

    /// Tags the last commit. Lines that begin with `#` are kept: they are headings.
    pub fn tag(&self, version: &Version, message: &str) -> Result<()> {
        self.git(&["tag", "--annotate", "--cleanup=whitespace", "--message", message, &format!("v{version}")]).map(drop)
    }

    /// Runs git and returns what it prints.
    pub fn git(&self, arguments: &[&str]) -> Result<String> {
        let output = Command::new("git").args(arguments).current_dir(&self.root).output().context("can't start git")?;
        if !output.status.success() {
            bail!("git {}: {}", arguments.join(" "), String::from_utf8_lossy(&output.stderr).trim());
        }
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }
}
