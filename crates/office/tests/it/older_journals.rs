//! Journals that older programs wrote. Each opens, tells what it told then, and goes on.
//!
//! `data/journal-v4.sqlite` was written by the program of 2026-11-28: operations of five kinds in seven states, every event,
//! two halts of which one is lifted, a pause, drafts. `data/journal-v4.json` is what that program read from it. The files of
//! versions 5 and 6 hold the same in the tables of their time. Those of versions 1 to 3 hold sixty of these operations in the tables
//! and the JSON of theirs.

use std::{collections::BTreeSet, path::PathBuf};

use jiff::tz::TimeZone;
use office::{
    Decision, Draft, Event, Filter, Journal as _, Kind, Operation, OperationId, PageRequest, Payload, Refusal, State,
    Verdict,
    journal::{
        SqliteJournal,
        sqlite::{Durability, Options, Run},
    },
};
use probonus::{Profile, Sex, Transaction, TransactionKind};
use serde_json::{Value, json};

use crate::{
    desk::{Desk, because, minutes, op, pass, purchase, refill},
    fake_server::{Guest, kop},
};

/// A journal in a folder that goes with the test.
struct Kept {
    folder: tempfile::TempDir,
}

impl Kept {
    /// A copy of the kept file of a version.
    fn of_version(version: u32) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let kept = data(&format!("journal-v{version}.sqlite"));
        std::fs::copy(kept, folder.path().join("journal.sqlite")).expect("copied");
        Self { folder }
    }

    fn open(&self) -> SqliteJournal {
        let options = Options::new(self.folder.path().join("journal.sqlite")).zone(TimeZone::UTC);
        SqliteJournal::open(options.run(Run::Inline).durability(Durability::Process)).expect("it opens")
    }
}

fn data(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(name)
}

/// The versions that tell the same facts.
const WITH_FACTS: [u32; 3] = [4, 5, 6];

/// What the program of version 4 read from its journal.
fn facts() -> Value {
    let text = std::fs::read_to_string(data("journal-v4.json")).expect("it is there");
    serde_json::from_str(&text).expect("JSON")
}

fn id_of(fact: &Value) -> OperationId {
    serde_json::from_value(fact["id"].clone()).expect("an id")
}

async fn all(journal: &SqliteJournal, filter: &Filter) -> (Vec<Operation>, u32) {
    let (mut rows, mut after) = (Vec::new(), None);
    loop {
        let page = journal.list(filter, PageRequest { after, size: 40 }).await.expect("listed");
        rows.extend(page.rows);
        after = page.next;
        if after.is_none() {
            return (rows, page.total);
        }
    }
}

/// The facts of an operation, in the spelling of the kept file.
async fn fact(journal: &SqliteJournal, operation: &Operation) -> Value {
    let story = journal.story(operation.id).await.expect("it has one");
    let events: Vec<&str> = story.iter().map(|record| record.event.name()).collect();
    let (o, balance, subject) = (operation, &operation.balance, &operation.subject);
    let number = o.payload.outside_number().map(|(rest, number)| format!("{}/{number}", rest.as_str()));
    let failure = o.failure.as_ref().map(|failure| json!([failure.kind, failure.delivery, failure.status]));
    json!({
        "id": o.id, "kind": o.payload.kind(), "state": o.state, "version": o.version, "operator": o.operator,
        "reason": o.reason, "server": o.server, "created_at": o.created_at, "updated_at": o.updated_at,
        "attempts": o.attempts, "due_at": o.due_at,
        "account": o.payload.account().or(subject.account.as_ref()), "phone": subject.phone, "name": subject.name,
        "sum": o.payload.headline_sum(), "guid": o.payload.check_guid(), "number": number,
        "before": balance.before, "expected": balance.expected, "after": balance.after, "explained": balance.explained,
        "failure": failure, "proof": o.proof, "receipt": o.receipt, "returned_by": o.returned_by, "events": events,
    })
}

