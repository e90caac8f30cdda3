//! What people on Windows download, and the trial of it.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Result, ensure};

use super::{
    checksums, contents, cross, installer, parts,
    place::{LOADER, PROGRAM, VERSION, copy, folder, size, work, work_of},
    portable, sbom, scenario,
    scenario::Release,
    sign::{self, Signer},
    suites,
    update::UpdateKey,
    wine::Machine,
};
use crate::{cli::WindowsPart, run};

/// The folder, among those for what is needed on the way, with the files that are installed.
const FILES: &str = "windows";

/// Makes the installer and the portable archive for Windows, with their checksums.
pub fn make() -> Result<()> {
    make_release().map(drop)
}

/// Runs the tests as Windows programs, then installs, upgrades and removes the program, all under Wine.
/// With `only`, one of the two; with `packages`, the tests of these alone; if `is_made`, the release that lies there is tried.
pub fn test(only: Option<WindowsPart>, packages: &[String], is_made: bool) -> Result<()> {
    let machine = Machine::new()?;
    if only != Some(WindowsPart::Scenario) {
        suites::run(&machine, packages)?;
    }
    if only != Some(WindowsPart::Suites) {
        let release = if is_made { made_before()? } else { make_release()? };
        scenario::run(&machine, &release)?;
    }
    Ok(())
}

fn make_release() -> Result<Release> {
    crate::setup::debian(&[cross::PACKAGES, installer::PACKAGES, portable::PACKAGES, sign::PACKAGES].concat())?;
    let (signer, updates) = (Signer::of_environment()?, UpdateKey::of_environment()?);
    let built = cross::release(&updates)?;
    contents::check(&built.join(PROGRAM))?;
    updates.must_be_in(&built.join(PROGRAM))?;
    let parts = parts::of_program(cross::TARGET)?;
    let files = stage(&built, &signer, &parts::licence_texts(&parts)?)?;

    let out = folder();
    fs::create_dir_all(&out)?;
    let installer = installer_of(&signer);
    installer::make(VERSION, &files, &installer, &signer)?;
    let archive = out.join(format!("probonus-office_{VERSION}_x64-portable{}.zip", signer.mark()));
    portable::make(&files, &archive)?;
    let list = out.join(format!("probonus-office_{VERSION}_x64.cdx.json"));
    fs::write(&list, serde_json::to_string_pretty(&sbom::document(VERSION, &parts))?)?;
    let results = [installer.clone(), archive, list];
    updates.sign(&installer)?;
    checksums::write(&out)?;
    println!();
    for path in results.iter().chain([&files.join(PROGRAM)]) {
        println!("{:>6.1} MB  {}", size(path)?, path.display());
    }
    Ok(Release { files, installer, signer })
}

/// Where the installer lies; its name tells whether a key signed it.
fn installer_of(signer: &Signer) -> PathBuf {
    folder().join(format!("probonus-office_{VERSION}_x64-setup{}.exe", signer.mark()))
}

/// The release that was made before, e.g. by `cargo xtask dist windows`.
fn made_before() -> Result<Release> {
    let signer = Signer::of_environment()?;
    let (files, installer) = (work_of(FILES), installer_of(&signer));
    ensure!(
        installer.is_file() && files.join(PROGRAM).is_file(),
        "{} is not there; run `cargo xtask dist windows` first",
        installer.display()
    );
    Ok(Release { files, installer, signer })
}

/// Puts together what is installed, and signs the program.
fn stage(built: &Path, signer: &Signer, licences: &str) -> Result<PathBuf> {
    let files = work(FILES)?;
    for name in [PROGRAM, LOADER] {
        copy(&built.join(name), &files.join(name))?;
    }
    // Notepad of older Windows shows no other line ends.
    let write = |name: &str, text: &str| fs::write(files.join(name), text.replace('\n', "\r\n"));
    for name in ["LICENSE-MIT", "LICENSE-APACHE"] {
        write(&format!("{name}.txt"), &fs::read_to_string(run::root().join(name))?)?;
    }
    write("THIRD-PARTY.txt", licences)?;
    signer.sign(&files.join(PROGRAM))?;
    Ok(files)
}
