//! Copies of the journal: made while it is in use, checked before they are trusted, kept for two weeks.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
};

use jiff::{Timestamp, civil::Date};
use rusqlite::{Connection, OpenFlags};

use super::{
    check, failure, lock,
    migrations::{self, Found},
};
use crate::journal::JournalError;

/// Daily backups that are kept.
pub const KEPT: usize = 14;

/// A backup that can be restored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Backup {
    /// The file.
    pub path: PathBuf,
    /// The day it was made; `None` for one that was made before a migration.
    pub day: Option<Date>,
}

/// The backups of the journal at `path` in `folder`, newest day first, those made before a migration last.
///
/// # Errors
/// If the folder can't be read; a missing one has no backups.
pub fn backups(path: &Path, folder: &Path) -> Result<Vec<Backup>, JournalError> {
    let (stem, extension) = names(path);
    let mut backups = Vec::new();
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(backups),
        Err(error) => return Err(failure::of_file(folder, &error)),
    };
    for entry in entries {
        let path = entry.map_err(|error| failure::of_file(folder, &error))?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let Some(mark) =
            name.strip_prefix(&format!("{stem}-")).and_then(|rest| rest.strip_suffix(&format!(".{extension}")))
        else {
            continue;
        };
        let day: Option<Date> = mark.parse().ok();
        if day.is_some() || mark.strip_prefix('v').is_some_and(|version| version.parse::<u32>().is_ok()) {
            backups.push(Backup { path, day });
        }
    }
    backups.sort_by(|a, b| b.day.cmp(&a.day).then_with(|| b.path.cmp(&a.path)));
    Ok(backups)
}

/// Puts a backup in the place of the journal at `path`, which must not be open. The backup is checked first, as a whole;
/// the present file, if there is one, is kept beside it, its name ending in `now`. Tells where.
///
/// # Errors
/// [`JournalError::Locked`] while the journal is open, [`JournalError::Corrupt`], [`JournalError::NotAJournal`] or
/// [`JournalError::Newer`] for a backup that can't be used, and those of the disk. The present file is then in its place.
pub fn restore(backup: &Path, path: &Path, now: Timestamp) -> Result<Option<PathBuf>, JournalError> {
    let _lock = lock::take(path)?;
    let part = part_of(path);
    let prepared = fs::copy(backup, &part)
        .map_err(|error| failure::of_file(backup, &error))
        .and_then(|_| usable(&part))
        .and_then(|()| sync(&part));
    if let Err(error) = prepared {
        let _ = fs::remove_file(&part);
        return Err(error);
    }
    let aside = put_aside(path, now)?;
    if let Err(error) = fs::rename(&part, path) {
        // The journal comes back to its name before anything is said.
        if let Some(aside) = &aside {
            move_all(aside, path)?;
        }
        return Err(failure::of_file(path, &error));
    }
    Ok(aside)
}

/// Copies the journal to `path` as it is at this moment.
pub(super) fn copy_to(conn: &Connection, path: &Path) -> Result<(), JournalError> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(|error| failure::of_file(folder, &error))?;
    }
    let part = part_of(path);
    let copied = (|| {
        // Left over from a copy that was cut short.
        if part.exists() {
            fs::remove_file(&part).map_err(|error| failure::of_file(&part, &error))?;
        }
        let name = part.to_str().ok_or_else(|| JournalError::Other("the path is not Unicode".into()))?;
        conn.execute("VACUUM INTO ?1", [name])?;
        sync(&part)?;
        quick_check(&part)?;
        fs::rename(&part, path).map_err(|error| failure::of_file(path, &error))
    })();
    if copied.is_err() {
        let _ = fs::remove_file(&part);
    }
    copied
}

pub(super) fn daily(
    conn: &Connection,
    journal: &Path,
    folder: &Path,
    today: Date,
) -> Result<Option<PathBuf>, JournalError> {
    let (stem, extension) = names(journal);
    let path = folder.join(format!("{stem}-{today}.{extension}"));
    if path.exists() {
        return Ok(None);
    }
    copy_to(conn, &path)?;
    // Only what was made by the day is removed by the day; a clock that ran ahead leaves days of the future, which go last.
    let days = backups(journal, folder)?.into_iter().filter(|backup| backup.day.is_some() && backup.path != path);
    for old in days.skip(KEPT - 1) {
        fs::remove_file(&old.path).map_err(|error| failure::of_file(&old.path, &error))?;
    }
    Ok(Some(path))
}

/// The file as it was in `version`, kept until it is removed by hand.
pub(super) fn before_migration(
    conn: &Connection,
    journal: &Path,
    folder: &Path,
    version: u32,
) -> Result<(), JournalError> {
    let (stem, extension) = names(journal);
    copy_to(conn, &folder.join(format!("{stem}-v{version}.{extension}")))
}

/// The name of a file that is still being written.
pub(super) fn part_of(path: &Path) -> PathBuf {
    suffixed(path, ".part")
}

fn suffixed(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

fn names(path: &Path) -> (String, String) {
    let text = |part: Option<&std::ffi::OsStr>, otherwise: &str| {
        part.map_or_else(|| otherwise.to_owned(), |part| part.to_string_lossy().into_owned())
    };
    (text(path.file_stem(), "journal"), text(path.extension(), "sqlite"))
}

fn sync(path: &Path) -> Result<(), JournalError> {
    let file = File::options().write(true).open(path);
    file.and_then(|file| file.sync_all()).map_err(|error| failure::of_file(path, &error))
}

fn open_copy(path: &Path) -> Result<Connection, JournalError> {
    let conn = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    match migrations::look(&conn)? {
        Found::Journal(_) => Ok(conn),
        Found::Empty => Err(JournalError::NotAJournal),
    }
}

fn quick_check(path: &Path) -> Result<(), JournalError> {
    let conn = open_copy(path)?;
    let verdict: String = conn.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    if verdict == "ok" { Ok(()) } else { Err(JournalError::Corrupt(verdict)) }
}

/// Whether a copy can take the journal's place. Every event is read, unless an older program wrote it: its form is
/// known only after the migration.
fn usable(path: &Path) -> Result<(), JournalError> {
    quick_check(path)?;
    let conn = open_copy(path)?;
    if migrations::look(&conn)? == Found::Journal(migrations::KNOWN)
        && let Some(problem) = check::check(&conn)?.problems.into_iter().next()
    {
        return Err(JournalError::Corrupt(problem));
    }
    Ok(())
}

/// Moves the journal with its log out of the way; tells where the file went.
fn put_aside(path: &Path, now: Timestamp) -> Result<Option<PathBuf>, JournalError> {
    if !path.exists() {
        return Ok(None);
    }
    let aside = suffixed(path, &format!(".{}", now.strftime("%Y%m%dT%H%M%SZ")));
    move_all(path, &aside)?;
    Ok(Some(aside))
}

fn move_all(from: &Path, to: &Path) -> Result<(), JournalError> {
    // The log first: a file without its log is an older journal, and nothing may take it for the present one.
    for suffix in ["-wal", "-shm", ""] {
        let (from, to) = (suffixed(from, suffix), suffixed(to, suffix));
        match fs::rename(&from, &to) {
            Err(error) if suffix.is_empty() || error.kind() != std::io::ErrorKind::NotFound => {
                return Err(failure::of_file(&from, &error));
            }
            _ => {}
        }
    }
    Ok(())
}
