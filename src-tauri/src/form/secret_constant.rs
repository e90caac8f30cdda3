//! The form for a key that a server wants besides the token.

use probonus::{Method, binding::Place};
use serde::Deserialize;
use specta::Type;

use super::{Remember, connect::Typed};

/// A secret constant: `X-Api-Key: …` in a header, a query or a body.
#[derive(Debug, Deserialize, Type)]
pub struct SecretConstantForm {
    /// The part of the request.
    pub place: Place,
    /// The name there.
    pub name: String,
    /// The key itself.
    pub value: Typed,
    /// The one method that sends it; `null`: every method that has such a place.
    pub method: Option<Method>,
    /// Where the key is kept.
    pub remember: Remember,
}
