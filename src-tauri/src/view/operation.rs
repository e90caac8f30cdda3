//! An operation of the journal as the page shows it.

use jiff::Timestamp;
use office::{
    Alike, Event, EventRecord, Evidence, Failure, FieldChange, Found, Kind, Notice, Operation, Payload, Preview,
    Reconciled, State, Story,
};
use probonus::Kopecks;
use serde::Serialize;
use specta::Type;

use crate::view::{GroupView, GuestView, ProfileView, guest::phone_text};

/// An operation.
#[derive(Clone, Debug, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct OperationView {
    /// Identity.
    pub id: String,
    /// The mark it carries in comments: `#1a2b3c4d`.
    pub short: String,
    /// What kind of change.
    pub kind: Kind,
    /// Where it stands.
    pub state: State,
    /// Whom it is about.
    pub subject: SubjectView,
    /// Who prepared it.
    pub operator: String,
    /// Why.
    pub reason: String,
    /// When it was prepared.
    #[specta(type = String)]
    pub created_at: Timestamp,
    /// When it changed last.
    #[specta(type = String)]
    pub updated_at: Timestamp,
    /// Times it was handed to the network.
    pub attempts: u32,
    /// When it is tried again by itself.
    #[specta(type = Option<String>)]
    pub due_at: Option<Timestamp>,
    /// Balance just before, kopecks.
    pub balance_before: Option<Kopecks>,
    /// Balance expected after it, kopecks.
    pub balance_expected: Option<Kopecks>,
    /// Balance read after it, kopecks.
    pub balance_after: Option<Kopecks>,
    /// What other transactions explain of the difference, kopecks.
    pub balance_explained: Option<Kopecks>,
    /// Why it last failed, was refused or is unknown.
    pub failure: Option<Failure>,
    /// The server's row that proves it.
    pub proof: Option<String>,
    /// The receipt it made on the server.
    pub receipt: Option<String>,
    /// The return that undid it.
    pub returned_by: Option<String>,
    /// Number of its events.
    pub version: u32,
    /// The sum by which a reader knows it, kopecks.
    pub sum: Option<Kopecks>,
    /// What is sent.
    pub facts: FactsView,
    /// What may be done with it now.
    pub allowed: Allowed,
}

/// Whom an operation is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SubjectView {
    /// Account.
    pub account: Option<String>,
    /// Phone as E.164.
    pub phone: Option<String>,
    /// Phone for the eye.
    pub phone_text: Option<String>,
    /// Name.
    pub name: String,
    /// Group.
    pub group: Option<String>,
}

/// What is sent, without the raw record.
#[derive(Clone, Debug, PartialEq, Serialize, Type)]
#[serde(tag = "kind", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum FactsView {
    /// Новый гость.
    CreateGuest {
        /// Group id.
        group: String,
        /// The profile.
        profile: ProfileView,
    },
    /// Изменение анкеты.
    EditGuest {
        /// What changes.
        changes: Vec<ChangeView>,
    },
    /// Начисление.
    Refill {
        /// Kopecks.
        sum: Kopecks,
        /// Comment as sent.
        comment: String,
    },
    /// Внешний чек.
    RegisterCheck {
        /// Restaurant.
        rest_code: String,
        /// GUID.
        check_guid: String,
        /// Station.
        station: u32,
        /// Number in the outside system.
        outside_number: String,
        /// Paid, kopecks.
        money_spent: Kopecks,
        /// Discount, kopecks.
        discount: Kopecks,
        /// Paid with bonuses, kopecks.
        bonus_spent: Kopecks,
        /// Accrued, kopecks.
        bonus_accrued: Kopecks,
        /// Contents.
        contents: String,
        /// When it was bought, ISO without a zone.
        purchased_at: Option<String>,
    },
    /// Возврат.
    ReturnCheck {
        /// Restaurant.
        rest_code: String,
        /// GUID of the purchase.
        check_guid: String,
        /// Station.
        station: u32,
        /// Number in the outside system.
        outside_number: String,
    },
}

/// A field with two values; empty: none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
pub struct ChangeView {
    /// One of [`ProfileView`]'s, or the server's own spelling.
    pub field: String,
    /// Before.
    pub before: String,
    /// After.
    pub after: String,
}

