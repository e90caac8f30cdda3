//! The records of a loyalty system. All sums are integer kopecks.

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::purse::{Lot, Purse};

/// A group of accounts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    /// Id.
    pub id: i64,
    /// Name.
    pub name: String,
    /// «Шаблон для API»; without one the group takes no new accounts through the API.
    pub template: Option<Template>,
    /// How long bonuses of the group's accounts live, days; `None`: they do not burn.
    pub bonus_life_days: Option<i32>,
}

/// The initial values of a new account in a group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Template {
    /// The first level.
    pub level: i64,
    /// Welcome bonuses, kopecks.
    pub welcome: i64,
    /// The lifetime of the welcome bonuses, in days.
    pub welcome_life_days: Option<i32>,
}

/// A rung of the ladder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Level {
    /// Id, in the order of the ladder.
    pub id: i64,
    /// Name.
    pub name: String,
    /// Percent accrued, in hundredths: 750 is 7.5 %.
    pub percent: i64,
    /// The least turnover for it, kopecks.
    pub from_turnover: i64,
}

/// A restaurant of the directory «Настройки → Рестораны».
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Restaurant {
    /// `restCode`.
    pub code: String,
    /// Name.
    pub name: String,
}

/// Sex.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sex {
    /// Мужской.
    Male,
    /// Женский.
    Female,
}

macro_rules! profile {
    ($($(#[$doc:meta])* $text:ident,)+) => {
        /// What a guest tells of themselves.
        #[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
        pub struct Profile {
            $($(#[$doc])* pub $text: Option<String>,)+
            /// Birthday.
            pub birthday: Option<Date>,
            /// Sex.
            pub sex: Option<Sex>,
            /// Cards and other identifiers.
            pub identifiers: Vec<String>,
        }

        impl Profile {
            /// The fields of text, by their names in the protocol.
            pub(crate) fn texts(&self) -> impl Iterator<Item = (&'static str, &Option<String>)> {
                [$((stringify!($text), &self.$text)),+].into_iter()
            }

            /// The fields of text, to be changed.
            pub(crate) fn texts_mut(&mut self) -> impl Iterator<Item = (&'static str, &mut Option<String>)> {
                [$((stringify!($text), &mut self.$text)),+].into_iter()
            }
        }
    };
}

profile! {
    /// Фамилия.
    surname,
    /// Имя.
    name,
    /// Отчество.
    patronymic,
    /// E-mail.
    email,
}

/// A coupon.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coupon {
    /// Name.
    pub name: String,
    /// Code.
    pub code: String,
    /// The last day of its validity.
    pub valid_until: Option<Date>,
}

/// A guest's account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// Id.
    pub id: i64,
    /// Phone: digits with the country code, no plus.
    pub phone: String,
    /// Other phones by which it is found, in the same form.
    #[serde(default)]
    pub other_phones: Vec<String>,
    /// Profile.
    pub profile: Profile,
    /// Group.
    pub group: i64,
    /// Level.
    pub level: i64,
    /// The lowest level that the ladder may set: the template's, or the last one set by hand.
    pub level_floor: i64,
    /// The level that was set by hand, until the next purchase or return sets it by the ladder again.
    #[serde(default)]
    pub level_by_hand: Option<i64>,
    /// «Код типа бонусов»: the id of a [`BonusType`].
    #[serde(default = "usual_bonus_type")]
    pub bonus_type: i64,
    /// How long bonuses given from now on live, days; `None`: they do not burn.
    pub bonus_life_days: Option<i32>,
    /// Whether it is blocked.
    pub blocked: bool,
    /// Its bonuses.
    pub purse: Purse,
    /// Accruals that count from a later day, nearest first. They are not in the balance yet.
    #[serde(default)]
    pub waiting: Vec<WaitingAccrual>,
    /// The turnover for the ladder, kopecks.
    pub turnover: i64,
    /// Coupons.
    pub coupons: Vec<Coupon>,
    /// When it was made.
    pub created_at: Timestamp,
}

impl Account {
    /// Every phone by which it is found, the main one first.
    pub fn phones(&self) -> impl Iterator<Item = &str> {
        std::iter::once(&self.phone).chain(&self.other_phones).map(String::as_str)
    }

    /// The nearest day on which its bonuses burn or begin to count.
    pub(super) fn next_due(&self) -> Option<Date> {
        let waiting = self.waiting.iter().map(|part| part.due).min();
        [self.purse.next_burning(), waiting].into_iter().flatten().min()
    }
}

/// An accrual that counts from a later day: «Чек (будет начислено)».
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaitingAccrual {
    /// How much, kopecks.
    pub sum: i64,
    /// The business day at whose beginning it is added to the balance.
    pub due: Date,
    /// The receipt that it is for.
    pub receipt: i64,
}

/// How accruals for purchases wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deferral {
    /// The number of business days that an accrual waits.
    pub days: i32,
    /// Whether it is shown while it waits: an entry «Чек (будет начислено)» in the history, a part of the detailed balance.
    pub is_shown: bool,
}

/// A type of bonuses: «Код типа бонусов».
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BonusType {
    /// Code.
    pub id: i64,
    /// Name.
    pub name: String,
}

/// The bonus type of a new account.
pub const USUAL_BONUS_TYPE: i64 = 1;

const fn usual_bonus_type() -> i64 {
    USUAL_BONUS_TYPE
}

/// The kind of a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TransactionKind {
    /// Начисление за покупку.
    Accrual,
    /// Оплата бонусами.
    Payment,
    /// Ручное начисление.
    Refill,
    /// Сгорание.
    Burning,
    /// Приветственные бонусы.
    Welcome,
    /// Возврат покупки.
    Return,
    /// Изъятие бонусов, by the administrator.
    Withdrawal,
    /// An accrual that waits for its day. It has not changed the balance.
    Awaiting,
}

