//! Copies of the journal: made while it is in use, and checked before they get their names. The newest 14 daily ones are kept.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
};

use jiff::{Timestamp, civil::Date};
use rusqlite::{Connection, OpenFlags};

use super::{
    failure, folder,
    migrations::{self, Found},
};
use crate::model::journal_error::JournalError;

/// Daily backups that are kept.
pub const KEPT: usize = 14;

/// How the name of a copy gives the second at which it was made, in UTC.
const STAMP: &str = "%Y%m%dT%H%M%SZ";

/// A file that can be restored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Backup {
    /// The file.
    pub path: PathBuf,
    /// On what occasion it was made.
    pub made: Made,
}

/// On what occasion a copy was made. Only daily copies are removed by themselves, when there are more than [`KEPT`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Made {
    /// The first time that the program ran on this day.
    Daily(Date),
    /// Somebody asked for it.
    ByHand(Timestamp),
    /// A backup was restored: this is the journal that it replaced.
    BeforeRestore(Timestamp),
    /// The file was migrated: this is the journal in its older version.
    BeforeMigration(u32),
}

impl Made {
    /// The name of such a copy of the journal at `path`.
    fn name(self, path: &Path) -> String {
        let (stem, extension) = names(path);
        let mark = match self {
            Self::Daily(day) => day.to_string(),
            Self::ByHand(at) => format!("by-hand-{}", at.strftime(STAMP)),
            Self::BeforeRestore(at) => format!("before-restore-{}", at.strftime(STAMP)),
            Self::BeforeMigration(version) => format!("v{version}"),
        };
        format!("{stem}-{mark}.{extension}")
    }

    /// Reads the part of a file's name between stem and extension; `None`: it is no copy of a journal.
    fn parse(mark: &str) -> Option<Self> {
        let stamp = |text: &str| jiff::civil::DateTime::strptime(STAMP, text).ok()?.in_tz("UTC").ok();
        if let Some(at) = mark.strip_prefix("by-hand-") {
            return stamp(at).map(|at| Self::ByHand(at.timestamp()));
        }
        if let Some(at) = mark.strip_prefix("before-restore-") {
            return stamp(at).map(|at| Self::BeforeRestore(at.timestamp()));
        }
        if let Some(version) = mark.strip_prefix('v') {
            return version.parse().ok().map(Self::BeforeMigration);
        }
        mark.parse().ok().map(Self::Daily)
    }

    /// The order of a list: newest first, copies before a migration last, because their names give no time.
    fn rank(self) -> (i64, u32) {
        match self {
            // The name of a daily copy gives no time of day, so it ranks as the oldest copy of its day.
            Self::Daily(day) => (day.in_tz("UTC").map_or(i64::MIN, |day| day.timestamp().as_second()), 0),
            Self::ByHand(at) | Self::BeforeRestore(at) => (at.as_second(), 0),
            Self::BeforeMigration(version) => (i64::MIN, version),
        }
    }
}

/// The backups of the journal at `path` in `folder`, newest first, those made before a migration last.
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
        let mark = name.strip_prefix(&format!("{stem}-")).and_then(|rest| rest.strip_suffix(&format!(".{extension}")));
        if let Some(made) = mark.and_then(Made::parse) {
            backups.push(Backup { path, made });
        }
    }
    backups.sort_by_key(|backup| std::cmp::Reverse(backup.made.rank()));
    Ok(backups)
}

/// Copies the journal to `path` as it is at this moment.
pub(super) fn copy_to(conn: &Connection, path: &Path) -> Result<(), JournalError> {
    if let Some(folder) = path.parent() {
        folder::make(folder).map_err(|error| failure::of_file(folder, &error))?;
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
    let path = place(journal, folder, Made::Daily(today));
    if path.exists() {
        return Ok(None);
    }
    copy_to(conn, &path)?;
    // Only daily copies are removed here, the oldest day first. Copies with a future date, left by a wrong clock, are removed last.
    let by_the_day = |backup: &Backup| matches!(backup.made, Made::Daily(_)) && backup.path != path;
    let days = backups(journal, folder)?.into_iter().filter(by_the_day);
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
    copy_to(conn, &place(journal, folder, Made::BeforeMigration(version)))
}

/// The path of a copy of the journal that is made on this occasion.
pub(super) fn place(journal: &Path, folder: &Path, made: Made) -> PathBuf {
    folder.join(made.name(journal))
}

/// The name of a file that is still being written.
pub(super) fn part_of(path: &Path) -> PathBuf {
    suffixed(path, ".part")
}

pub(super) fn suffixed(path: &Path, suffix: &str) -> PathBuf {
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

pub(super) fn sync(path: &Path) -> Result<(), JournalError> {
    let file = File::options().write(true).open(path);
    file.and_then(|file| file.sync_all()).map_err(|error| failure::of_file(path, &error))
}

pub(super) fn open_copy(path: &Path) -> Result<Connection, JournalError> {
    let conn = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    match migrations::inspect(&conn)? {
        Found::Journal(_) => Ok(conn),
        Found::Empty => Err(JournalError::NotAJournal),
    }
}

pub(super) fn quick_check(path: &Path) -> Result<(), JournalError> {
    let conn = open_copy(path)?;
    let verdict: String = conn.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    if verdict == "ok" { Ok(()) } else { Err(JournalError::Corrupt(verdict)) }
}
