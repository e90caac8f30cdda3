//! The journal in one SQLite file: append-only events and a projection of them, written in one transaction.
//!
//! | room | what it is |
//! |---|---|
//! | [`options`](self) | how a journal is opened: where, how it runs, how safe |
//! | `open`, `lock`, `migrations` | a file becomes a journal, or a clear error |
//! | `place`, `stop` | whether the files are still the ones that were opened; what ends all writing |
//! | `append` | the only way to write an operation, with `operations`, `events`, `recent`, `search`, `constraint` |
//! | `list`, `criteria`, `selection`, `sieve`, `tail` | pages of a list, their rows, and rows that no index has yet |
//! | `questions` | other reads of the engine |
//! | `lives`, `generation`, `doubt` | which journal it is, how far it went, and what follows if its witness knows more |
//! | `notes`, `backup`, `restore`, `export`, `check` | as the names say |
//! | `failure` | errors of SQLite and the disk |

mod append;
mod backup;
mod check;
mod connections;
mod constraint;
mod criteria;
mod doubt;
mod events;
mod export;
mod failure;
mod folder;
mod generation;
mod list;
mod lives;
mod lock;
mod migrations;
mod notes;
mod open;
mod operations;
mod options;
mod place;
mod questions;
mod recent;
mod restore;
mod search;
mod selection;
mod sieve;
mod stop;
mod tail;
#[cfg(test)]
mod tests;
mod verifications;

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use async_trait::async_trait;
use jiff::Timestamp;
use probonus::{AccountId, CheckGuid, Kopecks, RestCode};
use tokio::sync::watch;

pub use self::{
    append::Append,
    backup::{Backup, KEPT, Made, backups},
    check::Health,
    lives::{Deed, Life, NewLife},
    options::{Durability, Options, Run},
    restore::{Contents, Losses, contents, losses, restore, take_in},
    stop::Stopped,
};
use self::{connections::Connections, list::Listing};
use crate::{
    journal::{
        port::{Filter, Journal, Page, PageRequest},
        witness::{RollBack, Witness},
    },
    model::{
        event::{Event, EventRecord},
        journal_error::JournalError,
        operation::{Operation, OperationId, State},
        payload::Kind,
        queue::Counts,
    },
};

/// A journal in an SQLite file. One process holds it at a time; within it, writes go one after another on one
/// connection, reads beside them on others.
#[derive(Debug)]
pub struct SqliteJournal {
    connections: Connections,
    options: Options,
}

impl SqliteJournal {
    /// Opens the journal of `options`. Makes the file and its folder if there is none, and migrates an older file after a backup.
    ///
    /// Blocks for some milliseconds (longer when a large file is migrated).
    ///
    /// # Errors
    /// [`JournalError::Locked`] while another process, or another part of this one, holds it; [`JournalError::Newer`],
    /// [`JournalError::NewerKind`] and [`JournalError::NotAJournal`] for a file of another program, which stays as it is;
    /// [`JournalError::Corrupt`], [`JournalError::ReadOnly`], [`JournalError::DiskFull`].
    pub fn open(options: Options) -> Result<Self, JournalError> {
        let connections = open::open(&options)?;
        Ok(Self { connections, options })
    }

    /// A journal in memory, gone when it is dropped; it runs in-line. For tests and simulations.
    ///
    /// # Errors
    /// [`JournalError::Other`] if memory is short.
    pub fn in_memory() -> Result<Self, JournalError> {
        let connections = open::in_memory()?;
        Ok(Self { connections, options: Options::new(PathBuf::new()) })
    }

    /// An empty journal that refuses every write. It is used while the real one is missing, so that the server can still be read.
    ///
    /// # Errors
    /// [`JournalError::Other`] if memory is short.
    pub fn missing() -> Result<Self, JournalError> {
        let journal = Self::in_memory()?;
        journal.connections.stop.missing();
        Ok(journal)
    }

