//! What no binding may do, whoever says it: a document, a file or an administrator.
//!
//! - A constant in a header never takes over the connection: `Host` would carry the token to another virtual host.
//! - A constant never holds a secret: its value is kept in the keychain, and the binding, a plain file, only names it. Nor does
//!   a secret stand in a path: paths are logged.
//! - A constant never stands where a field stands, nor under a name of an account, a phone, a sum or a receipt. Each call has its
//!   own, and the constant would be sent in its place: every refill would go to one account.
//! - Where the token travels is held to the same: neither `Host` nor a prefix with a line break.
//!
//! Which calls may be made, see [`calls`](super::calls).

use serde_json::Value;

use super::{
    model::{Binding, Constant, Scheme},
    place::Place,
    problem::{Danger, Problem},
    words,
};
use crate::{
    contract::{Field, Unit, normal, spelt},
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

/// Why the token may not travel so; `None` if it may.
pub(super) fn danger_of_token(scheme: &Scheme) -> Option<Danger> {
    let (name, prefix) = match scheme {
        Scheme::Header { name, prefix } => (name, prefix.as_str()),
        Scheme::Query { name } => (name, ""),
    };
    // A line break in either would begin a header of its own.
    if !words::is_token(name) || prefix.bytes().any(|byte| !(0x20..0x7f).contains(&byte)) {
        return Some(Danger::Token);
    }
    let is_header = matches!(scheme, Scheme::Header { .. });
    (is_header && !may_carry_the_secret(name)).then_some(Danger::Connection)
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
        constants.chain(self.dangerous_token()).chain(self.dangerous_call(method)).collect()
    }

    /// What of the places of the token and of a session's token would be dangerous.
    fn dangerous_token(&self) -> Vec<Problem> {
        let schemes = [&self.token.value, &self.session.value].into_iter();
        let problems = schemes.filter_map(|scheme| {
            let (place, name) = match scheme {
                Scheme::Header { name, .. } => (Place::Header, name),
                Scheme::Query { name } => (Place::Query, name),
            };
            Some(Problem::Dangerous { place, name: name.clone(), danger: danger_of_token(scheme)? })
        });
        let mut problems: Vec<_> = problems.collect();
        problems.dedup();
        problems
    }
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
    fn the_token_travels_only_where_a_secret_may() {
        let header = |name: &str, prefix: &str| Scheme::Header { name: name.into(), prefix: prefix.into() };
        for scheme in [
            header("Host", ""),
            header("Content-Length", ""),
            header("X-Forwarded-Host", ""),
            header("X\r\nY", ""),
            header("", ""),
            header("X-Api-Key", "v\r\nX-Other: 1"),
            header("Authorization", "bearer\n"),
            header("Authorization", "bearer\0"),
            header("Authorization", "ключ "),
            Scheme::Query { name: "a b&c".into() },
        ] {
            for of_session in [false, true] {
                let mut binding = Binding::default();
                let place = if of_session { &mut binding.session } else { &mut binding.token };
                *place = Sourced::new(scheme.clone(), Source::Swagger);
                for method in Method::ALL {
                    assert!(binding.unsupported(method).is_some(), "{scheme:?} {method:?}");
                }
            }
        }
        for scheme in [
            header("Authorization", "bearer "),
            header("Cookie", "sid="),
            header("X-Api-Key", ""),
            Scheme::Query { name: "access_token".into() },
        ] {
            let binding = Binding { token: Sourced::new(scheme.clone(), Source::Swagger), ..Binding::default() };
            assert_eq!(binding.unsupported(Method::Refill), None, "{scheme:?}");
        }
    }
}
