//! A desktop for one test: a screen, folders, a session bus and a keyring. Tests run side by side and never share the
//! focus. Nothing of the developer's desktop is touched.

use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::sync::{Mutex, PoisonError};

use anyhow::Context as _;
use office::journal::SqliteJournal;
use office::journal::sqlite::Options;
use tempfile::TempDir;
use tokio::io::AsyncWriteExt as _;
use tokio::process::Command;

use super::process::Process;
use super::{Result, built};

/// The screen of a typical office PC.
const SCREEN: &str = "1366x768x24";

/// The state of the system's keychain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keyring {
    /// Unlocked.
    Unlocked,
    /// No keyring runs.
    Absent,
    /// There is no session bus, so no keyring either, and no way to find another window of the program.
    NoBus,
}

/// An empty desktop. Dropping it ends its processes and removes its files.
pub struct Desk {
    // Before the folder: processes end before it is removed.
    _processes: Vec<Process>,
    screen: String,
    /// The address of the session bus.
    bus: Option<String>,
    /// What the program's environment says besides.
    told: Mutex<Vec<(String, String)>>,
    folder: TempDir,
}

impl Desk {
    /// A desktop with an unlocked keyring.
    pub async fn new() -> Result<Self> {
        Self::with(Keyring::Unlocked).await
    }

    /// A desktop whose keyring is as said.
    pub async fn with(keyring: Keyring) -> Result<Self> {
        // The server finds a free number by itself and says it. When its last client goes, it resets, and breaks the connection of a
        // program that starts just then, so it must not.
        let mut screen = Command::new("Xvfb");
        screen
            .args(["-displayfd", "1", "-noreset", "-screen", "0", SCREEN, "-nolisten", "tcp", "-ac"])
            .stderr(Stdio::null());
        let number = |line: &str| line.trim().parse::<u32>().ok();
        let (screen, number) = Process::start_until(&mut screen, number).await?;
        let folder = tempfile::tempdir()?;
        let mut desk =
            Self { _processes: vec![screen], screen: format!(":{number}"), bus: None, told: Mutex::default(), folder };
        for name in ["data", "config", "cache", "run", "home", "office"] {
            std::fs::create_dir(desk.folder.path().join(name))?;
        }
        private(&desk.folder.path().join("run"))?;
        if keyring != Keyring::NoBus {
            desk.start_bus().await?;
        }
        if keyring == Keyring::Unlocked {
            let keyring = desk.unlock_keyring().await?;
            desk._processes.insert(0, keyring);
        }
        Ok(desk)
    }

    async fn start_bus(&mut self) -> Result {
        let services = self.bus_configuration()?;
        let mut bus = Command::new("dbus-daemon");
        bus.arg("--config-file").arg(services).args(["--nofork", "--print-address"]).stderr(Stdio::null());
        self.furnish(&mut bus);
        let (bus, address) =
            Process::start_until(&mut bus, |line| line.contains('=').then(|| line.trim().to_owned())).await?;
        self.bus = Some(address);
        self._processes.insert(0, bus);
        Ok(())
    }

    /// A session bus that starts no service by itself, so that only the test's own services are there.
    fn bus_configuration(&self) -> Result<PathBuf> {
        let path = self.folder.path().join("bus.conf");
        let socket = self.folder.path().join("run").display().to_string();
        let text = format!(
            r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:dir={socket}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"#
        );
        std::fs::write(&path, text)?;
        Ok(path)
    }

    async fn unlock_keyring(&self) -> Result<Process> {
        let mut daemon = Command::new("gnome-keyring-daemon");
        daemon.args(["--foreground", "--unlock", "--components=secrets"]).stdin(Stdio::piped());
        daemon.stdout(Stdio::null()).stderr(Stdio::null());
        self.furnish(&mut daemon);
        let (process, mut input) = Process::start_with_input(&mut daemon)?;
        // An empty password. The daemon reads it to the end of the input.
        input.write_all(b"\n").await?;
        drop(input);
        let mut ask = Command::new("dbus-send");
        ask.args([
            "--session",
            "--print-reply",
            "--dest=org.freedesktop.DBus",
            "/",
            "org.freedesktop.DBus.NameHasOwner",
        ]);
        ask.arg("string:org.freedesktop.secrets").stderr(Stdio::null());
        self.furnish(&mut ask);
        super::waiting::until("the keyring is on the bus", async || {
            let reply = ask.output().await.context("can't start dbus-send")?;
            Ok(String::from_utf8_lossy(&reply.stdout).contains("boolean true").then_some(()))
        })
        .await?;
        Ok(process)
    }

    /// From the next start on, the program's environment says this too.
    pub fn tell(&self, name: &str, value: &str) {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        told.push((name.to_owned(), value.to_owned()));
    }

