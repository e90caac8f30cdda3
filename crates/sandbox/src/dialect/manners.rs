//! How a server behaves beside the spelling of names and values: whom it shows its description, what it makes of a
//! phone in another form, how many ledger entries it gives at once, and whose framework writes its document.

use serde::{Deserialize, Serialize};

/// Who is shown the description.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Audience {
    /// Everyone.
    Everyone,
    /// Those who are signed in; others get 401.
    SignedIn,
    /// Everyone; but writes stand only in what the signed-in see.
    WritesForSignedIn,
}

/// What a server makes of a phone that is not in its own form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum OtherPhone {
    /// It refuses the request and says which form it wants.
    Refused,
    /// It takes the text for a number of somebody else: a search finds nobody, and a new guest is created.
    AnotherNumber,
}

/// How many ledger entries a server gives at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageLimit {
    /// At most so many.
    pub rows: usize,
    /// Whether the answer tells how many there are in all. It needs [`Envelope::Under`](super::Envelope::Under).
    pub is_told: bool,
}

/// The framework whose habits a server and its document have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Framework {
    /// None that shows.
    Plain,
    /// FastAPI: fields that may be empty as `anyOf` with null, titles, long operation ids, security of each operation, a
    /// password form, 400 for a wrong password.
    FastApi,
    /// ASP.NET with Swashbuckle: no operation ids, three media types of each body.
    AspNet,
}
