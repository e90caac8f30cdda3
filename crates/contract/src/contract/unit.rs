//! What kind of value a field holds, and in what unit sums are told.

use serde::{Deserialize, Serialize};

/// What kind of value a logical field holds; it decides how the value is written and read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Unit {
    /// A sum of money, in kopecks unless a server says rubles.
    Money,
    /// A phone number.
    Phone,
    /// A day.
    Date,
    /// A moment.
    Time,
    /// An identifier that the server gave out: text or number, as the server likes.
    Id,
    /// A GUID.
    Guid,
    /// Free text.
    Text,
    /// A whole number.
    Number,
    /// Yes or no.
    Flag,
    /// Male or female, in a server's own codes.
    Sex,
    /// A list of texts or of records.
    List,
    /// A secret: never logged.
    Secret,
}

impl Unit {
    /// The word for it in the generated document.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Money => "kopecks",
            Self::Phone => "phone",
            Self::Date => "date",
            Self::Time => "date and time",
            Self::Id => "id",
            Self::Guid => "GUID",
            Self::Text => "text",
            Self::Number => "number",
            Self::Flag => "yes/no",
            Self::Sex => "sex code",
            Self::List => "list",
            Self::Secret => "secret",
        }
    }
}

/// The unit of a sum on the wire.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MoneyUnit {
    /// Whole kopecks.
    #[default]
    Kopecks,
    /// Rubles with up to two decimals.
    Rubles,
}
