//! The output of a step. Steps run side by side, so each line starts with the name of its step.

use std::collections::VecDeque;
use std::io::{BufRead as _, BufReader, Read, Write as _};
use std::process::{Command, Stdio};
use std::sync::{Mutex, PoisonError};
use std::thread;

use anyhow::{Context as _, Result, bail};

use super::count::Count;
use crate::run;

/// Lines of a failed step that the summary shows again.
const TAIL: usize = 40;

/// Where a step writes.
pub struct Console {
    name: String,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    count: Count,
    tail: VecDeque<String>,
}

impl Console {
    pub fn new(name: &str) -> Self {
        Self { name: name.to_owned(), state: Mutex::default() }
    }

    /// Writes one line, and counts the tests that it reports.
    pub fn line(&self, line: &str) {
        let line = line.trim_end_matches(['\r', '\n']);
        // One lock for the whole line: lines of two steps do not mix. A closed terminal is no failure of a test.
        let _ = writeln!(std::io::stdout().lock(), "{:>20} │ {line}", self.name);
        let mut state = self.state();
        state.count += Count::of(line);
        if state.tail.len() == TAIL {
            state.tail.pop_front();
        }
        state.tail.push_back(line.to_owned());
    }

    /// Runs a command to its end. Anything but success is an error that names the command.
    pub fn run(&self, command: &mut Command) -> Result<()> {
        self.run_with(command, |line| self.line(line))
    }

    /// Runs a command; its standard output goes to `read`, line by line, and its errors to the console.
    pub fn run_with(&self, command: &mut Command, read: impl FnMut(&str)) -> Result<()> {
        let shown = run::show(command);
        self.line(&format!("$ {shown}"));
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().with_context(|| format!("can't start `{shown}`"))?;
        let (output, errors) = (child.stdout.take(), child.stderr.take());
        thread::scope(|scope| {
            scope.spawn(|| each_line(errors, |line| self.line(line)));
            each_line(output, read);
        });
        let status = child.wait()?;
        if !status.success() {
            bail!("`{shown}` ended with {status}");
        }
        Ok(())
    }

    /// Tests that were counted so far.
    pub fn count(&self) -> Count {
        self.state().count
    }

    /// The last lines.
    pub fn tail(&self) -> Vec<String> {
        self.state().tail.iter().cloned().collect()
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn each_line(from: Option<impl Read>, mut read: impl FnMut(&str)) {
    let Some(from) = from else { return };
    for line in BufReader::new(from).split(b'\n').map_while(Result::ok) {
        read(&String::from_utf8_lossy(&line));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failing_command_is_an_error_and_its_last_lines_are_kept() {
        let console = Console::new("test");
        assert!(console.run(run::cargo().arg("no-such-command")).is_err());
        assert!(console.tail().iter().any(|line| line.contains("no-such-command")));
    }

    #[test]
    fn tests_are_counted_as_they_are_reported() {
        let console = Console::new("test");
        console.line("test result: ok. 2 passed; 0 failed; 0 ignored");
        console.line("test result: FAILED. 1 passed; 1 failed; 0 ignored");
        assert_eq!(console.count(), Count { passed: 3, failed: 1 });
    }
}
