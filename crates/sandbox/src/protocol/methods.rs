//! The list of methods with their requests and answers. Routing, decoding, encoding and the published description use only this
//! list.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::schema::{
    ACCOUNT_ID, ACCRUED, AWAITING, Answer, BURNING, CHECK_GUID, COUPON, DATA, DISCOUNT, DISH, EXTERNAL, Kind, PAID,
    PART, PHONE, PROFILE, Prop, REST_CODE, SPENT, STATION, TOKENS, WRITTEN, around_profile, extra, may, must,
};

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

    /// Whether it is a write.
    #[must_use]
    pub const fn is_write(self) -> bool {
        matches!(self, Self::Insert | Self::Update | Self::Refill | Self::RegisterCheck | Self::ReturnCheck)
    }

    /// Whether it opens or renews a session, so that it needs no session itself.
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

/// A method.
#[derive(Clone, Copy, Debug)]
pub struct Spec {
    /// Which.
    pub method: Method,
    /// Its path under the base.
    pub path: &'static str,
    /// Its purpose, in Russian.
    pub about: &'static str,
    /// The fields of its request.
    pub request: &'static [Prop],
    /// Its answer.
    pub answer: Answer,
}

/// The answer of `accounts/find_by_phone`.
const FOUND: [Prop; 3 + PROFILE.len() + 12] = around_profile(
    &[
        must("id", "account", Kind::Id, "Идентификатор счёта"),
        PHONE,
        extra("phones", "phones", Kind::Phones, "Все телефоны гостя"),
    ],
    &[
        must("accountGroupId", "group", Kind::Id, "Идентификатор группы"),
        must("accountGroupName", "groupName", Kind::Text(200), "Название группы"),
        must("discountLevelId", "levelId", Kind::Level, "Код скидки"),
        must("level", "level", Kind::Text(100), "Уровень"),
        must("levelPercent", "percent", Kind::Decimal, "Процент уровня"),
        must("balance", "balance", Kind::Money, "Остаток"),
        must("turnover", "turnover", Kind::Money, "Оборот для лестницы уровней"),
        must("bonusTypeId", "bonusType", Kind::Int, "Код типа бонусов"),
        may("lifetime", "bonusLife", Kind::Int, "Срок жизни бонусов, дней; не указан — не сгорают"),
        must("blocked", "blocked", Kind::Flag, "Счёт заблокирован"),
        must("coupons", "coupons", Kind::Records(COUPON), "Купоны"),
        must("createdAt", "createdAt", Kind::Moment, "Дата создания"),
    ],
);

/// The request of `accounts/insert_by_template`.
const NEW_ACCOUNT: [Prop; 2 + PROFILE.len()] =
    around_profile(&[must("accountGroupId", "group", Kind::Id, "Группа с признаком «Шаблон для API»"), PHONE], &[]);

/// The request of `accounts/update`.
const CHANGED_ACCOUNT: [Prop; 2 + PROFILE.len() + 4] = around_profile(
    &[
        must("id", "account", Kind::Id, "Идентификатор счёта"),
        may("phone", "phone", Kind::Phone, "Номер телефона гостя"),
    ],
    &[
        may("accountGroupId", "group", Kind::Id, "Группа"),
        may("discountLevelId", "levelId", Kind::Level, "Код скидки"),
        may("bonusTypeId", "bonusType", Kind::Int, "Код типа бонусов"),
        may("lifetime", "bonusLife", Kind::Int, "Срок жизни бонусов, дней; пусто — не сгорают"),
    ],
);

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
        answer: Answer::Maybe(&FOUND),
    },
    Spec {
        method: Method::Insert,
        path: "accounts/insert_by_template",
        about: "Создание счёта по шаблону группы",
        request: &NEW_ACCOUNT,
        answer: Answer::Written(WRITTEN),
    },
    Spec {
        method: Method::Update,
        path: "accounts/update",
        about: "Изменение данных счёта",
        request: &CHANGED_ACCOUNT,
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
            extra("rkUnit", "station", Kind::Int, "Код станции"),
            extra("accrualDate", "dueDate", Kind::Date, "День, с которого будет начислено"),
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
            extra("parts", "parts", Kind::Records(PART), "Из чего состоит остаток"),
            extra("bonusAwaitingIssue", "awaitingTotal", Kind::Money, "Ожидает начисления"),
            extra("awaiting", "awaiting", Kind::Records(AWAITING), "Что и когда будет начислено"),
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

/// The request and the answer of a method.
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
