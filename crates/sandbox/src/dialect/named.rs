//! The named dialects that the client is tested against.

use super::{
    Case, DateForm, Description, Dialect, EmptyDate, Envelope, ErrorForm, KeyDeclared, KindForm, Missing, MomentForm,
    MoneyForm, Numbers, PhoneForm, Place, Route, ServerKey, SexForm, TokenPlace, Verb, WrittenForm, strangers,
};
use crate::protocol::Method;

/// Endings of the names of dialects that need a key of the application.
const KEYED: [(&str, KeyDeclared); 3] = [
    ("-keyed", KeyDeclared::Nowhere),
    ("-keyed-scheme", KeyDeclared::AsScheme),
    ("-keyed-parameter", KeyDeclared::AsParameter),
];

impl Dialect {
    /// The named dialects with which the client works; the first is the table's.
    #[must_use]
    pub fn named() -> Vec<Self> {
        vec![
            Self::table(),
            get_with_query(),
            success_envelope(),
            pascal_result(),
            snake_forms(),
            rubles(),
            russian_dates(),
            behind_a_proxy(),
            nested_yaml(),
            not_found_204(),
            not_found_empty_record(),
            not_found_empty_list(),
            login_only(),
            query_key(),
            codes(),
            rest_paths(),
            undescribed(),
            strangers::aspnet(),
            strangers::marked_pos_receipts(),
            strangers::several_phones(),
            strangers::panel(),
        ]
    }

    /// Dialects with which the client does not work yet. When it does, the dialect moves to the named ones.
    #[must_use]
    pub fn unfamiliar() -> Vec<Self> {
        vec![
            strangers::parts_without_total(),
            strangers::silent_search(),
            strangers::undescribed_eight(),
            strangers::described_to_the_signed_in(),
            strangers::writes_described_to_the_signed_in(),
            strangers::fastapi(),
            strangers::few_entries(),
            strangers::few_entries_of_so_many(),
        ]
    }

    /// Dialects without a method that all others have. Operations that need it can't be done there.
    #[must_use]
    pub fn lacking() -> Vec<Self> {
        vec![strangers::without_groups()]
    }

    /// The dialect of this name; also `random-N` and `stranger-N`. Any of them may need a key of the application in every request:
    /// `table-keyed` declares it nowhere, `table-keyed-scheme` and `table-keyed-parameter` declare it in the description.
    #[must_use]
    pub fn by_name(name: &str) -> Option<Self> {
        for (ending, declared) in KEYED {
            if let Some(plain) = name.strip_suffix(ending) {
                let key = Some(ServerKey::declared(declared));
                return Some(Self { name: name.to_owned(), key, ..Self::by_name(plain)? });
            }
        }
        if let Some(seed) = name.strip_prefix("random-") {
            return seed.parse().ok().map(Self::random);
        }
        if let Some(seed) = name.strip_prefix("stranger-") {
            return seed.parse().ok().map(Self::random_stranger);
        }
        let mut all = Self::named().into_iter().chain(Self::unfamiliar()).chain(Self::lacking());
        all.find(|dialect| dialect.name == name)
    }

    pub(super) fn called(name: &str) -> Self {
        Self { name: name.to_owned(), ..Self::table() }
    }

    pub(super) fn reads_by_get(mut self) -> Self {
        for method in Method::ALL.into_iter().filter(|method| !method.is_write() && !method.is_auth()) {
            self.routes.insert(method, Route::of(Verb::Get, Place::Query));
        }
        self
    }

    pub(super) fn asks(mut self, names: &[(&str, &str)]) -> Self {
        self.request_names.extend(names.iter().map(|(sense, name)| ((*sense).to_owned(), (*name).to_owned())));
        self
    }

    pub(super) fn tells(mut self, names: &[(&str, &str)]) -> Self {
        self.answer_names.extend(names.iter().map(|(sense, name)| ((*sense).to_owned(), (*name).to_owned())));
        self
    }
}

/// Reads are `GET` with a query.
fn get_with_query() -> Dialect {
    Dialect { missing: Missing::Status404, description: Description::OpenApi30, ..Dialect::called("get-query") }
        .reads_by_get()
}

/// `{success, data}`, errors inside 200, nothing found is `null`.
fn success_envelope() -> Dialect {
    Dialect {
        envelope: Envelope::Success { flag: "success".to_owned(), data: "data".to_owned() },
        errors: ErrorForm::InOk { key: "message".to_owned() },
        missing: Missing::Null,
        description: Description::OpenApi30,
        description_path: "/swagger/v0/swagger.json".to_owned(),
        ..Dialect::called("success-data")
    }
}

/// `{Result}`, PascalCase, dates of .NET, 0001-01-01 for an unknown birthday.
fn pascal_result() -> Dialect {
    Dialect {
        request_case: Case::Pascal,
        answer_case: Case::Pascal,
        envelope: Envelope::Under("result".to_owned()),
        missing: Missing::Null,
        dates: DateForm::IsoMidnight,
        moments: MomentForm::IsoOffset,
        empty_date: EmptyDate::DotNet,
        phone: PhoneForm::Plus,
        errors: ErrorForm::Problem,
        ..Dialect::called("pascal-result")
    }
    .asks(&[("surname", "lastName"), ("name", "firstName"), ("patronymic", "middleName"), ("birthday", "birthDate")])
    .tells(&[
        ("surname", "lastName"),
        ("name", "firstName"),
        ("patronymic", "middleName"),
        ("birthday", "birthDate"),
    ])
}

