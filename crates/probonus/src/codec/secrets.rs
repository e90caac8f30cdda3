//! The values of secret constants: keys that a server wants besides the token, such as `X-Api-Key`.

use std::collections::BTreeMap;

use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;

use crate::binding::{Constant, SecretConstant};

/// The keys that were read from the keychain. They are neither printed nor stored: a [binding](crate::binding::Binding) only names
/// them.
#[derive(Clone, Debug, Default)]
pub struct SecretConstants(BTreeMap<SecretConstant, SecretString>);

impl SecretConstants {
    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether this key is there.
    #[must_use]
    pub fn contains(&self, constant: &SecretConstant) -> bool {
        self.0.contains_key(constant)
    }

    /// Adds a key, or replaces its earlier value.
    pub fn insert(&mut self, constant: SecretConstant, value: SecretString) {
        self.0.insert(constant, value);
    }

    /// Forgets those that `keep` does not name.
    pub fn retain(&mut self, keep: impl Fn(&SecretConstant) -> bool) {
        self.0.retain(|constant, _| keep(constant));
    }

    /// Which keys are there.
    pub fn names(&self) -> impl Iterator<Item = &SecretConstant> {
        self.0.keys()
    }

    /// The keys with their values.
    #[cfg(feature = "http")]
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&SecretConstant, &SecretString)> {
        self.0.iter()
    }

    /// The value that is sent for a constant of a binding; `None`: it is missing.
    pub(super) fn value_of(&self, constant: &Constant) -> Option<Value> {
        self.0.get(&constant.as_secret()).map(|value| value.expose_secret().into())
    }
}
