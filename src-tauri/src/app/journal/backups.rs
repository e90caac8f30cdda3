//! Backups of the journal: list, preview of a restore, restore. They work also while the journal itself can't be opened: that is
//! when they are needed.

use std::{path::PathBuf, time::Duration};

use jiff::Timestamp;
use office::{
    Host as _, JournalError,
    journal::{
        sqlite::{self, Backup, Options},
        witness::Cause,
    },
};

use crate::{
    app::{App, machine::host::Machine},
    error::{AppError, ErrorCode},
    view::{AppStatus, BackupView, LossesView, RestorePreview, Restored},
};

impl App {
    /// The backups of the mode's journal, newest first.
    ///
    /// # Errors
    /// If their folder can't be read.
    pub async fn backups(&self) -> Result<Vec<BackupView>, AppError> {
        let options = self.journal_options();
        worker(move || Ok(sqlite::backups(&options.path, &options.backups)?.iter().map(view).collect())).await
    }

    /// Makes a backup now. Returns its file.
    ///
    /// # Errors
    /// `disk_full`, `journal_read_only` and others of the disk.
    pub async fn backup_journal(&self) -> Result<String, AppError> {
        let path = self.work().await?.journal.backup_by_hand(Machine.now()).await?;
        Ok(path.to_string_lossy().into_owned())
    }

    /// What would be lost by restoring a backup. Nothing is changed.
    ///
    /// # Errors
    /// `backup_not_found`, and why the backup can't be used.
    pub async fn preview_restore(&self, name: &str) -> Result<RestorePreview, AppError> {
        let (options, name) = (self.journal_options(), name.to_owned());
        worker(move || {
            let backup = find(&options, &name)?;
            // An unreadable backup is an error here; an unreadable present journal is `None`.
            sqlite::contents(&backup.path).map_err(of_backup)?;
            let losses = sqlite::losses(&backup.path, &options.path).ok();
            Ok(RestorePreview { backup: view(&backup), losses: losses.as_ref().map(LossesView::from) })
        })
        .await
    }

    /// Restores a backup. The present journal becomes a backup itself. An operation that waits in the restored journal may have been
    /// sent since, so it is probed before it is sent.
    ///
    /// # Errors
    /// `backup_not_found`, `backup_damaged`, `not_a_journal`, `journal_newer`; `busy` while a command is under way;
    /// those of the disk. The journal is then unchanged, and open if it was open.
    pub async fn restore_backup(&self, name: &str) -> Result<Restored, AppError> {
        let options = self.journal_options();
        let kept = {
            let _one_at_a_time = self.0.changing.lock().await;
            let (found, wanted) = (options.clone(), name.to_owned());
            let backup = worker(move || find(&found, &wanted)).await?;
            self.close().await?;
            let put = put_in_place(backup, options).await;
            if put.is_ok() {
                self.note_deed(Cause::Restored);
            }
            put
        };
        let reopened = self.reopen().await;
        self.tell_session().await;
        let kept = kept?;
        reopened?;
        tracing::info!(backup = name, "a backup took the journal's place");
        let kept = kept.and_then(|path| Some(path.file_name()?.to_string_lossy().into_owned()));
        Ok(Restored { status: self.status().await, kept })
    }

    /// Checks a file that the user chose and copies it into the folder of backups, so that it can be restored.
    ///
    /// # Errors
    /// `backup_damaged`, `not_a_journal`, `journal_newer`, and those of the disk.
    pub async fn add_backup(&self, file: PathBuf) -> Result<BackupView, AppError> {
        let options = self.journal_options();
        worker(move || {
            let path = sqlite::take_in(&file, &options, Machine.now()).map_err(of_backup)?;
            let backups = sqlite::backups(&options.path, &options.backups)?;
            let taken = backups.iter().find(|backup| backup.path == path);
            taken.map(view).ok_or_else(|| AppError::new(ErrorCode::BackupNotFound, "the copy is gone"))
        })
        .await
    }

    /// Confirms that the operator knows the journal was replaced from outside.
    ///
    /// # Errors
    /// Those of the journal.
    pub async fn acknowledge_roll_back(&self) -> Result<AppStatus, AppError> {
        self.work().await?.journal.acknowledge_roll_back().await?;
        tracing::warn!(operator = self.operator(), "the roll-back of the journal was acknowledged");
        self.tell_session().await;
        Ok(self.status().await)
    }

    fn journal_options(&self) -> Options {
        Options::new(self.0.folders.journal(self.mode()))
    }
}

/// Puts a backup in the journal's place. It tries again for a while: a check of the journal that was just closed may still hold
/// the file.
async fn put_in_place(backup: Backup, options: Options) -> Result<Option<PathBuf>, AppError> {
    const PAUSE: Duration = Duration::from_millis(50);
    const MOST_TRIES: u32 = 60;
    let mut tries = 0;
    loop {
        let (backup, options) = (backup.clone(), options.clone());
        let restored = worker(move || Ok(sqlite::restore(&backup.path, &options, Machine.now()))).await?;
        match restored {
            Err(JournalError::Locked) if tries < MOST_TRIES => tries += 1,
            restored => return restored.map_err(of_backup),
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// Only a listed backup can be chosen, so a name can't lead out of the folder.
fn find(options: &Options, name: &str) -> Result<Backup, AppError> {
    let named = |backup: &Backup| backup.path.file_name().is_some_and(|file| file.to_string_lossy() == name);
    sqlite::backups(&options.path, &options.backups)?
        .into_iter()
        .find(named)
        .ok_or_else(|| AppError::new(ErrorCode::BackupNotFound, format!("no backup {name}")))
}

fn view(backup: &Backup) -> BackupView {
    let file = std::fs::metadata(&backup.path).ok();
    let contents = sqlite::contents(&backup.path);
    BackupView {
        name: backup.path.file_name().unwrap_or_default().to_string_lossy().into_owned(),
        made: backup.made.into(),
        made_at: file.as_ref().and_then(|file| Timestamp::try_from(file.modified().ok()?).ok()),
        bytes: file.map_or(0, |file| file.len()),
        operations: contents.as_ref().ok().map(|contents| contents.operations),
        newest: contents.as_ref().ok().and_then(|contents| contents.newest),
        problem: contents.err().map(|error| of_backup(error).code),
    }
}

/// The code of a backup's error. It is not the journal's code, because the page gives other advice for a backup.
fn of_backup(error: JournalError) -> AppError {
    let damaged = matches!(error, JournalError::Corrupt(_));
    let mut error = AppError::from(error);
    if damaged {
        error.code = ErrorCode::BackupDamaged;
    }
    error
}

async fn worker<T: Send + 'static>(work: impl FnOnce() -> Result<T, AppError> + Send + 'static) -> Result<T, AppError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(failed) => Err(AppError::new(ErrorCode::Internal, failed.to_string())),
    }
}
