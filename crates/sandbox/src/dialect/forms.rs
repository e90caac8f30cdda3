//! The forms of values, names and answers.

use jiff::{
    civil::{Date, DateTime},
    tz::Offset,
};
use serde::{Deserialize, Serialize};

use crate::{
    core::{
        guests::AS_GIVEN,
        model::{Sex, TransactionKind},
    },
    protocol::kind_name,
};

/// The verb of a method.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names are those of HTTP")]
pub enum Verb {
    Get,
    Post,
    Put,
    Patch,
}

/// Where the fields of a request are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Place {
    /// In the query.
    Query,
    /// In a JSON body.
    Json,
    /// In a form body.
    Form,
    /// In headers, each called `X-` and the field's name.
    Header,
}

/// The case of names, made from the table's camelCase.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Case {
    /// `accountId`
    Camel,
    /// `AccountId`
    Pascal,
    /// `account_id`
    Snake,
    /// `ACCOUNT_ID`
    Shout,
    /// `account-id`
    Kebab,
}

impl Case {
    /// Every case.
    pub const ALL: [Self; 5] = [Self::Camel, Self::Pascal, Self::Snake, Self::Shout, Self::Kebab];

    /// `name`, written in camelCase, in this case.
    #[must_use]
    pub fn apply(self, name: &str) -> String {
        match self {
            Self::Camel => name.to_owned(),
            Self::Pascal => {
                let mut chars = name.chars();
                chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
            }
            Self::Snake => separate(name, '_'),
            Self::Shout => separate(name, '_').to_uppercase(),
            Self::Kebab => separate(name, '-'),
        }
    }
}

fn separate(name: &str, by: char) -> String {
    let mut out = String::with_capacity(name.len() + 4);
    for c in name.chars() {
        if c.is_uppercase() && !out.is_empty() {
            out.push(by);
        }
        out.extend(c.to_lowercase());
    }
    out
}

/// The wrapper of answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Envelope {
    /// Nothing.
    Bare,
    /// A record with one key.
    Under(String),
    /// A record with a flag of success and the answer under a key.
    Success {
        /// The flag.
        flag: String,
        /// The key of the answer.
        data: String,
    },
    /// A record with a numeric code (0: success) and the answer under a key.
    Code {
        /// The code.
        code: String,
        /// The key of the answer.
        data: String,
    },
}

/// The form of errors.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ErrorForm {
    /// By a status, with the message under a key.
    Status {
        /// The key of the message.
        key: String,
    },
    /// By a status, with a record of `code` and message under a key.
    Nested {
        /// The key of the record.
        key: String,
    },
    /// By a status, with a bare JSON string.
    Bare,
    /// By a status, with RFC 9457's `title`, `status` and `detail`.
    Problem,
    /// By a status, as ASP.NET writes a problem: `application/problem+json`, `traceId`, and `errors` by field.
    AspNet,
    /// By a status, with `detail`; an unreadable request by 422 with a list of `loc`, `msg` and `type`.
    FastApi,
    /// Inside HTTP 200, in the envelope, with the message under a key. 401 stays a status.
    InOk {
        /// The key of the message.
        key: String,
    },
}

/// The answer for something that does not exist.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Missing {
    /// 404, as an error.
    Status404,
    /// 204 without a body.
    NoContent,
    /// `null`, in the envelope.
    Null,
    /// `{}`, in the envelope.
    EmptyRecord,
    /// `[]`, in the envelope. A found record is in a list as well.
    EmptyList,
    /// 400, as an error.
    Status400,
}

/// The answer to an applied write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum WrittenForm {
    /// Account, balance, ids.
    Record,
    /// `true`, in the envelope.
    True,
    /// `{}`, in the envelope.
    Empty,
    /// 204 without a body.
    NoContent,
}

/// Unit and form of money.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum MoneyForm {
    /// `1250`: kopecks.
    Kopecks,
    /// `"1250"`: kopecks.
    KopecksText,
    /// `"12.50"`: rubles.
    RublesText,
    /// `12.5`: rubles.
    RublesNumber,
}

