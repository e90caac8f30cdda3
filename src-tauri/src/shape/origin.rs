//! The origin of a description, and overruled lines.

use jiff::Timestamp;
use probonus::Method;
use serde::{Deserialize, Serialize};
use specta::Type;

/// The origin of a description.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Origin {
    /// How it was found.
    pub kind: OriginKind,
    /// The address, or the name of the file.
    pub from: String,
    /// When.
    #[specta(type = String)]
    pub at: Timestamp,
    /// The address that each start reads again; `null`: none.
    #[serde(default)]
    pub again: Option<String>,
}

/// How a description was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub(crate) enum OriginKind {
    /// At one of the usual addresses of the server.
    Usual,
    /// At an address that was typed.
    Url,
    /// In a file with the server's description.
    File,
    /// In a file that this program exported.
    Import,
    /// The table, which the office chose instead of the server's description.
    Table,
}

/// A line that an administrator overruled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OverruledLine {
    /// The method; `None` for a line of the whole server.
    pub method: Option<Method>,
    /// The key of the line.
    pub key: String,
    /// Its new value.
    pub value: String,
    /// Who set it.
    pub by: String,
    /// When it was set.
    pub at: Timestamp,
}
