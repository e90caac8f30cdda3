//! Names and folders of what is made, and the few things done to files.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use crate::run;

/// The version of all that is made; that of the workspace.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The program.
pub const PROGRAM: &str = "probonus-office.exe";
/// The web view's loader, which lies beside it.
pub const LOADER: &str = "WebView2Loader.dll";

/// Where the results lie.
pub fn folder() -> PathBuf {
    run::target().join("dist")
}

/// The place of a folder for what is needed on the way.
pub fn work_of(name: &str) -> PathBuf {
    run::target().join("dist-work").join(name)
}

/// A folder for what is needed on the way, emptied.
pub fn work(name: &str) -> Result<PathBuf> {
    let folder = work_of(name);
    if folder.exists() {
        fs::remove_dir_all(&folder).with_context(|| format!("can't empty {}", folder.display()))?;
    }
    fs::create_dir_all(&folder)?;
    Ok(folder)
}

/// Copies a file.
pub fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::copy(from, to).with_context(|| format!("can't copy {} to {}", from.display(), to.display()))?;
    Ok(())
}

/// Packs a file as gzip does: without a name and a time, so that the same file is the same archive.
pub fn pack(file: &Path) -> Result<()> {
    quietly(run::command("gzip").args(["-9", "--no-name", "--force"]).arg(file))
}

/// Runs a command whose words matter only when it fails.
pub fn quietly(command: &mut Command) -> Result<()> {
    let shown = run::show(command);
    let output = command.output().with_context(|| format!("can't start `{shown}`"))?;
    if !output.status.success() {
        let words = [output.stdout, output.stderr].concat();
        bail!("`{shown}` ended with {}:\n{}", output.status, String::from_utf8_lossy(&words).trim());
    }
    Ok(())
}

/// Megabytes of a file.
#[expect(clippy::float_arithmetic, reason = "for a person to read")]
pub fn size(path: &Path) -> Result<f64> {
    let bytes = fs::metadata(path).with_context(|| format!("{} is not there", path.display()))?.len();
    Ok(f64::from(u32::try_from(bytes)?) / 1e6)
}
