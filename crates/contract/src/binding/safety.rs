//! What no binding may do, whoever says it: a document, a file or an administrator.
//!
//! - A constant in a header never takes over the connection: `Host` would carry the token to another virtual host.
//! - A constant never holds a secret: its value is kept in the keychain, and the binding, a plain file, only names it. Nor does
//!   a secret stand in a path: paths are logged.
//! - A constant never stands where a field stands, nor under a name of an account, a phone, a sum or a receipt. Each call has its
//!   own, and the constant would be sent in its place: every refill would go to one account.
//! - A read never calls what a write calls: reads are not in the journal, and are repeated at will.

use serde_json::Value;

use super::{
    model::{Binding, Constant, MethodBinding, Verb},
    place::Place,
    problem::{Danger, Problem},
    words,
};
use crate::{
    contract::{self, Field, Unit, normal, spelt},
    method::Method,
};

/// Headers of the connection, of the authorisation and of proxies, which the client alone sets.
const TAKEN: [&str; 25] = [
    "accept",
    "accept-encoding",
    "authorization",
    "connection",
    "content-encoding",
    "content-length",
    "content-type",
    "cookie",
    "expect",
    "forwarded",
    "host",
    "http2-settings",
    "keep-alive",
    "range",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "via",
    "x-http-method",
    "x-http-method-override",
    "x-method-override",
    "x-original-url",
    "x-real-ip",
    "x-rewrite-url",
];

/// Beginnings of such names.
const TAKEN_BEGINNINGS: [&str; 4] = ["proxy-", "sec-", "x-forwarded-", "if-"];

/// Whether a value of ours may stand in a header of this name: neither one of the connection nor that of the authorisation.
#[must_use]
pub fn is_free_header(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let taken = TAKEN.contains(&lower.as_str()) || TAKEN_BEGINNINGS.iter().any(|start| lower.starts_with(start));
    words::is_token(name) && !taken
}

/// Whether the secret itself may travel in a header of this name. Example: `X-Api-Key`, not `Host`.
#[must_use]
pub fn may_carry_the_secret(name: &str) -> bool {
    is_free_header(name) || matches!(name.to_ascii_lowercase().as_str(), "authorization" | "cookie")
}

/// Whether a name says that its value is a secret: `X-Api-Key`, `client_secret`. Marks of a page (`pageToken`) are none.
#[must_use]
pub fn is_secret_name(name: &str) -> bool {
    const WORDS: [&str; 8] =
        ["secret", "password", "passwd", "apikey", "accesskey", "privatekey", "subscriptionkey", "authkey"];
    let name = normal(name.rsplit('/').next().unwrap_or_default());
    let is_page_mark = ["page", "next", "continuation", "cursor"].iter().any(|start| name.starts_with(start));
    let is_token = name.ends_with("token") && !is_page_mark;
    is_token || WORDS.iter().any(|word| name.contains(word)) || matches!(name.as_str(), "pwd" | "jwt" | "bearer")
}

/// Why a constant may not be sent; `None` if it may.
pub(super) fn danger_of(constant: &Constant) -> Option<Danger> {
    if constant.place == Place::Header && !is_free_header(&constant.name) {
        return Some(Danger::Connection);
    }
    if constant.in_keychain && (constant.place == Place::Path || !constant.value.is_null()) {
        return Some(Danger::Connection);
    }
    if is_secret_name(&constant.name) && !constant.in_keychain {
        return Some(Danger::Secret);
    }
    let name = constant.name.rsplit('/').next().unwrap_or_default();
    if normal(name) == "method" && constant.name.trim_start_matches('/').starts_with('_') {
        // `_method=DELETE` makes another verb of a request, in Rails and Laravel.
        return Some(Danger::Connection);
    }
    let names_field = names_a_field(name, &constant.value, constant.in_keychain);
    names_field.then_some(Danger::Money)
}

/// Whether a constant, or a part of it, is named like an account, a phone, a sum or a receipt: `/accountId`, `{"phone": "7…"}`. A
/// flag is none of them, and a sum of zero moves nothing: `balance: 0` of a new guest.
fn names_a_field(name: &str, value: &Value, in_keychain: bool) -> bool {
    let is_named = || {
        let spelt = spelt(name);
        let plainly = |field: &Field| matches!(field.match_of(&spelt), Some((0, _)));
        let is_money = || Field::ALL.iter().filter(|field| field.unit() == Unit::Money).any(plainly);
        let of_guest = [Field::Account, Field::Phone, Field::Receipt, Field::CheckGuid].iter().any(plainly);
        of_guest || names_a_field_in_russian(&spelt.name) || ((in_keychain || !is_zero(value)) && is_money())
    };
    match value {
        Value::Bool(_) => false,
        Value::Array(parts) => is_named() || parts.iter().any(|part| names_a_field(name, part, in_keychain)),
        Value::Object(parts) => is_named() || parts.iter().any(|(name, part)| names_a_field(name, part, in_keychain)),
        _ => is_named(),
    }
}

