//! Maps refusals and failures of the lower rooms to the page's codes.

use office::{Field, FieldProblem, FieldProblemKind, JournalError, Refusal};
use probonus::{Error, ErrorKind, client::authority::AuthorityError};

use super::{AppError, ErrorCode, FieldCode, FieldError, ThreeVersions};
use crate::shape::{HaltView, KeychainProblem, SuspectedDuplicateView, shown_message};

impl From<Error> for AppError {
    fn from(error: Error) -> Self {
        Self::new(server_code(error.kind()), error.to_string()).with(|details| {
            details.delivery = Some(error.delivery());
            details.status = error.status();
            details.method = error.method();
            details.server_message = error.server_message().map(shown_message);
            details.technical = error.json_path().or(error.detail()).map(shown_message);
        })
    }
}

const fn server_code(kind: ErrorKind) -> ErrorCode {
    match kind {
        ErrorKind::NameNotResolved => ErrorCode::NameNotResolved,
        ErrorKind::CannotConnect => ErrorCode::CannotConnect,
        ErrorKind::Unreachable => ErrorCode::Unreachable,
        ErrorKind::NoTls => ErrorCode::NoTls,
        ErrorKind::TlsTooOld => ErrorCode::TlsTooOld,
        ErrorKind::Certificate => ErrorCode::Certificate,
        ErrorKind::CertificateExpired => ErrorCode::CertificateExpired,
        ErrorKind::CertificateNotYetValid => ErrorCode::CertificateNotYetValid,
        ErrorKind::CertificateOtherHost => ErrorCode::CertificateOtherHost,
        ErrorKind::CertificateNotTrusted => ErrorCode::CertificateNotTrusted,
        ErrorKind::ProxyAbsent => ErrorCode::ProxyAbsent,
        ErrorKind::ProxyPassword => ErrorCode::ProxyPassword,
        ErrorKind::ProxyScheme => ErrorCode::ProxyScheme,
        ErrorKind::Proxy => ErrorCode::Proxy,
        ErrorKind::Timeout => ErrorCode::Timeout,
        ErrorKind::SlowAnswer => ErrorCode::SlowAnswer,
        ErrorKind::ConnectionLost => ErrorCode::ConnectionLost,
        ErrorKind::AnswerTooLarge => ErrorCode::AnswerTooLarge,
        ErrorKind::PackedTooLarge => ErrorCode::PackedTooLarge,
        ErrorKind::Redirect => ErrorCode::Redirect,
        ErrorKind::RedirectToTls => ErrorCode::RedirectToTls,
        ErrorKind::RedirectLoop => ErrorCode::RedirectLoop,
        ErrorKind::WantsTls => ErrorCode::WantsTls,
        ErrorKind::NotHttp => ErrorCode::NotHttp,
        ErrorKind::WebPage => ErrorCode::WebPage,
        ErrorKind::NotProBonus => ErrorCode::NotProBonus,
        ErrorKind::Unreadable => ErrorCode::Unreadable,
        ErrorKind::OtherAccount => ErrorCode::OtherAccount,
        ErrorKind::OnlyPart => ErrorCode::OnlyPart,
        ErrorKind::SignInAgain => ErrorCode::SignInAgain,
        ErrorKind::Forbidden => ErrorCode::Forbidden,
        ErrorKind::NoSuchMethod => ErrorCode::NoSuchMethod,
        ErrorKind::Refused => ErrorCode::ServerRefused,
        ErrorKind::ServerFault => ErrorCode::ServerFault,
        ErrorKind::Unsupported => ErrorCode::Unsupported,
        ErrorKind::InvalidRequest => ErrorCode::InvalidRequest,
        // The protocol may get new kinds that this program does not know yet.
        _ => ErrorCode::Internal,
    }
}

