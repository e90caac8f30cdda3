//! Random dialects from a seed. Any form may be combined with any other.

use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

use super::{
    Case, DateForm, Description, Dialect, EmptyDate, Envelope, ErrorForm, Framework, KindForm, Missing, MomentForm,
    MoneyForm, Numbers, PhoneForm, Place, Route, SexForm, TokenPlace, Verb, WrittenForm,
};
use crate::protocol::{Kind, Method, Prop, spec};

/// Spellings from Russian loyalty systems, by the field's sense. The table's spelling is always one of the choices.
const SPELLINGS: [(&str, &[&str]); 27] = [
    ("surname", &["lastName", "familyName"]),
    ("name", &["firstName"]),
    ("patronymic", &["middleName", "secondName", "patronymicName"]),
    ("birthday", &["birthDate", "dateOfBirth", "birthDay"]),
    ("sex", &["gender"]),
    ("email", &["eMail", "mail"]),
    ("phone", &["phoneNumber", "mobilePhone", "tel"]),
    ("identifiers", &["cards", "cardNumbers"]),
    ("group", &["accountGroup", "groupId"]),
    ("refillSum", &["amount", "value", "bonusSum"]),
    ("comment", &["description", "reason", "note"]),
    ("from", &["dateFrom", "startDate", "periodFrom"]),
    ("to", &["dateTo", "endDate", "periodTo"]),
    ("count", &["limit", "top", "take"]),
    ("receipt", &["checkId", "receiptId"]),
    ("station", &["unit", "stationCode"]),
    ("balance", &["bonusBalance", "currentBalance"]),
    ("turnover", &["totalSpent", "turnoverSum"]),
    ("sum", &["amount", "value"]),
    ("at", &["dateTime", "createdAt", "whenCreated"]),
    ("kind", &["operation", "transactionType"]),
    ("burning", &["burnings", "expirations", "lots"]),
    ("burnDate", &["burnDate", "expireDate"]),
    ("lines", &["dishes", "items", "positions"]),
    ("blocked", &["isBlocked", "locked"]),
    ("accessToken", &["token"]),
    ("haveTemplate", &["hasTemplate"]),
];

/// Paths of descriptions.
const DESCRIPTION_PATHS: [&str; 4] =
    ["/swagger/v1/swagger.json", "/swagger/v0/swagger.json", "/swagger.json", "/openapi.json"];

struct Dice(ChaCha8Rng);

impl Dice {
    fn pick<T: Clone>(&mut self, items: &[T]) -> T {
        items[self.0.random_range(0..items.len())].clone()
    }

    /// `true` once in `n` times, on average.
    fn once_in(&mut self, n: u32) -> bool {
        self.0.random_ratio(1, n)
    }
}

impl Dialect {
    /// The dialect of a seed. Its description is always correct. If it has none, it is the table's dialect.
    #[must_use]
    pub fn random(seed: u64) -> Self {
        let mut dice = Dice(ChaCha8Rng::seed_from_u64(seed ^ 0xD1A1_EC70));
        let mut dialect = Self { name: format!("random-{seed}"), ..Self::table() };
        names(&mut dialect, &mut dice);
        routes(&mut dialect, &mut dice);
        answers(&mut dialect, &mut dice);
        values(&mut dialect, &mut dice);
        way_in(&mut dialect, &mut dice);
        description(&mut dialect, &mut dice);
        // Drawn last, so that the values drawn before stay the same for a seed.
        terms(&mut dialect, &mut dice);
        dialect
    }
}

impl Dialect {
    /// The random dialect of a seed, with behaviour of servers that we did not write. The client does not work with all of them yet.
    #[must_use]
    pub fn random_stranger(seed: u64) -> Self {
        let mut dialect = Self { name: format!("stranger-{seed}"), ..Self::random(seed) };
        habits(&mut dialect, &mut Dice(ChaCha8Rng::seed_from_u64(seed ^ 0x5712_A4E5)));
        dialect
    }
}

fn names(dialect: &mut Dialect, dice: &mut Dice) {
    dialect.request_case = dice.pick(&Case::ALL);
    dialect.answer_case = if dice.once_in(4) { dice.pick(&Case::ALL) } else { dialect.request_case };
    for (sense, spellings) in SPELLINGS {
        if dice.once_in(3) {
            let spelling = dice.pick(spellings).to_owned();
            // Sometimes requests have one spelling and answers another.
            if !dice.once_in(4) {
                dialect.answer_names.insert(sense.to_owned(), spelling.clone());
            }
            if !dice.once_in(4) {
                dialect.request_names.insert(sense.to_owned(), spelling);
            }
        }
    }
    if dice.once_in(6) {
        dialect.nest = Some(dice.pick(&["request", "data", "params", "model"]).to_owned());
    }
    for sense in ["purchasedAt", "restCode", "account", "externalCheck", "station"] {
        if dice.once_in(3) {
            dialect.extras.insert(sense.to_owned());
        }
    }
    for sense in ["comment", "identifiers", "email", "sex", "patronymic"] {
        if dice.once_in(12) {
            dialect.unknown.insert(sense.to_owned());
        }
    }
    settle_names(dialect);
}

