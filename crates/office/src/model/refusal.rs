//! Why the office does not accept a command. A refusal is not a failure: nothing of the command was sent.

use jiff::civil::Date;
use probonus::{AccountId, Kopecks, Method, Profile, contract::ProfileField};
use serde::{Deserialize, Serialize};

use crate::model::{
    journal_error::JournalError,
    operation::{OperationId, State},
    queue::Halt,
    suspected_duplicate::SuspectedDuplicate,
};

/// Why an operation was refused before a byte of it left.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// Something typed can't be right; each problem names its field.
    #[error("{} field problem(s)", .0.len())]
    Invalid(Vec<FieldProblem>),
    /// A guest with this phone exists: offer the card.
    #[error("a guest with this phone exists")]
    PhoneKnown {
        /// The account to open.
        account: AccountId,
    },
    /// The group takes no new accounts: it has no «Шаблон для API».
    #[error("the group has no template")]
    GroupHasNoTemplate,
    /// No group of the server has a template: the ProBonus administrator must set «Шаблон для API» for one.
    #[error("no group has a template")]
    NoTemplateGroup,
    /// The server knows no such account by that phone.
    #[error("no such account by that phone")]
    AccountNotFound,
    /// The server marks the account as deleted or merged, or, for an operation that moves money, as blocked.
    #[error("the account is closed on the server")]
    AccountClosed,
    /// The profile was changed by someone else since the operator opened it.
    #[error("the account was changed meanwhile")]
    AccountChanged(Box<ThreeVersions>),
    /// The purchase pays with more bonuses than there are.
    #[error("the balance is too low: {balance:?}")]
    BalanceTooLow {
        /// What there is, kopecks.
        balance: Kopecks,
    },
    /// It would be the canary refill, and the server reports no balance that could prove its unit.
    #[error("the server reports no balance")]
    BalanceNotReported,
    /// The GUID was used before.
    #[error("the GUID was used by {op}")]
    GuidTaken {
        /// By this operation.
        op: OperationId,
    },
    /// The restaurant has an active purchase with this outside number. Never sent, whatever the reason.
    #[error("the outside number belongs to {op}")]
    OutsideNumberTaken {
        /// To this operation.
        op: OperationId,
    },
    /// The server shows the receipt, registered and not returned: by another PC, or by this one before its journal was put
    /// back. Never sent, whatever the reason.
    #[error("the receipt is registered on the server")]
    AlreadyRegistered(Box<SuspectedDuplicate>),
    /// It has suspected duplicates. It is sent only with an explicit reason.
    #[error("{} suspected duplicate(s)", suspected.len())]
    PossibleDuplicate {
        /// The suspected duplicates.
        suspected: Vec<SuspectedDuplicate>,
    },
    /// It is not proven that the operation was not applied: no trace of it was seen, but the reading may be old. It is sent again
    /// only with an explicit reason.
    #[error("it is not proven that the operation was not applied")]
    NotProvenAbsent,
    /// There is no such purchase in the journal.
    #[error("no such purchase")]
    PurchaseNotFound,
    /// The purchase can't be returned, because it is not confirmed: it waits, is being sent, or was not applied.
    #[error("the purchase is {state:?}")]
    PurchaseNotActive {
        /// The state it is in.
        state: State,
    },
    /// The purchase has a return.
    #[error("the purchase is returned by {by}")]
    AlreadyReturned {
        /// This one.
        by: OperationId,
    },
    /// The same operation id with something else in it: a defect or a forgery.
    #[error("the operation id was used for something else")]
    IdReused,
    /// An operation of the account has an unknown outcome. It must be settled first.
    #[error("operation {op} has an unknown outcome")]
    UnknownPending {
        /// The one to settle.
        op: OperationId,
    },
    /// The server shows what may be this operation, so it is not sent again: the operator decides whether it was applied.
    #[error("operation {op} may be applied: the server shows it, or something like it")]
    MayBeApplied {
        /// The operation.
        op: OperationId,
    },
    /// An earlier operation that the server had refused was applied all the same: this one may be its correction.
    #[error("operation {op} was refused, and applied all the same")]
    RefusedWasApplied {
        /// The one that was applied.
        op: OperationId,
    },
    /// A balance mismatch halts the queue, until someone has looked.
    #[error("the queue is halted")]
    Halted(Box<Halt>),
    /// This server can't do it.
    #[error("the server can't do {method:?}: {reason}")]
    Unsupported {
        /// What it can't do.
        method: Method,
        /// Why, from the binding.
        reason: String,
    },
    /// There is no such operation.
    #[error("no such operation")]
    NotFound,
    /// The operation is in a state in which this can't be done.
    #[error("the operation is {state:?}")]
    WrongState {
        /// The state it is in.
        state: State,
    },
    /// The operation was made for another server. It is neither probed nor sent here.
    #[error("the operation was made for {server}")]
    OtherServer {
        /// For this one.
        server: String,
    },
    /// Something had to be read from the server first, and could not be.
    #[error("the server could not be asked: {0}")]
    Server(probonus::Error),
    /// The journal could not be written or read: nothing was sent.
    #[error(transparent)]
    Journal(JournalError),
}

