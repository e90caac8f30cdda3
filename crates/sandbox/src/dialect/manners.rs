//! Behaviour of a server besides the spelling of names and values: who sees its description, how it reads a phone in another form,
//! how many entries it gives at once, and which framework it uses.

use serde::{Deserialize, Serialize};

/// Who sees the description.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Audience {
    /// Everyone.
    Everyone,
    /// Those who are signed in; others get 401.
    SignedIn,
    /// Everyone, but only signed-in callers see the writes.
    WritesForSignedIn,
}

/// A key of the application that a server wants in every request, besides the user's own sign-in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServerKey {
    /// The header: `Application-Id`.
    pub header: String,
    /// The key.
    pub value: String,
    /// Where the description declares it.
    pub declared: KeyDeclared,
}

/// Where a description declares the key of the application.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum KeyDeclared {
    /// Nowhere, and the description itself needs the key.
    Nowhere,
    /// As a security scheme beside the user's own.
    AsScheme,
    /// As a required header of every method.
    AsParameter,
}

impl ServerKey {
    /// The header of the named dialects.
    pub const HEADER: &'static str = "Application-Id";
    /// The key of the named dialects. Long, so that a search for it in files finds nothing else.
    pub const VALUE: &'static str = "app-5f0e7a91c2d84b66-of-the-gateway";

    /// The key of the named dialects.
    #[must_use]
    pub fn declared(declared: KeyDeclared) -> Self {
        Self { header: Self::HEADER.to_owned(), value: Self::VALUE.to_owned(), declared }
    }
}

/// How a server reads a phone that is not in its own form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum OtherPhone {
    /// It refuses the request and says which form it wants.
    Refused,
    /// It takes the text for another number: a search finds nobody, and a new guest can be created.
    AnotherNumber,
}

/// The number of entries that a server gives at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageLimit {
    /// The most entries of one answer.
    pub rows: usize,
    /// Whether the answer has the number of all entries. It needs [`Envelope::Under`](super::Envelope::Under).
    pub is_told: bool,
}

/// The framework that a server and its document imitate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Framework {
    /// None.
    Plain,
    /// FastAPI: optional fields as `anyOf` with null, titles, long operation ids, security in each operation, a password form,
    /// 400 for a wrong password.
    FastApi,
    /// ASP.NET with Swashbuckle: no operation ids, three media types for each body.
    AspNet,
}
