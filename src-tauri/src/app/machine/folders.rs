//! Where the program keeps its files.
//!
//! ```text
//! <data folder>/
//!   settings.json        the office's settings; no secrets. Beside it the file before the last change, and files that could
//!                        not be read
//!   authorities/         certificates of authorities that are trusted besides the system's
//!   notification.png     the picture beside notifications, on Windows
//!   logs/                one file a day, kept two weeks
//!   crashes/             crash reports, the last ten
//!   live/journal.db      the journal of the real server, with its backups beside it
//!   live/binding-….json   the contract of that server
//!   training/journal.db  the journal of the training server
//!   training/server.json the training server's own state
//! ```
//!
//! The witnesses are elsewhere, so that restoring a copy of the data folder does not restore them too:
//!
//! ```text
//! <folder of witnesses>/
//!   live.json            the position that the journal of the real server had reached
//!   training.json        the same for the journal of the training server
//! ```

use std::{
    io,
    path::{Path, PathBuf},
};

use super::{
    private_folder::{self, Reach},
    witness::WitnessFile,
};
use crate::shape::Mode;

/// The environment variable that names another data folder: for tests, a demo, or a portable installation.
pub const HOME: &str = "PROBONUS_OFFICE_HOME";

/// The data folder.
#[derive(Clone, Debug)]
pub(crate) struct Folders {
    root: PathBuf,
    witnesses: PathBuf,
}

impl Folders {
    /// The data folder that [`HOME`] names, with the witnesses in it. Without the variable: `system`, with the witnesses in
    /// `witnesses`.
    #[must_use]
    pub fn new(system: PathBuf, witnesses: PathBuf) -> Self {
        match std::env::var_os(HOME).filter(|home| !home.is_empty()).map(PathBuf::from) {
            Some(home) => Self::with_witnesses_inside(std::path::absolute(&home).unwrap_or(home)),
            None => Self { root: std::path::absolute(&system).unwrap_or(system), witnesses },
        }
    }

    fn with_witnesses_inside(root: PathBuf) -> Self {
        Self { witnesses: root.join("witness"), root }
    }

    /// The data folder at `root`.
    #[cfg(any(test, feature = "dev-host"))]
    pub fn at(root: impl Into<PathBuf>) -> Self {
        Self::with_witnesses_inside(root.into())
    }

    /// The data folder itself.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Creates the data folder for its owner alone.
    ///
    /// # Errors
    /// The system's: the folder can't be made.
    pub fn make(&self) -> io::Result<Reach> {
        private_folder::make(&self.root)
    }

    /// Settings.
    #[must_use]
    pub fn settings(&self) -> PathBuf {
        self.root.join("settings.json")
    }

    /// Logs.
    #[must_use]
    pub fn logs(&self) -> PathBuf {
        self.root.join("logs")
    }

    /// The picture beside notifications.
    #[cfg(windows)]
    #[must_use]
    pub fn notification_icon(&self) -> PathBuf {
        self.root.join("notification.png")
    }

    /// Reports of defects.
    #[must_use]
    pub fn crashes(&self) -> PathBuf {
        self.root.join("crashes")
    }

    /// Authorities that are trusted besides the system's.
    #[must_use]
    pub fn authorities(&self) -> PathBuf {
        self.root.join("authorities")
    }

    /// The folder of a mode.
    #[must_use]
    pub fn of(&self, mode: Mode) -> PathBuf {
        self.root.join(match mode {
            Mode::Live => "live",
            Mode::Training => "training",
        })
    }

    /// The journal of a mode.
    #[must_use]
    pub fn journal(&self, mode: Mode) -> PathBuf {
        self.of(mode).join("journal.db")
    }

    /// The witness of a mode's journal.
    #[must_use]
    pub fn witness(&self, mode: Mode) -> WitnessFile {
        WitnessFile::at(self.witnesses.join(match mode {
            Mode::Live => "live.json",
            Mode::Training => "training.json",
        }))
    }

    /// The contract file of the live server at this address.
    #[must_use]
    pub fn binding(&self, url: &str) -> PathBuf {
        let server = url.split_once("://").map_or(url, |(_, server)| server);
        let plain = |letter: char| if letter.is_ascii_alphanumeric() || ".-".contains(letter) { letter } else { '_' };
        self.of(Mode::Live).join(format!("binding-{}.json", server.chars().map(plain).collect::<String>()))
    }

    /// The training server's state.
    #[must_use]
    pub fn training_server(&self) -> PathBuf {
        self.of(Mode::Training).join("server.json")
    }
}
