//! The defects by name.

use std::fmt;

use crate::simulation::trouble::Trouble;

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
    /// The client reports "refused" when no answer came.
    RefusedAfterAll,
    /// The client sends a write again when the answer is lost.
    ReplaysWrites,
    /// The disk acknowledges commits before they are durable.
    UnsyncedJournal,
    /// The journal's witness is not asked.
    WitnessIgnored,
    /// An operation is sent although an entry of the server carries its marker.
    MarkerUnchecked,
    /// A write that is answered 401 is sent again, as often as it takes.
    EndlessAfter401,
    /// The gate is checked only before the reads that precede a send.
    GateBeforeReads,
    /// An absence is believed though the reading lacks what was seen before.
    StaleAbsence,
    /// An absence counts as proven though the reading shows nothing later than the send.
    AbsenceProvenByAnything,
    /// An entry without a marker is taken for another program's.
    UnmarkedIsForeign,
}

/// What a defect breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Layer {
    Journal,
    Client,
    Policy,
    Disk,
    /// Between a read and the write that follows it: journal and client together.
    Gate,
}

impl Defect {
    /// Every defect.
    pub const ALL: [Self; 25] = [
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
        Self::WitnessIgnored,
        Self::MarkerUnchecked,
        Self::EndlessAfter401,
        Self::GateBeforeReads,
        Self::StaleAbsence,
        Self::AbsenceProvenByAnything,
        Self::UnmarkedIsForeign,
    ];

    /// The defect of this name, e.g. `ForgetSending`.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|defect| format!("{defect:?}") == name)
    }

    /// Whether the entries of operations that wait are hidden from the office. Without that, the defect would do no harm: before it
    /// sends again, the office would find the entry by its marker, or be stopped by an entry that the journal can't explain.
    pub(super) const fn hides_entries_of_waiting(self) -> bool {
        matches!(self, Self::ForgetSending | Self::WitnessIgnored | Self::EndlessAfter401)
    }

    /// The trouble without which the defect does no harm.
    pub(in crate::simulation) const fn trouble(self) -> Option<Trouble> {
        match self {
            Self::WitnessIgnored => Some(Trouble::RolledBack),
            Self::MarkerUnchecked => Some(Trouble::DiskImage),
            Self::EndlessAfter401 => Some(Trouble::AppliedThen401),
            Self::GateBeforeReads => Some(Trouble::PausedInReads),
            Self::StaleAbsence | Self::AbsenceProvenByAnything => Some(Trouble::StaleReads),
            Self::UnmarkedIsForeign => Some(Trouble::VanishingComments),
            _ => None,
        }
    }

    pub(super) const fn layer(self) -> Layer {
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
            | Self::VerificationForgotten
            | Self::StaleAbsence
            | Self::AbsenceProvenByAnything
            | Self::EndlessAfter401 => Layer::Journal,
            Self::GateBeforeReads => Layer::Gate,
            Self::NewGuidOnResend
            | Self::SubmitNotJoined
            | Self::NotSentAfterAll
            | Self::RefusedAfterAll
            | Self::ReplaysWrites
            | Self::MarkerUnchecked
            | Self::UnmarkedIsForeign => Layer::Client,
            Self::AbsentWithoutSettling | Self::LateArrivalUnnoticed => Layer::Policy,
            Self::UnsyncedJournal | Self::WitnessIgnored => Layer::Disk,
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
            Layer::Gate => "gate",
        };
        write!(f, "{layer}: {self:?}")
    }
}
