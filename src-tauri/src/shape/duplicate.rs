//! Suspected duplicates.

use jiff::Timestamp;
use office::SuspectedDuplicate;
use probonus::Kopecks;
use serde::Serialize;
use specta::Type;

use super::shown::{shown_message, shown_name};

/// An operation or an entry within a day that looks the same as the new operation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SuspectedDuplicateView {
    /// The journal's operation; `null`: an entry of the server that is not ours.
    pub operation: Option<String>,
    /// For an operation: when it was prepared.
    #[specta(type = Option<String>)]
    pub at: Option<Timestamp>,
    /// For an entry: the server's local time.
    pub server_time: Option<String>,
    /// Kopecks.
    pub sum: Option<Kopecks>,
    /// Outside number, for a purchase.
    pub outside_number: Option<String>,
    /// Comment or reason.
    pub comment: Option<String>,
    /// Whether the server refused it so recently that it may have been applied and is not shown yet.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[specta(optional)]
    pub refused: bool,
}

impl From<&SuspectedDuplicate> for SuspectedDuplicateView {
    fn from(suspected: &SuspectedDuplicate) -> Self {
        Self {
            operation: suspected.operation.map(|id| id.to_string()),
            at: suspected.at,
            server_time: suspected.server_time.map(|time| time.local.to_string()),
            sum: suspected.sum,
            outside_number: suspected.outside_number.as_deref().map(shown_name),
            comment: suspected.comment.as_deref().map(shown_message),
            refused: suspected.refused,
        }
    }
}
