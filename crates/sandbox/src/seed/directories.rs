//! The directories of a new sandbox: groups, levels, restaurants, types of bonuses.

use crate::core::{
    Directories,
    model::{BonusType, Group, Level, Restaurant, Template, USUAL_BONUS_TYPE},
};

/// «Самостоятельно зарегистрировавшиеся»: the only group with a template, as in the vendor's test database.
pub const TEMPLATE_GROUP: i64 = 3;

/// Codes and names of the restaurants.
pub const RESTAURANTS: [(&str, &str); 5] = [
    ("101", "Ресторан «Веранда» на Покровке"),
    ("102", "Кафе «Пироги и вино»"),
    ("103", "Гастробар «Сёмга»"),
    ("201", "Доставка «Веранда»"),
    ("202", "Кофейня «Зерно», вокзал"),
];

/// The directories of a new sandbox.
#[must_use]
pub fn directories() -> Directories {
    let group =
        |id, name: &str, template, bonus_life_days| Group { id, name: name.to_owned(), template, bonus_life_days };
    let level = |id, name: &str, percent, from_turnover| Level { id, name: name.to_owned(), percent, from_turnover };
    let restaurant = |(code, name): (&str, &str)| Restaurant { code: code.to_owned(), name: name.to_owned() };
    let template = Template { level: 1, welcome: 300_00, welcome_life_days: Some(30) };
    Directories {
        groups: vec![
            group(1, "Постоянные гости", None, Some(180)),
            group(2, "Сотрудники", None, None),
            group(TEMPLATE_GROUP, "Самостоятельно зарегистрировавшиеся", Some(template), Some(90)),
            group(4, "VIP", None, None),
            group(5, "Корпоративные клиенты", None, Some(365)),
        ],
        levels: vec![
            level(1, "Бронзовый", 300, 0),
            level(2, "Серебряный", 500, 30_000_00),
            level(3, "Золотой", 750, 60_000_00),
            level(4, "Платиновый", 1000, 300_000_00),
        ],
        restaurants: RESTAURANTS.map(restaurant).to_vec(),
        bonus_types: vec![
            BonusType { id: USUAL_BONUS_TYPE, name: "Накопительный".to_owned() },
            BonusType { id: 2, name: "Подарочный".to_owned() },
        ],
    }
}
