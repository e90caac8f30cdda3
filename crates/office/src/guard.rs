//! The duplicate guard: what looks like the operation at hand.

use jiff::Timestamp;
use probonus::{Kopecks, ServerTime};
use serde::{Deserialize, Serialize};

use crate::operation::OperationId;

/// Something within a day that looks like the operation at hand: of the journal, or of the server's history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Alike {
    /// The journal's operation; `None`: a row of the server that is not ours.
    pub operation: Option<OperationId>,
    /// When it was prepared, for an operation.
    #[cfg_attr(feature = "specta", specta(type = Option<String>))]
    pub at: Option<Timestamp>,
    /// When the server says it happened, for a row.
    pub server_time: Option<ServerTime>,
    /// Its sum, kopecks.
    pub sum: Option<Kopecks>,
    /// Outside number, for a purchase.
    pub outside_number: Option<String>,
    /// Comment or reason.
    pub comment: Option<String>,
}
