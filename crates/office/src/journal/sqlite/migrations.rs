//! Migrations: the steps that bring an older file to the version of this program. Each step is beside the code that uses its
//! tables, in a file named after its version. A step that was released is never edited.

use rusqlite::{Connection, TransactionBehavior};

use super::operations;
use crate::model::journal_error::JournalError;

/// `ProB`, the application id by which our files are told from those of other programs.
pub(super) const APPLICATION: i32 = 0x5072_6f42;

/// What each version adds, from 1.
pub(super) const VERSIONS: &[&[&str]] = &[
    &[
        include_str!("operations.v1.sql"),
        include_str!("events.v1.sql"),
        include_str!("search.v1.sql"),
        include_str!("notes.v1.sql"),
    ],
    &[include_str!("watches.v2.sql")],
    &[include_str!("late.v3.sql")],
    &[include_str!("tail.v4.sql")],
    &[include_str!("kinds.v5.sql")],
    &[include_str!("lives.v6.sql"), include_str!("servers.v6.sql")],
    // The tables stay. A program of version 6 reads neither a refused operation that turned out to be applied, nor a halt for a
    // receipt that counts for two guests: it must not open a journal that may hold them.
    &[],
];

/// The version this program writes.
pub(super) const KNOWN: u32 = VERSIONS.len() as u32;

/// Whether a file is ours, and of which version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// Nothing in it yet.
    Empty,
    /// A journal of this version.
    Journal(u32),
}

/// Looks at a file without changing it.
pub(super) fn inspect(conn: &Connection) -> Result<Found, JournalError> {
    let application: i32 = conn.pragma_query_value(None, "application_id", |row| row.get(0))?;
    let version: i64 = conn.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let objects: i64 = conn.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    match (application, version, objects) {
        (0, 0, 0) => Ok(Found::Empty),
        (APPLICATION, 1.., 1..) => {
            let found = u32::try_from(version).unwrap_or(u32::MAX);
            if found > KNOWN {
                return Err(JournalError::Newer { found, known: KNOWN });
            }
            match operations::of_newer_kind(conn, found) {
                Some(kind) => Err(JournalError::NewerKind(kind)),
                None => Ok(Found::Journal(found)),
            }
        }
        _ => Err(JournalError::NotAJournal),
    }
}

/// Brings a file from version `from` to the last of `versions`, each version in a transaction of its own.
///
/// Foreign keys are not enforced meanwhile, because a table may be built anew. Each version ends with a check of all of them.
pub(super) fn migrate(conn: &mut Connection, from: u32, versions: &[&[&str]]) -> Result<(), JournalError> {
    if from as usize >= versions.len() {
        return Ok(());
    }
    conn.pragma_update(None, "foreign_keys", false)?;
    let migrated = each_version(conn, from, versions);
    conn.pragma_update(None, "foreign_keys", true)?;
    migrated
}

fn each_version(conn: &mut Connection, from: u32, versions: &[&[&str]]) -> Result<(), JournalError> {
    for (version, steps) in (1_u32..).zip(versions).skip(from as usize) {
        let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
        for step in *steps {
            tx.execute_batch(step)?;
        }
        let is_broken = tx.prepare("PRAGMA foreign_key_check")?.exists([])?;
        if is_broken {
            return Err(JournalError::Corrupt(format!("version {version} would leave an event without its operation")));
        }
        tx.pragma_update(None, "application_id", APPLICATION)?;
        tx.pragma_update(None, "user_version", version)?;
        tx.commit()?;
    }
    Ok(())
}