impl MoneyForm {
    /// Every form.
    pub const ALL: [Self; 4] = [Self::Kopecks, Self::KopecksText, Self::RublesText, Self::RublesNumber];

    /// Whether the unit is the ruble.
    #[must_use]
    pub const fn in_rubles(self) -> bool {
        matches!(self, Self::RublesText | Self::RublesNumber)
    }
}

/// Form of identifiers and whole numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Numbers {
    /// `12`
    Plain,
    /// `"12"`
    Text,
}

/// Form of days.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum DateForm {
    /// `2026-11-30`
    Iso,
    /// `2026-11-30T00:00:00`
    IsoMidnight,
    /// `30.11.2026`
    Dots,
    /// `20261130`
    Basic,
}

impl DateForm {
    /// Every form.
    pub const ALL: [Self; 4] = [Self::Iso, Self::IsoMidnight, Self::Dots, Self::Basic];

    /// The pattern of `strftime`.
    #[must_use]
    pub const fn pattern(self) -> &'static str {
        match self {
            Self::Iso => "%Y-%m-%d",
            Self::IsoMidnight => "%Y-%m-%dT00:00:00",
            Self::Dots => "%d.%m.%Y",
            Self::Basic => "%Y%m%d",
        }
    }

    pub(crate) fn write(self, date: Date) -> String {
        date.strftime(self.pattern()).to_string()
    }

    /// A field with the form of midnight takes any moment of the day: the end of a period is the day's last second.
    pub(crate) fn read(self, text: &str) -> Option<Date> {
        match self {
            Self::IsoMidnight => DateTime::strptime("%Y-%m-%dT%H:%M:%S", text).ok().map(DateTime::date),
            Self::Iso | Self::Dots | Self::Basic => Date::strptime(self.pattern(), text).ok(),
        }
    }
}

/// Form of moments.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum MomentForm {
    /// `2026-11-30T14:05:09`: the server's wall clock.
    IsoLocal,
    /// `2026-11-30T11:05:09Z`
    IsoUtc,
    /// `2026-11-30T14:05:09+03:00`
    IsoOffset,
    /// `30.11.2026 14:05:09`: the server's wall clock.
    Dots,
    /// `1796036709`: seconds.
    Unix,
    /// `1796036709000`: milliseconds.
    UnixMillis,
}

impl MomentForm {
    /// Every form.
    pub const ALL: [Self; 6] =
        [Self::IsoLocal, Self::IsoUtc, Self::IsoOffset, Self::Dots, Self::Unix, Self::UnixMillis];

    /// Whether it is a number.
    #[must_use]
    pub const fn is_number(self) -> bool {
        matches!(self, Self::Unix | Self::UnixMillis)
    }

    pub(crate) fn write(self, local: DateTime, offset: Offset) -> String {
        let at = offset.to_timestamp(local).unwrap_or_default();
        match self {
            Self::IsoLocal => local.strftime("%Y-%m-%dT%H:%M:%S").to_string(),
            Self::IsoUtc => Offset::UTC.to_datetime(at).strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
            Self::IsoOffset => {
                let minutes = offset.seconds() / 60;
                let sign = if minutes < 0 { '-' } else { '+' };
                let (hours, minutes) = (minutes.abs() / 60, minutes.abs() % 60);
                format!("{}{sign}{hours:02}:{minutes:02}", local.strftime("%Y-%m-%dT%H:%M:%S"))
            }
            Self::Dots => local.strftime("%d.%m.%Y %H:%M:%S").to_string(),
            Self::Unix => at.as_second().to_string(),
            Self::UnixMillis => at.as_millisecond().to_string(),
        }
    }

