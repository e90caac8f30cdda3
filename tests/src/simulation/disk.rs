//! The disk under the journal: a real SQLite file, and what befalls it. When the program dies, the files are taken as a
//! dead machine leaves them, its log torn in the middle of the write it died in, and opened by the next life.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
    time::Duration,
};

use jiff::tz::TimeZone;
use office::{
    JournalError,
    journal::{
        SqliteJournal,
        sqlite::{Durability, Options, Run},
    },
};
use tempfile::TempDir;
use tokio::{sync::Notify, time::Instant};

use super::{chance::Chance, trace::Trace};

/// How a life of the program ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// It is closed.
    Closed,
    /// It is killed: what was written stays.
    Killed,
    /// The power is cut: what was not acknowledged may be torn, and rubbish may follow it.
    PowerCut,
}

/// How a write ends that the machine dies in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Death {
    /// Before anything of it is written.
    Before,
    /// Half of it is written.
    Torn,
    /// It is written, and nobody learns of it.
    After,
}

/// Once in so many writes the machine dies in it.
const DEADLY: u64 = 120;
/// How many of the last commits a disk that does not wait for them may lose.
const LOST_MOST: usize = 4;

/// The disk of a world.
pub struct Disk {
    folder: TempDir,
    chance: Chance,
    trace: Trace,
    /// Broken on purpose: commits are acknowledged before they are on the disk.
    unsynced: bool,
    died: Notify,
    state: Mutex<State>,
}

struct State {
    generation: u32,
    journal: Option<Arc<SqliteJournal>>,
    full_until: Instant,
    deadly: bool,
    /// Length of the log before the write that the machine died in, if it is torn.
    torn_from: Option<u64>,
    dead: bool,
    /// Length of the log after each commit of this life.
    commits: Vec<u64>,
    deaths: u64,
}

impl Disk {
    /// A disk with an empty journal.
    pub fn new(chance: Chance, trace: Trace, unsynced: bool) -> Result<Self, String> {
        let folder = TempDir::with_prefix("simulation-").map_err(|error| error.to_string())?;
        let disk = Self {
            folder,
            chance,
            trace,
            unsynced,
            died: Notify::new(),
            state: Mutex::new(State {
                generation: 0,
                journal: None,
                full_until: Instant::now(),
                deadly: true,
                torn_from: None,
                dead: false,
                commits: Vec::new(),
                deaths: 0,
            }),
        };
        let path = disk.path(0);
        write(&path, empty_journal()?)?;
        Ok(disk)
    }

    /// The file, as the program opens it at a start.
    pub fn open(&self) -> Result<Arc<SqliteJournal>, JournalError> {
        let mut state = self.state();
        state.journal = None;
        let journal = Arc::new(SqliteJournal::open(options(&self.path(state.generation)))?);
        state.journal = Some(Arc::clone(&journal));
        (state.dead, state.torn_from) = (false, None);
        state.commits = vec![length(&log(&self.path(state.generation)))];
        Ok(journal)
    }

    /// The journal of this life.
    pub(super) fn journal(&self) -> Result<Arc<SqliteJournal>, JournalError> {
        self.state().journal.clone().ok_or_else(|| JournalError::Other("the journal is closed".to_owned()))
    }

    /// The program ended; whoever had the journal has let go of it. The next [`Disk::open`] finds what is left.
    pub fn end(&self, end: End) -> Result<(), String> {
        let mut state = self.state();
        let (dead, torn_from) = (std::mem::take(&mut state.dead), state.torn_from.take());
        if end == End::Closed && !dead {
            state.journal = None;
            return Ok(());
        }
        let (from, to) = (self.path(state.generation), self.path(state.generation + 1));
        write(&to, &read(&from)?)?;
        let mut left = read(&log(&from))?;
        if let Some(torn_from) = torn_from {
            self.tear(&mut left, torn_from);
        } else if end == End::PowerCut {
            if self.unsynced {
                let last = state.commits.len().saturating_sub(1);
                let kept = last.saturating_sub(usize::try_from(self.chance.below(LOST_MOST as u64)).unwrap_or(0));
                left.truncate(usize::try_from(state.commits[kept]).unwrap_or(0));
            }
            // The file system may have made the file longer for a write that never came.
            let rubbish = self.chance.below(3) * self.chance.below(9000);
            left.extend((0..rubbish).map(|at| (at % 251) as u8 * u8::from(at % 3 > 0)));
        }
        write(&log(&to), &left)?;
        state.journal = None;
        state.generation += 1;
        if let Some(folder) = from.parent() {
            let _ = fs::remove_dir_all(folder);
        }
        Ok(())
    }

