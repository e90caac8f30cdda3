//! What a command answers when it doesn't do what was asked: a closed code by which the page chooses its words.

mod field;
mod map;

use office::State;
use probonus::{Delivery, Kopecks, Method};
use serde::Serialize;
use specta::Type;

pub(crate) use self::field::{FieldCode, FieldError};
use crate::shape::{HaltView, ProfileView, Step, SuspectedDuplicateView};

/// The answer of a command that was not done.
#[derive(Clone, Debug, PartialEq, Serialize, Type, thiserror::Error)]
#[serde(rename_all = "camelCase")]
#[error("{code:?}: {message}")]
pub(crate) struct AppError {
    /// Whether the input is wrong, a precondition refused it, or something failed.
    pub class: ErrorClass,
    /// Which words the page shows; it never matches on text.
    pub code: ErrorCode,
    /// For the log and the "details" fold, in English; without secrets or phones.
    pub message: String,
    /// What the words are filled in with.
    pub details: Box<ErrorDetails>,
}

/// Not done is not always broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ErrorClass {
    /// What was typed can't be taken; see [`ErrorDetails::fields`].
    Invalid,
    /// Understood and refused by a rule of the office, before anything was sent.
    Refused,
    /// Something did not work: the network, the server, a file, the keychain.
    Failed,
}