impl From<&FieldChange> for ChangeView {
    fn from(change: &FieldChange) -> Self {
        Self {
            field: change.field.clone(),
            before: change.before.clone().unwrap_or_default(),
            after: change.after.clone().unwrap_or_default(),
        }
    }
}

/// Something within a day that looks like the operation at hand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct AlikeView {
    /// The journal's operation; `null`: a row of the server that is not ours.
    pub operation: Option<String>,
    /// When it was prepared, for an operation.
    #[specta(type = Option<String>)]
    pub at: Option<Timestamp>,
    /// When it happened by the server's clock on the wall, for a row.
    pub server_time: Option<String>,
    /// Kopecks.
    pub sum: Option<Kopecks>,
    /// Outside number, for a purchase.
    pub outside_number: Option<String>,
    /// Comment or reason.
    pub comment: Option<String>,
}

impl From<&Alike> for AlikeView {
    fn from(alike: &Alike) -> Self {
        Self {
            operation: alike.operation.map(|id| id.to_string()),
            at: alike.at,
            server_time: alike.server_time.map(|time| time.local.to_string()),
            sum: alike.sum,
            outside_number: alike.outside_number.clone(),
            comment: alike.comment.clone(),
        }
    }
}

/// What may be done with an operation now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Allowed {
    /// Given up before it is sent.
    pub cancel: bool,
    /// The server asked what became of it.
    pub reconcile: bool,
    /// Decided by the operator.
    pub decide: bool,
    /// Sent again with the same id.
    pub resend: bool,
    /// Returned (a confirmed purchase).
    pub return_purchase: bool,
}

/// A page of operations.
#[derive(Clone, Debug, PartialEq, Serialize, Type)]
pub struct OperationPage {
    /// The rows.
    pub rows: Vec<OperationView>,
    /// Cursor of the next page; `null` at the end.
    pub next: Option<String>,
    /// How many there are in all, counted up to 10 000.
    pub total: u32,
}

/// An operation and all that happened to it.
#[derive(Clone, Debug, PartialEq, Serialize, Type)]
pub struct StoryView {
    /// The operation.
    pub operation: OperationView,
    /// Its last 500 events, oldest first.
    pub events: Vec<EventView>,
}

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Serialize, Type)]
pub struct EventView {
    /// Its number, from 1.
    pub number: u32,
    /// When.
    #[specta(type = String)]
    pub at: Timestamp,
    /// What.
    #[serde(flatten)]
    pub what: EventWhat,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Serialize, Type)]
#[serde(tag = "event", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum EventWhat {
    /// Written down.
    Prepared {
        /// Who.
        operator: String,
        /// Why.
        reason: String,
    },
    /// Handed to the network.
    Sending {
        /// Which time, from 1.
        attempt: u32,
        /// Balance just before, kopecks.
        balance_before: Option<Kopecks>,
    },
    /// Surely not sent.
    NotSent {
        /// Why.
        failure: Failure,
        /// When it is tried again.
        #[specta(type = Option<String>)]
        due_at: Option<Timestamp>,
    },
    /// Done, and said so.
    Confirmed {
        /// The server's row.
        proof: Option<String>,
    },
    /// Refused.
    Rejected {
        /// Why.
        failure: Failure,
    },
    /// It may have been done.
    Unknown {
        /// What was seen; `null`: the program ended while it was out.
        failure: Option<Failure>,
    },
    /// The server was asked.
    Looked {
        /// What it shows.
        verdict: Look,
        /// The rows that could be it.
        candidates: Vec<Found>,
    },
    /// The server's evidence decided.
    Reconciled {
        /// How.
        state: State,
        /// By which row.
        found: Option<Found>,
    },
    /// The operator decided.
    Decided {
        /// How.
        state: State,
        /// Who.
        operator: String,
        /// Why.
        reason: String,
        /// The row they pointed at.
        found: Option<Found>,
    },
    /// To be sent again.
    Resent {
        /// Who.
        operator: String,
    },
    /// Given up.
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
        /// Whether the difference is a surprise that halts the queue.
        surprise: bool,
    },
    /// The record was read again after an edit.
    RecordRead {
        /// Fields that changed though nobody asked.
        unasked: Vec<ChangeView>,
    },
    /// A return undid it.
    Returned {
        /// Which.
        by: String,
    },
}