    /// The tail of the log from the write that was under way: cut off, or with a hole, as sectors come to the platter.
    fn tear(&self, log: &mut Vec<u8>, from: u64) {
        let from = usize::try_from(from).unwrap_or(0).min(log.len());
        let tail = log.len() - from;
        if tail == 0 {
            return;
        }
        let at = from + usize::try_from(self.chance.below(tail as u64)).unwrap_or(0);
        if self.chance.happens(500) {
            log.truncate(at);
        } else {
            let sector = at / 512 * 512;
            let end = (sector + 512).min(log.len());
            log[sector.max(from)..end].fill(0);
        }
        self.trace.line(&format!("the log is torn at {at}"));
    }

    /// Nothing can be written for a while.
    pub fn full_for(&self, pause: Duration) {
        self.state().full_until = Instant::now() + pause;
    }

    /// From now on the disk does what it should.
    pub fn calm(&self) {
        let mut state = self.state();
        state.deadly = false;
        state.full_until = Instant::now();
    }

    /// Times the machine died in the middle of a write.
    pub fn deaths(&self) -> u64 {
        self.state().deaths
    }

    /// Returns when the machine has died in the middle of a write.
    pub async fn died(&self) {
        while !self.state().dead {
            self.died.notified().await;
        }
    }

    pub(super) fn is_full(&self) -> bool {
        Instant::now() < self.state().full_until
    }

    /// Whether the machine dies in the write that is about to be made.
    pub(super) fn fate(&self) -> Option<Death> {
        if !self.state().deadly || self.chance.below(DEADLY) > 0 {
            return None;
        }
        Some(*self.chance.pick(&[Death::Before, Death::Torn, Death::After]))
    }

    pub(super) fn log_length(&self) -> u64 {
        length(&log(&self.path(self.state().generation)))
    }

    pub(super) fn committed(&self) {
        let length = self.log_length();
        self.state().commits.push(length);
    }

    /// The machine died in a write, before which the log had a length.
    pub(super) fn die(&self, death: Death, before: u64) {
        self.trace.line(&format!("the machine dies in a write: {death:?}"));
        let mut state = self.state();
        state.dead = true;
        state.deaths += 1;
        state.torn_from = (death == Death::Torn).then_some(before);
        drop(state);
        self.died.notify_one();
    }

    fn path(&self, generation: u32) -> PathBuf {
        self.folder.path().join(generation.to_string()).join("journal.db")
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn options(path: &Path) -> Options {
    // What a power cut leaves is this disk's to say: waiting for the true one would only take time.
    Options::new(path).run(Run::Inline).durability(Durability::Process).zone(TimeZone::UTC)
}

/// The file of a journal without operations: made once, because it takes longer than a whole story.
fn empty_journal() -> Result<&'static [u8], String> {
    static EMPTY: OnceLock<Result<Vec<u8>, String>> = OnceLock::new();
    let made = EMPTY.get_or_init(|| {
        let folder = TempDir::with_prefix("simulation-").map_err(|error| error.to_string())?;
        let path = folder.path().join("journal.db");
        SqliteJournal::open(options(&path)).map_err(|error| error.to_string())?;
        read(&path)
    });
    made.as_deref().map_err(Clone::clone)
}

fn log(path: &Path) -> PathBuf {
    path.with_extension("db-wal")
}

fn length(path: &Path) -> u64 {
    fs::metadata(path).map_or(0, |found| found.len())
}

/// The whole of a file; nothing if there is none.
fn read(path: &Path) -> Result<Vec<u8>, String> {
    match fs::read(path) {
        Ok(bytes) => Ok(bytes),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(format!("{}: {error}", path.display())),
    }
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), String> {
    let folder = path.parent().unwrap_or(Path::new(""));
    fs::create_dir_all(folder)
        .and_then(|()| fs::write(path, bytes))
        .map_err(|error| format!("{}: {error}", path.display()))
}
