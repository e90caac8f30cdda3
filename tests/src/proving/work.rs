//! What the people do: two windows of one office, a point of sale beside them, and someone who looks after what is left.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use office::{Authority, Draft, Filter, Office, OperationId, OutsideCheck, PageRequest, Refusal, State};
use probonus::{AccountId, GroupId, Kopecks, Phone, Profile, RestCode, StationCode};
use probonus_sandbox::{
    Sandbox,
    core::model::Profile as Record,
    seed::{RESTAURANTS, TEMPLATE_GROUP},
};
use uuid::Uuid;

use super::{chance::Chance, host::SimHost, trace::Trace, wire::StormyWire};

/// Actions of all windows together.
pub const ACTIONS: usize = 24;
const GUESTS: u32 = 4;

#[derive(Clone, Debug)]
struct Guest {
    phone: Phone,
    account: AccountId,
    id: i64,
}

#[derive(Clone, Debug)]
enum Action {
    /// A form is sent, by so many clicks at once.
    Submit {
        id: OperationId,
        form: Form,
        clicks: usize,
    },
    Cancel(OperationId),
    Reconcile(OperationId),
    Resend(OperationId),
    Pause,
    Resume,
    /// The point of sale changes a balance.
    PointOfSale {
        guest: usize,
        sum: i64,
    },
    ClockJumps {
        seconds: i64,
    },
    ServerDown {
        seconds: u64,
    },
    /// The server starts anew and knows no session.
    SessionsEnd,
}

#[derive(Clone, Debug)]
enum Form {
    Create { phone: Phone, name: String },
    Edit { guest: usize, email: String },
    Refill { guest: usize, sum: i64 },
    Purchase { guest: usize, number: String, paid: i64, accrued: i64, spent: i64 },
    Return { purchase: OperationId },
}

pub struct Work {
    guests: Vec<Guest>,
    windows: Vec<Mutex<VecDeque<(Duration, Action)>>>,
    /// Forms as they were first filled in: a form survives a restart of the program.
    drafts: Mutex<BTreeMap<OperationId, Draft>>,
}

impl Work {
    /// Guests, and what will be done; all from chance.
    pub fn plan(sandbox: &Sandbox, chance: &mut Chance, actions: usize) -> Self {
        let mut guests = Vec::new();
        // One more, whom nobody serves until the storm is over.
        for number in 0..=GUESTS {
            let digits = format!("7912000{number:04}");
            let record = Record {
                name: Some(format!("Гость {number}")),
                surname: None,
                patronymic: None,
                birthday: None,
                sex: None,
                email: None,
                identifiers: Vec::new(),
            };
            let id = sandbox.with_core(|core| core.insert_by_template(TEMPLATE_GROUP, &digits, record));
            let (Ok(id), Ok(phone)) = (id, format!("+{digits}").parse()) else { continue };
            guests.push(Guest { phone, account: AccountId::new(id.to_string()), id });
        }
        let mut windows: Vec<VecDeque<(Duration, Action)>> = vec![VecDeque::new(); 2];
        let (mut ids, mut purchases) = (Vec::new(), Vec::new());
        for number in 0..actions {
            let longest = if chance.one_in(6) { 240_000 } else { 9_000 };
            let pause = Duration::from_millis(chance.below(longest));
            let action = action(chance, u32::try_from(number).unwrap_or(0), &mut ids, &mut purchases);
            let window = usize::try_from(chance.below(2)).unwrap_or(0);
            windows[window].push_back((pause, action));
        }
        Self { guests, windows: windows.into_iter().map(Mutex::new).collect(), drafts: Mutex::default() }
    }

    /// The windows at work until nothing is left to do. An action that a crash cut off is done again in the next life.
    pub async fn people(&self, office: &Office, sandbox: &Sandbox, host: &SimHost, wire: &StormyWire, trace: &Trace) {
        let at_windows = self.windows.iter().map(|window| async move {
            loop {
                let next = lock(window).front().cloned();
                let Some((pause, action)) = next else { return };
                tokio::time::sleep(pause).await;
                self.act(&action, office, sandbox, host, wire, trace).await;
                lock(window).pop_front();
            }
        });
        futures::future::join_all(at_windows).await;
    }

