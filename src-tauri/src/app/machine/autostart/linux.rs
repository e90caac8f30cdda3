//! The file of the sign-in, in the user's own folder of settings.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use super::{
    desktop_entry::{is_switched_off, program, written},
    entry::AutostartEntry,
};
use crate::{app::desktop::ports::Autostart, view::AutostartState};

/// The file of the entry.
pub(super) struct AutostartFile {
    entry: AutostartEntry,
    path: PathBuf,
}

impl AutostartFile {
    pub fn new(entry: AutostartEntry, config: &Path) -> Self {
        let path = config.join("autostart").join(format!("{}.desktop", entry.name));
        Self { entry, path }
    }

    fn write(&self) -> Result<(), String> {
        let text = written(&self.entry.command()?);
        let folder = self.path.parent().unwrap_or(&self.path);
        let written = fs::create_dir_all(folder).and_then(|()| fs::write(&self.path, text));
        written.map_err(|error| self.words(&error))
    }

    fn words(&self, error: &io::Error) -> String {
        format!("{}: {error}", self.path.display())
    }
}

impl Autostart for AutostartFile {
    fn state(&self) -> Result<AutostartState, String> {
        let text = match fs::read_to_string(&self.path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(AutostartState::Off),
            Err(error) => return Err(self.words(&error)),
        };
        if is_switched_off(&text) {
            return Ok(AutostartState::SwitchedOff);
        }
        Ok(program(&text).map_or(AutostartState::Off, |program| self.entry.state_of(&program)))
    }

    fn set(&self, on: bool) -> Result<(), String> {
        if on {
            return self.write();
        }
        match fs::remove_file(&self.path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(self.words(&error)),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_is_the_truth_whoever_changed_it() {
        let config = tempfile::tempdir().unwrap();
        let entry = AutostartEntry { name: "office".into(), program: "/opt/a b/office".into(), home: None };
        let here = AutostartFile::new(entry.clone(), config.path());
        assert_eq!(here.state(), Ok(AutostartState::Off));
        here.set(true).unwrap();
        assert_eq!(here.state(), Ok(AutostartState::On));
        let elsewhere = AutostartFile::new(AutostartEntry { program: "/opt/c".into(), ..entry }, config.path());
        let program = "/opt/a b/office".to_owned();
        assert_eq!(elsewhere.state(), Ok(AutostartState::Elsewhere { program }));
        elsewhere.set(true).unwrap();
        assert_eq!(elsewhere.state(), Ok(AutostartState::On));

        let path = config.path().join("autostart/office.desktop");
        let text = fs::read_to_string(&path).unwrap().replace("enabled=true", "enabled=false");
        fs::write(&path, text).unwrap();
        assert_eq!(elsewhere.state(), Ok(AutostartState::SwitchedOff));
        elsewhere.set(true).unwrap();
        assert_eq!(elsewhere.state(), Ok(AutostartState::On));
        fs::remove_file(&path).unwrap();
        assert_eq!(elsewhere.state(), Ok(AutostartState::Off));
        elsewhere.set(false).unwrap();
    }

    #[test]
    fn what_the_system_refuses_is_said_with_its_place() {
        let config = tempfile::tempdir().unwrap();
        fs::write(config.path().join("autostart"), "a file").unwrap();
        let entry = AutostartEntry { name: "office".into(), program: "/opt/office".into(), home: None };
        let refused = AutostartFile::new(entry, config.path()).set(true).unwrap_err();
        assert!(refused.contains("office.desktop"), "{refused}");
    }
}
