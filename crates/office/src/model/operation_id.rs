//! The identity of an operation.

use std::fmt;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Identity of an operation. It is made once, where the operator's form is opened, and never changes: a double click, a second
/// window and a resend all carry the same one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct OperationId(#[cfg_attr(feature = "specta", specta(type = String))] pub Uuid);

impl OperationId {
    /// The short id: `#` and the first eight hex digits, such as `#1a2b3c4d`. It is the correlation marker of a refill, in the
    /// comment, and ends the contents of a purchase. An entry that shows it proves the operation.
    #[must_use]
    pub fn short(self) -> String {
        let mut hex = self.0.simple().to_string();
        hex.truncate(8);
        format!("#{hex}")
    }
}

impl fmt::Display for OperationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.hyphenated())
    }
}

impl fmt::Debug for OperationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OperationId({self})")
    }
}
