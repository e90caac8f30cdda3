//! The operators of the office, and the actions beside it: of a POS, of the web administration, of the clocks and the disk.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use futures::future::LocalBoxFuture;
use jiff::{SignedDuration, civil::DateTime, tz::TimeZone};
use office::{
    Approval, Decision, Draft, Event, Evidence, Filter, Host as _, Journal as _, Office, Operation, OperationId,
    OutsideCheck, PageRequest, Payload, Refusal, State, Verdict,
};
use probonus::{GroupId, Kopecks, Loyalty, Phone, Profile, RestCode, StationCode};
use probonus_sandbox::{
    Sandbox,
    core::{checks::PosCheck, guests::AccountChange, model},
    seed::{RESTAURANTS, TEMPLATE_GROUP},
};
use uuid::Uuid;

use super::{
    disk::Disk,
    guests::Guest,
    host::SimHost,
    partial,
    plan::{Action, Form, Plan, TimedAction, WINDOWS},
    random::Random,
    server::Server,
    trace::Trace,
    trouble::Trouble,
};

/// Entries that are read for a card: more than a run makes.
const ENTRIES_ON_CARD: u32 = 1000;
/// The name of the operator.
const OPERATOR: &str = "Анна";

/// The operator of another PC, who enters the same receipts.
pub trait Colleague: Send + Sync {
    /// Lets them enter a receipt before `ours` is entered here, meanwhile, after it, or never.
    fn beside<'a>(&'a self, ours: LocalBoxFuture<'a, ()>, id: OperationId, draft: &'a Draft) -> LocalBoxFuture<'a, ()>;
}

/// All that operators work with.
pub struct World {
    /// The office's own server.
    pub home: Server,
    /// Another server, with which the program is started now and then.
    pub away: Option<Server>,
    /// Whether it is started with that one now.
    is_away: AtomicBool,
    /// The disk.
    pub disk: Arc<Disk>,
    /// The machine.
    pub host: Arc<SimHost>,
    /// Who enters the same receipts at another PC.
    pub colleague: Option<Arc<dyn Colleague>>,
    /// The trace.
    pub trace: Trace,
    /// The guests. The last one is not used before the end.
    pub guests: Vec<Guest>,
    windows: Vec<Mutex<VecDeque<TimedAction>>>,
    /// Forms as they were first filled in. A form survives a restart.
    drafts: Mutex<BTreeMap<OperationId, Draft>>,
    /// Operations that were accepted.
    accepted: Mutex<Vec<OperationId>>,
    random: Random,
    /// What a kind of trouble alone decides.
    of_trouble: Random,
}

/// What a world is made of.
pub struct Parts {
    pub home: Server,
    pub disk: Arc<Disk>,
    pub host: Arc<SimHost>,
    pub trace: Trace,
    pub guests: Vec<Guest>,
    pub random: Random,
    pub of_trouble: Random,
}

impl World {
    /// The world at the start of a plan.
    pub fn new(plan: &Plan, parts: Parts) -> Self {
        let Parts { home, disk, host, trace, guests, random, of_trouble } = parts;
        let mut windows = vec![VecDeque::new(); WINDOWS];
        for timed in &plan.actions {
            windows[timed.window].push_back(timed.clone());
        }
        let windows = windows.into_iter().map(Mutex::new).collect();
        let (drafts, accepted, is_away) = Default::default();
        let (away, colleague) = (None, None);
        Self {
            home,
            away,
            is_away,
            disk,
            host,
            colleague,
            trace,
            guests,
            windows,
            drafts,
            accepted,
            random,
            of_trouble,
        }
    }

    /// The server that the program is started with now.
    pub fn server(&self) -> &Server {
        match &self.away {
            Some(away) if self.is_away.load(Ordering::Relaxed) => away,
            _ => &self.home,
        }
    }

    /// Whether the program is started with the other server now.
    pub fn is_away(&self) -> bool {
        self.is_away.load(Ordering::Relaxed)
    }

