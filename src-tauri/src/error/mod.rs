//! The error of a command: a code from a closed list, by which the page chooses its text.

mod field;
mod map;

use office::State;
use probonus::{Delivery, Kopecks, Method, binding::SecretConstant};
use serde::Serialize;
use specta::Type;

pub(crate) use self::field::{FieldCode, FieldError};
use crate::shape::{HaltView, ProfileView, Step, SuspectedDuplicateView, shown_message};

/// The answer of a command that was not done.
#[derive(Clone, Debug, PartialEq, Serialize, Type, thiserror::Error)]
#[serde(rename_all = "camelCase")]
#[error("{code:?}: {message}")]
pub(crate) struct AppError {
    /// Whether the input is wrong, a rule refused it, or something failed.
    pub class: ErrorClass,
    /// The reason, by which the page chooses its text.
    pub code: ErrorCode,
    /// A message in English for the log and the "details" fold, without secrets or phones.
    pub message: String,
    /// The values that the text shows.
    pub details: Box<ErrorDetails>,
}

/// The class of an error: not every command that is not done has failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ErrorClass {
    /// The typed input can't be used; see [`ErrorDetails::fields`].
    Invalid,
    /// Understood and refused by a rule of the office, before anything was sent.
    Refused,
    /// Something did not work: the network, the server, a file, the keychain.
    Failed,
}

