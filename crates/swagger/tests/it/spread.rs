//! Methods that a server spreads over several documents.

use std::{collections::BTreeMap, path::Path};

use probonus_contract::{Method, binding::Binding};
use probonus_swagger::{LearnError, Published, learn_all};
use serde_json::{Value, json};

fn learn(documents: &[(&str, &Value)]) -> Result<Binding, LearnError> {
    let texts: Vec<(&str, String)> = documents.iter().map(|(at, document)| (*at, document.to_string())).collect();
    let published: Vec<_> = texts.iter().map(|(address, text)| Published { address, bytes: text.as_bytes() }).collect();
    learn_all(&published, "").map(|learned| learned.binding)
}

/// The lines that name no document.
fn lines(binding: &Binding) -> BTreeMap<String, String> {
    binding.lines().into_iter().map(|line| (format!("{:?} {}", line.method, line.key), line.value)).collect()
}

/// Every document of the collection, with its paths dealt out to two or more by turns.
#[test]
fn a_document_that_is_taken_apart_is_learnt_as_the_whole() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/swagger");
    let mut tried = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        // Two versions of a method are two in one document; in a document each, the fuller one counts.
        if name == "rpc-ids.json" {
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        // A path that stands twice has no place in a plain value.
        let Ok(document) = serde_saphyr::from_str::<Value>(&text) else { continue };
        let whole = probonus_swagger::learn(text.as_bytes()).unwrap().binding;
        for parts in [2, 3] {
            let dealt: Vec<Value> = (0..parts).map(|part| deal(&document, part, parts)).collect();
            // A part that bears none of the names alone, is of another service.
            if dealt.iter().any(|part| learn(&[("", part)]).is_err()) {
                continue;
            }
            let addresses: Vec<String> = (0..parts).map(|part| format!("/docs/{part}.json")).collect();
            let spread: Vec<_> = addresses.iter().map(String::as_str).zip(&dealt).collect();
            let learnt = learn(&spread).unwrap();
            assert_eq!(lines(&learnt), lines(&whole), "{name} in {parts}");
            for method in Method::ALL {
                assert_eq!(
                    learnt.unsupported(method).is_some(),
                    whole.unsupported(method).is_some(),
                    "{name}: {method:?}"
                );
            }
            tried += 1;
        }
    }
    assert!(tried >= 25, "{tried}");
}

fn deal(document: &Value, part: usize, parts: usize) -> Value {
    let mut dealt = document.clone();
    let paths = document["paths"].as_object().unwrap();
    let own = paths.iter().enumerate().filter(|(at, _)| at % parts == part);
    dealt["paths"] = Value::Object(own.map(|(_, (path, item))| (path.clone(), item.clone())).collect());
    dealt
}

fn refill(sum: &Value) -> Value {
    json!({"post": {"requestBody": {"content": {"application/json": {"schema": {
        "properties": {"accountId": {"type": "integer"}, "sum": sum}, "required": ["accountId", "sum"]}}}}}})
}

fn area(title: &str, paths: &Value) -> Value {
    json!({"openapi": "3.0.1", "info": {"title": title, "version": "v0"}, "paths": paths})
}

