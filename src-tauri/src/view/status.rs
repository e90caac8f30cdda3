//! The status that the page always shows: mode, server, session, queue, journal.

use jiff::Timestamp;
use office::{
    QueueStatus,
    journal::witness::{RollBack, RollBackCause},
};
use serde::Serialize;
use specta::Type;

use super::{ContractStatus, CrashView};
use crate::shape::{AuthKind, HaltView, KeychainProblem, Language, Mode};

/// Everything the page needs before it can show its first screen.
#[derive(Clone, Debug, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AppStatus {
    /// Its number. An answer and an event may overtake each other on the way to the page; the status with the smaller number is older.
    pub number: u32,
    /// Whether the wizard is shown.
    pub phase: Phase,
    /// Real or training.
    pub mode: Mode,
    /// Whether the program was started in its safe mode: no network, nothing is sent, the journal can be read.
    pub safe_mode: bool,
    /// The connected server; `null` before the wizard and in training.
    pub server: Option<ServerStatus>,
    /// The state of the session with the server.
    pub session: SessionState,
    /// Minutes by which the server's clock is ahead of this machine's (negative: behind); `null`: the difference is small or unknown.
    pub clock_ahead: Option<i32>,
    /// Where the token or password is kept.
    pub secret_storage: SecretStorage,
    /// Why the keychain could not be used, when it was last asked.
    pub keychain_problem: Option<KeychainProblem>,
    /// The operator's name in the settings.
    pub operator: String,
    /// Version of this program.
    pub version: String,
    /// Today by this machine's clock, ISO.
    pub today: String,
    /// The queue; `null` while no journal is open.
    pub queue: Option<QueueView>,
    /// Methods that the server lacks, and whether its contract waits to be accepted.
    pub contract: ContractStatus,
    /// Whether the connection is unencrypted. The page shows a lasting warning.
    pub insecure_http: bool,
    /// The journal of the mode.
    pub journal: JournalStatus,
    /// A crash of an earlier run that the user has not seen yet.
    pub crash: Option<CrashView>,
    /// Language of the interface, by the settings.
    pub language: Language,
}

/// Whether the wizard has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Phase {
    /// No mode is chosen yet: the page shows the wizard.
    Wizard,
    /// A mode is chosen.
    Ready,
}

/// The connected server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
pub(crate) struct ServerStatus {
    /// Its address.
    pub url: String,
    /// The kind of sign-in.
    pub auth: AuthKind,
    /// The user's login, for `login`.
    pub login: Option<String>,
}

/// The state of the session with the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub(crate) enum SessionState {
    /// The server accepted the last request's sign-in.
    SignedIn,
    /// The server refused the sign-in: sign in again, or enter a new token.
    SignInAgain,
    /// No token or password is at hand on this computer. The server was not asked.
    NoSecret,
    /// The keychain does not give the token or password: unlock it, or type it again. The server was not asked.
    KeychainClosed,
    /// The server was not asked yet.
    OfflineUnknown,
    /// ProBonus did not answer: it is off, or the network is broken. The program asks again by itself.
    Unreachable,
}

/// Where the token or password is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub(crate) enum SecretStorage {
    /// In the keychain of the operating system.
    Keychain,
    /// In memory, for this run only.
    Memory,
    /// Nowhere: none was given, or the keychain did not give it.
    None,
}

/// The state of the queue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct QueueView {
    /// Its number, of the same row as those of [`AppStatus`]: of two, the one with the smaller number is older, and a status with a smaller
    /// number has an older queue.
    pub number: u32,
    /// Operations that wait to be sent.
    pub prepared: u32,
    /// Operations whose request is under way.
    pub sending: u32,
    /// Operations with an unknown outcome.
    pub unknown: u32,
    /// Paused by the operator.
    pub paused: bool,
    /// The canary: the first refill to this server, until the balance confirms it. No other refill is sent meanwhile.
    pub canary: Option<String>,
    /// Why sending is halted; `null`: it is not.
    pub halt: Option<HaltView>,
    /// When the next operation is tried.
    #[specta(type = Option<String>)]
    pub next_due: Option<Timestamp>,
}

impl QueueView {
    /// The queue as it was read after this number was given.
    pub fn of(queue: &QueueStatus, number: u32) -> Self {
        Self {
            number,
            prepared: queue.counts.prepared,
            sending: queue.counts.sending,
            unknown: queue.counts.unknown,
            paused: queue.paused,
            canary: queue.canary.map(|id| id.to_string()),
            halt: queue.halted.as_ref().map(HaltView::from),
            next_due: queue.next_due,
        }
    }
}

/// A roll-back: the journal was replaced by an older copy, and lacks the operations since.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
pub(crate) struct RollBackView {
    /// The least number of operations that it lacks.
    #[specta(type = u32)]
    pub forgotten: u64,
    /// The number of operations that waited in it. The server is asked about each before it is sent.
    #[specta(type = u32)]
    pub doubted: u64,
    /// How it was noticed.
    pub cause: RollBackCause,
}

impl From<RollBack> for RollBackView {
    fn from(roll_back: RollBack) -> Self {
        Self { forgotten: roll_back.forgotten, doubted: roll_back.doubted, cause: roll_back.cause }
    }
}

/// The journal of the mode.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct JournalStatus {
    /// Its file.
    pub path: String,
    /// Its health.
    pub health: JournalHealth,
    /// The roll-back of the journal, until the user acknowledges it.
    pub rolled_back: Option<RollBackView>,
    /// Whether other users of this machine can look into the data folder, and the program can't change that.
    pub shared: bool,
}

/// The health of the journal's file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub(crate) enum JournalHealth {
    /// Not opened yet.
    Closed,
    /// In use; the integrity check has not ended.
    Open,
    /// In use and checked.
    Sound,
    /// Missing or empty, although one is known. The server can be read; nothing is written or sent.
    Missing,
    /// Damaged. Reading goes on; nothing is written or sent.
    Corrupt,
    /// Deleted or replaced while it was in use. Reading goes on; nothing is written or sent.
    Displaced,
    /// The file belongs to another program.
    NotAJournal,
    /// Written by a newer program.
    Newer,
    /// Another process has locked it.
    Locked,
    /// It or its folder can't be written.
    ReadOnly,
    /// The disk is full.
    DiskFull,
    /// It has unfinished operations of another server.
    OfOtherServer,
    /// It could not be opened for another reason.
    Failed,
}