macro_rules! error_codes {
    ($($(#[$doc:meta])* $name:ident => $class:ident,)*) => {
        /// Every reason for which a command is not done. The page has words for each.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Type)]
        #[serde(rename_all = "snake_case")]
        pub(crate) enum ErrorCode { $($(#[$doc])* $name,)* }

        impl ErrorCode {
            /// Every code.
            #[cfg(test)]
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// Whether it is a fault of the input, a refusal, or a failure.
            #[must_use]
            pub const fn class(self) -> ErrorClass {
                match self { $(Self::$name => ErrorClass::$class,)* }
            }
        }
    };
}

error_codes! {
    /// Fields were filled in wrongly.
    InvalidInput => Invalid,

    /// The phone has an account already.
    PhoneKnown => Refused,
    /// It is not known how the server writes phones, so the guest may be there already.
    PhoneFormatUnknown => Refused,
    /// The chosen group takes no new accounts.
    GroupHasNoTemplate => Refused,
    /// No group takes new accounts.
    NoTemplateGroup => Refused,
    /// The server knows no such account.
    AccountNotFound => Refused,
    /// The server marks the account as deleted, merged or blocked.
    AccountClosed => Refused,
    /// The profile was changed by someone else meanwhile.
    AccountChanged => Refused,
    /// More bonuses than there are.
    BalanceTooLow => Refused,
    /// The server tells no balance by which to see what it does with its first refill.
    // One name with the precondition that the journal keeps: the page has one text for both.
    #[serde(rename = "balance_not_told")]
    BalanceNotReported => Refused,
    /// The GUID was used before.
    GuidTaken => Refused,
    /// The outside number stands in another operation of the restaurant.
    OutsideNumberTaken => Refused,
    /// The server shows the receipt: it was registered, here or on another PC.
    AlreadyRegistered => Refused,
    /// The same was done lately: a reason is needed.
    PossibleDuplicate => Refused,
    /// It is not proven that the operation was not done: sending it again needs a reason.
    NotProvenAbsent => Refused,
    /// No such purchase in the journal.
    PurchaseNotFound => Refused,
    /// The purchase is not confirmed.
    PurchaseNotActive => Refused,
    /// The purchase is returned already.
    AlreadyReturned => Refused,
    /// The same operation id with other contents.
    IdReused => Refused,
    /// An operation on the account has an unknown outcome.
    UnknownPending => Refused,
    /// An earlier operation that the server had refused was applied all the same.
    RefusedWasApplied => Refused,
    /// Sending is halted until an operator looks at it.
    Halted => Refused,
    /// This server can't do that.
    Unsupported => Refused,
    /// The operation moved on meanwhile.
    Stale => Refused,
    /// The operation was made for another server.
    OtherServer => Refused,
    /// No such operation.
    OperationNotFound => Refused,
    /// The operation's state does not allow it.
    WrongState => Refused,
    /// The server's row proves another operation.
    ProofTaken => Refused,
    /// No server is connected.
    NotConnected => Refused,
    /// Not in this mode.
    WrongMode => Refused,
    /// The safe mode has no network, and changes no operation.
    SafeMode => Refused,
    /// Operations are unfinished on the present server: finish them before another one is connected.
    UnfinishedOperations => Refused,
    /// The journal has operations under way on another server than the one that is set.
    JournalOfOtherServer => Refused,
    /// A command is still under way: wait for it.
    Busy => Refused,
    /// Neither a training nor a ProBonus server was chosen yet.
    NotStarted => Refused,
    /// There is no such backup any more.
    BackupNotFound => Refused,
    /// What was proposed for the contract is not there any more.
    ProposalGone => Refused,
    /// The licences of the parts of others are not beside the program, or can't be shown.
    LicencesMissing => Failed,
    /// The files for support were not gathered, or a part of them is asked for that is not there.
    SupportFilesGone => Refused,

    /// The server's name could not be resolved.
    NameNotResolved => Failed,
    /// Nobody listens at the port.
    CannotConnect => Failed,
    /// Nobody answers at the address.
    Unreachable => Failed,
    /// No secure connection comes about.
    NoTls => Failed,
    /// Only outdated protection is offered.
    TlsTooOld => Failed,
    /// The certificate can't be used.
    Certificate => Failed,
    /// The certificate has expired.
    CertificateExpired => Failed,
    /// The certificate is not valid yet.
    CertificateNotYetValid => Failed,
    /// The certificate is of another host.
    CertificateOtherHost => Failed,
    /// The certificate is signed by no one whom this machine trusts.
    CertificateNotTrusted => Failed,
    /// The proxy can't be reached.
    ProxyAbsent => Failed,
    /// The proxy wants a password, or another one.
    ProxyPassword => Failed,
    /// The proxy takes only a sign-in of Windows.
    ProxyScheme => Failed,
    /// The proxy refused.
    Proxy => Failed,
    /// No answer in time.
    Timeout => Failed,
    /// The answer began and did not end in time.
    SlowAnswer => Failed,
    /// The connection broke.
    ConnectionLost => Failed,
    /// The answer is larger than the limit.
    AnswerTooLarge => Failed,
    /// The answer is larger than the limit once it is unpacked.
    PackedTooLarge => Failed,
    /// The server sent us elsewhere.
    Redirect => Failed,
    /// The server sent us to itself under `https://`.
    RedirectToTls => Failed,
    /// The server sent us from one address to the next without end.
    RedirectLoop => Failed,
    /// The port speaks TLS, and the address begins with `http://`.
    WantsTls => Failed,
    /// What answers does not speak HTTP.
    NotHttp => Failed,
    /// A page for people answers.
    WebPage => Failed,
    /// The answer is not from ProBonus.
    NotProBonus => Failed,
    /// The answer can't be understood.
    Unreadable => Failed,
    /// A part of a list came, and the rest can't be asked for.
    OnlyPart => Failed,
    /// Sign in again, or enter a new token.
    SignInAgain => Failed,
    /// The user or token may not do that.
    Forbidden => Failed,
    /// There is no such method at this address.
    NoSuchMethod => Failed,
    /// The server refused it, in its own words.
    ServerRefused => Failed,
    /// The server failed.
    ServerFault => Failed,
    /// The request could not be built.
    InvalidRequest => Failed,

    /// The disk is full.
    DiskFull => Failed,
    /// The journal or its folder can't be written.
    JournalReadOnly => Failed,
    /// Another process holds the journal.
    JournalLocked => Failed,
    /// The journal file is damaged.
    JournalCorrupt => Failed,
    /// The journal is missing or empty, although one is known.
    JournalMissing => Failed,
    /// The journal's file was deleted or replaced while it was in use.
    JournalDisplaced => Failed,
    /// The file in the journal's place, or that of a backup, belongs to another program.
    NotAJournal => Failed,
    /// The backup is damaged.
    BackupDamaged => Failed,
    /// The journal was written by a newer program.
    JournalNewer => Failed,
    /// Anything else of the journal.
    JournalFailed => Failed,

    /// The keychain is locked: unlock it and repeat.
    KeychainLocked => Failed,
    /// There is no keychain service.
    KeychainMissing => Failed,
    /// The keychain refused.
    KeychainRefused => Failed,
    /// The keychain did not answer in time: it may be asking for its password in another window.
    KeychainTimeout => Failed,

    /// The file holds no certificate.
    NotACertificate => Refused,
    /// The authority's certificate has ended, or begins later.
    AuthorityExpired => Refused,
    /// A server's certificate, not an authority's.
    NotAnAuthority => Refused,

    /// The settings were written by a newer program, and are left as they are.
    SettingsNewer => Failed,
    /// The settings could not be written.
    SettingsNotSaved => Failed,
    /// A file could not be written.
    FileNotWritten => Failed,
    /// The server publishes no description of its methods.
    DescriptionNotFound => Failed,
    /// What was found is no Swagger document.
    DescriptionUnreadable => Failed,
    /// The description is of some other service.
    DescriptionOfOther => Failed,
    /// A description of another server over plain http: anybody on the way could have written it.
    DescriptionUnprotected => Refused,
    /// The file is of some newer program.
    FileNewer => Failed,
    /// The file is damaged.
    FileBroken => Failed,
    /// The training server could not be started.
    TrainingFailed => Failed,
    /// A defect of this program.
    Internal => Failed,
}

/// What the words of an error are filled in with; each code uses its own few.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ErrorDetails {
    /// Fields that were filled in wrongly.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[specta(optional)]
    pub fields: Vec<FieldError>,
    /// The account in the way (`phone_known`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// The operation in the way.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operation: Option<String>,
    /// The balance there is, kopecks (`balance_too_low`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub balance: Option<Kopecks>,
    /// Where the operation or purchase stands (`wrong_state`, `purchase_not_active`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<State>,
    /// What the server can't do (`unsupported`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub method: Option<Method>,
    /// What looks like it (`possible_duplicate`), or is it (`already_registered`).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[specta(optional)]
    pub suspected_duplicates: Vec<SuspectedDuplicateView>,
    /// The three versions of a profile (`account_changed`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub versions: Option<Box<ThreeVersions>>,
    /// Why sending is halted (`halted`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub halt: Option<HaltView>,
    /// Whether the server may have applied it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delivery: Option<Delivery>,
    /// At which step of the check of the connection it showed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub step: Option<Step>,
    /// HTTP status.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// The server's own words, or the reason why it can't (`unsupported`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub server_message: Option<String>,
    /// A technical detail: the path in the answer that can't be read, the system's words about a file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub technical: Option<String>,
}

/// The versions of a profile that was changed by two.
#[derive(Clone, Debug, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ThreeVersions {
    /// As the operator had read it.
    pub read: ProfileView,
    /// As the operator wants it.
    pub wanted: ProfileView,
    /// As it is on the server now.
    pub now: ProfileView,
}

impl AppError {
    /// An error with a code, and words for the log.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self { class: code.class(), code, message: message.into(), details: Box::default() }
    }

    /// Wrongly filled fields.
    #[must_use]
    pub fn invalid(fields: Vec<FieldError>) -> Self {
        let names = fields.iter().map(|f| format!("{}: {:?}", f.field, f.code)).collect::<Vec<_>>().join(", ");
        Self::new(ErrorCode::InvalidInput, names).with(|details| details.fields = fields)
    }

    /// Fills in details.
    #[must_use]
    pub fn with(mut self, fill: impl FnOnce(&mut ErrorDetails)) -> Self {
        fill(&mut self.details);
        self
    }
}
