//! A clean Debian in a folder: `debootstrap` makes it from this machine's own mirror, the kernel's namespaces keep its
//! processes apart. It is made anew for each run.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use super::super::place;
use crate::{run, setup};

/// What Debian must have installed.
pub const PACKAGES: &[&str] = &["debootstrap"];

/// The release that the package is tried on: the oldest one that it is made for.
const RELEASE: &str = "bookworm";
const MIRROR: &str = "http://deb.debian.org/debian";

/// Enters the root ($1) in namespaces of its own, with the kernel's files and the screen's socket, and runs the rest there.
/// All that was mounted and started goes with its first process.
const ENTER: &str = r#"
set -e
root=$1; shift
mount -t proc proc "$root/proc"
mount -t tmpfs -o mode=1777 tmpfs "$root/dev/shm"
if [ -d /tmp/.X11-unix ]; then mkdir -p "$root/tmp/.X11-unix"; mount --bind /tmp/.X11-unix "$root/tmp/.X11-unix"; fi
exec chroot "$root" "$@"
"#;

/// What packages may leave behind: the package tools' own notes, caches, logs, and the user's home.
const NOT_COMPARED: &[&str] =
    &["var/lib/dpkg", "var/lib/apt", "var/cache", "var/log", "tmp", "proc", "dev", "run", "srv"];

/// A Debian in a folder.
pub struct Root {
    folder: PathBuf,
}

impl Root {
    /// Makes it, with a user `office`.
    pub fn new() -> Result<Self> {
        let root = Self { folder: run::target().join("dist-work/debian") };
        root.remove()?;
        fs::create_dir_all(&root.folder)?;
        let mirror = mirror()?;
        let mut make = setup::as_root("debootstrap")?;
        println!("A clean Debian {RELEASE} from {mirror}");
        place::quietly(make.args(["--variant=minbase", RELEASE]).arg(&root.folder).arg(&mirror))?;
        // No service is started here.
        let refuse = "printf '#!/bin/sh\\nexit 101\\n' > /usr/sbin/policy-rc.d && chmod 755 /usr/sbin/policy-rc.d";
        root.must(&["sh", "-c", refuse])?;
        root.must(&["apt-get", "-q", "update"])?;
        root.must(&["useradd", "--create-home", "--home-dir", "/srv/office", "--shell", "/bin/sh", "office"])?;
        Ok(root)
    }

    /// Removes the folder with all that is in it.
    pub fn remove(&self) -> Result<()> {
        if self.folder.exists() {
            place::quietly(setup::as_root("rm")?.args(["-rf", "--one-file-system"]).arg(&self.folder))?;
        }
        Ok(())
    }

    /// The place of a file in it, e.g. `usr/bin/sh`.
    pub fn path(&self, path: &str) -> PathBuf {
        self.folder.join(path)
    }

    /// A command that runs inside, as root.
    pub fn command(&self, words: &[&str]) -> Result<Command> {
        let mut enter = setup::as_root("unshare")?;
        enter.args(["--mount", "--pid", "--fork", "--kill-child", "sh", "-c", ENTER, "enter"]);
        enter.arg(&self.folder).args(words).env("DEBIAN_FRONTEND", "noninteractive").env("LC_ALL", "C.UTF-8");
        Ok(enter)
    }

    /// A command that runs inside, as the user, in an environment of its own: no session bus, and no screen but a named one.
    pub fn command_of_user(&self, screen: Option<&str>, words: &[&str]) -> Result<Command> {
        let screen = screen.map(|screen| format!("DISPLAY={screen}"));
        let mut line = vec!["runuser", "-u", "office", "--", "env", "-i", "HOME=/srv/office", "PATH=/usr/bin:/bin"];
        line.extend(["LANG=C.UTF-8", "LIBGL_ALWAYS_SOFTWARE=1"]);
        line.extend(screen.as_deref());
        line.extend(words);
        self.command(&line)
    }

    /// Runs a command inside; its words matter only when it fails.
    pub fn must(&self, words: &[&str]) -> Result<()> {
        place::quietly(&mut self.command(words)?)
    }

    /// Runs a command inside, and tells what it printed.
    pub fn read(&self, words: &[&str]) -> Result<String> {
        run::read(&mut self.command(words)?)
    }

    /// Every file of the system: kind, rights, size and path.
    pub fn files(&self) -> Result<BTreeSet<String>> {
        let mut find = setup::as_root("find")?;
        find.arg(".").arg("-xdev").args(["-type", "d", "-printf", "d %m\\t%P\\n", "-o", "-printf", "%y %m %s\\t%P\\n"]);
        let list = run::read(find.current_dir(&self.folder))?;
        let files: BTreeSet<String> = list.lines().filter(|line| is_compared(line)).map(str::to_owned).collect();
        if files.len() < 1_000 { bail!("{} is no Debian", self.folder.display()) } else { Ok(files) }
    }
}

/// Whether a line of `find` is of a place that a package must leave as it was. Its path may contain spaces.
fn is_compared(line: &str) -> bool {
    let path = line.split_once('\t').map_or(line, |(_, path)| path);
    !NOT_COMPARED.iter().any(|place| Path::new(path).starts_with(place))
}

/// The mirror that this machine uses for the release; Debian's own on a machine with another release.
fn mirror() -> Result<String> {
    let mut ask = run::command("apt-get");
    ask.args(["indextargets", "--format", "$(CODENAME) $(COMPONENT) $(CREATED_BY) $(REPO_URI)"]);
    let targets = run::read(&mut ask).context("apt-get indextargets")?;
    Ok(mirror_in(&targets).unwrap_or_else(|| MIRROR.to_owned()))
}

fn mirror_in(targets: &str) -> Option<String> {
    let start = format!("{RELEASE} main Packages ");
    targets.lines().find_map(|line| Some(line.strip_prefix(&start)?.trim_end_matches('/').to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_users_files_are_not_compared_and_those_of_the_system_are() {
        assert!(is_compared("f 644 10\tusr/share/a file"));
        assert!(!is_compared("f 644 10\tsrv/office/Version 17/a"));
        assert!(is_compared("d 755\tsrv-of-another"));
    }

    #[test]
    fn the_mirror_is_the_one_that_this_machine_uses() {
        let targets = "bookworm-security main Packages http://a/security/\nbookworm main Translations http://b/\n\
                       bookworm main Packages http://mirror.example/debian/\n";
        assert_eq!(mirror_in(targets).as_deref(), Some("http://mirror.example/debian"));
        assert_eq!(mirror_in("noble main Packages http://a/\n"), None);
    }
}
