//! What the frame of the page shows always: mode, server, session, queue, journal.

use jiff::Timestamp;
use office::{Halt, HaltCause, QueueStatus};
use probonus::Kopecks;
use serde::{Deserialize, Serialize};
use specta::Type;

use super::ContractStatus;
use crate::app::settings::Language;

/// Everything the page needs before it can show its first screen.
#[derive(Clone, Debug, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct AppStatus {
    /// Which of the program's statuses it is: one with a smaller number is older. An answer and an event may overtake each
    /// other on the way to the page.
    pub number: u32,
    /// First start, or work.
    pub phase: Phase,
    /// Real or training.
    pub mode: Mode,
    /// The connected server; `null` before the wizard and in training.
    pub server: Option<ServerStatus>,
    /// How the session with the server stands.
    pub session: SessionState,
    /// Minutes by which the server's clock is ahead of this machine's (negative: behind); `null`: they agree well enough.
    pub clock_ahead: Option<i32>,
    /// Where the token or password is kept.
    pub secret_storage: SecretStorage,
    /// Why the keychain could not be used, when it was last asked.
    pub keychain_problem: Option<KeychainProblem>,
    /// Who works here, by the settings.
    pub operator: String,
    /// Version of this program.
    pub version: String,
    /// Today by this machine, ISO.
    pub today: String,
    /// The queue; `null` while no journal is open.
    pub queue: Option<QueueView>,
    /// What the server can't do, and whether its contract waits to be accepted.
    pub contract: ContractStatus,
    /// Whether the server is spoken to without encryption: a lasting warning.
    pub insecure_http: bool,
    /// The journal of the mode.
    pub journal: JournalStatus,
    /// Language of the interface, by the settings.
    pub language: Language,
}

/// First start, or work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Nothing was chosen yet: the page shows the wizard.
    Wizard,
    /// A mode is chosen.
    Ready,
}

/// Real money, or training.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// The ProBonus server of the restaurant.
    Live,
    /// The training server inside this program, with a journal of its own.
    Training,
}

/// The connected server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
pub struct ServerStatus {
    /// Its address.
    pub url: String,
    /// How we are authorised.
    pub auth: AuthKind,
    /// The user's login, for `login`.
    pub login: Option<String>,
}

/// How we are authorised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum AuthKind {
    /// The permanent token.
    Token,
    /// Login and password.
    Login,
}

/// How the session with the server stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum SessionState {
    /// The last answer was that of a server that knows us.
    SignedIn,
    /// Sign in again, or enter a new token.
    SignInAgain,
    /// Not asked yet, or the server can't be reached.
    OfflineUnknown,
}

/// Where the token or password is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum SecretStorage {
    /// In the keychain of the operating system.
    Keychain,
    /// In memory, for this run only.
    Memory,
    /// Nowhere: none was given, or the keychain would not give it.
    None,
}

/// Why the keychain can't be used. Each has its own advice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum KeychainProblem {
    /// Locked: unlock it and repeat.
    Locked,
    /// There is no keychain service on this machine.
    Missing,
    /// It refused.
    Refused,
    /// It did not answer in time.
    Timeout,
}

/// How the queue stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct QueueView {
    /// Operations that wait to be sent.
    pub prepared: u32,
    /// Operations out on the network.
    pub sending: u32,
    /// Operations with an unknown outcome.
    pub unknown: u32,
    /// Paused by the operator.
    pub paused: bool,
    /// The first refill to this server, while the balance has not confirmed it: no other refill is sent meanwhile.
    pub canary: Option<String>,
    /// Halted by a surprise.
    pub halt: Option<HaltView>,
    /// When the next one is tried.
    #[specta(type = Option<String>)]
    pub next_due: Option<Timestamp>,
}

/// Why sending is halted for the whole server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
pub struct HaltView {
    /// What was surprising.
    pub reason: HaltReason,
    /// After which operation.
    pub operation: String,
    /// When.
    #[specta(type = String)]
    pub at: Timestamp,
    /// The change of the balance that was expected, kopecks.
    pub expected: Kopecks,
    /// The change that was seen, kopecks.
    pub seen: Kopecks,
}

/// What was surprising.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum HaltReason {
    /// A hundred times too much or too little: rubles and kopecks are mixed up between us and the server.
    FactorOfHundred,
    /// The balance moved the other way.
    WrongSign,
    /// The server confirmed, and the balance did not move.
    NoChange,
    /// Another difference that no transaction explains.
    Other,
}

impl From<&QueueStatus> for QueueView {
    fn from(queue: &QueueStatus) -> Self {
        Self {
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

impl From<&Halt> for HaltView {
    fn from(halt: &Halt) -> Self {
        let reason = match halt.cause {
            HaltCause::FactorHundred => HaltReason::FactorOfHundred,
            HaltCause::WrongSign => HaltReason::WrongSign,
            HaltCause::NoChange => HaltReason::NoChange,
            HaltCause::Mismatch => HaltReason::Other,
        };
        Self { reason, operation: halt.operation.to_string(), at: halt.at, expected: halt.sent, seen: halt.changed }
    }
}

/// The journal of the mode.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
pub struct JournalStatus {
    /// Its file.
    pub path: String,
    /// How it is.
    pub health: JournalHealth,
}

/// How the journal's file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum JournalHealth {
    /// Not opened yet.
    Closed,
    /// In use; the integrity check has not ended.
    Open,
    /// In use and checked.
    Sound,
    /// Damaged.
    Corrupt,
    /// The file belongs to another program.
    NotAJournal,
    /// Written by a newer program.
    Newer,
    /// Another process holds it.
    Locked,
    /// It or its folder can't be written.
    ReadOnly,
    /// The disk is full.
    DiskFull,
    /// It has operations under way on another server.
    OfOtherServer,
    /// It could not be opened for another reason.
    Failed,
}
