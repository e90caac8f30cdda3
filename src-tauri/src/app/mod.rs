//! The program without its window. Nothing here knows Tauri: `commands` and `shell` do.

pub mod about;
mod connection;
mod contract;
mod crashes;
pub mod desktop;
mod guests;
mod history;
mod journal;
mod log_detail;
pub mod machine;
mod operations;
mod safe_mode;
pub mod settings;
mod support;
mod terms;
#[cfg(test)]
mod tests;
pub mod update;
mod work;

use std::{
    collections::HashMap,
    path::PathBuf,
    sync::{
        Arc, Mutex, MutexGuard, OnceLock, PoisonError,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    time::Duration,
};

use office::{Host as _, journal::witness::Cause};
use tokio::sync::{RwLock, RwLockReadGuard, broadcast, watch};

use self::{
    connection::{held::Held, way::Way},
    desktop::{ports::DesktopPorts, state::DesktopState},
    history::kept::Kept,
    machine::{folders::Folders, host::Machine, keychain::Keychain, log_level::LogLevel, private_folder::Reach},
    settings::{
        Settings,
        stored::{Document, Place, Stored},
    },
    support::SupportFiles,
    update::{source::Updater, state::Updating},
    work::opened::Work,
};
use crate::{
    error::{AppError, ErrorCode},
    shape::{Mode, Opening},
    view::{AppStatus, CrashView, DesktopQuestion, DesktopView, JournalHealth, OperationView, QueueView, UpdateView},
};

/// The program. Cheap to clone: all clones are the same program.
#[derive(Clone)]
pub(crate) struct App(Arc<Inner>);

struct Inner {
    folders: Folders,
    place: Box<dyn Place>,
    document: Mutex<Document>,
    keychain: Keychain,
    /// The open mode. A command holds it for reading while it works; a change of mode waits for that.
    work: RwLock<Option<Work>>,
    /// One change of mode or connection at a time.
    changing: tokio::sync::Mutex<()>,
    held: Mutex<Held>,
    way: Mutex<Way>,
    /// The contracts that were read in this run, by the address of their server. The one of a server that somebody tries to connect
    /// stands beside the one of the connected server, which stays in force.
    contracts: Mutex<HashMap<String, contract::LiveContract>>,
    /// Whether the search for the live server's description is under way; nothing is sent until it ends.
    searching: watch::Sender<bool>,
    /// Whether somebody tries to connect a server; nothing is sent to any server meanwhile.
    connecting: AtomicBool,
    /// Whether the open journal is being checked, before anything is sent.
    checking: watch::Sender<bool>,
    /// One look at a time at whether the queue must be held.
    holding: tokio::sync::Mutex<()>,
    /// What was just done to the journal's file. The journal records it when it is opened.
    deed: Mutex<Option<Cause>>,
    /// Whether nothing may leave this machine.
    safe: AtomicBool,
    /// Whether other users of this machine can look into the data folder.
    shared: AtomicBool,
    /// One change of the contract at a time.
    learning: tokio::sync::Mutex<()>,
    health: Mutex<(Mode, JournalHealth)>,
    started: watch::Sender<bool>,
    /// A crash of an earlier run that the user has not acknowledged yet.
    crash: Mutex<Option<CrashView>>,
    log_level: OnceLock<Box<dyn LogLevel>>,
    /// The history that was read last, for its further pages.
    history: Mutex<Option<Kept>>,
    /// The files that were gathered for support, as they were shown.
    support: Mutex<Option<SupportFiles>>,
    updater: OnceLock<Updater>,
    updating: Mutex<Updating>,
    /// One check or installation of an update at a time.
    checking_update: tokio::sync::Mutex<()>,
    /// Whether the program is being replaced; nothing is sent or opened then.
    installing: AtomicBool,
    /// The system around the window.
    desktop: OnceLock<DesktopPorts>,
    desktop_state: DesktopState,
    news: broadcast::Sender<News>,
    /// Number of the last status, or of the last state of the queue.
    statuses: AtomicU32,
}

/// How long the page waits for the first mode to open. After that it gets a status without one.
const PATIENCE_WITH_START: Duration = Duration::from_secs(10);

/// A change that is sent to the page as an event.
#[derive(Clone, Debug)]
pub(crate) enum News {
    /// An operation has a new event.
    Operation(Box<OperationView>),
    /// The queue changed.
    Queue(QueueView),
    /// The session, the mode or the journal's health changed.
    Session(Box<AppStatus>),
    /// What is known of updates changed.
    Update(Box<UpdateView>),
    /// The desktop around the window changed.
    Desktop(Box<DesktopView>),
    /// The desktop asks something of the page.
    DesktopAsks(DesktopQuestion),
}

impl App {
    /// A program that keeps its files in `folders`, its settings in `place` and its secrets in `keychain`.
    #[must_use]
    pub fn new(folders: Folders, place: Box<dyn Place>, keychain: Keychain) -> Self {
        let document = Document::read(&*place);
        let mode = document.get().mode.unwrap_or(Mode::Live);
        Self(Arc::new(Inner {
            folders,
            place,
            document: Mutex::new(document),
            keychain,
            work: RwLock::new(None),
            changing: tokio::sync::Mutex::new(()),
            held: Mutex::new(Held::default()),
            way: Mutex::default(),
            contracts: Mutex::default(),
            searching: watch::Sender::new(false),
            connecting: AtomicBool::new(false),
            checking: watch::Sender::new(false),
            holding: tokio::sync::Mutex::new(()),
            deed: Mutex::default(),
            safe: AtomicBool::new(false),
            shared: AtomicBool::new(false),
            learning: tokio::sync::Mutex::new(()),
            health: Mutex::new((mode, JournalHealth::Closed)),
            started: watch::Sender::new(false),
            crash: Mutex::default(),
            log_level: OnceLock::new(),
            history: Mutex::default(),
            support: Mutex::default(),
            updater: OnceLock::new(),
            updating: Mutex::default(),
            checking_update: tokio::sync::Mutex::new(()),
            installing: AtomicBool::new(false),
            desktop: OnceLock::new(),
            desktop_state: DesktopState::default(),
            news: broadcast::channel(1024).0,
            statuses: AtomicU32::new(0),
        }))
    }

    /// Opens the mode of the last run, or training. Before the wizard has ended it opens none. A failure is shown in the
    /// status.
    pub async fn start(&self, opening: Opening) {
        if opening == Opening::Safe {
            self.enter_safe_mode();
        }
        self.close_folder_to_others();
        self.look_for_crashes();
        self.apply_log_level();
        self.find_the_way().await;
        let mode = self.document().get().mode;
        let opened = match mode {
            _ if opening == Opening::Training => self.start_training().await.map(drop),
            None => Ok(()),
            Some(Mode::Training) => self.open_training().await,
            Some(Mode::Live) => self.open_live().await,
        };
        if let Err(error) = opened {
            tracing::error!(%error, "the mode could not be opened");
        }
        self.0.started.send_replace(true);
        self.tell_session().await;
        self.look_at_start();
    }

    /// Closes the data folder to other users, because it holds names and phones. If that fails, the page shows it.
    fn close_folder_to_others(&self) {
        match self.0.folders.make() {
            Ok(Reach::OwnerAlone) => {}
            Ok(Reach::Others) => {
                tracing::warn!("other users of this machine can look into the data folder");
                self.0.shared.store(true, Ordering::Relaxed);
            }
            Err(error) => tracing::error!(%error, "the data folder can't be made"),
        }
    }

    /// Waits until the mode of the start is open, at most [`PATIENCE_WITH_START`], so that an early page need not ask again.
    pub async fn started(&self) {
        let mut started = self.0.started.subscribe();
        // After the limit, the status itself says that nothing is open yet.
        let _ = tokio::time::timeout(PATIENCE_WITH_START, started.wait_for(|started| *started)).await;
    }

    /// Each piece of news from now on.
    #[must_use]
    pub fn news(&self) -> broadcast::Receiver<News> {
        self.0.news.subscribe()
    }

    /// An id for the operation of a form.
    #[must_use]
    pub fn new_operation_id(&self) -> String {
        Machine.new_uuid().to_string()
    }

    /// The settings of the mode.
    #[must_use]
    pub fn settings(&self) -> Settings {
        let mode = self.mode();
        self.document().get().settings(mode)
    }

    /// Checks and saves the settings of the mode; limits hold from the next operation on.
    ///
    /// # Errors
    /// Each field that can't be used; `settings_newer`, `settings_not_saved`.
    pub async fn save_settings(&self, settings: Settings) -> Result<Settings, AppError> {
        let settings = settings.checked()?;
        let mode = self.mode();
        let limits = self.settings().limits;
        self.change_document(|stored| stored.set_settings(mode, &settings))?;
        if limits != settings.limits {
            self.reopen().await?;
        }
        self.tell_session().await;
        Ok(settings)
    }

    /// The mode that is open, or that the next start opens.
    #[must_use]
    pub fn mode(&self) -> Mode {
        self.document().get().mode.unwrap_or(Mode::Live)
    }

    /// Where the logs are.
    #[must_use]
    pub fn logs_folder(&self) -> PathBuf {
        self.0.folders.logs()
    }

    fn operator(&self) -> String {
        let operator = self.settings().operator;
        if operator.is_empty() { "—".to_owned() } else { operator }
    }

    fn document(&self) -> MutexGuard<'_, Document> {
        self.0.document.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change_document(&self, change: impl FnOnce(&mut Stored)) -> Result<(), AppError> {
        self.document().change(&*self.0.place, change)
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.0.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn contracts(&self) -> MutexGuard<'_, HashMap<String, contract::LiveContract>> {
        self.0.contracts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn support(&self) -> MutexGuard<'_, Option<SupportFiles>> {
        self.0.support.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The open mode, held so that it is not closed meanwhile.
    async fn work(&self) -> Result<RwLockReadGuard<'_, Work>, AppError> {
        let work = self.0.work.read().await;
        RwLockReadGuard::try_map(work, Option::as_ref).map_err(|_| self.nothing_open())
    }

    /// Why nothing is open.
    fn nothing_open(&self) -> AppError {
        if self.is_installing() {
            return AppError::new(ErrorCode::Busy, "the program is being replaced");
        }
        if self.document().get().mode.is_none() {
            return AppError::new(ErrorCode::NotStarted, "neither a training nor a ProBonus server was chosen yet");
        }
        let (code, words) = match self.0.health.lock().unwrap_or_else(PoisonError::into_inner).1 {
            JournalHealth::Missing => (ErrorCode::JournalMissing, "the journal is missing"),
            JournalHealth::Corrupt => (ErrorCode::JournalCorrupt, "the journal is damaged"),
            JournalHealth::Displaced => (ErrorCode::JournalDisplaced, "the journal's file was taken away"),
            JournalHealth::NotAJournal => (ErrorCode::NotAJournal, "the file in the journal's place is not a journal"),
            JournalHealth::Newer => (ErrorCode::JournalNewer, "the journal was written by a newer program"),
            JournalHealth::Locked => (ErrorCode::JournalLocked, "another process holds the journal"),
            JournalHealth::ReadOnly => (ErrorCode::JournalReadOnly, "the journal can't be written"),
            JournalHealth::DiskFull => (ErrorCode::DiskFull, "the disk is full"),
            _ => (ErrorCode::JournalFailed, "the journal is not open"),
        };
        AppError::new(code, words)
    }
}
