//! The version, read from and written into the two files that hold it.

use anyhow::{Context as _, Result, bail};
use semver::Version;

/// Reads a version of three numbers. Windows knows no other.
pub fn read(text: &str) -> Result<Version> {
    let version: Version = text.parse().with_context(|| format!("`{text}` is no version"))?;
    if !version.pre.is_empty() || !version.build.is_empty() {
        bail!("`{text}` is more than three numbers, which an installer for Windows can't carry");
    }
    Ok(version)
}

/// The version in the root manifest.
pub fn of_workspace(manifest: &str) -> Result<Version> {
    let (_, line) = line(manifest)?;
    read(line.split('"').nth(1).unwrap_or_default())
}

/// The root manifest with another version.
pub fn in_manifest(manifest: &str, version: &Version) -> Result<String> {
    let (at, old) = line(manifest)?;
    let (before, after) = (&manifest[..at], &manifest[at + old.len()..]);
    Ok(format!("{before}version = \"{version}\"{after}"))
}

/// The lock file with another version of our own packages: those without a source.
pub fn in_lock(lock: &str, old: &Version, new: &Version) -> String {
    let blocks = lock.split_inclusive("[[package]]\n");
    blocks
        .map(|block| {
            let is_ours = !block.lines().any(|line| line.starts_with("source = "));
            let line = |version: &Version| format!("\nversion = \"{version}\"\n");
            if is_ours { block.replacen(&line(old), &line(new), 1) } else { block.to_owned() }
        })
        .collect()
}

/// The line of the version in `[workspace.package]`, and where it begins.
fn line(manifest: &str) -> Result<(usize, &str)> {
    let section = "[workspace.package]";
    let start = manifest.find(section).context("Cargo.toml has no [workspace.package]")? + section.len();
    let body = manifest[start..].split("\n[").next().unwrap_or_default();
    let found = body.find("\nversion = \"").context("[workspace.package] has no version")? + 1;
    let line = body[found..].lines().next().unwrap_or_default();
    Ok((start + found, line))
}
