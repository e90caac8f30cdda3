//! A run: the ground, the storm, the calm, the judgement.

use std::{cell::RefCell, collections::BTreeMap, rc::Rc, sync::Arc, time::Duration};

use jiff::{Timestamp, tz::TimeZone};
use office::{
    Authority, Decision, Filter, Host as _, Kind, Operation, OperationId, PageRequest, Policy, State, Verdict,
    journal::SqliteJournal,
};
use probonus::{AccountId, Client, PersonName, Profile, client::Auth};
use probonus_sandbox::{Options, Sandbox, TokioClock, core::model};
use tokio::time::sleep;

use super::{
    Report,
    chance::Chance,
    host::SimHost,
    judge::{self, Violation},
    life::{Ground, Life},
    network::Network,
    operator::{Guest, Operator},
    storm::Storm,
    trace::Trace,
};

/// Purposes of the streams of chance.
mod stream {
    pub const SHAPE: u64 = 1;
    pub const STORM: u64 = 2;
    pub const HOST: u64 = 3;
    pub const OPERATOR: u64 = 4;
}

const PHONES: [&str; 3] = ["79121110001", "79121110002", "79121110003"];

/// Everything of a run.
struct World {
    shape: Chance,
    storm: Arc<Storm>,
    trace: Arc<Trace>,
    sandbox: Sandbox,
    network: Arc<Network>,
    ground: Ground,
    operator: Operator,
    guests: Vec<Guest>,
    opening: BTreeMap<i64, i64>,
    told: Rc<RefCell<Told>>,
    crashes: usize,
}

/// What the office told its operators.
#[derive(Default)]
struct Told {
    accepted: Vec<OperationId>,
    turned_away: Vec<OperationId>,
    drafts: Vec<(OperationId, office::Draft)>,
}

pub async fn run(seed: u64) -> Report {
    let trace = Arc::new(Trace::default());
    let storm = Arc::new(Storm::new(Chance::new(seed, stream::STORM)));
    let mut world = World::new(seed, storm.clone(), trace.clone());
    let violation = world.play().await.err();
    if let Some(violation) = &violation {
        trace.note(format!("VIOLATION {violation}"));
    }
    let mut operations = BTreeMap::new();
    for operation in world.operations().await.unwrap_or_default() {
        *operations.entry((kind_name(operation.payload.kind()), state_name(operation.state))).or_default() += 1;
    }
    let (digest, lines) = trace.finish();
    let faults = usize::try_from(storm.struck()).unwrap_or(usize::MAX);
    Report { seed, trace: digest, lines, operations, crashes: world.crashes, faults, violation }
}

impl World {
    fn new(seed: u64, storm: Arc<Storm>, trace: Arc<Trace>) -> Self {
        #[expect(clippy::expect_used, reason = "a constant")]
        let now: Timestamp = "2026-03-02T09:00:00Z".parse().expect("a moment");
        let shape = Chance::new(seed, stream::SHAPE);
        let options = Options { seed, clock: Arc::new(TokioClock::starting_at(now)), ..Options::default() };
        let sandbox = Sandbox::empty(options);
        let guests = PHONES.map(|phone| settle(&sandbox, phone)).to_vec();
        let opening = sandbox.ledger().balances;
        sandbox.faults().ask({
            let storm = storm.clone();
            move |_| storm.at_the_server()
        });
        let network = Arc::new(Network::new(sandbox.router(), storm.clone(), trace.clone()));
        let by_login = shape.happens(300);
        let client = Rc::new({
            let network = network.clone();
            move || client(network.clone(), by_login)
        });
        let mut policy = Policy::default();
        "http://sandbox.test".clone_into(&mut policy.server);
        policy.time_zone = TimeZone::fixed(jiff::tz::offset(3));
        #[expect(clippy::expect_used, reason = "memory is there")]
        let journal = Arc::new(SqliteJournal::in_memory().expect("a journal in memory"));
        let host = Arc::new(SimHost::new(now, Chance::new(seed, stream::HOST)));
        let ground = Ground { journal, host, policy, client };
        let operator = Operator::new(Chance::new(seed, stream::OPERATOR));
        Self {
            shape,
            storm,
            trace,
            sandbox,
            network,
            ground,
            operator,
            guests,
            opening,
            told: Rc::default(),
            crashes: 0,
        }
    }

