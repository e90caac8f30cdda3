//! Inputs that we can't fill, or must fill with care: values that are not what their name says, choices and defaults that would undo
//! the work, requirements that no request of ours can meet.

use serde_json::Value;

use crate::{heuristics::Heuristic, leaf::Leaf, operation::Operation, phone};
use probonus_contract::{
    Method,
    binding::{Json, Place, is_free_header},
    contract::{Field, Unit, normal},
};

/// Why our value does not fit a leaf although name and type agree; `None`: it fits. Example: a password that is described as an MD5
/// digest.
pub(crate) fn why_unwritable(field: Field, leaf: &Leaf, leaves: &[Leaf]) -> Option<String> {
    let coded = matches!(leaf.word("format"), "byte" | "binary" | "base64") || !leaf.word("contentEncoding").is_empty();
    if coded && Heuristic::CodedBytes.holds() {
        return Some("bytes, or a text that is coded".into());
    }
    let longest = leaf.words.get("maxLength").and_then(Value::as_u64);
    // We look for a purchase by its GUID with hyphens, and would not find one that is kept without them.
    if Heuristic::GuidWithoutHyphens.holds()
        && field.unit() == Unit::Guid
        && (longest.is_some_and(|longest| longest < 36) || leaf.word("pattern").contains("{32}"))
    {
        return Some("a GUID without hyphens".into());
    }
    let said = leaf.said().to_lowercase();
    let hashed = ["md5", "sha1", "sha-1", "sha256", "sha-256", "sha512", "хэш", "хеш", "hash"];
    if Heuristic::Digest.holds() && field == Field::Password && hashed.iter().any(|word| said.contains(word)) {
        return Some("a digest of the password".into());
    }
    // If the country code has a field of its own, the phone may be wanted with or without it.
    let code = leaves.iter().find(|other| {
        let name = normal(&other.own);
        other.parents == leaf.parents && COUNTRY_CODES.contains(&name.as_str())
    });
    code.filter(|_| Heuristic::CountryCode.holds() && field.unit() == Unit::Phone && phone::format(leaf).is_none())
        .map(|code| format!("whether with the code of the country, which stands in {}", code.name))
}

/// Names of a field for the country code, beside a phone.
const COUNTRY_CODES: [&str; 8] = [
    "countrycode",
    "phonecode",
    "phonecountrycode",
    "dialcode",
    "callingcode",
    "phoneprefix",
    "countryprefix",
    "codecountry",
];

/// Whether a flag makes a write a trial: the server would answer as if it had applied it. Example: `dryRun`.
pub(crate) fn would_only_try(method: Method, leaf: &Leaf) -> bool {
    const TRIES: [&str; 12] = [
        "dryrun",
        "isdryrun",
        "simulate",
        "simulation",
        "validateonly",
        "validationonly",
        "checkonly",
        "onlycheck",
        "preview",
        "istest",
        "testmode",
        "trial",
    ];
    Heuristic::NoTrial.holds()
        && method.is_write()
        && leaf.json == Json::Boolean
        && TRIES.contains(&normal(&leaf.own).as_str())
}

/// The direction of a refill, if a leaf lets the call choose between adding and taking away.
pub(crate) enum Way {
    /// The leaf is no such choice.
    None,
    /// The choice that adds bonuses. It is always sent, whatever the server's default is.
    Adds(Value),
    /// One of the choices takes away, and not exactly one is known to add.
    Unclear,
}

/// Reads the choice between adding and taking away. Example: `operation: [credit, debit]` of a refill gives `credit`.
pub(crate) fn way(method: Method, leaf: &Leaf) -> Way {
    const ADDS: [&str; 13] = [
        "add",
        "in",
        "income",
        "credit",
        "plus",
        "deposit",
        "refill",
        "accrual",
        "accrue",
        "increase",
        "начисление",
        "пополнение",
        "приход",
    ];
    const TAKES: [&str; 13] = [
        "out",
        "outcome",
        "debit",
        "minus",
        "withdraw",
        "withdrawal",
        "writeoff",
        "spend",
        "subtract",
        "decrease",
        "expense",
        "списание",
        "расход",
    ];
    let is_of =
        |words: &[&str], choice: &Value| choice.as_str().is_some_and(|word| words.contains(&normal(word).as_str()));
    let default = leaf.words.get("default");
    let takes = leaf.choices().iter().chain(default).any(|choice| is_of(&TAKES, choice));
    if method != Method::Refill || !takes || !Heuristic::AddsBonuses.holds() {
        return Way::None;
    }
    let adds: Vec<&Value> = leaf.choices().iter().filter(|choice| is_of(&ADDS, choice)).collect();
    match adds.as_slice() {
        &[only] => Way::Adds(only.clone()),
        _ => Way::Unclear,
    }
}

