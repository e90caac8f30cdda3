//! What in a server's document can't be followed.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::place::Place;
use crate::{contract::Field, method::Method};

/// Something in a server's document that we can't follow, or not surely.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "problem")]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[non_exhaustive]
pub enum Problem {
    /// The document has no such method.
    NoMethod,
    /// Several methods of the document could be this one.
    SeveralMethods {
        /// Their verbs and paths.
        candidates: Vec<String>,
    },
    /// The server takes no field for something that can't be done without.
    NoPlace {
        /// What.
        field: Field,
    },
    /// Several fields of the server could be this one.
    SeveralPlaces {
        /// What.
        field: Field,
        /// Their names.
        candidates: Vec<String>,
    },
    /// The server demands a field that we have nothing for.
    UnknownDemand {
        /// Where.
        place: Place,
        /// Its name.
        name: String,
    },
    /// Whether a sum is in kopecks or in rubles can't be told.
    UnitUnclear {
        /// Which sum.
        field: Field,
        /// What the document says of it.
        said: String,
    },
    /// A value can't be written as the document wants it.
    Unwritable {
        /// What.
        field: Field,
        /// What the document says of it.
        said: String,
    },
    /// A part of the request that is never sent so, whoever says it: a constant, the token's place, a path, a verb.
    Dangerous {
        /// Where.
        place: Place,
        /// Its name.
        name: String,
        /// Why not.
        danger: Danger,
    },
    /// A secret constant that is not at hand: it was not entered here, or the keychain does not give it.
    NoSecret {
        /// Where.
        place: Place,
        /// Its name.
        name: String,
    },
    /// A read would call what is called to write.
    ReadIsWrite {
        /// Verb and path.
        call: String,
        /// Which write.
        write: Method,
    },
    /// The body is of a kind that we can't write.
    BodyKind {
        /// The content type.
        content_type: String,
    },
}

/// Why a part of a request is never sent so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub enum Danger {
    /// It would take over the connection: `Host`, `Cookie`.
    Connection,
    /// Its name says that it is a secret, and its value stands in the binding: a plain file.
    Secret,
    /// It is named like an account, a phone, a sum or a receipt: each call has its own.
    Money,
    /// A field stands at its place: the constant would be sent in place of each call's own value.
    Field,
    /// The token would stand behind a name or a prefix that no header can have: one with a line break.
    Token,
    /// The path leads elsewhere than it says: `/accounts/{account}/../1002/refill`, `//other.example/refill`.
    Path,
    /// A read by a verb that changes: PUT, PATCH, DELETE.
    Verb,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoMethod => f.write_str("the server's document has no such method"),
            Self::SeveralMethods { candidates } => write!(f, "could be any of {}", candidates.join(", ")),
            Self::NoPlace { field } => write!(f, "the server takes no field for {field:?}"),
            Self::SeveralPlaces { field, candidates } => {
                write!(f, "{field:?} could be any of {}", candidates.join(", "))
            }
            Self::UnknownDemand { place, name } => {
                write!(f, "the server demands {name} ({place:?}), and there is nothing to fill it with")
            }
            Self::UnitUnclear { field, said } => write!(f, "{field:?}: kopecks or rubles? The document says: {said}"),
            Self::Unwritable { field, said } => write!(f, "{field:?} can't be written as the document wants: {said}"),
            Self::Dangerous { name, danger, .. } => write!(f, "{name} is never sent: {danger}"),
            Self::NoSecret { name, .. } => write!(f, "the key {name} is not at hand"),
            Self::ReadIsWrite { call, write } => write!(f, "{call} is called to write ({write:?}), never to read"),
            Self::BodyKind { content_type } => write!(f, "a body of {content_type} can't be written"),
        }
    }
}

impl fmt::Display for Danger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Connection => "it is of the connection",
            Self::Secret => "it is named like a secret, which belongs into the keychain",
            Self::Money => "it is named like an account, a phone, a sum or a receipt, and each call has its own",
            Self::Field => "a field stands there",
            Self::Token => "no header can carry the token so",
            Self::Path => "the path leads elsewhere than it says",
            Self::Verb => "nothing is read by a verb that changes",
        })
    }
}

impl Problem {
    /// The logical field it is about.
    #[must_use]
    pub fn field(&self) -> Option<Field> {
        match self {
            Self::NoPlace { field }
            | Self::SeveralPlaces { field, .. }
            | Self::UnitUnclear { field, .. }
            | Self::Unwritable { field, .. } => Some(*field),
            Self::NoMethod
            | Self::SeveralMethods { .. }
            | Self::UnknownDemand { .. }
            | Self::Dangerous { .. }
            | Self::NoSecret { .. }
            | Self::ReadIsWrite { .. }
            | Self::BodyKind { .. } => None,
        }
    }
}
