//! What the page shows for those who help: the files for support before they are saved, and what an earlier run left.

use jiff::Timestamp;
use serde::Serialize;
use specta::Type;

/// A defect of an earlier run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
pub(crate) struct CrashView {
    /// When it was.
    #[specta(type = String)]
    pub at: Timestamp,
}

/// What will be saved, and nothing else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SupportFilesView {
    /// When it was gathered.
    #[specta(type = String)]
    pub made_at: Timestamp,
    /// Its files.
    pub files: Vec<SupportFileView>,
}

/// One of the files.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
pub(crate) struct SupportFileView {
    /// Its name in the archive.
    pub name: String,
    /// Its size, bytes.
    pub bytes: u32,
    /// In how many parts the page reads its text.
    pub parts: u32,
}
