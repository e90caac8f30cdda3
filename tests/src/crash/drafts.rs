//! Drafts of a run's operators: all five kinds of operations, on guests that the server has from the start.

use jiff::{Timestamp, tz::TimeZone};
use office::{Draft, Filter, Journal, Kind, OperationId, OutsideCheck, PageRequest, State, journal::SqliteJournal};
use probonus::{AccountId, GroupId, Kopecks, Loyalty, PersonName, Phone, Profile, RestCode, Sex, StationCode};

use super::Dice;

/// A purchase to return is chosen from this many newest ones.
const LATEST: u32 = 40;

/// A guest of the campaign.
#[derive(Clone, Debug)]
pub(super) struct Guest {
    pub(super) phone: Phone,
    pub(super) account: AccountId,
}

impl std::str::FromStr for Guest {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (phone, account) = text.split_once(':').ok_or("a guest is phone:account")?;
        let phone = phone.parse().map_err(|error| format!("{phone}: {error:?}"))?;
        Ok(Self { phone, account: AccountId::new(account) })
    }
}

/// Makes the drafts of one run. The run's number is part of what must be unique: phones of new guests, numbers of receipts.
pub(super) struct Operators {
    pub(super) dice: Dice,
    pub(super) guests: Vec<Guest>,
    pub(super) run: u32,
    pub(super) group: GroupId,
}

impl Operators {
    /// The draft with this number; `None` if what it needs can't be read now.
    pub(super) async fn next_draft(
        &self,
        number: u32,
        journal: &SqliteJournal,
        server: &dyn Loyalty,
        now: Timestamp,
    ) -> Option<Draft> {
        let guest = self.dice.pick(&self.guests)?.clone();
        match self.dice.below(10) {
            0..=3 => Some(Draft::Refill {
                phone: guest.phone,
                account: guest.account,
                sum: self.rubles(500),
                note: "за ожидание".to_owned(),
            }),
            4..=6 => self.purchase(guest, number, now),
            7 => self.return_of_something(journal).await,
            8 => {
                let found = server.find_by_phone(&guest.phone).await.ok()?;
                let before = found.into_iter().find(|account| account.id == guest.account)?.profile;
                let email = format!("guest{}.{number}@example.ru", self.run);
                let after = Profile { email: Some(email), ..before.clone() };
                Some(Draft::EditGuest { phone: guest.phone, account: guest.account, before, after })
            }
            _ => self.newcomer(number),
        }
    }

    fn purchase(&self, guest: Guest, number: u32, now: Timestamp) -> Option<Draft> {
        Some(Draft::RegisterCheck(Box::new(OutsideCheck {
            phone: guest.phone,
            account: guest.account,
            rest_code: RestCode::new("101").ok()?,
            station: StationCode::OUTSIDE,
            outside_number: format!("Д-{}-{number}", self.run),
            purchased_at: Some(TimeZone::system().to_datetime(now)),
            money_spent: self.rubles(3000),
            discount: Kopecks::ZERO,
            bonus_spent: Kopecks::ZERO,
            bonus_accrued: self.rubles(150),
            contents: "Пицца «Маргарита», морс".to_owned(),
            check_guid: None,
        })))
    }

    async fn return_of_something(&self, journal: &SqliteJournal) -> Option<Draft> {
        let filter = Filter { kinds: vec![Kind::RegisterCheck], states: vec![State::Confirmed], ..Filter::default() };
        let page = journal.list(&filter, PageRequest { after: None, size: LATEST }).await.ok()?;
        let active: Vec<OperationId> =
            page.rows.iter().filter(|purchase| purchase.returned_by.is_none()).map(|purchase| purchase.id).collect();
        Some(Draft::ReturnCheck { purchase: *self.dice.pick(&active)? })
    }

    fn newcomer(&self, number: u32) -> Option<Draft> {
        let name = PersonName {
            surname: Some("Новикова".to_owned()), name: Some("Вера".to_owned()), patronymic: None
        };
        Some(Draft::CreateGuest {
            group: self.group.clone(),
            phone: format!("+7916{:05}{:02}", self.run, number % 100).parse().ok()?,
            profile: Profile { name, sex: Some(Sex::Female), ..Profile::default() },
        })
    }

    /// 1 ₽ … `most` ₽, with kopecks.
    fn rubles(&self, most: u64) -> Kopecks {
        let kopecks = i64::try_from(100 + self.dice.below(most * 100)).unwrap_or(100);
        Kopecks::new(kopecks).unwrap_or(Kopecks::ZERO)
    }
}
