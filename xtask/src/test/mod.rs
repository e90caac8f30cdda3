//! Everything that CI runs: steps side by side, a table with their times, and a last line with the count.
//!
//! What costs time is compiling, so everything is compiled once: the page, then one build of programs, tests and lints. The
//! page's own checks run beside that build. Then the window is driven, and all other tests use the time in which it waits.

mod build;
mod console;
mod count;
mod page;
mod report;
mod schedule;

use std::process::Command;

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

pub use self::{build::workspace, count::Count};
use self::{
    build::{Built, linted},
    console::Console,
    schedule::Step,
};
use crate::{bindings, run, setup, tidy};

/// The package whose tests span rooms. Its simulation is a step of its own.
const SPANNING: &str = "tests";
const SIMULATION: &str = "simulation";

/// Runs the steps whose names contain one of the words, and those that they need; no words means all.
pub fn run(only: &[String]) -> Result<()> {
    let built = Built::default();
    let packages = packages()?;
    let steps = schedule::only(steps(&built, &packages), only);
    if steps.is_empty() {
        bail!("no step is called that");
    }
    let seats = std::thread::available_parallelism().map_or(2, usize::from).max(2);
    report::close(&schedule::run(steps, seats))
}

/// All steps. Of those that may start at the same time, the first in this list does.
fn steps<'a>(built: &'a Built, packages: &'a [String]) -> Vec<Step<'a>> {
    let script = |name: &'static str| {
        Step::new(format!("page: {name}"), &["setup: page"], move |console| {
            console.run(run::npm().args(["run", "--silent", name]))
        })
    };
    let mut steps = vec![
        Step::new("setup: system", &[], |_| setup::system_packages(setup::For::Desktop)),
        Step::new("setup: page", &[], |_| setup::page_packages()),
        script("build"),
        Step::new("build", &["setup: system", "page: build"], |console| build(built, console)),
        Step::new("format", &[], |console| console.run(run::cargo().args(["fmt", "--all", "--check"]))),
        Step::new("tidy", &[], |_| tidy::run()),
        script("check"),
        script("lint"),
        script("test"),
        Step::new("page: elsewhere", &["page: build"], page::same_elsewhere),
        Step::new("setup: driver", &["setup: system", "build"], |_| setup::tauri_driver()),
        Step::new("clippy", &["build"], |_| built.must_be_clean()),
        Step::new("bindings", &["build"], |_| bindings::check()),
        Step::new("desktop", &["build", "setup: driver"], |console| desktop(built, console)),
        Step::new("simulation", &["build"], |console| play(built, console, SPANNING, |target| target == SIMULATION)),
    ];
    for package in packages {
        let is_other = |target: &str| target != SIMULATION && target != "desktop";
        let name = format!("tests: {package}");
        steps.push(Step::new(name, &["build"], move |console| play(built, console, package, is_other)));
    }
    steps
}

/// Compiles all that the other steps need.
fn build(built: &Built, console: &Console) -> Result<()> {
    built.with(workspace("build").arg("--bins"), console)?;
    built.with(workspace("test").arg("--no-run"), console)?;
    built.with(workspace("test").args(["--no-run", "--test", "desktop"]), console)?;
    built.with(linted("test").args(["--package", "xtask", "--no-run"]), console)
}

/// Folders of the workspace's packages, e.g. `crates/office`.
fn packages() -> Result<Vec<String>> {
    let metadata = run::read(run::cargo().args(["metadata", "--no-deps", "--offline", "--format-version", "1"]))?;
    let metadata: Value = serde_json::from_str(&metadata).context("cargo metadata")?;
    let root = run::root();
    let folders = metadata["packages"].as_array().into_iter().flatten().filter_map(|package| {
        let manifest = std::path::Path::new(package["manifest_path"].as_str()?);
        Some(manifest.parent()?.strip_prefix(&root).ok()?.to_string_lossy().replace('\\', "/"))
    });
    Ok(folders.collect())
}

/// Runs tests of a package. The window's tests have deadlines, these have none: they get what time the window leaves.
fn play(built: &Built, console: &Console, folder: &str, is: impl Fn(&str) -> bool) -> Result<()> {
    let mut failed = Vec::new();
    for program in built.tests(folder, is)? {
        let mut tests = build::command(&program, folder);
        if program.target == SIMULATION {
            // It prints its seeds, so that a failing one can be replayed.
            tests.arg("--nocapture");
        }
        if let Err(error) = console.run(&mut gently(&tests)) {
            failed.push(format!("{error:#}"));
        }
    }
    if failed.is_empty() { Ok(()) } else { bail!("{}", failed.join("; ")) }
}

/// The desktop tests, each in a real window on a desktop of its own.
fn desktop(built: &Built, console: &Console) -> Result<()> {
    if !cfg!(target_os = "linux") {
        console.line("The window is driven only on Linux; nothing to do here.");
        return Ok(());
    }
    let artifacts = run::artifacts("desktop");
    console.line(&format!("Screenshots and logs: {}", artifacts.display()));
    for program in built.tests(SPANNING, |target| target == "desktop")? {
        let mut tests = build::command(&program, SPANNING);
        // A window waits for half of its time: for a start, a timer, an answer. So two share two cores.
        tests.args(["--test-threads", "2"]);
        tests.env("DESKTOP_ARTIFACTS", &artifacts).env("TAURI_DRIVER", setup::tauri_driver_path());
        console.run(&mut tests)?;
    }
    Ok(())
}

/// The command at the lowest priority.
fn gently(command: &Command) -> Command {
    let mut nice = if cfg!(unix) {
        let mut nice = run::command("nice");
        nice.args(["-n", "19"]).arg(command.get_program());
        nice
    } else {
        run::command(command.get_program())
    };
    nice.args(command.get_args());
    if let Some(folder) = command.get_current_dir() {
        nice.current_dir(folder);
    }
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => nice.env(name, value),
            None => nice.env_remove(name),
        };
    }
    nice
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_package_has_its_step_and_every_need_is_a_step() {
        let (built, packages) = (Built::default(), packages().unwrap());
        assert!(packages.iter().any(|package| package == "crates/office"), "{packages:?}");
        let steps = steps(&built, &packages);
        for step in &steps {
            for need in step.needs() {
                assert!(steps.iter().any(|other| other.name() == need), "{} needs {need}", step.name());
            }
        }
        for package in &packages {
            assert!(steps.iter().any(|step| step.name() == format!("tests: {package}")), "{package}");
        }
    }
}
