//! The plan of an operation: all that must be known before it is prepared. Nothing is written.

use probonus::{Account, AccountId, CheckGuid, Group, Kopecks, Phone, Profile, Transaction, TransactionKind};

use crate::{
    core::{engine::Engine, gate::UnitConfidence, known_guests::KnownGuest},
    journal::port::{Filter, Journal, PageRequest},
    ledger::{
        effect::{effect, purchase_listed, purchase_of, purchase_shown},
        entry::LedgerEntry,
        listing::Listing,
        reading::AccountSnapshot,
    },
    model::{
        account_queue::AccountQueue,
        capability::Capability,
        draft::Draft,
        failure::{Failure, is_server_silent},
        kinds::{Marker, Parts, Target},
        operation::{BalanceVerification, Operation, OperationId, Subject},
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
    /// For a return: what the guest's entries show of its purchase, if the journal does not have it, or has it with a smaller accrual.
    pub undoes: Option<Parts>,
    /// Keys of the entries that carry the marker of a return before it is sent.
    pub shown: Vec<String>,
    /// What was read of the account; `None`: the server is silent.
    pub snapshot: Option<AccountSnapshot>,
    /// Whether nothing is missing in it that another read may bring, so that the operation may be sent by it.
    pub is_whole: bool,
    pub duplicates: Vec<SuspectedDuplicate>,
    pub notices: Vec<Notice>,
}

impl Plan {
    /// Adds refused operations that this one may correct to its suspected duplicates.
    pub fn suspect(&mut self, refused: &[Operation]) {
        let known: Vec<_> = self.duplicates.iter().filter_map(|suspected| suspected.operation).collect();
        let new = refused.iter().filter(|refused| !known.contains(&refused.id));
        self.duplicates.extend(new.map(SuspectedDuplicate::of_operation));
    }

    /// The plan as it is shown to the operator.
    pub fn preview(self) -> Preview {
        let before = self.snapshot.as_ref().and_then(|snapshot| snapshot.balance);
        let expected = before.zip(self.effect).and_then(|(before, effect)| before.checked_add(effect));
        let changes = match self.payload.rules().target() {
            Target::Record(update) => profile::changes(&update.before, &update.after),
            _ => Vec::<FieldChange>::new(),
        };
        Preview {
            kind: self.payload.kind(),
            subject: self.subject,
            account: self.snapshot.and_then(|snapshot| snapshot.account),
            group: self.group,
            balance: BalanceVerification { before, expected, ..BalanceVerification::default() },
            changes,
            duplicates: self.duplicates,
            notices: self.notices,
        }
    }
}

/// Checks `draft` as operation `id` and reads all that must be known before it is prepared, or refuses it. Records no operation.
///
/// The cheap checks come first: fields, method, halt, journal. Then the server is read. If it is silent, an operation that moves
/// money is planned all the same, to wait in the outbox. A new guest or an edit is refused: both need what was read.
pub async fn plan(engine: &Engine, id: OperationId, draft: &Draft) -> Result<Plan, Refusal> {
    let draft = validate(draft, &engine.policy, engine.today())?;
    let Intent { mut payload, phone, note, receipt_name } =
        intent_of(&*engine.journal, &engine.policy.server, id, &draft).await?;
    let phone = match draft {
        Draft::ReturnCheck { .. } => current_phone(engine, &payload, phone),
        _ => phone,
    };
    let method = payload.method();
    if let Some(reason) = engine.loyalty.unsupported(method) {
        return Err(Refusal::Unsupported { method, reason });
    }
    if let Some(halt) = engine.gate.halt() {
        return Err(Refusal::Halted(Box::new(halt)));
    }
    let mut duplicates = guard_against_journal(engine, id, &payload).await?;
    let mut notices = queue_notices(engine, &payload).await?;

    let read = match payload.rules().target() {
        Target::NewGuest(new) => read_for_new_guest(engine, new).await,
        _ => read_for_account(engine, &phone, &payload, &mut notices).await,
    };
    let (snapshot, group, history, is_whole) = match read {
        Ok(read) => (Some(read.snapshot), read.group, read.history, read.is_whole),
        Err(Refusal::Server(error)) if is_server_silent(&error) && payload.moves_money() => {
            notices.push(Notice::ServerSilent { failure: Failure::from(&error) });
            (None, None, None, false)
        }
        Err(refusal) => return Err(refusal),
    };
    let Undone { purchase, kept: undoes } = what_it_undoes(engine, &payload, history.as_ref()).await?;
    let effect = effect(&payload, purchase);
    let shown =
        history.as_ref().map(|history| entries_before_return(id, &payload, purchase, history)).unwrap_or_default();
    if let (Some(guid), None) = (payload.returned_guid(), effect) {
        notices.push(of_foreign_purchase(engine, guid, history.as_ref()));
    }
    let account = snapshot.as_ref().and_then(|snapshot| snapshot.account.as_ref());
    if let Target::Record(update) = payload.rules().target() {
        let now = account.ok_or(Refusal::AccountNotFound)?;
        unchanged(&update.before, &now.profile, &update.after)?;
        payload.rules_mut().refresh(now);
    }
    if let (Some(taken), Some(balance)) = (payload.rules().bonuses_taken(), snapshot.as_ref().and_then(|f| f.balance))
        && taken > balance
    {
        return Err(Refusal::BalanceTooLow { balance });
    }
    let subject = subject_of(engine, &payload, &phone, account, group.as_ref()).await?;
    if let Some(history) = history {
        if let Some(name) = &receipt_name {
            if let Some(entry) = name.registered(&history) {
                return Err(Refusal::AlreadyRegistered(Box::new(SuspectedDuplicate::of_entry(entry, None))));
            }
            payload.rules_mut().set_guid(name.free_guid(&*engine.journal, Some(&history)).await?);
        }
        guard_against_history(engine, id, &payload, &history, &mut duplicates).await?;
    }
    Ok(Plan { payload, subject, note, group, effect, undoes, shown, snapshot, is_whole, duplicates, notices })
}

/// What a return undoes.
struct Undone {
    /// The parts of its purchase, if they are known.
    purchase: Option<Parts>,
    /// The same, if only the guest's entries show them. The journal keeps them: the entries may be out of reach at the next send.
    kept: Option<Parts>,
}

/// What a return undoes.
///
/// | the purchase | its parts |
/// |---|---|
/// | is not in the journal | as the newest entries of the guest show it |
/// | is in the journal, and the entries show a larger accrual | the same: a promotion added to it, and the server undoes both |
/// | is in the journal | as it was sent |
async fn what_it_undoes(engine: &Engine, payload: &Payload, history: Option<&Listing>) -> Result<Undone, Refusal> {
    let purchase = purchase_of(&*engine.journal, payload).await?;
    let known = purchase.and_then(|purchase| purchase.payload.rules().parts(None));
    let shown = payload.returned_guid().zip(history).and_then(|(guid, history)| purchase_shown(history, guid));
    let kept = shown.filter(|shown| known.is_none_or(|known| shown.takes == known.takes && shown.adds > known.adds));
    Ok(Undone { purchase: kept.or(known), kept })
}

/// The keys of the entries that carry the marker of a return before it is sent: those of its purchase, and of returns of a part of it.
/// An entry of the whole sum is not among them: it may be this return, sent by a journal that has forgotten it.
fn entries_before_return(
    id: OperationId,
    payload: &Payload,
    purchase: Option<Parts>,
    history: &Listing,
) -> Vec<String> {
    let rules = payload.rules();
    let listed = payload.returned_guid().and_then(|guid| purchase_listed(history, guid));
    let Some(purchase) = purchase.or(listed).filter(|_| rules.shares_marker()) else { return Vec::new() };
    let is_whole =
        |entry: &Transaction| entry.kind == TransactionKind::Return && purchase.reversed().may_be_listed_as(entry.sum);
    let is_before = |entry: &&LedgerEntry| {
        rules.marker(id, &entry.transaction, true) == Marker::Ours && !is_whole(&entry.transaction)
    };
    history.entries.iter().filter(is_before).map(|entry| entry.key.clone()).collect()
}

/// What the operator should know of a return whose effect is not known. A server that was seen to list purchases with their GUIDs would
/// show this one too.
fn of_foreign_purchase(engine: &Engine, guid: CheckGuid, history: Option<&Listing>) -> Notice {
    let guids =
        || history.into_iter().flat_map(|list| &list.entries).filter_map(|entry| entry.transaction.external.check_guid);
    let shows_guids = engine.gate.has_observed(Capability::Purchase) || guids().next().is_some();
    let is_missing = history.is_some() && shows_guids && guids().all(|shown| shown != guid);
    if is_missing { Notice::PurchaseNotShown } else { Notice::ForeignPurchase }
}

/// The phone by which the guest of a purchase is found now. The purchase has the phone of its time, and the guest may have another
/// one since; the card that was opened last shows it.
fn current_phone(engine: &Engine, payload: &Payload, phone: Phone) -> Phone {
    let known = payload.account().and_then(|id| engine.known_guests().of(id));
    known.and_then(|known| known.phone).unwrap_or(phone)
}

/// What the operator should know before any read: whether the operation will wait, and for what; whether it is the canary
/// refill.
async fn queue_notices(engine: &Engine, payload: &Payload) -> Result<Vec<Notice>, Refusal> {
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
    if payload.rules().proves_unit() {
        match engine.canary().await? {
            Some(op) => notices.push(Notice::WaitsForCanary { op }),
            None if engine.gate.unit_confidence() == UnitConfidence::Proven => {}
            None => notices.push(Notice::FirstRefill),
        }
    }
    Ok(notices)
}

/// Refuses an edit if a field that it is about has changed since the operator saw it.
fn unchanged(read: &Profile, now: &Profile, wanted: &Profile) -> Result<(), Refusal> {
    if profile::changes_in(&profile::concerned(read, wanted), read, now).is_empty() {
        return Ok(());
    }
    let versions = ThreeVersions { read: read.clone(), now: now.clone(), wanted: wanted.clone() };
    Err(Refusal::AccountChanged(Box::new(versions)))
}

/// Whom the operation is about, as the journal keeps it. While the server is silent, name and group are those that it told
/// last: in this run, or when an earlier operation of the account was prepared.
async fn subject_of(
    engine: &Engine,
    payload: &Payload,
    phone: &Phone,
    account: Option<&Account>,
    group: Option<&Group>,
) -> Result<Subject, Refusal> {
    let mut subject = Subject {
        account: payload.account().cloned(),
        phone: Some(phone.clone()),
        name: String::new(),
        group: group.map(|group| group.name.clone()),
    };
    match (account, payload.rules().target(), payload.account()) {
        (Some(account), ..) => {
            engine.known_guests().hear(account);
            subject.name = profile::full_name(&account.profile);
            let told = account.group.as_ref().and_then(|group| group.name.clone());
            subject.group = told.or(subject.group);
        }
        (None, Target::NewGuest(new), _) => subject.name = profile::full_name(&new.profile),
        (None, _, Some(id)) => {
            let known = engine.known_guests().of(id);
            let known = match known {
                Some(known) => Some(known),
                None => known_to_journal(&*engine.journal, id).await?,
            };
            if let Some(known) = known {
                (subject.name, subject.group) = (known.name, known.group);
            }
        }
        (None, _, None) => {}
    }
    Ok(subject)
}

/// The guest of an account, as its newest operation with a name has it. The newest 20 are searched.
async fn known_to_journal(journal: &dyn Journal, account: &AccountId) -> Result<Option<KnownGuest>, Refusal> {
    let filter = Filter { account: Some(account.clone()), ..Filter::default() };
    let page = journal.list(&filter, PageRequest { after: None, size: 20 }).await?;
    let named = page.rows.into_iter().map(|operation| operation.subject).find(|subject| !subject.name.is_empty());
    Ok(named.map(|subject| KnownGuest { name: subject.name, group: subject.group, phone: subject.phone }))
}
