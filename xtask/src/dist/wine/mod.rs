//! A Windows of our own, in a folder: Wine with a screen that nobody looks at. It is made anew for every run.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context as _, Result, bail};

use super::place;
use crate::{run, setup};

/// What Debian must have installed.
const PACKAGES: &[&str] = &["wine", "xvfb", "mingw-w64"];

const COMPILER: &str = "x86_64-w64-mingw32-gcc";

/// A Windows and its screen. Both end with it.
pub struct Machine {
    folder: PathBuf,
    tools: PathBuf,
    display: String,
    screen: Child,
}

impl Machine {
    /// An empty Windows.
    pub fn new() -> Result<Self> {
        setup::debian(PACKAGES)?;
        let (folder, tools) = (place::work("wine")?, place::work("wine-tools")?);
        let sources = run::root().join("xtask/src/dist/wine");
        let compile = |source: &str, output: &str, flags: &[&str]| {
            let mut compiler = run::command(COMPILER);
            compiler.args(["-O1", "-Wall", "-Werror", "-o"]).arg(tools.join(output)).arg(sources.join(source));
            run::run(compiler.args(flags))
        };
        compile("box.c", "box.exe", &["-municode"])?;
        compile("stand_in.c", "stand_in.exe", &["-municode", "-mwindows"])?;
        compile("bcryptprimitives.c", "bcryptprimitives.dll", &["-shared", "-ladvapi32"])?;
        let (screen, display) = screen()?;
        let machine = Self { folder, tools, display, screen };
        machine.run(machine.command("wineboot").arg("--init"))?;
        Ok(machine)
    }

    /// A tool that was built for this Windows.
    pub fn tool(&self, name: &str) -> PathBuf {
        self.tools.join(name)
    }

    /// Puts beside a program what this Windows lacks.
    pub fn complete(&self, folder: &Path) -> Result<()> {
        place::copy(&self.tool("bcryptprimitives.dll"), &folder.join("bcryptprimitives.dll"))
    }

    /// A Windows program, to be started in this Windows.
    pub fn program(&self, program: &Path) -> Command {
        let mut command = self.command("wine");
        command.arg(program);
        command
    }

    /// A command of Windows itself, e.g. `reg`.
    pub fn system(&self, name: &str) -> Command {
        let mut command = self.command("wine");
        command.arg(name);
        command
    }

    /// Drive C.
    pub fn drive(&self) -> PathBuf {
        self.folder.join("drive_c")
    }

    /// A path on drive C as Windows names it.
    pub fn windows_path(&self, path: &Path) -> Result<String> {
        let below = path.strip_prefix(self.drive()).with_context(|| format!("{} is on no drive", path.display()))?;
        Ok(format!("C:\\{}", below.to_string_lossy().replace('/', "\\")))
    }

    /// The user's folder on drive C.
    pub fn home(&self) -> Result<PathBuf> {
        let name = run::read(run::command("id").arg("-un"))?;
        let home = self.drive().join("users").join(name.trim());
        if home.is_dir() { Ok(home) } else { bail!("{} is not there", home.display()) }
    }

    /// Waits until no program runs in this Windows.
    pub fn settle(&self) -> Result<()> {
        self.run(self.command("wineserver").arg("--wait"))
    }

    /// Runs a command quietly; anything but success is an error.
    pub fn run(&self, command: &mut Command) -> Result<()> {
        let shown = run::show(command);
        let output = command.output().with_context(|| format!("can't start `{shown}`"))?;
        if !output.status.success() {
            let words = [output.stdout, output.stderr].concat();
            bail!("`{shown}` ended with {}:\n{}", output.status, String::from_utf8_lossy(&words).trim());
        }
        Ok(())
    }

    fn command(&self, name: &str) -> Command {
        let mut command = run::command(name);
        command.env("WINEPREFIX", &self.folder).env("WINEDEBUG", "-all").env("DISPLAY", &self.display);
        // No browser engine and no .NET of Wine's own: it would ask to download them. No entries in the menu of this machine.
        command.env("WINEDLLOVERRIDES", "mscoree,mshtml,winemenubuilder.exe=").env("LC_ALL", "C.UTF-8");
        // The user's folders of this Windows are not to be those of this machine.
        command.env("HOME", &self.folder);
        command
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        // What is gone already needs no end.
        let _ = self.command("wineserver").arg("--kill").status();
        let _ = self.screen.kill();
        let _ = self.screen.wait();
    }
}

/// A screen, and its name.
fn screen() -> Result<(Child, String)> {
    let mut server = run::command("Xvfb");
    server.args(["-displayfd", "1", "-noreset", "-screen", "0", "1366x768x24", "-nolisten", "tcp"]);
    let mut screen = server.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().context("can't start Xvfb")?;
    let mut number = String::new();
    let output = screen.stdout.take().context("Xvfb has no output")?;
    BufReader::new(output).read_line(&mut number)?;
    match number.trim() {
        "" => bail!("Xvfb gave no screen"),
        number => Ok((screen, format!(":{number}"))),
    }
}