    async fn act(
        &self,
        action: &Action,
        office: &Office,
        sandbox: &Sandbox,
        host: &SimHost,
        wire: &StormyWire,
        trace: &Trace,
    ) {
        match action {
            Action::Submit { id, form, clicks } => {
                let draft = lock(&self.drafts).entry(*id).or_insert_with(|| self.draft(form, sandbox)).clone();
                let authority = || Authority {
                    operator: "Анна".to_owned(),
                    reason_for_duplicate: Some("так и есть".to_owned()),
                };
                let submits = (0..*clicks).map(|_| office.submit(*id, draft.clone(), authority()));
                for done in futures::future::join_all(submits).await {
                    trace.line(&format!("submit {id} {}: {}", short(form), told(&done)));
                }
            }
            Action::Cancel(id) => trace.line(&format!("cancel {id}: {}", told(&office.cancel(*id, "Анна").await))),
            Action::Reconcile(id) => {
                let looked = office.reconcile(*id).await.map(|looked| looked.operation);
                trace.line(&format!("reconcile {id}: {}", told(&looked)));
            }
            Action::Resend(id) => trace.line(&format!("resend {id}: {}", told(&office.resend(*id, "Анна").await))),
            Action::Pause => drop(office.pause("Анна").await),
            Action::Resume => drop(office.resume("Анна").await),
            Action::PointOfSale { guest, sum } => {
                let id = self.guests[*guest].id;
                let _ = sandbox.with_core(|core| core.refill(id, *sum, Some("касса".to_owned())));
            }
            Action::ClockJumps { seconds } => host.jump(*seconds),
            Action::ServerDown { seconds } => wire.down_for(Duration::from_secs(*seconds)),
            Action::SessionsEnd => sandbox.end_sessions(),
        }
    }

    /// The form as it is filled in the first time.
    fn draft(&self, form: &Form, sandbox: &Sandbox) -> Draft {
        let of = |guest: usize| (self.guests[guest].phone.clone(), self.guests[guest].account.clone());
        match form {
            Form::Create { phone, name } => {
                let mut profile = Profile::default();
                profile.name.name = Some(name.clone());
                Draft::CreateGuest { group: GroupId::new(TEMPLATE_GROUP.to_string()), phone: phone.clone(), profile }
            }
            Form::Edit { guest, email } => {
                let (phone, account) = of(*guest);
                let record = sandbox.with_core(|core| core.account(self.guests[*guest].id).cloned());
                let mut before = Profile::default();
                if let Ok(record) = record {
                    before.name.name = record.profile.name;
                    before.email = record.profile.email;
                }
                let after = Profile { email: Some(email.clone()), ..before.clone() };
                Draft::EditGuest { phone, account, before, after }
            }
            Form::Refill { guest, sum } => {
                let (phone, account) = of(*guest);
                Draft::Refill { phone, account, sum: kop(*sum), note: "подарок".to_owned() }
            }
            Form::Purchase { guest, number, paid, accrued, spent } => {
                let (phone, account) = of(*guest);
                Draft::RegisterCheck(Box::new(OutsideCheck {
                    phone,
                    account,
                    rest_code: rest_code(),
                    station: StationCode::OUTSIDE,
                    outside_number: number.clone(),
                    purchased_at: None,
                    money_spent: kop(*paid),
                    discount: Kopecks::ZERO,
                    bonus_spent: kop(*spent),
                    bonus_accrued: kop(*accrued),
                    contents: "Пицца".to_owned(),
                    check_guid: None,
                }))
            }
            Form::Return { purchase } => Draft::ReturnCheck { purchase: *purchase },
        }
    }

    /// After the storm: the queue is let go, and what was surely not applied is sent again.
    pub async fn look_after(&self, office: &Office, round: u32, trace: &Trace) {
        let _ = office.resume("Анна").await;
        let filter = Filter { states: vec![State::NotApplied, State::Prepared], ..Filter::default() };
        let Ok(page) = office.list(&filter, PageRequest { after: None, size: 500 }).await else { return };
        for operation in page.rows.iter().rev() {
            let done = office.resend(operation.id, "Анна").await;
            trace.line(&format!("round {round}: resend {}: {}", operation.id, told(&done)));
        }
    }
}

