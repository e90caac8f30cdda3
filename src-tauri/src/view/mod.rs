//! The types that are sent to the page. They have no raw records and no secrets, and their lists are limited. Money is kopecks,
//! dates are ISO texts.

mod about;
mod backup;
mod balance;
mod connection;
mod contract;
mod coupon;
mod desktop;
mod guest;
mod history;
mod network;
mod operation;
mod phone;
mod preview;
mod quiet;
mod receipt;
mod status;
mod story;
mod support;
mod update;

pub(crate) use about::{AboutView, LogView};
#[cfg(test)]
pub(crate) use backup::BackupMade;
pub(crate) use backup::{BackupView, LossesView, RestorePreview, Restored};
pub(crate) use balance::BalanceView;
pub(crate) use connection::{ConnectionReport, ConnectionStep};
pub(crate) use contract::{ContractReport, ContractStatus, ProbeView, ProposalView, QueueHold, RightsDoubt};
#[cfg(test)]
pub(crate) use contract::{LineView, MethodSupport};
pub(crate) use coupon::CouponView;
pub(crate) use desktop::{AutostartState, DesktopChoice, DesktopQuestion, DesktopView};
pub(crate) use guest::{GroupView, GuestCard, GuestFound, GuestMade, GuestView, TermView};
pub(crate) use history::{TransactionPage, TransactionView, UnreadView, shown, zone};
pub(crate) use network::{AuthorityView, NetworkView};
pub(crate) use operation::{FieldChangeView, OperationPage, OperationView, SubjectView};
pub(crate) use phone::phone_text;
pub(crate) use preview::PreviewView;
pub(crate) use quiet::{shown_change, shown_document};
pub(crate) use receipt::ReceiptView;
pub(crate) use status::{
    AppStatus, JournalHealth, JournalStatus, Phase, QueueView, RollBackView, SecretStorage, ServerStatus, SessionState,
};
pub(crate) use story::{CodeNames, ReconciledView, StoryView};
pub(crate) use support::{CrashView, SupportFileView, SupportFilesView};
pub(crate) use update::{ReleaseNote, ReleaseNoteKind, ReleaseView, UpdateStage, UpdateView, UpdateWay};
