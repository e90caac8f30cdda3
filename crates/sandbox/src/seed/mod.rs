//! Realistic data from a seed number.
#![expect(clippy::inconsistent_digit_grouping, reason = "sums read as rubles and kopecks: 300_00 is 300,00")]

pub mod demo;
mod directories;
mod menu;
mod names;
mod timeline;

use jiff::{Timestamp, civil::Time};
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use uuid::Uuid;

use crate::core::{
    Core,
    calendar::{Calendar, plus_days},
    checks::{OutsideCheck, PosCheck},
    model::{Coupon, Deferral, Profile},
};
pub use directories::{RESTAURANTS, TEMPLATE_GROUP, directories};
use names::pick;
use timeline::Timeline;

/// The age of the oldest data, in days.
const MEMORY: i32 = 150;

/// A system with `guests` guests, including the demo guests, and their purchases of several months. `deferral` says how accruals
/// for purchases wait.
#[must_use]
pub fn build(seed: u64, guests: usize, calendar: Calendar, deferral: Option<Deferral>, now: Timestamp) -> Core {
    let mut core = Core::new(calendar, directories(), now);
    core.defer_accruals(deferral);
    let mut timeline = Timeline::new(core);
    demo::plan(&mut timeline);
    for number in demo::GUESTS.len()..guests {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        rng.set_stream(number as u64);
        plan_guest(&mut timeline, &mut rng, number);
    }
    let mut core = timeline.replay();
    core.seeding_ends();
    core
}

/// A mobile phone that no other guest has. Its digits are computed from the number of the guest.
fn phone(number: usize) -> String {
    const CODES: [u64; 20] =
        [900, 902, 903, 904, 905, 906, 908, 909, 910, 915, 917, 919, 921, 925, 926, 937, 950, 961, 977, 985];
    let code = CODES[number % CODES.len()];
    // The multiplier has no common factor with 10⁷, so different guests get different digits.
    let spread = (number as u64 / CODES.len() as u64).wrapping_mul(7_919).wrapping_add(1_234_567) % 10_000_000;
    format!("7{code}{spread:07}")
}

fn plan_guest(timeline: &mut Timeline, rng: &mut ChaCha8Rng, number: usize) {
    let phone = phone(number);
    let joined = rng.random_range(1..MEMORY);
    let profile = profile(timeline, rng, number);
    let group = match rng.random_range(0..100) {
        0..60 => TEMPLATE_GROUP,
        60..84 => 1,
        84..90 => 2,
        90..94 => 4,
        _ => 5,
    };
    {
        let (phone, time) = (phone.clone(), hour(rng));
        timeline.at(joined, time, move |core| {
            if let Ok(id) = core.insert_by_template(TEMPLATE_GROUP, &phone, profile)
                && group != TEMPLATE_GROUP
            {
                core.move_to_group(id, group);
            }
        });
    }
    let pace = rng.random_range(4..32);
    let mut day = joined - rng.random_range(0..3);
    while day > 0 {
        plan_visit(timeline, rng, phone.clone(), day);
        day -= rng.random_range(1..=pace);
    }
    if rng.random_ratio(1, 4) {
        let days_ago = rng.random_range(0..joined);
        plan_gift(timeline, rng, phone.clone(), days_ago);
    }
    if rng.random_ratio(1, 40) {
        timeline.at(0, Time::midnight(), move |core| on(core, &phone, |core, id| core.set_blocked(id, true)));
    }
}

fn profile(timeline: &Timeline, rng: &mut ChaCha8Rng, number: usize) -> Profile {
    let person = names::person(rng);
    let age = rng.random_range(18 * 365..75 * 365);
    let email = format!("{}.{}{number}@example.ru", names::latin(&person.name), names::latin(&person.surname));
    let card = format!("2000{:09}", rng.random_range(0..1_000_000_000_u64));
    Profile {
        surname: Some(person.surname).filter(|_| !rng.random_ratio(1, 12)),
        name: Some(person.name).filter(|_| !rng.random_ratio(1, 30)),
        patronymic: Some(person.patronymic).filter(|_| rng.random_ratio(3, 5)),
        birthday: Some(plus_days(timeline.today(), -age)).filter(|_| rng.random_ratio(4, 5)),
        sex: Some(person.sex).filter(|_| rng.random_ratio(9, 10)),
        email: Some(email).filter(|_| rng.random_ratio(2, 5)),
        identifiers: if rng.random_ratio(1, 2) { vec![card] } else { Vec::new() },
    }
}