    /// From now on the program is started with the other server, or with its own.
    pub fn switch(&self, to_away: bool) {
        self.is_away.store(to_away, Ordering::Relaxed);
    }

    /// The server that an operation was made for.
    pub fn server_of(&self, operation: &Operation) -> &Server {
        let is_of = |server: &&Server| Some(server.address) == operation.server.as_deref();
        self.away.as_ref().filter(is_of).unwrap_or(&self.home)
    }

    /// All servers.
    pub fn servers(&self) -> impl Iterator<Item = &Server> {
        std::iter::once(&self.home).chain(&self.away)
    }

    /// How often the servers applied an operation.
    pub fn done(&self, id: OperationId) -> u64 {
        self.servers().map(|server| server.network.done(id)).sum()
    }

    /// How often the networks delivered it again.
    pub fn extra(&self, id: OperationId) -> u64 {
        self.servers().map(|server| server.network.extra(id)).sum()
    }

    fn is_out(&self, id: OperationId) -> bool {
        self.servers().any(|server| server.network.is_out(id))
    }

    fn sandbox(&self) -> &Sandbox {
        &self.server().sandbox
    }

    /// The trouble of the scenario.
    pub fn trouble(&self) -> Option<Trouble> {
        self.home.network.profile().trouble
    }

    /// Operations that the office accepted.
    pub fn accepted(&self) -> Vec<OperationId> {
        lock(&self.accepted).clone()
    }

    /// Performs the actions of all windows until none is left or `check` fails. An action that a crash interrupted is
    /// performed again in the next process run.
    pub async fn work(&self, office: &Office, check: impl AsyncFn() -> Result<(), String>) -> Result<(), String> {
        let check = &check;
        let at_windows = self.windows.iter().map(|window| async move {
            loop {
                let next = lock(window).front().cloned();
                let Some(timed) = next else { return Ok(()) };
                tokio::time::sleep(timed.pause).await;
                self.act(&timed.action, office).await;
                lock(window).pop_front();
                check().await?;
            }
        });
        futures::future::try_join_all(at_windows).await.map(drop)
    }

    async fn act(&self, action: &Action, office: &Office) {
        match action {
            Action::Submit { id, form, clicks } => self.submit(office, *id, form, *clicks).await,
            Action::Cancel(id) if self.may_cancel() => self.line("cancel", *id, &office.cancel(*id, OPERATOR).await),
            Action::Reconcile(id) => {
                let probed = office.reconcile(*id).await.map(|probed| probed.operation);
                self.line("reconcile", *id, &probed);
            }
            Action::Resend(id) => self.resend(office, *id).await,
            Action::Decide(id) => self.decide(office, *id).await,
            Action::Cancel(_) => {}
            Action::Pause => self.say(&format!("pause: {}", office.pause(OPERATOR).await.is_ok())),
            Action::Resume => self.say(&format!("resume: {}", office.resume(OPERATOR).await.is_ok())),
            beside => self.beside(beside),
        }
    }

    /// Whether operators cancel operations. They don't if the journal may have forgotten that one was sent.
    fn may_cancel(&self) -> bool {
        self.trouble() != Some(Trouble::DiskImage)
    }

