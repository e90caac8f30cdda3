//! A journal that is missing or empty although one is known: the operator is asked for it.

use std::{fs, path::Path};

use office::journal::{
    sqlite::{self, Options},
    witness::{Cause, Witness as _},
};

use crate::{
    app::{App, machine::witness::WitnessFile},
    error::{AppError, ErrorCode, FieldCode, FieldError},
    shape::Mode,
    view::AppStatus,
};

/// The words that a person types, in either language, to begin a new journal although a known one is missing.
const CONSENT: [&str; 2] = ["начать заново", "begin anew"];

/// The state of a journal's file at a start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Found {
    Missing,
    /// A file of no bytes, or a journal of no operations.
    Empty,
    /// It has operations, or it can't be read here; opening it will show why.
    Filled,
}

/// Whether the journal of a mode is missing or empty, although its witness, a backup or the settings show that it had
/// operations.
pub fn is_lost(options: &Options, witness: &WitnessFile, settings_know: bool) -> bool {
    let found = found(&options.path);
    let witness_knows = || witness.read().ok().flatten().is_some_and(|said| said.operations > 0);
    let backup_knows = || {
        let backups = sqlite::backups(&options.path, &options.backups).unwrap_or_default();
        backups.iter().any(|one| sqlite::contents(&one.path).is_ok_and(|contents| contents.operations > 0))
    };
    match found {
        Found::Filled => false,
        Found::Missing => settings_know || witness_knows() || backup_knows(),
        Found::Empty => witness_knows() || backup_knows(),
    }
}

fn found(path: &Path) -> Found {
    match fs::metadata(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Found::Missing,
        Ok(file) if file.len() == 0 => return Found::Empty,
        _ => {}
    }
    match sqlite::contents(path) {
        Ok(contents) if contents.operations == 0 => Found::Empty,
        _ => Found::Filled,
    }
}

impl App {
    /// Begins a new journal although a known one is missing. The new journal records who did it, and what was known of the
    /// missing one.
    ///
    /// # Errors
    /// `invalid_input` unless the consent is typed, `wrong_mode` if no journal is missing, and those of the journal.
    pub async fn begin_journal_anew(&self, consent: &str) -> Result<AppStatus, AppError> {
        let typed = consent.trim().to_lowercase();
        if !CONSENT.contains(&typed.as_str()) {
            return Err(AppError::invalid(vec![FieldError::new("consent", FieldCode::NotUnderstood)]));
        }
        let mode = self.mode();
        if !self.journal_is_lost(mode) {
            return Err(AppError::new(ErrorCode::WrongMode, "the journal is there"));
        }
        tracing::warn!(?mode, "a new journal is begun though one is known");
        self.note_deed(Cause::Anew);
        let opened = self.reopen().await;
        self.tell_session().await;
        opened?;
        Ok(self.status().await)
    }

    /// Whether the operator is asked for the journal of a mode.
    pub(in crate::app) fn journal_is_lost(&self, mode: Mode) -> bool {
        let settings_know = self.document().get().journals.contains(&mode);
        is_lost(&Options::new(self.0.folders.journal(mode)), &self.0.folders.witness(mode), settings_know)
    }
}
