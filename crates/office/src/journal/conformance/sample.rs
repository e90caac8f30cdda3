//! Operations to try a journal with.

use jiff::{SignedDuration, Timestamp};
use probonus::{
    AccountId, CheckGuid, ExternalCheck, GroupId, Kopecks, NewAccount, Phone, Profile, Refill, RestCode, ReturnCheck,
    StationCode,
};
use uuid::Uuid;

use crate::{
    journal::port::Journal,
    model::{
        event::Event,
        evidence::MatchedEntry,
        journal_error::JournalError,
        operation::{Operation, OperationId, State, Subject},
        payload::Payload,
    },
};

/// The operation with this number for an id; the digits stand at its beginning too, where a search looks.
#[must_use]
pub const fn id(number: u64) -> OperationId {
    OperationId(Uuid::from_u64_pair(number << 32 | 0x4000, 0x8000_0000_0000_0000 | number))
}

/// A moment, this many seconds after noon of 2026-11-02 in UTC.
#[must_use]
pub fn at(seconds: i64) -> Timestamp {
    "2026-11-02T12:00:00Z".parse::<Timestamp>().unwrap() + SignedDuration::from_secs(seconds)
}

/// A GUID.
#[must_use]
pub fn guid(number: u128) -> CheckGuid {
    CheckGuid::from_uuid(Uuid::from_u128(0xabcd_0000_0000_4000_8000_0000_0000_0000 | number))
}

/// A sum in rubles.
#[must_use]
pub fn rubles(rubles: i64) -> Kopecks {
    Kopecks::new(rubles * 100).unwrap()
}

/// A refill.
#[must_use]
pub fn refill(account: &str, sum: Kopecks) -> Payload {
    Payload::Refill(Refill { account: AccountId::new(account), sum, comment: "Извинение".into() })
}

/// A new guest.
#[must_use]
pub fn guest(phone: &str) -> Payload {
    Payload::CreateGuest(NewAccount {
        group: GroupId::new("3"),
        phone: phone.parse().unwrap(),
        profile: Profile::default(),
    })
}

/// A purchase of 1000 rubles.
#[must_use]
pub fn purchase(number: u128, rest: &str, outside: &str) -> Payload {
    Payload::RegisterCheck(ExternalCheck {
        rest_code: RestCode::new(rest).unwrap(),
        check_guid: guid(number),
        account: AccountId::new("7"),
        station: StationCode::OUTSIDE,
        external_check: outside.into(),
        bonus_spent: Kopecks::ZERO,
        discount: Kopecks::ZERO,
        bonus_accrued: rubles(50),
        money_spent: rubles(1000),
        check_data: "Пицца × 2".into(),
        purchased_at: None,
    })
}

/// The return of [`purchase`] with this number.
#[must_use]
pub fn return_of(number: u128, rest: &str, outside: &str) -> Payload {
    Payload::ReturnCheck(ReturnCheck {
        check_guid: guid(number),
        rest_code: RestCode::new(rest).unwrap(),
        account: AccountId::new("7"),
        external_check: outside.into(),
        station: StationCode::OUTSIDE,
    })
}

/// A guest to whom an operation belongs.
#[must_use]
pub fn subject(name: &str, phone: &str) -> Subject {
    let phone = (!phone.is_empty()).then(|| phone.parse::<Phone>().unwrap());
    Subject { phone, name: name.into(), ..Subject::default() }
}

/// The first event.
#[must_use]
pub fn prepared(payload: Payload, subject: Subject) -> Event {
    Event::Prepared {
        payload: Box::new(payload),
        subject,
        operator: "Ольга".into(),
        reason: "жалоба".into(),
        server: None,
        undoes: None,
        shown: Vec::new(),
    }
}

/// It goes out.
#[must_use]
pub const fn sending(attempt: u32) -> Event {
    Event::Sending { attempt, balance_before: None, turnover_before: None, clock_offset: None, snapshot: None }
}

/// The server did it.
#[must_use]
pub fn confirmed(proof: Option<&str>) -> Event {
    Event::Confirmed { account: None, proof: proof.map(str::to_owned), receipt: None }
}

/// It may have been done.
#[must_use]
pub const fn unknown() -> Event {
    Event::Unknown { failure: None }
}

/// Given up.
#[must_use]
pub fn cancelled() -> Event {
    Event::Cancelled { operator: "Ольга".into() }
}

/// The evidence says it was not done.
#[must_use]
pub const fn not_applied() -> Event {
    Event::Reconciled { state: State::NotApplied, found: None }
}

/// A row that proves.
#[must_use]
pub fn found(proof: &str) -> MatchedEntry {
    MatchedEntry { proof: proof.into(), exact: true, summary: String::new(), sum: None, account: None, receipt: None }
}

/// Prepares an operation of someone without a name or phone.
///
/// # Errors
/// The journal's.
pub async fn prepare(journal: &dyn Journal, number: u64, payload: Payload) -> Result<Operation, JournalError> {
    journal.append(id(number), 0, at(number.cast_signed()), prepared(payload, Subject::default())).await
}

/// Appends `events` one after another to an operation that is there.
///
/// # Errors
/// The journal's, of the first that fails.
pub async fn go_on(
    journal: &dyn Journal,
    number: u64,
    events: impl IntoIterator<Item = Event> + Send,
) -> Result<Operation, JournalError> {
    let mut operation = journal.get(id(number)).await?.ok_or(JournalError::NotFound(id(number)))?;
    for event in events.into_iter().collect::<Vec<_>>() {
        operation = journal.append(operation.id, operation.version, operation.updated_at, event).await?;
    }
    Ok(operation)
}
