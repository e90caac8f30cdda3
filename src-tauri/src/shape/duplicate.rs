//! What looks like the operation at hand.

use jiff::Timestamp;
use office::SuspectedDuplicate;
use probonus::Kopecks;
use serde::Serialize;
use specta::Type;

/// Something within a day that looks like the operation at hand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SuspectedDuplicateView {
    /// The journal's operation; `null`: a row of the server that is not ours.
    pub operation: Option<String>,
    /// When it was prepared, for an operation.
    #[specta(type = Option<String>)]
    pub at: Option<Timestamp>,
    /// When it happened by the server's clock on the wall, for a row.
    pub server_time: Option<String>,
    /// Kopecks.
    pub sum: Option<Kopecks>,
    /// Outside number, for a purchase.
    pub outside_number: Option<String>,
    /// Comment or reason.
    pub comment: Option<String>,
    /// Whether the server refused it, so lately that it may not show it yet.
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
            outside_number: suspected.outside_number.clone(),
            comment: suspected.comment.clone(),
            refused: suspected.refused,
        }
    }
}