/// What the server shows of an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Look {
    /// It was done.
    Found,
    /// No trace of it, where it would surely be seen.
    Absent,
    /// No trace of it, but it might not be seen.
    AbsentPerhaps,
    /// It can't be told.
    Ambiguous,
}

/// What reconciliation found.
#[derive(Clone, Debug, PartialEq, Serialize, Type)]
pub struct ReconciledView {
    /// The operation afterwards.
    pub operation: OperationView,
    /// What the server shows.
    pub verdict: Look,
    /// The rows that are or could be it.
    pub candidates: Vec<Found>,
}

/// What would be done, shown before it is done.
#[derive(Clone, Debug, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PreviewView {
    /// What kind of change.
    pub kind: Kind,
    /// Whom it is about.
    pub subject: SubjectView,
    /// The guest as the server has them now; `null` for a new one, or when the server is silent.
    pub guest: Option<GuestView>,
    /// The group a new guest goes to.
    pub group: Option<GroupView>,
    /// Balance now, kopecks.
    pub balance_before: Option<Kopecks>,
    /// Balance expected after it, kopecks.
    pub balance_expected: Option<Kopecks>,
    /// For an edit: what changes.
    pub changes: Vec<ChangeView>,
    /// What looks like it within a day; to send all the same needs a reason.
    pub alike: Vec<AlikeView>,
    /// What else the operator should know.
    pub notices: Vec<Notice>,
}

impl From<&Preview> for PreviewView {
    fn from(preview: &Preview) -> Self {
        Self {
            kind: preview.kind,
            subject: (&preview.subject).into(),
            guest: preview.account.as_ref().map(GuestView::from),
            group: preview.group.as_ref().map(GroupView::from),
            balance_before: preview.balance.before,
            balance_expected: preview.balance.expected,
            changes: preview.changes.iter().map(ChangeView::from).collect(),
            alike: preview.duplicates.iter().take(50).map(AlikeView::from).collect(),
            notices: preview.notices.clone(),
        }
    }
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
        }
    }
}

impl StoryView {
    /// Events that cross to the page.
    pub const MAX_EVENTS: usize = 500;
}

impl From<&office::Page> for OperationPage {
    fn from(page: &office::Page) -> Self {
        Self { rows: page.rows.iter().map(OperationView::from).collect(), next: page.next.clone(), total: page.total }
    }
}

impl From<&Operation> for OperationView {
    fn from(operation: &Operation) -> Self {
        Self {
            id: operation.id.to_string(),
            short: operation.id.short(),
            kind: operation.payload.kind(),
            state: operation.state,
            subject: (&operation.subject).into(),
            operator: operation.operator.clone(),
            reason: operation.reason.clone(),
            created_at: operation.created_at,
            updated_at: operation.updated_at,
            attempts: operation.attempts,
            due_at: operation.due_at,
            balance_before: operation.balance.before,
            balance_expected: operation.balance.expected,
            balance_after: operation.balance.after,
            balance_explained: operation.balance.explained,
            failure: operation.failure.clone(),
            proof: operation.proof.clone(),
            receipt: operation.receipt.as_ref().map(ToString::to_string),
            returned_by: operation.returned_by.map(|id| id.to_string()),
            version: operation.version,
            sum: operation.payload.headline_sum(),
            facts: (&operation.payload).into(),
            allowed: Allowed::of(operation),
        }
    }
}

impl Allowed {
    fn of(operation: &Operation) -> Self {
        let state = operation.state;
        Self {
            cancel: state == State::Prepared,
            reconcile: state == State::Unknown,
            decide: state == State::Unknown,
            resend: state == State::NotApplied,
            return_purchase: operation.payload.kind() == Kind::RegisterCheck
                && state == State::Confirmed
                && operation.returned_by.is_none(),
        }
    }
}

impl From<&office::Subject> for SubjectView {
    fn from(subject: &office::Subject) -> Self {
        Self {
            account: subject.account.as_ref().map(ToString::to_string),
            phone: subject.phone.as_ref().map(|phone| phone.as_e164().to_owned()),
            phone_text: subject.phone.as_ref().map(phone_text),
            name: subject.name.clone(),
            group: subject.group.clone(),
        }
    }
}

