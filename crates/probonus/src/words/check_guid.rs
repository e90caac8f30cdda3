//! The unique number of an outside transaction.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// `checkGuid`: the unique number of an outside transaction, a GUID \[S].
///
/// ProBonus does not check it for uniqueness: the journal does, for ever.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct CheckGuid(#[cfg_attr(feature = "specta", specta(type = String))] Uuid);

/// Why a text is not a GUID.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a GUID")]
pub struct CheckGuidError;

impl CheckGuid {
    /// Wraps a UUID made elsewhere: this crate makes no ids of its own.
    #[must_use]
    pub const fn from_uuid(uuid: Uuid) -> Self {
        Self(uuid)
    }

    /// The UUID inside.
    #[must_use]
    pub const fn as_uuid(self) -> Uuid {
        self.0
    }
}

impl FromStr for CheckGuid {
    type Err = CheckGuidError;
    /// Any of the usual spellings: with or without hyphens and braces, either case.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let uuid = Uuid::try_parse(text.trim()).map_err(|_| CheckGuidError)?;
        if uuid.is_nil() { Err(CheckGuidError) } else { Ok(Self(uuid)) }
    }
}

impl TryFrom<String> for CheckGuid {
    type Error = CheckGuidError;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<CheckGuid> for String {
    fn from(guid: CheckGuid) -> Self {
        guid.to_string()
    }
}

impl fmt::Display for CheckGuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.hyphenated())
    }
}

impl fmt::Debug for CheckGuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CheckGuid({self})")
    }
}
