//! The settings' place on the desktop: tauri-plugin-store.

use std::{path::PathBuf, sync::Arc};

use serde_json::Value;
use tauri::Wry;
use tauri_plugin_store::{Store, StoreBuilder};

use crate::app::settings::{file as settings_file, stored::Place};

/// The key of the one document in the store.
const KEY: &str = "office";

/// The store, and its file.
pub(crate) struct SettingsFile {
    store: Arc<Store<Wry>>,
    path: PathBuf,
}

impl SettingsFile {
    /// Opens the file. A file that can't be read is renamed, so that nothing is lost: the store would take it for empty and overwrite
    /// it.
    ///
    /// # Errors
    /// The system's words.
    pub fn open(handle: &tauri::AppHandle, path: PathBuf) -> Result<Self, tauri_plugin_store::Error> {
        settings_file::mend(&path)?;
        let store = StoreBuilder::new(handle, &path).disable_auto_save().build()?;
        Ok(Self { store, path })
    }
}

impl Place for SettingsFile {
    fn read(&self) -> Option<Value> {
        self.store.get(KEY)
    }

    fn write(&self, document: Value) -> Result<(), String> {
        settings_file::keep(&self.path).map_err(|error| error.to_string())?;
        let before = self.store.get(KEY);
        self.store.set(KEY, document);
        self.store.save().map_err(|error| {
            // The write failed, so the memory goes back to what is on the disk.
            if let Some(before) = before {
                self.store.set(KEY, before);
            }
            error.to_string()
        })
    }
}