    /// Performs an action that does not go through the office.
    fn beside(&self, action: &Action) {
        self.say(&format!("{action:?}"));
        match action {
            Action::PosRefill { guest, sum, twin } => {
                let comment = (!twin).then(|| "касса".to_owned());
                // Without markers, an equal entry of a POS cannot be distinguished from ours, so its sum differs.
                let sum = sum + if *twin && self.server().network.profile().hides_markers { 7 } else { 0 };
                let account = self.guests[*guest].id;
                self.sandbox().with_core(|core| match self.trouble() {
                    Some(Trouble::Withdrawals) => drop(core.withdraw(account, sum, comment)),
                    Some(Trouble::PartialReturns) => partial::return_part(&self.of_trouble, core, account, |_| true),
                    _ => drop(core.refill(account, sum, comment)),
                });
            }
            Action::PosPurchase { guest, spent } => {
                let check = pos_check(self.guests[*guest].id, *spent);
                let _ = self.sandbox().with_core(|core| core.ring_up(check));
            }
            Action::WebEdit { guest, email } => self.sandbox().with_core(|core| {
                let id = self.guests[*guest].id;
                let Ok(now) = core.account(id).cloned() else { return };
                let profile = model::Profile { email: Some(email.clone()), ..now.profile.clone() };
                let _ = core.update(id, AccountChange { profile, ..AccountChange::none(&now) });
            }),
            Action::OurClock { secs } => {
                self.server().network.count("our clock jumps");
                self.host.jump(*secs);
            }
            Action::TheirClock { secs } => {
                self.server().network.count("server's clock jumps");
                self.sandbox().advance_clock(SignedDuration::from_secs(*secs));
            }
            Action::Outage { secs } => self.server().network.down_for(Duration::from_secs(*secs)),
            Action::ServerRestarts => {
                self.server().network.count("server restart");
                self.sandbox().end_sessions();
                self.server().network.down_for(Duration::from_secs(3));
            }
            Action::UnauthorizedStorm { secs } => self.server().network.unauthorized_for(Duration::from_secs(*secs)),
            Action::DiskFull { secs } => {
                self.server().network.count("disk full");
                self.disk.full_for(Duration::from_secs(*secs));
            }
            _ => {}
        }
    }

    async fn submit(&self, office: &Office, id: OperationId, form: &Form, clicks: usize) {
        let draft = lock(&self.drafts).entry(id).or_insert_with(|| self.draft(form)).clone();
        let ours = self.submit_draft(office, id, &draft, clicks);
        match (&self.colleague, &draft) {
            (Some(colleague), Draft::RegisterCheck(_)) => colleague.beside(Box::pin(ours), id, &draft).await,
            _ => ours.await,
        }
    }

    /// Submits a draft that was filled in elsewhere.
    pub async fn enter(&self, office: &Office, id: OperationId, draft: Draft) {
        lock(&self.drafts).insert(id, draft.clone());
        self.submit_draft(office, id, &draft, 1).await;
    }

    async fn submit_draft(&self, office: &Office, id: OperationId, draft: &Draft, clicks: usize) {
        let approval =
            || Approval { operator: OPERATOR.to_owned(), reason_for_duplicate: Some("так и есть".to_owned()) };
        let submits = (0..clicks).map(|_| office.submit(id, draft.clone(), approval()));
        for done in futures::future::join_all(submits).await {
            self.line(name(draft), id, &done);
            if done.is_ok() {
                lock(&self.accepted).push(id);
            }
        }
    }

