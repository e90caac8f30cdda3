//! Every dialect is held to its own description: requests are built from what it publishes, answers are checked against
//! it, and the ledger tells whether they did what they should.

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Request, StatusCode},
};
use jiff::civil::date;
use serde_json::{Map, Value as Json, json};
use tower::ServiceExt as _;
use uuid::Uuid;

use super::{Description, Dialect, Envelope, Missing, TokenPlace};
use crate::{
    HandClock, Method, Options, Sandbox,
    core::calendar::Calendar,
    protocol::{Answer, Kind, Prop, Value, spec},
    seed::demo::ANNA,
};

const GUID: Uuid = Uuid::from_u128(0x7f3c_9a52_0c1d_4a6e_9b53_0d2f_4c8e_1a01);

/// A client that knows a dialect's forms, and finds places and names in its description.
struct Client {
    dialect: Dialect,
    document: Json,
    router: Router,
    sandbox: Sandbox,
    authorization: Option<(TokenPlace, String)>,
}

impl Client {
    fn new(dialect: Dialect) -> Self {
        let calendar = Calendar::default();
        let clock = HandClock::at(calendar.instant(date(2026, 11, 23).at(18, 0, 0, 0)));
        let sandbox = Sandbox::seeded(Options { guests: 9, clock, ..Options::default() });
        let described = match dialect.description {
            Description::Absent => Dialect { description: Description::Swagger2, ..dialect.clone() },
            _ => dialect.clone(),
        };
        let document = described.document().unwrap();
        let router = sandbox.router_in(&dialect);
        let authorization = dialect.token.clone().map(|place| (place, "sandbox-token".to_owned()));
        Self { dialect, document, router, sandbox, authorization }
    }

    fn has(&self, method: Method) -> bool {
        self.dialect.methods().any(|has| has == method)
    }

    fn resolve<'a>(&'a self, schema: &'a Json) -> &'a Json {
        match schema["$ref"].as_str() {
            Some(reference) => {
                self.document.pointer(&reference[1..]).unwrap_or_else(|| panic!("{reference} leads nowhere"))
            }
            None => schema,
        }
    }

    fn operation(&self, method: Method) -> (String, String, &Json) {
        let route = self.dialect.route(method);
        let (stated, base) = match self.document["swagger"].as_str() {
            Some(_) => (self.document["basePath"].as_str().unwrap_or_default().to_owned(), &self.document["paths"]),
            None => (self.document["servers"][0]["url"].as_str().unwrap().to_owned(), &self.document["paths"]),
        };
        let wanted = format!("/{}", route.path);
        let (path, item) = base.as_object().unwrap().iter().find(|(path, _)| path.ends_with(&wanted)).unwrap();
        let (verb, operation) = item.as_object().unwrap().iter().next().unwrap();
        (verb.to_uppercase(), format!("{}{path}", stated.trim_end_matches('/')), operation)
    }

