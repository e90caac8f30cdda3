//! The value of the sign-in in the user's registry. The task manager can switch it off without removing it.

use windows_registry::{CURRENT_USER, Key};

use super::entry::AutostartEntry;
use crate::{app::desktop::ports::Autostart, view::AutostartState};

/// What Windows opens at the sign-in of this user. The uninstaller knows it too: `xtask/src/dist/installer/office.nsi`.
const RUN: &str = r"Software\Microsoft\Windows\CurrentVersion\Run";

/// What the task manager has switched off of it.
const APPROVED: &str = r"Software\Microsoft\Windows\CurrentVersion\Explorer\StartupApproved\Run";

/// Windows' code for a key or a value that is not there.
const NOT_FOUND: u32 = 0x8007_0002;

/// The value of the entry.
pub(super) struct AutostartValue {
    entry: AutostartEntry,
}

impl AutostartValue {
    pub const fn new(entry: AutostartEntry) -> Self {
        Self { entry }
    }
}

impl Autostart for AutostartValue {
    fn state(&self) -> Result<AutostartState, String> {
        let read = |key: &str| CURRENT_USER.open(key).and_then(|key| key.get_string(&self.entry.name));
        let Some(command) = found(read(RUN))? else { return Ok(AutostartState::Off) };
        let approved = CURRENT_USER.open(APPROVED).and_then(|key| key.get_value(&self.entry.name));
        // An odd first byte: switched off.
        if found(approved)?.is_some_and(|value| value.first().is_some_and(|first| first % 2 == 1)) {
            return Ok(AutostartState::SwitchedOff);
        }
        Ok(self.entry.state_of(program(&command)))
    }

    fn set(&self, on: bool) -> Result<(), String> {
        let run = CURRENT_USER.create(RUN).map_err(|error| error.to_string())?;
        if on {
            let command: Vec<String> = self.entry.command()?.iter().map(|argument| quoted(argument)).collect();
            run.set_string(&self.entry.name, command.join(" ")).map_err(|error| error.to_string())?;
        } else {
            remove(&run, &self.entry.name)?;
        }
        match found(CURRENT_USER.options().write().open(APPROVED))? {
            Some(approved) => remove(&approved, &self.entry.name),
            None => Ok(()),
        }
    }
}

fn remove(key: &Key, name: &str) -> Result<(), String> {
    found(key.remove_value(name)).map(drop)
}

/// `None`: it is not there.
fn found<T>(read: windows_registry::Result<T>) -> Result<Option<T>, String> {
    match read {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.code().0.cast_unsigned() == NOT_FOUND => Ok(None),
        Err(error) => Err(error.to_string()),
    }
}

/// An argument in quotes, as Windows' programs read their command line: backslashes before a quote are doubled.
fn quoted(argument: &str) -> String {
    let trailing = argument.len() - argument.trim_end_matches('\\').len();
    format!("\"{argument}{}\"", "\\".repeat(trailing))
}

/// The program of a command line. A path of Windows holds no quote.
fn program(command: &str) -> &str {
    match command.trim_start().strip_prefix('"') {
        Some(rest) => rest.split('"').next().unwrap_or(rest),
        None => command.split_whitespace().next().unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_line_is_read_as_it_was_written() {
        let path = r"D:\Программы\ProBonus Office\probonus-office.exe";
        let line = format!("{} {}", quoted(path), quoted(r"--home=D:\"));
        assert_eq!(program(&line), path);
        assert!(line.ends_with(r#""--home=D:\\""#), "{line}");
        assert_eq!(program(r"C:\office.exe --at-sign-in"), r"C:\office.exe");
    }

    #[test]
    fn the_registry_is_the_truth() {
        let entry = |program: &str| AutostartEntry {
            name: format!("ru.probonus.office.test-{}", std::process::id()),
            program: program.into(),
            home: None,
        };
        let here = AutostartValue::new(entry(r"C:\a b\office.exe"));
        assert_eq!(here.state(), Ok(AutostartState::Off));
        here.set(true).unwrap();
        assert_eq!(here.state(), Ok(AutostartState::On));
        let program = r"C:\a b\office.exe".to_owned();
        let elsewhere = AutostartValue::new(entry(r"C:\c.exe"));
        assert_eq!(elsewhere.state(), Ok(AutostartState::Elsewhere { program }));
        here.set(false).unwrap();
        assert_eq!(here.state(), Ok(AutostartState::Off));
    }
}