    /// Compares the journal with its witness, and tells the witness of each witnessed event from now on. Must be called once, before
    /// anything is sent.
    ///
    /// If the file was or may have been put back from outside, every operation that waits becomes Unknown, so that the server is
    /// asked what became of it. Then a [`RollBack`] is returned, here and by [`Self::roll_back`].
    ///
    /// # Errors
    /// Those of the file and of the witness.
    pub async fn attest(&self, witness: Arc<dyn Witness>, new_life: NewLife) -> Result<Option<RollBack>, JournalError> {
        self.connections.write(move |writer| lives::attest(writer, witness, &new_life)).await
    }

    /// The last roll-back that nobody has acknowledged yet.
    ///
    /// # Errors
    /// Those of the file.
    pub async fn roll_back(&self) -> Result<Option<RollBack>, JournalError> {
        let Some(text) = self.note(lives::ROLL_BACK).await? else { return Ok(None) };
        serde_json::from_str(&text).map(Some).map_err(|error| JournalError::Corrupt(format!("a roll-back: {error}")))
    }

    /// Notes that somebody has seen the roll-back. The record of it stays among the [lives](Self::lives).
    ///
    /// # Errors
    /// Those of the file.
    pub async fn acknowledge_roll_back(&self) -> Result<(), JournalError> {
        self.set_note(lives::ROLL_BACK, None).await
    }

    /// The lives of the journal, oldest first: when each began, why, and who began it.
    ///
    /// # Errors
    /// Those of the file.
    pub async fn lives(&self) -> Result<Vec<Life>, JournalError> {
        self.connections.read(lives::all).await
    }

    /// The file; empty for a journal in memory.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.options.path
    }

    /// Folder of the backups.
    #[must_use]
    pub fn backup_folder(&self) -> &Path {
        &self.options.backups
    }

    /// Appends many events, all of them or none, with one wait for the disk. Meant for an import.
    ///
    /// # Errors
    /// That of the first event that can't be appended.
    pub async fn append_all(&self, appends: Vec<Append>) -> Result<Vec<Operation>, JournalError> {
        self.connections.write(move |writer| append::all(writer, &appends)).await
    }

    /// Copies the journal as it is now to `path` while others go on reading and writing; the copy is checked before it
    /// takes its name. An older file of that name is replaced.
    ///
    /// # Errors
    /// Those of the disk; a half-made copy is removed.
    pub async fn backup_to(&self, path: PathBuf) -> Result<(), JournalError> {
        self.connections.read(move |conn| backup::copy_to(conn, &path)).await
    }

    /// Makes today's backup in the [folder](Self::backup_folder) if there is none yet, and removes daily backups beyond the newest
    /// [`KEPT`]. `now`: by this machine's clock. Returns the new file; `None`: there was one already.
    ///
    /// # Errors
    /// Those of the disk.
    pub async fn backup_daily(&self, now: Timestamp) -> Result<Option<PathBuf>, JournalError> {
        let (path, folder) = (self.options.path.clone(), self.options.backups.clone());
        let day = now.to_zoned_datetime(self.options.zone.clone()).date();
        self.connections.read(move |conn| backup::daily(conn, &path, &folder, day)).await
    }

    /// Makes a backup in the [folder](Self::backup_folder) because somebody asks for it, and returns its path. It is kept until
    /// somebody removes it.
    ///
    /// # Errors
    /// Those of the disk; a half-made copy is removed.
    pub async fn backup_by_hand(&self, now: Timestamp) -> Result<PathBuf, JournalError> {
        let path = backup::place(&self.options.path, &self.options.backups, Made::ByHand(now));
        self.backup_to(path.clone()).await?;
        Ok(path)
    }

    /// Reads the whole file and reports what is wrong with it: SQLite's own check, every event's checksum, every operation folded
    /// again and compared with its row. Takes seconds per gigabyte; meant for the background.
    ///
    /// If something is wrong, nothing is written to this journal any more: every later append and note is refused with
    /// [`JournalError::Corrupt`], so nothing is sent either. Reading goes on.
    ///
    /// # Errors
    /// If it can't be read at all.
    pub async fn check(&self) -> Result<Health, JournalError> {
        let checked = self.connections.read(check::check).await;
        match &checked {
            Ok(health) => health.problems.iter().take(1).for_each(|problem| self.connections.stop.damaged(problem)),
            Err(JournalError::Corrupt(problem)) => self.connections.stop.damaged(problem),
            Err(_) => {}
        }
        checked
    }

    /// Why writing has ended; `None`: it has not. It changes at most once. Writing begins again only when the journal is opened
    /// anew.
    #[must_use]
    pub fn stopped(&self) -> watch::Receiver<Option<Stopped>> {
        self.connections.stop.subscribe()
    }

    /// Writes every event to `path` as JSON lines, as of one moment: operations in the order of writing, each with its whole story.
    /// Returns the number of lines.
    ///
    /// # Errors
    /// Those of the disk; a half-made file is removed.
    pub async fn export_to(&self, path: PathBuf) -> Result<u64, JournalError> {
        self.connections.read(move |conn| export::to_file(conn, &path)).await
    }
}

