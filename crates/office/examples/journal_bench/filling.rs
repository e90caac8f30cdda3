//! A journal of years: names with the frequencies of names, phones, numbers of a delivery service, all kinds and states.

use futures_executor::block_on;
use jiff::{SignedDuration, Timestamp};
use office::{
    Event, OperationId, Payload, State, Subject,
    journal::sqlite::{Append, SqliteJournal},
};
use probonus::{
    AccountId, CheckGuid, ExternalCheck, GroupId, Kopecks, NewAccount, Phone, Profile, Refill, RestCode, StationCode,
};
use uuid::Uuid;

pub const FIRST: [&str; 16] = [
    "Александр",
    "Александра",
    "Елена",
    "Анна",
    "Сергей",
    "Мария",
    "Дмитрий",
    "Ольга",
    "Иван",
    "Екатерина",
    "Пётр",
    "Наталья",
    "Ильдар",
    "Алёна",
    "Ян",
    "Юлия",
];
pub const PATRONYMIC: [&str; 8] =
    ["Александровна", "Сергеевич", "Ивановна", "Дмитриевич", "Владимировна", "Петрович", "Ильинична", "Олегович"];
pub const OPERATORS: [&str; 4] = ["Ольга Петрова", "Игорь", "Смирнова А. В.", "admin"];
const SURNAME: [&str; 12] =
    ["Иван", "Петр", "Семён", "Кузнец", "Смирн", "Попов", "Васил", "Морозо", "Волк", "Лебед", "Козло", "Новик"];
const REASONS: [&str; 4] = ["Извинение за долгое ожидание", "Акция «Осень»", "", "Ошибка кассира, внесено вручную"];

/// Numbers that look random and are the same in every run (splitmix64).
pub struct Chance(pub u64);

impl Chance {
    pub const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub const fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }

    pub fn of<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words[usize::try_from(self.below(words.len() as u64)).expect("small")]
    }

    pub const fn uuid(&mut self) -> Uuid {
        Uuid::from_u64_pair(self.next(), self.next())
    }
}

/// The phone of guest `number`: fifty thousand guests come again and again.
pub fn phone(number: u64) -> Phone {
    format!("+7912{:07}", number.wrapping_mul(7_919_317) % 10_000_000).parse().expect("a phone")
}

/// The moment at which the operation with this number is prepared: some five hundred a day.
pub fn moment(number: u64) -> Timestamp {
    let start: Timestamp = "2021-01-01T00:00:00Z".parse().expect("a moment");
    start + SignedDuration::from_secs(i64::try_from(number * 160).expect("within years"))
}

/// The first event of the operation with this number.
pub fn prepared(chance: &mut Chance, number: u64) -> (OperationId, Event) {
    let id = OperationId(chance.uuid());
    let guest = chance.below(50_000);
    let account = AccountId::new(guest.to_string());
    let sum = |kopecks| Kopecks::new(i64::try_from(kopecks).expect("small")).expect("in range");
    let payload = match chance.below(100) {
        0..15 => Payload::CreateGuest(NewAccount {
            group: GroupId::new("3"),
            phone: phone(guest),
            profile: Profile::default(),
        }),
        15..50 => Payload::Refill(Refill {
            account: account.clone(),
            sum: sum(100 * (1 + chance.below(100))),
            comment: format!("Извинение {}", id.short()),
        }),
        _ => Payload::RegisterCheck(ExternalCheck {
            rest_code: RestCode::new(if number.is_multiple_of(3) { "1" } else { "2" }).expect("a code"),
            check_guid: CheckGuid::from_uuid(id.0),
            account: account.clone(),
            station: StationCode::OUTSIDE,
            external_check: format!("D-{number:07}"),
            bonus_spent: Kopecks::ZERO,
            discount: Kopecks::ZERO,
            bonus_accrued: sum(chance.below(10_000)),
            money_spent: sum(10_000 + chance.below(500_000)),
            check_data: "Пицца «Маргарита» × 2\nЧай × 1".into(),
            purchased_at: None,
        }),
    };
    let mut person = Chance(guest);
    let surname = person.of(&SURNAME);
    let name = format!("{surname}ов{} {} {}", person.below(40), person.of(&FIRST), person.of(&PATRONYMIC));
    let account = payload.account().cloned();
    let event = Event::Prepared {
        payload: Box::new(payload),
        subject: Subject { account, phone: Some(phone(guest)), name, group: Some("Постоянные".into()) },
        operator: chance.of(&OPERATORS).into(),
        reason: chance.of(&REASONS).into(),
        server: None,
        undoes: None,
        shown: Vec::new(),
    };
    (id, event)
}

/// Its further events. Nearly all are confirmed; the last few hundred of a journal are in every state.
pub fn further(chance: &mut Chance, number: u64, of: u64) -> Vec<Event> {
    let sending =
        Event::Sending { attempt: 1, balance_before: None, turnover_before: None, clock_offset: None, snapshot: None };
    let confirmed = Event::Confirmed { account: None, proof: Some(format!("t{number}")), receipt: None };
    let unknown = Event::Unknown { failure: None };
    match chance.below(100) {
        0 => vec![Event::Cancelled { operator: "Игорь".into() }],
        1 => vec![sending, unknown, Event::Reconciled { state: State::NotApplied, found: None }],
        2 if of - number < 2000 => vec![sending, unknown],
        3 if of - number < 2000 => vec![],
        _ => vec![sending, confirmed],
    }
}

/// Fills an empty journal.
pub fn fill(journal: &SqliteJournal, operations: u64) {
    const BATCH: u64 = 5000;
    let mut chance = Chance(1);
    let mut number = 0;
    while number < operations {
        let mut batch = Vec::new();
        for number in number..operations.min(number + BATCH) {
            let (id, first) = prepared(&mut chance, number);
            let events = std::iter::once(first).chain(further(&mut chance, number, operations));
            let appends = (0..).zip(events).map(|(expected_version, event)| Append {
                id,
                expected_version,
                at: moment(number),
                event,
            });
            batch.extend(appends);
        }
        block_on(journal.append_all(batch)).expect("a batch");
        number += BATCH;
    }
}