fn is_zero(value: &Value) -> bool {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    value.is_null() || text.chars().all(|c| matches!(c, '0' | '.' | ',' | ' '))
}

/// Whether a normal name is that of an account, a phone, a sum or a receipt in Russian, or in Russian with Latin letters:
/// «КодСчета», «НомерЧека», `schet`. What only describes one is none: «ТипЧека», «ГруппаСчетов».
#[must_use]
pub fn names_a_field_in_russian(normal: &str) -> bool {
    const STEMS: [&str; 7] = ["счет", "счёт", "schet", "телефон", "telefon", "сумм", "чек"];
    const OF_ELSE: [&str; 14] = [
        "тип",
        "вид",
        "формат",
        "валют",
        "источник",
        "канал",
        "групп",
        "шаблон",
        "счетчик",
        "счётчик",
        "tip",
        "vid",
        "type",
        "format",
    ];
    let has = |words: &[&str]| words.iter().any(|word| normal.contains(word));
    has(&STEMS) && !has(&OF_ELSE)
}

impl Binding {
    /// What of `method` would be dangerous to send.
    pub(super) fn dangers(&self, method: Method) -> Vec<Problem> {
        let Some(bound) = self.methods.get(&method) else { return Vec::new() };
        let constants = bound.constants.iter().filter_map(|constant| {
            let stands_on_field = bound.has_field_at(constant.place, &constant.name);
            let danger = danger_of(constant).or(stands_on_field.then_some(Danger::Field))?;
            Some(Problem::Dangerous { place: constant.place, name: constant.name.clone(), danger })
        });
        constants.chain(self.write_called_by(method, self)).collect()
    }

    /// Blocks every read that calls what `former` called to write: a description may have changed places while the program was
    /// not looking.
    pub fn keep_reads_from_writes_of(&mut self, former: &Self) {
        let found: Vec<(Method, Problem)> =
            Method::ALL.into_iter().filter_map(|read| Some((read, self.write_called_by(read, former)?))).collect();
        for (read, problem) in found {
            if let Some(bound) = self.methods.get_mut(&read).filter(|bound| !bound.blockers.contains(&problem)) {
                bound.blockers.push(problem);
            }
        }
    }

    /// The write of the table or of `other` that the read `method` would call.
    fn write_called_by(&self, method: Method, other: &Self) -> Option<Problem> {
        let read = self.methods.get(&method).filter(|_| !method.is_write())?;
        let is_called = |write: &&Method| {
            is_of_table(read, **write) || other.methods.get(write).is_some_and(|bound| is_same_call(read, bound))
        };
        let write = Method::ALL.iter().filter(|method| method.is_write()).find(is_called)?;
        let call = format!("{} {}", read.verb.value.as_str(), read.path.value);
        Some(Problem::ReadIsWrite { call, write: *write })
    }
}

/// Whether a call bears the name that the contract gives a write: `/gate/API/v0/Accounts/Refill`.
fn is_of_table(read: &MethodBinding, write: Method) -> bool {
    let row = contract::row(write);
    // `/accounts/{id}:refill` and `/accounts/{id}/refill` are the call as well.
    let filled = filled_path(read);
    let path = normal(&filled.split('/').map(without_parameter).collect::<Vec<_>>().join("/"));
    let group = row.path.split_once('/').map_or("", |(group, _)| group);
    let is_alias = |alias: &&str| path.ends_with(&normal(&format!("{group}{alias}")));
    let by_alias = read.verb.value != Verb::Get && row.aliases.iter().any(is_alias);
    path.ends_with(&normal(row.path)) || by_alias
}

/// Whether two bindings make the same call. Two calls of one path and verb are told apart by a constant of the same place and
/// name: `?action=balance` and `?action=refill`.
fn is_same_call(read: &MethodBinding, write: &MethodBinding) -> bool {
    let is_switch = |one: &Constant| {
        let mut others = write.constants.iter().filter(|other| (other.place, &other.name) == (one.place, &one.name));
        others.any(|other| other.value != one.value)
    };
    let differs = read.constants.iter().any(is_switch);
    read.verb.value == write.verb.value && shape(&filled_path(read)) == shape(&filled_path(write)) && !differs
}

