//! The fields of the protocol: the kind of each, and whether a request works without it.

/// The kind of a value. It decides how the value may be spelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// An identifier that the server gives out.
    Id,
    /// A whole number.
    Int,
    /// Text of at most this many characters.
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
    /// The border of a period: a day, or a moment if the dialect's periods have moments. `true`: the end.
    Border(bool),
    /// A moment.
    Moment,
    /// Sex.
    Sex,
    /// The kind of a transaction.
    Transaction,
    /// A number with digits after the point.
    Decimal,
    /// The id of a level.
    Level,
    /// Several texts.
    Texts,
    /// Several phones.
    Phones,
    /// Several records.
    Records(&'static [Prop]),
}

/// Whether a field is required.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// The request needs it.
    Must,
    /// It is optional.
    May,
    /// It is optional, and most servers lack it. Only dialects that list it take or show it.
    Extra,
}

/// A field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Prop {
    /// Its spelling in the table.
    pub name: &'static str,
    /// Its unique meaning, by which dialects rename it. Example: two fields are spelled `id` and have different senses.
    pub sense: &'static str,
    /// Its kind.
    pub kind: Kind,
    /// Whether it is required.
    pub need: Need,
    /// A note for the published description, in Russian.
    pub note: &'static str,
}

/// The answer of a method.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// A record.
    One(&'static [Prop]),
    /// A record, or "not found".
    Maybe(&'static [Prop]),
    /// Records.
    Many(&'static [Prop]),
    /// The answer to an applied write.
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

pub(super) const fn must(name: &'static str, sense: &'static str, kind: Kind, note: &'static str) -> Prop {
    Prop { name, sense, kind, need: Need::Must, note }
}

pub(super) const fn may(name: &'static str, sense: &'static str, kind: Kind, note: &'static str) -> Prop {
    Prop { name, sense, kind, need: Need::May, note }
}

pub(super) const fn extra(name: &'static str, sense: &'static str, kind: Kind, note: &'static str) -> Prop {
    Prop { name, sense, kind, need: Need::Extra, note }
}

pub(super) const ACCOUNT_ID: Prop = must("accountId", "account", Kind::Id, "Идентификатор счёта");
pub(super) const PHONE: Prop = must("phone", "phone", Kind::Phone, "Номер телефона гостя");

/// The fields of a guest's profile, in requests and in answers.
pub const PROFILE: [Prop; 7] = [
    may("surname", "surname", Kind::Text(100), "Фамилия"),
    may("name", "name", Kind::Text(100), "Имя"),
    may("patronymic", "patronymic", Kind::Text(100), "Отчество"),
    may("birthday", "birthday", Kind::Date, "Дата рождения"),
    may("sex", "sex", Kind::Sex, "Пол"),
    may("email", "email", Kind::Text(100), "Электронная почта"),
    may("identifiers", "identifiers", Kind::Texts, "Карты и другие идентификаторы"),
];

/// The fields of a profile, with `before` in front and `after` behind.
pub(super) const fn around_profile<const N: usize>(before: &[Prop], after: &[Prop]) -> [Prop; N] {
    assert!(N == before.len() + PROFILE.len() + after.len(), "each field has its place");
    let mut props = [PHONE; N];
    let mut at = 0;
    while at < N {
        props[at] = if at < before.len() {
            before[at]
        } else if at < before.len() + PROFILE.len() {
            PROFILE[at - before.len()]
        } else {
            after[at - before.len() - PROFILE.len()]
        };
        at += 1;
    }
    props
}

pub(super) const REST_CODE: Prop =
    must("restCode", "restCode", Kind::Text(32), "Код ресторана из справочника Настройки — Рестораны");
pub(super) const CHECK_GUID: Prop = must("checkGuid", "checkGuid", Kind::Guid, "Уникальный номер внешней транзакции");
pub(super) const STATION: Prop = must("rkUnit", "station", Kind::Int, "Код станции, например 999");
pub(super) const EXTERNAL: Prop =
    must("externalCheck", "externalCheck", Kind::Text(100), "Номер транзакции во внешней системе");
pub(super) const SPENT: Prop =
    must("bonusSpentSum", "bonusSpent", Kind::Money, "Сумма, которую нужно списать со счёта");
pub(super) const DISCOUNT: Prop = must("discountSum", "discount", Kind::Money, "Сумма скидки");
pub(super) const ACCRUED: Prop =
    must("bonusAccruedSum", "bonusAccrued", Kind::Money, "Сумма, которую нужно начислить на счёт");
pub(super) const PAID: Prop = must("moneySpentSum", "moneySpent", Kind::Money, "Сумма, которую гость оплатил");
pub(super) const DATA: Prop = may("checkData", "checkData", Kind::Text(1_000_000), "Содержимое внешнего чека");

pub(super) const TOKENS: &[Prop] = &[
    must("accessToken", "accessToken", Kind::Secret, "Токен доступа"),
    must("refreshToken", "refreshToken", Kind::Secret, "Токен обновления"),
    must("expiresIn", "expiresIn", Kind::Int, "Срок жизни токена доступа, секунд"),
    extra("tokenType", "tokenType", Kind::Text(20), "Вид токена"),
];

pub(super) const WRITTEN: &[Prop] = &[
    may("accountId", "account", Kind::Id, "Идентификатор счёта"),
    may("balance", "balance", Kind::Money, "Остаток после операции"),
    may("transactionId", "transaction", Kind::Id, "Идентификатор транзакции"),
    may("checkId", "receipt", Kind::Id, "Идентификатор чека"),
];

pub(super) const COUPON: &[Prop] = &[
    must("name", "couponName", Kind::Text(200), "Название"),
    must("code", "couponCode", Kind::Text(64), "Код"),
    may("validUntil", "validUntil", Kind::Date, "Действует по"),
];

pub(super) const BURNING: &[Prop] = &[
    must("date", "burnDate", Kind::Date, "День, в который сгорит"),
    must("sum", "burnSum", Kind::Money, "Сколько сгорит"),
];

pub(super) const PART: &[Prop] = &[
    may("date", "partDate", Kind::Date, "День, в который сгорит; не указан — не сгорит никогда"),
    must("sum", "partSum", Kind::Money, "Сколько"),
];

pub(super) const AWAITING: &[Prop] = &[
    must("date", "awaitDate", Kind::Date, "День, с которого будет начислено"),
    must("sum", "awaitSum", Kind::Money, "Сколько будет начислено"),
];

pub(super) const DISH: &[Prop] = &[
    must("name", "dishName", Kind::Text(200), "Блюдо"),
    must("quantity", "quantity", Kind::Decimal, "Количество"),
    must("price", "price", Kind::Money, "Цена"),
    must("sum", "lineSum", Kind::Money, "Сумма"),
];
