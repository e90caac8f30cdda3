//! The status: what the frame of the page shows.

use std::sync::{PoisonError, atomic::Ordering};

use probonus::client::ServerAddress;

use crate::{
    app::{App, News, machine::host::Machine},
    shape::Mode,
    view::{
        AppStatus, JournalHealth, JournalStatus, Phase, QueueView, RollBackView, SecretStorage, ServerStatus,
        SessionState,
    },
};

impl App {
    /// Everything the page needs before it shows its first screen. Never waits for a change of mode.
    pub async fn status(&self) -> AppStatus {
        // Numbered before anything is read: a later change gets a greater number.
        let number = self.next_number();
        let mode = self.mode();
        let (stored_mode, connection) = {
            let document = self.document();
            (document.get().mode, document.get().connection.clone())
        };
        let settings = self.settings();
        let (queue, session, clock_ahead, phones_known, rights) = match self.0.work.try_read().as_deref() {
            Ok(Some(work)) => {
                let queue = work.office.queue().await.ok().map(|queue| QueueView::of(&queue, number));
                let phones_known = self.phones_are_understood(work).await;
                let rights = *work.link.rights_doubt().borrow();
                (queue, work.session(), *work.link.clock_ahead().borrow(), phones_known, rights)
            }
            _ => (None, SessionState::OfflineUnknown, None, false, None),
        };
        let held = self.held().clone();
        AppStatus {
            number,
            phase: if stored_mode.is_some() { Phase::Ready } else { Phase::Wizard },
            mode,
            safe_mode: self.is_safe(),
            contract: self.contract_status(phones_known, rights),
            insecure_http: mode == Mode::Live
                && stored_mode.is_some()
                && connection.as_ref().is_some_and(|connection| connection.url.starts_with("http://")),
            // Before the wizard has ended, a prepared address is offered; afterwards it is the connected one.
            server: connection.filter(|_| mode == Mode::Live).map(|connection| ServerStatus {
                url: for_people(connection.url),
                auth: connection.auth,
                login: connection.login,
            }),
            session,
            clock_ahead,
            secret_storage: if mode == Mode::Training { SecretStorage::None } else { held.storage() },
            keychain_problem: held.problem,
            operator: settings.operator,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            today: Machine.today().to_string(),
            queue,
            journal: JournalStatus {
                path: self.0.folders.journal(mode).to_string_lossy().into_owned(),
                health: self.health(mode),
                rolled_back: self.rolled_back().await,
                shared: self.0.shared.load(Ordering::Relaxed),
            },
            crash: *self.crash(),
            language: settings.language,
        }
    }

    /// The number of the next status, or of the next state of the queue.
    pub(in crate::app) fn next_number(&self) -> u32 {
        self.0.statuses.fetch_add(1, Ordering::SeqCst) + 1
    }

    /// The roll-back of the open journal that nobody has acknowledged yet.
    async fn rolled_back(&self) -> Option<RollBackView> {
        let open = self.0.work.try_read().ok()?;
        open.as_ref()?.journal.roll_back().await.ok().flatten().map(RollBackView::from)
    }

    /// Sends the page the new status.
    pub(in crate::app) async fn tell_session(&self) {
        let status = self.status().await;
        // There may be no page yet.
        let _ = self.0.news.send(News::Session(Box::new(status)));
    }

    pub(in crate::app) fn set_health(&self, mode: Mode, health: JournalHealth) {
        *self.0.health.lock().unwrap_or_else(PoisonError::into_inner) = (mode, health);
    }

    fn health(&self, mode: Mode) -> JournalHealth {
        let (of, health) = *self.0.health.lock().unwrap_or_else(PoisonError::into_inner);
        if of == mode { health } else { JournalHealth::Closed }
    }
}

/// An international name in its own letters.
fn for_people(url: String) -> String {
    url.parse::<ServerAddress>().map_or(url, |address| address.for_people())
}