/// A path with the constants that stand in it.
fn filled_path(bound: &MethodBinding) -> String {
    let in_path = bound.constants.iter().filter(|constant| constant.place == Place::Path);
    in_path.fold(bound.path.value.clone(), |path, constant| {
        let text = constant.value.as_str().map_or_else(|| constant.value.to_string(), str::to_owned);
        path.replace(&format!("{{{}}}", constant.name), &text)
    })
}

/// A path as servers compare it: without regard to case, a slash at the end, and the names of parameters.
fn shape(path: &str) -> String {
    let segments = path.split('/').filter(|segment| !segment.is_empty());
    segments
        // `{id}:refill` and `{id}:getBalanceExtended` are two calls.
        .map(|segment| {
            let hole = if segment.contains('{') { "{}" } else { "" };
            format!("{hole}{}", without_parameter(segment).to_lowercase())
        })
        .collect::<Vec<_>>()
        .join("/")
}

/// A segment without its parameter: `:refill` of `{id}:refill`.
fn without_parameter(segment: &str) -> &str {
    if segment.contains('{') { segment.rsplit_once('}').map_or("", |(_, verb)| verb) } else { segment }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::binding::{SecretConstant, Source, Sourced};

    fn with_constant(method: Method, place: Place, name: &str) -> Binding {
        let mut binding = Binding::default();
        let constant =
            Constant { place, name: name.into(), value: "x".into(), source: Source::Swagger, in_keychain: false };
        binding.methods.get_mut(&method).unwrap().constants.push(constant);
        binding
    }

    #[test]
    fn a_constant_never_takes_over_the_connection_or_holds_a_secret() {
        for name in [
            "Host",
            "cookie",
            "Transfer-Encoding",
            "Content-Length",
            "Connection",
            "AUTHORIZATION",
            "X-Forwarded-Host",
            "X-HTTP-Method-Override",
            "X-Api-Key",
            "a b",
        ] {
            let binding = with_constant(Method::Refill, Place::Header, name);
            assert!(binding.unsupported(Method::Refill).is_some(), "{name}");
            let mut own = Binding::default();
            assert!(own.overrule(Some(Method::Refill), &format!("constant.header.{name}"), "x").is_err(), "{name}");
            assert_eq!(own, Binding::default());
        }
        for name in ["/client_secret", "/auth/accessToken", "/password"] {
            assert!(with_constant(Method::Refill, Place::Body, name).unsupported(Method::Refill).is_some(), "{name}");
        }
        for (place, name) in [(Place::Header, "X-Api-Version"), (Place::Query, "pageToken"), (Place::Body, "/source")] {
            assert_eq!(with_constant(Method::Refill, place, name).unsupported(Method::Refill), None, "{name}");
        }
    }

    #[test]
    fn a_secret_constant_has_no_value_in_a_binding_and_blocks_its_method_until_it_is_at_hand() {
        let mut binding = Binding::default();
        binding.overrule(Some(Method::Refill), "constant.header.X-Api-Key", "keychain").unwrap();
        let key = SecretConstant { place: Place::Header, name: "X-Api-Key".into() };
        assert_eq!(binding.secrets().into_iter().collect::<Vec<_>>(), std::slice::from_ref(&key));
        assert_eq!(binding.unsupported(Method::Refill), None);
        let line = binding.overruled().remove(0);
        assert_eq!((line.key.as_str(), line.value.as_str()), ("constant.header.X-Api-Key", "keychain"));
        assert_eq!(Binding::import(&binding.export()).unwrap(), binding);

        let mut without = binding.clone();
        without.block_without(|_| false);
        assert!(without.unsupported(Method::Refill).is_some_and(|why| why.contains("not at hand")));
        assert_eq!(without.unsupported(Method::Groups), None);
        binding.block_without(|secret| *secret == key);
        assert_eq!(binding.unsupported(Method::Refill), None);

        // Neither in a path, which is logged, nor where the connection's own headers stand, nor with a value beside it.
        for place in ["path.key", "header.Cookie"] {
            let mut own = Binding::default();
            assert!(own.overrule(Some(Method::Refill), &format!("constant.{place}"), "keychain").is_err(), "{place}");
        }
        let file = binding.export().replace("\"value\": null", "\"value\": \"k3y\"");
        assert!(Binding::import(&file).unwrap().unsupported(Method::Refill).is_some());
    }

    #[test]
    fn no_constant_is_named_like_an_account_a_phone_a_sum_or_a_receipt() {
        for method in [Method::LastTransactions, Method::Refill, Method::RegisterCheck] {
            for name in [
                "/totalSum",
                "/account",
                "/discountAmount",
                "/mobilePhone",
                "/receiptId",
                "/КодСчета",
                "/НомерЧека",
                "/params/schet",
                "/Телефон",
            ] {
                let binding = with_constant(method, Place::Body, name);
                assert!(binding.unsupported(method).is_some(), "{name}");
                let line = format!("constant.body.{name}");
                let mut own = Binding::default();
                assert!(own.overrule(Some(method), &line, "12").is_err(), "{name}");
                assert_eq!(own, Binding::default());
            }
            let mut own = Binding::default();
            assert!(
                own.overrule(Some(method), "constant.body./guest", r#"{"data": [{"phone": "79123456789"}]}"#).is_err()
            );
            for (name, value) in [
                ("/limit", "5"),
                ("/currency", "RUB"),
                ("/ТипЧека", "sale"),
                ("/ГруппаСчетов", "7"),
                ("/pending", "false"),
                ("/balance", "0"),
                ("/turnover", "\"0.00\""),
            ] {
                own.overrule(Some(method), &format!("constant.body.{name}"), value).unwrap();
                assert_eq!(own.unsupported(method), None, "{name}");
            }
        }
    }

    #[test]
    fn a_read_never_calls_what_a_write_calls() {
        for path in [
            "/api/v0/accounts/refill",
            "/gate/Accounts/Refill/",
            "/external/register_check",
            "/x/accounts/{what}",
            "/v1/accounts/{id}:refill",
            "/v1/accounts/{id}/refill",
        ] {
            let mut binding = Binding::default();
            let find = binding.methods.get_mut(&Method::FindByPhone).unwrap();
            find.path = Sourced::new(path.into(), Source::Override);
            let constant = Constant {
                place: Place::Path,
                name: "what".into(),
                value: "update".into(),
                source: Source::Override,
                in_keychain: false,
            };
            find.constants.push(constant);
            let why = binding.unsupported(Method::FindByPhone).unwrap_or_default();
            assert!(why.contains("to write"), "{path}: {why}");
        }
        // Custom verbs of one record are several calls.
        let mut binding = Binding::default();
        for (method, verb) in [(Method::InsertByTemplate, "enrol"), (Method::BalanceExtended, "getBalanceExtended")] {
            let bound = binding.methods.get_mut(&method).unwrap();
            bound.path = Sourced::new(format!("/v1/accounts/{{id}}:{verb}"), Source::Swagger);
        }
        assert!(binding.dangers(Method::BalanceExtended).is_empty());
        let insert = binding.methods.get_mut(&Method::InsertByTemplate).unwrap();
        insert.path = Sourced::new("/v1/accounts/{account}:GetBalanceExtended".into(), Source::Swagger);
        assert!(!binding.dangers(Method::BalanceExtended).is_empty());
        // A write that the former description had under a name of its own.
        let mut former = Binding::default();
        former.methods.get_mut(&Method::Refill).unwrap().path = Sourced::new("/hooks/{id}/7".into(), Source::Swagger);
        let mut next = Binding::default();
        next.methods.get_mut(&Method::BalanceExtended).unwrap().path =
            Sourced::new("/Hooks/{account}/7/".into(), Source::Swagger);
        next.keep_reads_from_writes_of(&former);
        assert!(next.unsupported(Method::BalanceExtended).is_some_and(|why| why.contains("to write")));
        assert_eq!(next.unsupported(Method::Groups), None);
    }

    #[test]
    fn one_address_may_serve_reads_and_writes_that_a_constant_tells_apart() {
        let mut binding = Binding::default();
        for (method, action) in [(Method::Refill, "refill"), (Method::FindByPhone, "find")] {
            let bound = binding.methods.get_mut(&method).unwrap();
            bound.path = Sourced::new("/rpc".into(), Source::Swagger);
            let constant = Constant {
                place: Place::Query,
                name: "action".into(),
                value: action.into(),
                source: Source::Swagger,
                in_keychain: false,
            };
            bound.constants.push(constant);
        }
        assert_eq!(binding.unsupported(Method::FindByPhone), None);
        binding.methods.get_mut(&Method::FindByPhone).unwrap().constants.clear();
        assert!(binding.unsupported(Method::FindByPhone).is_some());
    }
}
