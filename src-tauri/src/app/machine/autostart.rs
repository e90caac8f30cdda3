//! Opens the program when the user signs in to the system: an entry of the user, never of the whole machine.
//!
//! | system | entry |
//! |---|---|
//! | Linux | `<config folder>/autostart/<identifier>.desktop` |
//! | Windows | a value of `HKCU\…\CurrentVersion\Run`, named by the identifier |
//! | macOS | none: not built yet |
//!
//! The entry names the program as it lies now. A copy that was moved is not opened any more, and the settings say which
//! program the entry opens. A program with a data folder of its own has an entry of its own, which names that folder.

#[cfg(target_os = "linux")]
mod desktop_entry;
pub mod entry;
#[cfg(target_os = "linux")]
mod linux;
#[cfg(windows)]
mod windows;

use std::path::Path;

use self::entry::AutostartEntry;
use crate::app::desktop::ports::Autostart;
#[cfg(not(any(target_os = "linux", windows)))]
use crate::view::AutostartState;

/// The entry of this system. `config`: the user's folder of settings.
#[cfg(target_os = "linux")]
#[must_use]
pub fn of_system(entry: AutostartEntry, config: &Path) -> Box<dyn Autostart> {
    Box::new(linux::AutostartFile::new(entry, config))
}

/// The entry of this system, which is in the registry, not in a folder.
#[cfg(windows)]
#[must_use]
pub fn of_system(entry: AutostartEntry, _: &Path) -> Box<dyn Autostart> {
    Box::new(windows::AutostartValue::new(entry))
}

/// A system for which no entry is known.
#[cfg(not(any(target_os = "linux", windows)))]
#[must_use]
pub fn of_system(_: AutostartEntry, _: &Path) -> Box<dyn Autostart> {
    Box::new(NoAutostart)
}

#[cfg(not(any(target_os = "linux", windows)))]
struct NoAutostart;

#[cfg(not(any(target_os = "linux", windows)))]
impl Autostart for NoAutostart {
    fn state(&self) -> Result<AutostartState, String> {
        Ok(AutostartState::Impossible)
    }

    fn set(&self, _: bool) -> Result<(), String> {
        Err("no entry is known for this system".to_owned())
    }
}
