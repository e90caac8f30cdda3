//! Turns the answer to a call into the operation's next event.

use probonus::{AccountId, Delivery, Error, ErrorKind, Kopecks, Phone, WriteAnswer};
use tokio::time::Instant;

use crate::{
    core::engine::Engine,
    ledger::entry::{key_of_account, key_of_entry_id},
    model::{
        capability::Capability,
        event::Event,
        failure::{Failure, Precondition},
        journal_error::JournalError,
        kinds::{Kind, Target, short_id::names_another},
        operation::Operation,
        payload::Payload,
    },
    reconcile::answered::{Answered, compare_with_record},
    send::{preflight::broken, retry::put_off},
};

/// Records the outcome of a call. [`Delivery`] alone tells whether it may have been applied.
///
/// | answer | example | the operation becomes |
/// |---|---|---|
/// | done | status 200, understood | confirmed |
/// | done, but it is not the answer to this request | it names another account, receipt or sum | unknown |
/// | done, and the guest's record is without it | a new guest whose phone finds nobody | unknown |
/// | done, and the guest's record can't be read | an edit, and the connection is lost then | unknown |
/// | unknown | timeout after the request left, status 500 | unknown |
/// | refused | the account is blocked | unknown, until a probe shows no trace of it: then rejected |
/// | not sent, and can't be sent so | the method is not supported | rejected |
/// | not sent | connection refused | prepared: it is tried again |
pub async fn settle(
    engine: &Engine,
    operation: &Operation,
    answer: Result<WriteAnswer, Error>,
) -> Result<Operation, JournalError> {
    let error = match answer {
        Ok(answer) => {
            engine.pace().answered();
            if let Some(failure) = not_its_own(engine, operation, &answer) {
                return engine.append(operation, Event::Unknown { failure: Some(failure) }).await;
            }
            note_telling(engine, operation, &answer).await?;
            return match compare_with_record(engine, operation, &answer).await {
                Answered::Shown(account) => confirm(engine, operation, &answer, account.as_ref()).await,
                Answered::NotRead(error) => {
                    let failure = Failure { delivery: Delivery::Unknown, ..Failure::from(&error) };
                    engine.append(operation, Event::Unknown { failure: Some(failure) }).await
                }
                Answered::NotShown => {
                    tracing::warn!(operation = %operation.id, "the server answered that it is done, and does not show it");
                    let failure = Failure { delivery: Delivery::Unknown, ..broken(Precondition::NotShown) };
                    engine.append(operation, Event::Unknown { failure: Some(failure) }).await
                }
            };
        }
        Err(error) => error,
    };
    let failure = Failure::from(&error);
    match error.delivery() {
        Delivery::Unknown => {
            engine.pace().failed_to_write(Instant::now(), &engine.policy);
            engine.append(operation, Event::Unknown { failure: Some(failure) }).await
        }
        Delivery::Refused => {
            if is_refused_to_everybody(&error) {
                engine.pace().failed_to_write(Instant::now(), &engine.policy);
            } else {
                engine.pace().answered();
            }
            engine.append(operation, Event::Unknown { failure: Some(failure) }).await
        }
        Delivery::NotSent if matches!(error.kind(), ErrorKind::Unsupported | ErrorKind::InvalidRequest) => {
            engine.append(operation, Event::Rejected { failure }).await
        }
        Delivery::NotSent => put_off(engine, operation, failure).await,
    }
}

/// Whether a refusal says nothing of this operation, so that the next one is refused as well. Example: the rights of the token were taken
/// away.
fn is_refused_to_everybody(error: &Error) -> bool {
    use ErrorKind::{Forbidden, NoSuchMethod, Redirect, RedirectLoop, RedirectToTls, SignInAgain};
    let is_of_the_method =
        matches!(error.kind(), Forbidden | SignInAgain | NoSuchMethod | Redirect | RedirectLoop | RedirectToTls);
    is_of_the_method || error.status() == Some(429)
}

/// Why an answer of success can't be this operation's; `None`: it may be. A proxy may give the answer to another request.
///
/// | answer | example |
/// |---|---|
/// | names another account | a refill of account 7, `{"accountId": 9}` |
/// | shows the record of another guest | `{"id": 9, "phone": "+79…"}`, and neither is the guest's |
/// | names the GUID of another receipt | a purchase |
/// | has the short id of another operation as its comment | a refill |
/// | names another sum, not one a hundred times as much or as little, nor the balance | a refill of 94.01, `{"sum": 7.77}` |
/// | names nothing, from a server whose answers to such operations named something before | `{}` |
fn not_its_own(engine: &Engine, operation: &Operation, answer: &WriteAnswer) -> Option<Failure> {
    let used_to_tell = telling(operation).is_some_and(|capability| engine.gate.has_observed(capability));
    let why = match names_other(operation, answer) {
        Some(why) => why,
        None if used_to_tell && !tells(answer) => "the answer names nothing, and this server's answers did",
        None => return None,
    };
    tracing::warn!(operation = %operation.id, why, "the answer is not this operation's");
    Some(Failure {
        kind: ErrorKind::Unreadable,
        delivery: Delivery::Unknown,
        status: None,
        server_message: None,
        detail: Some(why.to_owned()),
        precondition: None,
    })
}

