//! What the program does outside its window: each of it only if the user has chosen it.
//!
//! - `ports`: what is asked of the system
//! - `words`: what is said there, in the user's language
//! - `decide`: what the cross does, what the icon says
//! - `state`: what is known in this run
//! - `outcomes`, `notify`: what became of operations of unknown outcome, and who is told
//! - `follow`: keeps the icon up to date, and notifies, until the program ends
//! - `autostart`: the entry of the sign-in

mod autostart;
mod decide;
pub mod follow;
mod notify;
mod outcomes;
pub mod ports;
pub mod state;
mod words;

use self::{decide::Closing, ports::DesktopPorts};
use super::{App, News, settings::DesktopSettings};
use crate::{
    error::{AppError, ErrorCode},
    shape::Mode,
    view::{DesktopChoice, DesktopQuestion, DesktopView},
};

impl App {
    /// The system around the window. Without this call there is none.
    pub fn live_on(&self, desktop: DesktopPorts) {
        // A second one in one process is a test's; the first one stays.
        let _ = self.0.desktop.set(desktop);
    }

    /// What the page shows of the desktop.
    pub async fn desktop(&self) -> DesktopView {
        let kept = self.desktop_settings();
        let (has_area, notifies) = match self.0.desktop.get() {
            Some(desktop) => (desktop.tray.is_possible().await, desktop.notifier.is_possible().await),
            None => (false, false),
        };
        DesktopView {
            autostart: self.autostart(),
            tray: DesktopChoice { is_wanted: kept.tray, is_possible: has_area },
            notifications: DesktopChoice { is_wanted: kept.notify, is_possible: notifies },
        }
    }

    /// Whether the icon is wanted.
    pub fn wants_tray(&self) -> bool {
        self.desktop_settings().tray
    }

    /// Whether the icon is wanted and a person can see it.
    pub async fn lives_in_tray(&self) -> bool {
        let Some(desktop) = self.0.desktop.get() else { return false };
        self.wants_tray() && desktop.tray.is_shown().await
    }

    /// Shows the icon from now on, or no longer.
    ///
    /// # Errors
    /// `tray_impossible` if this desktop has no notification area or refuses; `settings_newer`, `settings_not_saved`: nothing is
    /// changed then.
    pub async fn show_tray(&self, on: bool) -> Result<DesktopView, AppError> {
        let Some(desktop) = self.0.desktop.get() else { return Err(tray_impossible("there is no desktop".to_owned())) };
        if on && !desktop.tray.is_possible().await {
            return Err(tray_impossible("this desktop has no notification area".to_owned()));
        }
        self.change_document(|stored| stored.desktop.tray = on)?;
        if let Err(words) = self.refresh_tray().await {
            self.change_document(|stored| stored.desktop.tray = !on)?;
            return Err(tray_impossible(words));
        }
        Ok(self.desktop().await)
    }

    /// Notifies from now on of outcomes that become known while nobody looks at the window, or no longer.
    ///
    /// # Errors
    /// `notifications_impossible` if this system has none or refuses; `settings_newer`, `settings_not_saved`: nothing is changed
    /// then.
    pub async fn notify_of_outcomes(&self, on: bool) -> Result<DesktopView, AppError> {
        let failed = |words: String| {
            let error = AppError::new(ErrorCode::NotificationsImpossible, words.clone());
            error.with(|details| details.technical = Some(words))
        };
        let Some(desktop) = self.0.desktop.get() else { return Err(failed("there is no desktop".to_owned())) };
        if on && !desktop.notifier.is_possible().await {
            return Err(failed("nobody shows notifications on this system".to_owned()));
        }
        match desktop.notifier.set(on).await {
            Err(words) if on => return Err(failed(words)),
            Err(words) => tracing::warn!(words, "the system still knows the program as one that notifies"),
            Ok(()) => {}
        }
        self.change_document(|stored| stored.desktop.notify = on)?;
        Ok(self.desktop().await)
    }

    /// Shows what the icon must say now, or takes it away.
    async fn refresh_tray(&self) -> Result<(), String> {
        let Some(desktop) = self.0.desktop.get() else { return Ok(()) };
        let mut shown = self.0.desktop_state.face.lock().await;
        let language = self.document().get().settings(Mode::Live).language;
        let wanted = self.wants_tray().then(|| decide::face(words::words(language), self.0.desktop_state.unknown()));
        if *shown == wanted {
            return Ok(());
        }
        match &wanted {
            Some(face) => desktop.tray.show(face).await?,
            None => desktop.tray.remove().await,
        }
        *shown = wanted;
        Ok(())
    }

    /// Someone closes the window by its cross.
    pub async fn close_window(&self) {
        let Some(desktop) = self.0.desktop.get() else { return };
        let kept = self.desktop_settings();
        let is_shown = kept.tray && desktop.tray.is_shown().await;
        let is_explained = kept.tray_explained || (is_shown && self.0.desktop_state.explain());
        match decide::closing(kept.tray, is_shown, is_explained) {
            Closing::End => desktop.window.end(),
            Closing::Hide => desktop.window.hide(),
            Closing::Explain => self.explain_hiding(),
        }
    }

    fn explain_hiding(&self) {
        if let Err(error) = self.change_document(|stored| stored.desktop.tray_explained = true) {
            tracing::warn!(%error, "the next run explains the icon once more");
        }
        self.ask_page(DesktopQuestion::MayHide);
    }

    /// Someone ends the program, by the menu of the icon or the page.
    pub fn end_program(&self) {
        if let Some(desktop) = self.0.desktop.get() {
            desktop.window.end();
        }
    }

    /// Shows the window in front of all others.
    pub fn raise_window(&self) {
        if let Some(desktop) = self.0.desktop.get() {
            desktop.window.raise();
        }
    }

    /// Shows the window with the operations of unknown outcome.
    pub fn show_unknown(&self) {
        self.raise_window();
        self.ask_page(DesktopQuestion::Journal);
    }

    fn ask_page(&self, question: DesktopQuestion) {
        // There may be no page yet.
        let _ = self.0.news.send(News::DesktopAsks(question));
    }

    fn desktop_settings(&self) -> DesktopSettings {
        self.document().get().desktop.clone()
    }
}

fn tray_impossible(words: String) -> AppError {
    AppError::new(ErrorCode::TrayImpossible, words.clone()).with(|details| details.technical = Some(words))
}
