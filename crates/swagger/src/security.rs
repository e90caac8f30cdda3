//! How a server wants its secrets, by the document's security schemes.

use serde_json::Value;

use crate::{document::Doc, heuristics::Heuristic, operation::Operation};
use probonus_contract::{
    binding::{Place, Scheme, is_header_name as is_token_of_http},
    contract::normal,
};

/// The schemes of a permanent token and of a session's access token.
pub(crate) struct Schemes {
    pub(crate) token: Option<Scheme>,
    pub(crate) session: Option<Scheme>,
}

struct Told {
    scheme: Scheme,
    /// From 0, surely for a session's token, to 3, surely for a permanent token.
    permanence: u8,
    /// Whether it has no description.
    silent: bool,
    /// Whether it is `http`, `bearer`.
    is_bearer: bool,
}

pub(crate) fn schemes(doc: &Doc, operations: &[Operation<'_>]) -> Schemes {
    let at = if doc.swagger2 { "/securityDefinitions" } else { "/components/securitySchemes" };
    let declared = doc.root.pointer(at).and_then(Value::as_object);
    let declared: Vec<(&String, &Value)> = declared.into_iter().flatten().take(32).collect();
    let asked = asked(doc, operations);
    let mut told: Vec<(bool, Told)> = declared
        .into_iter()
        .filter_map(|(name, scheme)| Some((asked.contains(&name.as_str()), read(name, doc.resolve(scheme))?)))
        .collect();
    // Schemes for other users, such as administrators, may be declared as well.
    if told.iter().any(|(asked, _)| *asked) {
        told.retain(|(asked, _)| *asked);
    }
    let mut told: Vec<Told> = told.into_iter().map(|(_, told)| told).collect();
    if told.is_empty() && Heuristic::TokenByParameter.holds() {
        told.extend(by_parameters(operations));
    }
    told.sort_by_key(|told| told.permanence);
    // If there is only one scheme, it is for both tokens.
    let token = if is_alternative_bearer(doc, operations) { bearer_instead(&told) } else { told.last() };
    Schemes { session: told.first().map(of_session), token: token.map(|told| told.scheme.clone()) }
}

/// The bearer scheme, if the other ways to sign in are API keys of which nothing is said.
fn bearer_instead(told: &[Told]) -> Option<&Told> {
    let bearer = told.iter().find(|told| told.is_bearer);
    bearer.filter(|_| told.iter().all(|told| told.permanence == 0 || told.silent)).or(told.last())
}

/// Whether `bearer` alone is one of several ways to sign in that the document, or each of its operations, lists: of `apiKey` or
/// `bearer` a token is sent as bearer.
fn is_alternative_bearer(doc: &Doc, operations: &[Operation<'_>]) -> bool {
    let is_bearer = |name: &String| {
        let word = |key: &str| doc.scheme(name)?.get(key)?.as_str().map(str::to_lowercase);
        word("type").as_deref() == Some("http") && word("scheme").as_deref() == Some("bearer")
    };
    let offers = |list: &Value| {
        let ways: Vec<_> = list.as_array().into_iter().flatten().filter_map(Value::as_object).collect();
        ways.len() > 1 && ways.iter().any(|way| way.len() == 1 && way.keys().all(is_bearer))
    };
    let own = operations.iter().filter_map(|operation| operation.json.get("security"));
    let mut lists = doc.root.get("security").into_iter().chain(own).filter(|list| {
        // `[]` is the login itself, which needs no token.
        list.as_array().is_some_and(|ways| !ways.is_empty())
    });
    let Some(first) = lists.next() else { return false };
    offers(first) && lists.all(offers)
}

/// The scheme of a session's token. An `Authorization` header without a description gets the prefix `bearer`: a public front-end of
/// the same API sends it like that \[E].
fn of_session(told: &Told) -> Scheme {
    match &told.scheme {
        Scheme::Header { name, prefix }
            if Heuristic::BearerBySilence.holds() && told.silent && prefix.is_empty() && is_authorization(name) =>
        {
            Scheme::Header { name: name.clone(), prefix: "bearer ".into() }
        }
        scheme => scheme.clone(),
    }
}

fn is_authorization(name: &str) -> bool {
    name.eq_ignore_ascii_case("authorization")
}

/// The schemes that the document, or one of its operations for an office, requires.
fn asked<'a>(doc: &'a Doc, operations: &'a [Operation<'_>]) -> Vec<&'a str> {
    let of_all = doc.root.get("security").and_then(Value::as_array);
    let of_all =
        of_all.into_iter().flatten().filter_map(Value::as_object).flat_map(|one| one.keys()).map(String::as_str);
    let own = operations.iter().filter(|operation| !operation.aside).filter_map(Operation::security).flatten();
    of_all.chain(own).collect()
}

/// Names of ordinary parameters that are the token.
const TOKENS: [&str; 10] = [
    "apikey",
    "xapikey",
    "apitoken",
    "xapitoken",
    "accesstoken",
    "xaccesstoken",
    "authtoken",
    "xauthtoken",
    "xtoken",
    "token",
];

