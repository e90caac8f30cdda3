//! The life of the package in a clean Debian: installed, started without and with a screen, removed, purged. The clean
//! Debian has no session bus, so that every start here is also one without it.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};

use super::super::place::VERSION;
use super::root::Root;
use super::screen::{Screen, Window};
use crate::run;

/// What the program ends with where there is no screen.
const NO_SCREEN: i32 = 3;
/// The longest that a window may take, on a machine that does much else.
const PATIENCE: Duration = Duration::from_secs(90);
/// Letters are painted with soft edges: a page has many colours, an empty window has one.
const COLOURS_OF_A_PAGE: usize = 20;

/// Where the program keeps its data, from the root of the disk.
const DATA: &str = "srv/office/.local/share/ru.probonus.office";

/// Starts the program, and ends it by SIGTERM when its input ends, as a session that is closed does.
const UNTIL_INPUT_ENDS: &str = "probonus-office & program=$!; read -r _; kill -TERM $program; wait $program; exit 0";

/// Plays it. What the program said and showed lies in the artifacts.
pub fn run(package: &Path) -> Result<()> {
    let artifacts = run::artifacts("linux");
    fs::create_dir_all(&artifacts)?;
    let root = Root::new()?;
    install_what_it_needs(&root, package)?;
    let before = root.files()?;
    let packages = packages(&root)?;

    told("installed with its dependencies, and nothing else", || install(&root, package, &packages))?;
    told("tells its version", || tells_its_version(&root))?;
    told("without a screen: words and an exit code", || ends_without_a_screen(&root))?;
    told("without a session bus: the window is painted", || shows_its_window(&root, &artifacts))?;
    told("removed; the user's data are kept", || {
        root.must(&["apt-get", "-q", "-y", "remove", "probonus-office"])?;
        keeps_data(&root)
    })?;
    told("installed again over the user's data, and purged; nothing else is left behind", || {
        install(&root, package, &packages)?;
        root.must(&["apt-get", "-q", "-y", "purge", "probonus-office"])?;
        nothing_is_left(&before, &root.files()?)?;
        keeps_data(&root)
    })?;
    root.remove()
}

fn told(what: &str, act: impl FnOnce() -> Result<()>) -> Result<()> {
    act().with_context(|| format!("failed: {what}"))?;
    println!("ok  {what}");
    Ok(())
}

/// Installs the dependencies that the package names, so that only its own files make a difference later.
fn install_what_it_needs(root: &Root, package: &Path) -> Result<()> {
    let depends = run::read(run::command("dpkg-deb").arg("--field").arg(package).arg("Depends"))?;
    root.must(&["apt-get", "-q", "-y", "satisfy", "--no-install-recommends", depends.trim()])
}

fn packages(root: &Root) -> Result<BTreeSet<String>> {
    let names = root.read(&["dpkg-query", "-W", "-f", "${Package}\\n"])?;
    Ok(names.lines().map(str::to_owned).collect())
}

fn install(root: &Root, package: &Path, before: &BTreeSet<String>) -> Result<()> {
    let name = "tmp/probonus-office.deb";
    super::super::place::copy(package, &root.path(name))?;
    root.must(&["apt-get", "-q", "-y", "install", "--no-install-recommends", &format!("/{name}")])?;
    let new: Vec<String> = packages(root)?.difference(before).cloned().collect();
    ensure!(new == ["probonus-office"], "also installed: {new:?}");
    let differing = root.read(&["dpkg", "--verify", "probonus-office"])?;
    ensure!(differing.is_empty(), "not as packed: {differing}");
    Ok(())
}

fn tells_its_version(root: &Root) -> Result<()> {
    let told = run::read(&mut root.command_of_user(None, &["probonus-office", "--version"])?)?;
    ensure!(told.trim() == format!("probonus-office {VERSION}"), "it says `{}`", told.trim());
    Ok(())
}

