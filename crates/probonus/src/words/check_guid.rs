//! The unique number of an outside transaction.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::clean;

/// `checkGuid`: the unique number of an outside transaction, a GUID \[S].
///
/// ProBonus does not check that it is unique. The journal does, and never forgets one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CheckGuid(Uuid);

/// Why a text is not a GUID.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a GUID")]
pub struct CheckGuidError;

impl CheckGuid {
    /// Wraps a UUID. This crate creates none itself.
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
    /// Reads a GUID in any usual spelling: with or without hyphens and braces, in upper or lower case.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let uuid = Uuid::try_parse(&clean::visible(text)).map_err(|_| CheckGuidError)?;
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn any_usual_spelling_is_the_same_guid() {
        let guid: CheckGuid = "0191f0a2-7c1e-7b9a-8d3e-5a6b7c8d9e0f".parse().unwrap();
        for text in [
            "0191F0A2-7C1E-7B9A-8D3E-5A6B7C8D9E0F",
            "{0191f0a2-7c1e-7b9a-8d3e-5a6b7c8d9e0f}",
            "0191f0a27c1e7b9a8d3e5a6b7c8d9e0f",
            " 0191f0a2-7c1e-7b9a-8d3e-5a6b7c8d9e0f\u{feff}",
        ] {
            assert_eq!(text.parse(), Ok(guid), "{text}");
        }
        assert_eq!(guid.to_string(), "0191f0a2-7c1e-7b9a-8d3e-5a6b7c8d9e0f");
    }

    #[test]
    fn neither_the_empty_guid_nor_half_of_one_is_a_guid() {
        for text in ["", "00000000-0000-0000-0000-000000000000", "0191f0a2-7c1e", "not a guid at all, but as long....."]
        {
            assert_eq!(text.parse::<CheckGuid>(), Err(CheckGuidError), "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_printed_is_read_back(bits in 1_u128..) {
            let guid = CheckGuid::from_uuid(Uuid::from_u128(bits));
            prop_assert_eq!(guid.to_string().parse(), Ok(guid));
            let json = serde_json::to_string(&guid).unwrap();
            prop_assert_eq!(serde_json::from_str::<CheckGuid>(&json).unwrap(), guid);
        }
    }
}
