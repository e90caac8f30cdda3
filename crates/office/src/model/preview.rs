//! The preview of an operation, shown before anything is done.

use probonus::{Account, Group};
use serde::{Deserialize, Serialize};

use crate::model::{
    failure::Failure,
    operation::{BalanceVerification, OperationId, Subject},
    payload::Kind,
    profile::FieldChange,
    suspected_duplicate::SuspectedDuplicate,
};

/// What an operation would do, with all that was read to know it. Nothing was written or sent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Preview {
    /// What kind of change.
    pub kind: Kind,
    /// Whom it is about.
    pub subject: Subject,
    /// The account as the server has it now; `None` for a new guest, or when the server is silent.
    pub account: Option<Account>,
    /// The group a new guest goes to.
    pub group: Option<Group>,
    /// Balance now and as expected afterwards, kopecks.
    pub balance: BalanceVerification,
    /// For an edit: each field that changes.
    pub changes: Vec<FieldChange>,
    /// Suspected duplicates. To send it all the same, the operator must give a reason.
    pub duplicates: Vec<SuspectedDuplicate>,
    /// What else the operator should know.
    pub notices: Vec<Notice>,
}

/// Something an operator should know before they confirm.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "notice", rename_all = "snake_case")]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub enum Notice {
    /// The account is blocked on the server.
    AccountBlocked,
    /// The account is said to be out of use, though neither blocked nor deleted.
    AccountInactive,
    /// The balance could not be read, so it will not be verified.
    BalanceUnreadable {
        /// Why.
        failure: Failure,
    },
    /// The server's entries could not be read, so only the journal was searched for duplicates.
    HistoryUnreadable {
        /// Why.
        failure: Failure,
    },
    /// The account was found, and its balance or its entries can't be read just now: the operation waits until they can.
    AccountUnreadableNow {
        /// Why.
        failure: Failure,
    },
    /// The server is silent: the operation will wait in the outbox.
    ServerSilent {
        /// Why.
        failure: Failure,
    },
    /// The queue is paused: the operation will wait in the outbox.
    QueuePaused,
    /// The queue is held until a change of the server's contract is accepted: the operation will wait in the outbox.
    QueueHeld,
    /// The canary refill is not verified by its balance yet: this one will wait for it.
    WaitsForCanary {
        /// The canary.
        op: OperationId,
    },
    /// It is the first refill to this server: the canary. The next one waits until its balance is verified.
    FirstRefill,
    /// Earlier operations of the account wait in the outbox; this one goes after them.
    WaitsBehind {
        /// The last of them.
        op: OperationId,
    },
    /// The purchase was registered by another program: what its return will change is not known here.
    ForeignPurchase,
    /// The same, and the guest's newest entries show purchases, not this one: the phone or the GUID may be another's.
    PurchaseNotShown,
}
