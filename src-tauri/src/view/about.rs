//! What the program says of itself.

use jiff::Timestamp;
use serde::Serialize;
use specta::Type;

/// What is asked over the telephone before anything else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AboutView {
    /// Version of this program.
    pub version: String,
    /// Which build of it.
    pub build: String,
    /// The operating system.
    pub system: String,
    /// What shows the page.
    pub web_view: String,
    /// Where the program keeps its files.
    pub data_folder: String,
    /// Whether the licences of the parts of others lie beside the program.
    pub has_licences: bool,
    /// How much is logged.
    pub log: LogView,
}

/// How much is logged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LogView {
    /// Until when it is logged in detail; `null`: it is logged as usual.
    #[specta(type = Option<String>)]
    pub detailed_until: Option<Timestamp>,
}
