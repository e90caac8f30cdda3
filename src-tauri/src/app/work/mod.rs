//! The open mode: its journal, its office, the link to its server, and its background tasks.

pub mod file;
pub mod keeper;
mod lost;
pub mod opened;
mod status;
mod tasks;
mod training;

use std::{
    sync::{Arc, MutexGuard, PoisonError},
    time::Duration,
};

use office::{
    Host as _, JournalError, Office, Policy, State,
    journal::{
        Journal, SqliteJournal,
        sqlite::{Deed, NewLife},
        witness::Cause,
    },
};
use tokio::sync::broadcast::error::RecvError;

use self::{
    file::{SERVER, health, may_serve, open_file},
    opened::{Training, Work},
    tasks::{forward, keep_training, tend, watch_contract, watch_journal, watch_session},
};
use crate::{
    app::{App, connection::link::Link, machine::host::Machine, settings::Limits, terms::KnownCodes},
    error::{AppError, ErrorCode},
    shape::Mode,
    view::{AppStatus, JournalHealth},
};

/// How long closing the program, or a mode, waits for requests that are under way.
pub const DRAIN: Duration = Duration::from_secs(5);

/// How often the program asks a server that does not answer.
const ASK_AGAIN: Duration = Duration::from_secs(30);

/// How long a submit waits for the check of the journal at a start, which takes seconds per gigabyte.
const PATIENCE_WITH_CHECK: Duration = Duration::from_secs(10);

impl App {
    /// Opens a mode's journal and its office, in place of the open mode.
    pub(super) async fn open(
        &self,
        mode: Mode,
        server: &str,
        link: Arc<Link>,
        training: Option<Training>,
    ) -> Result<(), AppError> {
        let opened = self.change_office(mode, server, link, training).await;
        // While the modes change, the status has no server and no queue.
        self.tell_session().await;
        opened
    }

    async fn change_office(
        &self,
        mode: Mode,
        server: &str,
        link: Arc<Link>,
        training: Option<Training>,
    ) -> Result<(), AppError> {
        if self.is_installing() {
            return Err(AppError::new(ErrorCode::Busy, "the program is being replaced"));
        }
        self.close().await?;
        let failed = |error: JournalError| {
            self.set_health(mode, health(&error));
            AppError::from(error)
        };
        let deed = self.deed().take();
        if deed.is_none() && self.journal_is_lost(mode) {
            return self.stand_in(mode, server, link, training).await.map_err(failed);
        }
        let journal = Arc::new(open_file(self.0.folders.journal(mode)).await.map_err(failed)?);
        let deed = deed.map(|cause| Deed { cause, operator: self.operator() });
        let new_life = NewLife { id: Machine.new_uuid(), at: Machine.now(), deed };
        journal.attest(Arc::new(self.0.folders.witness(mode)), new_life).await.map_err(failed)?;
        if mode == Mode::Live {
            if !may_serve(&journal, server, None).await.map_err(failed)? {
                self.set_health(mode, JournalHealth::OfOtherServer);
                return Err(AppError::new(
                    ErrorCode::JournalOfOtherServer,
                    "operations are unfinished on its own server",
                ));
            }
            journal.set_note(SERVER, Some(server)).await.map_err(failed)?;
        }
        self.set_health(mode, JournalHealth::Open);
        self.work_on(mode, server, journal, link, training).await.map_err(failed)?;
        if let Err(error) = self.change_document(|stored| stored.journals.extend([mode])) {
            tracing::warn!(%error, "the settings could not note that there is a journal");
        }
        Ok(())
    }

    /// Opens the mode without its journal, which is missing although one is known. The server can be read; nothing is sent.
    async fn stand_in(
        &self,
        mode: Mode,
        server: &str,
        link: Arc<Link>,
        training: Option<Training>,
    ) -> Result<(), JournalError> {
        tracing::error!(?mode, "the journal is missing, although one is known");
        self.set_health(mode, JournalHealth::Missing);
        self.work_on(mode, server, Arc::new(SqliteJournal::missing()?), link, training).await
    }

    async fn work_on(
        &self,
        mode: Mode,
        server: &str,
        journal: Arc<SqliteJournal>,
        link: Arc<Link>,
        training: Option<Training>,
    ) -> Result<(), JournalError> {
        let work = self.open_office(mode, server, journal, link, training).await?;
        *self.0.work.write().await = Some(work);
        // The check of a small journal may have ended before there was an office to release.
        self.hold_or_release().await;
        Ok(())
    }

    fn deed(&self) -> MutexGuard<'_, Option<Cause>> {
        self.0.deed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Remembers what was done to the journal's file. The journal records it when it is opened next.
    pub(super) fn note_deed(&self, cause: Cause) {
        *self.deed() = Some(cause);
    }

