//! The installer: NSIS makes it from `installer/office.nsi`.

use std::path::Path;

use anyhow::Result;

use super::sign::Signer;
use crate::run;

/// What Debian must have installed.
pub const PACKAGES: &[&str] = &["nsis"];

/// Makes the installer of `version` from the files in a folder. It and the uninstaller inside are signed.
pub fn make(version: &str, files: &Path, output: &Path, signer: &Signer) -> Result<()> {
    let root = run::root();
    // Any warning is a mistake of ours. The 64-bit stub: the program is 64-bit too.
    let mut make = run::command("makensis");
    make.args(["-V2", "-WX", "-INPUTCHARSET", "UTF8", "-XTarget amd64-unicode"]);
    make.arg(format!("-DVERSION={version}"));
    make.arg(format!("-DSOURCE={}", files.display()));
    make.arg(format!("-DOUTPUT={}", output.display()));
    make.arg(format!("-DICON={}", root.join("icons/icon.ico").display()));
    make.arg(format!("-DSIGN={}", signer.shell_command("%1")));
    run::run(make.arg("office.nsi").current_dir(root.join("xtask/src/dist/installer")))?;
    signer.sign(output)
}
