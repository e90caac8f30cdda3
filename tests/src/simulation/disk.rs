//! The disk under the journal: a real SQLite file with injected faults. After a crash, the files are copied as a dead machine
//! leaves them: the log may be torn in the middle of the last write. The next process run opens the copy.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
    time::Duration,
};

use futures::FutureExt as _;
use jiff::{Timestamp, tz::TimeZone};
use office::{
    Journal as _, JournalError, OperationId,
    journal::{
        SqliteJournal,
        sqlite::{Durability, NewLife, Options, Run},
        witness::Testimony,
    },
};
use tempfile::TempDir;
use tokio::{sync::Notify, time::Instant};
use uuid::Uuid;

use super::{random::Random, trace::Trace, witness::SimWitness};

/// How a process run ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The program is closed.
    Closed,
    /// The process is killed. Everything that was written stays.
    Killed,
    /// The power fails. Unacknowledged writes may be torn, and garbage may follow them.
    PowerCut,
}

/// Where in a write the machine crashes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CrashPoint {
    /// Nothing is written.
    Before,
    /// Half of it is written.
    Torn,
    /// All is written, but not acknowledged.
    After,
}

/// What is put back after some crashes, as it was when an operation had last been prepared or resent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PutBack {
    /// Nothing.
    Nothing,
    /// The journal's file.
    Journal,
    /// The file and the witness, as with the image of a whole disk. Then only the entries on the server can show it. New guests and
    /// edits leave none, so it does not happen while one of those is open.
    Both,
}

/// One of this many writes crashes the machine.
const CRASH_EVERY: u64 = 120;
/// Most commits that a disk without synchronous writes loses.
const MAX_LOST_COMMITS: usize = 4;

/// The disk of a simulation.
pub struct Disk {
    folder: TempDir,
    random: Random,
    trace: Trace,
    /// A defect: commits are acknowledged before they are durable.
    unsynced: bool,
    /// What is put back now and then.
    put_back: PutBack,
    /// The journal's witness; `None`: the journal has none.
    witness: Option<Arc<SimWitness>>,
    died: Notify,
    state: Mutex<State>,
}

struct State {
    generation: u32,
    journal: Option<Arc<SqliteJournal>>,
    full_until: Instant,
    crashes_enabled: bool,
    /// Length of the log before the write that was torn.
    torn_from: Option<u64>,
    dead: bool,
    /// Length of the log after each commit of this process run.
    commits: Vec<u64>,
    deaths: u64,
    /// The journal's notes that close the gate: a pause, a halt.
    closed_by: BTreeSet<String>,
    violation: Option<String>,
    /// The copy that may be put back; `None`: nothing can be put back now.
    copy: Option<KeptCopy>,
}

/// A copy of what may be put back.
#[derive(Clone)]
struct KeptCopy {
    file: Vec<u8>,
    log: Vec<u8>,
    witness: Option<Testimony>,
}

impl Disk {
    /// A disk with an empty journal.
    pub fn new(random: Random, trace: Trace, unsynced: bool) -> Result<Self, String> {
        let folder = temporary_folder()?;
        let disk = Self {
            folder,
            random,
            trace,
            unsynced,
            put_back: PutBack::Nothing,
            witness: None,
            died: Notify::new(),
            state: Mutex::new(State {
                generation: 0,
                journal: None,
                full_until: Instant::now(),
                crashes_enabled: true,
                torn_from: None,
                dead: false,
                commits: Vec::new(),
                deaths: 0,
                closed_by: BTreeSet::new(),
                violation: None,
                copy: None,
            }),
        };
        let path = disk.path(0);
        write(&path, empty_journal()?)?;
        Ok(disk)
    }

    /// Sets what is put back after some crashes. `witnessed`: whether the journal has a witness.
    #[must_use]
    pub fn put_back(mut self, what: PutBack, witnessed: bool) -> Self {
        self.put_back = what;
        self.witness = witnessed.then(Arc::default);
        self
    }