    /// The server's wall clock of a text in this form.
    pub(crate) fn read(self, text: &str, offset: Offset) -> Option<DateTime> {
        let instant = |at: jiff::Timestamp| offset.to_datetime(at);
        match self {
            Self::IsoLocal => text.parse().ok().filter(|_| !text.ends_with('Z')),
            Self::IsoUtc | Self::IsoOffset => text.parse::<jiff::Timestamp>().ok().map(instant),
            Self::Dots => DateTime::strptime("%d.%m.%Y %H:%M:%S", text).ok(),
            Self::Unix => jiff::Timestamp::from_second(text.parse().ok()?).ok().map(instant),
            Self::UnixMillis => jiff::Timestamp::from_millisecond(text.parse().ok()?).ok().map(instant),
        }
    }
}

/// The value of an unknown birthday.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum EmptyDate {
    /// `null`, or no field.
    Null,
    /// 1899-12-30, Delphi's zero date.
    Delphi,
    /// 0001-01-01, .NET's zero date.
    DotNet,
}

impl EmptyDate {
    pub(crate) const fn date(self) -> Option<Date> {
        match self {
            Self::Null => None,
            Self::Delphi => Some(Date::constant(1899, 12, 30)),
            Self::DotNet => Some(Date::constant(1, 1, 1)),
        }
    }
}

/// Form of phones. A foreign number is `+` and its digits; in `Digits` it has no plus.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PhoneForm {
    /// `79123456789`
    Digits,
    /// `+79123456789`
    Plus,
    /// `89123456789`
    Eight,
    /// `9123456789`
    Ten,
    /// `+7 (912) 345-67-89`
    Pretty,
}

impl PhoneForm {
    /// Every form.
    pub const ALL: [Self; 5] = [Self::Digits, Self::Plus, Self::Eight, Self::Ten, Self::Pretty];

    pub(crate) fn write(self, digits: &str) -> String {
        if let Some(given) = digits.strip_prefix(AS_GIVEN) {
            return given.to_owned();
        }
        let russian = digits.strip_prefix('7').filter(|rest| rest.len() == 10);
        match (self, russian) {
            (Self::Digits, _) => digits.to_owned(),
            (Self::Plus, _) | (_, None) => format!("+{digits}"),
            (Self::Eight, Some(rest)) => format!("8{rest}"),
            (Self::Ten, Some(rest)) => rest.to_owned(),
            (Self::Pretty, Some(rest)) => {
                format!("+7 ({}) {}-{}-{}", &rest[..3], &rest[3..6], &rest[6..8], &rest[8..])
            }
        }
    }

    /// The digits of a phone in exactly this form; `None` for any other form.
    pub(crate) fn read(self, text: &str) -> Option<String> {
        let digits: String = text.chars().filter(char::is_ascii_digit).collect();
        let candidates = [digits.clone(), format!("7{digits}"), format!("7{}", digits.get(1..).unwrap_or_default())];
        candidates.into_iter().filter(|digits| digits.len() >= 7).find(|digits| self.write(digits) == text).filter(
            // Eleven digits that begin with 89 are a Russian number with the trunk prefix 8: no country code begins with 89.
            |digits| !(digits.len() == 11 && digits.starts_with("89")),
        )
    }
}

/// Form of sex.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SexForm {
    /// `1` male, `2` female, `0` unknown.
    Zero12,
    /// `"male"`, `"female"`
    English,
    /// `"M"`, `"F"`
    Letters,
    /// `"м"`, `"ж"`
    Russian,
}

impl SexForm {
    /// Every form.
    pub const ALL: [Self; 4] = [Self::Zero12, Self::English, Self::Letters, Self::Russian];

    /// The spellings of male and female.
    #[must_use]
    pub const fn spellings(self) -> [&'static str; 2] {
        match self {
            Self::Zero12 => ["1", "2"],
            Self::English => ["male", "female"],
            Self::Letters => ["M", "F"],
            Self::Russian => ["м", "ж"],
        }
    }

    pub(crate) fn read(self, text: &str) -> Option<Sex> {
        let [male, female] = self.spellings();
        if text == male {
            Some(Sex::Male)
        } else if text == female {
            Some(Sex::Female)
        } else {
            None
        }
    }
}