impl From<AuthorityError> for AppError {
    fn from(error: AuthorityError) -> Self {
        let words = error.to_string();
        let code = match error {
            AuthorityError::Expired(_) | AuthorityError::NotYet(_) => ErrorCode::AuthorityExpired,
            AuthorityError::NotAnAuthority => ErrorCode::NotAnAuthority,
            _ => ErrorCode::NotACertificate,
        };
        Self::new(code, words.clone()).with(|details| details.technical = Some(words))
    }
}

impl From<KeychainProblem> for AppError {
    fn from(problem: KeychainProblem) -> Self {
        match problem {
            KeychainProblem::Locked => Self::new(ErrorCode::KeychainLocked, "the keychain is locked"),
            KeychainProblem::Missing => Self::new(ErrorCode::KeychainMissing, "there is no keychain service"),
            KeychainProblem::Refused => Self::new(ErrorCode::KeychainRefused, "the keychain refused"),
            KeychainProblem::Timeout => Self::new(ErrorCode::KeychainTimeout, "the keychain did not answer in time"),
        }
    }
}

impl From<JournalError> for AppError {
    fn from(error: JournalError) -> Self {
        let words = error.to_string();
        let about = |code: ErrorCode, operation: office::OperationId| {
            Self::new(code, words.clone()).with(|details| details.operation = Some(operation.to_string()))
        };
        let of_file = |code: ErrorCode| Self::new(code, words.clone()).with(|d| d.technical = Some(words.clone()));
        match error {
            JournalError::Stale(id) => about(ErrorCode::Stale, id),
            JournalError::NotFound(id) => about(ErrorCode::OperationNotFound, id),
            JournalError::IdReused(id) => about(ErrorCode::IdReused, id),
            JournalError::Transition { id, state } => {
                about(ErrorCode::WrongState, id).with(|details| details.state = Some(state))
            }
            JournalError::GuidTaken(id) => about(ErrorCode::GuidTaken, id),
            JournalError::OutsideNumberTaken(id) => about(ErrorCode::OutsideNumberTaken, id),
            JournalError::ReturnActive(id) => about(ErrorCode::AlreadyReturned, id),
            JournalError::ProofTaken(id) => about(ErrorCode::ProofTaken, id),
            JournalError::DiskFull => of_file(ErrorCode::DiskFull),
            JournalError::ReadOnly(_) => of_file(ErrorCode::JournalReadOnly),
            JournalError::Locked => of_file(ErrorCode::JournalLocked),
            JournalError::Corrupt(_) => of_file(ErrorCode::JournalCorrupt),
            JournalError::Missing => of_file(ErrorCode::JournalMissing),
            JournalError::Displaced(_) => of_file(ErrorCode::JournalDisplaced),
            JournalError::NotAJournal => of_file(ErrorCode::NotAJournal),
            JournalError::Newer { .. } | JournalError::NewerKind(_) => of_file(ErrorCode::JournalNewer),
            _ => of_file(ErrorCode::JournalFailed),
        }
    }
}