#[tokio::test]
async fn versions_4_to_6_tell_every_operation_as_they_did() {
    let facts = facts();
    for version in WITH_FACTS {
        let file = Kept::of_version(version);
        let journal = file.open();
        let mut told = Vec::new();
        for operation in all(&journal, &Filter::default()).await.0 {
            told.push(fact(&journal, &operation).await);
        }
        let kept = facts["operations"].as_array().expect("a list");
        assert_eq!(told.len(), kept.len());
        for (told, kept) in told.iter().zip(kept) {
            assert_eq!(told, kept, "version {version}");
        }
        let unverified: Vec<_> =
            journal.unverified(100).await.expect("read").iter().map(|operation| operation.id).collect();
        assert_eq!(json!(unverified), facts["unverified"]);
        assert_eq!(json!(journal.counts().await.expect("counted")), facts["counts"]);
        let health = journal.check().await.expect("checked");
        assert!(health.is_well(), "version {version}: {health:?}");
    }
}

#[tokio::test]
async fn versions_4_to_6_list_and_find_what_they_did() {
    for version in WITH_FACTS {
        let file = Kept::of_version(version);
        let journal = file.open();
        for list in facts()["lists"].as_array().expect("a list") {
            let filter: Filter = serde_json::from_value(list["filter"].clone()).expect("a filter");
            let (rows, total) = all(&journal, &filter).await;
            let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
            let expected = (list["ids"].clone(), list["total"].clone());
            assert_eq!((json!(ids), json!(total)), expected, "version {version}: {filter:?}");
        }
    }
}

#[tokio::test]
async fn versions_4_to_6_keep_their_notes() {
    for version in WITH_FACTS {
        let file = Kept::of_version(version);
        let journal = file.open();
        for (key, value) in facts()["notes"].as_object().expect("an object") {
            assert_eq!(journal.note(key).await.expect("read").as_deref(), value.as_str(), "version {version}: {key}");
        }
    }
}

/// A sample that lacks a case proves nothing about it.
#[tokio::test]
async fn the_sample_of_version_4_has_every_case_of_its_time() {
    let facts = facts();
    let operations = facts["operations"].as_array().expect("a list");
    let cases: BTreeSet<String> = operations.iter().map(|fact| format!("{} {}", fact["kind"], fact["state"])).collect();
    assert_eq!(cases.len(), 5 * State::ALL.len());
    let events: BTreeSet<&str> = operations
        .iter()
        .flat_map(|fact| fact["events"].as_array().expect("a list"))
        .filter_map(Value::as_str)
        .collect();
    let of_its_time = [
        "balance_read",
        "cancelled",
        "confirmed",
        "decided",
        "looked",
        "not_sent",
        "prepared",
        "record_read",
        "reconciled",
        "rejected",
        "resent",
        "returned",
        "sending",
        "unknown",
    ];
    assert_eq!(events, of_its_time.into());
}

/// The parts of a fact that versions before 4 kept too.
fn without_server(mut fact: Value) -> Value {
    fact.as_object_mut().expect("an object").remove("server");
    fact
}

#[tokio::test]
async fn versions_1_to_3_tell_every_operation_after_their_migration() {
    let facts = facts();
    let kept = |id: OperationId| {
        let operations = facts["operations"].as_array().expect("a list");
        operations.iter().find(|fact| id_of(fact) == id).cloned().expect("version 4 has it too")
    };
    for version in 1..=3 {
        let file = Kept::of_version(version);
        let journal = file.open();
        let (rows, total) = all(&journal, &Filter::default()).await;
        assert_eq!((rows.len(), total), (60, 60));
        for operation in &rows {
            let told = fact(&journal, operation).await;
            assert_eq!(without_server(told), without_server(kept(operation.id)), "version {version}");
            assert_eq!(operation.server.is_some(), version == 3 && kept(operation.id)["server"].is_string());
        }
        let words = Filter { text: "петров".to_owned(), ..Filter::default() };
        let found = rows.iter().filter(|row| row.subject.name.contains("Петров")).count();
        assert_eq!(all(&journal, &words).await.0.len(), found);
        let health = journal.check().await.expect("checked");
        assert!(health.is_well(), "{version}: {health:?}");
    }
}

