//! The settings' place on the desktop: tauri-plugin-store.

use std::{path::PathBuf, sync::Arc};

use serde_json::Value;
use tauri::Wry;
use tauri_plugin_store::{Store, StoreBuilder};

use crate::app::stored::Place;

/// The key of the one document in the store.
const KEY: &str = "office";

/// The store's file.
pub struct SettingsFile(Arc<Store<Wry>>);

impl SettingsFile {
    /// Opens the file. One that can't be read is put aside, so that nothing of it is lost, and a new one is begun.
    ///
    /// # Errors
    /// The system's words.
    pub fn open(handle: &tauri::AppHandle, path: PathBuf) -> Result<Self, tauri_plugin_store::Error> {
        let open = || StoreBuilder::new(handle, &path).disable_auto_save().build();
        match open() {
            Ok(store) => Ok(Self(store)),
            Err(error) => {
                let aside = path.with_extension("unreadable.json");
                tracing::error!(%error, "the settings can't be read; they are put aside");
                std::fs::rename(&path, aside).map_err(tauri_plugin_store::Error::Io)?;
                open().map(Self)
            }
        }
    }
}

impl Place for SettingsFile {
    fn read(&self) -> Option<Value> {
        self.0.get(KEY)
    }

    fn write(&self, document: Value) -> Result<(), String> {
        let before = self.0.get(KEY);
        self.0.set(KEY, document);
        self.0.save().map_err(|error| {
            // What is not on the disk must not be in memory either.
            if let Some(before) = before {
                self.0.set(KEY, before);
            }
            error.to_string()
        })
    }
}