    /// Opens the file, as the program does at its start.
    pub fn open(&self) -> Result<Arc<SqliteJournal>, JournalError> {
        let mut state = self.state();
        state.journal = None;
        let journal = Arc::new(SqliteJournal::open(options(&self.path(state.generation)))?);
        if let Some(witness) = &self.witness {
            let (high, low) = (u64::from(state.generation), self.random.below(u64::MAX));
            let id = Uuid::from_u64_pair(high, low);
            let new_life = NewLife { id, at: Timestamp::UNIX_EPOCH, deed: None };
            // The journal works in-line, so the future is ready at once.
            let attested = journal.attest(Arc::clone(witness) as _, new_life).now_or_never();
            if attested.transpose()?.flatten().is_some() {
                self.trace.line("the journal was put back, and the program noticed it");
            }
        }
        state.journal = Some(Arc::clone(&journal));
        (state.dead, state.torn_from) = (false, None);
        state.commits = vec![length(&log(&self.path(state.generation)))];
        drop(state);
        // After a crash the file may have a new operation whose append was not acknowledged.
        self.keep_copy();
        Ok(journal)
    }

    /// The journal of this process run.
    pub(super) fn journal(&self) -> Result<Arc<SqliteJournal>, JournalError> {
        self.state().journal.clone().ok_or_else(|| JournalError::Other("the journal is closed".to_owned()))
    }

    /// Ends the process run. The next [`Disk::open`] finds what is left of the files. Returns whether the journal is put back.
    pub fn end(&self, end: End) -> Result<bool, String> {
        let mut state = self.state();
        let (dead, torn_from) = (std::mem::take(&mut state.dead), state.torn_from.take());
        if end == End::Closed && !dead {
            state.journal = None;
            return Ok(false);
        }
        let (from, to) = (self.path(state.generation), self.path(state.generation + 1));
        write(&to, &read(&from)?)?;
        let mut left = read(&log(&from))?;
        if let Some(torn_from) = torn_from {
            self.tear(&mut left, torn_from);
        } else if end == End::PowerCut {
            if self.unsynced {
                let last = state.commits.len().saturating_sub(1);
                let kept =
                    last.saturating_sub(usize::try_from(self.random.below(MAX_LOST_COMMITS as u64)).unwrap_or(0));
                left.truncate(usize::try_from(state.commits[kept]).unwrap_or(0));
            }
            // The file system may have extended the file for a write that did not happen.
            let rubbish = self.random.below(3) * self.random.below(9000);
            left.extend((0..rubbish).map(|at| (at % 251) as u8 * u8::from(at % 3 > 0)));
        }
        let copy = state.copy.clone().filter(|_| self.random.happens(300));
        let is_put_back = copy.is_some();
        match copy {
            Some(copy) => self.restore(&to, &copy)?,
            None => write(&log(&to), &left)?,
        }
        // After a crash it is not known whether a note was committed, and a copy may be older than the note.
        state.closed_by.clear();
        state.journal = None;
        state.generation += 1;
        if let Some(folder) = from.parent() {
            let _ = fs::remove_dir_all(folder);
        }
        Ok(is_put_back)
    }

    fn restore(&self, to: &Path, copy: &KeptCopy) -> Result<(), String> {
        self.trace.line("the journal is put back");
        if let Some(witness) = self.witness.as_ref().filter(|_| self.put_back == PutBack::Both) {
            witness.put_back(copy.witness);
        }
        write(to, &copy.file)?;
        write(&log(to), &copy.log)
    }

    /// Truncates the log inside the last write, or zeroes one of its sectors.
    fn tear(&self, log: &mut Vec<u8>, from: u64) {
        let from = usize::try_from(from).unwrap_or(0).min(log.len());
        let tail = log.len() - from;
        if tail == 0 {
            return;
        }
        let at = from + usize::try_from(self.random.below(tail as u64)).unwrap_or(0);
        if self.random.happens(500) {
            log.truncate(at);
        } else {
            let sector = at / 512 * 512;
            let end = (sector + 512).min(log.len());
            log[sector.max(from)..end].fill(0);
        }
        self.trace.line(&format!("the log is torn at {at}"));
    }

    /// The disk is full for a while.
    pub fn full_for(&self, pause: Duration) {
        self.state().full_until = Instant::now() + pause;
    }

    /// No disk fault from now on.
    pub fn calm(&self) {
        let mut state = self.state();
        state.crashes_enabled = false;
        state.full_until = Instant::now();
    }

    /// Crashes inside a write.
    pub fn deaths(&self) -> u64 {
        self.state().deaths
    }

    /// Returns after a crash inside a write.
    pub async fn died(&self) {
        while !self.state().dead {
            self.died.notified().await;
        }
    }

