//! Refusals of the loyalty system, with their Russian messages.

/// A refusal; nothing was changed. `Display` is the message in Russian.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refusal {
    /// No account with this id.
    NoAccount(String),
    /// The account is blocked.
    Blocked(i64),
    /// The phone is taken.
    PhoneTaken(String),
    /// No group with this id.
    NoGroup(String),
    /// The group has no «Шаблон для API».
    NoTemplate(String),
    /// No restaurant with this code.
    NoRestaurant(String),
    /// No level with this id.
    NoLevel(i64),
    /// The balance does not cover the payment; kopecks.
    NotEnough {
        /// The balance.
        balance: i64,
        /// The sum to be spent.
        asked: i64,
    },
    /// A sum that is not allowed.
    BadSum(&'static str),
    /// No purchase was registered with this GUID.
    NoPurchase(String),
    /// Every purchase with this GUID has been returned.
    AlreadyReturned(String),
    /// An invalid value of a field.
    BadField {
        /// Its logical name.
        field: &'static str,
        /// What is wrong with it, in Russian.
        why: String,
    },
}

impl Refusal {
    pub(crate) fn field(field: &'static str, why: impl Into<String>) -> Self {
        Self::BadField { field, why: why.into() }
    }

    /// A stable code for programs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoAccount(_) => "account_not_found",
            Self::Blocked(_) => "account_blocked",
            Self::PhoneTaken(_) => "phone_taken",
            Self::NoGroup(_) => "group_not_found",
            Self::NoTemplate(_) => "group_without_template",
            Self::NoRestaurant(_) => "restaurant_not_found",
            Self::NoLevel(_) => "level_not_found",
            Self::NotEnough { .. } => "not_enough_bonuses",
            Self::BadSum(_) => "bad_sum",
            Self::NoPurchase(_) => "purchase_not_found",
            Self::AlreadyReturned(_) => "already_returned",
            Self::BadField { .. } => "bad_field",
        }
    }
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NoAccount(id) => write!(f, "Счёт {id} не найден"),
            Self::Blocked(id) => write!(f, "Счёт {id} заблокирован"),
            Self::PhoneTaken(phone) => write!(f, "Счёт с телефоном {phone} уже существует"),
            Self::NoGroup(id) => write!(f, "Группа счетов {id} не найдена"),
            Self::NoTemplate(name) => write!(f, "У группы «{name}» нет признака «Шаблон для API»"),
            Self::NoRestaurant(code) => write!(f, "Ресторан с кодом «{code}» не найден"),
            Self::NoLevel(id) => write!(f, "Уровень {id} не найден"),
            Self::NotEnough { balance, asked } => {
                write!(f, "Недостаточно бонусов: на счёте {}, запрошено {}", rubles(*balance), rubles(*asked))
            }
            Self::BadSum(why) => f.write_str(why),
            Self::NoPurchase(guid) => write!(f, "Внешняя транзакция {guid} не найдена"),
            Self::AlreadyReturned(guid) => write!(f, "Внешняя транзакция {guid} уже возвращена"),
            Self::BadField { field, why } => write!(f, "Поле {field}: {why}"),
        }
    }
}

impl std::error::Error for Refusal {}

/// Kopecks as `1234,56`.
pub(crate) fn rubles(kopecks: i64) -> String {
    let sign = if kopecks < 0 { "-" } else { "" };
    format!("{sign}{},{:02}", kopecks.unsigned_abs() / 100, kopecks.unsigned_abs() % 100)
}