/// Form of the kind of a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum KindForm {
    /// `accrual`, `payment`, `refill`…
    Words,
    /// The Russian words.
    Russian,
    /// `1`…`8`, with the Russian words in another field.
    Codes,
    /// The words of the vendor's own administration panel: «Чек (начислено)», «Пополнение счета».
    Panel,
}

impl KindForm {
    /// The Russian words for a kind.
    #[must_use]
    pub fn words(self, kind: TransactionKind) -> &'static str {
        if self != Self::Panel {
            return kind_name(kind);
        }
        match kind {
            TransactionKind::Accrual => "Чек (начислено)",
            TransactionKind::Payment => "Чек (списано)",
            TransactionKind::Refill => "Пополнение счета",
            TransactionKind::Burning => "Сгорание бонусов",
            TransactionKind::Welcome => "Приветственные бонусы",
            TransactionKind::Return => "Возврат чека",
            TransactionKind::Withdrawal => "Изъятие бонусов",
            TransactionKind::Awaiting => "Чек (будет начислено)",
        }
    }
}

/// The kinds of transactions as words and, in this order from 1, as codes.
pub const KIND_WORDS: [(TransactionKind, &str); 8] = [
    (TransactionKind::Accrual, "accrual"),
    (TransactionKind::Payment, "payment"),
    (TransactionKind::Refill, "refill"),
    (TransactionKind::Burning, "burning"),
    (TransactionKind::Welcome, "welcome"),
    (TransactionKind::Return, "return"),
    (TransactionKind::Withdrawal, "withdrawal"),
    (TransactionKind::Awaiting, "awaiting"),
];

/// Where a permanent token goes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum TokenPlace {
    /// In a header, after a prefix.
    Header {
        /// The header.
        name: String,
        /// The text before the token, with its space.
        prefix: String,
    },
    /// In the query.
    Query {
        /// The parameter.
        name: String,
    },
}

impl TokenPlace {
    /// `Authorization: Bearer …`
    #[must_use]
    pub fn bearer() -> Self {
        Self::Header { name: "Authorization".to_owned(), prefix: "Bearer ".to_owned() }
    }

    /// A header without a prefix.
    #[must_use]
    pub fn header(name: &str) -> Self {
        Self::Header { name: name.to_owned(), prefix: String::new() }
    }
}

/// The format of the description that a server publishes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Description {
    /// Swagger 2.0, JSON.
    Swagger2,
    /// OpenAPI 3.0, JSON.
    OpenApi30,
    /// OpenAPI 3.1, JSON.
    OpenApi31,
    /// OpenAPI 3.1, YAML.
    OpenApi31Yaml,
    /// None.
    Absent,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phone_is_read_only_in_its_own_form() {
        for form in PhoneForm::ALL {
            for digits in ["79123456789", "77011234567", "375291234567", "84951234567"] {
                assert_eq!(form.read(&form.write(digits)).as_deref(), Some(digits), "{form:?}");
            }
        }
        assert_eq!(PhoneForm::Digits.read("+79123456789"), None);
        assert_eq!(PhoneForm::Digits.read("89123456789"), None);
        assert_eq!(PhoneForm::Plus.read("79123456789"), None);
        assert_eq!(PhoneForm::Pretty.read("+7 912 345-67-89"), None);
    }

    #[test]
    fn names_are_spelled_in_every_case() {
        let spelled = Case::ALL.map(|case| case.apply("accountGroupId"));
        assert_eq!(
            spelled,
            ["accountGroupId", "AccountGroupId", "account_group_id", "ACCOUNT_GROUP_ID", "account-group-id"]
        );
    }

    #[test]
    fn a_moment_survives_every_form() {
        let offset = Offset::constant(3);
        let local = jiff::civil::datetime(2026, 11, 30, 14, 5, 9, 0);
        for form in MomentForm::ALL {
            assert_eq!(form.read(&form.write(local, offset), offset), Some(local), "{form:?}");
        }
        assert_eq!(MomentForm::IsoOffset.write(local, offset), "2026-11-30T14:05:09+03:00");
    }
}