impl Operation<'_> {
    /// The declared ways to sign in: each is the list of schemes that it needs together.
    fn ways(&self) -> Vec<Vec<&str>> {
        let list = self.json.get("security").or(self.doc.root.get("security")).and_then(Value::as_array);
        let ways = list.into_iter().flatten().take(32).filter_map(Value::as_object);
        ways.map(|way| way.keys().map(String::as_str).filter(|name| self.doc.scheme(name).is_some()).collect())
            .collect()
    }

    /// What the operation requires and our requests never carry: a login and password in each request, or another host.
    pub(crate) fn beyond_us(&self) -> Option<String> {
        let ways = self.ways();
        let can = |name: &&str| !self.doc.scheme(name).is_some_and(is_of_each_request);
        if !ways.is_empty() && !ways.iter().any(|way| way.iter().all(can)) {
            return Some(format!("Authorization: {}", ways.first()?.join(" + ")));
        }
        let own = [self.json, self.item].into_iter().map(hosts).find(|hosts| !hosts.is_empty())?;
        let whole = hosts(&self.doc.root);
        let apart = !whole.is_empty() && own.iter().all(|host| !whole.contains(host));
        own.into_iter().next().filter(|_| apart).map(|host| format!("Host: {host}"))
    }

    /// The keys that are required together with the user's own secret: of `bearer` and `apiKey` the key's header or parameter. It is
    /// only a doubt: many documents that say so mean either of them. Of secrets that we can't tell apart it names the schemes.
    pub(crate) fn keys_beside(&self) -> Vec<(Place, String)> {
        let ways = self.ways();
        let several = !ways.is_empty() && ways.iter().all(|way| way.len() > 1);
        let Some(way) = ways.first().filter(|_| several) else { return Vec::new() };
        let keys: Vec<_> = way.iter().map(|name| self.doc.scheme(name).and_then(key_of)).collect();
        // The user's own secret is the scheme that is no key, or is named like a token; else the first one.
        let own = keys.iter().position(Option::is_none);
        let like_token =
            |key: &Option<(Place, String)>| key.as_ref().is_some_and(|(_, name)| normal(name).contains("token"));
        let own = own.or_else(|| keys.iter().position(like_token)).unwrap_or(0);
        let beside = keys.into_iter().enumerate().filter(|(at, _)| *at != own).filter_map(|(_, key)| key);
        let beside: Vec<_> = beside.collect();
        if beside.is_empty() { vec![(Place::Header, way.join(" + "))] } else { beside }
    }
}

/// The place of a scheme that is an API key in a header of its own, or in the query.
fn key_of(scheme: &Value) -> Option<(Place, String)> {
    let word = |key: &str| scheme.get(key).and_then(Value::as_str).unwrap_or_default();
    let place = match (word("type"), word("in")) {
        ("apiKey", "header") if is_free_header(word("name")) => Place::Header,
        ("apiKey", "query") => Place::Query,
        _ => return None,
    };
    Some((place, word("name").to_owned()))
}

/// Whether a scheme needs a login and password, or a certificate, in each request.
fn is_of_each_request(scheme: &Value) -> bool {
    let word = |key: &str| scheme.get(key).and_then(Value::as_str).unwrap_or_default().to_lowercase();
    match word("type").as_str() {
        "basic" | "mutualtls" => true,
        "http" => matches!(word("scheme").as_str(), "basic" | "digest" | "hoba" | "mutual" | "negotiate"),
        _ => false,
    }
}

/// The hosts of the servers that are listed at this place.
fn hosts(at: &Value) -> Vec<String> {
    let list = at.get("servers").and_then(Value::as_array);
    let urls = list.into_iter().flatten().take(32).filter_map(|server| server.get("url")?.as_str());
    urls.filter_map(|url| url.split_once("//")?.1.split('/').next().map(str::to_lowercase)).collect()
}
