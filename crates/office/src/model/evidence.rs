//! What the server shows of an operation.

use jiff::civil::DateTime;
use probonus::{AccountId, Kopecks, ReceiptId};
use serde::{Deserialize, Serialize};

/// A server's row that may prove an operation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct MatchedEntry {
    /// Key of the row, unique on the server: its id, or, where it has none, a digest of all it tells.
    pub proof: String,
    /// Whether a mark of ours was seen in it (GUID, outside number, short id), and not only account, sum and time.
    pub exact: bool,
    /// For the operator: when, kind, sum, comment.
    pub summary: String,
    /// Change of the balance by the row, kopecks.
    pub sum: Option<Kopecks>,
    /// Account it made or belongs to.
    pub account: Option<AccountId>,
    /// Receipt.
    pub receipt: Option<ReceiptId>,
}

/// What the server shows of an operation whose outcome is unknown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "verdict", rename_all = "snake_case")]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub enum Evidence {
    /// It was done, and this row proves it.
    Found(MatchedEntry),
    /// No trace of it. Counts only twice, after a settling time.
    Absent {
        /// Whether the evidence would surely have been visible: a list that we know shows such operations.
        conclusive: bool,
    },
    /// It can't be told: several rows could be it, or none carries a mark.
    Ambiguous {
        /// The rows.
        candidates: Vec<MatchedEntry>,
    },
}

/// What the server's list showed of an account just before something was sent: a row that was there can't be ours.
/// It is told by the server's own rows and clock, so neither a jump of our clock nor a foreign time zone blurs it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct EntriesSnapshot {
    /// Keys of the newest entries; see [`MatchedEntry::proof`].
    #[serde(rename = "rows")]
    pub keys: Vec<String>,
    /// The server's time of the oldest of them; `None`: they were all the account has.
    #[cfg_attr(feature = "specta", specta(type = Option<String>))]
    pub oldest: Option<DateTime>,
}
