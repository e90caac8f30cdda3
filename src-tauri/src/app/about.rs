//! The program's own data: version, system, folders, licences.

use std::path::{Path, PathBuf};

use super::{App, machine::system};
use crate::view::AboutView;

/// The file with the licences of third-party parts. The installer puts it beside the program.
const LICENCES: &str = "THIRD-PARTY.txt";

impl App {
    /// The data that support asks for first.
    #[must_use]
    pub fn about(&self, web_view: String) -> AboutView {
        AboutView {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            build: system::BUILD.to_owned(),
            system: system::name(),
            web_view,
            data_folder: self.0.folders.root().to_string_lossy().into_owned(),
            has_licences: licences().is_some(),
            log: self.log(),
        }
    }
}

/// The licences' file, if it is beside the program or where a Linux package puts it.
#[must_use]
pub fn licences() -> Option<PathBuf> {
    let program = std::env::current_exe().ok();
    let beside = program.as_deref().and_then(Path::parent).map(Path::to_owned);
    let of_package = cfg!(target_os = "linux").then(|| PathBuf::from("/usr/share/doc/probonus-office"));
    beside.into_iter().chain(of_package).map(|folder| folder.join(LICENCES)).find(|file| file.is_file())
}