/// What an answer names that can't be this operation's; see [`not_its_own`].
fn names_other(operation: &Operation, answer: &WriteAnswer) -> Option<&'static str> {
    let payload = &operation.payload;
    let own = payload.account()?;
    let is_other_guest =
        |(id, phone): &(AccountId, Phone)| own.is_surely_not(id) && operation.subject.phone.as_ref() != Some(phone);
    if answer.account.as_ref().is_some_and(|named| named != own) || answer.guest.as_ref().is_some_and(is_other_guest) {
        return Some("the answer names another account");
    }
    if payload.check_guid().zip(answer.check_guid).is_some_and(|(own, named)| own != named) {
        return Some("the answer names another receipt");
    }
    let Payload::Refill(refill) = payload else { return None };
    if names_another(operation.id, answer.comment.as_deref()) {
        return Some("the answer names another operation");
    }
    let is_other_sum = |named: &Kopecks| !may_be_sum_of(refill.sum, *named, operation.balance.before);
    answer.sum.as_ref().is_some_and(is_other_sum).then_some("the answer names another sum")
}

/// Whether an answer may name this sum, kopecks, after a refill of `sent`. Servers leave it out with a zero, count it in rubles, or
/// tell the balance in its place: the one before, or the new one.
fn may_be_sum_of(sent: Kopecks, named: Kopecks, before: Option<Kopecks>) -> bool {
    let after = before.and_then(|before| before.checked_add(sent));
    // Without a balance any sum may be one.
    let Some((before, after)) = before.zip(after) else { return true };
    named == Kopecks::ZERO || [sent, before, after].into_iter().any(|sum| is_same_but_unit(sum, named))
}

/// Whether two sums are the same, apart from the sign and from a factor of a hundred.
fn is_same_but_unit(one: Kopecks, other: Kopecks) -> bool {
    let (one, other) = (one.get().unsigned_abs(), other.get().unsigned_abs());
    one == other || one.checked_mul(100) == Some(other) || other.checked_mul(100) == Some(one)
}

fn tells(answer: &WriteAnswer) -> bool {
    answer.account.is_some() || answer.transaction.is_some() || answer.balance.is_some() || answer.receipt.is_some()
}

/// The capability that is observed if an answer to such an operation names something; `None`: an answer may name nothing.
///
/// Only a refill makes an entry each time. A purchase whose accrual waits makes none, so its answer has none to name.
fn telling(operation: &Operation) -> Option<Capability> {
    (operation.payload.kind() == Kind::Refill).then_some(Capability::AnswerToRefill)
}

/// Remembers that this server's answers to such operations name something, if this one does.
async fn note_telling(engine: &Engine, operation: &Operation, answer: &WriteAnswer) -> Result<(), JournalError> {
    match telling(operation).filter(|_| tells(answer)) {
        Some(capability) => engine.gate.observe(&*engine.journal, capability).await,
        None => Ok(()),
    }
}

/// Confirms an operation by the server's answer, with the account, entry and receipt that it names.
///
/// If the entry already proves another operation, it is left out: the operation is confirmed without a proof. `shown`: the new
/// account, as the server shows it.
async fn confirm(
    engine: &Engine,
    operation: &Operation,
    answer: &WriteAnswer,
    shown: Option<&AccountId>,
) -> Result<Operation, JournalError> {
    let account = shown.or(answer.account.as_ref()).or(operation.payload.account()).cloned();
    let proof = match (operation.payload.rules().target(), &account) {
        // The new account itself is the proof, so that no other attempt to create it can be proven by it.
        (Target::NewGuest(_), Some(account)) => Some(key_of_account(account)),
        (_, Some(account)) => answer.transaction.as_deref().map(|id| key_of_entry_id(account, id)),
        (_, None) => None,
    };
    let receipt = answer.receipt.clone();
    let confirmed = Event::Confirmed { account: account.clone(), proof, receipt: receipt.clone() };
    match engine.append(operation, confirmed).await {
        Err(JournalError::ProofTaken(_)) => {
            engine.append(operation, Event::Confirmed { account, proof: None, receipt }).await
        }
        confirmed => confirmed,
    }
}