    /// Builds a request from the description.
    fn request(&self, method: Method, values: &[(&str, Value)]) -> Request<Body> {
        let (verb, mut path, operation) = self.operation(method);
        let mut query = form_urlencoded::Serializer::new(String::new());
        let mut form = form_urlencoded::Serializer::new(String::new());
        let mut as_form = false;
        let mut request = Request::builder();
        let mut body = None;
        let mut spelled: Map<String, Json> = Map::new();
        for (name, value) in values {
            let Some(prop) = self.dialect.takes(method).find(|prop| prop.name == *name) else { continue };
            spelled.insert(
                self.dialect.asked_as(prop),
                self.dialect.spell_asked(method, prop, value, Calendar::default()),
            );
        }
        let mut placed = 0;
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            let name = parameter["name"].as_str().unwrap();
            let place = parameter["in"].as_str().unwrap();
            if place == "body" {
                body = Some(parameter["schema"].clone());
                continue;
            }
            let field = if place == "header" { name.strip_prefix("X-").unwrap() } else { name };
            let Some(value) = spelled.get(field) else {
                assert_ne!(parameter["required"], true, "{}: {method:?} wants {name}", self.dialect.name);
                continue;
            };
            placed += 1;
            let text = text_of(value);
            match place {
                "query" => {
                    query.append_pair(name, &text);
                }
                "formData" => {
                    as_form = true;
                    form.append_pair(name, &text);
                }
                "header" => request = request.header(name, text),
                "path" => {
                    let escaped: String = form_urlencoded::byte_serialize(text.as_bytes()).collect();
                    path = path.replace(&format!("{{{name}}}"), &escaped.replace('+', "%20"));
                }
                other => panic!("a parameter in {other}"),
            }
        }
        let content = &operation["requestBody"]["content"];
        if let Some((kind, media)) = content.as_object().and_then(|content| content.iter().next()) {
            as_form = kind == "application/x-www-form-urlencoded";
            body = Some(media["schema"].clone());
        }
        let mut json = Json::Null;
        if let Some(schema) = body {
            let (key, fields) = match schema.get("properties").and_then(|p| p.as_object()).and_then(|p| p.iter().next())
            {
                Some((key, inner)) => (Some(key.clone()), self.resolve(inner).clone()),
                None => (None, self.resolve(&schema).clone()),
            };
            for must in fields["required"].as_array().into_iter().flatten() {
                assert!(spelled.contains_key(must.as_str().unwrap()), "{}: {method:?} wants {must}", self.dialect.name);
            }
            let known = fields["properties"].as_object().unwrap();
            let given: Map<String, Json> = spelled
                .iter()
                .filter(|(name, _)| known.contains_key(*name))
                .map(|(name, value)| (name.clone(), value.clone()))
                .collect();
            placed += given.len();
            if as_form {
                for (name, value) in &given {
                    form.append_pair(name, &text_of(value));
                }
            } else {
                json = match key {
                    Some(key) => json!({ key: given }),
                    None => Json::Object(given),
                };
            }
        }
        assert_eq!(placed, spelled.len(), "{}: {method:?} does not describe all it takes", self.dialect.name);
        if !method.is_auth() {
            match &self.authorization {
                Some((TokenPlace::Header { name, prefix }, token)) => {
                    request = request.header(name, format!("{prefix}{token}"));
                }
                Some((TokenPlace::Query { name }, token)) => {
                    query.append_pair(name, token);
                }
                None => {}
            }
        }
        let query = query.finish();
        let uri = if query.is_empty() { path } else { format!("{path}?{query}") };
        let (kind, body) = if as_form {
            ("application/x-www-form-urlencoded", form.finish())
        } else if json.is_null() {
            ("application/json", String::new())
        } else {
            ("application/json", json.to_string())
        };
        request.method(verb.as_str()).uri(uri).header("content-type", kind).body(Body::from(body)).unwrap()
    }

    async fn send(&self, method: Method, values: &[(&str, Value)]) -> (StatusCode, Json) {
        let request = self.request(method, values);
        let response = self.router.clone().oneshot(request).await.unwrap();
        let status = response.status();
        let bytes = to_bytes(response.into_body(), usize::MAX).await.unwrap();
        (status, serde_json::from_slice(&bytes).unwrap_or_default())
    }

    /// A call that succeeds: the answer out of its envelope, checked against the description.
    async fn call(&self, method: Method, values: &[(&str, Value)]) -> Json {
        let (status, json) = self.send(method, values).await;
        let name = &self.dialect.name;
        assert!(status.is_success(), "{name}: {method:?}: {status} {json}");
        let responses = &self.operation(method).2["responses"];
        let response = &responses[status.as_str()];
        assert!(response.is_object(), "{name}: {method:?} answers {status}, which is not described");
        if status == StatusCode::NO_CONTENT {
            return Json::Null;
        }
        let schema = if response["schema"].is_object() {
            &response["schema"]
        } else {
            &response["content"]["application/json"]["schema"]
        };
        self.conforms(schema, &json, &format!("{name}: {method:?}"));
        let case = self.dialect.answer_case;
        match &self.dialect.envelope {
            Envelope::Bare => json,
            Envelope::Under(key) => json[case.apply(key)].clone(),
            Envelope::Success { flag, data } => {
                assert_eq!(json[case.apply(flag)], true, "{name}: {method:?}: {json}");
                json[case.apply(data)].clone()
            }
            Envelope::Code { code, data } => {
                assert_eq!(json[case.apply(code)], 0, "{name}: {method:?}: {json}");
                json[case.apply(data)].clone()
            }
        }
    }

    /// Asserts that a value is of the type that a schema says, and that no field of it is left undescribed.
    fn conforms(&self, schema: &Json, value: &Json, at: &str) {
        let schema = self.resolve(schema);
        let may_be_null = schema["nullable"] == true || schema["x-nullable"] == true;
        if let Some(parts) = schema["allOf"].as_array() {
            let is_null = may_be_null && value.is_null();
            return parts.iter().filter(|_| !is_null).for_each(|part| self.conforms(part, value, at));
        }
        if let Some([of, _null]) = schema["anyOf"].as_array().map(Vec::as_slice) {
            if !value.is_null() {
                self.conforms(of, value, at);
            }
            return;
        }
        let types: Vec<&str> = match &schema["type"] {
            Json::Array(types) => types.iter().filter_map(Json::as_str).collect(),
            one => one.as_str().into_iter().collect(),
        };
        let of = match value {
            Json::Null => "null",
            Json::Bool(_) => "boolean",
            Json::Number(number) if number.is_i64() && types.contains(&"integer") => "integer",
            Json::Number(_) => "number",
            Json::String(_) => "string",
            Json::Array(_) => "array",
            Json::Object(_) => "object",
        };
        assert!(
            (of == "null" && may_be_null) || types.contains(&of),
            "{at}: {of} where {types:?} are described: {value}"
        );
        match value {
            Json::Array(items) => items.iter().for_each(|item| self.conforms(&schema["items"], item, at)),
            Json::Object(fields) => {
                for (name, value) in fields {
                    let described = &schema["properties"][name];
                    if described.is_object() {
                        self.conforms(described, value, &format!("{at}.{name}"));
                    }
                }
            }
            _ => {}
        }
    }

    /// A field of a record, by its sense.
    fn field<'a>(&self, method: Method, record: &'a Json, sense: &str) -> &'a Json {
        let prop = spec(method).answer.props().iter().find(|prop| prop.sense == sense).unwrap();
        let name = self.dialect.told_as(prop);
        record.get(&name).unwrap_or_else(|| panic!("{}: {method:?} has no {name}: {record}", self.dialect.name))
    }

    async fn find(&self, phone: &str) -> Option<Json> {
        let found = self.send(Method::FindByPhone, &[("phone", Value::Phone(phone.to_owned()))]).await;
        if found.0 == StatusCode::NOT_FOUND || found.0 == StatusCode::NO_CONTENT {
            return None;
        }
        let case = self.dialect.answer_case;
        match &self.dialect.envelope {
            Envelope::Success { flag, .. } if found.1[case.apply(flag)] == false => return None,
            Envelope::Code { code, .. } if found.1[case.apply(code)] != 0 => return None,
            _ => {}
        }
        let found = self.call(Method::FindByPhone, &[("phone", Value::Phone(phone.to_owned()))]).await;
        let found = if self.dialect.missing == Missing::EmptyList { found[0].clone() } else { found };
        found.as_object().filter(|record| !record.is_empty()).map(|record| Json::Object(record.clone()))
    }
}