macro_rules! error_codes {
    ($($(#[$doc:meta])* $name:ident => $class:ident,)*) => {
        /// Every reason for which a command is not done. The page has a text for each.
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
    /// The server's phone format is unknown, so the guest may exist already.
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
    /// More bonuses are to be spent than the account has.
    BalanceTooLow => Refused,
    /// The server gives no balance, so its first refill could not be verified.
    // The precondition in the journal has the same name, so that the page has one text for both.
    #[serde(rename = "balance_not_told")]
    BalanceNotReported => Refused,
    /// The GUID was used before.
    GuidTaken => Refused,
    /// Another operation of the restaurant has the same outside number.
    OutsideNumberTaken => Refused,
    /// The server shows the purchase already: it was registered here or on another PC.
    AlreadyRegistered => Refused,
    /// A recent operation or entry looks the same: a reason is needed.
    PossibleDuplicate => Refused,
    /// It is not proven that the operation was not applied: sending it again needs a reason.
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
    /// The server shows what may be this operation: it is not sent again.
    MayBeApplied => Refused,
    /// An earlier operation that the server had refused was applied nevertheless.
    RefusedWasApplied => Refused,
    /// Sending is halted until an operator looks at it.
    Halted => Refused,
    /// This server can't do that.
    Unsupported => Refused,
    /// The operation changed meanwhile.
    Stale => Refused,
    /// The operation was made for another server.
    OtherServer => Refused,
    /// The server wants a key besides the sign-in; see [`ErrorDetails::keys`].
    KeyWanted => Refused,
    /// No such operation.
    OperationNotFound => Refused,
    /// The operation's state does not allow it.
    WrongState => Refused,
    /// The server's entry proves another operation.
    ProofTaken => Refused,
    /// No server is connected.
    NotConnected => Refused,
    /// Not in this mode.
    WrongMode => Refused,
    /// The safe mode has no network, and changes no operation.
    SafeMode => Refused,
    /// Operations are unfinished on the present server. Finish them before another one is connected.
    UnfinishedOperations => Refused,
    /// The journal has unfinished operations of another server than the connected one.
    JournalOfOtherServer => Refused,
    /// A command is still under way: wait for it.
    Busy => Refused,
    /// Neither the training nor a ProBonus server was chosen yet.
    NotStarted => Refused,
    /// There is no such backup any more.
    BackupNotFound => Refused,
    /// The proposed contract is not there any more.
    ProposalGone => Refused,
    /// The licences of third-party parts are not beside the program, or can't be shown.
    LicencesMissing => Failed,
    /// The files for support are not gathered, or have no such part.
    SupportFilesGone => Refused,

    /// No newer version was found in this run.
    UpdateGone => Refused,
    /// This copy does not update itself.
    UpdateImpossible => Refused,
    /// An operation or a command is under way: the program is not replaced now.
    OperationsOut => Refused,

    /// The server's name could not be resolved.
    NameNotResolved => Failed,
    /// Nothing listens at the port.
    CannotConnect => Failed,
    /// The address can't be reached.
    Unreachable => Failed,
    /// The TLS handshake failed.
    NoTls => Failed,
    /// The server offers only outdated versions or ciphers of TLS.
    TlsTooOld => Failed,
    /// The certificate can't be used.
    Certificate => Failed,
    /// The certificate has expired.
    CertificateExpired => Failed,
    /// The certificate is not valid yet.
    CertificateNotYetValid => Failed,
    /// The certificate belongs to another host.
    CertificateOtherHost => Failed,
    /// The certificate is not signed by an authority that this machine trusts.
    CertificateNotTrusted => Failed,
    /// The proxy can't be reached.
    ProxyAbsent => Failed,
    /// The proxy wants a password, or another one.
    ProxyPassword => Failed,
    /// The proxy takes only a Windows sign-in.
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
    /// The server redirects to where the client does not follow.
    Redirect => Failed,
    /// The server redirects to itself under `https://`.
    RedirectToTls => Failed,
    /// The server redirects too many times.
    RedirectLoop => Failed,
    /// The port speaks TLS, and the address begins with `http://`.
    WantsTls => Failed,
    /// The answer is not HTTP.
    NotHttp => Failed,
    /// The answer is a page for people.
    WebPage => Failed,
    /// Another program answers, not ProBonus.
    NotProBonus => Failed,
    /// The answer can't be understood.
    Unreadable => Failed,
    /// The answer is about another account or receipt than the one that was asked for.
    OtherAccount => Failed,
    /// Only a part of a list came, and the rest can't be asked for.
    OnlyPart => Failed,
    /// Sign in again, or enter a new token.
    SignInAgain => Failed,
    /// The user or token may not do that.
    Forbidden => Failed,
    /// There is no such method at this address.
    NoSuchMethod => Failed,
    /// The server refused it; see [`ErrorDetails::server_message`].
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
    /// The journal failed in another way.
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
    /// The authority's certificate has expired, or is not valid yet.
    AuthorityExpired => Refused,
    /// The certificate is a server's, not an authority's.
    NotAnAuthority => Refused,

    /// The settings were written by a newer program, and are not changed.
    SettingsNewer => Failed,
    /// The settings could not be written.
    SettingsNotSaved => Failed,
    /// A file could not be written.
    FileNotWritten => Failed,
    /// The system did not take the entry of the sign-in.
    AutostartNotSet => Failed,
    /// The desktop has no notification area, or did not take the icon.
    TrayImpossible => Failed,
    /// The system shows no notifications, or does not take the program's.
    NotificationsImpossible => Failed,
    /// The server publishes no description of its methods.
    DescriptionNotFound => Failed,
    /// The document that was found is not a Swagger document.
    DescriptionUnreadable => Failed,
    /// The description is of another service.
    DescriptionOfOther => Failed,
    /// The description is on another server over plain HTTP: anybody on the network could change it.
    DescriptionUnprotected => Refused,
    /// The file was written by a newer program.
    FileNewer => Failed,
    /// The file is damaged.
    FileBroken => Failed,
    /// The server of updates has no such file.
    UpdateNotFound => Failed,
    /// The server of updates fails or refuses.
    UpdateServerFailed => Failed,
    /// The server of updates names an address without protection.
    UpdateNotProtected => Failed,
    /// What the server of updates says can't be understood.
    UpdateUnreadable => Failed,
    /// The file is not the one that was signed for this version.
    UpdateNotTrusted => Failed,
    /// The new version could not be put in place.
    UpdateNotInstalled => Failed,
    /// The training server could not be started.
    TrainingFailed => Failed,
    /// A defect of this program.
    Internal => Failed,
}

/// The values that the text of an error shows. Each code uses a few of them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ErrorDetails {
    /// Fields that were filled in wrongly.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[specta(optional)]
    pub fields: Vec<FieldError>,
    /// The keys that the server wants (`key_wanted`).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[specta(optional)]
    pub keys: Vec<SecretConstant>,
    /// The account that has the phone (`phone_known`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// The operation that is the reason.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operation: Option<String>,
    /// The present balance, kopecks (`balance_too_low`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub balance: Option<Kopecks>,
    /// The state of the operation or the purchase (`wrong_state`, `purchase_not_active`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<State>,
    /// The method that the server lacks (`unsupported`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub method: Option<Method>,
    /// The suspected duplicates (`possible_duplicate`), or the purchase itself (`already_registered`).
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
    /// The step of the connection check that failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub step: Option<Step>,
    /// HTTP status.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// The server's own message, or the reason why it lacks the method (`unsupported`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub server_message: Option<String>,
    /// A technical detail: the path in the answer that can't be read, or the system's message about a file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub technical: Option<String>,
}

/// The versions of a profile that the operator and somebody else have changed.
#[derive(Clone, Debug, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ThreeVersions {
    /// As the operator read it.
    pub read: ProfileView,
    /// As the operator edited it.
    pub wanted: ProfileView,
    /// As it is on the server now.
    pub now: ProfileView,
}

impl AppError {
    /// An error with a code, and a message for the log. The message may repeat words of the server, and is cut as they are.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        let message = shown_message(&message.into());
        Self { class: code.class(), code, message, details: Box::default() }
    }

    /// The error of fields that were filled in wrongly.
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
