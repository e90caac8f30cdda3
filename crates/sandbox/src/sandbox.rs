//! The whole server: core, sessions, faults and clock behind one handle.

use std::{
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    clock::{Clock, ShiftedClock, SystemClock},
    core::{Core, audit::Books, calendar::Calendar, model::Deferral},
    faults::Faults,
    seed,
    session::Sessions,
};

/// The credentials that the server accepts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Auth {
    /// Login of the web-admin user.
    pub login: String,
    /// Their password.
    pub password: String,
    /// The permanent token; `None`: there is none.
    pub token: Option<String>,
    /// The lifetime of an access token.
    pub token_life: Duration,
}

impl Default for Auth {
    /// `office` / `office`, the permanent token `sandbox-token`, access tokens with a lifetime of half an hour.
    fn default() -> Self {
        Self {
            login: "office".to_owned(),
            password: "office".to_owned(),
            token: Some("sandbox-token".to_owned()),
            token_life: Duration::from_secs(30 * 60),
        }
    }
}

/// Options of a sandbox.
#[derive(Clone)]
pub struct Options {
    /// The seed of all random values. The same seed, day and number of guests give the same data.
    pub seed: u64,
    /// The number of guests, including the demo guests; at least [`seed::demo::GUESTS`]`.len()`.
    pub guests: usize,
    /// The clock. The dates of the data are relative to its time.
    pub clock: Arc<dyn Clock>,
    /// Time zone and «время смены суток».
    pub calendar: Calendar,
    /// How accruals for purchases wait; `None`: they count at once.
    pub deferral: Option<Deferral>,
    /// The credentials that the server accepts.
    pub auth: Auth,
}

impl Default for Options {
    /// Seed 1, 200 guests, the machine's clock, Moscow, 06:00.
    fn default() -> Self {
        Self {
            seed: 1,
            guests: 200,
            clock: Arc::new(SystemClock),
            calendar: Calendar::default(),
            deferral: None,
            auth: Auth::default(),
        }
    }
}

/// A ProBonus server. Cheap to clone: all clones are the same server.
#[derive(Clone)]
pub struct Sandbox(Arc<Inner>);

struct Inner {
    state: Mutex<State>,
    auth: Auth,
    faults: Faults,
    clock: ShiftedClock,
}

/// The state that is kept over a restart.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct State {
    format: u32,
    pub(crate) core: Core,
    pub(crate) sessions: Sessions,
    /// The number of changes. The saver compares it to see whether there is something to save.
    #[serde(skip)]
    pub(crate) changes: u64,
}

const FORMAT: u32 = 1;

/// How often the state is saved while it changes.
const SAVE_EVERY: Duration = Duration::from_millis(250);

impl Sandbox {
    /// A server with guests, coupons and the receipts of several months, all made from the seed.
    #[must_use]
    pub fn seeded(options: Options) -> Self {
        let core = seed::build(options.seed, options.guests, options.calendar, options.deferral, options.clock.now());
        let sessions = Sessions::new(options.seed);
        Self::assemble(options, State { format: FORMAT, core, sessions, changes: 0 })
    }

    /// A server with directories, but without guests.
    #[must_use]
    pub fn empty(options: Options) -> Self {
        let mut core = Core::new(options.calendar, seed::directories(), options.clock.now());
        core.defer_accruals(options.deferral);
        let sessions = Sessions::new(options.seed);
        Self::assemble(options, State { format: FORMAT, core, sessions, changes: 0 })
    }

    fn assemble(options: Options, mut state: State) -> Self {
        state.core.rebuild(seed::directories());
        Self(Arc::new(Inner {
            state: Mutex::new(state),
            auth: options.auth,
            faults: Faults::new(options.seed),
            clock: ShiftedClock::new(options.clock),
        }))
    }

    /// A server with the state that [`Sandbox::save`] wrote to `path`. The seed and the number of guests in `options` are not
    /// used.
    ///
    /// # Errors
    /// The file can't be read, is not a sandbox's, or has another version.
    pub fn restore(path: &Path, options: Options) -> std::io::Result<Self> {
        let state: State = serde_json::from_slice(&std::fs::read(path)?)?;
        if state.format != FORMAT {
            return Err(std::io::Error::other(format!("the state is of format {}, not {FORMAT}", state.format)));
        }
        Ok(Self::assemble(options, state))
    }

    /// Restores the server from `path` if the file exists; otherwise makes a seeded one.
    ///
    /// # Errors
    /// As [`Sandbox::restore`].
    pub fn restored_or_seeded(path: &Path, options: Options) -> std::io::Result<Self> {
        if path.exists() { Self::restore(path, options) } else { Ok(Self::seeded(options)) }
    }

    /// Writes the state to one JSON file, wholly or not at all: it writes another file, which then replaces this one.
    ///
    /// # Errors
    /// The file can't be written.
    pub fn save(&self, path: &Path) -> std::io::Result<()> {
        let bytes = serde_json::to_vec(&*self.state())?;
        let beside = path.with_extension("saving");
        let mut file = std::fs::File::create(&beside)?;
        std::io::Write::write_all(&mut file, &bytes)?;
        file.sync_all()?;
        drop(file);
        std::fs::rename(&beside, path)
    }

    /// Saves the state to `path` soon after each change, as long as the future is polled. The caller must save once more at the end.
    pub async fn keep_saved(&self, path: &Path) {
        let mut saved = self.state().changes;
        loop {
            tokio::time::sleep(SAVE_EVERY).await;
            let changes = self.state().changes;
            if changes != saved {
                match self.save(path) {
                    Ok(()) => saved = changes,
                    Err(error) => tracing::error!(%error, path = %path.display(), "the state can't be saved"),
                }
            }
        }
    }

    /// A second server with a copy of the present state, as after a restart: it has no faults and no requests under way.
    #[must_use]
    pub fn restarted(&self, clock: Arc<dyn Clock>) -> Self {
        let state = self.state().clone();
        let options = Options { auth: self.0.auth.clone(), clock, ..Options::default() };
        Self::assemble(options, state)
    }

    /// The books, which show what really happened: ledger entries, applied writes, balances.
    #[must_use]
    pub fn ledger(&self) -> Books {
        self.at_now().core.books()
    }

    /// Asserts that the books agree.
    ///
    /// # Errors
    /// The first disagreement.
    pub fn check(&self) -> Result<(), String> {
        self.at_now().core.check()
    }

    /// The script of faults.
    #[must_use]
    pub fn faults(&self) -> &Faults {
        &self.0.faults
    }

    /// The server's time.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.0.clock.now()
    }

    /// Moves the server's clock, forwards or backwards.
    pub fn advance_clock(&self, by: jiff::SignedDuration) {
        self.0.clock.advance(by);
    }

    /// Sets the server's clock.
    pub fn set_clock(&self, now: Timestamp) {
        self.0.clock.set(now);
    }

    /// Runs `work` on the core, as the administrator of the system works beside the API.
    pub fn with_core<T>(&self, work: impl FnOnce(&mut Core) -> T) -> T {
        let mut state = self.at_now();
        state.changes += 1;
        work(&mut state.core)
    }

    /// Ends every session, as the restart of a server that does not keep them: all access and refresh tokens become invalid.
    pub fn end_sessions(&self) {
        self.state().sessions.end_all();
    }

    pub(crate) fn auth(&self) -> &Auth {
        &self.0.auth
    }

    /// The state, after everything that was due by now: accruals that begin to count, bonuses that burn.
    pub(crate) fn at_now(&self) -> MutexGuard<'_, State> {
        let mut state = self.state();
        let now = self.now();
        state.core.advance_to(now);
        state
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
