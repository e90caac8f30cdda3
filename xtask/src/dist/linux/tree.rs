//! The files of the package, as they will lie on the disk.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Result;

use super::super::place::{self, pack};
use super::texts::{self, Day};
use crate::{icons, run};

/// What Debian must have installed.
pub const PACKAGES: &[&str] = &["librsvg2-bin"];

/// The program, from the root of the disk.
pub const PROGRAM: &str = "usr/bin/probonus-office";
pub const DESKTOP_ENTRY: &str = "usr/share/applications/ru.probonus.office.desktop";
pub const METAINFO: &str = "usr/share/metainfo/ru.probonus.office.metainfo.xml";

const ICON: &str = "ru.probonus.office";
const DOC: &str = "usr/share/doc/probonus-office";
/// Sides of the icons that desktops ask for, in pixels; others are drawn from the scalable one.
const ICONS: &[u32] = &[16, 22, 24, 32, 48, 64, 128, 256, 512];

/// Lays the files out in a folder, and tells it.
pub fn make(program: &Path, licences: &str) -> Result<PathBuf> {
    let tree = place::work("deb")?;
    let day = Day::of_version()?;
    let put = |path: &str| -> Result<PathBuf> {
        let path = tree.join(path);
        fs::create_dir_all(path.parent().unwrap_or(&tree))?;
        Ok(path)
    };
    place::copy(program, &put(PROGRAM)?)?;
    fs::write(put(DESKTOP_ENTRY)?, include_str!("files/ru.probonus.office.desktop"))?;
    fs::write(put(METAINFO)?, texts::metainfo(&day)?)?;

    let drawing = run::root().join("icons/icon.svg");
    for side in ICONS {
        let icon = put(&format!("usr/share/icons/hicolor/{side}x{side}/apps/{ICON}.png"))?;
        fs::write(icon, icons::png(&drawing, *side)?)?;
    }
    place::copy(&drawing, &put(&format!("usr/share/icons/hicolor/scalable/apps/{ICON}.svg"))?)?;

    fs::write(put(&format!("{DOC}/copyright"))?, texts::copyright()?)?;
    let packed = [
        (format!("{DOC}/changelog"), texts::changelog(&day)),
        (format!("{DOC}/THIRD-PARTY.txt"), licences.to_owned()),
        ("usr/share/man/man1/probonus-office.1".to_owned(), texts::manual(&day)?),
    ];
    for (path, text) in packed {
        let path = put(&path)?;
        fs::write(&path, text)?;
        pack(&path)?;
    }
    // Whatever the umask here: all may read, and the folders and the program are open to all.
    run::run(run::command("chmod").args(["-R", "u=rwX,go=rX"]).arg(&tree))?;
    run::run(run::command("chmod").arg("755").arg(tree.join(PROGRAM)))?;
    Ok(tree)
}