fn plan_visit(timeline: &mut Timeline, rng: &mut ChaCha8Rng, phone: String, days_ago: i32) {
    let time = hour(rng);
    let dishes = menu::order(rng);
    let total: i64 = dishes.iter().map(|dish| dish.sum).sum();
    let wish = if rng.random_ratio(1, 4) { total / 100 * rng.random_range(5..50) / 100 * 100 } else { 0 };
    let number = rng.random_range(10_000..99_999).to_string();
    if rng.random_ratio(1, 9) {
        let guid = Uuid::from_u64_pair(rng.random(), rng.random());
        let guid = uuid::Builder::from_random_bytes(*guid.as_bytes()).into_uuid();
        timeline.at(days_ago, time, move |core| {
            on(core, &phone, |core, account| {
                let _ = core.register_check(OutsideCheck {
                    rest_code: "201".to_owned(),
                    guid,
                    account,
                    station: 999,
                    number: format!("Д-{number}"),
                    bonus_spent: 0,
                    discount: 0,
                    bonus_accrued: total / 20 / 100 * 100,
                    money_spent: total,
                    data: dishes.iter().map(|dish| dish.name.as_str()).collect::<Vec<_>>().join("\n"),
                    purchased_at: None,
                });
            });
        });
        return;
    }
    let rest_code = pick(rng, &["101", "101", "102", "103", "202"]).to_string();
    let (station, waiter) = (rng.random_range(1..5), menu::waiter(rng));
    timeline.at(days_ago, time, move |core| {
        on(core, &phone, |core, account| {
            let balance = core.account(account).map_or(0, |account| account.purse.balance());
            let bonus_spent = wish.min(balance).max(0);
            let _ = core.ring_up(PosCheck {
                account,
                number,
                rest_code,
                station,
                waiter,
                dishes,
                discount: 0,
                bonus_spent,
            });
        });
    });
}

fn plan_gift(timeline: &mut Timeline, rng: &mut ChaCha8Rng, phone: String, days_ago: i32) {
    let sum = rng.random_range(1..11) * 100_00;
    let why = *pick(rng, &["Извинение за ожидание", "День рождения", "Отзыв на сайте", "Розыгрыш в соцсетях"]);
    let code = format!("GIFT-{:04}", rng.random_range(0..10_000));
    let days = rng.random_range(5..60);
    let with_coupon = rng.random_ratio(1, 2);
    let time = hour(rng);
    timeline.at(days_ago, time, move |core| {
        on(core, &phone, |core, id| {
            let _ = core.refill(id, sum, Some(why.to_owned()));
            if with_coupon {
                let valid_until = Some(plus_days(core.today(), days));
                core.give_coupon(id, Coupon { name: "Кофе в подарок".to_owned(), code, valid_until });
            }
        });
    });
}

fn on(core: &mut Core, phone: &str, deed: impl FnOnce(&mut Core, i64)) {
    if let Some(id) = core.find_by_phone(phone).map(|account| account.id) {
        deed(core, id);
    }
}

/// A time between 12:00 and 22:59.
fn hour(rng: &mut ChaCha8Rng) -> Time {
    Time::new(rng.random_range(12..23), rng.random_range(0..60), rng.random_range(0..60), 0).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn core(seed: u64) -> Core {
        let calendar = Calendar::default();
        build(seed, 200, calendar, None, calendar.instant(date(2026, 11, 23).at(18, 0, 0, 0)))
    }

    #[test]
    fn the_data_is_plentiful_and_its_books_agree() {
        let core = core(1);
        core.check().unwrap();
        assert_eq!(core.accounts().count(), 200);
        let books = core.books();
        assert!(books.entries.len() > 1_500, "{} entries", books.entries.len());
        assert_eq!(books.requests().count(), 0);
        let burning = core.accounts().filter(|account| {
            account.purse.lots().iter().any(|lot| lot.burns_on.is_some_and(|day| day < plus_days(core.today(), 14)))
        });
        assert!(burning.count() >= 5);
    }

    #[test]
    fn a_seed_always_gives_the_same_data() {
        let whole = |seed| serde_json::to_string(&core(seed)).unwrap();
        assert_eq!(whole(5), whole(5));
        assert_ne!(whole(5), whole(6));
    }

    #[test]
    fn the_demo_guests_are_as_described() {
        let core = core(9);
        let find = |guest: demo::DemoGuest| core.find_by_phone(guest.phone).unwrap();
        let anna = find(demo::ANNA);
        assert_eq!(core.level(anna.level).unwrap().name, "Золотой");
        assert!(anna.purse.balance() > 1_000_00, "{}", anna.purse.balance());
        assert_eq!(anna.coupons.len(), 2);
        let soon = plus_days(core.today(), 14);
        let detail = core.balance(anna.id).unwrap();
        let burns_soon = detail.parts.iter().filter(|lot| lot.burns_on.is_some_and(|day| day <= soon));
        assert!(burns_soon.count() >= 2, "{detail:?}");
        assert_eq!(find(demo::IVAN).purse.balance(), 300_00);
        assert_eq!(find(demo::OLGA).purse.balance(), 0);
        assert_eq!(find(demo::RICH).purse.balance(), 98_765_432_10);
        assert!(find(demo::BLOCKED).blocked);
        assert!(find(demo::DEBTOR).purse.balance() < 0);
        assert_eq!(find(demo::NAMELESS).profile.surname, None);
        assert!(find(demo::LONG).profile.surname.as_ref().unwrap().chars().count() > 80);
        find(demo::FOREIGNER);
        assert_eq!(core.find_by_phone(demo::SECOND_PHONE_OF_THE_RICH).unwrap().id, find(demo::RICH).id);
    }
}
