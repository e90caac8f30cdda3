//! Previews of operations.

use office::{Kind, Notice, Preview};
use probonus::Kopecks;
use serde::Serialize;
use specta::Type;

use super::quiet::shown_failure;
use crate::{
    shape::SuspectedDuplicateView,
    view::{FieldChangeView, GroupView, GuestView, SubjectView},
};

/// What an operation would do; shown before it is submitted.
#[derive(Clone, Debug, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PreviewView {
    /// What kind of change.
    pub kind: Kind,
    /// The guest or account that it is about.
    pub subject: SubjectView,
    /// The guest as the server has them now; `null` for a new one, or if the server does not answer.
    pub guest: Option<GuestView>,
    /// The group a new guest goes to.
    pub group: Option<GroupView>,
    /// Balance now, kopecks.
    pub balance_before: Option<Kopecks>,
    /// Balance expected after it, kopecks.
    pub balance_expected: Option<Kopecks>,
    /// For an edit: what changes.
    pub changes: Vec<FieldChangeView>,
    /// Suspected duplicates within a day. If there is one, sending needs a reason.
    pub suspected_duplicates: Vec<SuspectedDuplicateView>,
    /// Other facts that the operator should know.
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
            changes: preview.changes.iter().map(FieldChangeView::from).collect(),
            suspected_duplicates: preview.duplicates.iter().take(50).map(SuspectedDuplicateView::from).collect(),
            notices: preview.notices.iter().map(shown_notice).collect(),
        }
    }
}

/// A notice, with the words of the server as they are shown.
pub(super) fn shown_notice(notice: &Notice) -> Notice {
    match notice {
        Notice::BalanceUnreadable { failure } => Notice::BalanceUnreadable { failure: shown_failure(failure) },
        Notice::HistoryUnreadable { failure } => Notice::HistoryUnreadable { failure: shown_failure(failure) },
        Notice::AccountUnreadableNow { failure } => Notice::AccountUnreadableNow { failure: shown_failure(failure) },
        Notice::ServerSilent { failure } => Notice::ServerSilent { failure: shown_failure(failure) },
        other => other.clone(),
    }
}
