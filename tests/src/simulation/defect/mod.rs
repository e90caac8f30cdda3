//! Defects that the simulation must catch. Each one is a decorator around what the office works with: its journal, its
//! client, its policy or its disk. The office itself contains no switch for them.

mod faulty_journal;
mod faulty_loyalty;

use std::{fmt, sync::Arc, time::Duration};

use office::{Journal, Policy};
use probonus::Loyalty;

use self::{faulty_journal::FaultyJournal, faulty_loyalty::FaultyLoyalty};

/// A pause that no simulated run lasts.
const NEVER: Duration = Duration::from_hours(24 * 3650);

/// Something broken on purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Defect {
    /// An unknown outcome is recorded as "not sent", so it is sent again.
    RetryOnUnknown,
    /// `Sending` is committed only after the request has left.
    SendBeforeCommit,
    /// After a restart, an operation that was in Sending is recorded as "not sent".
    ForgetSending,
    /// One ledger entry can prove several operations.
    OneEntryProvesTwo,
    /// An absence counts at once, without the settling time.
    AbsentWithoutSettling,
    /// A purchase is sent again with a new GUID.
    NewGuidOnResend,
    /// After a restart, the operations of an account are queued newest first.
    QueueOrderLost,
    /// The result of a balance verification is not recorded.
    VerificationOff,
    /// A double click sends the request twice.
    SubmitNotJoined,
    /// A refused operation is sent again.
    RetryRefused,
    /// An unknown outcome is recorded as confirmed.
    UnknownIsDone,
    /// A cancelled operation is sent all the same.
    CancelForgotten,
    /// A balance verification that a crash interrupted is not resumed.
    VerificationForgotten,
    /// A late arrival of an operation that was recorded as not applied is not looked for.
    LateArrivalUnnoticed,
    /// The client reports "not sent" after the first byte left.
    NotSentAfterAll,
    /// The client reports "refused" for a 5xx.
    RefusedAfterAll,
    /// The client sends a write again when the answer is lost.
    ReplaysWrites,
    /// The disk acknowledges commits before they are durable.
    UnsyncedJournal,
}

/// What a defect breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Layer {
    Journal,
    Client,
    Policy,
    Disk,
}

impl Defect {
    /// Every defect.
    pub const ALL: [Self; 18] = [
        Self::RetryOnUnknown,
        Self::SendBeforeCommit,
        Self::ForgetSending,
        Self::OneEntryProvesTwo,
        Self::AbsentWithoutSettling,
        Self::NewGuidOnResend,
        Self::QueueOrderLost,
        Self::VerificationOff,
        Self::SubmitNotJoined,
        Self::RetryRefused,
        Self::UnknownIsDone,
        Self::CancelForgotten,
        Self::VerificationForgotten,
        Self::LateArrivalUnnoticed,
        Self::NotSentAfterAll,
        Self::RefusedAfterAll,
        Self::ReplaysWrites,
        Self::UnsyncedJournal,
    ];

    /// The defect of this name, e.g. `ForgetSending`.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|defect| format!("{defect:?}") == name)
    }

    const fn layer(self) -> Layer {
        match self {
            Self::RetryOnUnknown
            | Self::SendBeforeCommit
            | Self::ForgetSending
            | Self::OneEntryProvesTwo
            | Self::QueueOrderLost
            | Self::VerificationOff
            | Self::RetryRefused
            | Self::UnknownIsDone
            | Self::CancelForgotten
            | Self::VerificationForgotten => Layer::Journal,
            Self::NewGuidOnResend
            | Self::SubmitNotJoined
            | Self::NotSentAfterAll
            | Self::RefusedAfterAll
            | Self::ReplaysWrites => Layer::Client,
            Self::AbsentWithoutSettling | Self::LateArrivalUnnoticed => Layer::Policy,
            Self::UnsyncedJournal => Layer::Disk,
        }
    }

    /// The policy with the defect.
    #[must_use]
    pub fn policy(defect: Option<Self>, mut policy: Policy) -> Policy {
        match defect {
            Some(Self::AbsentWithoutSettling) => policy.settle = Duration::ZERO,
            Some(Self::LateArrivalUnnoticed) => policy.late_first = NEVER,
            _ => {}
        }
        policy
    }

    /// The client with the defect.
    #[must_use]
    pub fn client(defect: Option<Self>, client: Arc<dyn Loyalty>) -> Arc<dyn Loyalty> {
        match defect {
            Some(defect) if defect.layer() == Layer::Client => Arc::new(FaultyLoyalty::new(client, defect)),
            _ => client,
        }
    }

    /// The journal with the defect. `client` sends what [`Defect::CancelForgotten`] should not send.
    #[must_use]
    pub fn journal(defect: Option<Self>, journal: Arc<dyn Journal>, client: &Arc<dyn Loyalty>) -> Arc<dyn Journal> {
        match defect {
            Some(defect) if defect.layer() == Layer::Journal => {
                Arc::new(FaultyJournal::new(journal, Arc::clone(client), defect))
            }
            _ => journal,
        }
    }
}

impl fmt::Display for Defect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let layer = match self.layer() {
            Layer::Journal => "journal",
            Layer::Client => "client",
            Layer::Policy => "policy",
            Layer::Disk => "disk",
        };
        write!(f, "{layer}: {self:?}")
    }
}
