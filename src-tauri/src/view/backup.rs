//! Backups of the journal, for the page.

use jiff::Timestamp;
use office::journal::sqlite::{Losses, Made};
use serde::Serialize;
use specta::Type;

use crate::{
    error::ErrorCode,
    view::{AppStatus, OperationView},
};

/// A backup of the open mode's journal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct BackupView {
    /// The name of its file, by which it is chosen.
    pub name: String,
    /// Why it was made.
    pub made: BackupMade,
    /// When the file was written.
    #[specta(type = Option<String>)]
    pub made_at: Option<Timestamp>,
    /// Size of the file, bytes.
    #[specta(type = u32)]
    pub bytes: u64,
    /// Operations in it; `null` if it can't be read.
    #[specta(type = Option<u32>)]
    pub operations: Option<u64>,
    /// When its newest operation was prepared.
    #[specta(type = Option<String>)]
    pub newest: Option<Timestamp>,
    /// Why it can't be restored, by a quick check: `backup_damaged`, `not_a_journal`, `journal_newer`.
    pub problem: Option<ErrorCode>,
}

/// Why a backup was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub(crate) enum BackupMade {
    /// Once a day, without asking. The newest fourteen are kept.
    Daily,
    /// A person asked for it.
    ByHand,
    /// It was the journal until another backup was restored.
    BeforeRestore,
    /// Before a newer program migrated the file, without asking.
    BeforeMigration,
}

impl From<Made> for BackupMade {
    fn from(made: Made) -> Self {
        match made {
            Made::Daily(_) => Self::Daily,
            Made::ByHand(_) => Self::ByHand,
            Made::BeforeRestore(_) => Self::BeforeRestore,
            Made::BeforeMigration(_) => Self::BeforeMigration,
        }
    }
}

/// What would be lost by restoring a backup; shown before the operator agrees.
#[derive(Clone, Debug, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RestorePreview {
    /// The backup.
    pub backup: BackupView,
    /// What the present journal has and the backup does not; `null` if the present journal can't be read.
    pub losses: Option<LossesView>,
}

/// What the present journal has and a backup does not.
#[derive(Clone, Debug, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LossesView {
    /// Operations that the backup does not have.
    #[specta(type = u32)]
    pub missing: u64,
    /// Operations of which the backup lacks the later events.
    #[specta(type = u32)]
    pub behind: u64,
    /// The number of both that were sent, or may have been. The server keeps them, and the journal would lose them.
    #[specta(type = u32)]
    pub sent: u64,
    /// These operations in their present state, newest first; at most 200.
    pub operations: Vec<OperationView>,
}

impl From<&Losses> for LossesView {
    fn from(losses: &Losses) -> Self {
        Self {
            missing: losses.missing,
            behind: losses.behind,
            sent: losses.sent,
            operations: losses.shown.iter().map(OperationView::from).collect(),
        }
    }
}

/// The result of restoring a backup.
#[derive(Clone, Debug, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Restored {
    /// The program as it is now.
    pub status: AppStatus,
    /// The name of the backup that the journal became; `null` if there was no journal.
    pub kept: Option<String>,
}
