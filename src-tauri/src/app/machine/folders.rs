//! Where the program keeps its files.
//!
//! ```text
//! <data folder>/
//!   settings.json        what the office set for itself; no secrets. Beside it the one before the last change, and any
//!                        that could not be read
//!   authorities/         certificates that servers may be vouched for by, besides the system's
//!   logs/                one file a day, kept two weeks
//!   live/journal.db      the journal of the real server, with its backups beside it
//!   live/binding-….json   how that server wants its calls
//!   training/journal.db  the journal of the training server
//!   training/server.json the training server's own state
//! ```

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use crate::shape::Mode;

/// Names another data folder: for tests, for a demo, and for a portable installation.
pub const HOME: &str = "PROBONUS_OFFICE_HOME";

/// The data folder.
#[derive(Clone, Debug)]
pub struct Folders {
    root: PathBuf,
}

/// Who can look into the data folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Its owner, and nobody else but the machine's administrator.
    OwnerAlone,
    /// Other users of the machine too.
    Others,
}

impl Folders {
    /// The folder that the environment names, or else the system's for this program.
    #[must_use]
    pub fn new(system: PathBuf) -> Self {
        let root = std::env::var_os(HOME).filter(|home| !home.is_empty()).map_or(system, PathBuf::from);
        Self { root: std::path::absolute(&root).unwrap_or(root) }
    }

    /// A given folder.
    #[cfg(any(test, feature = "dev-host"))]
    pub fn at(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    /// The data folder itself.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Makes the data folder, for its owner alone. One that is there and open to others is closed to them, if that can be done.
    ///
    /// On Windows the folder lies in the user's profile, which is closed to other users; one named by [`HOME`] has the rights
    /// of the folder it lies in.
    ///
    /// # Errors
    /// The system's: the folder can't be made.
    pub fn make(&self) -> io::Result<Reach> {
        make_private(&self.root)
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

    /// Authorities that are trusted besides the system's.
    #[must_use]
    pub fn authorities(&self) -> PathBuf {
        self.root.join("authorities")
    }

    /// What belongs to a mode.
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

    /// How the live server at an address wants its calls.
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

#[cfg(unix)]
fn make_private(folder: &Path) -> io::Result<Reach> {
    use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _};
    let is_open = || Ok::<bool, io::Error>(fs::metadata(folder)?.permissions().mode() & 0o077 != 0);
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    if !is_open()? {
        return Ok(Reach::OwnerAlone);
    }
    if let Err(error) = fs::set_permissions(folder, fs::Permissions::from_mode(0o700)) {
        tracing::warn!(%error, "the data folder can't be closed to others");
    }
    // Some file systems take the change and keep nothing of it.
    Ok(if is_open()? { Reach::Others } else { Reach::OwnerAlone })
}

#[cfg(not(unix))]
fn make_private(folder: &Path) -> io::Result<Reach> {
    fs::create_dir_all(folder)?;
    Ok(Reach::OwnerAlone)
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn the_data_folder_is_its_owners_alone_also_if_it_was_open_before() {
        let home = tempfile::tempdir().unwrap();
        for (name, before) in [("new", None), ("open", Some(0o755)), ("closed", Some(0o700))] {
            let folder = home.path().join(name);
            if let Some(mode) = before {
                fs::create_dir(&folder).unwrap();
                fs::set_permissions(&folder, fs::Permissions::from_mode(mode)).unwrap();
            }
            assert_eq!(Folders::at(&folder).make().unwrap(), Reach::OwnerAlone, "{name}");
            assert_eq!(fs::metadata(&folder).unwrap().permissions().mode() & 0o777, 0o700, "{name}");
        }
        // A folder that nobody can close.
        assert_eq!(make_private(Path::new("/proc/self")).unwrap(), Reach::Others);
    }
}
