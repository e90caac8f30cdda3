//! From a draft to what would be sent: everything is read that must be known first, and nothing is written.

use jiff::Timestamp;
use probonus::{
    Account, AccountId, AccountUpdate, CheckGuid, Error, ErrorKind, ExternalCheck, Group, Kopecks, Method, NewAccount,
    Phone, Profile, Refill, ReturnCheck,
};

use crate::{
    draft::{Draft, OutsideCheck},
    engine::Engine,
    event::{EntriesSnapshot, Failure, FieldChange},
    gate::{Capability, UnitConfidence},
    guard::SuspectedDuplicate,
    lanes::Lane,
    money,
    operation::{BalanceVerification, Operation, OperationId, Payload, State, Subject},
    preview::{Notice, Preview},
    profile,
    refusal::{Refusal, ThreeVersions},
    rows::Listing,
    validate::validate,
};

/// Rows of the server's history searched for duplicates.
const HISTORY_ROWS: u32 = 50;

/// What was read of the server just now, so that sending need not read it again.
#[derive(Clone, Debug, Default)]
pub struct Fresh {
    /// The account's record.
    pub account: Option<Account>,
    /// Its balance, kopecks.
    pub balance: Option<Kopecks>,
    /// Its newest rows.
    pub seen: Option<EntriesSnapshot>,
}

/// An operation that could be prepared.
#[derive(Debug)]
pub struct Plan {
    pub payload: Payload,
    pub subject: Subject,
    pub note: String,
    pub group: Option<Group>,
    pub effect: Option<Kopecks>,
    /// What was read; `None`: the server is silent.
    pub fresh: Option<Fresh>,
    pub duplicates: Vec<SuspectedDuplicate>,
    pub notices: Vec<Notice>,
}

impl Plan {
    pub fn preview(self) -> Preview {
        let before = self.fresh.as_ref().and_then(|fresh| fresh.balance);
        let expected = before.zip(self.effect).and_then(|(before, effect)| before.checked_add(effect));
        let changes = match &self.payload {
            Payload::EditGuest(update) => profile::changes(&update.before, &update.after),
            _ => Vec::<FieldChange>::new(),
        };
        Preview {
            kind: self.payload.kind(),
            subject: self.subject,
            account: self.fresh.and_then(|fresh| fresh.account),
            group: self.group,
            balance: BalanceVerification { before, expected, after: None, explained: None },
            changes,
            duplicates: self.duplicates,
            notices: self.notices,
        }
    }
}

/// Whether a failed read means that the server can't be reached just now, and a write may wait for it in the outbox.
pub fn is_silent(error: &Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::NameNotResolved
            | ErrorKind::CannotConnect
            | ErrorKind::Unreachable
            | ErrorKind::ProxyAbsent
            | ErrorKind::ProxyPassword
            | ErrorKind::Proxy
            | ErrorKind::Timeout
            | ErrorKind::SlowAnswer
            | ErrorKind::ConnectionLost
            | ErrorKind::ServerFault
    )
}

/// The method that sends a kind of payload.
pub const fn method(payload: &Payload) -> Method {
    match payload {
        Payload::CreateGuest(_) => Method::InsertByTemplate,
        Payload::EditGuest(_) => Method::Update,
        Payload::Refill(_) => Method::Refill,
        Payload::RegisterCheck(_) => Method::RegisterCheck,
        Payload::ReturnCheck(_) => Method::ReturnCheck,
    }
}

