//! What operators type: drafts that the seed decides, most of them sensible.

use jiff::Timestamp;
use office::{Draft, OperationId, OutsideCheck};
use probonus::{AccountId, GroupId, Kopecks, PersonName, Phone, Profile, RestCode, Sex, StationCode};

use super::chance::Chance;

/// Restaurants the server knows, and one that it does not.
const REST_CODES: [&str; 5] = ["101", "101", "102", "201", "999"];

/// A guest whom the operators know.
#[derive(Clone, Debug)]
pub struct Guest {
    /// Phone.
    pub phone: Phone,
    /// Account.
    pub account: AccountId,
    /// Profile as last seen.
    pub profile: Profile,
}

/// Makes drafts.
pub struct Operator {
    chance: Chance,
}

impl Operator {
    /// An operator whose whims come from `chance`.
    pub fn new(chance: Chance) -> Self {
        Self { chance }
    }

    /// Something to do; `purchases` are those that could be returned.
    pub fn whim(&self, guests: &[Guest], purchases: &[OperationId], now: Timestamp) -> Draft {
        let guest = self.chance.pick(guests).clone();
        match self.chance.below(10) {
            0..=3 => Draft::Refill {
                phone: guest.phone,
                account: guest.account,
                sum: self.rubles(900),
                note: "за ожидание".to_owned(),
            },
            4..=6 => self.purchase(guest, now),
            7 if !purchases.is_empty() => Draft::ReturnCheck { purchase: *self.chance.pick(purchases) },
            8 => {
                let mut after = guest.profile.clone();
                after.email = Some(format!("guest{}@example.ru", self.chance.below(1000)));
                Draft::EditGuest { phone: guest.phone, account: guest.account, before: guest.profile, after }
            }
            9 => self.newcomer(),
            _ => self.purchase(guest, now),
        }
    }

    fn purchase(&self, guest: Guest, now: Timestamp) -> Draft {
        let offset = jiff::tz::TimeZone::fixed(jiff::tz::offset(3));
        Draft::RegisterCheck(Box::new(OutsideCheck {
            phone: guest.phone,
            account: guest.account,
            rest_code: rest_code(self.chance.pick::<&str>(&REST_CODES)),
            station: StationCode::OUTSIDE,
            // A small space, so that numbers meet.
            outside_number: format!("Д-{}", self.chance.below(40)),
            purchased_at: Some(offset.to_datetime(now)),
            money_spent: self.rubles(3000),
            discount: self.rubles(50),
            bonus_spent: if self.chance.happens(300) { self.rubles(40) } else { Kopecks::ZERO },
            bonus_accrued: self.rubles(150),
            contents: "Пицца «Маргарита», морс".to_owned(),
            check_guid: None,
        }))
    }

    fn newcomer(&self) -> Draft {
        let number = self.chance.below(30);
        #[expect(clippy::expect_used, reason = "built to be valid")]
        let phone = format!("+79161230{number:03}").parse().expect("a mobile number");
        Draft::CreateGuest {
            group: GroupId::new("3"),
            phone,
            profile: Profile {
                name: PersonName {
                    surname: Some("Новикова".to_owned()),
                    name: Some("Вера".to_owned()),
                    patronymic: None,
                },
                sex: Some(Sex::Female),
                ..Profile::default()
            },
        }
    }

    /// 1 ₽ … `most` ₽, with kopecks; from few values, so that alike sums meet.
    fn rubles(&self, most: u64) -> Kopecks {
        let step = (most / 8).max(1);
        let kopecks = (1 + self.chance.below(8)) * step * 100 + self.chance.below(2) * 50;
        i64::try_from(kopecks).ok().and_then(|sum| Kopecks::new(sum).ok()).unwrap_or(Kopecks::ZERO)
    }
}

#[expect(clippy::expect_used, reason = "built to be valid")]
fn rest_code(code: &str) -> RestCode {
    RestCode::new(code).expect("digits")
}
