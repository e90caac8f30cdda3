//! The story of an operation, and the server's evidence of it.

use jiff::Timestamp;
use office::{Event, EventRecord, Evidence, Failure, MatchedEntry, Reconciled, State, Story};
use probonus::{Kopecks, binding::Choice, contract::ProfileField};
use serde::Serialize;
use specta::Type;

use super::quiet::{shown_entry, shown_failure};
use crate::{
    shape::shown_name,
    view::{FieldChangeView, OperationView},
};

/// An operation and its events.
#[derive(Clone, Debug, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StoryView {
    /// The operation.
    pub operation: OperationView,
    /// Its last 500 events, oldest first.
    pub events: Vec<EventView>,
    /// The server that must still verify its balance, if another one is connected. The verification waits until then.
    pub verified_by: Option<String>,
    /// For an edit: the known names of codes of levels and types of bonuses.
    pub codes: Vec<CodeNames>,
}

/// The names of a field's codes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
pub struct CodeNames {
    /// The field.
    pub field: ProfileField,
    /// Its codes that have a name.
    pub choices: Vec<Choice>,
}

/// One event.
#[derive(Clone, Debug, PartialEq, Serialize, Type)]
pub(crate) struct EventView {
    /// Its number, from 1.
    pub number: u32,
    /// When it was recorded.
    #[specta(type = String)]
    pub at: Timestamp,
    /// What happened.
    #[serde(flatten)]
    pub what: EventWhat,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Serialize, Type)]
#[serde(tag = "event", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub(crate) enum EventWhat {
    /// The operation was prepared.
    Prepared {
        /// Who.
        operator: String,
        /// Why.
        reason: String,
    },
    /// An attempt to send began.
    Sending {
        /// The number of the attempt, from 1.
        attempt: u32,
        /// Balance just before, kopecks.
        balance_before: Option<Kopecks>,
    },
    /// The attempt ended without a send, or the server turned it away; the operation waits to be sent.
    NotSent {
        /// Why.
        failure: Failure,
        /// When it is tried again.
        #[specta(type = Option<String>)]
        due_at: Option<Timestamp>,
    },
    /// The server confirmed it.
    Confirmed {
        /// The server's entry.
        proof: Option<String>,
    },
    /// The server or a precondition refused it.
    Rejected {
        /// Why.
        failure: Failure,
    },
    /// The outcome is unknown.
    Unknown {
        /// What failed; `null`: the program ended while the request was under way.
        failure: Option<Failure>,
    },
    /// The server was probed.
    Probed {
        /// The verdict.
        verdict: ProbeVerdict,
        /// The entries that could be of this operation.
        candidates: Vec<MatchedEntry>,
    },
    /// The server's evidence settled the outcome.
    Reconciled {
        /// The new state.
        state: State,
        /// The entry that proves it.
        found: Option<MatchedEntry>,
    },
    /// The operator decided.
    Decided {
        /// The new state.
        state: State,
        /// Who.
        operator: String,
        /// Why.
        reason: String,
        /// The entry that they chose.
        found: Option<MatchedEntry>,
    },
    /// To be sent again.
    Resent {
        /// Who.
        operator: String,
        /// Why, if it is not proven that it was not applied.
        reason: String,
    },
    /// The operator cancelled it.
    Cancelled {
        /// Who.
        operator: String,
    },
    /// The balance was read again.
    BalanceRead {
        /// Before, kopecks.
        before: Option<Kopecks>,
        /// Expected, kopecks.
        expected: Option<Kopecks>,
        /// After, kopecks.
        after: Option<Kopecks>,
        /// Explained by other transactions, kopecks.
        explained: Option<Kopecks>,
        /// Whether there is a mismatch, which halts the queue.
        mismatch: bool,
    },
    /// The record was read again after an edit.
    RecordRead {
        /// Fields that changed although the edit did not change them.
        unasked: Vec<FieldChangeView>,
    },
    /// The server shows that it was applied more than once.
    Repeated {
        /// The number of times.
        times: u32,
        /// The entries that show it.
        entries: Vec<MatchedEntry>,
    },
    /// A return undid it.
    Returned {
        /// The operation of the return.
        by: String,
    },
    /// Its return was not applied after all.
    NotReturned {
        /// The operation of the return.
        by: String,
    },
}

/// The verdict of a probe.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ProbeVerdict {
    /// It was applied.
    Found,
    /// The server shows no trace of it, and would show one.
    Absent,
    /// The server shows no trace of it, but the data may be older than the send.
    AbsentUnproven,
    /// The server shows no trace of it, but need not show one.
    AbsentPerhaps,
    /// The server showed outdated data.
    Stale,
    /// The evidence fits more than one outcome.
    Ambiguous,
}

/// The result of a reconciliation.
#[derive(Clone, Debug, PartialEq, Serialize, Type)]
pub(crate) struct ReconciledView {
    /// The operation afterwards.
    pub operation: OperationView,
    /// The verdict of the probe.
    pub verdict: ProbeVerdict,
    /// The entries that are, or could be, of this operation.
    pub candidates: Vec<MatchedEntry>,
}

impl From<&Reconciled> for ReconciledView {
    fn from(reconciled: &Reconciled) -> Self {
        let (verdict, candidates) = verdict(&reconciled.evidence);
        Self { operation: (&reconciled.operation).into(), verdict, candidates }
    }
}