impl Engine {
    /// What an operation with this id and draft would send. The record of an edit is filled in when it is read.
    pub async fn payload(&self, id: OperationId, draft: &Draft) -> Result<(Payload, Phone, String), Refusal> {
        Ok(match draft {
            Draft::CreateGuest { group, phone, profile } => {
                let (group, phone, profile) = (group.clone(), phone.clone(), profile.clone());
                (Payload::CreateGuest(NewAccount { group, phone: phone.clone(), profile }), phone, String::new())
            }
            Draft::EditGuest { phone, account, before, after } => {
                let (account, before, after) = (account.clone(), before.clone(), after.clone());
                let update = AccountUpdate { account, record: serde_json::Value::Null, before, after };
                (Payload::EditGuest(update), phone.clone(), String::new())
            }
            Draft::Refill { phone, account, sum, note } => {
                // The mark goes first: a server that cuts comments short must not cut it off.
                let comment = format!("{} {note}", id.short()).trim_end().to_owned();
                (Payload::Refill(Refill { account: account.clone(), sum: *sum, comment }), phone.clone(), note.clone())
            }
            Draft::RegisterCheck(purchase) => {
                (Payload::RegisterCheck(external_check(id, purchase)), purchase.phone.clone(), String::new())
            }
            Draft::ReturnCheck { purchase } => {
                let purchase = self.journal.get(*purchase).await?.ok_or(Refusal::PurchaseNotFound)?;
                self.payload_of_return(&purchase)?
            }
            Draft::ReturnForeign { phone, account, check_guid, rest_code, outside_number, station } => {
                match self.journal.by_guid(*check_guid).await? {
                    Some(purchase) => self.payload_of_return(&purchase)?,
                    None => {
                        let check = ReturnCheck {
                            check_guid: *check_guid,
                            rest_code: rest_code.clone(),
                            account: account.clone(),
                            external_check: outside_number.clone(),
                            station: *station,
                        };
                        (Payload::ReturnCheck(check), phone.clone(), String::new())
                    }
                }
            }
        })
    }

    fn payload_of_return(&self, purchase: &Operation) -> Result<(Payload, Phone, String), Refusal> {
        let Payload::RegisterCheck(check) = &purchase.payload else { return Err(Refusal::PurchaseNotFound) };
        let phone = purchase.subject.phone.clone().ok_or(Refusal::PurchaseNotFound)?;
        let check = ReturnCheck {
            check_guid: check.check_guid,
            rest_code: check.rest_code.clone(),
            account: check.account.clone(),
            external_check: check.external_check.clone(),
            station: check.station,
        };
        Ok((Payload::ReturnCheck(check), phone, String::new()))
    }

    /// Everything that must be known before `draft` is prepared as operation `id`.
    pub async fn plan(&self, id: OperationId, draft: &Draft) -> Result<Plan, Refusal> {
        let draft = validate(draft, &self.policy, self.today())?;
        let (mut payload, phone, note) = self.payload(id, &draft).await?;
        let method = method(&payload);
        if let Some(reason) = self.loyalty.unsupported(method) {
            return Err(Refusal::Unsupported { method, reason });
        }
        if let Some(halt) = self.gate.halt() {
            return Err(Refusal::Halted(Box::new(halt)));
        }
        let own = self.guard_against_journal(id, &payload).await?;
        let effect = self.effect(&payload).await?;
        let mut notices = self.standing_notices(&payload, effect).await?;

        let read = match &payload {
            Payload::CreateGuest(new) => self.read_for_new_guest(new).await,
            _ => self.read_for_account(&phone, &payload, &mut notices).await,
        };
        let (fresh, group, history) = match read {
            Ok(read) => (Some(read.fresh), read.group, read.history),
            // Reads failed because nobody answers: the operation may be written down and wait.
            Err(Refusal::Server(error)) if is_silent(&error) && money::is_money(&payload) => {
                notices.push(Notice::ServerSilent { failure: Failure::from(&error) });
                (None, None, None)
            }
            Err(refusal) => return Err(refusal),
        };
        let account = fresh.as_ref().and_then(|fresh| fresh.account.as_ref());
        if let Payload::EditGuest(update) = &mut payload {
            let now = account.ok_or(Refusal::AccountNotFound)?;
            unchanged(&update.before, &now.profile, &update.after)?;
            update.record = now.raw.clone();
            update.before = now.profile.clone();
        }
        if let (Payload::RegisterCheck(check), Some(balance)) = (&payload, fresh.as_ref().and_then(|f| f.balance))
            && check.bonus_spent > balance
        {
            return Err(Refusal::BalanceTooLow { balance });
        }
        let subject = subject(&payload, &phone, account, group.as_ref());
        let mut duplicates = own;
        if let Some(history) = history {
            self.guard_against_history(id, &payload, &history, &mut duplicates).await?;
        }
        Ok(Plan { payload, subject, note, group, effect, fresh, duplicates, notices })
    }