#[test]
fn each_method_remembers_its_document() {
    let kopecks = json!({"type": "integer", "description": "в копейках"});
    let accounts = area("Accounts", &json!({"/api/v0/accounts/refill": refill(&kopecks)}));
    let groups = area("Groups", &json!({"/api/v0/account_groups/list": {"get": {}}}));
    // Told in two documents, and alike.
    let all = area(
        "All",
        &json!({"/api/v0/account_groups/list": {"get": {"description": "The groups"}},
        "/api/v0/auth/login": {"post": {"parameters": []}}}),
    );
    let learnt = learn(&[("/docs/accounts.json", &accounts), ("/docs/groups.json", &groups), ("/docs/all.json", &all)]);
    let binding = learnt.unwrap();
    let told: BTreeMap<_, _> = binding.report().methods.into_iter().map(|told| (told.method, told.document)).collect();
    assert_eq!(told[&Method::Refill].as_deref(), Some("/docs/accounts.json"));
    assert_eq!(told[&Method::Groups].as_deref(), Some("/docs/all.json"));
    assert_eq!(told[&Method::Receipt], None);
    assert_eq!(binding.unsupported(Method::Refill), None);
    assert_eq!(binding.unsupported(Method::Groups), None);
    let document = binding.document.clone().unwrap();
    assert_eq!((document.title.as_str(), document.version.as_str()), ("All, Accounts, Groups", "v0"));
    let otherwise = [("/docs/groups.json", &groups), ("/docs/all.json", &all), ("/docs/accounts.json", &accounts)];
    assert_eq!(learn(&otherwise).unwrap().document.unwrap().fingerprint, document.fingerprint);
    assert_eq!(Binding::import(&binding.export()).unwrap(), binding);
}

#[test]
fn a_call_that_two_documents_tell_differently_is_not_guessed() {
    let one = area(
        "A",
        &json!({"/api/v0/accounts/refill": refill(&json!({"type": "integer", "description": "в копейках"})),
        "/api/v0/accounts/get_balance_extended": balance("Баланс в копейках")}),
    );
    let other = area(
        "B",
        &json!({"/api/v0/accounts/refill": refill(&json!({"type": "integer", "description": "в рублях"})),
        "/api/v0/accounts/get_balance_extended": balance("Баланс в рублях"), "/api/v0/account_groups/list": {"get": {}}}),
    );
    let binding = learn(&[("/a.json", &one), ("/b.json", &other)]).unwrap();
    for method in [Method::Refill, Method::BalanceExtended] {
        let reason = binding.unsupported(method).unwrap();
        assert!(reason.contains("(/a.json)") && reason.contains("(/b.json)"), "{reason}");
    }
    assert_eq!(binding.unsupported(Method::Groups), None);
}

fn balance(said: &str) -> Value {
    json!({"post": {"parameters": [{"name": "accountId", "in": "query", "required": true, "schema": {"type": "integer"}}],
        "responses": {"200": {"description": "", "content": {"application/json": {"schema": {
            "properties": {"balance": {"type": "integer", "description": said}}}}}}}}})
}

/// Two capabilities of one path, each in a document of its own, are no contradiction.
#[test]
fn both_lists_of_transactions_may_have_a_document() {
    let query = |names: &[&str]| {
        let one = |name: &&str| json!({"name": name, "in": "query", "required": true, "schema": {"type": "string"}});
        json!({"get": {"parameters": names.iter().map(one).collect::<Vec<_>>()}})
    };
    let period = area("P", &json!({"/api/v0/accounts/transactions": query(&["accountId", "from", "to"])}));
    let last = area("L", &json!({"/api/v0/accounts/transactions": query(&["accountId", "count"])}));
    let binding = learn(&[("/p.json", &period), ("/l.json", &last)]).unwrap();
    for (method, document) in [(Method::TransactionsOfPeriod, "/p.json"), (Method::LastTransactions, "/l.json")] {
        assert_eq!(binding.unsupported(method), None);
        assert_eq!(binding.method(method).unwrap().document.as_deref(), Some(document));
    }
}

#[test]
fn of_two_versions_the_fuller_counts() {
    let sum = json!({"type": "integer"});
    let first = area("One", &json!({"/api/v1/accounts/refill": refill(&sum)}));
    let second =
        area("Two", &json!({"/api/v2/accounts/refill": refill(&sum), "/api/v2/account_groups/list": {"get": {}}}));
    for order in [[("/1", &first), ("/2", &second)], [("/2", &second), ("/1", &first)]] {
        let binding = learn(&order).unwrap();
        assert_eq!(binding.unsupported(Method::Refill), None);
        assert_eq!(binding.method(Method::Refill).unwrap().path.value, "/api/v2/accounts/refill");
    }
    // Two ways in that are no versions of each other.
    let other = area("Bonus", &json!({"/bonus/v1/accounts/refill": refill(&sum)}));
    let reason = learn(&[("/1", &first), ("/b", &other)]).unwrap().unsupported(Method::Refill).unwrap();
    assert!(reason.contains("/bonus/v1/accounts/refill (/b)"), "{reason}");
}