impl Work {
    /// At the very end a gateway doubles one more refill: the watch must see it, and halt.
    pub async fn doubled_refill(&self, office: &Office, wire: &StormyWire) -> Result<(), String> {
        let Some(guest) = self.guests.last() else { return Ok(()) };
        let draft = Draft::Refill {
            phone: guest.phone.clone(),
            account: guest.account.clone(),
            sum: kop(4_321),
            note: String::new(),
        };
        wire.repeat_next();
        let authority = Authority { operator: "Анна".to_owned(), reason_for_duplicate: None };
        let done = office.submit(OperationId(Uuid::from_u128(u128::MAX / 3)), draft, authority).await;
        // A refill before it whose outcome only the operator can tell holds it back: then there is nothing to watch.
        if done.as_ref().map(|operation| operation.state).ok() != Some(State::Confirmed) {
            return Ok(());
        }
        let queue = office.queue().await.map_err(|error| error.to_string())?;
        if queue.halted.is_some() { Ok(()) } else { Err("a doubled refill was not noticed by the watch".to_owned()) }
    }
}

fn action(chance: &mut Chance, number: u32, ids: &mut Vec<OperationId>, purchases: &mut Vec<OperationId>) -> Action {
    let guest = usize::try_from(chance.below(u64::from(GUESTS))).unwrap_or(0);
    let earlier = |chance: &mut Chance, ids: &[OperationId]| *chance.pick(ids);
    match chance.below(24) {
        0 if !ids.is_empty() => Action::Cancel(earlier(chance, ids)),
        1 if !ids.is_empty() => Action::Reconcile(earlier(chance, ids)),
        2 | 3 if !ids.is_empty() => Action::Resend(earlier(chance, ids)),
        4 => {
            if chance.one_in(3) {
                Action::Pause
            } else {
                Action::Resume
            }
        }
        5 => Action::Resume,
        6 | 7 => Action::PointOfSale { guest, sum: 7 + 14 * i64::try_from(chance.below(50)).unwrap_or(0) },
        8 => Action::ClockJumps { seconds: i64::try_from(chance.below(200_000)).unwrap_or(0) - 100_000 },
        9 => Action::ServerDown { seconds: chance.below(900) },
        10 => Action::SessionsEnd,
        _ => {
            let id = OperationId(Uuid::from_u128(u128::from(chance.next()) << 64 | u128::from(chance.next())));
            ids.push(id);
            let form = match chance.below(10) {
                0 => Form::Create { phone: new_phone(number), name: format!("Новый {number}") },
                1 => Form::Edit { guest, email: format!("g{number}@example.ru") },
                2 | 3 if !purchases.is_empty() => Form::Return { purchase: earlier(chance, purchases) },
                2..=5 => {
                    purchases.push(id);
                    let (accrued, spent) = (100 * (1 + chance.below(20)), 100 * chance.below(4));
                    Form::Purchase {
                        guest,
                        // Sometimes the number of another purchase.
                        number: format!("Д-{}", if chance.one_in(6) { 0 } else { number }),
                        paid: 10_000 + 100 * i64::from(number),
                        accrued: i64::try_from(accrued).unwrap_or(0),
                        spent: i64::try_from(spent).unwrap_or(0),
                    }
                }
                // Few sums, so that likenesses are common.
                _ => Form::Refill { guest, sum: 1_000 * (1 + i64::try_from(chance.below(3)).unwrap_or(0)) },
            };
            let clicks = if chance.one_in(4) { 3 } else { 1 };
            Action::Submit { id, form, clicks }
        }
    }
}

fn told(done: &Result<office::Operation, Refusal>) -> String {
    match done {
        Ok(operation) => format!("{:?}", operation.state),
        Err(refusal) => format!("refused, {refusal}"),
    }
}

const fn short(form: &Form) -> &'static str {
    match form {
        Form::Create { .. } => "create",
        Form::Edit { .. } => "edit",
        Form::Refill { .. } => "refill",
        Form::Purchase { .. } => "purchase",
        Form::Return { .. } => "return",
    }
}

fn kop(kopecks: i64) -> Kopecks {
    Kopecks::new(kopecks).unwrap_or(Kopecks::MAX)
}

#[expect(clippy::expect_used, reason = "a constant that is a code")]
fn rest_code() -> RestCode {
    RestCode::new(RESTAURANTS[0].0).expect("the directory's own code")
}

#[expect(clippy::expect_used, reason = "a phone made of digits")]
fn new_phone(number: u32) -> Phone {
    format!("+7913000{number:04}").parse().expect("a phone")
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
