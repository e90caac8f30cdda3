//! Where updates come from and by which key they are signed; how this copy of the program is updated.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use super::Release;
use crate::view::UpdateWay;

/// The public key and the address, put into the program when it is built. A build without them knows no updates.
const KEY: Option<&str> = option_env!("PROBONUS_UPDATE_PUBKEY");
const URL: Option<&str> = option_env!("PROBONUS_UPDATE_URL");

/// In a build for developers these name, when the program starts, another key, another address, and the file that an update
/// replaces. A release never reads them: who could set them could make it install anything.
pub const TRIAL_KEY: &str = "PROBONUS_UPDATE_PUBKEY";
pub const TRIAL_URL: &str = "PROBONUS_UPDATE_URL";
pub const TRIAL_FILE: &str = "PROBONUS_UPDATE_FILE";

/// Puts a new version in place of the program. On the desktop it is the plugin of Tauri; in tests, something that remembers.
pub(crate) trait UpdateInstaller: Send + Sync {
    /// Puts the file of a release in place, and lets the new program start. It may never return: the installer of Windows is
    /// started, and the program ends.
    ///
    /// # Errors
    /// The system's words. The program is as it was then.
    fn install(&self, release: &Release, file: &[u8]) -> Result<(), String>;
}

/// Where updates come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct UpdateSource {
    /// The address of the manifest.
    pub url: String,
    /// The public key, as `tauri signer generate` writes it.
    pub key: String,
    /// Whether this very machine may be the server, without TLS: for trials.
    pub allows_plain_loopback: bool,
}

/// How the program is updated.
pub(crate) struct Updater {
    pub source: Option<UpdateSource>,
    /// How the folder that it runs from says it is updated.
    pub place: UpdateWay,
    pub installer: Arc<dyn UpdateInstaller>,
}

impl Updater {
    /// Where this copy looks for updates; `None`: it leaves that to others.
    #[must_use]
    pub fn source(&self) -> Option<&UpdateSource> {
        self.source.as_ref().filter(|_| self.place != UpdateWay::Package)
    }

    /// How this copy is updated. A build without key and address is not updated from within, wherever it lies.
    #[must_use]
    pub fn way(&self) -> UpdateWay {
        match (&self.source, self.place) {
            (None, UpdateWay::InstallsItself | UpdateWay::Portable) => UpdateWay::NotBuiltIn,
            (_, place) => place,
        }
    }
}

/// The source that this program was built with, or that its environment names for a trial.
#[must_use]
pub fn of_build() -> Option<UpdateSource> {
    let trial = |name: &str| std::env::var(name).ok().filter(|_| cfg!(debug_assertions));
    let set = |value: Option<String>| value.filter(|value| !value.is_empty());
    let key = set(trial(TRIAL_KEY).or_else(|| KEY.map(str::to_owned)))?;
    let url = set(trial(TRIAL_URL).or_else(|| URL.map(str::to_owned)))?;
    Some(UpdateSource { url, key, allows_plain_loopback: cfg!(debug_assertions) })
}

/// The file that an update replaces in a trial.
#[must_use]
pub fn trial_file() -> Option<PathBuf> {
    std::env::var_os(TRIAL_FILE).filter(|file| cfg!(debug_assertions) && !file.is_empty()).map(PathBuf::from)
}

/// How a program in this place is updated.
#[must_use]
pub fn place_of(program: &Path) -> UpdateWay {
    let folder = program.parent().unwrap_or(program);
    let is_installed = if cfg!(windows) {
        // Only the installer lays it there; the portable archive has none.
        folder.join("uninstall.exe").is_file()
    } else if cfg!(target_os = "macos") {
        // Not one that is started from its disk image, or that the system runs from a copy of its own.
        let path = program.to_string_lossy();
        path.contains(".app/Contents/MacOS/") && !path.starts_with("/Volumes/") && !path.contains("/AppTranslocation/")
    } else {
        return if program.starts_with("/usr") { UpdateWay::Package } else { UpdateWay::Portable };
    };
    if is_installed { UpdateWay::InstallsItself } else { UpdateWay::Portable }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Nobody;

    impl UpdateInstaller for Nobody {
        fn install(&self, _: &Release, _: &[u8]) -> Result<(), String> {
            Err("nobody installs".to_owned())
        }
    }

    #[test]
    fn a_build_without_a_key_is_not_updated_from_within() {
        let source = UpdateSource { url: "https://a.example".into(), key: "k".into(), allows_plain_loopback: false };
        let way = |source, place| Updater { source, place, installer: Arc::new(Nobody) }.way();
        for place in [UpdateWay::InstallsItself, UpdateWay::Portable] {
            assert_eq!(way(None, place), UpdateWay::NotBuiltIn);
            assert_eq!(way(Some(source.clone()), place), place);
        }
        assert_eq!(way(None, UpdateWay::Package), UpdateWay::Package);
    }

    #[test]
    #[cfg(windows)]
    fn what_the_installer_laid_down_is_told_from_an_unpacked_archive() {
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("probonus-office.exe");
        assert_eq!(place_of(&program), UpdateWay::Portable);
        std::fs::write(folder.path().join("uninstall.exe"), "MZ").unwrap();
        assert_eq!(place_of(&program), UpdateWay::InstallsItself);
    }

    #[test]
    #[cfg(target_os = "macos")]
    fn only_an_installed_bundle_replaces_itself() {
        let bundle = "ProBonus Office.app/Contents/MacOS/probonus-office";
        let way = |folder: &str| place_of(&Path::new(folder).join(bundle));
        assert_eq!(way("/Applications"), UpdateWay::InstallsItself);
        assert_eq!(way("/Volumes/ProBonus Office"), UpdateWay::Portable);
        assert_eq!(way("/private/var/folders/x/AppTranslocation/1/d"), UpdateWay::Portable);
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn what_a_package_laid_down_is_updated_by_packages() {
        assert_eq!(place_of(Path::new("/usr/bin/probonus-office")), UpdateWay::Package);
        assert_eq!(place_of(Path::new("/opt/office/probonus-office")), UpdateWay::Portable);
    }
}
