//! Identifiers that the server or its directories give out.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::clean;

macro_rules! opaque_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Wraps the identifier as the server spelled it.
            pub fn new(id: impl Into<String>) -> Self {
                Self(id.into())
            }

            /// The identifier as the server spelled it.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// Whether `other` is surely another id. Ids of different kinds can't be compared.
            ///
            /// | this | other | surely another |
            /// |---|---|---|
            /// | `101` | `102`, `0101` | yes |
            /// | a GUID | the same in capitals or braces | no |
            /// | `101` | a GUID, `A-17` | no: the server may have two ids for one thing |
            #[must_use]
            pub fn is_surely_not(&self, other: &Self) -> bool {
                differ(&self.0, &other.0)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }
    };
}

opaque_id! {
    /// Id of a guest's account (`accountId`), kept as text. If the server gives a number, the binding makes it a number again
    /// when it is sent back.
    AccountId
}
opaque_id! {
    /// Id of an account group (`accountGroupId`).
    GroupId
}
opaque_id! {
    /// Id of a receipt for `checks/get_by_id`.
    ReceiptId
}

/// Whether two ids of the same kind differ: numbers as they are written, GUIDs without case and braces, any other text as it is.
fn differ(one: &str, other: &str) -> bool {
    let (one, other) = (one.trim(), other.trim());
    let is_number = |id: &str| !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit());
    match (uuid::Uuid::parse_str(one), uuid::Uuid::parse_str(other)) {
        (Ok(one), Ok(other)) => one != other,
        (Err(_), Err(_)) => is_number(one) == is_number(other) && one != other,
        _ => false,
    }
}

/// Code of a restaurant (`restCode`), from the server's directory «Настройки → Рестораны».
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RestCode(String);

/// Why a text is not a restaurant code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a restaurant code is 1 to 32 printable characters")]
pub struct RestCodeError;

impl RestCode {
    /// A code of 1…32 printable characters. Spaces around it and invisible characters are dropped.
    ///
    /// # Errors
    /// [`RestCodeError`] for anything else.
    pub fn new(code: &str) -> Result<Self, RestCodeError> {
        let code = clean::visible(code);
        if code.is_empty() || code.chars().count() > 32 || code.chars().any(char::is_control) {
            return Err(RestCodeError);
        }
        Ok(Self(code))
    }

    /// The code as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for RestCode {
    type Error = RestCodeError;
    fn try_from(code: String) -> Result<Self, Self::Error> {
        Self::new(&code)
    }
}

impl From<RestCode> for String {
    fn from(code: RestCode) -> Self {
        code.0
    }
}

impl fmt::Display for RestCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Code of a station (`rkUnit`), 1…999 999. The vendor advises a three-digit code that no real station has: 999 (the default),
/// 888…
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(try_from = "u32", into = "u32")]
pub struct StationCode(u32);

/// Why a number is not a station code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a station code is a number from 1 to 999999")]
pub struct StationCodeError;

impl StationCode {
    /// The code that the vendor's page names first for operations from outside.
    pub const OUTSIDE: Self = Self(999);

    /// A code in 1…999 999.
    ///
    /// # Errors
    /// [`StationCodeError`] outside the range.
    pub const fn new(code: u32) -> Result<Self, StationCodeError> {
        if code == 0 || code > 999_999 {
            return Err(StationCodeError);
        }
        Ok(Self(code))
    }

    /// The code as a number.
    #[must_use]
    pub const fn get(self) -> u32 {
        self.0
    }
}

impl Default for StationCode {
    fn default() -> Self {
        Self::OUTSIDE
    }
}

impl TryFrom<u32> for StationCode {
    type Error = StationCodeError;
    fn try_from(code: u32) -> Result<Self, Self::Error> {
        Self::new(code)
    }
}

impl From<StationCode> for u32 {
    fn from(code: StationCode) -> Self {
        code.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_restaurant_code_is_short_and_printable() {
        assert_eq!(RestCode::new(" 101\u{200b}\u{a0}").unwrap().as_str(), "101");
        for bad in ["", " \u{feff}", "a\u{7}b", &"9".repeat(33)] {
            assert_eq!(RestCode::new(bad), Err(RestCodeError), "{bad:?}");
        }
    }

    #[test]
    fn ids_differ_only_if_they_are_of_one_kind() {
        let guid = "7f3c9a52-0c1d-4a6e-9b53-0d2f4c8e1a01";
        for (one, other, differs) in [
            ("101", "101", false),
            ("101", "102", true),
            ("101", "0101", true),
            (" 101", "101", false),
            ("101", guid, false),
            ("101", "A-17", false),
            ("A-17", "A-18", true),
            (guid, &format!("{{{}}}", guid.to_uppercase()), false),
            (guid, "7f3c9a52-0c1d-4a6e-9b53-0d2f4c8e1a02", true),
        ] {
            assert_eq!(AccountId::new(one).is_surely_not(&AccountId::new(other)), differs, "{one} {other}");
        }
    }

    #[test]
    fn a_station_is_between_1_and_999999_in_json_too() {
        assert_eq!(serde_json::from_str::<StationCode>("999").unwrap(), StationCode::OUTSIDE);
        for bad in ["0", "1000000", "-1", "\"999\""] {
            assert!(serde_json::from_str::<StationCode>(bad).is_err(), "{bad}");
        }
    }
}
