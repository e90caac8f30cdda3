//! Settings and a keychain that last as long as the process: for tests and for the development host.

use std::sync::{Mutex, PoisonError};

use serde_json::Value;

use super::stored::Place;

/// A place in memory.
#[derive(Default)]
pub(crate) struct Memory(pub Mutex<Option<Value>>);

impl Place for Memory {
    fn read(&self) -> Option<Value> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn write(&self, document: Value) -> Result<(), String> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(document);
        Ok(())
    }
}
