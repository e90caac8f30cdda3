//! What is kept of updates.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// What is kept of updates between runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct UpdateSettings {
    /// Whether each start looks for an update, once a day at most.
    pub at_start: bool,
    /// The last day on which a start looked.
    pub looked_on: Option<Date>,
    /// The day until which nothing is offered.
    pub postponed_until: Option<Date>,
}

impl Default for UpdateSettings {
    fn default() -> Self {
        Self { at_start: true, looked_on: None, postponed_until: None }
    }
}