impl From<&Payload> for FactsView {
    fn from(payload: &Payload) -> Self {
        match payload {
            Payload::CreateGuest(new) => {
                Self::CreateGuest { group: new.group.to_string(), profile: (&new.profile).into() }
            }
            Payload::EditGuest(update) => {
                Self::EditGuest { changes: changes(&(&update.before).into(), &(&update.after).into()) }
            }
            Payload::Refill(refill) => Self::Refill { sum: refill.sum, comment: refill.comment.clone() },
            Payload::RegisterCheck(check) => Self::RegisterCheck {
                rest_code: check.rest_code.to_string(),
                check_guid: check.check_guid.to_string(),
                station: check.station.get(),
                outside_number: check.external_check.clone(),
                money_spent: check.money_spent,
                discount: check.discount,
                bonus_spent: check.bonus_spent,
                bonus_accrued: check.bonus_accrued,
                contents: check.check_data.clone(),
                purchased_at: check.purchased_at.map(|at| at.to_string()),
            },
            Payload::ReturnCheck(check) => Self::ReturnCheck {
                rest_code: check.rest_code.to_string(),
                check_guid: check.check_guid.to_string(),
                station: check.station.get(),
                outside_number: check.external_check.clone(),
            },
        }
    }
}

/// The fields in which two profiles differ.
#[must_use]
pub fn changes(before: &ProfileView, after: &ProfileView) -> Vec<ChangeView> {
    let texts = |profile: &ProfileView| {
        let sex = match profile.sex {
            Some(probonus::Sex::Male) => "male",
            Some(probonus::Sex::Female) => "female",
            None => "",
        };
        [
            ("surname", profile.surname.clone()),
            ("name", profile.name.clone()),
            ("patronymic", profile.patronymic.clone()),
            ("birthday", profile.birthday.clone()),
            ("sex", sex.to_owned()),
            ("email", profile.email.clone()),
            ("identifiers", profile.identifiers.join(", ")),
        ]
    };
    texts(before)
        .into_iter()
        .zip(texts(after))
        .filter(|((_, before), (_, after))| before != after)
        .map(|((field, before), (_, after))| ChangeView { field: field.to_owned(), before, after })
        .collect()
}

/// The verdict of a piece of evidence, and the rows it rests on.
#[must_use]
pub fn verdict(evidence: &Evidence) -> (Look, Vec<Found>) {
    match evidence {
        Evidence::Found(found) => (Look::Found, vec![found.clone()]),
        Evidence::Absent { conclusive: true } => (Look::Absent, Vec::new()),
        Evidence::Absent { conclusive: false } => (Look::AbsentPerhaps, Vec::new()),
        Evidence::Ambiguous { candidates } => (Look::Ambiguous, candidates.iter().take(50).cloned().collect()),
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
            Event::NotSent { failure, due_at } => Self::NotSent { failure: failure.clone(), due_at: *due_at },
            Event::Confirmed { proof, .. } => Self::Confirmed { proof: proof.clone() },
            Event::Rejected { failure } => Self::Rejected { failure: failure.clone() },
            Event::Unknown { failure } => Self::Unknown { failure: failure.clone() },
            Event::Looked { evidence } => {
                let (verdict, candidates) = verdict(evidence);
                Self::Looked { verdict, candidates }
            }
            Event::Reconciled { state, found } => Self::Reconciled { state: *state, found: found.clone() },
            Event::Decided { state, operator, reason, found } => Self::Decided {
                state: *state,
                operator: operator.clone(),
                reason: reason.clone(),
                found: found.clone(),
            },
            Event::Resent { operator } => Self::Resent { operator: operator.clone() },
            Event::Cancelled { operator } => Self::Cancelled { operator: operator.clone() },
            Event::BalanceRead { balance, surprise } => Self::BalanceRead {
                before: balance.before,
                expected: balance.expected,
                after: balance.after,
                explained: balance.explained,
                surprise: *surprise,
            },
            Event::RecordRead { unasked } => {
                Self::RecordRead { unasked: unasked.iter().map(ChangeView::from).collect() }
            }
            Event::Returned { by } => Self::Returned { by: by.to_string() },
        }
    }
}
