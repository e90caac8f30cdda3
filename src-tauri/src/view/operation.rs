//! Operations of the journal, for the page.

use jiff::Timestamp;
use office::{Allowed, Failure, FieldChange, Kind, Operation, Payload, State};
use probonus::{Kopecks, contract::ProfileField};
use serde::Serialize;
use specta::Type;

use super::{phone::phone_text, quiet::shown_failure};
use crate::shape::{ProfileView, shown_message, shown_name};

/// An operation.
#[derive(Clone, Debug, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OperationView {
    /// Identity.
    pub id: String,
    /// Its correlation marker in comments: `#1a2b3c4d`.
    pub short: String,
    /// What kind of change.
    pub kind: Kind,
    /// Its state.
    pub state: State,
    /// The guest or account that it is about.
    pub subject: SubjectView,
    /// Who prepared it.
    pub operator: String,
    /// The operator's reason.
    pub reason: String,
    /// When it was prepared.
    #[specta(type = String)]
    pub created_at: Timestamp,
    /// When it changed last.
    #[specta(type = String)]
    pub updated_at: Timestamp,
    /// The number of times that it was sent.
    pub attempts: u32,
    /// When it is tried again without asking.
    #[specta(type = Option<String>)]
    pub due_at: Option<Timestamp>,
    /// Balance just before, kopecks.
    pub balance_before: Option<Kopecks>,
    /// Balance expected after it, kopecks.
    pub balance_expected: Option<Kopecks>,
    /// Balance read after it, kopecks.
    pub balance_after: Option<Kopecks>,
    /// The part of the difference that other transactions explain, kopecks.
    pub balance_explained: Option<Kopecks>,
    /// Why it last failed, was refused or is unknown.
    pub failure: Option<Failure>,
    /// The server's entry that proves it.
    pub proof: Option<String>,
    /// The receipt that it made on the server.
    pub receipt: Option<String>,
    /// The number of times that the server has applied it, if more than once.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[specta(optional)]
    pub times_applied: Option<u32>,
    /// The return that undid it.
    pub returned_by: Option<String>,
    /// The number of its events.
    pub version: u32,
    /// Its main sum, kopecks.
    pub sum: Option<Kopecks>,
    /// The values that it sends.
    pub facts: FactsView,
    /// The actions that are allowed now.
    pub allowed: Allowed,
}

/// The guest or account that an operation is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SubjectView {
    /// Account.
    pub account: Option<String>,
    /// Phone as E.164.
    pub phone: Option<String>,
    /// Phone for the screen.
    pub phone_text: Option<String>,
    /// Name.
    pub name: String,
    /// Group.
    pub group: Option<String>,
}

/// The values that an operation sends, without the raw record.
#[derive(Clone, Debug, PartialEq, Serialize, Type)]
#[serde(tag = "kind", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub(crate) enum FactsView {
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
        changes: Vec<FieldChangeView>,
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

/// A field with its old and its new value. An empty text is no value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
pub(crate) struct FieldChangeView {
    /// One of [`ProfileView`]'s, or the server's own spelling.
    pub field: String,
    /// Before.
    pub before: String,
    /// After.
    pub after: String,
}

impl From<&FieldChange> for FieldChangeView {
    fn from(change: &FieldChange) -> Self {
        Self {
            field: shown_name(&change.field),
            before: change.before.as_deref().map(shown_message).unwrap_or_default(),
            after: change.after.as_deref().map(shown_message).unwrap_or_default(),
        }
    }
}

/// A page of operations.
#[derive(Clone, Debug, PartialEq, Serialize, Type)]
pub(crate) struct OperationPage {
    /// The rows.
    pub rows: Vec<OperationView>,
    /// Cursor of the next page; `null` at the end.
    pub next: Option<String>,
    /// The number of all operations, counted up to 10 000.
    pub total: u32,
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
            failure: operation.failure.as_ref().map(shown_failure),
            proof: operation.proof.as_deref().map(shown_name),
            receipt: operation.receipt.as_ref().map(ToString::to_string),
            times_applied: operation.times_applied,
            returned_by: operation.returned_by.map(|id| id.to_string()),
            version: operation.version,
            sum: operation.payload.headline_sum(),
            facts: (&operation.payload).into(),
            allowed: operation.allowed(),
        }
    }
}

impl From<&office::Subject> for SubjectView {
    fn from(subject: &office::Subject) -> Self {
        Self {
            account: subject.account.as_ref().map(ToString::to_string),
            phone: subject.phone.as_ref().map(|phone| phone.as_e164().to_owned()),
            phone_text: subject.phone.as_ref().map(phone_text),
            name: shown_name(&subject.name),
            group: subject.group.as_deref().map(shown_name),
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
pub fn changes(before: &ProfileView, after: &ProfileView) -> Vec<FieldChangeView> {
    let change = |field: ProfileField| {
        let (before, after) = (before.text(field), after.text(field));
        (before != after).then(|| FieldChangeView { field: field.name().to_owned(), before, after })
    };
    ProfileField::ALL.into_iter().filter_map(change).collect()
}
