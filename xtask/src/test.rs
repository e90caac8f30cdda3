//! Everything that CI runs: one step after another, each under its own header, and a summary that ends with the count.
//!
//! The order is for time: what is quick and often wrong first, the page before the program that carries it, and every
//! build with the whole workspace's features, so that nothing is compiled twice.

use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};

use crate::{bindings, run, setup, tidy};

/// Runs the steps whose names contain one of the words; no words means all.
pub fn run(only: &[String]) -> Result<()> {
    let mut report = Report { only: only.to_vec(), steps: Vec::new(), failed: false };
    let started = Instant::now();

    report.step("setup", &[], || setup::run(setup::For::Desktop).map(|()| Count::none()));
    report.step("format", &[], || once(run::cargo().args(["fmt", "--all", "--check"])));
    report.step("tidy", &[], || tidy::run().map(|()| Count::one()));
    for script in ["check", "lint", "test", "build"] {
        report.step(&format!("page: {script}"), &["setup"], || counted(run::npm().args(["run", "--silent", script])));
    }
    report.step("clippy", &["page: build"], || {
        once(run::cargo().args(["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]))
    });
    // xtask is left out of what it builds: Windows can't replace a running program. Its own tests have a binary of their own.
    report.step("build", &["page: build"], || once(workspace("build").arg("--bins")));
    report.step("bindings", &["build"], || bindings::run(true).map(|()| Count::one()));
    report.step("tests", &["build"], || counted(workspace("test").arg("--no-fail-fast")));
    report.step("tests of xtask", &[], || counted(run::cargo().args(["test", "--package", "xtask"])));
    report.step("desktop", &["build"], desktop);

    report.close(started.elapsed())
}

/// A cargo command over the workspace but xtask.
pub fn workspace(command: &str) -> Command {
    let mut cargo = run::cargo();
    cargo.args([command, "--workspace", "--exclude", "xtask"]);
    cargo
}

/// The desktop tests, each in a real window on a desktop of its own.
fn desktop() -> Result<Count> {
    if !cfg!(target_os = "linux") {
        println!("The window is driven only on Linux; nothing to do here.");
        return Ok(Count::none());
    }
    // The window shows the page that was built last, in the program that was: both of them anew, so that none is stale.
    run::run(run::npm().args(["run", "--silent", "build"]))?;
    run::run(workspace("build").arg("--bins"))?;
    run::run(workspace("test").args(["--test", "desktop", "--no-run"]))?;
    let mut tests = workspace("test");
    tests.args(["--test", "desktop", "--no-fail-fast", "--"]);
    // Each has a desktop of its own, but one at a time: two windows drawn without a graphics card need more than two cores.
    tests.args(["--test-threads", "1"]);
    let artifacts = run::artifacts("desktop");
    println!("Screenshots and logs: {}", artifacts.display());
    tests.env("DESKTOP_ARTIFACTS", &artifacts).env("TAURI_DRIVER", setup::tauri_driver_path());
    counted(&mut tests)
}

/// Tests counted in a step's own output.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
struct Count {
    passed: u64,
    failed: u64,
}

impl Count {
    fn none() -> Self {
        Self::default()
    }

    fn one() -> Self {
        Self { passed: 1, failed: 0 }
    }

    /// Reads the closing lines of cargo's and vitest's test runs; any other line counts nothing.
    fn of(line: &str) -> Self {
        let line = without_colours(line);
        let line = line.trim();
        if !line.starts_with("test result:") && !line.starts_with("Tests ") {
            return Self::none();
        }
        let words: Vec<&str> = line.split([' ', ';', '.', '|']).filter(|word| !word.is_empty()).collect();
        let before = |what: &str| {
            words.windows(2).find(|pair| pair[1] == what).and_then(|pair| pair[0].parse().ok()).unwrap_or_default()
        };
        Self { passed: before("passed"), failed: before("failed") }
    }
}

fn without_colours(line: &str) -> String {
    let mut plain = String::new();
    let mut rest = line;
    while let Some((before, after)) = rest.split_once('\u{1b}') {
        plain.push_str(before);
        rest = after.split_once('m').map_or("", |(_, after)| after);
    }
    plain + rest
}

/// A step that is one check: it holds or it doesn't.
fn once(command: &mut Command) -> Result<Count> {
    run::run(command)?;
    Ok(Count::one())
}

/// A step whose output says how many tests it ran: shown as it comes, and counted. A check without tests counts as one.
fn counted(command: &mut Command) -> Result<Count> {
    let shown = run::show(command);
    println!("$ {shown}");
    let mut child = command.stdout(Stdio::piped()).spawn().with_context(|| format!("can't start `{shown}`"))?;
    let mut count = Count::none();
    if let Some(output) = child.stdout.take() {
        for line in BufReader::new(output).split(b'\n') {
            let line = line?;
            let line = String::from_utf8_lossy(&line);
            println!("{}", line.trim_end_matches('\r'));
            let found = Count::of(&line);
            count.passed += found.passed;
            count.failed += found.failed;
        }
    }
    let status = child.wait()?;
    if status.success() {
        return Ok(if count == Count::none() { Count::one() } else { count });
    }
    Err(Failed { count, shown: format!("`{shown}` ended with {status}") }.into())
}

/// A failed step that still counted its tests.
#[derive(Debug)]
struct Failed {
    count: Count,
    shown: String,
}

impl std::fmt::Display for Failed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.shown)
    }
}

