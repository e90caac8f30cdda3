//! The program built for Windows on a Debian machine, with Debian's own packages only.
//!
//! `rustc-web` brings the newest compiler that Debian has, `rust-web-src` the sources of the standard library, which is
//! built anew for Windows because no package carries it built. `mingw-w64` links.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Result, bail};

use super::place::{LOADER, PROGRAM};
use super::update::UpdateKey;
use crate::{run, setup};

/// What is built for.
pub const TARGET: &str = "x86_64-pc-windows-gnu";

/// What Debian must have installed.
pub const PACKAGES: &[&str] = &["rustc-web", "cargo-web", "rust-web-src", "mingw-w64"];

/// Builds the program and the sandbox, to see that they still can be built.
pub fn check() -> Result<()> {
    prepare()?;
    run::run(cargo("build").args(["--package", "probonus-office", "--package", "probonus-sandbox"]))?;
    there(&built("debug"), &[PROGRAM, "probonus-sandbox.exe"])
}

/// Builds the program as it is handed out, to be updated by this key; tells the folder where it lies with the web view's loader.
pub fn release(updates: &UpdateKey) -> Result<PathBuf> {
    prepare()?;
    let mut build = cargo("build");
    updates.tell(&mut build)?;
    run::run(build.args(["--release", "--package", "probonus-office", "--bin", "probonus-office"]))?;
    let folder = built("release");
    there(&folder, &[PROGRAM, LOADER])?;
    Ok(folder)
}

/// Installs what is missing, and builds the page.
pub fn prepare() -> Result<()> {
    setup::debian(PACKAGES)?;
    setup::run(setup::For::Build)?;
    run::run(run::npm().args(["run", "--silent", "build"]))
}

/// Debian's cargo with Debian's compiler, for Windows. The arguments of the command follow.
pub fn cargo(command: &str) -> Command {
    let mut cargo = run::command("/usr/bin/cargo");
    cargo.args([command, "-Zbuild-std=std,panic_abort,panic_unwind,test", "--target", TARGET, "--target-dir"]);
    cargo.arg(folder()).env("RUSTC_BOOTSTRAP", "1").env("RUSTC", "/usr/bin/rustc");
    // What rustup set for its own compiler means another one here.
    for name in ["RUSTUP_TOOLCHAIN", "CARGO", "RUSTC_WRAPPER", "RUSTDOC"] {
        cargo.env_remove(name);
    }
    cargo
}

/// Where what was built with a profile lies.
pub fn built(profile: &str) -> PathBuf {
    folder().join(TARGET).join(profile)
}

/// A folder of its own: two compilers must not undo each other's work.
fn folder() -> PathBuf {
    run::root().join("target-windows")
}

fn there(folder: &std::path::Path, names: &[&str]) -> Result<()> {
    for name in names {
        let path = folder.join(name);
        if !std::fs::read(&path).is_ok_and(|bytes| bytes.starts_with(b"MZ")) {
            bail!("{} is not a Windows program", path.display());
        }
        println!("{}", path.display());
    }
    Ok(())
}
