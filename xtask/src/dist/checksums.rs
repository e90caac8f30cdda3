//! `SHA256SUMS`, as `sha256sum --check` reads it.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, bail};

use super::place::VERSION;
use crate::run;

const NAME: &str = "SHA256SUMS";

/// Writes the checksums of all files of this version in a folder, whichever command made them.
pub fn write(folder: &Path) -> Result<()> {
    let start = format!("probonus-office_{VERSION}_");
    let mut names: Vec<String> = fs::read_dir(folder)?
        .map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()))
        .collect::<Result<_>>()?;
    names.retain(|name| name.starts_with(&start));
    names.sort();
    if names.is_empty() {
        bail!("{} has no file of version {VERSION}", folder.display());
    }
    // macOS has no sha256sum.
    let program = if run::on_path("sha256sum") { vec!["sha256sum"] } else { vec!["shasum", "-a", "256"] };
    let mut sum = run::command(program[0]);
    let sums = run::read(sum.args(&program[1..]).args(names).current_dir(folder))?;
    fs::write(folder.join(NAME), sums).with_context(|| format!("can't write {NAME}"))
}
