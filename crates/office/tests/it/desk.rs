//! An office with a fake server, a journal in memory and a clock that stands still: where each test begins.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
    time::Duration,
};

use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use office::{
    Approval, Draft, Event, Host, Journal, Office, Operation, OperationId, OutsideCheck, Policy, Refusal, State,
    journal::SqliteJournal,
};
use probonus::{AccountId, Kopecks, RestCode, StationCode};
use tokio::{task::JoinHandle, time::Instant};
use uuid::Uuid;

use crate::{
    disk::Disk,
    fake_server::{FakeServer, Fault, at_start, kop, phone},
};

pub struct TestHost {
    started: Instant,
    jump: AtomicI64,
    chance: AtomicU64,
}

impl TestHost {
    /// The clock on the wall jumps.
    pub fn jump(&self, seconds: i64) {
        self.jump.fetch_add(seconds, Ordering::Relaxed);
    }
}

impl Host for TestHost {
    fn now(&self) -> Timestamp {
        let elapsed = SignedDuration::try_from(self.started.elapsed()).expect("short");
        at_start() + elapsed + SignedDuration::from_secs(self.jump.load(Ordering::Relaxed))
    }

    fn new_uuid(&self) -> Uuid {
        Uuid::from_u128(u128::from(self.chance.fetch_add(1, Ordering::Relaxed)) << 64 | 1)
    }

    fn random_below(&self, bound: u64) -> u64 {
        self.chance.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::Relaxed) % bound
    }
}

pub struct Desk {
    pub office: Office,
    pub server: FakeServer,
    pub host: Arc<TestHost>,
    pub journal: Arc<SqliteJournal>,
    pub disk: Arc<Disk>,
    running: Option<JoinHandle<()>>,
    policy: Policy,
}

impl Drop for Desk {
    fn drop(&mut self) {
        self.stop();
    }
}

impl Desk {
    pub async fn new() -> Self {
        Self::with(|_| {}).await
    }

    pub async fn with(change: impl FnOnce(&mut Policy)) -> Self {
        Self::on(SqliteJournal::in_memory().expect("a journal in memory"), change).await
    }

    /// An office on a journal that is there already.
    pub async fn on(journal: SqliteJournal, change: impl FnOnce(&mut Policy)) -> Self {
        let mut policy = Policy::default();
        policy.time_zone = TimeZone::UTC;
        policy.server = "https://bonus.example".to_owned();
        change(&mut policy);
        let server = FakeServer::new();
        let host = Arc::new(TestHost { started: Instant::now(), jump: AtomicI64::new(0), chance: AtomicU64::new(1) });
        let journal = Arc::new(journal);
        let disk = Arc::new(Disk::of(Arc::clone(&journal)));
        let office = open(&disk, &server, &host, &policy).await;
        Self { office, server, host, journal, disk, running: None, policy }
    }

    /// An office at work, with a server that it knows.
    pub async fn at_work() -> Self {
        let mut desk = Self::new().await;
        desk.acquaint().await;
        desk.run();
        desk
    }

    /// The background work starts.
    pub fn run(&mut self) {
        let office = self.office.clone();
        self.running = Some(tokio::spawn(async move { office.run().await }));
    }

    pub fn stop(&mut self) {
        if let Some(running) = self.running.take() {
            running.abort();
        }
    }

    /// The program ends and starts again on the same journal.
    pub async fn restart(&mut self) {
        self.stop();
        tokio::task::yield_now().await;
        self.office = open(&self.disk, &self.server, &self.host, &self.policy).await;
    }

    /// The same, with another server in the settings.
    pub async fn move_to(&mut self, server: &str) {
        self.policy.server = server.to_owned();
        self.restart().await;
    }

    /// The rules of this office, for another one beside it.
    pub fn policy(&self) -> Policy {
        self.policy.clone()
    }

    pub async fn submit(&self, id: OperationId, draft: Draft) -> Result<Operation, Refusal> {
        self.office.submit(id, draft, ann()).await
    }

