//! A client for the acceptance tests.

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Request, StatusCode},
};
use jiff::civil::date;
use serde_json::{Map, Value as Json, json};
use tower::ServiceExt as _;

use crate::{
    HandClock, Method, Options, Sandbox,
    core::calendar::Calendar,
    dialect::{Description, Dialect, Envelope, Missing, TokenPlace},
    protocol::{Prop, Value, spec},
};

/// A client that knows a dialect's forms, and reads places and names from its description.
pub(super) struct Client {
    pub(super) dialect: Dialect,
    document: Json,
    router: Router,
    pub(super) sandbox: Sandbox,
    pub(super) authorization: Option<(TokenPlace, String)>,
}

impl Client {
    pub(super) fn new(dialect: Dialect) -> Self {
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

    pub(super) fn has(&self, method: Method) -> bool {
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

    pub(super) async fn send(&self, method: Method, values: &[(&str, Value)]) -> (StatusCode, Json) {
        let request = self.request(method, values);
        let response = self.router.clone().oneshot(request).await.unwrap();
        let status = response.status();
        let bytes = to_bytes(response.into_body(), usize::MAX).await.unwrap();
        (status, serde_json::from_slice(&bytes).unwrap_or_default())
    }

    /// Makes a call that must succeed. Returns the answer without its envelope, after checking it against the description.
    pub(super) async fn call(&self, method: Method, values: &[(&str, Value)]) -> Json {
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

    /// Asserts that a value has the type of its schema, and that the schema describes every field of it.
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
    pub(super) fn field<'a>(&self, method: Method, record: &'a Json, sense: &str) -> &'a Json {
        let prop = spec(method).answer.props().iter().find(|prop| prop.sense == sense).unwrap();
        let name = self.dialect.told_as(prop);
        record.get(&name).unwrap_or_else(|| panic!("{}: {method:?} has no {name}: {record}", self.dialect.name))
    }

    /// Calls a method that returns a list. Returns only the records.
    pub(super) async fn list(&self, method: Method, values: &[(&str, Value)]) -> Vec<Json> {
        self.call(method, values).await.as_array().unwrap().clone()
    }

    /// Whether an answer of this server shows a field, by its sense.
    pub(super) fn shows(&self, method: Method, sense: &str) -> bool {
        self.dialect.shows(method, spec(method).answer.props()).any(|prop| prop.sense == sense)
    }

    /// Whether this server takes a field, by its sense.
    pub(super) fn takes(&self, method: Method, sense: &str) -> bool {
        self.dialect.takes(method).any(|prop| prop.sense == sense)
    }

    /// The spelling of a value in a field of an answer, by the field's sense.
    pub(super) fn spelled(&self, method: Method, sense: &str, value: &Value) -> Json {
        let prop = spec(method).answer.props().iter().find(|prop| prop.sense == sense).unwrap();
        self.dialect.spell(method, prop, value, Calendar::default())
    }

    pub(super) async fn find(&self, phone: &str) -> Option<Json> {
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
    /// The spelling of a value in a request.
    fn spell_asked(&self, method: Method, prop: &Prop, value: &Value, calendar: Calendar) -> Json {
        let asked = Self { money: self.asked_money(method), ..self.clone() };
        asked.spell(method, prop, value, calendar)
    }
}

pub(super) fn text_of(value: &Json) -> String {
    match value {
        Json::String(text) => text.clone(),
        Json::Array(items) => items.iter().map(text_of).collect::<Vec<_>>().join(","),
        other => other.to_string(),
    }
}
