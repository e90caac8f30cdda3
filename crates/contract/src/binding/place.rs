//! The parts of a request.

use serde::{Deserialize, Serialize};

/// In which part of a request a value stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub enum Place {
    /// In the path's template.
    Path,
    /// In the query.
    Query,
    /// In a header.
    Header,
    /// In the body: a JSON pointer (`/guest/phone`, `/0/phone` inside an array), or the name of a form's field.
    Body,
}
