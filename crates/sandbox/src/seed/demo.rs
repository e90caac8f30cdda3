//! The demo guests. They are the same for every seed, so that tests and demonstrations can rely on them.

use jiff::civil::{Date, date};
use uuid::Uuid;

use super::{menu, timeline::Timeline};
use crate::core::{
    calendar::plus_days,
    checks::{OutsideCheck, PosCheck},
    model::{Coupon, Profile, Sex},
    returns::ReturnFilter,
};

/// A demo guest.
#[derive(Clone, Copy, Debug)]
pub struct DemoGuest {
    /// Phone: digits with the country code.
    pub phone: &'static str,
    /// Фамилия, имя, отчество; empty if the guest has none.
    pub name: [&'static str; 3],
    /// What the guest shows.
    pub note: &'static str,
}

/// Has everything: a balance, bonuses that burn soon, receipts of several months, two coupons, a card, an outside purchase.
pub const ANNA: DemoGuest = DemoGuest {
    phone: "79123456789",
    name: ["Кузнецова", "Анна", "Сергеевна"],
    note: "golden level, burning, receipts, coupons, an outside purchase",
};
/// Has just registered: has only welcome bonuses.
pub const IVAN: DemoGuest =
    DemoGuest {
        phone: "79161234567", name: ["Петров", "Иван", "Алексеевич"], note: "only welcome bonuses"
    };
/// Has no bonuses at all: the welcome ones have burnt.
pub const OLGA: DemoGuest =
    DemoGuest {
        phone: "79217654321", name: ["Соколова", "Ольга", ""], note: "balance 0,00: all has burnt"
    };
/// Has only a phone.
pub const NAMELESS: DemoGuest = DemoGuest { phone: "79031112233", name: ["", "", ""], note: "no name" };
/// Names as long as the server takes.
pub const LONG: DemoGuest = DemoGuest {
    phone: "79995550001",
    name: [
        "Рождественская-Верхнеколымская-Староархангельская-Новопреображенская-Великоустюжская-Заболотская",
        "Анна-Мария-Елизавета-Александра-Екатерина-Виктория-Изабелла-Констанция-Аделаида-Вильгельмина",
        "Константиновна-Александровна-Владиславовна-Станиславовна",
    ],
    note: "very long names",
};
/// A very large balance.
pub const RICH: DemoGuest = DemoGuest {
    phone: "79857777777",
    name: ["Миллионщиков", "Савва", "Тимофеевич"],
    note: "98 765 432,10 on the account, VIP, never burns",
};
/// The second phone of [`RICH`].
pub const SECOND_PHONE_OF_THE_RICH: &str = "79857777778";
/// Blocked.
pub const BLOCKED: DemoGuest =
    DemoGuest { phone: "79260000013", name: ["Плутов", "Остап", "Ибрагимович"], note: "blocked" };
/// Has a debt: spent the bonuses of a purchase that was then returned.
pub const DEBTOR: DemoGuest =
    DemoGuest {
        phone: "79601234500", name: ["Долгова", "Марина", "Игоревна"], note: "balance below zero"
    };
/// A phone of another country.
pub const FOREIGNER: DemoGuest =
    DemoGuest {
        phone: "375291234567", name: ["Лукашик", "Янина", "Казимировна"], note: "a Belarusian phone"
    };

/// All demo guests.
pub const GUESTS: [DemoGuest; 9] = [ANNA, IVAN, OLGA, NAMELESS, LONG, RICH, BLOCKED, DEBTOR, FOREIGNER];

/// The GUID of Anna's outside purchase, number `Д-1042` of restaurant 201.
pub const ANNAS_PURCHASE: Uuid = Uuid::from_u128(0x0b5e_55ed_0000_4000_8000_0000_0000_1042);
const DEBTORS_PURCHASE: Uuid = Uuid::from_u128(0x0b5e_55ed_0000_4000_8000_0000_0000_0013);

impl DemoGuest {
    fn profile(&self, sex: Option<Sex>, birthday: Option<Date>) -> Profile {
        let [surname, name, patronymic] = self.name.map(|text| (!text.is_empty()).then(|| text.to_owned()));
        Profile { surname, name, patronymic, sex, birthday, ..Profile::default() }
    }
}

/// Plans the events of the demo guests.
pub(super) fn plan(timeline: &mut Timeline) {
    plan_anna(timeline);
    let plain = [
        (IVAN, 2, Some(Sex::Male), Some(date(1990, 3, 8))),
        (OLGA, 100, Some(Sex::Female), None),
        (NAMELESS, 20, None, None),
        (LONG, 25, Some(Sex::Female), Some(date(1988, 2, 29))),
        (RICH, 140, Some(Sex::Male), Some(date(1961, 9, 1))),
        (BLOCKED, 120, Some(Sex::Male), Some(date(1979, 6, 13))),
        (DEBTOR, 40, Some(Sex::Female), Some(date(1995, 12, 31))),
        (FOREIGNER, 15, Some(Sex::Female), Some(date(1984, 7, 3))),
    ];
    for (guest, days_ago, sex, birthday) in plain {
        timeline.join(days_ago, guest.phone, guest.profile(sex, birthday));
    }
    timeline.later(139, RICH.phone, |core, id| {
        core.move_to_group(id, 4);
        let _ = core.add_phone(id, SECOND_PHONE_OF_THE_RICH);
        let _ = core.refill(id, 98_765_432_10, Some("Перенос остатка из прежней системы".to_owned()));
    });
    timeline.later(30, BLOCKED.phone, |core, id| core.set_blocked(id, true));
    plan_debtor(timeline);
}

/// A purchase at a POS.
struct Visit {
    days_ago: i32,
    restaurant: &'static str,
    /// Pairs of the index in the menu and the count.
    dishes: &'static [(usize, i64)],
    bonus_spent: i64,
}

const fn visit(days_ago: i32, restaurant: &'static str, dishes: &'static [(usize, i64)], bonus_spent: i64) -> Visit {
    Visit { days_ago, restaurant, dishes, bonus_spent }
}

const ANNAS_VISITS: [Visit; 14] = [
    visit(148, "101", &[(0, 1), (6, 1), (34, 2)], 0),
    visit(139, "101", &[(21, 2), (38, 4), (28, 2)], 200_00),
    visit(127, "103", &[(22, 2), (9, 2), (38, 2)], 0),
    visit(115, "101", &[(14, 3), (33, 1)], 0),
    visit(101, "102", &[(25, 2), (36, 2), (29, 2)], 0),
    visit(89, "101", &[(19, 2), (5, 2), (38, 4)], 300_00),
    visit(88, "103", &[(22, 6), (21, 6), (38, 12)], 0),
    visit(76, "202", &[(34, 2), (15, 2)], 0),
    visit(62, "101", &[(18, 2), (1, 2), (31, 2)], 150_00),
    visit(47, "101", &[(20, 4), (11, 1), (37, 4)], 0),
    visit(33, "103", &[(21, 8), (9, 6), (38, 10)], 0),
    visit(21, "101", &[(12, 2), (28, 2), (33, 1)], 500_00),
    visit(9, "102", &[(24, 2), (25, 1), (36, 3)], 0),
    visit(2, "101", &[(17, 1), (2, 1), (32, 2)], 100_00),
];

/// Name, code and days from the day of the gift to the last one; `None`: valid for ever.
const ANNAS_COUPONS: [(&str, &str, Option<i32>); 2] = [
    ("Десерт в подарок ко дню рождения мамы", "DESSERT-7781", Some(24)),
    ("Скидка 15 % на доставку", "DOSTAVKA15", None),
];

fn plan_anna(timeline: &mut Timeline) {
    let mut profile = ANNA.profile(Some(Sex::Female), Some(date(1987, 4, 12)));
    profile.email = Some("anna.kuznetsova@example.ru".to_owned());
    profile.identifiers = vec!["2000012345678".to_owned()];
    timeline.join(150, ANNA.phone, profile);
    for (number, visit) in (40_101..).zip(&ANNAS_VISITS) {
        plan_visit(timeline, number, visit);
    }
    plan_promotions(timeline);
    plan_annas_outside_purchase(timeline);
    timeline.later(10, ANNA.phone, |core, id| {
        let today = core.today();
        for (name, code, days) in ANNAS_COUPONS {
            let valid_until = days.map(|days| plus_days(today, days));
            core.give_coupon(id, Coupon { name: name.to_owned(), code: code.to_owned(), valid_until });
        }
    });
}

fn plan_visit(timeline: &mut Timeline, number: u32, visit: &'static Visit) {
    let dishes = visit.dishes.iter().map(|(dish, count)| menu::dish(*dish, *count)).collect();
    timeline.later(visit.days_ago, ANNA.phone, move |core, account| {
        let _ = core.ring_up(PosCheck {
            account,
            number: number.to_string(),
            rest_code: visit.restaurant.to_owned(),
            station: 3,
            waiter: "Ермакова Дарья".to_owned(),
            dishes,
            discount: 0,
            bonus_spent: visit.bonus_spent,
        });
    });
}

/// Plans promotional bonuses with a lifetime of 30 days, so that some bonuses burn soon.
fn plan_promotions(timeline: &mut Timeline) {
    for (days_ago, sum) in [(25, 120_00), (18, 80_00), (3, 250_00)] {
        timeline.later(days_ago, ANNA.phone, move |core, id| {
            core.with_bonus_life(id, Some(30), |core| {
                let _ = core.refill(id, sum, Some("Акция «Осенний обед»".to_owned()));
            });
        });
    }
}

fn plan_annas_outside_purchase(timeline: &mut Timeline) {
    timeline.later(14, ANNA.phone, |core, account| {
        let _ = core.register_check(OutsideCheck {
            rest_code: "201".to_owned(),
            guid: ANNAS_PURCHASE,
            account,
            station: 999,
            number: "Д-1042".to_owned(),
            bonus_spent: 100_00,
            discount: 50_00,
            bonus_accrued: 92_00,
            money_spent: 1_840_00,
            data: "Пицца «Четыре сыра» × 2 — 1580,00\nМорс клюквенный, 0,5 л × 1 — 260,00".to_owned(),
            purchased_at: None,
        });
    });
}

fn plan_debtor(timeline: &mut Timeline) {
    let check = |account, guid, number: &str, spent, accrued| OutsideCheck {
        rest_code: "201".to_owned(),
        guid,
        account,
        station: 999,
        number: number.to_owned(),
        bonus_spent: spent,
        discount: 0,
        bonus_accrued: accrued,
        money_spent: 5_000_00,
        data: "Банкет на вынос".to_owned(),
        purchased_at: None,
    };
    timeline.later(12, DEBTOR.phone, move |core, id| {
        let _ = core.register_check(check(id, DEBTORS_PURCHASE, "Д-0977", 0, 500_00));
    });
    timeline.later(11, DEBTOR.phone, move |core, id| {
        let balance = core.account(id).map_or(0, |account| account.purse.balance());
        let _ = core.register_check(check(id, Uuid::from_u128(DEBTORS_PURCHASE.as_u128() + 1), "Д-0981", balance, 0));
    });
    timeline.later(8, DEBTOR.phone, |core, _| {
        let _ = core.return_check(DEBTORS_PURCHASE, &ReturnFilter::default());
    });
}