impl TransactionKind {
    /// Every kind.
    pub const ALL: [Self; 8] = [
        Self::Accrual,
        Self::Payment,
        Self::Refill,
        Self::Burning,
        Self::Welcome,
        Self::Return,
        Self::Withdrawal,
        Self::Awaiting,
    ];
}

/// An entry of an account's history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transaction {
    /// Id. A later entry has a greater one.
    pub id: i64,
    /// The account.
    pub account: i64,
    /// Its time.
    pub at: Timestamp,
    /// Its kind.
    pub kind: TransactionKind,
    /// The change of the balance, kopecks, signed.
    pub sum: i64,
    /// The balance after it, kopecks.
    pub balance: i64,
    /// The sum that will be accrued later, kopecks. Only of [`TransactionKind::Awaiting`], whose `sum` is zero.
    #[serde(default)]
    pub awaits: Option<i64>,
    /// The paid money, kopecks, in the first entry of a purchase; negative in the first entry of its return.
    pub money_spent: Option<i64>,
    /// Comment.
    pub comment: Option<String>,
    /// The receipt behind it.
    pub receipt: Option<i64>,
}

/// A dish of a receipt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dish {
    /// Name.
    pub name: String,
    /// Quantity in thousandths: 1000 is one portion, 350 is 0.35 kg.
    pub quantity: i64,
    /// Price of one, kopecks.
    pub price: i64,
    /// Sum of the line, kopecks.
    pub sum: i64,
}

/// The outside fields of a purchase.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outside {
    /// `checkGuid`; **not** unique.
    pub guid: Uuid,
    /// `externalCheck`.
    pub number: String,
    /// `checkData`.
    pub data: String,
}

/// A purchase, in r_keeper or outside.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// Id.
    pub id: i64,
    /// Whose.
    pub account: i64,
    /// Number printed on it.
    pub number: String,
    /// When it was closed.
    pub at: Timestamp,
    /// `restCode`.
    pub rest_code: String,
    /// `rkUnit`.
    pub station: i64,
    /// Waiter.
    pub waiter: Option<String>,
    /// Dishes.
    pub dishes: Vec<Dish>,
    /// Discount, kopecks.
    pub discount: i64,
    /// Paid in money, kopecks.
    pub paid: i64,
    /// Paid with bonuses, kopecks.
    pub bonus_spent: i64,
    /// Accrued, kopecks.
    pub bonus_accrued: i64,
    /// The lots that the payment came from, so that a return can give them back.
    pub spent_from: Vec<Lot>,
    /// The day on which its accrual burns.
    pub accrual_burns_on: Option<Date>,
    /// The day from which its accrual counts, while the accrual waits.
    #[serde(default)]
    pub accrual_due: Option<Date>,
    /// The fields of an outside purchase; `None`: a purchase in r_keeper.
    pub outside: Option<Outside>,
    /// When it was returned.
    pub returned_at: Option<Timestamp>,
}

impl Receipt {
    /// The accrual that is in the balance, kopecks: zero while it waits.
    #[must_use]
    pub fn accrued_so_far(&self) -> i64 {
        if self.accrual_due.is_some() { 0 } else { self.bonus_accrued }
    }

    /// The sum before discount, kopecks.
    #[must_use]
    pub fn total(&self) -> i64 {
        self.paid + self.bonus_spent + self.discount
    }
}

/// An applied write. Each applied request makes one, also a repeated request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Applied {
    /// Its number, from 1.
    pub number: u64,
    /// When.
    pub at: Timestamp,
    /// What.
    pub kind: AppliedKind,
    /// The account it made or changed.
    pub account: i64,
    /// How the balance changed by it, kopecks.
    pub sum: i64,
    /// The sum that it will add to the balance on a later day, kopecks.
    #[serde(default)]
    pub awaits: i64,
    /// `checkGuid`, of a registration or a return.
    pub guid: Option<Uuid>,
    /// `externalCheck`.
    pub outside_number: Option<String>,
    /// `restCode`.
    pub rest_code: Option<String>,
    /// Comment of a refill, `checkData` of a registration.
    pub text: Option<String>,
    /// The receipts it made or undid.
    pub receipts: Vec<i64>,
}

/// The kind of an applied write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AppliedKind {
    /// `accounts/insert_by_template`.
    Insert,
    /// `accounts/update`.
    Update,
    /// `accounts/refill`.
    Refill,
    /// `external/register_check`.
    Register,
    /// `external/return_check`.
    Return,
}
