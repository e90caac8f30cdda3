//! What this machine lacks, said plainly and installed where that is possible.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, bail};

use crate::run;

/// What the machine is to be able to do.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum For {
    /// Build the program.
    Build,
    /// Build it and drive its window without a person.
    Desktop,
}

struct Package {
    name: &'static str,
    why: &'static str,
    needed: For,
}

const fn package(name: &'static str, needed: For, why: &'static str) -> Package {
    Package { name, why, needed }
}

const PACKAGES: &[Package] = &[
    package("build-essential", For::Build, "compiles SQLite, which is built into the program"),
    package("pkg-config", For::Build, "finds the libraries below"),
    package("libwebkit2gtk-4.1-dev", For::Build, "the window's web view"),
    package("librsvg2-dev", For::Build, "draws the window's icons"),
    package("libxdo-dev", For::Build, "keyboard input of the window"),
    package("libayatana-appindicator3-dev", For::Build, "the window toolkit's tray"),
    package("webkit2gtk-driver", For::Desktop, "drives the real window in tests"),
    package("xvfb", For::Desktop, "a screen that nobody looks at"),
    package("dbus-daemon", For::Desktop, "a session bus of the tests' own"),
    package("gnome-keyring", For::Desktop, "a real keychain to keep the token in"),
    package("dbus-bin", For::Desktop, "asks that bus whether the keychain is there"),
    package("fonts-dejavu", For::Desktop, "a font with Cyrillic letters and the rouble sign"),
];

/// Makes the machine fit: system packages and the page's packages.
pub fn run(needed: For) -> Result<()> {
    system_packages(needed)?;
    page_packages()
}

/// Installs the system packages that are missing.
pub fn system_packages(needed: For) -> Result<()> {
    if !run::on_path("dpkg-query") {
        return elsewhere();
    }
    let wanted = PACKAGES.iter().filter(|package| needed == For::Desktop || package.needed == For::Build);
    let missing: Vec<&Package> = wanted.filter(|package| !installed(package.name)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    println!("System packages that this machine lacks:");
    for package in &missing {
        println!("  {:32} {}", package.name, package.why);
    }
    install(&missing.iter().map(|package| package.name).collect::<Vec<_>>())
}

/// Installs those of these Debian packages that are missing; an error elsewhere.
pub fn debian(packages: &[&str]) -> Result<()> {
    if !run::on_path("dpkg-query") {
        bail!("this works on Debian and Ubuntu only; it needs {}", packages.join(", "));
    }
    let missing: Vec<&str> = packages.iter().copied().filter(|package| !installed(package)).collect();
    if missing.is_empty() { Ok(()) } else { install(&missing) }
}

fn install(names: &[&str]) -> Result<()> {
    let apt = |arguments: &[&str]| {
        let mut apt = as_root("env")
            .with_context(|| format!("run as root: apt-get update && apt-get install -y {}", names.join(" ")))?;
        run::run(apt.args(["DEBIAN_FRONTEND=noninteractive", "apt-get", "-q"]).args(arguments))
    };
    apt(&["update"])?;
    let mut install = vec!["install", "-y", "--no-install-recommends"];
    install.extend(names);
    apt(&install).with_context(|| format!("these packages are needed: {}", names.join(" ")))
}

/// A command that runs as root: by itself if we are root, or by `sudo`.
pub fn as_root(program: &str) -> Result<Command> {
    if run::read(run::command("id").arg("-u"))?.trim() == "0" {
        return Ok(run::command(program));
    }
    if !run::on_path("sudo") {
        bail!("`{program}` needs root, and there is no sudo");
    }
    let mut sudo = run::command("sudo");
    sudo.arg(program);
    Ok(sudo)
}

fn installed(package: &str) -> bool {
    let mut query = run::command("dpkg-query");
    query.args(["-W", "-f=${db:Status-Status}", package]).stderr(Stdio::null());
    query.output().is_ok_and(|output| output.status.success() && output.stdout == b"installed")
}

/// Not Debian or Ubuntu: say what is needed, and let the build go on; it may all be there.
fn elsewhere() -> Result<()> {
    if cfg!(windows) {
        println!("Needed: Visual Studio Build Tools with \"Desktop development with C++\", and the WebView2 runtime");
        println!("(a part of Windows 11; for Windows 10: https://developer.microsoft.com/microsoft-edge/webview2/).");
    } else if cfg!(target_os = "macos") {
        println!("Needed: the command line tools of Xcode (xcode-select --install).");
    } else {
        println!("This is neither Debian nor Ubuntu. Install what your system calls these packages, if it lacks them:");
        for package in PACKAGES {
            println!("  {:32} {}", package.name, package.why);
        }
    }
    Ok(())
}

/// `npm ci`, when the lock file is newer than what it last installed.
pub fn page_packages() -> Result<()> {
    let ui = run::root().join("ui");
    let changed = |path: PathBuf| path.metadata().and_then(|data| data.modified()).ok();
    let lock = changed(ui.join("package-lock.json")).context("ui/package-lock.json is not there")?;
    if changed(ui.join("node_modules/.package-lock.json")).is_some_and(|done| done >= lock) {
        return Ok(());
    }
    run::run(run::npm().args(["ci", "--no-audit", "--no-fund"]))
        .context("the page's packages could not be installed; is Node 20 or newer there?")
}
