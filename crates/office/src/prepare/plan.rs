//! The plan of an operation: all that must be known before it is prepared. Nothing is written.

use probonus::{Account, Group, Kopecks, Phone, Profile};

use crate::{
    core::{engine::Engine, gate::UnitConfidence},
    ledger::{effect::expected_effect, reading::AccountSnapshot},
    model::{
        account_queue::AccountQueue,
        draft::Draft,
        failure::{Failure, is_server_silent},
        operation::{BalanceVerification, OperationId, Subject},
        payload::Payload,
        preview::{Notice, Preview},
        profile::{self, FieldChange},
        refusal::{Refusal, ThreeVersions},
        suspected_duplicate::SuspectedDuplicate,
    },
    prepare::{
        guard::{guard_against_history, guard_against_journal},
        payload::{Intent, intent_of},
        reads::{read_for_account, read_for_new_guest},
        validate::validate,
    },
};

/// An operation that could be prepared.
#[derive(Debug)]
pub struct Plan {
    pub payload: Payload,
    pub subject: Subject,
    /// The operator's note.
    pub note: String,
    /// The group of a new guest.
    pub group: Option<Group>,
    /// By how much it should change the balance, kopecks.
    pub effect: Option<Kopecks>,
    /// What was read of the account; `None`: the server is silent.
    pub snapshot: Option<AccountSnapshot>,
    pub duplicates: Vec<SuspectedDuplicate>,
    pub notices: Vec<Notice>,
}

impl Plan {
    /// The plan as it is shown to the operator.
    pub fn preview(self) -> Preview {
        let before = self.snapshot.as_ref().and_then(|snapshot| snapshot.balance);
        let expected = before.zip(self.effect).and_then(|(before, effect)| before.checked_add(effect));
        let changes = match &self.payload {
            Payload::EditGuest(update) => profile::changes(&update.before, &update.after),
            _ => Vec::<FieldChange>::new(),
        };
        Preview {
            kind: self.payload.kind(),
            subject: self.subject,
            account: self.snapshot.and_then(|snapshot| snapshot.account),
            group: self.group,
            balance: BalanceVerification { before, expected, after: None, explained: None },
            changes,
            duplicates: self.duplicates,
            notices: self.notices,
        }
    }
}

/// Checks `draft` as operation `id` and reads all that must be known before it is prepared; or refuses it.
///
/// The cheap checks come first: fields, method, halt, journal; then the server is read. If it is silent, a money operation is
/// planned all the same and waits in the outbox; a guest's record can't be changed unread.
pub async fn plan(engine: &Engine, id: OperationId, draft: &Draft) -> Result<Plan, Refusal> {
    let draft = validate(draft, &engine.policy, engine.today())?;
    let Intent { mut payload, phone, note } = intent_of(&*engine.journal, id, &draft).await?;
    let method = payload.method();
    if let Some(reason) = engine.loyalty.unsupported(method) {
        return Err(Refusal::Unsupported { method, reason });
    }
    if let Some(halt) = engine.gate.halt() {
        return Err(Refusal::Halted(Box::new(halt)));
    }
    let mut duplicates = guard_against_journal(engine, id, &payload).await?;
    let effect = expected_effect(&*engine.journal, &payload).await?;
    let mut notices = queue_notices(engine, &payload, effect).await?;

    let read = match &payload {
        Payload::CreateGuest(new) => read_for_new_guest(engine, new).await,
        _ => read_for_account(engine, &phone, &payload, &mut notices).await,
    };
    let (snapshot, group, history) = match read {
        Ok(read) => (Some(read.snapshot), read.group, read.history),
        Err(Refusal::Server(error)) if is_server_silent(&error) && payload.moves_money() => {
            notices.push(Notice::ServerSilent { failure: Failure::from(&error) });
            (None, None, None)
        }
        Err(refusal) => return Err(refusal),
    };
    let account = snapshot.as_ref().and_then(|snapshot| snapshot.account.as_ref());
    if let Payload::EditGuest(update) = &mut payload {
        let now = account.ok_or(Refusal::AccountNotFound)?;
        unchanged(&update.before, &now.profile, &update.after)?;
        update.record = now.raw.clone();
        update.before = now.profile.clone();
    }
    if let (Payload::RegisterCheck(check), Some(balance)) = (&payload, snapshot.as_ref().and_then(|f| f.balance))
        && check.bonus_spent > balance
    {
        return Err(Refusal::BalanceTooLow { balance });
    }
    let subject = subject(&payload, &phone, account, group.as_ref());
    if let Some(history) = history {
        guard_against_history(engine, id, &payload, &history, &mut duplicates).await?;
    }
    Ok(Plan { payload, subject, note, group, effect, snapshot, duplicates, notices })
}

/// What the operator should know of the queue: whether the operation will wait, and for what.
async fn queue_notices(engine: &Engine, payload: &Payload, effect: Option<Kopecks>) -> Result<Vec<Notice>, Refusal> {
    let mut notices = Vec::new();
    if engine.gate.is_paused() {
        notices.push(Notice::QueuePaused);
    }
    if let Some(op) = engine.backlog().tail(&AccountQueue::of(payload)) {
        notices.push(Notice::WaitsBehind { op });
    }
    if engine.gate.is_held() {
        notices.push(Notice::QueueHeld);
    }
    if matches!(payload, Payload::Refill(_)) {
        match engine.canary().await? {
            Some(op) => notices.push(Notice::WaitsForCanary { op }),
            None if engine.gate.unit_confidence() == UnitConfidence::Proven => {}
            None => notices.push(Notice::FirstRefill),
        }
    }
    if matches!(payload, Payload::ReturnCheck(_)) && effect.is_none() {
        notices.push(Notice::ForeignPurchase);
    }
    Ok(notices)
}

/// Refuses an edit if the profile is not as the operator saw it.
fn unchanged(seen: &Profile, now: &Profile, wanted: &Profile) -> Result<(), Refusal> {
    if profile::changes(seen, now).is_empty() {
        return Ok(());
    }
    let versions = ThreeVersions { seen: seen.clone(), now: now.clone(), wanted: wanted.clone() };
    Err(Refusal::AccountChanged(Box::new(versions)))
}

/// Whom the operation is about, as the journal keeps it.
fn subject(payload: &Payload, phone: &Phone, account: Option<&Account>, group: Option<&Group>) -> Subject {
    let name = match (account, payload) {
        (Some(account), _) => profile::full_name(&account.profile),
        (None, Payload::CreateGuest(new)) => profile::full_name(&new.profile),
        (None, _) => String::new(),
    };
    let group = account
        .and_then(|account| account.group.as_ref())
        .and_then(|group| group.name.clone())
        .or_else(|| group.map(|group| group.name.clone()));
    Subject { account: payload.account().cloned(), phone: Some(phone.clone()), name, group }
}
