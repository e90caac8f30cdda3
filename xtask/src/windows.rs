//! The program built for Windows on a Debian machine, with Debian's own packages only. Slow, and no part of `test`.
//!
//! `rustc-web` brings the newest compiler that Debian has, `rust-web-src` the sources of the standard library, which is
//! built anew for Windows because no package carries it built. `mingw-w64` links.

use anyhow::{Result, bail};

use crate::{run, setup};

const TARGET: &str = "x86_64-pc-windows-gnu";

const PACKAGES: &[&str] = &["rustc-web", "cargo-web", "rust-web-src", "mingw-w64"];

/// Builds every program of the workspace but xtask.
pub fn run() -> Result<()> {
    setup::debian(PACKAGES)?;
    setup::run(setup::For::Build)?;
    run::run(run::npm().args(["run", "--silent", "build"]))?;
    // A folder of its own: two compilers must not undo each other's work.
    let folder = run::root().join("target-windows");
    let mut cargo = run::command("/usr/bin/cargo");
    cargo.args(["build", "--package", "probonus-office", "--package", "probonus-sandbox"]);
    cargo.args(["-Zbuild-std=std,panic_abort,panic_unwind", "--target", TARGET, "--target-dir"]).arg(&folder);
    cargo.env("RUSTC_BOOTSTRAP", "1").env("RUSTC", "/usr/bin/rustc");
    // What rustup set for its own compiler means another one here.
    for name in ["RUSTUP_TOOLCHAIN", "CARGO", "RUSTC_WRAPPER", "RUSTDOC"] {
        cargo.env_remove(name);
    }
    run::run(&mut cargo)?;
    let built = folder.join(TARGET).join("debug");
    for name in ["probonus-office.exe", "probonus-sandbox.exe"] {
        let path = built.join(name);
        if !std::fs::read(&path)?.starts_with(b"MZ") {
            bail!("{} is not a Windows program", path.display());
        }
        println!("{}", path.display());
    }
    Ok(())
}
