//! Drafts, and the journal as a file.

use std::path::PathBuf;

use office::journal::Journal as _;

use super::{App, status::today};
use crate::error::{AppError, ErrorCode, FieldCode, FieldError};

/// The longest draft, bytes of JSON: a form with its longest texts, and room.
const MOST_DRAFT: usize = 256 * 1024;

impl App {
    /// What was typed into a form and not sent.
    ///
    /// # Errors
    /// Those of the journal, in which drafts live.
    pub async fn draft(&self, key: &str) -> Result<Option<String>, AppError> {
        Ok(self.work().await?.journal.note(&draft_key(key)?).await?)
    }

    /// Keeps what is typed into a form, or forgets it.
    ///
    /// # Errors
    /// `invalid_input` for a text that is too long, and those of the journal.
    pub async fn save_draft(&self, key: &str, json: Option<&str>) -> Result<(), AppError> {
        if json.is_some_and(|json| json.len() > MOST_DRAFT) {
            return Err(AppError::invalid(vec![FieldError::new("json", FieldCode::TooLong)]));
        }
        Ok(self.work().await?.journal.set_note(&draft_key(key)?, json).await?)
    }

    /// A name to offer for the file of an export.
    #[must_use]
    pub fn export_name(&self) -> String {
        format!("probonus-journal-{}.jsonl", today())
    }

    /// Writes every event to a file; answers it.
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
