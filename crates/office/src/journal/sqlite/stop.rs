//! What ends all writing to an open journal: damage, a missing journal, or a file that was deleted or replaced.

use std::{path::Path, sync::Arc};

use tokio::sync::watch;

use crate::model::journal_error::JournalError;

/// Why nothing is written to an open journal any more, until it is opened anew. Reading goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stopped {
    /// The file is damaged: a check or a write found it.
    Damaged(String),
    /// The journal is missing: an empty one is used instead, so that the server can be read.
    Missing,
    /// The file or its lock was deleted or replaced: this path does not lead to it any more.
    Displaced(String),
}

impl From<&Stopped> for JournalError {
    fn from(stopped: &Stopped) -> Self {
        match stopped {
            Stopped::Damaged(problem) => Self::Corrupt(problem.clone()),
            Stopped::Missing => Self::Missing,
            Stopped::Displaced(path) => Self::Displaced(path.clone()),
        }
    }
}

/// Whether writing has ended, and why. Only the first reason is kept.
#[derive(Clone, Debug)]
pub(super) struct Stop(Arc<watch::Sender<Option<Stopped>>>);

impl Default for Stop {
    fn default() -> Self {
        Self(Arc::new(watch::Sender::new(None)))
    }
}

impl Stop {
    pub(super) fn check(&self) -> Result<(), JournalError> {
        self.0.borrow().as_ref().map_or(Ok(()), |stopped| Err(stopped.into()))
    }

    pub(super) fn damaged(&self, problem: &str) {
        self.set(Stopped::Damaged(problem.to_owned()));
    }

    pub(super) fn displaced(&self, path: &Path) {
        self.set(Stopped::Displaced(path.display().to_string()));
    }

    pub(super) fn subscribe(&self) -> watch::Receiver<Option<Stopped>> {
        self.0.subscribe()
    }

    pub(super) fn missing(&self) {
        self.set(Stopped::Missing);
    }

    fn set(&self, stopped: Stopped) {
        self.0.send_if_modified(|now| {
            let is_first = now.is_none();
            if is_first {
                *now = Some(stopped);
            }
            is_first
        });
    }
}
