//! Everything that CI runs: steps side by side, a table with their times, and a last line with the count.
//!
//! What costs time is compiling, so everything is compiled once, with its lints: the page, the programs, the tests. The page's
//! own checks run beside the first build. As soon as the programs are there the window is driven; it waits for half of its
//! time, which the build of the tests and then the tests use.

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
        Step::new("build: programs", &["setup: system", "page: build"], |console| build_programs(built, console)),
        Step::new("build: tests", &["build: programs"], |console| build_tests(built, console)),
        Step::new("desktop", &["build: programs"], |console| desktop(built, console)),
        Step::new("bindings", &["build: programs"], |_| bindings::check()),
        Step::new("format", &[], |console| console.run(run::cargo().args(["fmt", "--all", "--check"]))),
        Step::new("tidy", &[], |_| tidy::run()),
        script("check"),
        script("lint"),
        script("test"),
        Step::new("page: elsewhere", &["page: build"], page::same_elsewhere),
        Step::new("clippy", &["build: tests"], |_| built.must_be_clean()),
        Step::new("simulation", &["build: tests"], |console| {
            play(built, console, SPANNING, |target| target == SIMULATION)
        }),
    ];
    for package in packages {
        let is_other = |target: &str| target != SIMULATION && target != "desktop";
        let name = format!("tests: {package}");
        steps.push(Step::new(name, &["build: tests"], move |console| play(built, console, package, is_other)));
    }
    steps
}

/// Compiles the programs, and the tests that drive the window.
///
/// A test is in both builds: cargo then takes the dependencies with the features that tests ask for. Without one it takes
/// others, and each of our crates is compiled twice.
fn build_programs(built: &Built, console: &Console) -> Result<()> {
    built.with(workspace("build").args(["--bins", "--test", "desktop"]), console)
}

/// Compiles all other tests, at the lowest priority: the window's tests run meanwhile, and have deadlines.
fn build_tests(built: &Built, console: &Console) -> Result<()> {
    built.with(&mut gently(workspace("build").args(["--tests", "--examples"])), console)?;
    built.with(&mut gently(linted("build").args(["--package", "xtask", "--tests"])), console)
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
        tests.env("DESKTOP_ARTIFACTS", &artifacts);
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