/// Draws the names of an account's terms (level, type of bonuses, lifetime), and whether an update takes each.
fn terms(dialect: &mut Dialect, dice: &mut Dice) {
    const NAMES: [(&str, &[&str]); 3] = [
        ("levelId", &["levelId", "discountCode"]),
        ("bonusType", &["bonusTypeCode", "bonusType"]),
        ("bonusLife", &["bonusLifetime", "bonusLifeDays"]),
    ];
    for (sense, spellings) in NAMES {
        if dice.once_in(3) {
            let spelling = dice.pick(spellings).to_owned();
            dialect.answer_names.insert(sense.to_owned(), spelling.clone());
            dialect.request_names.insert(sense.to_owned(), spelling);
        }
        if dice.once_in(8) {
            dialect.unknown.insert(sense.to_owned());
        }
    }
    settle_names(dialect);
}

fn routes(dialect: &mut Dialect, dice: &mut Dice) {
    dialect.usual = match dice.0.random_range(0..6) {
        0 => Route::of(Verb::Post, Place::Form),
        1 => Route::of(Verb::Post, Place::Query),
        _ => Route::of(Verb::Post, Place::Json),
    };
    if dice.once_in(2) {
        for method in Method::ALL.into_iter().filter(|method| !method.is_write() && !method.is_auth()) {
            let place = if dice.once_in(10) { Place::Header } else { Place::Query };
            // Cyrillic in a header is not reliable, but the fields of reads are digits and dates.
            dialect.routes.insert(method, Route::of(Verb::Get, place));
        }
    }
    for (method, of) in [(Method::Transactions, "accountId"), (Method::Balance, "accountId"), (Method::Receipt, "id")] {
        if dice.once_in(4) {
            let prop = spec(method).request.iter().find(|prop| prop.name == of);
            let name = prop.map_or_else(|| of.to_owned(), |prop| dialect.asked_as(prop));
            let route = dialect.routes.get(&method).unwrap_or(&dialect.usual).clone();
            dialect.routes.insert(method, Route { path: format!("{}/{{{name}}}", method.path()), ..route });
        }
    }
    if dice.once_in(5) {
        let verb = dice.pick(&[Verb::Put, Verb::Patch]);
        dialect.routes.insert(Method::Update, Route::of(verb, Place::Json));
    }
    if dice.once_in(5) {
        dialect.prefix = dice.pick(&["/probonus", "/carbis/loyalty"]).to_owned();
        dialect.base = format!("{}/api/v0", dialect.prefix);
    }
    dialect.paths_with_base = dice.once_in(3);
    if dice.once_in(15) {
        let optional = [Method::Receipt, Method::Balance, Method::Update, Method::Transactions, Method::ReturnCheck];
        dialect.absent.insert(dice.pick(&optional));
    }
}

fn answers(dialect: &mut Dialect, dice: &mut Dice) {
    let text = |text: &str| text.to_owned();
    dialect.envelope = match dice.0.random_range(0..6) {
        0 => Envelope::Under(dice.pick(&["result", "data", "response", "payload"]).to_owned()),
        1 => Envelope::Success { flag: dice.pick(&["success", "isSuccess", "ok"]).to_owned(), data: text("data") },
        2 => Envelope::Code { code: dice.pick(&["code", "errorCode"]).to_owned(), data: text("data") },
        _ => Envelope::Bare,
    };
    let in_ok = matches!(dialect.envelope, Envelope::Success { .. } | Envelope::Code { .. }) && dice.once_in(2);
    dialect.errors = match dice.0.random_range(0..6) {
        _ if in_ok => ErrorForm::InOk { key: dice.pick(&["message", "error", "errorMessage"]).to_owned() },
        0 => ErrorForm::Nested { key: text("error") },
        1 => ErrorForm::Bare,
        2 => ErrorForm::Problem,
        _ => ErrorForm::Status { key: dice.pick(&["message", "error", "detail", "description"]).to_owned() },
    };
    dialect.missing = dice.pick(&[
        Missing::Status404,
        Missing::Status404,
        Missing::NoContent,
        Missing::Null,
        Missing::EmptyRecord,
        Missing::EmptyList,
    ]);
    dialect.written = dice.pick(&[
        WrittenForm::Record,
        WrittenForm::Record,
        WrittenForm::True,
        WrittenForm::Empty,
        WrittenForm::NoContent,
    ]);
    dialect.omits_nulls = dice.once_in(3);
    dialect.update_blanks = dice.once_in(2);
}

fn values(dialect: &mut Dialect, dice: &mut Dice) {
    dialect.numbers = if dice.once_in(4) { Numbers::Text } else { Numbers::Plain };
    dialect.money = dice.pick(&MoneyForm::ALL);
    // The vendor's page has kopecks there. A server with another unit says so in its description.
    dialect.external_money = if dice.once_in(4) { dialect.money } else { MoneyForm::Kopecks };
    dialect.dates = dice.pick(&DateForm::ALL);
    dialect.moments = dice.pick(&MomentForm::ALL);
    dialect.period_of_moments = dice.once_in(5);
    dialect.empty_date = dice.pick(&[EmptyDate::Null, EmptyDate::Null, EmptyDate::Delphi, EmptyDate::DotNet]);
    dialect.phone = dice.pick(&PhoneForm::ALL);
    dialect.sex = dice.pick(&SexForm::ALL);
    dialect.kinds = dice.pick(&[KindForm::Words, KindForm::Russian, KindForm::Codes]);
    dialect.signed = !dice.once_in(5);
}

