//! How a server is spoken to: its binding, and the values of the binding's secret constants.

use crate::{
    Error,
    binding::Binding,
    codec::{self, Call, SecretConstants, WireRequest},
};

/// A binding with the keys that it names.
#[derive(Clone, Default)]
pub(super) struct Speech {
    pub binding: Binding,
    pub secrets: SecretConstants,
}

impl Speech {
    /// Writes a call as the server wants it.
    pub(super) fn encode(&self, call: Call<'_>) -> Result<WireRequest, Error> {
        codec::encode_with(&self.binding, &self.secrets, call)
    }
}