#[test]
fn another_service_beside_ours_is_passed_over() {
    let ours = area("Loyalty", &json!({"/api/v0/account_groups/list": {"get": {}}}));
    let bank = json!({"swagger": "2.0", "info": {"title": "Bank", "version": "7"},
        "securityDefinitions": {"key": {"type": "apiKey", "in": "header", "name": "X-Bank"}},
        "paths": {"/checks/{id}": {"get": {"parameters": [{"name": "id", "in": "path", "type": "string"}]}}}});
    let binding = learn(&[("/bank.json", &bank), ("/ours.json", &ours)]).unwrap();
    assert!(binding.unsupported(Method::Receipt).is_some(), "a bank's cheque is no receipt");
    assert_eq!((binding.document.unwrap().title, binding.token), ("Loyalty".to_owned(), Binding::default().token));
    // One that stands where ours do, is ours, though it bears no name.
    let mut checks = bank;
    checks["basePath"] = json!("/api/v0");
    let binding = learn(&[("/checks.json", &checks), ("/ours.json", &ours)]).unwrap();
    assert_eq!(binding.unsupported(Method::Receipt), None);
}

#[test]
fn a_unit_and_a_secret_are_said_for_all() {
    let keyed = |scheme: Value, paths: Value| {
        let mut document = area("K", &paths);
        document["components"] = json!({"securitySchemes": {"key": scheme}});
        document
    };
    let bearer = json!({"type": "http", "scheme": "bearer"});
    let rubles = keyed(
        bearer.clone(),
        json!({"/api/v0/accounts/get_balance_extended": balance("в рублях"),
        "/api/v0/account_groups/list": {"get": {}}}),
    );
    // Of this sum nothing is said: where another document says rubles, kopecks are no assumption.
    let silent = area("S", &json!({"/api/v0/accounts/refill": refill(&json!({"type": "integer"}))}));
    let binding = learn(&[("/r", &rubles), ("/s", &silent)]).unwrap();
    assert!(binding.unsupported(Method::Refill).unwrap().contains("rubles elsewhere"));
    // A document that wants its secret otherwise.
    let sum = json!({"type": "integer", "description": "в копейках"});
    let key = json!({"type": "apiKey", "in": "header", "name": "X-Key"});
    let apart = keyed(key, json!({"/api/v0/accounts/refill": refill(&sum)}));
    let binding = learn(&[("/r", &rubles), ("/a", &apart)]).unwrap();
    assert!(binding.unsupported(Method::Refill).unwrap().contains("X-Key"));
    assert_eq!(binding.unsupported(Method::Groups), None);
    let alike = keyed(bearer, json!({"/api/v0/accounts/refill": refill(&sum)}));
    assert_eq!(learn(&[("/r", &rubles), ("/a", &alike)]).unwrap().unsupported(Method::Refill), None);
}

#[test]
fn what_can_t_be_read_is_no_part() {
    let ours = area("Loyalty", &json!({"/api/v0/account_groups/list": {"get": {}}}));
    assert!(learn(&[("/ours", &ours), ("/broken", &json!({}))]).is_err());
    assert!(matches!(learn(&[]), Err(LearnError::OtherService(_))));
    let text = ours.to_string();
    let large = vec![b' '; 16 << 20];
    let published = [Published { address: "/a", bytes: text.as_bytes() }, Published { address: "/b", bytes: &large }];
    assert_eq!(learn_all(&published, "").unwrap_err(), LearnError::TooLarge);
}