#[async_trait]
impl Journal for SqliteJournal {
    async fn append(
        &self,
        id: OperationId,
        expected_version: u32,
        at: Timestamp,
        event: Event,
    ) -> Result<Operation, JournalError> {
        let append = Append { id, expected_version, at, event };
        self.connections.write(move |writer| append::one(writer, &append)).await
    }

    async fn get(&self, id: OperationId) -> Result<Option<Operation>, JournalError> {
        self.connections.read(move |conn| operations::get(conn, id)).await
    }

    async fn story(&self, id: OperationId) -> Result<Vec<EventRecord>, JournalError> {
        self.connections.read(move |conn| operations::story(conn, id)).await
    }

    async fn list(&self, filter: &Filter, page: PageRequest) -> Result<Page, JournalError> {
        let listing = Listing::new(filter, &page, &self.options.zone)?;
        self.connections.read(move |conn| listing.page(conn)).await
    }

    async fn in_states(&self, states: &[State], limit: u32) -> Result<Vec<Operation>, JournalError> {
        let states = states.to_vec();
        self.connections.read(move |conn| questions::in_states(conn, &states, limit)).await
    }

    async fn unverified(&self, limit: u32) -> Result<Vec<Operation>, JournalError> {
        self.connections.read(move |conn| verifications::all(conn, limit)).await
    }

    async fn by_guid(&self, guid: CheckGuid) -> Result<Option<Operation>, JournalError> {
        self.connections.read(move |conn| operations::by_guid(conn, guid)).await
    }

    async fn by_outside_number(&self, rest: &RestCode, number: &str) -> Result<Option<Operation>, JournalError> {
        let (rest, number) = (rest.clone(), number.to_owned());
        self.connections.read(move |conn| operations::by_outside_number(conn, &rest, &number)).await
    }

    async fn active_return(&self, guid: CheckGuid) -> Result<Option<Operation>, JournalError> {
        self.connections.read(move |conn| operations::active_return(conn, guid)).await
    }

    async fn suspected_duplicates(
        &self,
        account: &AccountId,
        kind: Kind,
        sum: Kopecks,
        since: Timestamp,
    ) -> Result<Vec<Operation>, JournalError> {
        let account = account.clone();
        self.connections.read(move |conn| questions::suspected_duplicates(conn, &account, kind, sum, since)).await
    }

    async fn proves(&self, server: &str, proof: &str) -> Result<Option<OperationId>, JournalError> {
        let (server, proof) = (Some(server.to_owned()).filter(|server| !server.is_empty()), proof.to_owned());
        self.connections.read(move |conn| operations::proves(conn, server.as_deref(), &proof)).await
    }

    async fn precedes(&self, first: OperationId, second: OperationId) -> Result<bool, JournalError> {
        self.connections.read(move |conn| operations::precedes(conn, first, second)).await
    }

    async fn counts(&self) -> Result<Counts, JournalError> {
        self.connections.read(questions::counts).await
    }

    async fn note(&self, key: &str) -> Result<Option<String>, JournalError> {
        let key = key.to_owned();
        self.connections.read(move |conn| notes::get(conn, &key)).await
    }

    async fn set_note(&self, key: &str, value: Option<&str>) -> Result<(), JournalError> {
        let (key, value) = (key.to_owned(), value.map(str::to_owned));
        self.connections.write(move |writer| notes::set(&writer.conn, &key, value.as_deref())).await
    }
}
