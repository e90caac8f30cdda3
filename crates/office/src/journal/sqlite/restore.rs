//! Restoring a backup as the journal. [`losses`] tells before what will be lost. The present file is kept, and an operation that
//! may have been sent since the backup was made is not sent again.

use std::{
    fs,
    path::{Path, PathBuf},
};

use jiff::Timestamp;
use rusqlite::{Connection, OpenFlags, OptionalExtension};
use uuid::Uuid;

use super::{
    append,
    backup::{self, Made, part_of, place, suffixed, sync},
    check,
    connections::Writer,
    doubt, failure, folder, lock,
    migrations::{self, Found},
    open, operations,
    options::Options,
};
use crate::model::{
    journal_error::JournalError,
    operation::{Operation, State},
};

/// Operations that a comparison shows one by one.
const MOST_SHOWN: usize = 200;

/// A summary of a copy of the journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Contents {
    /// Operations in it.
    pub operations: u64,
    /// When the newest of them was prepared.
    pub newest: Option<Timestamp>,
}

/// What the present journal knows and a backup does not.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Losses {
    /// Operations that the backup doesn't have at all.
    pub missing: u64,
    /// Operations of which the backup has fewer events.
    pub behind: u64,
    /// How many of both were sent, or may have been: all that are neither prepared nor cancelled now.
    pub sent: u64,
    /// Those that were sent, as they are now, newest first; at most 200.
    pub shown: Vec<Operation>,
}