    async fn standing_notices(&self, payload: &Payload, effect: Option<Kopecks>) -> Result<Vec<Notice>, Refusal> {
        let mut notices = Vec::new();
        if self.gate.is_paused() {
            notices.push(Notice::QueuePaused);
        }
        if let Some(op) = self.shelf().tail(&Lane::of(payload)) {
            notices.push(Notice::WaitsBehind { op });
        }
        if self.gate.is_held() {
            notices.push(Notice::QueueHeld);
        }
        if matches!(payload, Payload::Refill(_)) {
            match self.canary().await? {
                Some(op) => notices.push(Notice::WaitsForCanary { op }),
                None if self.gate.trust() == UnitConfidence::Proven => {}
                None => notices.push(Notice::FirstRefill),
            }
        }
        if matches!(payload, Payload::ReturnCheck(_)) && effect.is_none() {
            notices.push(Notice::ForeignPurchase);
        }
        Ok(notices)
    }

    async fn read_for_new_guest(&self, new: &NewAccount) -> Result<Read, Refusal> {
        let groups = self.loyalty.groups().await.map_err(Refusal::Server)?;
        if !groups.iter().any(|group| group.have_template) {
            return Err(Refusal::NoTemplateGroup);
        }
        let group = groups.into_iter().find(|group| group.id == new.group && group.have_template);
        let group = group.ok_or(Refusal::GroupHasNoTemplate)?;
        if let Some(known) = self.loyalty.find_by_phone(&new.phone).await.map_err(Refusal::Server)?.into_iter().next() {
            self.gate.learn(&*self.journal, Capability::Phone).await?;
            return Err(Refusal::PhoneKnown { account: known.id });
        }
        Ok(Read { fresh: Fresh::default(), group: Some(group), history: None })
    }

    async fn read_for_account(
        &self,
        phone: &Phone,
        payload: &Payload,
        notices: &mut Vec<Notice>,
    ) -> Result<Read, Refusal> {
        let id: &AccountId = payload.account().ok_or(Refusal::AccountNotFound)?;
        let account = self.read_account(phone, id).await.map_err(Refusal::Server)?.ok_or(Refusal::AccountNotFound)?;
        self.gate.learn(&*self.journal, Capability::Phone).await?;
        if account.blocked == Some(true) {
            notices.push(Notice::AccountBlocked);
        }
        let (mut balance, mut history) = (account.balance, None);
        if money::is_money(payload) {
            let (told, rows) =
                self.read_standing(id, Some(phone), account.balance, money::Rows::Newest(HISTORY_ROWS)).await;
            match told {
                Ok(None) if matches!(payload, Payload::Refill(_)) && self.gate.trust() != UnitConfidence::Proven => {
                    return Err(Refusal::BalanceNotTold);
                }
                Ok(read) => balance = read,
                Err(error) if is_silent(&error) => return Err(Refusal::Server(error)),
                Err(error) => notices.push(Notice::BalanceUnreadable { failure: Failure::from(&error) }),
            }
            match rows {
                Ok(listing) => history = Some(listing),
                Err(error) if is_silent(&error) => return Err(Refusal::Server(error)),
                Err(error) => notices.push(Notice::HistoryUnreadable { failure: Failure::from(&error) }),
            }
        }
        let seen = history.as_ref().map(Listing::seen);
        Ok(Read { fresh: Fresh { account: Some(account), balance, seen }, group: None, history })
    }

