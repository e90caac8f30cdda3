//! What crosses to the page: the domain's types in the shape the page shows, without raw records, secrets or
//! anything unbounded. Money is kopecks, dates are ISO texts.

mod backup;
mod connection;
mod contract;
mod guest;
mod history;
mod network;
mod operation;
mod phone;
mod preview;
mod status;
mod story;

#[cfg(test)]
pub use backup::BackupMade;
pub use backup::{BackupView, LossesView, RestorePreview, Restored};
pub use connection::{ConnectionReport, ConnectionStep};
pub use contract::{ContractReport, ContractStatus, ProbeView, ProposalView, QueueHold};
#[cfg(test)]
pub use contract::{LineView, MethodSupport};
pub use guest::{BalanceView, GroupView, GuestCard, GuestFound, GuestView, TermView};
pub use history::{ReceiptView, TransactionPage, TransactionView};
pub use network::{AuthorityView, NetworkView};
pub use operation::{ChangeView, OperationPage, OperationView, SubjectView};
pub(crate) use phone::phone_text;
pub use preview::PreviewView;
pub use status::{
    AppStatus, JournalHealth, JournalStatus, Phase, QueueView, RollBackView, SecretStorage, ServerStatus, SessionState,
};
pub use story::{ReconciledView, StoryView};