impl From<&Story> for StoryView {
    fn from(story: &Story) -> Self {
        let skipped = story.events.len().saturating_sub(Self::MAX_EVENTS);
        Self {
            operation: (&story.operation).into(),
            events: story.events.iter().skip(skipped).map(EventView::from).collect(),
            verified_by: None,
            codes: Vec::new(),
        }
    }
}

impl StoryView {
    /// Names the operation's own server if its balance verification waits for it and another server is `connected`.
    #[must_use]
    pub fn for_server(mut self, story: &Story, connected: Option<&str>) -> Self {
        let own = story.operation.server.as_deref().filter(|_| story.operation.awaits_verification());
        self.verified_by = own.filter(|own| connected.is_some_and(|connected| connected != *own)).map(str::to_owned);
        self
    }

    /// The most events that are sent to the page.
    pub const MAX_EVENTS: usize = 500;
}

/// The verdict of an evidence, and the entries that it is based on.
#[must_use]
pub fn verdict(evidence: &Evidence) -> (ProbeVerdict, Vec<MatchedEntry>) {
    match evidence {
        Evidence::Found(found) => (ProbeVerdict::Found, vec![shown_entry(found)]),
        Evidence::Absent { conclusive: true, proven: true } => (ProbeVerdict::Absent, Vec::new()),
        Evidence::Absent { conclusive: true, proven: false } => (ProbeVerdict::AbsentUnproven, Vec::new()),
        Evidence::Stale { .. } => (ProbeVerdict::Stale, Vec::new()),
        Evidence::Absent { conclusive: false, .. } => (ProbeVerdict::AbsentPerhaps, Vec::new()),
        Evidence::Ambiguous { candidates } => {
            (ProbeVerdict::Ambiguous, candidates.iter().take(50).map(shown_entry).collect())
        }
    }
}

impl From<&EventRecord> for EventView {
    fn from(record: &EventRecord) -> Self {
        Self { number: record.number, at: record.at, what: (&record.event).into() }
    }
}

impl From<&Event> for EventWhat {
    fn from(event: &Event) -> Self {
        match event {
            Event::Prepared { operator, reason, .. } => {
                Self::Prepared { operator: operator.clone(), reason: reason.clone() }
            }
            Event::Sending { attempt, balance_before, .. } => {
                Self::Sending { attempt: *attempt, balance_before: *balance_before }
            }
            Event::NotSent { failure, due_at } => Self::NotSent { failure: shown_failure(failure), due_at: *due_at },
            Event::Confirmed { proof, .. } => Self::Confirmed { proof: proof.as_deref().map(shown_name) },
            Event::Rejected { failure } => Self::Rejected { failure: shown_failure(failure) },
            Event::Unknown { failure } => Self::Unknown { failure: failure.as_ref().map(shown_failure) },
            Event::Probed { evidence } => {
                let (verdict, candidates) = verdict(evidence);
                Self::Probed { verdict, candidates }
            }
            Event::Reconciled { state, found } => {
                Self::Reconciled { state: *state, found: found.as_ref().map(shown_entry) }
            }
            Event::Decided { state, operator, reason, found } => Self::Decided {
                state: *state,
                operator: operator.clone(),
                reason: reason.clone(),
                found: found.as_ref().map(shown_entry),
            },
            Event::Resent { operator, reason } => Self::Resent { operator: operator.clone(), reason: reason.clone() },
            Event::Cancelled { operator } => Self::Cancelled { operator: operator.clone() },
            Event::BalanceRead { balance, mismatch } => Self::BalanceRead {
                before: balance.before,
                expected: balance.expected,
                after: balance.after,
                explained: balance.explained,
                mismatch: *mismatch,
            },
            Event::RecordRead { unasked } => {
                Self::RecordRead { unasked: unasked.iter().map(FieldChangeView::from).collect() }
            }
            Event::Repeated { times, entries } => {
                Self::Repeated { times: *times, entries: entries.iter().map(shown_entry).collect() }
            }
            Event::Returned { by } => Self::Returned { by: by.to_string() },
            Event::NotReturned { by } => Self::NotReturned { by: by.to_string() },
        }
    }
}

#[cfg(test)]
mod tests {
    use office::{Operation, OperationId, Payload, Subject};
    use probonus::{AccountId, Refill};

    use super::*;

    #[test]
    fn a_balance_waits_for_its_own_server_and_says_so() {
        let refill = Refill { account: AccountId::new("7"), sum: Kopecks::ZERO, comment: String::new() };
        let events = [
            Event::Prepared {
                payload: Box::new(Payload::Refill(refill)),
                subject: Subject::default(),
                operator: "Анна".into(),
                reason: String::new(),
                server: Some("https://own".into()),
                undoes: None,
                shown: Vec::new(),
            },
            Event::Sending {
                attempt: 1,
                balance_before: Some(Kopecks::ZERO),
                turnover_before: None,
                clock_offset: None,
                snapshot: None,
            },
            Event::Confirmed { account: None, proof: None, receipt: None },
        ];
        let at = Timestamp::UNIX_EPOCH;
        let events = (1..).zip(events).map(|(number, event)| EventRecord { number, at, event }).collect::<Vec<_>>();
        let operation = Operation::fold(OperationId(uuid::Uuid::nil()), &events).unwrap().unwrap();
        let story = Story { operation, events };
        let told = |connected| StoryView::from(&story).for_server(&story, connected).verified_by;
        assert_eq!(told(Some("https://other")).as_deref(), Some("https://own"));
        assert_eq!((told(Some("https://own")), told(None)), (None, None));
    }
}