impl From<JournalError> for Refusal {
    /// A broken constraint of the journal becomes a refusal of its own; any other error is the journal's failure.
    fn from(error: JournalError) -> Self {
        match error {
            JournalError::GuidTaken(op) => Self::GuidTaken { op },
            JournalError::OutsideNumberTaken(op) => Self::OutsideNumberTaken { op },
            JournalError::ReturnActive(by) => Self::AlreadyReturned { by },
            JournalError::IdReused(_) => Self::IdReused,
            JournalError::NotFound(_) => Self::NotFound,
            JournalError::Transition { state, .. } => Self::WrongState { state },
            other => Self::Journal(other),
        }
    }
}

/// A profile that the operator and someone else changed at the same time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ThreeVersions {
    /// As the operator read it.
    pub read: Profile,
    /// As it is on the server now.
    pub now: Profile,
    /// As the operator wants it.
    pub wanted: Profile,
}

/// Something typed that can't be right.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct FieldProblem {
    /// Where.
    pub field: Field,
    /// What.
    #[serde(flatten)]
    pub problem: FieldProblemKind,
}

/// What can be wrong with a field; closed, for the user interface to translate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "snake_case")]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub enum FieldProblemKind {
    /// Must not be empty.
    Required,
    /// Too many characters.
    TooLong {
        /// The most it may have.
        max: u32,
    },
    /// Characters that no one types: control characters, or a line break in a text of one line.
    ControlCharacters,
    /// Zero or less, where a sum above zero is needed.
    NotPositive,
    /// Less than zero.
    Negative,
    /// More than the office allows at once.
    OverLimit {
        /// The most, kopecks.
        limit: Kopecks,
    },
    /// A day that has not come yet.
    InFuture,
    /// So long ago that it must be a typing error.
    TooLongAgo {
        /// The first day that is accepted.
        #[cfg_attr(feature = "specta", specta(type = String))]
        earliest: Date,
    },
    /// A number of days that can't be right: zero, or more than the field allows.
    NotDays,
    /// Not an e-mail address.
    NotAnEmail,
    /// The same as it was: there is nothing to send.
    NothingChanged,
    /// The same thing twice in a list.
    Repeated,
    /// Too many entries.
    TooMany {
        /// The most.
        max: u32,
    },
    /// The purchase has no sum at all.
    NothingInIt,
}

/// A field of a form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub enum Field {
    /// Телефон.
    Phone,
    /// Группа.
    Group,
    /// A field of the profile.
    OfProfile(ProfileField),
    /// The profile as a whole.
    Profile,
    /// Сумма.
    Sum,
    /// Причина и примечание.
    Note,
    /// Номер во внешней системе.
    OutsideNumber,
    /// Когда была покупка.
    PurchasedAt,
    /// Оплачено деньгами.
    MoneySpent,
    /// Скидка.
    Discount,
    /// Оплачено бонусами.
    BonusSpent,
    /// Начислено.
    BonusAccrued,
    /// Содержимое чека.
    Contents,
    /// Who does it.
    Operator,
    /// Why it is done all the same, or why it was decided so.
    Reason,
}