/// Reads the summary of a copy of the journal, without checking the copy.
///
/// # Errors
/// [`JournalError::Corrupt`], [`JournalError::NotAJournal`] or [`JournalError::Newer`] for a file that can't be restored,
/// and those of the disk.
pub fn contents(backup: &Path) -> Result<Contents, JournalError> {
    let conn = backup::open_copy(backup)?;
    // Rows are numbered without gaps.
    let last: Option<(i64, i64)> = conn
        .query_row("SELECT seq, created_at FROM operations ORDER BY seq DESC LIMIT 1", [], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .optional()?;
    let newest = last.and_then(|(_, at)| Timestamp::from_microsecond(at).ok());
    Ok(Contents { operations: last.map_or(0, |(seq, _)| seq.unsigned_abs()), newest })
}

/// What would be forgotten if `backup` took the place of the journal at `path`, which may be open meanwhile.
///
/// # Errors
/// Those of either file: a journal that is too badly damaged to be read can't be compared.
pub fn losses(backup: &Path, path: &Path) -> Result<Losses, JournalError> {
    let (then, now) = (backup::open_copy(backup)?, backup::open_copy(path)?);
    let now = now.unchecked_transaction()?;
    let mut known = then.prepare("SELECT version FROM operations WHERE id = ?1")?;
    let mut present = now.prepare("SELECT seq, id, version, state FROM operations ORDER BY seq DESC")?;
    let mut rows = present.query([])?;
    let mut losses = Losses::default();
    while let Some(row) = rows.next()? {
        let (seq, id, version): (i64, Uuid, u32) = (row.get(0)?, row.get(1)?, row.get(2)?);
        match known.query_row([id], |row| row.get::<_, u32>(0)).optional()? {
            None => losses.missing += 1,
            Some(known) if known < version => losses.behind += 1,
            Some(_) => continue,
        }
        if row.get_ref(3)?.as_str().is_ok_and(|state| ["prepared", "cancelled"].contains(&state)) {
            continue;
        }
        losses.sent += 1;
        if losses.shown.len() < MOST_SHOWN {
            // An operation that can't be read any more can't be shown, but it is counted.
            losses.shown.extend(operations::at(&now, seq).ok());
        }
    }
    Ok(losses)
}

/// Makes a copy of `backup` the journal of `options`, which must not be open. The copy is checked as a whole first. The present
/// file, if there is one, moves to the folder of backups; its new path is returned.
///
/// An operation that waits in the backup may have been sent since. Unless the present file shows that it still waits, it becomes
/// Unknown, and the server is asked what became of it.
///
/// # Errors
/// [`JournalError::Locked`] while the journal is open, [`JournalError::Corrupt`], [`JournalError::NotAJournal`] or
/// [`JournalError::Newer`] for a backup that can't be used, and those of the disk. The present file is then in its place.
pub fn restore(backup: &Path, options: &Options, now: Timestamp) -> Result<Option<PathBuf>, JournalError> {
    let path = &options.path;
    if let Some(folder) = path.parent() {
        folder::make(folder).map_err(|error| failure::of_file(folder, &error))?;
    }
    let _lock = lock::take(path)?;
    let part = part_of(path);
    let prepared = copy_with_log(backup, &part)
        .and_then(|()| usable(&part))
        .and_then(|()| doubt_what_waits(&part, path))
        .and_then(|()| sync(&part));
    if let Err(error) = prepared {
        remove_all(&part);
        return Err(error);
    }
    let aside = put_aside(options, now)?;
    if let Err(error) = fs::rename(&part, path) {
        // The present journal gets its name back before the error is returned.
        if let Some(aside) = &aside {
            move_all(aside, path)?;
        }
        remove_all(&part);
        return Err(failure::of_file(path, &error));
    }
    Ok(aside)
}

/// Copies a file from anywhere into the backups of the journal of `options`, as one made by hand `now`. The copy is checked as a
/// whole before it gets its name. Returns its path.
///
/// # Errors
/// As [`restore`].
pub fn take_in(file: &Path, options: &Options, now: Timestamp) -> Result<PathBuf, JournalError> {
    folder::make(&options.backups).map_err(|error| failure::of_file(&options.backups, &error))?;
    let taken = place(&options.path, &options.backups, Made::ByHand(now));
    let part = part_of(&taken);
    let prepared = copy_with_log(file, &part).and_then(|()| usable(&part)).and_then(|()| sync(&part));
    let prepared = prepared.and_then(|()| fs::rename(&part, &taken).map_err(|error| failure::of_file(&taken, &error)));
    if prepared.is_err() {
        remove_all(&part);
    }
    prepared.map(|()| taken)
}

/// Copies a journal that is not open into one file, including its write-ahead log.
fn copy_with_log(from: &Path, to: &Path) -> Result<(), JournalError> {
    remove_all(to);
    fs::copy(from, to).map_err(|error| failure::of_file(from, &error))?;
    let log = suffixed(from, "-wal");
    if log.exists() {
        fs::copy(&log, suffixed(to, "-wal")).map_err(|error| failure::of_file(&log, &error))?;
    }
    // Inspected before it is opened for writing, so that a file of another program is refused unchanged.
    drop(backup::open_copy(to)?);
    one_file(&open::connect(to)?)
}

/// Writes the log into the file and switches the log off, so that the file alone is the journal.
fn one_file(conn: &Connection) -> Result<(), JournalError> {
    conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
    conn.pragma_update_and_check(None, "journal_mode", "DELETE", |_| Ok(()))?;
    Ok(())
}

/// Checks whether a copy can be the journal. Every event is read, unless an older program wrote the file: its events can be read
/// only after the migration.
fn usable(path: &Path) -> Result<(), JournalError> {
    backup::quick_check(path)?;
    let conn = backup::open_copy(path)?;
    if migrations::inspect(&conn)? == Found::Journal(migrations::KNOWN)
        && let Some(problem) = check::check(&conn)?.problems.into_iter().next()
    {
        return Err(JournalError::Corrupt(problem));
    }
    Ok(())
}

/// Makes the operations that wait in `copy` Unknown, except those that still wait in the `present` file without a new attempt.
fn doubt_what_waits(copy: &Path, present: &Path) -> Result<(), JournalError> {
    let mut conn = open::connect(copy)?;
    if let Found::Journal(version) = migrations::inspect(&conn)? {
        migrations::migrate(&mut conn, version, migrations::VERSIONS)?;
    }
    let present = present.exists().then(|| backup::open_copy(present).ok()).flatten();
    let doubtful = doubt::what_waits(&conn, |then| {
        let now = present.as_ref().and_then(|present| operations::get(present, then.id).ok().flatten());
        now.is_some_and(|now| now.state == State::Prepared && now.attempts == then.attempts)
    })?;
    let mut writer = Writer::new(conn);
    append::all(&mut writer, &doubtful)?;
    one_file(&writer.conn)
}

/// Moves the journal with its log to the backups, and returns its new path.
fn put_aside(options: &Options, now: Timestamp) -> Result<Option<PathBuf>, JournalError> {
    let path = &options.path;
    if !path.exists() {
        return Ok(None);
    }
    // A valid journal becomes one file; a damaged one is moved as it is, with its log.
    if let Ok(conn) = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE) {
        let _ = one_file(&conn);
    }
    folder::make(&options.backups).map_err(|error| failure::of_file(&options.backups, &error))?;
    let aside = place(path, &options.backups, Made::BeforeRestore(now));
    move_all(path, &aside)?;
    Ok(Some(aside))
}

fn move_all(from: &Path, to: &Path) -> Result<(), JournalError> {
    // The log first: a file without its log is an older journal, and must not be taken for the present one.
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

/// Removes a copy that did not become the journal. If that fails, the rest does no harm.
fn remove_all(path: &Path) {
    for suffix in ["", "-wal", "-shm", "-journal"] {
        let _ = fs::remove_file(suffixed(path, suffix));
    }
}
