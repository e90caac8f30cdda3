//! What is opened at the sign-in.

use std::path::{Path, PathBuf};

use crate::view::AutostartState;

/// The argument of a start at the sign-in. Nobody asked for a window then.
pub const AT_SIGN_IN: &str = "--at-sign-in";

/// The argument that names the data folder: an entry can't set an environment variable on every system.
pub const HOME: &str = "--home=";

/// What is opened at the sign-in.
#[derive(Clone, Debug)]
pub(crate) struct AutostartEntry {
    /// The program's identifier, which names the entry.
    pub name: String,
    /// This program.
    pub program: PathBuf,
    /// The data folder, if it is not the usual one.
    pub home: Option<PathBuf>,
}

impl AutostartEntry {
    /// The program and its arguments.
    ///
    /// # Errors
    /// A path has letters that no entry can hold.
    #[cfg(any(target_os = "linux", windows))]
    pub fn command(&self) -> Result<Vec<String>, String> {
        let text = |path: &Path| {
            let text = path.to_str().map(str::to_owned);
            text.ok_or_else(|| format!("{} can't be written as text", path.display()))
        };
        let mut command = vec![text(&self.program)?, AT_SIGN_IN.to_owned()];
        if let Some(home) = &self.home {
            command.push(format!("{HOME}{}", text(home)?));
        }
        Ok(command)
    }

    /// The state of an entry that opens `program`.
    #[cfg(any(target_os = "linux", windows))]
    pub fn state_of(&self, program: &str) -> AutostartState {
        let is_same = if cfg!(windows) {
            self.program.to_str().is_some_and(|own| own.eq_ignore_ascii_case(program))
        } else {
            self.program == Path::new(program)
        };
        if is_same { AutostartState::On } else { AutostartState::Elsewhere { program: program.to_owned() } }
    }
}

#[cfg(test)]
#[cfg(target_os = "linux")]
mod tests {
    use super::*;

    #[test]
    fn an_entry_says_that_it_is_the_sign_in_and_which_data_folder() {
        let entry = |home: Option<&str>| AutostartEntry {
            name: "ru.probonus.office".into(),
            program: "/opt/office/probonus-office".into(),
            home: home.map(PathBuf::from),
        };
        assert_eq!(entry(None).command().unwrap(), ["/opt/office/probonus-office", "--at-sign-in"]);
        let own = entry(Some("/srv/касса 2")).command().unwrap();
        assert_eq!(own[2], "--home=/srv/касса 2");
        assert_eq!(entry(None).state_of("/opt/office/probonus-office"), AutostartState::On);
        let other = AutostartState::Elsewhere { program: "/srv/old/probonus-office".into() };
        assert_eq!(entry(None).state_of("/srv/old/probonus-office"), other);
    }
}
