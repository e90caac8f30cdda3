//! The rows of the contract table.

use serde::{Deserialize, Serialize};

use super::field::Field;
use crate::method::Method;

/// Where a statement of the contract comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub enum Origin {
    /// \[S] the vendor's page of typical scenarios.
    Seed,
    /// \[E] evidence: a public front-end of the same API, the vendor's wiki.
    Evidence,
    /// \[A] our assumption, to be replaced by what the server's Swagger says.
    Assumption,
}

impl Origin {
    /// The letter in the document: S, E or A.
    #[must_use]
    pub const fn letter(self) -> char {
        match self {
            Self::Seed => 'S',
            Self::Evidence => 'E',
            Self::Assumption => 'A',
        }
    }
}

/// What happens to a call when the server has no place for a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Need {
    /// The capability is impossible without it.
    Must,
    /// A call that has something to say in it is refused before it is sent; one that has not goes without it.
    IfSet,
    /// It is left out.
    May,
    /// It is left out, and by default isn't sent at all: only a server that names it gets it.
    Named,
}

/// A logical field of one capability.
#[derive(Clone, Copy, Debug)]
pub struct FieldRow {
    /// What it means.
    pub field: Field,
    /// How it is spelled by default.
    pub name: &'static str,
    /// Whether it can be done without.
    pub need: Need,
    /// Where we know it from.
    pub origin: Origin,
    /// A remark for the reader.
    pub note: &'static str,
}

/// One capability.
#[derive(Clone, Copy, Debug)]
pub struct MethodRow {
    /// Which.
    pub method: Method,
    /// The path under the server's address, without the leading `/api/v0/`.
    pub path: &'static str,
    /// Other last segments under which servers of this kind publish it.
    pub aliases: &'static [&'static str],
    /// What it is for.
    pub purpose: &'static str,
    /// Where we know the capability from; the verb `POST` and the JSON body are assumptions everywhere but in `auth`.
    pub origin: Origin,
    /// What is sent.
    pub request: &'static [FieldRow],
    /// What is answered.
    pub answer: &'static [FieldRow],
}

impl MethodRow {
    /// The row of a request field.
    #[must_use]
    pub fn asks(&self, field: Field) -> Option<&'static FieldRow> {
        self.request.iter().find(|row| row.field == field)
    }
}
