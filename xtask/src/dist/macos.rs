//! What people on macOS download. Tauri's own bundler makes it, by `src-tauri/tauri.conf.json`, on macOS only: the tools for
//! it are Apple's. It signs by the variables that Tauri names (`APPLE_SIGNING_IDENTITY` and others).

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, bail};

use super::place::{VERSION, copy, folder};
use super::{checksums, parts, sbom, update::UpdateKey};
use crate::{run, setup};

const TARGET: &str = "aarch64-apple-darwin";
/// The version of `tauri-cli` that this is written against.
const TAURI_CLI: &str = "2.12.5";

/// Makes the disk image and the archive that the updater takes, with the list of parts and the checksums.
pub fn make() -> Result<()> {
    if !cfg!(target_os = "macos") {
        bail!("a program for macOS is made on macOS only");
    }
    let updates = UpdateKey::of_environment()?;
    setup::run(setup::For::Build)?;
    run::run(run::npm().args(["run", "--silent", "build"]))?;
    bundle(&updates)?;
    let built = run::target().join(TARGET).join("release/bundle");
    let is_signed = std::env::var_os("APPLE_SIGNING_IDENTITY").is_some_and(|name| !name.is_empty());
    let mark = if is_signed { "" } else { "-unsigned" };
    let out = folder();
    fs::create_dir_all(&out)?;
    let name = |ending: &str| out.join(format!("probonus-office_{VERSION}_aarch64{mark}.{ending}"));
    copy(&only_file(&built.join("dmg"), "dmg")?, &name("dmg"))?;
    let archive = name("app.tar.gz");
    run::run(
        run::command("tar").arg("-czf").arg(&archive).arg("-C").arg(built.join("macos")).arg("ProBonus Office.app"),
    )?;
    updates.sign(&archive)?;
    let list = out.join(format!("probonus-office_{VERSION}_macos-aarch64.cdx.json"));
    fs::write(list, serde_json::to_string_pretty(&sbom::document(VERSION, &parts::of_program(TARGET)?))?)?;
    checksums::write(&out)
}

fn bundle(updates: &UpdateKey) -> Result<()> {
    let tools = run::target().join("tools");
    let mut install = run::cargo();
    install.args(["install", "tauri-cli", "--locked", "--version", TAURI_CLI, "--root"]);
    run::run(install.arg(&tools))?;
    let mut build = run::command(tools.join("bin/cargo-tauri"));
    updates.tell(&mut build)?;
    build.args(["build", "--ci", "--target", TARGET, "--bundles", "app,dmg"]);
    run::run(build.current_dir(run::root().join("src-tauri")))
}

fn only_file(folder: &Path, kind: &str) -> Result<std::path::PathBuf> {
    let entries = fs::read_dir(folder).with_context(|| format!("{} is not there", folder.display()))?;
    let mut found: Vec<_> = entries.map(|entry| Ok(entry?.path())).collect::<Result<_>>()?;
    found.retain(|path| path.extension().is_some_and(|ending| ending == kind));
    match found.as_slice() {
        [one] => Ok(one.clone()),
        other => bail!("{} .{kind} files in {}", other.len(), folder.display()),
    }
}