impl std::error::Error for Failed {}

struct Step {
    name: String,
    took: Duration,
    count: Count,
    problem: Option<String>,
}

struct Report {
    only: Vec<String>,
    steps: Vec<Step>,
    failed: bool,
}

impl Report {
    /// Runs a step, unless one that it needs has failed; that, too, is a failure.
    fn step(&mut self, name: &str, needs: &[&str], work: impl FnOnce() -> Result<Count>) {
        if !self.only.is_empty() && !self.only.iter().any(|word| name.contains(word.as_str())) {
            return;
        }
        println!("\n━━━ {name} {}", "━".repeat(100_usize.saturating_sub(name.chars().count())));
        let started = Instant::now();
        let broken = self.steps.iter().find(|step| needs.contains(&step.name.as_str()) && step.problem.is_some());
        let outcome = match broken {
            Some(step) => Err(anyhow::anyhow!("not run, because \"{}\" failed", step.name)),
            None => work(),
        };
        let (count, problem) = match outcome {
            Ok(count) => (count, None),
            Err(error) => {
                let mut count = error.downcast_ref::<Failed>().map_or(Count::none(), |failed| failed.count);
                count.failed = count.failed.max(1);
                eprintln!("\nFAILED: {name}: {error:#}");
                (count, Some(format!("{error:#}")))
            }
        };
        self.failed |= problem.is_some();
        self.steps.push(Step { name: name.to_owned(), took: started.elapsed(), count, problem });
    }

    /// The summary; its last line is the count.
    fn close(self, took: Duration) -> Result<()> {
        if self.steps.is_empty() {
            bail!("no step is called that");
        }
        println!("\n━━━ summary {}", "━".repeat(93));
        for Step { name, took, count, problem } in &self.steps {
            let mark = if problem.is_some() { "FAILED" } else { "ok" };
            println!("{mark:7} {name:18} {:>7}  {} passed, {} failed", time(*took), count.passed, count.failed);
        }
        println!("        {:18} {:>7}", "all", time(took));
        for step in self.steps.iter().filter(|step| step.problem.is_some()) {
            println!("{}: {}", step.name, step.problem.as_deref().unwrap_or_default());
        }
        let sum = |of: fn(&Count) -> u64| self.steps.iter().map(|step| of(&step.count)).sum::<u64>();
        println!("{} passed, {} failed", sum(|count| count.passed), sum(|count| count.failed));
        if self.failed {
            bail!("not everything passed; what the windows showed is in {}", run::artifacts("desktop").display());
        }
        Ok(())
    }
}

fn time(duration: Duration) -> String {
    let seconds = duration.as_secs();
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cargo_and_vitest_lines_are_counted() {
        let cargo =
            "test result: FAILED. 12 passed; 3 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.02s";
        assert_eq!(Count::of(cargo), Count { passed: 12, failed: 3 });
        assert_eq!(Count::of("      Tests  1 failed | 41 passed (42)"), Count { passed: 41, failed: 1 });
        assert_eq!(
            Count::of("\u{1b}[2m      Tests \u{1b}[22m \u{1b}[32m7 passed\u{1b}[39m (7)"),
            Count { passed: 7, failed: 0 }
        );
        assert_eq!(Count::of(" Test Files  9 passed (9)"), Count::none());
        assert_eq!(Count::of("test words::parses ... ok"), Count::none());
    }

    #[test]
    fn a_failing_program_fails_its_step() {
        let mut report = Report { only: Vec::new(), steps: Vec::new(), failed: false };
        report.step("one", &[], || once(run::cargo().arg("no-such-command").stderr(Stdio::null())));
        report.step("two", &["one"], || Ok(Count::one()));
        assert!(report.steps.iter().all(|step| step.problem.is_some()));
        assert!(report.close(Duration::ZERO).is_err());
    }
}
