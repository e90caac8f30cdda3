//! The desktop, as commands use it. The window has one, the development host has none.

use std::path::{Path, PathBuf};

use async_trait::async_trait;

/// The desktop that commands use.
#[async_trait]
pub(crate) trait Desk: Send + Sync {
    /// Shows the window, after the page has drawn its first screen.
    fn show_window(&self);

    /// Asks the user where to write a file; `None` if they chose no place.
    async fn choose_file(&self, suggestion: &Suggestion) -> Option<PathBuf>;

    /// Asks the user for a file with this extension to read; `None` if they chose none.
    async fn choose_existing(&self, extension: &'static str) -> Option<PathBuf>;

    /// Opens a folder or a text file in the system's program for it.
    ///
    /// # Errors
    /// The system's words.
    fn open(&self, path: &Path) -> Result<(), String>;

    /// The name and version of the web view.
    fn web_view(&self) -> String;
}

/// A file to write, as it is offered to the user.
pub(crate) struct Suggestion {
    /// The file's name.
    pub name: String,
    /// The name of its format.
    pub format: &'static str,
    /// The extension of its format, without the dot.
    pub extension: &'static str,
}
