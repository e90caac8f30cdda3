//! Builds the workspace once for everything that follows: programs, tests and lints.
//!
//! Clippy compiles in place of rustc (as `cargo clippy` itself arranges it), so the lints need no second build. A lint is a
//! warning of the build; any warning fails the step that asks for them.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::Command;
use std::sync::{Mutex, PoisonError};

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use super::console::Console;
use crate::run;

/// A test program of a package: the tests of its library, of a binary, or of a file in `tests/`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TestProgram {
    pub target: String,
    pub path: PathBuf,
}

/// What the build left.
#[derive(Default)]
pub struct Built {
    /// Test programs by the folder of their package.
    programs: Mutex<BTreeMap<PathBuf, Vec<TestProgram>>>,
    warnings: Mutex<u32>,
}

/// A cargo command over the workspace but xtask: Windows can't replace a running program. Every command goes over the whole
/// workspace, because a package alone is built with other features of its dependencies, and so a second time. The
/// development host is compiled too: nothing else would notice that it is broken.
pub fn workspace(command: &str) -> Command {
    let mut cargo = linted(command);
    cargo.args(["--workspace", "--exclude", "xtask", "--features", "probonus-office/dev-host"]);
    cargo
}

/// A cargo command that compiles with clippy. All commands of xtask do, so that none compiles again what another did.
pub fn linted(command: &str) -> Command {
    let mut cargo = run::cargo();
    cargo.arg(command).env("RUSTC_WORKSPACE_WRAPPER", "clippy-driver");
    cargo
}

impl Built {
    /// Builds with one cargo command, and notes its test programs and warnings.
    pub fn with(&self, cargo: &mut Command, console: &Console) -> Result<()> {
        cargo.arg("--message-format=json-diagnostic-rendered-ansi");
        console.run_with(cargo, |line| match serde_json::from_str::<Value>(line) {
            Ok(message) => self.note(&message, console),
            Err(_) => console.line(line),
        })
    }

    fn note(&self, message: &Value, console: &Console) {
        match message["reason"].as_str() {
            Some("compiler-message") => {
                let said = &message["message"];
                for line in said["rendered"].as_str().unwrap_or_default().lines() {
                    console.line(line);
                }
                // A closing "3 warnings emitted" has no place in the code.
                let has_place = said["spans"].as_array().is_some_and(|spans| !spans.is_empty());
                if said["level"] == "warning" && has_place {
                    *self.warnings.lock().unwrap_or_else(PoisonError::into_inner) += 1;
                }
            }
            Some("compiler-artifact") if message["profile"]["test"] == true => {
                let text = |value: &Value| value.as_str().map(str::to_owned);
                let (target, path) = (text(&message["target"]["name"]), text(&message["executable"]));
                let folder =
                    text(&message["manifest_path"]).and_then(|path| Some(PathBuf::from(path).parent()?.to_owned()));
                if let (Some(target), Some(path), Some(folder)) = (target, path, folder) {
                    let mut programs = self.programs.lock().unwrap_or_else(PoisonError::into_inner);
                    programs.entry(folder).or_default().push(TestProgram { target, path: path.into() });
                }
            }
            _ => {}
        }
    }

    /// Fails if the build had warnings.
    pub fn must_be_clean(&self) -> Result<()> {
        match *self.warnings.lock().unwrap_or_else(PoisonError::into_inner) {
            0 => Ok(()),
            warnings => bail!("{warnings} warnings; see the build"),
        }
    }

    /// Test programs of the package in this folder whose target satisfies the question; an error if there is none.
    pub fn tests(&self, folder: &str, is: impl Fn(&str) -> bool) -> Result<Vec<TestProgram>> {
        let folder = run::root().join(folder);
        let programs = self.programs.lock().unwrap_or_else(PoisonError::into_inner);
        let of_package = programs.get(&folder).with_context(|| format!("{} has no tests", folder.display()))?;
        let found: Vec<TestProgram> = of_package.iter().filter(|program| is(&program.target)).cloned().collect();
        if found.is_empty() { bail!("{} has no such tests", folder.display()) } else { Ok(found) }
    }
}

/// Runs a test program as `cargo test` does: in the folder of its package.
pub fn command(program: &TestProgram, folder: &str) -> Command {
    let folder = run::root().join(folder);
    let mut command = run::command(&program.path);
    command.current_dir(&folder).env("CARGO_MANIFEST_DIR", folder);
    command
}
