//! What an operation would do, shown before it is done.

use jiff::Timestamp;
use office::{Kind, Notice, Preview, SuspectedDuplicate};
use probonus::Kopecks;
use serde::Serialize;
use specta::Type;

use crate::view::{ChangeView, GroupView, GuestView, SubjectView};

/// Something within a day that looks like the operation at hand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SuspectedDuplicateView {
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

impl From<&SuspectedDuplicate> for SuspectedDuplicateView {
    fn from(suspected: &SuspectedDuplicate) -> Self {
        Self {
            operation: suspected.operation.map(|id| id.to_string()),
            at: suspected.at,
            server_time: suspected.server_time.map(|time| time.local.to_string()),
            sum: suspected.sum,
            outside_number: suspected.outside_number.clone(),
            comment: suspected.comment.clone(),
        }
    }
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
    pub suspected_duplicates: Vec<SuspectedDuplicateView>,
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
            suspected_duplicates: preview.duplicates.iter().take(50).map(SuspectedDuplicateView::from).collect(),
            notices: preview.notices.clone(),
        }
    }
}
