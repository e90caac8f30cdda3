//! A mode that is open: its journal, its office, its line to the server, and what runs in the background.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use office::{
    Change, Host, JournalError, Office, Policy, State,
    journal::{Journal, SqliteJournal, sqlite::Options},
};
use probonus_sandbox::Running;
use tokio::{sync::broadcast::error::RecvError, task::JoinHandle};

use super::{App, News, host::Machine, link::Link, settings::Limits, training::Keeper};
use crate::{
    error::{AppError, ErrorCode},
    view::{AppStatus, JournalHealth, Mode, QueueView, SessionState},
};

/// How long the end of the program, or of a mode, waits for what is out on the network.
pub const DRAIN: Duration = Duration::from_secs(5);

/// The journal's note of the server it works with.
const SERVER: &str = "journal.server";

/// An open mode.
pub(super) struct Work {
    pub mode: Mode,
    pub journal: Arc<SqliteJournal>,
    pub office: Office,
    pub link: Arc<Link>,
    pub training: Option<Training>,
    tasks: Vec<JoinHandle<()>>,
}

/// The training server of a training mode.
pub(super) struct Training {
    pub keeper: Keeper,
    pub client: probonus::client::Client,
    pub running: Running,
}

impl Work {
    /// How the session with the server stands.
    pub fn session(&self) -> SessionState {
        *self.link.session().borrow()
    }

    /// Ends the background work, and waits until nothing holds the journal any more.
    pub async fn close(mut self) {
        for task in &self.tasks {
            task.abort();
        }
        for task in self.tasks.drain(..) {
            // It was aborted, so it ends as such.
            let _ = task.await;
        }
        if let Some(training) = self.training.take() {
            training.running.stop().await;
        }
    }
}

impl App {
    /// Opens a mode's journal and the office on it, in place of what was open.
    pub(super) async fn open(
        &self,
        mode: Mode,
        server: &str,
        link: Arc<Link>,
        training: Option<Training>,
    ) -> Result<(), AppError> {
        let opened = self.change_office(mode, server, link, training).await;
        // While one takes the other's place, a status knows nothing of the server and of the queue.
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
        self.close().await?;
        let failed = |error: JournalError| {
            self.set_health(mode, health(&error));
            AppError::from(error)
        };
        let journal = Arc::new(open_file(self.0.folders.journal(mode)).await.map_err(failed)?);
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
        let work = self.open_office(mode, server, journal, link, training).await.map_err(failed)?;
        self.set_health(mode, JournalHealth::Open);
        *self.0.work.write().await = Some(work);
        Ok(())
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
        // Before anything waits in vain for an answer that the server may want otherwise by now.
        office.hold(mode == Mode::Live && self.hold().is_some()).await;
        let mut tasks = vec![
            tokio::spawn(forward(self.clone(), office.clone())),
            tokio::spawn(watch_session(self.clone(), Arc::clone(&link))),
            tokio::spawn(tend(self.clone(), mode, Arc::clone(&journal))),
            tokio::spawn({
                let office = office.clone();
                async move { office.run().await }
            }),
        ];
        if let Some(training) = &training {
            tasks.push(tokio::spawn(keep_training(office.clone(), training.keeper.clone())));
        }
        Ok(Work { mode, journal, office, link, training, tasks })
    }

    fn policy(&self, mode: Mode, server: &str) -> Policy {
        let Limits { refill, check } = self.document().get().settings(mode).limits;
        let mut policy = Policy::default();
        policy.server = server.to_owned();
        policy.refill_limit = refill;
        policy.check_limit = check;
        policy
    }

    /// Closes what is open, after the commands under way and, for a while, what is out on the network.
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

    /// Opens the mode whose journal could not be opened; what is open stays as it is.
    ///
    /// # Errors
    /// What still stands in the way.
    pub async fn open_again(&self) -> Result<AppStatus, AppError> {
        let closed = self.0.work.read().await.is_none();
        if closed {
            let opened = self.reopen().await;
            self.tell_session().await;
            opened?;
        }
        Ok(self.status().await)
    }

    /// Waits, for a while, until nothing is out on the network. What is out after that will be Unknown at the next
    /// start and asked after, which is safe.
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

    /// Whether an operation is out on the network.
    pub async fn is_sending(&self) -> bool {
        let Ok(work) = self.work().await else { return false };
        work.office.queue().await.is_ok_and(|queue| queue.counts.sending > 0)
    }

    /// Closes everything at the end of the program.
    pub async fn stop(&self) {
        if let Err(error) = self.close().await {
            tracing::warn!(%error, "the program ends while a command is under way");
        }
    }
}