    /// What the journal has against it: hard stops as refusals, likenesses as a list.
    async fn guard_against_journal(
        &self,
        id: OperationId,
        payload: &Payload,
    ) -> Result<Vec<SuspectedDuplicate>, Refusal> {
        match payload {
            Payload::RegisterCheck(check) => {
                if let Some(other) = self.journal.by_guid(check.check_guid).await?.filter(|other| other.id != id) {
                    return Err(Refusal::GuidTaken { op: other.id });
                }
                let standing = self.journal.by_outside_number(&check.rest_code, &check.external_check).await?;
                if let Some(other) = standing.filter(|other| other.id != id) {
                    return Err(Refusal::OutsideNumberTaken { op: other.id });
                }
            }
            Payload::ReturnCheck(check) => {
                if let Some(purchase) = self.journal.by_guid(check.check_guid).await? {
                    if let Some(by) = purchase.returned_by {
                        return Err(Refusal::AlreadyReturned { by });
                    }
                    if purchase.state == State::Unknown {
                        return Err(Refusal::UnknownPending { op: purchase.id });
                    }
                    if !purchase.allowed().return_check {
                        return Err(Refusal::PurchaseNotActive { state: purchase.state });
                    }
                }
                let standing = self.journal.active_return(check.check_guid).await?;
                return match standing.filter(|other| other.id != id) {
                    Some(other) => Err(Refusal::AlreadyReturned { by: other.id }),
                    None => Ok(Vec::new()),
                };
            }
            _ => {}
        }
        let (Some(account), Some(sum)) = (payload.account(), payload.headline_sum()) else { return Ok(Vec::new()) };
        let since = self.window_start(self.host.now());
        let alike = self.journal.suspected_duplicates(account, payload.kind(), sum, since).await?;
        Ok(alike.iter().filter(|other| other.id != id).map(SuspectedDuplicate::of_operation).collect())
    }

    pub fn window_start(&self, now: Timestamp) -> Timestamp {
        now.checked_sub(self.policy.duplicate_window).unwrap_or(Timestamp::MIN)
    }

    /// What the server's history has against it: rows with the same sum, or the same outside number.
    async fn guard_against_history(
        &self,
        id: OperationId,
        payload: &Payload,
        history: &Listing,
        duplicates: &mut Vec<SuspectedDuplicate>,
    ) -> Result<(), Refusal> {
        let since = self.window_start(self.host.now() + self.loyalty.clock_offset().unwrap_or_default());
        for row in &history.rows {
            if !crate::guard::is_alike(payload, &row.told, || self.moment(&row.told) >= since) {
                continue;
            }
            let owner = self.journal.proves(&row.key).await?;
            let listed = |owner: &OperationId| duplicates.iter().any(|alike| alike.operation == Some(*owner));
            if owner.as_ref().is_some_and(|owner| *owner == id || listed(owner)) {
                continue;
            }
            let marked = duplicates.iter().filter_map(|alike| alike.operation).any(|op| {
                row.told.comment.as_deref().is_some_and(|comment| comment.contains(&op.short()))
                    || row.told.external.check_guid == Some(CheckGuid::from_uuid(op.0))
            });
            if !marked {
                duplicates.push(SuspectedDuplicate::of_row(&row.told, owner));
            }
        }
        Ok(())
    }
}

/// What a read brought for a plan.
struct Read {
    fresh: Fresh,
    group: Option<Group>,
    history: Option<Listing>,
}

fn unchanged(seen: &Profile, now: &Profile, wanted: &Profile) -> Result<(), Refusal> {
    if profile::changes(seen, now).is_empty() {
        return Ok(());
    }
    let versions = ThreeVersions { seen: seen.clone(), now: now.clone(), wanted: wanted.clone() };
    Err(Refusal::AccountChanged(Box::new(versions)))
}

fn external_check(id: OperationId, purchase: &OutsideCheck) -> ExternalCheck {
    let mut check_data = purchase.contents.clone();
    if !check_data.is_empty() {
        check_data.push('\n');
    }
    check_data.push_str(&id.short());
    ExternalCheck {
        rest_code: purchase.rest_code.clone(),
        check_guid: purchase.check_guid.unwrap_or(CheckGuid::from_uuid(id.0)),
        account: purchase.account.clone(),
        station: purchase.station,
        external_check: purchase.outside_number.clone(),
        bonus_spent: purchase.bonus_spent,
        discount: purchase.discount,
        bonus_accrued: purchase.bonus_accrued,
        money_spent: purchase.money_spent,
        check_data,
        purchased_at: purchase.purchased_at,
    }
}

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