impl From<Refusal> for AppError {
    fn from(refusal: Refusal) -> Self {
        let words = refusal.to_string();
        let plain = |code: ErrorCode| Self::new(code, words.clone());
        let about = |code: ErrorCode, operation: office::OperationId| {
            plain(code).with(|details| details.operation = Some(operation.to_string()))
        };
        match refusal {
            Refusal::Invalid(problems) => Self::invalid(problems.iter().map(FieldError::from).collect()),
            Refusal::PhoneKnown { account } => {
                plain(ErrorCode::PhoneKnown).with(|details| details.account = Some(account.to_string()))
            }
            Refusal::GroupHasNoTemplate => plain(ErrorCode::GroupHasNoTemplate),
            Refusal::NoTemplateGroup => plain(ErrorCode::NoTemplateGroup),
            Refusal::AccountNotFound => plain(ErrorCode::AccountNotFound),
            Refusal::AccountClosed => plain(ErrorCode::AccountClosed),
            Refusal::AccountChanged(versions) => plain(ErrorCode::AccountChanged).with(|details| {
                details.versions = Some(Box::new(ThreeVersions {
                    read: (&versions.read).into(),
                    wanted: (&versions.wanted).into(),
                    now: (&versions.now).into(),
                }));
            }),
            Refusal::BalanceTooLow { balance } => {
                plain(ErrorCode::BalanceTooLow).with(|details| details.balance = Some(balance))
            }
            Refusal::BalanceNotReported => plain(ErrorCode::BalanceNotReported),
            Refusal::GuidTaken { op } => about(ErrorCode::GuidTaken, op),
            Refusal::OutsideNumberTaken { op } => about(ErrorCode::OutsideNumberTaken, op),
            Refusal::AlreadyRegistered(shown) => plain(ErrorCode::AlreadyRegistered)
                .with(|details| details.suspected_duplicates = vec![SuspectedDuplicateView::from(&*shown)]),
            Refusal::PossibleDuplicate { suspected } => plain(ErrorCode::PossibleDuplicate).with(|details| {
                details.suspected_duplicates = suspected.iter().take(50).map(SuspectedDuplicateView::from).collect()
            }),
            Refusal::NotProvenAbsent => plain(ErrorCode::NotProvenAbsent),
            Refusal::PurchaseNotFound => plain(ErrorCode::PurchaseNotFound),
            Refusal::PurchaseNotActive { state } => {
                plain(ErrorCode::PurchaseNotActive).with(|details| details.state = Some(state))
            }
            Refusal::AlreadyReturned { by } => about(ErrorCode::AlreadyReturned, by),
            Refusal::IdReused => plain(ErrorCode::IdReused),
            Refusal::UnknownPending { op } => about(ErrorCode::UnknownPending, op),
            Refusal::MayBeApplied { op } => about(ErrorCode::MayBeApplied, op),
            Refusal::RefusedWasApplied { op } => about(ErrorCode::RefusedWasApplied, op),
            Refusal::Halted(halt) => {
                plain(ErrorCode::Halted).with(|details| details.halt = Some(HaltView::from(&*halt)))
            }
            Refusal::Unsupported { method, reason } => plain(ErrorCode::Unsupported).with(|details| {
                details.method = Some(method);
                details.technical = Some(reason);
            }),
            Refusal::NotFound => plain(ErrorCode::OperationNotFound),
            Refusal::WrongState { state } => plain(ErrorCode::WrongState).with(|details| details.state = Some(state)),
            Refusal::OtherServer { server } => {
                plain(ErrorCode::OtherServer).with(|details| details.technical = Some(server))
            }
            Refusal::Server(error) => error.into(),
            Refusal::Journal(error) => error.into(),
        }
    }
}

impl From<&FieldProblem> for FieldError {
    fn from(problem: &FieldProblem) -> Self {
        let field = Self::new(field_name(problem.field), FieldCode::Required);
        match &problem.problem {
            FieldProblemKind::Required => field,
            FieldProblemKind::TooLong { max } => Self { code: FieldCode::TooLong, max: Some(*max), ..field },
            FieldProblemKind::ControlCharacters => Self { code: FieldCode::BadCharacters, ..field },
            FieldProblemKind::NotPositive => Self { code: FieldCode::NotPositive, ..field },
            FieldProblemKind::Negative => Self { code: FieldCode::Negative, ..field },
            FieldProblemKind::OverLimit { limit } => Self { code: FieldCode::OverLimit, limit: Some(*limit), ..field },
            FieldProblemKind::InFuture => Self { code: FieldCode::InTheFuture, ..field },
            FieldProblemKind::TooLongAgo { earliest } => {
                Self { code: FieldCode::TooLongAgo, earliest: Some(earliest.to_string()), ..field }
            }
            FieldProblemKind::NotDays => Self { code: FieldCode::NotDays, ..field },
            FieldProblemKind::NotAnEmail => Self { code: FieldCode::NotAnEmail, ..field },
            FieldProblemKind::NothingChanged => Self { code: FieldCode::NothingChanged, ..field },
            FieldProblemKind::Repeated => Self { code: FieldCode::Repeated, ..field },
            FieldProblemKind::TooMany { max } => Self { code: FieldCode::TooMany, max: Some(*max), ..field },
            FieldProblemKind::NothingInIt => Self { code: FieldCode::NothingInIt, ..field },
        }
    }
}