fn ends_without_a_screen(root: &Root) -> Result<()> {
    let output = root.command_of_user(None, &["probonus-office"])?.stdin(Stdio::null()).output()?;
    let words = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.code() == Some(NO_SCREEN), "it ended with {}: {words}", output.status);
    ensure!(words.contains("There is no screen") && !words.contains("panicked"), "it says: {words}");
    Ok(())
}

fn shows_its_window(root: &Root, artifacts: &Path) -> Result<()> {
    let screen = Screen::new()?;
    let log = artifacts.join("program.log");
    let mut start = root.command_of_user(Some(screen.name()), &["sh", "-c", UNTIL_INPUT_ENDS])?;
    let mut program = Running::start(&mut start, &log)?;
    let window = program.until("its window is mapped", || screen.window("ProBonus Office"))?;
    is_of_its_entry(root, &window)?;
    let picture = artifacts.join("window.xwd");
    program
        .until("its page is painted", || Ok((screen.picture(&window, &picture)? >= COLOURS_OF_A_PAGE).then_some(())))?;
    program.end()?;
    let words = fs::read_to_string(&log)?;
    ensure!(!words.contains("panicked"), "it panicked: {words}");
    keeps_data(root)
}

/// The desktop puts the window under the icon of the entry that names its class.
fn is_of_its_entry(root: &Root, window: &Window) -> Result<()> {
    let entry = fs::read_to_string(root.path(super::tree::DESKTOP_ENTRY))?;
    let named = entry.lines().find_map(|line| line.strip_prefix("StartupWMClass="));
    ensure!(named == Some(window.class.as_str()), "the window is of class {}, the entry says {named:?}", window.class);
    Ok(())
}

/// The log of the run is there: the user's data were neither removed nor never written.
fn keeps_data(root: &Root) -> Result<()> {
    let logs = root.path(DATA).join("logs");
    let is_there = fs::read_dir(&logs).is_ok_and(|mut entries| entries.next().is_some());
    if is_there { Ok(()) } else { bail!("{} is empty", logs.display()) }
}

fn nothing_is_left(before: &BTreeSet<String>, after: &BTreeSet<String>) -> Result<()> {
    let differing: Vec<&String> = before.symmetric_difference(after).collect();
    ensure!(differing.is_empty(), "not as before: {differing:#?}");
    Ok(())
}

/// The program while it runs. Dropping it ends it.
struct Running {
    child: Child,
    log: PathBuf,
}

impl Running {
    fn start(command: &mut Command, log: &Path) -> Result<Self> {
        let file = fs::File::create(log)?;
        command.stdin(Stdio::piped()).stdout(file.try_clone()?).stderr(file);
        Ok(Self { child: command.spawn().context("can't start the program")?, log: log.to_owned() })
    }

    /// Asks until there is an answer; an error if the program ends meanwhile.
    fn until<T>(&mut self, what: &str, mut ask: impl FnMut() -> Result<Option<T>>) -> Result<T> {
        let began = Instant::now();
        while began.elapsed() < PATIENCE {
            if let Some(answer) = ask()? {
                return Ok(answer);
            }
            if let Some(status) = self.child.try_wait()? {
                bail!("it ended with {status} before {what}:\n{}", fs::read_to_string(&self.log)?);
            }
            std::thread::sleep(Duration::from_millis(200));
        }
        bail!("not within {} s: {what}\n{}", PATIENCE.as_secs(), fs::read_to_string(&self.log)?)
    }

    /// Closes its input, and waits for its end.
    fn end(mut self) -> Result<()> {
        drop(self.child.stdin.take());
        let status = self.child.wait()?;
        if status.success() { Ok(()) } else { bail!("it ended with {status}") }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        // One that has ended already needs no end.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_stays_or_changes_is_found() {
        let files = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect::<BTreeSet<_>>();
        let before = files(&["f 644 10 etc/a", "d 755 usr"]);
        assert!(nothing_is_left(&before, &before).is_ok());
        for after in [&["f 644 10 etc/a", "d 755 usr", "d 755 opt/x"][..], &["f 644 11 etc/a", "d 755 usr"]] {
            assert!(nothing_is_left(&before, &files(after)).is_err());
        }
    }
}
