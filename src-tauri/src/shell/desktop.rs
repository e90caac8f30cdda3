//! The desktop for commands, with the program's window.

use std::path::{Path, PathBuf};

use async_trait::async_trait;
use tauri::AppHandle;
use tauri_plugin_dialog::DialogExt as _;
use tauri_plugin_opener::OpenerExt as _;

use super::entrance::Entrance;
use crate::commands::desk::{Desk, Suggestion};

/// The desktop around the program's window.
pub(crate) struct Desktop {
    pub handle: AppHandle,
    pub entrance: Entrance,
}

#[async_trait]
impl Desk for Desktop {
    fn show_window(&self) {
        self.entrance.page_is_ready();
    }

    async fn choose_file(&self, suggestion: &Suggestion) -> Option<PathBuf> {
        let (chosen, choice) = tokio::sync::oneshot::channel();
        let dialog = self.handle.dialog().file().set_file_name(&suggestion.name);
        dialog.add_filter(suggestion.format, &[suggestion.extension]).save_file(move |path| {
            // A page that left meanwhile needs no answer.
            let _ = chosen.send(path);
        });
        choice.await.ok().flatten()?.into_path().ok()
    }

    async fn choose_existing(&self, extension: &'static str) -> Option<PathBuf> {
        let (chosen, choice) = tokio::sync::oneshot::channel();
        self.handle.dialog().file().add_filter(extension, &[extension]).pick_file(move |path| {
            // A page that left meanwhile needs no answer.
            let _ = chosen.send(path);
        });
        choice.await.ok().flatten()?.into_path().ok()
    }

    fn open(&self, path: &Path) -> Result<(), String> {
        let opened = self.handle.opener().open_path(path.to_string_lossy(), None::<&str>);
        opened.map_err(|error| error.to_string())
    }

    fn web_view(&self) -> String {
        let engine = if cfg!(windows) { "WebView2" } else { "WebKit" };
        tauri::webview_version().map_or_else(|_| engine.to_owned(), |version| format!("{engine} {version}"))
    }
}