fn way_in(dialect: &mut Dialect, dice: &mut Dice) {
    let header = |name: &str, prefix: &str| TokenPlace::Header { name: name.to_owned(), prefix: prefix.to_owned() };
    dialect.token = match dice.0.random_range(0..8) {
        0 => None,
        1 => Some(header("X-Api-Key", "")),
        2 => Some(header("X-Auth-Token", "")),
        3 => Some(header("Authorization", "ApiKey ")),
        4 => Some(header("Authorization", "")),
        5 => Some(TokenPlace::Query { name: "api_key".to_owned() }),
        _ => Some(TokenPlace::bearer()),
    };
    dialect.login = dialect.token.is_none() || !dice.once_in(5);
}

fn description(dialect: &mut Dialect, dice: &mut Dice) {
    dialect.description =
        dice.pick(&[Description::Swagger2, Description::OpenApi30, Description::OpenApi31, Description::OpenApi31Yaml]);
    let path = match dialect.description {
        Description::OpenApi31Yaml => dice.pick(&["/openapi.yaml", "/swagger/v1/swagger.yaml"]),
        _ => dice.pick(&DESCRIPTION_PATHS),
    };
    dialect.description_path = format!("{}{path}", dialect.prefix);
}

/// Draws behaviour of servers that we did not write, besides the spelling of names and values.
fn habits(dialect: &mut Dialect, dice: &mut Dice) {
    dialect.lists_levels = dice.once_in(3);
    dialect.marks_pos_receipts = dice.once_in(5);
    dialect.newest_first = dice.once_in(4);
    dialect.signed_withdrawals = dice.once_in(3);
    for sense in ["phones", "station", "dueDate", "awaiting", "awaitingTotal", "parts"] {
        if dice.once_in(4) {
            dialect.shown.insert(sense.to_owned());
        }
    }
    if dialect.kinds == KindForm::Russian && dice.once_in(2) {
        dialect.kinds = KindForm::Panel;
    }
    if dialect.errors == ErrorForm::Problem && dice.once_in(2) {
        (dialect.errors, dialect.framework) = (ErrorForm::AspNet, Framework::AspNet);
    }
}

/// Ensures that the fields of one request or one record have different names. Fields with the same name get the table's spelling.
fn settle_names(dialect: &mut Dialect) {
    while let Some(twins) =
        twins(Method::ALL.map(|method| dialect.takes(method).collect()), |prop| dialect.asked_as(prop))
    {
        dialect.request_names.retain(|sense, _| !twins.contains(&sense.as_str()));
    }
    let records = Method::ALL.into_iter().flat_map(|method| {
        let props = spec(method).answer.props();
        let inner =
            props.iter().filter_map(|prop| if let Kind::Records(inner) = prop.kind { Some(inner) } else { None });
        inner.chain([props])
    });
    let records: Vec<Vec<&Prop>> = records.map(|props| props.iter().collect()).collect();
    while let Some(twins) = twins(records.clone(), |prop| dialect.told_as(prop)) {
        dialect.answer_names.retain(|sense, _| !twins.contains(&sense.as_str()));
    }
}

/// The senses of two fields of one record that have the same name.
fn twins<'a>(
    records: impl IntoIterator<Item = Vec<&'a Prop>>,
    name: impl Fn(&Prop) -> String,
) -> Option<[&'static str; 2]> {
    records.into_iter().find_map(|props| {
        let names: Vec<String> = props.iter().map(|prop| name(prop)).collect();
        (1..props.len()).find_map(|later| {
            let earlier = names[..later].iter().position(|name| *name == names[later])?;
            Some([props[earlier].sense, props[later].sense])
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Swagger 2 and OpenAPI 3.0 forbid it, and strict readers refuse the whole document for it.
    #[test]
    fn no_description_demands_an_empty_list_of_fields() {
        for seed in 0..200 {
            let Some(document) = Dialect::random(seed).document() else { continue };
            assert!(!document.to_string().contains("\"required\":[]"), "{seed}");
        }
    }

    #[test]
    fn no_random_dialect_calls_two_fields_alike() {
        for seed in 0..500 {
            let dialect = Dialect::random(seed);
            for method in Method::ALL {
                let asked: Vec<String> = dialect.takes(method).map(|prop| dialect.asked_as(prop)).collect();
                let mut unique = asked.clone();
                unique.sort();
                unique.dedup();
                assert_eq!(asked.len(), unique.len(), "{seed} {method:?} {asked:?}");
            }
        }
    }

    #[test]
    fn a_seed_is_a_dialect() {
        assert_eq!(Dialect::random(11), Dialect::random(11));
        assert_ne!(Dialect::random(11), Dialect::random(12));
    }
}
