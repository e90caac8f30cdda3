//! The archive for those who may install nothing: the program with all it needs, to be unpacked anywhere.

use std::fs;
use std::path::Path;

use anyhow::Result;

use super::place;
use crate::run;

/// What Debian must have installed.
pub const PACKAGES: &[&str] = &["zip"];

/// What stands beside the program.
const READ_ME: &str = "\
ProBonus Office

Распакуйте папку целиком и запустите probonus-office.exe. Установка не нужна, права администратора тоже.
Журнал операций и настройки лежат не здесь, а в %LOCALAPPDATA%\\ru.probonus.office: папку с программой можно заменить новой.
Другую папку данных задаёт переменная PROBONUS_OFFICE_HOME.

Unpack the whole folder and start probonus-office.exe. Nothing is installed, and no administrator rights are needed.
Journal and settings are not here but in %LOCALAPPDATA%\\ru.probonus.office: this folder can be replaced by a newer one.
The variable PROBONUS_OFFICE_HOME names another data folder.
";

/// Packs the files of a folder into one folder of the archive. The same files make the same archive.
pub fn make(files: &Path, archive: &Path) -> Result<()> {
    let place = place::work("portable")?;
    let inside = place.join("ProBonus Office");
    fs::create_dir(&inside)?;
    for entry in fs::read_dir(files)? {
        let entry = entry?;
        place::copy(&entry.path(), &inside.join(entry.file_name()))?;
    }
    // With a mark that tells Notepad of older Windows that this is UTF-8.
    fs::write(inside.join("README.txt"), format!("\u{feff}{}", READ_ME.replace('\n', "\r\n")))?;
    let mut names: Vec<_> = fs::read_dir(&inside)?.map(|entry| Ok(entry?.file_name())).collect::<Result<_>>()?;
    names.sort();
    run::run(run::command("touch").args(["--date", "2026-01-01T00:00:00Z"]).args(&names).current_dir(&inside))?;
    if archive.exists() {
        fs::remove_file(archive)?;
    }
    let names = names.iter().map(|name| Path::new("ProBonus Office").join(name));
    run::run(run::command("zip").args(["-q", "-X", "-9"]).arg(archive).args(names).current_dir(&place).env("TZ", "UTC"))
}