    async fn play(&mut self) -> Result<(), Violation> {
        let mut life = self.begin().await?;
        for _ in 0..(6 + self.shape.below(14)) {
            life = self.step(life).await?;
            self.check().await?;
        }
        self.storm.calm();
        self.trace.note("calm");
        life = self.calm_down(life).await?;
        life.end().await;
        let operations = self.operations().await?;
        let told = self.told.borrow();
        judge::at_the_end(&self.sandbox, &operations, &told.accepted, &told.turned_away, &self.opening, |mark| {
            self.network.delivered_again(mark)
        })
    }

    async fn begin(&self) -> Result<Life, Violation> {
        Life::begin(&self.ground).await.map_err(|error| Violation::Broken(error.to_string()))
    }

    async fn step(&mut self, mut life: Life) -> Result<Life, Violation> {
        match self.shape.below(16) {
            0..=7 => self.submit(&mut life).await,
            8 => self.submit_again(&mut life),
            9 => {
                let outage = self.shape.happens(500);
                self.storm.set_outage(outage);
                self.trace.note(format!("outage {outage}"));
            }
            10 => {
                let secs = *self.shape.pick(&[-86_400, -3_600, -60, 60, 3_600, 86_400]);
                self.ground.host.jump(secs);
                self.trace.note(format!("the clock jumps {secs} s"));
            }
            11 => {
                self.sandbox.end_sessions();
                self.trace.note("the server restarts");
            }
            12 => self.at_the_pos(),
            13 => self.cancel_something(&life).await?,
            _ => {
                life.end().await;
                self.crashes += 1;
                self.trace.note("the program dies");
                life = self.begin().await?;
            }
        }
        sleep(Duration::from_millis(*self.shape.pick(&[0, 1, 7, 40, 300, 2_000, 40_000, 400_000]))).await;
        Ok(life)
    }

    async fn submit(&self, life: &mut Life) {
        let purchases = self.confirmed_purchases().await;
        let draft = self.operator.whim(&self.guests, &purchases, self.ground.host.now());
        let id = OperationId(self.ground.host.new_uuid());
        self.told.borrow_mut().drafts.push((id, draft.clone()));
        let times = if self.shape.happens(150) { 2 } else { 1 };
        for _ in 0..times {
            self.send(life, id, draft.clone());
        }
    }

    /// A form that stood open in another window, or was restored after a restart.
    fn submit_again(&self, life: &mut Life) {
        let drafts = self.told.borrow().drafts.clone();
        if !drafts.is_empty() {
            let (id, draft) = self.shape.pick(&drafts).clone();
            self.send(life, id, draft);
        }
    }

    fn send(&self, life: &mut Life, id: OperationId, draft: office::Draft) {
        self.trace.note(format!("submit {} {:?}", id.short(), draft.kind()));
        let (office, told, trace) = (life.office.clone(), self.told.clone(), self.trace.clone());
        let reason = Some("гость подтвердил".to_owned());
        life.work(async move {
            let authority = Authority { operator: "Оператор".to_owned(), reason_for_duplicate: reason };
            match office.submit(id, draft, authority).await {
                Ok(operation) => {
                    trace.note(format!("told {} {:?}", id.short(), operation.state));
                    told.borrow_mut().accepted.push(id);
                }
                Err(refusal) => {
                    trace.note(format!("refused {} {refusal:?}", id.short()));
                    told.borrow_mut().turned_away.push(id);
                }
            }
        });
    }

    /// A guest eats at the restaurant meanwhile: the POS changes the balance beside us.
    fn at_the_pos(&mut self) {
        let guest = self.shape.pick(&self.guests).account.as_str().parse::<i64>().unwrap_or_default();
        let sum = 100 * (1 + i64::try_from(self.shape.below(300)).unwrap_or(0));
        let done = self.sandbox.with_core(|core| core.refill(guest, sum, Some("касса".to_owned())).is_ok());
        if done {
            *self.opening.entry(guest).or_default() += sum;
            self.trace.note(format!("the POS adds {sum} to {guest}"));
        }
    }

    async fn cancel_something(&self, life: &Life) -> Result<(), Violation> {
        let waiting: Vec<_> = self.operations().await?.into_iter().filter(|o| o.state == State::Prepared).collect();
        if !waiting.is_empty() {
            let id = self.shape.pick(&waiting).id;
            let outcome = life.office.cancel(id, "Оператор").await;
            self.trace.note(format!("cancel {} {:?}", id.short(), outcome.map(|o| o.state)));
        }
        Ok(())
    }

