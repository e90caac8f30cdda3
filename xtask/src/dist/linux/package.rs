//! The package made of a tree of files, and what Debian's own checkers say of it.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use super::super::place::{self, VERSION};
use super::texts::{Day, MAINTAINER};
use super::tree::{DESKTOP_ENTRY, METAINFO, PROGRAM};
use crate::run;

/// What Debian must have installed.
pub const PACKAGES: &[&str] = &["dpkg-dev", "desktop-file-utils", "appstream", "lintian"];

/// What `ldd` does not show: the system's authorities, by which servers are trusted.
const ALSO_DEPENDS: &str = "ca-certificates";
/// Without it the program works: a keychain for the token, a session bus, a browser for links, the tray's library.
const RECOMMENDS: &str = "default-dbus-session-bus | dbus-session-bus, gnome-keyring | kwalletmanager | keepassxc, xdg-utils, \
                          libayatana-appindicator3-1";

const DESCRIPTION: &str = "bonuses of a restaurant's guests, from its office
 For the office of a restaurant that uses the ProBonus loyalty system: find a
 guest by phone, create one, add bonuses by hand, enter a purchase made outside
 r_keeper, undo it, see the balance, what burns when, and the history.
 .
 Every change is written to a journal before it is sent. An operation whose
 outcome can't be told is called unknown, never sent again by itself, and
 reconciled until it is known.";

/// Makes the package of the tree in a folder.
pub fn make(tree: &Path, out: &Path) -> Result<PathBuf> {
    let machine = run::read(run::command("dpkg").arg("--print-architecture"))?.trim().to_owned();
    let libraries = libraries(&tree.join(PROGRAM))?;
    let control = tree.join("DEBIAN");
    fs::create_dir(&control)?;
    // Before the checksums are written: they are no part of what is installed.
    let text = control_file(&machine, kibibytes(tree)?, &libraries);
    let sums = run::read(
        run::command("sh").args(["-c", "find usr -type f | LC_ALL=C sort | xargs -d '\\n' md5sum"]).current_dir(tree),
    )?;
    fs::write(control.join("control"), text)?;
    fs::write(control.join("md5sums"), sums)?;
    place::quietly(run::command("chmod").args(["-R", "u=rwX,go=rX"]).arg(&control))?;

    let package = out.join(format!("probonus-office_{VERSION}_{machine}.deb"));
    let mut build = run::command("dpkg-deb");
    build.args(["--root-owner-group", "-Zxz", "--build"]).arg(tree).arg(&package);
    // The same files make the same package.
    run::run(build.env("SOURCE_DATE_EPOCH", Day::of_version()?.time.as_second().to_string()))?;
    Ok(package)
}

/// Asks the checkers of desktop entries, of AppStream data and of packages. An error of one of them fails.
pub fn check(tree: &Path, package: &Path) -> Result<()> {
    run::run(run::command("desktop-file-validate").arg(tree.join(DESKTOP_ENTRY)))?;
    run::run(run::command("appstreamcli").args(["validate", "--no-net"]).arg(tree.join(METAINFO)))?;
    // Root may look too: the package was made here.
    run::run(
        run::command("lintian").args(["--allow-root", "--fail-on", "error", "--tag-display-limit", "0"]).arg(package),
    )
}

/// The packages of the libraries that the program is linked with, e.g. `libc6 (>= 2.34), libgtk-3-0 (>= 3.20)`.
fn libraries(program: &Path) -> Result<String> {
    let place = place::work("shlibdeps")?;
    fs::create_dir(place.join("debian"))?;
    fs::write(
        place.join("debian/control"),
        "Source: probonus-office\n\nPackage: probonus-office\nArchitecture: any\n",
    )?;
    let printed = run::read(run::command("dpkg-shlibdeps").arg("-O").arg(program).current_dir(&place))?;
    let depends = printed.trim().strip_prefix("shlibs:Depends=").context("dpkg-shlibdeps told no libraries")?;
    Ok(depends.to_owned())
}

/// Kibibytes of all files, each rounded up, as Debian counts.
fn kibibytes(folder: &Path) -> Result<u64> {
    let mut sum = 0;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let data = entry.metadata()?;
        sum += if data.is_dir() { kibibytes(&entry.path())? + 1 } else { data.len().div_ceil(1024) };
    }
    Ok(sum)
}

fn control_file(machine: &str, kibibytes: u64, libraries: &str) -> String {
    format!(
        "Package: probonus-office\nVersion: {VERSION}\nArchitecture: {machine}\nMaintainer: {MAINTAINER}\nInstalled-Size: \
         {kibibytes}\nDepends: {libraries}, {ALSO_DEPENDS}\nRecommends: {RECOMMENDS}\nSection: misc\nPriority: \
         optional\nDescription: {DESCRIPTION}\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_control_file_has_a_line_for_each_field() {
        let text = control_file("amd64", 20_000, "libc6 (>= 2.34)");
        for line in ["Architecture: amd64", "Installed-Size: 20000", "Depends: libc6 (>= 2.34), ca-certificates", " ."]
        {
            assert!(text.lines().any(|found| found == line), "{line}\n{text}");
        }
        let long = text.lines().find(|line| line.starts_with(' ') && line.len() > 80);
        assert_eq!(long, None, "descriptions are read in terminals");
    }

    #[test]
    fn sizes_are_counted_as_debian_counts() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("a")).unwrap();
        fs::write(folder.path().join("a/b"), vec![0; 1025]).unwrap();
        fs::write(folder.path().join("c"), "x").unwrap();
        assert_eq!(kibibytes(folder.path()).unwrap(), 1 + 2 + 1);
    }
}