/// Whether a journal may be worked on with a server: it is the journal's own, or nothing is under way on the one that is.
/// An operation never goes to, and is never looked for on, a server that it was not made for: whatever became of the
/// settings, and whichever backup took the journal's place. `earlier`: the server of a journal that does not say it.
pub(super) async fn may_serve(
    journal: &SqliteJournal,
    server: &str,
    earlier: Option<&str>,
) -> Result<bool, JournalError> {
    let noted = journal.note(SERVER).await?;
    if noted.as_deref().or(earlier).is_none_or(|own| own == server) {
        return Ok(true);
    }
    let counts = journal.counts().await?;
    Ok(counts.prepared + counts.sending + counts.unknown == 0)
}

pub(super) fn unfinished_elsewhere() -> AppError {
    AppError::new(ErrorCode::UnfinishedOperations, "operations are unfinished on the journal's present server")
}

/// Opens the file. One that was closed a moment ago may still be read by a check that can't be broken off, so a lock
/// is believed only after a while.
pub(super) async fn open_file(path: PathBuf) -> Result<SqliteJournal, JournalError> {
    const PAUSE: Duration = Duration::from_millis(50);
    const MOST_TRIES: u32 = 60;
    let mut tries = 0;
    loop {
        let path = path.clone();
        let opened = tokio::task::spawn_blocking(move || SqliteJournal::open(Options::new(path))).await;
        match opened.map_err(|error| JournalError::Other(error.to_string()))? {
            Err(JournalError::Locked) if tries < MOST_TRIES => tries += 1,
            opened => return opened,
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// Tells the page each change of an operation and of the queue.
async fn forward(app: App, office: Office) {
    let mut changes = office.subscribe();
    loop {
        let news = match changes.recv().await {
            Ok(Change::Operation(operation)) => News::Operation(Box::new((&*operation).into())),
            Ok(Change::Queue(queue)) => News::Queue((&*queue).into()),
            Err(RecvError::Lagged(lost)) => {
                tracing::warn!(lost, "the page is slower than the office");
                match office.queue().await {
                    Ok(queue) => News::Queue(QueueView::from(&queue)),
                    Err(_) => continue,
                }
            }
            Err(RecvError::Closed) => return,
        };
        // Without a page there is nobody to tell.
        let _ = app.0.news.send(news);
    }
}

/// Tells the page each change of the session and of how the clocks differ.
async fn watch_session(app: App, link: Arc<Link>) {
    let (mut session, mut clock) = (link.session(), link.clock_ahead());
    // What was heard before this task came to run is news too: a subscription takes it for known.
    session.mark_changed();
    clock.mark_changed();
    loop {
        let changed = tokio::select! {
            changed = session.changed() => changed,
            changed = clock.changed() => changed,
        };
        if changed.is_err() {
            return;
        }
        app.tell_session().await;
    }
}

/// Keeps the training server's state after each change, so that it agrees with the journal however the program ends.
async fn keep_training(office: Office, keeper: Keeper) {
    let mut changes = office.subscribe();
    while !matches!(changes.recv().await, Err(RecvError::Closed)) {
        // Changes that came meanwhile are kept by the same write.
        changes = changes.resubscribe();
        keeper.save().await;
    }
}

/// Looks after the journal's file: its backup of the day, and whether it is sound.
async fn tend(app: App, mode: Mode, journal: Arc<SqliteJournal>) {
    const HOUR: Duration = Duration::from_secs(60 * 60);
    match journal.check().await {
        Ok(health) if health.is_well() => app.set_health(mode, JournalHealth::Sound),
        Ok(health) => {
            tracing::error!(problems = ?health.problems, "the journal is damaged");
            app.set_health(mode, JournalHealth::Corrupt);
        }
        Err(error) => {
            tracing::error!(%error, "the journal could not be checked");
            if matches!(error, JournalError::Corrupt(_)) {
                app.set_health(mode, JournalHealth::Corrupt);
            }
        }
    }
    app.tell_session().await;
    loop {
        match journal.backup_daily(Machine.now()).await {
            Ok(Some(path)) => tracing::info!(path = %short(&path), "the journal was backed up"),
            Ok(None) => {}
            Err(error) => tracing::error!(%error, "the journal could not be backed up"),
        }
        tokio::time::sleep(HOUR).await;
    }
}

fn short(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn health(error: &JournalError) -> JournalHealth {
    match error {
        JournalError::Corrupt(_) => JournalHealth::Corrupt,
        JournalError::NotAJournal => JournalHealth::NotAJournal,
        JournalError::Newer { .. } => JournalHealth::Newer,
        JournalError::Locked => JournalHealth::Locked,
        JournalError::ReadOnly(_) => JournalHealth::ReadOnly,
        JournalError::DiskFull => JournalHealth::DiskFull,
        _ => JournalHealth::Failed,
    }
}
