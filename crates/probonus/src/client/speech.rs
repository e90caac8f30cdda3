//! How requests to a server are written: its binding, and the values of the binding's secret constants.

use crate::{
    Error,
    binding::Binding,
    codec::{self, Call, SecretConstants, WireRequest},
};

/// A binding, and the values of the secret constants that it names.
#[derive(Clone, Default)]
pub(super) struct Speech {
    pub binding: Binding,
    pub secrets: SecretConstants,
}

impl Speech {
    /// Encodes a call by the binding.
    pub(super) fn encode(&self, call: Call<'_>) -> Result<WireRequest, Error> {
        codec::encode_with(&self.binding, &self.secrets, call)
    }
}