    /// Days of calm. Operators lift a halt, send what waits for them or give it up, and decide what can't be told —
    /// knowing the truth, as somebody who has called the restaurant does.
    async fn calm_down(&mut self, life: Life) -> Result<Life, Violation> {
        for day in 0..12 {
            sleep(Duration::from_hours(6)).await;
            let _ = life.office.resume("Оператор").await;
            self.check().await?;
            let open: Vec<_> = self.operations().await?.into_iter().filter(|o| !o.state.is_final()).collect();
            if open.is_empty() {
                break;
            }
            for operation in open {
                self.settle_by_hand(&life, &operation, day).await;
            }
        }
        Ok(life)
    }

    async fn settle_by_hand(&self, life: &Life, operation: &Operation, day: u32) {
        let id = operation.id;
        match operation.state {
            State::Prepared if operation.due_at.is_none() => {
                let outcome = if self.shape.happens(500) {
                    life.office.cancel(id, "Оператор").await
                } else {
                    life.office.resend(id, "Оператор").await
                };
                self.trace.note(format!("by hand {} {:?}", id.short(), outcome.map(|o| o.state)));
            }
            // The program gets a day to find out by itself.
            State::Unknown if day >= 4 => {
                let books = self.sandbox.ledger();
                let applied = if operation.payload.kind() == Kind::EditGuest {
                    true
                } else {
                    !judge::applied_for(&books, operation).is_empty()
                };
                let verdict = if applied { Verdict::Applied } else { Verdict::NotApplied };
                let decision = Decision {
                    verdict,
                    operator: "Оператор".to_owned(),
                    reason: "позвонили в ресторан".to_owned(),
                    found: None,
                };
                let outcome = life.office.decide(id, decision).await;
                self.trace.note(format!("decided {} {:?}", id.short(), outcome.map(|o| o.state)));
            }
            _ => {}
        }
    }

    async fn check(&self) -> Result<(), Violation> {
        let operations = self.operations().await?;
        judge::while_running(&self.sandbox, &operations, |mark| self.network.delivered_again(mark))
    }

    async fn operations(&self) -> Result<Vec<Operation>, Violation> {
        let page = PageRequest { after: None, size: 500 };
        let page = self.ground.journal.list(&Filter::default(), page).await;
        let mut rows = page.map_err(|error| Violation::Broken(error.to_string()))?.rows;
        rows.sort_by_key(|operation| operation.id);
        Ok(rows)
    }

    async fn confirmed_purchases(&self) -> Vec<OperationId> {
        let operations = self.operations().await.unwrap_or_default();
        let standing =
            operations.into_iter().filter(|o| o.state == State::Confirmed && o.payload.kind() == Kind::RegisterCheck);
        standing.map(|operation| operation.id).collect()
    }
}

fn settle(sandbox: &Sandbox, phone: &str) -> Guest {
    let name = model::Profile { name: Some("Анна".to_owned()), ..model::Profile::default() };
    #[expect(clippy::expect_used, reason = "an empty server takes a guest")]
    let account = sandbox
        .with_core(|core| {
            let id = core.insert_by_template(3, phone, name)?;
            core.refill(id, 50_000, None)?;
            Ok::<_, probonus_sandbox::core::refusal::Refusal>(id)
        })
        .expect("a guest");
    #[expect(clippy::expect_used, reason = "a constant")]
    let phone = format!("+{phone}").parse().expect("a phone");
    let name = PersonName { name: Some("Анна".to_owned()), ..PersonName::default() };
    let profile = Profile { name, ..Profile::default() };
    Guest { phone, account: AccountId::new(account.to_string()), profile }
}

fn client(network: Arc<Network>, by_login: bool) -> Client {
    let auth = if by_login {
        Auth::Login { login: "office".to_owned(), password: "office".into() }
    } else {
        Auth::Token("sandbox-token".into())
    };
    #[expect(clippy::expect_used, reason = "a constant address")]
    Client::builder("http://sandbox.test").auth(auth).transport(network).build().expect("a client")
}

const fn kind_name(kind: Kind) -> &'static str {
    match kind {
        Kind::CreateGuest => "create",
        Kind::EditGuest => "edit",
        Kind::Refill => "refill",
        Kind::RegisterCheck => "register",
        Kind::ReturnCheck => "return",
    }
}

const fn state_name(state: State) -> &'static str {
    match state {
        State::Prepared => "prepared",
        State::Sending => "sending",
        State::Confirmed => "confirmed",
        State::Rejected => "rejected",
        State::Unknown => "unknown",
        State::Cancelled => "cancelled",
        State::NotApplied => "not applied",
    }
}