    async fn open_office(
        &self,
        mode: Mode,
        server: &str,
        journal: Arc<SqliteJournal>,
        link: Arc<Link>,
        training: Option<Training>,
    ) -> Result<Work, JournalError> {
        let policy = self.policy(mode, server);
        let office = Office::open(
            Arc::clone(&journal) as Arc<dyn Journal>,
            Arc::clone(&link) as Arc<dyn probonus::Loyalty>,
            Arc::new(Machine),
            policy,
        )
        .await?;
        // Nothing is sent until the journal is checked and the server's description is read.
        self.0.checking.send_replace(true);
        office.hold(true).await;
        let mut tasks = vec![
            tokio::spawn(forward(self.clone(), office.clone())),
            tokio::spawn(watch_session(self.clone(), Arc::clone(&link))),
            tokio::spawn({
                let link = Arc::clone(&link);
                async move { link.ask_again(ASK_AGAIN).await }
            }),
            tokio::spawn(tend(self.clone(), mode, Arc::clone(&journal))),
            tokio::spawn(watch_journal(self.clone(), mode, Arc::clone(&journal))),
        ];
        if !self.is_safe() {
            let office = office.clone();
            tasks.push(tokio::spawn(async move { office.run().await }));
        }
        if mode == Mode::Live && !self.is_safe() {
            tasks.push(tokio::spawn(watch_contract(self.clone(), Arc::clone(&link))));
        }
        if let Some(training) = &training {
            tasks.push(tokio::spawn(keep_training(office.clone(), training.keeper.clone())));
        }
        let server = (mode == Mode::Live).then(|| server.to_owned());
        Ok(Work { mode, server, journal, office, link, training, tasks, known_codes: KnownCodes::default() })
    }

    fn policy(&self, mode: Mode, server: &str) -> Policy {
        let Limits { refill, check } = self.document().get().settings(mode).limits;
        let mut policy = Policy::default();
        policy.server = server.to_owned();
        policy.refill_limit = refill;
        policy.check_limit = check;
        policy
    }

    /// Closes the open mode. It waits for the commands under way, and at most [`DRAIN`] for requests.
    pub(super) async fn close(&self) -> Result<(), AppError> {
        self.drain().await;
        let Ok(mut open) = tokio::time::timeout(DRAIN, self.0.work.write()).await else {
            return Err(AppError::new(ErrorCode::Busy, "a command is still under way"));
        };
        let Some(work) = open.take() else { return Ok(()) };
        self.set_health(work.mode, JournalHealth::Closed);
        if let Some(training) = &work.training {
            training.keeper.finish().await;
        }
        work.close().await;
        Ok(())
    }

    /// Opens the mode again whose journal could not be opened or has stopped. Parts that work stay open.
    ///
    /// # Errors
    /// Why it still can't be opened.
    pub async fn open_again(&self) -> Result<AppStatus, AppError> {
        // A check that was interrupted holds the queue until another one ends.
        let is_checked = !*self.0.checking.borrow();
        let is_written = |work: &Work| work.journal.stopped().borrow().is_none();
        let works = is_checked && self.0.work.read().await.as_ref().is_some_and(is_written);
        if !works {
            let opened = self.reopen().await;
            self.tell_session().await;
            opened?;
        }
        Ok(self.status().await)
    }

    /// Waits at most [`PATIENCE_WITH_CHECK`] until the check of the journal at a start has ended. An operation that is submitted
    /// before waits in the queue.
    pub(super) async fn checked(&self) {
        let mut checking = self.0.checking.subscribe();
        let _ = tokio::time::timeout(PATIENCE_WITH_CHECK, checking.wait_for(|checking| !checking)).await;
    }

    /// Waits until no request is under way, at most [`DRAIN`]. A request that is still under way then leaves its operation
    /// unknown; the next start reconciles it.
    pub async fn drain(&self) {
        let Ok(work) = self.work().await else { return };
        let (office, journal) = (work.office.clone(), Arc::clone(&work.journal));
        drop(work);
        let mut changes = office.subscribe();
        let waiting = async {
            while !journal.in_states(&[State::Sending], 1).await.is_ok_and(|out| out.is_empty()) {
                if matches!(changes.recv().await, Err(RecvError::Closed)) {
                    return;
                }
            }
        };
        if tokio::time::timeout(DRAIN, waiting).await.is_err() {
            tracing::warn!("an operation was still out on the network; it will be asked after at the next start");
        }
    }

    /// Whether a request of an operation is under way.
    pub async fn is_sending(&self) -> bool {
        let Ok(work) = self.work().await else { return false };
        work.office.queue().await.is_ok_and(|queue| queue.counts.sending > 0)
    }

    /// Closes the open mode at the end of the program.
    pub async fn stop(&self) {
        if let Err(error) = self.close().await {
            tracing::warn!(%error, "the program ends while a command is under way");
        }
    }
}