/// The server knows the guests of the sample's operations, and shows what is still to be verified.
async fn populate(desk: &Desk) {
    add_guests(desk);
    // As the sample's new guest was shown it.
    desk.server.world().groups[1].name = "Гости".to_owned();
    for operation in desk.journal.unverified(100).await.expect("read") {
        show(desk, &operation);
    }
}

fn add_guests(desk: &Desk) {
    let new_guests = 101..108;
    let mut world = desk.server.world();
    for number in (101..236).filter(|number| !new_guests.contains(number)) {
        let mut profile = Profile { sex: Some(Sex::Female), ..Profile::default() };
        profile.name.surname = Some("Ёлкина".to_owned());
        profile.name.name = Some("Мария".to_owned());
        profile.birthday = Some("1987-02-28".parse().expect("a day"));
        profile.identifiers = vec!["20000017".to_owned(), "A-77/5".to_owned()];
        world.guests.insert(number.to_string(), Guest { profile, ..Guest::numbered(number) });
    }
}

/// The number that the sample's operation of a kind in a state has: 101 to 135.
fn number(kind: Kind, state: State) -> usize {
    let at = |found: Option<usize>| found.expect("it is in the list");
    let kind = at(Kind::ALL.iter().position(|one| *one == kind));
    // The order in which the sample was made.
    let states = [
        State::Prepared,
        State::Sending,
        State::Confirmed,
        State::Rejected,
        State::Unknown,
        State::Cancelled,
        State::NotApplied,
    ];
    kind * states.len() + at(states.iter().position(|one| *one == state)) + 1
}

fn of_sample(kind: Kind, state: State) -> OperationId {
    op(0x5000_0000 + u32::try_from(number(kind, state)).expect("small"))
}

#[tokio::test(start_paused = true)]
async fn the_office_goes_on_with_version_4() {
    the_office_goes_on_with(4).await;
}

#[tokio::test(start_paused = true)]
async fn the_office_goes_on_with_version_5() {
    the_office_goes_on_with(5).await;
}

#[tokio::test(start_paused = true)]
async fn the_office_goes_on_with_version_6() {
    the_office_goes_on_with(6).await;
}

async fn the_office_goes_on_with(version: u32) {
    let file = Kept::of_version(version);
    let mut desk = Desk::on(file.open(), |_| {}).await;
    populate(&desk).await;
    let queue = desk.office.queue().await.expect("told");
    assert!(queue.paused && queue.halted.is_some(), "{queue:?}");
    for kind in Kind::ALL {
        assert_eq!(
            desk.state(of_sample(kind, State::Sending)).await,
            State::Unknown,
            "the program ended while it was out"
        );
    }
    let halted = desk.submit(op(1_001), refill(1, 5_100)).await;
    assert!(matches!(halted, Err(Refusal::Halted(_))), "{halted:?}");

    desk.office.resume("Анна").await.expect("resumed");
    desk.run();
    pass(minutes(120)).await;
    let queue = desk.office.queue().await.expect("told");
    assert!(!queue.paused && queue.halted.is_none(), "{queue:?}");

    // What waited went. What was unknown can't be told here: its old balance and marker are not on this server.
    for kind in [Kind::CreateGuest, Kind::EditGuest, Kind::Refill, Kind::RegisterCheck, Kind::ReturnCheck] {
        let waited = desk.operation(of_sample(kind, State::Prepared)).await;
        assert_eq!(waited.state, State::Confirmed, "{waited:?}");
    }
    let unknown = desk.operation(of_sample(Kind::Refill, State::Unknown)).await;
    assert_eq!(unknown.state, State::Unknown, "{unknown:?}");
    let decision = Decision {
        verdict: Verdict::NotApplied,
        operator: "Анна".to_owned(),
        reason: "на сервере её нет".to_owned(),
        found: None,
    };
    desk.office.decide(unknown.id, decision).await.expect("decided");
    let resent = desk.office.resend_because(unknown.id, "Анна", "на сервере её нет").await.expect("sent again");
    assert_eq!(resent.state, State::Confirmed);

    // New work, and the return of an old purchase that the server still shows.
    buy(&desk).await;
    let done = desk.submit(op(1_003), Draft::ReturnCheck { purchase: op(1_002) }).await.expect("returned");
    assert_eq!(done.state, State::Confirmed);
    let old = op(10);
    show(&desk, &desk.operation(old).await);
    let done = desk.submit(op(1_004), Draft::ReturnCheck { purchase: old }).await.expect("returned");
    assert_eq!(done.state, State::Confirmed);
    assert_eq!(desk.operation(old).await.returned_by, Some(op(1_004)));
    assert!(matches!(desk.events(old).await.last(), Some(Event::Returned { .. })));

    // An old number holds its place, and an id its operation.
    let taken = desk.submit(op(1_005), purchase(2, "C-3", 100, 0)).await;
    assert!(matches!(taken, Err(Refusal::OutsideNumberTaken { .. })), "{taken:?}");
    let reused = desk.submit(op(1), refill(1, 1)).await;
    assert!(matches!(reused, Err(Refusal::IdReused)), "{reused:?}");
    let again = desk.submit(op(1), refill(1, 5_000)).await.expect("the same operation");
    assert_eq!(again.state, State::Confirmed);
    let health = desk.journal.check().await.expect("checked");
    assert!(health.is_well(), "{health:?}");
}