/// The name of the field in the forms.
const fn field_name(field: Field) -> &'static str {
    match field {
        Field::Phone => "phone",
        Field::Group => "group",
        Field::OfProfile(field) => field.name(),
        Field::Profile => "profile",
        Field::Sum => "sum",
        Field::Note => "note",
        Field::OutsideNumber => "outsideNumber",
        Field::PurchasedAt => "purchasedAt",
        Field::MoneySpent => "moneySpent",
        Field::Discount => "discount",
        Field::BonusSpent => "bonusSpent",
        Field::BonusAccrued => "bonusAccrued",
        Field::Contents => "contents",
        Field::Operator => "operator",
        Field::Reason => "reason",
    }
}

#[cfg(test)]
mod tests {
    use probonus::{Delivery, Kopecks, Method};

    use super::*;
    use crate::error::ErrorClass;

    #[test]
    fn a_refusal_is_not_a_failure() {
        let refused: AppError = Refusal::BalanceTooLow { balance: Kopecks::ZERO }.into();
        assert_eq!((refused.class, refused.details.balance), (ErrorClass::Refused, Some(Kopecks::ZERO)));
        let failed: AppError = JournalError::DiskFull.into();
        assert_eq!((failed.class, failed.code), (ErrorClass::Failed, ErrorCode::DiskFull));
        let problem = FieldProblem { field: Field::OutsideNumber, problem: FieldProblemKind::TooLong { max: 50 } };
        let invalid: AppError = Refusal::Invalid(vec![problem]).into();
        assert_eq!(invalid.class, ErrorClass::Invalid);
        let field = &invalid.details.fields[0];
        assert_eq!((field.field.as_str(), field.code, field.max), ("outsideNumber", FieldCode::TooLong, Some(50)));
    }

    #[test]
    fn a_failure_of_the_server_keeps_its_message() {
        let error = Error::new(ErrorKind::Refused, Delivery::Refused)
            .with_method(Method::Refill)
            .with_status(400)
            .with_server_message("нет такого счёта");
        let error = AppError::from(Refusal::Server(error));
        assert_eq!(error.code, ErrorCode::ServerRefused);
        assert_eq!(error.details.server_message.as_deref(), Some("нет такого счёта"));
        assert_eq!((error.details.status, error.details.delivery), (Some(400), Some(Delivery::Refused)));
    }

    #[test]
    fn every_kind_of_failure_has_a_code_of_its_own() {
        let mut codes = std::collections::HashMap::new();
        for kind in ErrorKind::ALL {
            let code = AppError::from(Error::new(kind, Delivery::Unknown)).code;
            assert_ne!(code, ErrorCode::Internal, "{kind:?}");
            let earlier = codes.insert(code, kind);
            assert_eq!(earlier, None, "{kind:?}");
            // The page finds the text of a failure in the journal by its kind.
            let spelled = |value: serde_json::Value| value.as_str().unwrap().to_owned();
            let (kind, code) = (spelled(serde_json::json!(kind)), spelled(serde_json::json!(code)));
            assert!(kind == code || (kind == "refused" && code == "server_refused"), "{kind}: {code}");
        }
    }

    #[test]
    fn codes_are_spelled_for_the_page_and_none_twice() {
        let spelled: std::collections::BTreeSet<String> =
            ErrorCode::ALL.iter().map(|code| serde_json::to_string(code).unwrap()).collect();
        assert_eq!(spelled.len(), ErrorCode::ALL.len());
        assert!(spelled.contains("\"keychain_locked\""));
    }
}