    /// Submits what meets a fault that leaves its outcome unknown.
    pub async fn submit_into(&self, fault: Fault, id: OperationId, draft: Draft) {
        self.server.script([fault]);
        let submitted = self.submit(id, draft).await.expect("written down");
        assert_eq!(submitted.state, State::Unknown, "{fault:?}");
    }

    /// Submits what never arrives, and waits until that is known.
    pub async fn lose(&self, id: OperationId, draft: Draft) {
        self.submit_into(Fault::RequestLost, id, draft).await;
        pass(minutes(10)).await;
        assert_eq!(self.state(id).await, State::NotApplied);
    }

    pub async fn state(&self, id: OperationId) -> State {
        self.operation(id).await.state
    }

    pub async fn operation(&self, id: OperationId) -> Operation {
        self.journal.get(id).await.expect("readable").expect("it is there")
    }

    pub async fn events(&self, id: OperationId) -> Vec<Event> {
        let story = self.office.story(id).await.expect("it is there");
        story.events.into_iter().map(|record| record.event).collect()
    }

    /// The names of an operation's events, in order.
    pub async fn tale(&self, id: OperationId) -> Vec<&'static str> {
        self.events(id).await.iter().map(Event::name).collect()
    }

    /// One ordinary refill of guest 9, so that the server's unit is proven.
    pub async fn acquaint_by_refill(&self) {
        let done = self.submit(op(9_999), refill(9, 77)).await.expect("a plain refill");
        assert_eq!(done.state, State::Confirmed);
    }

    /// The same and a purchase, so that the marks of both are known.
    pub async fn acquaint(&self) {
        self.acquaint_by_refill().await;
        let done = self.submit(op(9_998), purchase(9, "знакомство", 1, 0)).await.expect("a plain purchase");
        assert_eq!(done.state, State::Confirmed);
    }
}

async fn open(disk: &Arc<Disk>, server: &FakeServer, host: &Arc<TestHost>, policy: &Policy) -> Office {
    let (journal, host): (Arc<dyn Journal>, Arc<dyn Host>) = (Arc::clone(disk) as _, Arc::clone(host) as _);
    Office::open(journal, Arc::new(server.clone()), host, policy.clone()).await.expect("the journal opens")
}

pub fn op(number: u32) -> OperationId {
    // The first eight digits tell operations apart: they are the short id.
    OperationId(Uuid::from_u128(u128::from(number) << 96 | 7))
}

pub fn ann() -> Approval {
    Approval { operator: "Анна".to_owned(), reason_for_duplicate: None }
}

pub fn because(reason: &str) -> Approval {
    Approval { reason_for_duplicate: Some(reason.to_owned()), ..ann() }
}

pub fn account(number: u32) -> AccountId {
    AccountId::new(number.to_string())
}

pub fn refill(guest: u32, kopecks: i64) -> Draft {
    Draft::Refill {
        phone: phone(guest), account: account(guest), sum: kop(kopecks), note: "день рождения".to_owned()
    }
}

/// A purchase of 500,00 ₽ in restaurant 77.
pub fn outside_check(guest: u32, number: &str, accrued: i64, spent: i64) -> OutsideCheck {
    OutsideCheck {
        phone: phone(guest),
        account: account(guest),
        rest_code: RestCode::new("77").expect("a code"),
        station: StationCode::OUTSIDE,
        outside_number: number.to_owned(),
        purchased_at: None,
        money_spent: kop(50_000),
        discount: Kopecks::ZERO,
        bonus_spent: kop(spent),
        bonus_accrued: kop(accrued),
        contents: "Пицца".to_owned(),
        check_guid: None,
    }
}

pub fn purchase(guest: u32, number: &str, accrued: i64, spent: i64) -> Draft {
    Draft::RegisterCheck(Box::new(outside_check(guest, number, accrued, spent)))
}

pub const fn minutes(minutes: u64) -> Duration {
    Duration::from_secs(minutes * 60)
}

/// Lets time pass; everything that is due in it happens.
pub async fn pass(time: Duration) {
    tokio::time::sleep(time).await;
}
