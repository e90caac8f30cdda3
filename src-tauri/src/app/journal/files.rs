//! Drafts of forms, and exports of the journal.

use std::path::PathBuf;

use office::journal::Journal as _;

use crate::{
    app::{App, machine::host::Machine},
    error::{AppError, ErrorCode, FieldCode, FieldError},
};

/// The longest draft in bytes of JSON. A form with its longest texts fits.
const MOST_DRAFT: usize = 256 * 1024;

/// The keys of the program's own drafts begin with it. They are kept in the settings: the server and the proxy are typed before
/// there is a journal.
const OF_PROGRAM: &str = "program.";

/// The longest of those drafts in bytes of JSON. An address and a name fit.
const MOST_OF_PROGRAM: usize = 4 * 1024;

impl App {
    /// The text that was typed into a form and not submitted.
    ///
    /// # Errors
    /// Those of the journal, which keeps all drafts except the program's own.
    pub async fn draft(&self, key: &str) -> Result<Option<String>, AppError> {
        let note = draft_key(key)?;
        if key.starts_with(OF_PROGRAM) {
            return Ok(self.document().get().drafts.get(key).cloned());
        }
        Ok(self.work().await?.journal.note(&note).await?)
    }

    /// Keeps the draft of a form; `None` deletes it.
    ///
    /// # Errors
    /// `invalid_input` for a text that is too long, and those of the journal or of the settings.
    pub async fn save_draft(&self, key: &str, json: Option<&str>) -> Result<(), AppError> {
        let note = draft_key(key)?;
        let of_program = key.starts_with(OF_PROGRAM);
        let most = if of_program { MOST_OF_PROGRAM } else { MOST_DRAFT };
        if json.is_some_and(|json| json.len() > most) {
            return Err(AppError::invalid(vec![FieldError::new("json", FieldCode::TooLong)]));
        }
        if of_program {
            return self.change_document(|stored| match json {
                Some(json) => drop(stored.drafts.insert(key.to_owned(), json.to_owned())),
                None => drop(stored.drafts.remove(key)),
            });
        }
        Ok(self.work().await?.journal.set_note(&note, json).await?)
    }

    /// The suggested name for an export's file.
    #[must_use]
    pub fn export_name(&self) -> String {
        format!("probonus-journal-{}.jsonl", Machine.today())
    }

    /// Writes every event to a file. Returns its path.
    ///
    /// # Errors
    /// `disk_full`, `journal_read_only` and others of the disk.
    pub async fn export_journal(&self, path: PathBuf) -> Result<String, AppError> {
        self.work().await?.journal.export_to(path.clone()).await?;
        Ok(path.to_string_lossy().into_owned())
    }
}

fn draft_key(key: &str) -> Result<String, AppError> {
    let plain =
        !key.is_empty() && key.len() <= 100 && key.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.:".contains(&b));
    if plain { Ok(format!("draft.{key}")) } else { Err(AppError::new(ErrorCode::Internal, "not a draft's key")) }
}