impl Dialect {
    /// A value as a request carries it.
    fn spell_asked(&self, method: Method, prop: &Prop, value: &Value, calendar: Calendar) -> Json {
        let asked = Self { money: self.asked_money(method), ..self.clone() };
        asked.spell(prop, value, calendar)
    }
}

fn text_of(value: &Json) -> String {
    match value {
        Json::String(text) => text.clone(),
        Json::Array(items) => items.iter().map(text_of).collect::<Vec<_>>().join(","),
        other => other.to_string(),
    }
}

/// All methods, one after another.
async fn work_through(dialect: Dialect) {
    let mut client = Client::new(dialect);
    let name = client.dialect.name.clone();
    if client.dialect.login {
        let login = [("login", Value::text("office")), ("password", Value::text("office"))];
        let tokens = client.call(Method::Login, &login).await;
        let refresh = text_of(client.field(Method::Login, &tokens, "refreshToken"));
        let tokens = client.call(Method::RefreshToken, &[("refreshToken", Value::Text(refresh))]).await;
        let access = text_of(client.field(Method::RefreshToken, &tokens, "accessToken"));
        client.authorization = Some((TokenPlace::bearer(), access));
    }
    let groups = client.call(Method::Groups, &[]).await;
    let with_template =
        groups.as_array().unwrap().iter().filter(|group| *client.field(Method::Groups, group, "haveTemplate") == true);
    assert_eq!(with_template.count(), 1, "{name}");

    client
        .call(
            Method::Insert,
            &[
                ("accountGroupId", Value::Int(3)),
                ("phone", Value::Phone("79031234567".to_owned())),
                ("surname", Value::text("Щёлкова")),
                ("birthday", Value::Date(date(1990, 3, 8))),
                ("sex", Value::Sex(crate::core::model::Sex::Female)),
                ("identifiers", Value::List(vec![Value::text("2000000000001")])),
            ],
        )
        .await;
    let guest = client.find("79031234567").await.unwrap();
    assert_eq!(text_of(client.field(Method::FindByPhone, &guest, "surname")), "Щёлкова", "{name}");
    assert_eq!(client.find("79990000000").await, None, "{name}");
    let account = client.sandbox.ledger().phones["79031234567"];
    let id = Value::Int(account);

    let refill =
        [("accountId", id.clone()), ("sum", Value::Money(12_345)), ("comment", Value::text("Отзыв #1a2b3c4d"))];
    client.call(Method::Refill, &refill).await;
    assert_eq!(client.sandbox.ledger().balance(account), 42_345, "{name}");

    client
        .call(
            Method::RegisterCheck,
            &[
                ("restCode", Value::text("101")),
                ("checkGuid", Value::Guid(GUID)),
                ("accountId", id.clone()),
                ("rkUnit", Value::Int(999)),
                ("externalCheck", Value::text("Д-7")),
                ("bonusSpentSum", Value::Money(10_001)),
                ("discountSum", Value::Money(0)),
                ("bonusAccruedSum", Value::Money(4_500)),
                ("moneySpentSum", Value::Money(90_099)),
                ("checkData", Value::text("пицца & морс = «обед»")),
                ("purchasedAt", Value::Local(date(2026, 11, 22).at(14, 5, 9, 0))),
            ],
        )
        .await;
    let books = client.sandbox.ledger();
    assert_eq!((books.balance(account), books.turnovers[&account]), (36_844, 90_099), "{name}");

    if client.has(Method::Transactions) {
        let last = client.call(Method::Transactions, &[("accountId", id.clone()), ("count", Value::Int(2))]).await;
        assert_eq!(last.as_array().unwrap().len(), 2, "{name}");
        let [from, to] = if client.dialect.period_of_moments {
            [date(2026, 11, 23).at(0, 0, 0, 0), date(2026, 11, 23).at(23, 59, 59, 0)].map(Value::Local)
        } else {
            [date(2026, 11, 23), date(2026, 11, 23)].map(Value::Date)
        };
        let all = client.call(Method::Transactions, &[("accountId", id.clone()), ("from", from), ("to", to)]).await;
        assert_eq!(all.as_array().unwrap().len(), 4, "{name}");
        if client.has(Method::Receipt) {
            let receipt = text_of(client.field(Method::Transactions, &last[1], "receipt")).parse().unwrap();
            let receipt = client.call(Method::Receipt, &[("id", Value::Int(receipt))]).await;
            let receipt = if client.dialect.missing == Missing::EmptyList { receipt[0].clone() } else { receipt };
            assert_eq!(
                text_of(client.field(Method::Receipt, &receipt, "checkData")),
                "пицца & морс = «обед»",
                "{name}"
            );
            if client.dialect.extras.contains("purchasedAt") {
                let calendar = Calendar::default();
                let told = client.dialect.moments.write(date(2026, 11, 22).at(14, 5, 9, 0), calendar.offset());
                assert_eq!(text_of(client.field(Method::Receipt, &receipt, "at")), told, "{name}");
            }
        }
    }
    if client.has(Method::Balance) {
        let balance = client.call(Method::Balance, &[("accountId", id.clone())]).await;
        let Answer::One(props) = spec(Method::Balance).answer else { panic!() };
        let prop = props.iter().find(|prop| prop.kind == Kind::Money).unwrap();
        let wanted = client.dialect.spell(prop, &Value::Money(36_844), Calendar::default());
        assert_eq!(*client.field(Method::Balance, &balance, "balance"), wanted, "{name}");
    }
    if client.has(Method::Update) {
        let change =
            [("id", id.clone()), ("phone", Value::Phone("79031234567".to_owned())), ("surname", Value::text("Белова"))];
        client.call(Method::Update, &change).await;
        let guest = client.find("79031234567").await.unwrap();
        assert_eq!(text_of(client.field(Method::FindByPhone, &guest, "surname")), "Белова", "{name}");
    }
    if client.has(Method::ReturnCheck) {
        let purchase = [
            ("checkGuid", Value::Guid(GUID)),
            ("accountId", id),
            ("restCode", Value::text("101")),
            ("externalCheck", Value::text("Д-7")),
            ("rkUnit", Value::Int(999)),
        ];
        client.call(Method::ReturnCheck, &purchase).await;
        assert_eq!(client.sandbox.ledger().balance(account), 42_345, "{name}");
        let (status, again) = client.send(Method::ReturnCheck, &purchase).await;
        assert!(again.to_string().contains("уже возвращена"), "{name}: {status} {again}");
    }
    client.sandbox.check().unwrap();
    assert!(client.find(ANNA.phone).await.is_some(), "{name}");
}

#[tokio::test]
async fn every_named_dialect_does_all_it_describes() {
    for dialect in Dialect::named() {
        work_through(dialect).await;
    }
}

#[tokio::test]
async fn random_dialects_do_all_they_describe() {
    for seed in 0..200 {
        work_through(Dialect::random(seed)).await;
    }
}

#[test]
fn dialects_differ_in_name_and_in_kind() {
    let named = Dialect::named();
    for (at, dialect) in named.iter().enumerate() {
        assert_eq!(Dialect::by_name(&dialect.name).as_ref(), Some(dialect));
        let same = |other: &&Dialect| Dialect { name: dialect.name.clone(), ..(*other).clone() } == *dialect;
        assert_eq!(named[..at].iter().find(same), None, "{}", dialect.name);
    }
    assert_eq!(Dialect::by_name("random-7"), Some(Dialect::random(7)));
    assert_eq!(Dialect::by_name("нет такого"), None);
}