    /// Sets the environment of a command to this desktop.
    pub(crate) fn furnish(&self, command: &mut Command) {
        let folder = self.folder.path();
        command
            .env("HOME", folder.join("home"))
            .env("XDG_DATA_HOME", folder.join("data"))
            .env("XDG_CONFIG_HOME", folder.join("config"))
            .env("XDG_CACHE_HOME", folder.join("cache"))
            .env("XDG_RUNTIME_DIR", folder.join("run"))
            .env("PROBONUS_OFFICE_HOME", self.office())
            .env("DISPLAY", &self.screen)
            .env("GDK_BACKEND", "x11")
            .env("LIBGL_ALWAYS_SOFTWARE", "1")
            .env("NO_AT_BRIDGE", "1")
            .env("LANG", "C.UTF-8")
            // What a developer's network needs must not stand between a program and its own machine.
            .env("NO_PROXY", "127.0.0.1,localhost")
            .env_remove("WAYLAND_DISPLAY")
            .env_remove("XAUTHORITY")
            .envs(self.told.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned());
        match &self.bus {
            Some(address) => command.env("DBUS_SESSION_BUS_ADDRESS", address),
            None => command.env_remove("DBUS_SESSION_BUS_ADDRESS"),
        };
    }

    /// Starts the program a second time, and waits until that second process has ended.
    pub async fn start_again(&self) -> Result<ExitStatus> {
        let mut second = Command::new(built("probonus-office")?);
        second.stdout(Stdio::null()).stderr(Stdio::null());
        self.furnish(&mut second);
        Process::start(&mut second)?.ended().await
    }

    /// Starts the program with these arguments, without a hand on its window.
    pub fn open(&self, arguments: &[&str]) -> Result<Process> {
        let mut program = Command::new(built("probonus-office")?);
        program.args(arguments).stdout(Stdio::null()).stderr(Stdio::null());
        self.furnish(&mut program);
        Process::start(&mut program)
    }

    /// The address of the session bus, if there is one.
    #[must_use]
    pub fn bus(&self) -> Option<&str> {
        self.bus.as_deref()
    }

    /// The name of the screen, such as `:5`.
    #[must_use]
    pub fn screen(&self) -> &str {
        &self.screen
    }

    /// How often the program's log says this.
    pub fn logged(&self, words: &str) -> Result<usize> {
        let mut count = 0;
        for entry in std::fs::read_dir(self.office().join("logs"))? {
            count += std::fs::read_to_string(entry?.path())?.matches(words).count();
        }
        Ok(count)
    }

    /// Locks the live journal, as another program would, until the returned holder is dropped.
    pub fn hold_the_journal(&self) -> Result<SqliteJournal> {
        Ok(SqliteJournal::open(Options::new(self.journal()))?)
    }

    /// The journal of the live mode.
    pub fn journal(&self) -> PathBuf {
        self.office().join("live/journal.db")
    }

    /// The program's own folder.
    pub fn office(&self) -> PathBuf {
        self.folder.path().join("office")
    }

    /// A folder of this desktop's user: `home`, `config`, `data`, `cache`, `run`.
    #[must_use]
    pub fn of_user(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Waits until a file of the program contains these words: the draft is on the disk.
    pub async fn written(&self, words: &str) -> Result {
        super::waiting::until(format!("\"{words}\" is on the disk"), async || {
            Ok((!self.files_with(words)?.is_empty()).then_some(()))
        })
        .await
    }

    /// Whether the keychain holds something under this service's name.
    pub async fn keychain_knows(&self, service: &str) -> Result<bool> {
        let mut ask = Command::new("dbus-send");
        ask.args(["--session", "--print-reply", "--dest=org.freedesktop.secrets", "/org/freedesktop/secrets"]);
        ask.arg("org.freedesktop.Secret.Service.SearchItems").arg(format!("dict:string:string:service,{service}"));
        self.furnish(&mut ask);
        let reply = ask.output().await.context("can't start dbus-send")?;
        Ok(String::from_utf8_lossy(&reply.stdout).contains("object path \"/org/freedesktop/secrets"))
    }

    /// Files of this desktop that contain this text in any usual encoding. The keyring's own folder is left out: a secret
    /// belongs there.
    pub fn files_with(&self, secret: &str) -> Result<Vec<PathBuf>> {
        let wide: Vec<u8> = secret.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let mut found = Vec::new();
        search(self.folder.path(), &self.folder.path().join("data/keyrings"), &mut |path, bytes| {
            if contains(bytes, secret.as_bytes()) || contains(bytes, &wide) {
                found.push(path.to_owned());
            }
        })?;
        Ok(found)
    }
}

fn search(folder: &Path, except: &Path, look: &mut dyn FnMut(&Path, &[u8])) -> Result {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let (path, kind) = (entry.path(), entry.file_type()?);
        if kind.is_dir() && path != except {
            search(&path, except, look)?;
        } else if kind.is_file() {
            look(&path, &std::fs::read(&path)?);
        }
    }
    Ok(())
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

#[cfg(unix)]
fn private(folder: &Path) -> Result {
    use std::os::unix::fs::PermissionsExt as _;
    Ok(std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700))?)
}

#[cfg(not(unix))]
fn private(_: &Path) -> Result {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_in_a_file_is_found_in_both_encodings() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("deep")).unwrap();
        std::fs::write(folder.path().join("deep/a"), b"..\xff secret-1 ..").unwrap();
        let wide: Vec<u8> = "secret-1".encode_utf16().flat_map(u16::to_le_bytes).collect();
        std::fs::write(folder.path().join("b"), wide).unwrap();
        std::fs::write(folder.path().join("c"), b"secret-2").unwrap();
        let desk = Desk { _processes: Vec::new(), screen: String::new(), bus: None, told: Mutex::default(), folder };
        assert_eq!(desk.files_with("secret-1").unwrap().len(), 2);
    }
}
