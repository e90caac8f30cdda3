//! The databases of known holes and of libraries that nobody keeps any more: RustSec's by `cargo deny`, npm's own. They
//! are on a network, so this is no part of `test`; what needs none is checked by `tidy`.

use anyhow::Result;

use crate::run;

/// The version of `cargo-deny` that `deny.toml` is written for.
const CARGO_DENY: &str = "0.20.2";

/// Asks both; the second also if the first found something.
pub fn run() -> Result<()> {
    let crates = crates();
    let mut npm = run::npm();
    // What is not shipped only works on our own texts.
    let page = run::run(npm.args(["audit", "--omit=dev", "--audit-level=low"]));
    crates.and(page)
}

fn crates() -> Result<()> {
    let tools = run::target().join("tools");
    let mut install = run::cargo();
    install.args(["install", "cargo-deny", "--locked", "--quiet", "--version", CARGO_DENY, "--root"]);
    run::run(install.arg(&tools))?;
    let mut deny = run::command(tools.join("bin/cargo-deny"));
    run::run(deny.args(["--locked", "check"]))
}