impl Schemes {
    /// The names, in normal form, of the headers and parameters in which the client itself sends the tokens.
    pub(crate) fn names(&self) -> Vec<String> {
        let of = |scheme: &Scheme| match scheme {
            Scheme::Header { name, .. } | Scheme::Query { name } => normal(name),
        };
        self.token.iter().chain(&self.session).map(of).collect()
    }
}

/// The scheme of a document that declares none, but has a token as a parameter of most of its operations.
fn by_parameters(operations: &[Operation<'_>]) -> Option<Told> {
    let mut found: Vec<(usize, Scheme)> = Vec::new();
    for (place, parameter) in operations.iter().flat_map(Operation::loose_parameters) {
        let word = |key: &str| parameter.get(key).and_then(Value::as_str).unwrap_or_default();
        let name = word("name").to_owned();
        if !is_token_of_http(&name) || !TOKENS.contains(&normal(&name).as_str()) {
            continue;
        }
        let scheme = match place {
            Place::Query => Scheme::Query { name },
            _ => Scheme::Header { name, prefix: prefix_in(word("description")).unwrap_or_default() },
        };
        match found.iter_mut().find(|(_, known)| *known == scheme) {
            Some((times, _)) => *times += 1,
            None => found.push((1, scheme)),
        }
    }
    let (times, scheme) = found.into_iter().max_by_key(|(times, _)| *times)?;
    (times * 2 > operations.len()).then_some(Told { scheme, permanence: 2, silent: false, is_bearer: false })
}

fn read(key: &str, scheme: &Value) -> Option<Told> {
    let word = |key: &str| scheme.get(key).and_then(Value::as_str).unwrap_or_default();
    let said = format!("{key} {}", word("description"));
    let bearer = |prefix: &str| Scheme::Header { name: "Authorization".into(), prefix: prefix.into() };
    let (scheme, permanence) = match word("type") {
        "oauth2" | "openIdConnect" => (bearer("Bearer "), 0),
        "http" => match word("scheme").to_lowercase().as_str() {
            "bearer" => (bearer("Bearer "), 0),
            "basic" | "digest" | "" => return None,
            _ => (bearer(&format!("{} ", word("scheme"))), 1),
        },
        "apiKey" => {
            let name = word("name").to_owned();
            if !is_token_of_http(&name) {
                return None;
            }
            let authorization = is_authorization(&name);
            match word("in") {
                "query" => (Scheme::Query { name }, 2),
                "cookie" => (Scheme::Header { name: "Cookie".into(), prefix: format!("{name}=") }, 1),
                _ => {
                    let told = prefix_in(&said).filter(|_| Heuristic::PrefixInWords.holds());
                    // An API key without a mention of a prefix has none, as the specification says.
                    (Scheme::Header { name, prefix: told.unwrap_or_default() }, if authorization { 1 } else { 2 })
                }
            }
        }
        _ => return None,
    };
    let said = said.to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| said.contains(word));
    let permanence = match () {
        () if !Heuristic::PermanentInWords.holds() => permanence,
        () if has(&["постоянн", "permanent", "api token", "apitoken", "api-token", "токен для api", "статич"]) => {
            3
        }
        () if has(&["session", "сесси", "login", "логин", "access token", "jwt"]) => 0,
        () => permanence,
    };
    let is_bearer = word("type") == "http" && word("scheme").eq_ignore_ascii_case("bearer");
    Some(Told { scheme, permanence, silent: word("description").is_empty(), is_bearer })
}

/// The word in quotes that a description calls a prefix: `with required prefix "Token"`, as drf-spectacular writes it.
fn quoted_prefix(said: &str) -> Option<String> {
    let at = ["refix", "рефикс"].iter().filter_map(|word| said.find(word)).min()?;
    let is_quote = |letter: char| matches!(letter, '"' | '\'' | '`' | '«' | '»' | '“' | '”');
    let word = said[at..].split(is_quote).nth(1)?.trim();
    (is_token_of_http(word) && word.len() < 20).then(|| format!("{word} "))
}

/// The word before the secret, as a description shows it: `Bearer {token}`, `Token <key>`, «bearer <токен>».
fn prefix_in(said: &str) -> Option<String> {
    let shown = said.char_indices().filter(|(_, c)| matches!(c, '{' | '<')).find_map(|(at, _)| {
        let before = said[..at].strip_suffix(' ')?;
        let word = before.rsplit(|c: char| !c.is_ascii_alphanumeric() && c != '-').next()?;
        (!word.is_empty()).then(|| format!("{word} "))
    });
    shown.or_else(|| quoted_prefix(said)).or_else(|| {
        let lower = said.to_ascii_lowercase();
        let at = lower.match_indices("bearer").map(|(at, _)| at).last()?;
        let negated = ["без", "without", "no "].iter().any(|word| lower.contains(word));
        (!negated).then(|| format!("{} ", &said[at..at + "bearer".len()]))
    })
}