    /// Fills in a form for the first time.
    fn draft(&self, form: &Form) -> Draft {
        let of = |guest: usize| (self.guests[guest].phone.clone(), self.guests[guest].account.clone());
        match form {
            Form::Create { number } => {
                let mut profile = Profile::default();
                profile.name.name = Some(format!("Новый {number}"));
                Draft::CreateGuest {
                    group: GroupId::new(TEMPLATE_GROUP.to_string()),
                    phone: new_phone(*number),
                    profile,
                }
            }
            Form::Edit { guest, email } => {
                let (phone, account) = of(*guest);
                let record = self.sandbox().with_core(|core| core.account(self.guests[*guest].id).cloned());
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
                    purchased_at: self.purchased_at(),
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

    /// When a purchase was made, if it is entered on a later day.
    fn purchased_at(&self) -> Option<DateTime> {
        let days = self.trouble()?.days_back(&self.of_trouble).filter(|days| *days > 0)?;
        let made = self.host.now() - SignedDuration::from_hours(24 * i64::try_from(days).ok()?);
        Some(made.to_zoned_datetime(TimeZone::UTC).datetime())
    }

    /// Pauses the queue and resumes it, without end.
    pub async fn pause_now_and_then(&self, office: &Office) {
        loop {
            tokio::time::sleep(Duration::from_millis(self.of_trouble.between(1_000, 20_000))).await;
            let _ = office.pause(OPERATOR).await;
            tokio::time::sleep(Duration::from_millis(self.of_trouble.between(1_000, 10_000))).await;
            let _ = office.resume(OPERATOR).await;
        }
    }

    /// Decides an operation that the evidence leaves open. The operator knows the truth, and decides only when no request of
    /// the operation is on its way.
    async fn decide(&self, office: &Office, id: OperationId) {
        let Ok(story) = office.story(id).await else { return };
        let last = story.events.iter().rev().find_map(|record| match &record.event {
            Event::Probed { evidence } => Some(evidence),
            _ => None,
        });
        let is_open = match story.operation.state {
            State::Unknown => matches!(
                last,
                Some(Evidence::Ambiguous { .. } | Evidence::Stale { .. } | Evidence::Absent { conclusive: false, .. })
            ),
            State::NotApplied => matches!(last, Some(Evidence::Ambiguous { .. })),
            _ => false,
        };
        if !is_open || self.is_out(id) {
            return;
        }
        let verdict = if self.done(id) > 0 { Verdict::Applied } else { Verdict::NotApplied };
        if story.operation.state == State::NotApplied && verdict == Verdict::NotApplied {
            return;
        }
        let (operator, reason) = (OPERATOR.to_owned(), "позвонили в ресторан".to_owned());
        let decided = office.decide(id, Decision { verdict, operator, reason, found: None }).await;
        self.line("decide", id, &decided);
    }

    /// Decides what was called done and changed nothing, as the halt of the queue has told. The server is asked once more first.
    async fn undo_hollow(&self, office: &Office, id: OperationId) {
        let _ = office.reconcile(id).await;
        let (operator, reason) = (OPERATOR.to_owned(), "на сервере её нет".to_owned());
        let decision = Decision { verdict: Verdict::NotApplied, operator, reason, found: None };
        self.line("decide", id, &office.decide(id, decision).await);
    }

    /// Sends an operation again that was not applied. If it was applied or is on its way, the operator decides it instead.
    async fn resend(&self, office: &Office, id: OperationId) {
        let state = office.story(id).await.map(|story| story.operation.state);
        if state.is_ok_and(|state| state == State::NotApplied) && (self.done(id) > 0 || self.is_out(id)) {
            return self.decide(office, id).await;
        }
        // The operator has seen at the server that it was not applied.
        self.line("resend", id, &office.resend_because(id, OPERATOR, "на сервере её нет").await);
    }

    /// After the faults: resumes the queue, decides open outcomes, and resends or cancels what was not applied.
    pub async fn settle_open_operations(&self, office: &Office) -> Result<(), String> {
        let _ = office.resume(OPERATOR).await;
        if self.trouble() == Some(Trouble::StaleReads) {
            self.lift_halts(office).await?;
        }
        let mut operations = self.operations().await?;
        operations.sort_by_key(|operation| operation.created_at);
        for operation in operations {
            let id = operation.id;
            match operation.state {
                State::Unknown => self.decide(office, id).await,
                State::Confirmed if operation.mismatch && self.done(id) == 0 => self.undo_hollow(office, id).await,
                State::NotApplied => {
                    self.decide(office, id).await;
                    if self.random.happens(500) {
                        self.resend(office, id).await;
                    }
                }
                State::Prepared if operation.due_at.is_none() => {
                    if self.random.happens(500) && self.may_cancel() {
                        self.line("cancel", id, &office.cancel(id, OPERATOR).await);
                    } else {
                        self.line("resend", id, &office.resend(id, OPERATOR).await);
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Opens the card of each guest: the program holds the entries that it shows against its journal.
    pub async fn open_cards(&self, office: &Office, client: &dyn Loyalty) -> Result<(), String> {
        for guest in &self.guests {
            let listed = client.last_transactions(&guest.account, ENTRIES_ON_CARD).await;
            let listed = listed.map_err(|error| format!("a card could not be read: {error}"))?;
            office.hold_against_journal(&guest.account, &listed.transactions).await;
            self.lift_halts(office).await?;
        }
        Ok(())
    }

    /// Lifts each halt: old balances made many.
    async fn lift_halts(&self, office: &Office) -> Result<(), String> {
        while office.queue().await.map_err(|error| error.to_string())?.halted.is_some() {
            office.resume(OPERATOR).await.map_err(|error| error.to_string())?;
        }
        Ok(())
    }

    /// At the end the network duplicates one more refill: the balance verification must notice it and halt the queue.
    pub async fn duplicate_a_refill(&self, office: &Office) -> Result<(), String> {
        let Some(guest) = self.guests.last() else { return Ok(()) };
        let (phone, account) = (guest.phone.clone(), guest.account.clone());
        let draft = Draft::Refill { phone, account, sum: kop(4_321), note: String::new() };
        self.server().network.repeat_next();
        let approval = Approval { operator: OPERATOR.to_owned(), reason_for_duplicate: None };
        let done = office.submit(OperationId(Uuid::from_u128(u128::MAX / 3)), draft, approval).await;
        let queue = office.queue().await.map_err(|error| error.to_string())?;
        match done {
            Ok(operation) if operation.state == State::Confirmed && queue.halted.is_none() => {
                Err("a doubled refill was not noticed by the verification".to_owned())
            }
            _ => Ok(()),
        }
    }

    /// All operations of the journal.
    pub async fn operations(&self) -> Result<Vec<Operation>, String> {
        let journal = self.disk.journal().map_err(|error| error.to_string())?;
        let page = journal.list(&Filter::default(), PageRequest { after: None, size: 500 }).await;
        page.map(|page| page.rows).map_err(|error| error.to_string())
    }

    /// Whether a payload is what the form of its operation contains.
    pub fn matches_form(&self, id: OperationId, payload: &Payload) -> bool {
        match (lock(&self.drafts).get(&id), payload) {
            (Some(Draft::Refill { sum, account, .. }), Payload::Refill(sent)) => {
                sent.sum == *sum && sent.account == *account
            }
            (Some(Draft::RegisterCheck(check)), Payload::RegisterCheck(sent)) => {
                sent.bonus_accrued == check.bonus_accrued
                    && sent.bonus_spent == check.bonus_spent
                    && sent.external_check == check.outside_number
            }
            (Some(Draft::CreateGuest { phone, .. }), Payload::CreateGuest(sent)) => sent.phone == *phone,
            (Some(Draft::EditGuest { account, .. }), Payload::EditGuest(sent)) => sent.account == *account,
            (Some(Draft::ReturnCheck { .. }), Payload::ReturnCheck(_)) => true,
            _ => false,
        }
    }

    fn line(&self, what: &str, id: OperationId, done: &Result<Operation, Refusal>) {
        match done {
            Ok(operation) => self.say(&format!("{what} {}: {:?}", id.short(), operation.state)),
            Err(refusal) => self.say(&format!("{what} {}: no, {refusal}", id.short())),
        }
    }

    fn say(&self, text: &str) {
        self.trace.line(text);
    }
}

fn pos_check(account: i64, spent: i64) -> PosCheck {
    let dish = model::Dish { name: "Борщ".to_owned(), quantity: 1000, price: 45_000, sum: 45_000 };
    PosCheck {
        account,
        number: "117".to_owned(),
        rest_code: RESTAURANTS[0].0.to_owned(),
        station: 1,
        waiter: "Ольга".to_owned(),
        dishes: vec![dish],
        discount: 0,
        bonus_spent: spent,
    }
}

const fn name(draft: &Draft) -> &'static str {
    match draft {
        Draft::CreateGuest { .. } => "create",
        Draft::EditGuest { .. } => "edit",
        Draft::Refill { .. } => "refill",
        Draft::RegisterCheck(_) => "purchase",
        Draft::ReturnCheck { .. } | Draft::ReturnForeign { .. } => "return",
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
fn new_phone(number: u64) -> Phone {
    format!("+7913000{number:04}").parse().expect("a phone")
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
