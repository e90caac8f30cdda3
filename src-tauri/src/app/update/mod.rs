//! Updates of the program itself: look for a newer version, tell what is new, fetch it, verify it, install it.
//!
//! - `source`: where updates come from and by which key they are signed; how this copy is updated
//! - `manifest`: what the server of updates says, read and bounded
//! - `notes`: what is new, as lines for the page
//! - `decide`: when it is looked for and offered
//! - `signature`: whether a file is the one that was signed for a version
//! - `fetch`: manifest and file, over the program's own network
//! - `install`: the program at rest, then replaced
//! - `state`: what is known in this run
//!
//! The plugin of Tauri puts the file in place. It would also check and fetch, but without a limit of size, over plain HTTP
//! too, and without the words of this program's network for what went wrong.

mod decide;
mod fetch;
mod install;
mod manifest;
mod notes;
mod signature;
pub mod source;
pub mod state;

use std::sync::{Arc, MutexGuard, PoisonError, atomic::Ordering};

use jiff::civil::Date;
use office::Host as _;
use semver::Version;

pub(crate) use self::{
    manifest::{Release, ReleaseFile},
    source::UpdateInstaller,
};
use self::{source::Updater, state::Updating};
use super::{App, News, machine::host::Machine};
use crate::{
    error::{AppError, ErrorCode},
    shape::{Language, Mode},
    view::{ReleaseView, UpdateStage, UpdateView, UpdateWay},
};

impl App {
    /// How this copy is updated. Without this call it does not update itself.
    pub fn update_by(&self, updater: Updater) {
        // A second one in one process is a test's; the first one stays.
        let _ = self.0.updater.set(updater);
    }

    /// What the page shows of updates.
    #[must_use]
    pub fn update(&self) -> UpdateView {
        let (kept, language) = {
            let document = self.document();
            (document.get().updates.clone(), document.get().settings(Mode::Live).language)
        };
        let updating = self.updating();
        let is_postponed = decide::is_postponed(&kept, Machine.today());
        UpdateView {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            way: self.0.updater.get().map_or(UpdateWay::NotBuiltIn, Updater::way),
            at_start: kept.at_start,
            stage: updating.stage,
            offered: updating.found.is_some() && !is_postponed,
            found: updating.found.as_deref().map(|release| shown(release, language)),
            checked_at: updating.checked_at,
        }
    }

    /// Looks for a newer version now.
    ///
    /// # Errors
    /// `safe_mode`; `update_impossible` if this copy knows no server of updates; why that can't be asked, or what is wrong with
    /// what it says.
    pub async fn check_update(&self) -> Result<UpdateView, AppError> {
        self.not_in_safe_mode()?;
        let _one_at_a_time = self.0.checking_update.lock().await;
        self.set_stage(UpdateStage::Checking);
        self.look(None).await?;
        Ok(self.update())
    }

    /// Asks the server of updates, and remembers what it says; `at_start`: the day, which the settings then remember too. The
    /// caller holds `checking_update`.
    async fn look(&self, at_start: Option<Date>) -> Result<(), AppError> {
        let told = match self.newest().await {
            Ok(newest) => {
                self.learn_of(newest);
                match at_start {
                    Some(day) => self.change_document(|stored| stored.updates.looked_on = Some(day)),
                    None => Ok(()),
                }
            }
            Err(error) => Err(error),
        };
        self.set_stage(UpdateStage::Idle);
        told
    }

    fn learn_of(&self, newest: Release) {
        let is_newer = decide::is_newer(&newest.version, &own_version());
        tracing::info!(version = %newest.version, is_newer, "looked for an update");
        let mut updating = self.updating();
        // A file that is not offered any more is of no use, and may be large.
        updating.ready = updating.ready.take().filter(|ready| is_newer && ready.is_of(&newest));
        updating.found = is_newer.then(|| Arc::new(newest));
        updating.checked_at = Some(Machine.now());
    }

    /// Looks for a newer version in the background, if the settings allow it and today nobody has looked yet. A failure is
    /// left to the log: nobody asked.
    pub(super) fn look_at_start(&self) {
        let kept = self.document().get().updates.clone();
        let has_source = self.0.updater.get().is_some_and(|updater| updater.source().is_some());
        if !has_source || self.is_safe() || !decide::may_look_at_start(&kept, Machine.today()) {
            return;
        }
        self.set_stage(UpdateStage::Checking);
        let app = self.clone();
        tokio::spawn(async move {
            let _one_at_a_time = app.0.checking_update.lock().await;
            if let Err(error) = app.look(Some(Machine.today())).await {
                tracing::warn!(%error, "updates were not looked for");
            }
        });
    }

    /// Sets whether each start looks for an update.
    ///
    /// # Errors
    /// `settings_newer`, `settings_not_saved`: nothing is changed then.
    pub fn check_updates_at_start(&self, at_start: bool) -> Result<UpdateView, AppError> {
        self.change_document(|stored| stored.updates.at_start = at_start)?;
        Ok(self.update())
    }

    /// Offers nothing until tomorrow.
    ///
    /// # Errors
    /// `settings_newer`, `settings_not_saved`: nothing is changed then.
    pub fn postpone_update(&self) -> Result<UpdateView, AppError> {
        let until: Date = decide::tomorrow(Machine.today());
        self.change_document(|stored| stored.updates.postponed_until = Some(until))?;
        self.remind_on(until);
        self.tell_update();
        Ok(self.update())
    }

    /// A program that runs through the night offers the update again by itself.
    fn remind_on(&self, day: Date) {
        let app = self.clone();
        tokio::spawn(async move {
            while Machine.today() < day {
                tokio::time::sleep(decide::LOOK_AT_CLOCK).await;
            }
            app.tell_update();
        });
    }

    /// The release that was found.
    fn found(&self) -> Result<Arc<Release>, AppError> {
        let found = self.updating().found.clone();
        found.ok_or_else(|| AppError::new(ErrorCode::UpdateGone, "no newer version was found in this run"))
    }

    fn set_stage(&self, stage: UpdateStage) {
        self.updating().stage = stage;
        self.tell_update();
    }

    fn tell_update(&self) {
        // There may be no page yet.
        let _ = self.0.news.send(News::Update(Box::new(self.update())));
    }

    fn updating(&self) -> MutexGuard<'_, Updating> {
        self.0.updating.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the program is being replaced: nothing may be opened any more.
    pub(super) fn is_installing(&self) -> bool {
        self.0.installing.load(Ordering::SeqCst)
    }
}

/// The version of this program.
#[expect(clippy::expect_used, reason = "cargo takes no other version")]
fn own_version() -> Version {
    Version::parse(env!("CARGO_PKG_VERSION")).expect("a version")
}

fn shown(release: &Release, language: Language) -> ReleaseView {
    let text = match language {
        Language::Ru => release.notes_ru.as_deref().unwrap_or(&release.notes),
        Language::En => &release.notes,
    };
    let (notes, is_cut) = notes::lines(text);
    ReleaseView {
        version: release.version.to_string(),
        date: release.date.map(|date| date.to_string()),
        notes,
        is_cut,
        has_file: release.file.is_some(),
    }
}
