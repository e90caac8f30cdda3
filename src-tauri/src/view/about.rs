//! The program's own data.

use jiff::Timestamp;
use serde::Serialize;
use specta::Type;

/// The data that support asks for first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AboutView {
    /// Version of this program.
    pub version: String,
    /// The build of this version.
    pub build: String,
    /// The operating system.
    pub system: String,
    /// The name and version of the web view.
    pub web_view: String,
    /// Where the program keeps its files.
    pub data_folder: String,
    /// Whether the licences of third-party parts are beside the program.
    pub has_licences: bool,
    /// The level of the log.
    pub log: LogView,
}

/// How much is logged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LogView {
    /// The end of the detailed log; `null`: the log is as usual.
    #[specta(type = Option<String>)]
    pub detailed_until: Option<Timestamp>,
}