    /// Notes that a note of the journal has closed or opened the gate.
    pub(super) fn note_gate(&self, key: &str, is_closed: bool) {
        if !matches!(key, "queue.halted" | "queue.paused") {
            return;
        }
        let mut state = self.state();
        if is_closed {
            state.closed_by.insert(key.to_owned());
        } else {
            state.closed_by.remove(key);
        }
    }

    /// Records a violation if an operation is about to be sent although the queue is halted or paused.
    pub(super) fn about_to_send(&self, id: OperationId) {
        let mut state = self.state();
        if let Some(key) = state.closed_by.first().cloned() {
            state.violation.get_or_insert(format!("{} is sent although {key}", id.short()));
        }
    }

    /// The first send that began although the queue was halted or paused.
    pub(super) fn violation(&self) -> Option<String> {
        self.state().violation.clone()
    }

    pub(super) fn is_full(&self) -> bool {
        Instant::now() < self.state().full_until
    }

    /// Whether, and where, the next write crashes.
    pub(super) fn fate(&self) -> Option<CrashPoint> {
        if !self.state().crashes_enabled || self.random.below(CRASH_EVERY) > 0 {
            return None;
        }
        Some(*self.random.pick(&[CrashPoint::Before, CrashPoint::Torn, CrashPoint::After]))
    }

    /// A write begins. Returns the log's length before it.
    pub(super) fn begin_write(&self) -> u64 {
        if let Some(witness) = &self.witness {
            witness.remember();
        }
        self.log_length()
    }

    fn log_length(&self) -> u64 {
        length(&log(&self.path(self.state().generation)))
    }

    pub(super) fn committed(&self) {
        let length = self.log_length();
        self.state().commits.push(length);
    }

    /// Copies the files, so that the journal may be put back to this moment.
    pub(super) fn keep_copy(&self) {
        if self.put_back == PutBack::Nothing {
            return;
        }
        let path = self.path(self.state().generation);
        let witness = self.witness.as_ref().and_then(|witness| witness.says());
        let copy = match (read(&path), read(&log(&path))) {
            (Ok(file), Ok(log)) if self.may_be_put_back() => Some(KeptCopy { file, log, witness }),
            _ => None,
        };
        self.state().copy = copy;
    }

    /// Whether the journal may be put back now: with its witness, only if every open operation leaves an entry on the server.
    fn may_be_put_back(&self) -> bool {
        let open = [office::State::Prepared, office::State::Sending, office::State::Unknown];
        // The journal works in-line, so the future is ready at once.
        let open = self.journal().ok().and_then(|journal| journal.in_states(&open, 1000).now_or_never());
        self.put_back != PutBack::Both
            || open
                .is_some_and(|open| open.is_ok_and(|open| open.iter().all(|operation| operation.payload.moves_money())))
    }

    /// Records a crash in a write; `before` is the log's length before the write.
    pub(super) fn die(&self, death: CrashPoint, before: u64) {
        self.trace.line(&format!("the machine dies in a write: {death:?}"));
        if let Some(witness) = self.witness.as_ref().filter(|_| death == CrashPoint::Torn) {
            witness.take_back();
        }
        let mut state = self.state();
        state.dead = true;
        state.deaths += 1;
        state.torn_from = (death == CrashPoint::Torn).then_some(before);
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
    // This disk decides what a power failure leaves, so the real disk need not be waited for.
    Options::new(path).run(Run::Inline).durability(Durability::Process).zone(TimeZone::UTC)
}

/// The file of an empty journal. It is made once, because that takes longer than a whole simulation.
fn empty_journal() -> Result<&'static [u8], String> {
    static EMPTY: OnceLock<Result<Vec<u8>, String>> = OnceLock::new();
    let made = EMPTY.get_or_init(|| {
        let folder = temporary_folder()?;
        let path = folder.path().join("journal.db");
        SqliteJournal::open(options(&path)).map_err(|error| error.to_string())?;
        read(&path)
    });
    made.as_deref().map_err(Clone::clone)
}

/// A folder in memory, if the system has one. A real disk would only take time: [`Disk`] decides what is lost.
fn temporary_folder() -> Result<TempDir, String> {
    let memory = Path::new("/dev/shm");
    let parent = if memory.is_dir() { memory.to_owned() } else { std::env::temp_dir() };
    TempDir::with_prefix_in("simulation-", parent).map_err(|error| error.to_string())
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
