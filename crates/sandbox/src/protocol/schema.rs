//! What each method takes and answers. The one list of methods: routing, decoding, encoding and the published
//! description are all read from it.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A method, by its path under the base.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Method {
    /// `auth/login`
    #[serde(rename = "auth/login")]
    Login,
    /// `auth/refresh_token`
    #[serde(rename = "auth/refresh_token")]
    RefreshToken,
    /// `account_groups/list`
    #[serde(rename = "account_groups/list")]
    Groups,
    /// `accounts/find_by_phone`
    #[serde(rename = "accounts/find_by_phone")]
    FindByPhone,
    /// `accounts/insert_by_template`
    #[serde(rename = "accounts/insert_by_template")]
    Insert,
    /// `accounts/update`
    #[serde(rename = "accounts/update")]
    Update,
    /// `accounts/refill`
    #[serde(rename = "accounts/refill")]
    Refill,
    /// `accounts/transactions`: of a period, or the last N
    #[serde(rename = "accounts/transactions")]
    Transactions,
    /// `accounts/get_balance_extended`
    #[serde(rename = "accounts/get_balance_extended")]
    Balance,
    /// `checks/get_by_id`
    #[serde(rename = "checks/get_by_id")]
    Receipt,
    /// `external/register_check`
    #[serde(rename = "external/register_check")]
    RegisterCheck,
    /// `external/return_check`
    #[serde(rename = "external/return_check")]
    ReturnCheck,
}

impl Method {
    /// Every method.
    pub const ALL: [Self; 12] = [
        Self::Login,
        Self::RefreshToken,
        Self::Groups,
        Self::FindByPhone,
        Self::Insert,
        Self::Update,
        Self::Refill,
        Self::Transactions,
        Self::Balance,
        Self::Receipt,
        Self::RegisterCheck,
        Self::ReturnCheck,
    ];

    /// The path under the base, as on the vendor's page.
    #[must_use]
    pub fn path(self) -> &'static str {
        spec(self).path
    }

    /// Whether it changes something.
    #[must_use]
    pub const fn is_write(self) -> bool {
        matches!(self, Self::Insert | Self::Update | Self::Refill | Self::RegisterCheck | Self::ReturnCheck)
    }

    /// Whether it opens or renews a session, and so needs none.
    #[must_use]
    pub const fn is_auth(self) -> bool {
        matches!(self, Self::Login | Self::RefreshToken)
    }
}

impl FromStr for Method {
    type Err = String;
    fn from_str(path: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|method| method.path() == path).ok_or_else(|| format!("no method {path}"))
    }
}

/// What a value means, and so how it may be spelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// An identifier that the server gives out.
    Id,
    /// A whole number.
    Int,
    /// Text of at most so many characters.
    Text(u32),
    /// A password or a token.
    Secret,
    /// Yes or no.
    Flag,
    /// Money.
    Money,
    /// A GUID.
    Guid,
    /// A phone.
    Phone,
    /// A day.
    Date,
    /// A day of a period, or a moment where a dialect's periods are made of moments; `true`: the end.
    Border(bool),
    /// A moment.
    Moment,
    /// Sex.
    Sex,
    /// The kind of a transaction.
    Transaction,
    /// A number with digits after the point.
    Decimal,
    /// Several texts.
    Texts,
    /// Several records.
    Records(&'static [Prop]),
}

/// Whether a request works without a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// It does not.
    Must,
    /// It does.
    May,
    /// It does, and most servers have no such field: only dialects that offer it take it.
    Extra,
}

/// A field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Prop {
    /// Its spelling in the table.
    pub name: &'static str,
    /// What it is, where the spelling alone does not tell; dialects rename by this.
    pub sense: &'static str,
    /// What it means.
    pub kind: Kind,
    /// Whether a request works without it.
    pub need: Need,
    /// For the published description, in Russian.
    pub note: &'static str,
}

