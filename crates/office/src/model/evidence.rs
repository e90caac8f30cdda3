//! What the server shows of an operation.

use jiff::civil::DateTime;
use probonus::{AccountId, Kopecks, ReceiptId};
use serde::{Deserialize, Serialize};

/// A ledger entry of the server that may prove an operation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct MatchedEntry {
    /// Key of the entry, unique on the server: account and id, or, if it has no id, a digest of all that the server reports of it.
    /// For a new guest or an edit it is made of the account.
    pub proof: String,
    /// Whether it shows our correlation marker (GUID, outside number or short id), or the guest's record is as we sent it.
    pub exact: bool,
    /// For the operator: when, kind, sum, comment.
    pub summary: String,
    /// By how much the entry changed the balance, kopecks.
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
    /// It was applied, and this entry proves it.
    Found(MatchedEntry),
    /// No trace of it. Two conclusive absences settle it as not applied, each after a settling time. A refused operation needs one.
    Absent {
        /// Whether a trace would surely show: the list reaches back far enough, and this server shows such operations.
        conclusive: bool,
        /// Whether the reading is proven to be later than the send: it shows an entry that was made after the send, or an
        /// operation of our own that was prepared after it. Otherwise a replica or a cache may have shown an older state.
        #[serde(default)]
        proven: bool,
    },
    /// The server showed old data, so nothing follows from what they lack.
    Stale {
        /// What shows that they are old.
        sign: StaleSign,
    },
    /// It can't be told. Examples: an entry fits and carries no marker; the balance moved by the operation's effect.
    Ambiguous {
        /// The entries that could be it.
        candidates: Vec<MatchedEntry>,
    },
}

/// What shows that a reading is old.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub enum StaleSign {
    /// A cache answered.
    Cached,
    /// The reading lacks an entry that the server showed before, or that of a confirmed operation, and shows nothing later.
    EntryMissing,
    /// The reading lacks what the server once showed of this very operation.
    TraceMissing,
}

/// Pre-send snapshot: the newest entries of an account just before a send. An entry that was there can't be the operation's.
/// It holds the server's own keys and times, so neither a jump of our clock nor a foreign time zone matters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct EntriesSnapshot {
    /// Keys of the newest entries; see [`MatchedEntry::proof`].
    #[serde(rename = "rows")]
    pub keys: Vec<String>,
    /// From this time of the server on, an entry that is not among `keys` was made after the snapshot. `None`: at any time.
    #[cfg_attr(feature = "specta", specta(type = Option<String>))]
    pub oldest: Option<DateTime>,
}