/// snake_case, form bodies, writes answer `true`.
fn snake_forms() -> Dialect {
    Dialect {
        usual: Route::of(Verb::Post, Place::Form),
        request_case: Case::Snake,
        answer_case: Case::Snake,
        written: WrittenForm::True,
        errors: ErrorForm::Status { key: "error".to_owned() },
        phone: PhoneForm::Ten,
        sex: SexForm::Letters,
        ..Dialect::called("snake-forms")
    }
    .asks(&[("refillSum", "amount"), ("comment", "reason"), ("count", "limit"), ("from", "dateFrom"), ("to", "dateTo")])
    .tells(&[("sum", "amount"), ("at", "createdAt"), ("kind", "operation")])
}

/// Rubles as decimal strings, but kopecks in `external/…`, as on the vendor's page.
fn rubles() -> Dialect {
    Dialect { money: MoneyForm::RublesText, description: Description::OpenApi30, ..Dialect::called("rubles") }
}

/// `DD.MM.YYYY`, numbers as strings, 1899-12-30 for an unknown birthday, sums without a sign.
fn russian_dates() -> Dialect {
    Dialect {
        dates: DateForm::Dots,
        moments: MomentForm::Dots,
        numbers: Numbers::Text,
        money: MoneyForm::KopecksText,
        external_money: MoneyForm::KopecksText,
        empty_date: EmptyDate::Delphi,
        kinds: KindForm::Russian,
        sex: SexForm::Russian,
        phone: PhoneForm::Eight,
        signed: false,
        omits_nulls: true,
        ..Dialect::called("russian-dates")
    }
}

/// Under a path of a reverse proxy, with the permanent token in `X-Api-Key`.
fn behind_a_proxy() -> Dialect {
    Dialect {
        base: "/loyalty/probonus/api/v0".to_owned(),
        prefix: "/loyalty/probonus".to_owned(),
        paths_with_base: true,
        token: Some(TokenPlace::header("X-Api-Key")),
        login: false,
        description: Description::OpenApi30,
        description_path: "/loyalty/probonus/swagger/v1/swagger.json".to_owned(),
        ..Dialect::called("proxy-api-key")
    }
}

/// OpenAPI 3.1 in YAML, bodies nested under `request`, answers under `response`.
fn nested_yaml() -> Dialect {
    Dialect {
        nest: Some("request".to_owned()),
        envelope: Envelope::Under("response".to_owned()),
        errors: ErrorForm::Nested { key: "error".to_owned() },
        description: Description::OpenApi31Yaml,
        description_path: "/openapi.yaml".to_owned(),
        moments: MomentForm::IsoUtc,
        period_of_moments: true,
        sex: SexForm::English,
        update_blanks: false,
        written: WrittenForm::Empty,
        ..Dialect::called("nested-yaml")
    }
    .asks(&[("account", "account")])
    .tells(&[("account", "account")])
}

/// Nothing found is 204; writes answer 204 too.
fn not_found_204() -> Dialect {
    Dialect {
        missing: Missing::NoContent,
        written: WrittenForm::NoContent,
        description: Description::OpenApi31,
        description_path: "/openapi.json".to_owned(),
        ..Dialect::called("not-found-204")
    }
}

/// Nothing found is `{}`; errors are bare strings.
fn not_found_empty_record() -> Dialect {
    Dialect {
        missing: Missing::EmptyRecord,
        errors: ErrorForm::Bare,
        omits_nulls: true,
        ..Dialect::called("not-found-empty")
    }
}

/// A found record comes in a list; nothing found is an empty list.
fn not_found_empty_list() -> Dialect {
    Dialect {
        missing: Missing::EmptyList,
        envelope: Envelope::Under("items".to_owned()),
        phone: PhoneForm::Pretty,
        ..Dialect::called("not-found-list")
    }
    .reads_by_get()
}

/// No permanent token: sessions only.
fn login_only() -> Dialect {
    Dialect { token: None, description: Description::OpenApi30, ..Dialect::called("login-only") }
        .asks(&[("login", "userName")])
        .tells(&[("accessToken", "token")])
}

/// The permanent token goes in the query; no sessions.
fn query_key() -> Dialect {
    Dialect {
        token: Some(TokenPlace::Query { name: "api_key".to_owned() }),
        login: false,
        ..Dialect::called("query-key")
    }
}

/// `{code, data}`, errors inside 200, kinds as codes, Unix times, a prefix of its own before the token.
fn codes() -> Dialect {
    Dialect {
        envelope: Envelope::Code { code: "code".to_owned(), data: "data".to_owned() },
        errors: ErrorForm::InOk { key: "errorMessage".to_owned() },
        missing: Missing::Null,
        kinds: KindForm::Codes,
        moments: MomentForm::Unix,
        money: MoneyForm::RublesNumber,
        token: Some(TokenPlace::Header { name: "Authorization".to_owned(), prefix: "ApiKey ".to_owned() }),
        ..Dialect::called("codes")
    }
}

/// Ids in paths.
fn rest_paths() -> Dialect {
    let mut dialect = Dialect { description: Description::OpenApi31, ..Dialect::called("rest-paths") }.reads_by_get();
    let mut at = |method, verb, path: &str, place| {
        dialect.routes.insert(method, Route { verb, path: path.to_owned(), place });
    };
    at(Method::Transactions, Verb::Get, "accounts/{accountId}/transactions", Place::Query);
    at(Method::Balance, Verb::Get, "accounts/{accountId}/get_balance_extended", Place::Query);
    at(Method::Receipt, Verb::Get, "checks/get_by_id/{id}", Place::Query);
    at(Method::FindByPhone, Verb::Get, "accounts/find_by_phone/{phone}", Place::Query);
    at(Method::Refill, Verb::Post, "accounts/{accountId}/refill", Place::Json);
    at(Method::Update, Verb::Put, "accounts/update", Place::Json);
    dialect
}

/// The table's spelling, and no description.
fn undescribed() -> Dialect {
    Dialect { description: Description::Absent, ..Dialect::called("undescribed") }
}
