//! What a person types and chooses, each several times, timed one by one.

use std::time::Instant;

use futures_executor::block_on;
use jiff::civil::date;
use office::{Filter, Journal, Kind, PageRequest, State, journal::sqlite::SqliteJournal};
use probonus::AccountId;

use crate::filling::{Chance, FIRST, PATRONYMIC, phone};

/// Lists that are asked for, with a name for the report.
fn searches(chance: &mut Chance) -> Vec<(&'static str, Filter)> {
    let text = |text: &str| Filter { text: text.into(), unknown_on_top: true, ..Filter::default() };
    let beginning = |word: &str, letters: usize| word.chars().take(letters).collect::<String>();
    let first = chance.of(&FIRST);
    let patronymic = chance.of(&PATRONYMIC);
    let guest = phone(chance.below(50_000));
    let letters = 1 + usize::try_from(chance.below(8)).unwrap_or(0);
    let tail = &guest.digits()[7..];
    let number = chance.below(1_000_000);
    let (from, to) = (date(2023, 1, 1), date(2023, 12, 31));
    vec![
        ("everything", text("")),
        ("everything, plain order", Filter::default()),
        ("beginning of a name", text(&beginning(first, letters))),
        ("name", text(first)),
        ("patronymic", text(patronymic)),
        ("name and patronymic", text(&format!("{first} {patronymic}"))),
        ("name and an operator", text(&format!("{first} ольга"))),
        ("two beginnings", text(&format!("{} {}", beginning(first, 2), beginning(patronymic, 3)))),
        ("surname with digits", text(&format!("иванов{}", chance.below(40)))),
        ("reason", text("долгое ожидание")),
        ("phone", text(&format!("+{}", guest.digits()))),
        ("phone's tail", text(tail)),
        ("name and phone's tail", text(&format!("{first} {tail}"))),
        ("outside number", text(&format!("D-{number:07}"))),
        ("beginning of an outside number", text(&format!("D-{:04}", number / 1000))),
        ("beginning of an id", text(&format!("{:08x}", chance.below(1 << 32)))),
        ("nothing", text("несуществующее")),
        ("name among the unknown", Filter { states: vec![State::Unknown], ..text(first) }),
        ("name among refills", Filter { kinds: vec![Kind::Refill], ..text(first) }),
        ("name among the confirmed", Filter { states: vec![State::Confirmed], ..text(first) }),
        ("name in a year", Filter { from: Some(from), to: Some(to), ..text(first) }),
        ("cancelled", Filter { states: vec![State::Cancelled], ..Filter::default() }),
        ("not applied refills", Filter { states: vec![State::NotApplied], kinds: vec![Kind::Refill], ..text("") }),
        ("refills and new guests", Filter { kinds: vec![Kind::Refill, Kind::CreateGuest], ..text("") }),
        ("a year", Filter { from: Some(from), to: Some(to), ..text("") }),
        ("a day", Filter { from: Some(from), to: Some(from), ..text("") }),
        ("an account", Filter { account: Some(AccountId::new(chance.below(50_000).to_string())), ..text("") }),
    ]
}

/// The 95th percentile of all searches, in milliseconds; prints that of each.
pub fn p95(journal: &SqliteJournal) -> f64 {
    const ROUNDS: usize = 40;
    let mut chance = Chance(2);
    let mut times: Vec<(&str, f64)> = Vec::new();
    for _ in 0..ROUNDS {
        for (name, filter) in searches(&mut chance) {
            let start = Instant::now();
            let page = block_on(journal.list(&filter, PageRequest { after: None, size: 50 })).expect("a page");
            times.push((name, start.elapsed().as_secs_f64() * 1e3));
            // Deep in the list it is as fast.
            if page.next.is_some() {
                let start = Instant::now();
                block_on(journal.list(&filter, PageRequest { after: page.next, size: 50 })).expect("a page");
                times.push((name, start.elapsed().as_secs_f64() * 1e3));
            }
        }
    }
    for (name, _) in searches(&mut chance) {
        let of_name: Vec<_> = times.iter().filter(|(other, _)| *other == name).map(|(_, time)| *time).collect();
        println!("  {name}: median {:.2} ms, p95 {:.2} ms", percentile(&of_name, 50), percentile(&of_name, 95));
    }
    percentile(&times.iter().map(|(_, time)| *time).collect::<Vec<_>>(), 95)
}

/// A percentile of some numbers.
pub fn percentile(numbers: &[f64], percent: usize) -> f64 {
    let mut sorted = numbers.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get((sorted.len() * percent / 100).min(sorted.len().saturating_sub(1))).copied().unwrap_or(0.0)
}