/// What a method answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// A record.
    One(&'static [Prop]),
    /// A record, or word that there is none.
    Maybe(&'static [Prop]),
    /// Records.
    Many(&'static [Prop]),
    /// Word that a write was carried out.
    Written(&'static [Prop]),
}

impl Answer {
    /// The fields of its record.
    #[must_use]
    pub const fn props(self) -> &'static [Prop] {
        match self {
            Self::One(props) | Self::Maybe(props) | Self::Many(props) | Self::Written(props) => props,
        }
    }
}

/// A method.
#[derive(Clone, Copy, Debug)]
pub struct Spec {
    /// Which.
    pub method: Method,
    /// Its path under the base.
    pub path: &'static str,
    /// What it is for, in Russian.
    pub about: &'static str,
    /// What it takes.
    pub request: &'static [Prop],
    /// What it answers.
    pub answer: Answer,
}

const fn must(name: &'static str, sense: &'static str, kind: Kind, note: &'static str) -> Prop {
    Prop { name, sense, kind, need: Need::Must, note }
}

const fn may(name: &'static str, sense: &'static str, kind: Kind, note: &'static str) -> Prop {
    Prop { name, sense, kind, need: Need::May, note }
}

const fn extra(name: &'static str, sense: &'static str, kind: Kind, note: &'static str) -> Prop {
    Prop { name, sense, kind, need: Need::Extra, note }
}

const ACCOUNT_ID: Prop = must("accountId", "account", Kind::Id, "Идентификатор счёта");
const PHONE: Prop = must("phone", "phone", Kind::Phone, "Номер телефона гостя");
const SURNAME: Prop = may("surname", "surname", Kind::Text(100), "Фамилия");
const NAME: Prop = may("name", "name", Kind::Text(100), "Имя");
const PATRONYMIC: Prop = may("patronymic", "patronymic", Kind::Text(100), "Отчество");
const BIRTHDAY: Prop = may("birthday", "birthday", Kind::Date, "Дата рождения");
const SEX: Prop = may("sex", "sex", Kind::Sex, "Пол");
const EMAIL: Prop = may("email", "email", Kind::Text(100), "Электронная почта");
const IDENTIFIERS: Prop = may("identifiers", "identifiers", Kind::Texts, "Карты и другие идентификаторы");
const REST_CODE: Prop =
    must("restCode", "restCode", Kind::Text(32), "Код ресторана из справочника Настройки — Рестораны");
const CHECK_GUID: Prop = must("checkGuid", "checkGuid", Kind::Guid, "Уникальный номер внешней транзакции");
const STATION: Prop = must("rkUnit", "station", Kind::Int, "Код станции, например 999");
const EXTERNAL: Prop = must("externalCheck", "externalCheck", Kind::Text(100), "Номер транзакции во внешней системе");
const SPENT: Prop = must("bonusSpentSum", "bonusSpent", Kind::Money, "Сумма, которую нужно списать со счёта");
const DISCOUNT: Prop = must("discountSum", "discount", Kind::Money, "Сумма скидки");
const ACCRUED: Prop = must("bonusAccruedSum", "bonusAccrued", Kind::Money, "Сумма, которую нужно начислить на счёт");
const PAID: Prop = must("moneySpentSum", "moneySpent", Kind::Money, "Сумма, которую гость оплатил");
const DATA: Prop = may("checkData", "checkData", Kind::Text(1_000_000), "Содержимое внешнего чека");

const TOKENS: &[Prop] = &[
    must("accessToken", "accessToken", Kind::Secret, "Токен доступа"),
    must("refreshToken", "refreshToken", Kind::Secret, "Токен обновления"),
    must("expiresIn", "expiresIn", Kind::Int, "Срок жизни токена доступа, секунд"),
];

const WRITTEN: &[Prop] = &[
    may("accountId", "account", Kind::Id, "Идентификатор счёта"),
    may("balance", "balance", Kind::Money, "Остаток после операции"),
    may("transactionId", "transaction", Kind::Id, "Идентификатор транзакции"),
    may("checkId", "receipt", Kind::Id, "Идентификатор чека"),
];

const COUPON: &[Prop] = &[
    must("name", "couponName", Kind::Text(200), "Название"),
    must("code", "couponCode", Kind::Text(64), "Код"),
    may("validUntil", "validUntil", Kind::Date, "Действует по"),
];

const BURNING: &[Prop] = &[
    must("date", "burnDate", Kind::Date, "День, в который сгорит"),
    must("sum", "burnSum", Kind::Money, "Сколько сгорит"),
];

const DISH: &[Prop] = &[
    must("name", "dishName", Kind::Text(200), "Блюдо"),
    must("quantity", "quantity", Kind::Decimal, "Количество"),
    must("price", "price", Kind::Money, "Цена"),
    must("sum", "lineSum", Kind::Money, "Сумма"),
];

/// Every method.
const SPECS: [Spec; 12] = [
    Spec {
        method: Method::Login,
        path: "auth/login",
        about: "Получение токена",
        request: &[
            must("login", "login", Kind::Text(100), "Логин"),
            must("password", "password", Kind::Secret, "Пароль"),
        ],
        answer: Answer::One(TOKENS),
    },
    Spec {
        method: Method::RefreshToken,
        path: "auth/refresh_token",
        about: "Обновление токена",
        request: &[must("refreshToken", "refreshToken", Kind::Secret, "Токен обновления")],
        answer: Answer::One(TOKENS),
    },
    Spec {
        method: Method::Groups,
        path: "account_groups/list",
        about: "Группы счетов",
        request: &[],
        answer: Answer::Many(&[
            must("id", "group", Kind::Id, "Идентификатор группы"),
            must("name", "groupName", Kind::Text(200), "Название"),
            must("haveTemplate", "haveTemplate", Kind::Flag, "Шаблон для API"),
        ]),
    },
    Spec {
        method: Method::FindByPhone,
        path: "accounts/find_by_phone",
        about: "Поиск счёта по телефону",
        request: &[PHONE],
        answer: Answer::Maybe(&[
            must("id", "account", Kind::Id, "Идентификатор счёта"),
            PHONE,
            SURNAME,
            NAME,
            PATRONYMIC,
            BIRTHDAY,
            SEX,
            EMAIL,
            IDENTIFIERS,
            must("accountGroupId", "group", Kind::Id, "Идентификатор группы"),
            must("accountGroupName", "groupName", Kind::Text(200), "Название группы"),
            must("level", "level", Kind::Text(100), "Уровень"),
            must("levelPercent", "percent", Kind::Decimal, "Процент уровня"),
            must("balance", "balance", Kind::Money, "Остаток"),
            must("turnover", "turnover", Kind::Money, "Оборот для лестницы уровней"),
            may("bonusLifeDays", "bonusLife", Kind::Int, "Срок жизни бонусов, дней"),
            must("blocked", "blocked", Kind::Flag, "Счёт заблокирован"),
            must("coupons", "coupons", Kind::Records(COUPON), "Купоны"),
            must("createdAt", "createdAt", Kind::Moment, "Дата создания"),
        ]),
    },
    Spec {
        method: Method::Insert,
        path: "accounts/insert_by_template",
        about: "Создание счёта по шаблону группы",
        request: &[
            must("accountGroupId", "group", Kind::Id, "Группа с признаком «Шаблон для API»"),
            PHONE,
            SURNAME,
            NAME,
            PATRONYMIC,
            BIRTHDAY,
            SEX,
            EMAIL,
            IDENTIFIERS,
        ],
        answer: Answer::Written(WRITTEN),
    },
    Spec {
        method: Method::Update,
        path: "accounts/update",
        about: "Изменение данных счёта",
        request: &[
            must("id", "account", Kind::Id, "Идентификатор счёта"),
            may("phone", "phone", Kind::Phone, "Номер телефона гостя"),
            SURNAME,
            NAME,
            PATRONYMIC,
            BIRTHDAY,
            SEX,
            EMAIL,
            IDENTIFIERS,
            may("accountGroupId", "group", Kind::Id, "Группа"),
            may("levelId", "levelId", Kind::Int, "Уровень, ниже которого счёт не опустится"),
            may("bonusLifeDays", "bonusLife", Kind::Int, "Срок жизни бонусов, дней"),
        ],
        answer: Answer::Written(WRITTEN),
    },
    Spec {
        method: Method::Refill,
        path: "accounts/refill",
        about: "Начисление бонусов",
        request: &[
            ACCOUNT_ID,
            must("sum", "refillSum", Kind::Money, "Сумма начисления, больше нуля"),
            may("comment", "comment", Kind::Text(1000), "Комментарий"),
        ],
        answer: Answer::Written(WRITTEN),
    },
    Spec {
        method: Method::Transactions,
        path: "accounts/transactions",
        about: "Транзакции счёта: за период (from и to) или последние (count)",
        request: &[
            ACCOUNT_ID,
            may("from", "from", Kind::Border(false), "Начало периода, включительно"),
            may("to", "to", Kind::Border(true), "Конец периода, включительно"),
            may("count", "count", Kind::Int, "Сколько последних транзакций вернуть, от 1 до 1000"),
        ],
        answer: Answer::Many(&[
            must("id", "transaction", Kind::Id, "Идентификатор транзакции"),
            must("date", "at", Kind::Moment, "Дата и время"),
            must("type", "kind", Kind::Transaction, "Вид"),
            must("typeName", "kindName", Kind::Text(100), "Вид словами"),
            must("sum", "sum", Kind::Money, "Сумма"),
            must("balanceAfter", "balanceAfter", Kind::Money, "Остаток после транзакции"),
            may("moneySpentSum", "moneySpent", Kind::Money, "Оплачено"),
            may("comment", "comment", Kind::Text(1000), "Комментарий"),
            may("checkId", "receipt", Kind::Id, "Идентификатор чека"),
            may("checkGuid", "checkGuid", Kind::Guid, "Уникальный номер внешней транзакции"),
            may("externalCheck", "externalCheck", Kind::Text(100), "Номер во внешней системе"),
            may("restCode", "restCode", Kind::Text(32), "Код ресторана"),
        ]),
    },
    Spec {
        method: Method::Balance,
        path: "accounts/get_balance_extended",
        about: "Детализация остатка: когда и сколько сгорит",
        request: &[ACCOUNT_ID],
        answer: Answer::One(&[
            ACCOUNT_ID,
            must("balance", "balance", Kind::Money, "Остаток"),
            must("burning", "burning", Kind::Records(BURNING), "Что сгорит"),
        ]),
    },
    Spec {
        method: Method::Receipt,
        path: "checks/get_by_id",
        about: "Чек с блюдами",
        request: &[must("id", "receipt", Kind::Id, "Идентификатор чека")],
        answer: Answer::Maybe(&[
            must("id", "receipt", Kind::Id, "Идентификатор чека"),
            must("number", "checkNumber", Kind::Text(100), "Номер чека"),
            must("date", "at", Kind::Moment, "Дата и время закрытия"),
            must("accountId", "account", Kind::Id, "Идентификатор счёта"),
            must("restCode", "restCode", Kind::Text(32), "Код ресторана"),
            must("restaurant", "restaurant", Kind::Text(200), "Ресторан"),
            must("rkUnit", "station", Kind::Int, "Код станции"),
            may("waiter", "waiter", Kind::Text(200), "Официант"),
            must("sum", "total", Kind::Money, "Сумма без скидки"),
            must("discountSum", "discount", Kind::Money, "Скидка"),
            must("moneySpentSum", "moneySpent", Kind::Money, "Оплачено"),
            must("bonusSpentSum", "bonusSpent", Kind::Money, "Списано бонусов"),
            must("bonusAccruedSum", "bonusAccrued", Kind::Money, "Начислено бонусов"),
            must("lines", "lines", Kind::Records(DISH), "Блюда"),
            may("checkData", "checkData", Kind::Text(1_000_000), "Содержимое внешнего чека"),
            may("checkGuid", "checkGuid", Kind::Guid, "Уникальный номер внешней транзакции"),
            may("externalCheck", "externalCheck", Kind::Text(100), "Номер во внешней системе"),
            must("returned", "returned", Kind::Flag, "Возвращён"),
        ]),
    },
    Spec {
        method: Method::RegisterCheck,
        path: "external/register_check",
        about: "Учёт покупки, совершённой во внешней системе",
        request: &[
            REST_CODE,
            CHECK_GUID,
            ACCOUNT_ID,
            STATION,
            EXTERNAL,
            SPENT,
            DISCOUNT,
            ACCRUED,
            PAID,
            DATA,
            extra("purchasedAt", "purchasedAt", Kind::Moment, "Дата и время покупки"),
        ],
        answer: Answer::Written(WRITTEN),
    },
    Spec {
        method: Method::ReturnCheck,
        path: "external/return_check",
        about: "Откат внешней покупки",
        request: &[
            CHECK_GUID,
            extra("restCode", "restCode", Kind::Text(32), "Код ресторана"),
            extra("accountId", "account", Kind::Id, "Идентификатор счёта"),
            extra("externalCheck", "externalCheck", Kind::Text(100), "Номер транзакции во внешней системе"),
            extra("rkUnit", "station", Kind::Int, "Код станции"),
        ],
        answer: Answer::Written(WRITTEN),
    },
];

/// What a method takes and answers.
#[must_use]
pub fn spec(method: Method) -> &'static Spec {
    &SPECS[method as usize]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_method_stands_in_its_place() {
        for method in Method::ALL {
            assert_eq!(spec(method).method, method);
            assert_eq!(spec(method).path.parse(), Ok(method));
        }
    }
}
