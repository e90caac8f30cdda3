//! What people on Debian and Ubuntu install, and the trial of it.
//!
//! - `tree`: the files of the package, as they will lie on the disk
//! - `texts`: those of them that carry the version
//! - `package`: the package made of them, and what Debian's own checkers say of it
//! - `root`: a clean Debian in a folder
//! - `screen`: a screen for it, and what is seen there
//! - `trial`: the package installed, started and removed there

mod package;
mod root;
mod screen;
mod texts;
mod tree;
mod trial;

use std::fs;
use std::path::PathBuf;

use anyhow::Result;

use super::{
    checksums, parts,
    place::{VERSION, folder, size},
    sbom,
};
use crate::{run, setup};

/// What is built for.
const TARGET: &str = "x86_64-unknown-linux-gnu";

/// Makes the package, with its list of parts and its checksum.
pub fn make() -> Result<()> {
    make_package().map(drop)
}

/// Makes the package; installs, starts and removes it in a clean Debian.
pub fn test() -> Result<()> {
    setup::debian(&[root::PACKAGES, screen::PACKAGES].concat())?;
    trial::run(&make_package()?)
}

fn make_package() -> Result<PathBuf> {
    setup::debian(&[tree::PACKAGES, package::PACKAGES].concat())?;
    setup::run(setup::For::Build)?;
    run::run(run::npm().args(["run", "--silent", "build"]))?;
    let program = ["--locked", "--release", "--package", "probonus-office", "--bin", "probonus-office"];
    run::run(run::cargo().arg("build").args(program))?;

    let parts = parts::of_program(TARGET)?;
    let tree = tree::make(&run::target().join("release/probonus-office"), &parts::licence_texts(&parts)?)?;
    let out = folder();
    fs::create_dir_all(&out)?;
    let package = package::make(&tree, &out)?;
    let list = out.join(format!("probonus-office_{VERSION}_linux-x64.cdx.json"));
    fs::write(&list, serde_json::to_string_pretty(&sbom::document(VERSION, &parts))?)?;
    checksums::write(&out)?;
    package::check(&tree, &package)?;
    println!();
    for path in [&package, &list, &tree.join(tree::PROGRAM)] {
        println!("{:>6.1} MB  {}", size(path)?, path.display());
    }
    Ok(package)
}
