//! Updates of the program, as the page shows them.

use jiff::Timestamp;
use serde::Serialize;
use specta::Type;

/// What is known of updates.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UpdateView {
    /// Version of this program.
    pub version: String,
    /// How this copy is updated.
    pub way: UpdateWay,
    /// Whether each start looks for an update.
    pub at_start: bool,
    /// What is being done.
    pub stage: UpdateStage,
    /// The newer version, if one was found in this run.
    pub found: Option<ReleaseView>,
    /// Whether it is to be offered: it was not put off to tomorrow.
    pub offered: bool,
    /// When the server of updates answered last in this run.
    #[specta(type = Option<String>)]
    pub checked_at: Option<Timestamp>,
}

/// How a copy of the program is updated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub(crate) enum UpdateWay {
    /// By itself.
    InstallsItself,
    /// By whoever unpacked it: its folder is replaced.
    Portable,
    /// By the system's packages.
    Package,
    /// Not from within: it was built without the key and the address of updates.
    NotBuiltIn,
}

/// What is being done about an update.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Type)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum UpdateStage {
    /// Nothing.
    #[default]
    Idle,
    /// The server of updates is asked.
    Checking,
    /// The file is being fetched.
    Downloading {
        /// How much of it has come.
        percent: u8,
    },
    /// The program is being replaced.
    Installing,
}

/// A version of the program.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ReleaseView {
    /// Its number.
    pub version: String,
    /// Its day.
    pub date: Option<String>,
    /// What is new in it.
    pub notes: Vec<ReleaseNote>,
    /// Whether there is more than the notes tell.
    pub is_cut: bool,
    /// Whether there is a file for this system.
    pub has_file: bool,
}

/// A line of what is new: plain text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
pub(crate) struct ReleaseNote {
    /// How it is shown.
    pub kind: ReleaseNoteKind,
    /// The words.
    pub text: String,
}

/// How a line of what is new is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ReleaseNoteKind {
    /// A heading over the lines that follow.
    Heading,
    /// A point of a list.
    Item,
    /// A paragraph.
    Text,
}