/// A purchase like one of the day before, and meant.
async fn buy(desk: &Desk) {
    let bought = desk.office.submit(op(1_002), purchase(9, "Новый-1", 300, 0), because("ещё один заказ")).await;
    assert_eq!(bought.expect("bought").state, State::Confirmed);
}

/// The server shows the entry of an operation that an older program sent, and its balance.
fn show(desk: &Desk, operation: &Operation) {
    let (sum, kind) = match &operation.payload {
        Payload::Refill(refill) => (refill.sum, TransactionKind::Refill),
        Payload::RegisterCheck(check) => {
            (kop(check.bonus_accrued.get() - check.bonus_spent.get()), TransactionKind::Accrual)
        }
        // The return of the sample's purchase, which accrued 25,00 and took 10,00.
        Payload::ReturnCheck(_) => (kop(-1_500), TransactionKind::Return),
        other => panic!("{:?} makes no entry", other.kind()),
    };
    let external = probonus::ExternalRef {
        check_guid: operation.payload.check_guid(),
        external_check: operation.payload.outside_number().map(|(_, number)| number.to_owned()),
        rest_code: operation.payload.outside_number().map(|(rest, _)| rest.as_str().to_owned()),
    };
    let entry = Transaction {
        id: None,
        at: probonus::ServerTime { local: desk.server.local_time(), instant: None },
        kind,
        kind_name: None,
        sum,
        balance_after: None,
        money_spent: None,
        comment: None,
        receipt: None,
        external,
        unsigned: false,
        cancelled: false,
        raw: Value::Null,
    };
    let account = operation.payload.account().expect("it has one").as_str();
    if let Some(before) = operation.balance.before.filter(|_| operation.balance.after.is_none()) {
        desk.server.world().guests.get_mut(account).expect("a guest").balance = before.get();
    }
    desk.server.again(account, entry);
}

#[tokio::test(start_paused = true)]
async fn the_office_goes_on_with_versions_1_to_3() {
    for version in 1..=3 {
        let file = Kept::of_version(version);
        let mut desk = Desk::on(file.open(), |_| {}).await;
        populate(&desk).await;
        let queue = desk.office.queue().await.expect("told");
        assert!(queue.paused && queue.halted.is_some(), "version {version}: {queue:?}");
        desk.office.resume("Анна").await.expect("resumed");
        desk.run();
        pass(minutes(120)).await;
        assert_eq!(desk.state(of_sample(Kind::Refill, State::Prepared)).await, State::Confirmed, "version {version}");
        buy(&desk).await;
        let done = desk.submit(op(1_003), Draft::ReturnCheck { purchase: op(1_002) }).await.expect("returned");
        assert_eq!(done.state, State::Confirmed, "version {version}");
        let health = desk.journal.check().await.expect("checked");
        assert!(health.is_well(), "version {version}: {health:?}");
    }
}
