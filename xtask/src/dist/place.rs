//! Names and folders of what is made, and the few things done to files.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

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

/// A folder for what is needed on the way, emptied.
pub fn work(name: &str) -> Result<PathBuf> {
    let folder = run::target().join("dist-work").join(name);
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

/// Megabytes of a file.
#[expect(clippy::float_arithmetic, reason = "for a person to read")]
pub fn size(path: &Path) -> Result<f64> {
    let bytes = fs::metadata(path).with_context(|| format!("{} is not there", path.display()))?.len();
    Ok(f64::from(u32::try_from(bytes)?) / 1e6)
}
