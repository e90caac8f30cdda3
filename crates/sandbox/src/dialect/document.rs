//! The description that a server publishes: Swagger 2.0 or OpenAPI 3. It is made from the schema and the dialect that the server
//! itself uses.

use serde_json::{Map, Value as Json, json};

use super::{
    Audience, Description, Dialect, Envelope, ErrorForm, Framework, KeyDeclared, Missing, Place, Route, WrittenForm,
    errors, security, shape, yaml,
};
use crate::protocol::{Answer, Method, Need, Prop, spec};

/// A description, ready to be sent.
#[derive(Clone, Debug)]
pub(crate) struct Published {
    pub(crate) content_type: &'static str,
    pub(crate) body: String,
}

impl Dialect {
    /// The description in its published form; `None` if the server publishes none.
    pub(crate) fn published(&self) -> Option<Published> {
        let json = self.document()?;
        Some(match self.description {
            Description::OpenApi31Yaml => {
                Published { content_type: "application/yaml; charset=utf-8", body: yaml::write(&json) }
            }
            _ => Published { content_type: "application/json; charset=utf-8", body: format!("{json:#}") },
        })
    }

    /// The description for callers who are not signed in; `None`: they get none.
    pub(crate) fn published_to_others(&self) -> Option<Published> {
        match self.described_to {
            Audience::Everyone => self.published(),
            Audience::SignedIn => None,
            Audience::WritesForSignedIn => {
                let writes = Method::ALL.into_iter().filter(|method| method.is_write());
                Self { absent: self.absent.iter().copied().chain(writes).collect(), ..self.clone() }.published()
            }
        }
    }

    /// The description as JSON.
    #[must_use]
    pub fn document(&self) -> Option<Json> {
        let writer = Writer { dialect: self, version: self.description };
        match self.description {
            Description::Absent => None,
            Description::Swagger2 => Some(writer.swagger2()),
            Description::OpenApi30 => Some(writer.openapi("3.0.3")),
            Description::OpenApi31 | Description::OpenApi31Yaml => Some(writer.openapi("3.1.0")),
        }
    }
}

struct Writer<'a> {
    dialect: &'a Dialect,
    version: Description,
}

impl Writer<'_> {
    fn is_swagger2(&self) -> bool {
        self.version == Description::Swagger2
    }

    fn swagger2(&self) -> Json {
        let d = self.dialect;
        let mut document = json!({
            "swagger": "2.0",
            "info": { "title": "ProBonus API", "version": "v0", "description": self.about() },
        });
        if !d.paths_with_base {
            document["basePath"] = json!(d.base);
        }
        document["paths"] = self.paths();
        document["definitions"] = self.definitions();
        document["securityDefinitions"] = security::schemes(d, true);
        document["security"] = security::required(d);
        document
    }

    fn openapi(&self, version: &str) -> Json {
        let d = self.dialect;
        let server = if d.paths_with_base { "/" } else { d.base.as_str() };
        let mut document = json!({
            "openapi": version,
            "info": { "title": "ProBonus API", "version": "v0", "description": self.about() },
            "servers": [{ "url": server }],
            "paths": self.paths(),
            "components": { "schemas": self.definitions(), "securitySchemes": security::schemes(d, false) },
        });
        // FastAPI has the security in each operation instead.
        if d.framework != Framework::FastApi {
            document["security"] = security::required(d);
        }
        document
    }

    fn about(&self) -> String {
        let d = self.dialect;
        let mut about = "Система лояльности ProBonus.".to_owned();
        if !d.signed {
            about.push_str(" Суммы транзакций оплаты и сгорания передаются без знака.");
        }
        if d.period_of_moments {
            about.push_str(" Границы периода — дата и время.");
        }
        about
    }

    fn paths(&self) -> Json {
        let d = self.dialect;
        let mut paths = Map::new();
        for method in d.methods() {
            let route = d.route(method);
            let base = if d.paths_with_base { d.base.as_str() } else { "" };
            let path = format!("{base}/{}", route.path);
            let verb = format!("{:?}", route.verb).to_lowercase();
            paths.insert(path, json!({ verb: self.operation(method, &route) }));
        }
        Json::Object(paths)
    }

    fn operation(&self, method: Method, route: &Route) -> Json {
        let spec = spec(method);
        let tag = spec.path.split('/').next().unwrap_or_default();
        let mut operation = json!({ "tags": [tag], "summary": spec.about });
        if let Some(id) = self.operation_id(method, route) {
            operation["operationId"] = json!(id);
        }
        let mut parameters = Vec::new();
        let mut body = Vec::new();
        for prop in self.dialect.takes(method) {
            let name = self.dialect.asked_as(prop);
            let in_path = route.path.contains(&format!("{{{name}}}"));
            match route.place {
                _ if in_path => parameters.push(self.parameter(method, prop, name, "path")),
                Place::Query => parameters.push(self.parameter(method, prop, name, "query")),
                Place::Header => parameters.push(self.parameter(method, prop, format!("X-{name}"), "header")),
                Place::Form if self.is_swagger2() => parameters.push(self.parameter(method, prop, name, "formData")),
                Place::Form | Place::Json => body.push(prop),
            }
        }
        parameters.extend(self.key());
        if !body.is_empty() {
            let of = self.reference(&shape::type_name(method, "Request"));
            let schema = match (&self.dialect.nest, route.place) {
                (Some(key), Place::Json) => {
                    let key = self.dialect.request_case.apply(key);
                    json!({ "type": "object", "properties": { &key: of }, "required": [key] })
                }
                _ => of,
            };
            if self.is_swagger2() {
                operation["consumes"] = json!(["application/json"]);
                parameters.push(json!({ "in": "body", "name": "body", "required": true, "schema": schema }));
            } else {
                let kind = match route.place {
                    Place::Form => "application/x-www-form-urlencoded",
                    _ => "application/json",
                };
                operation["requestBody"] = json!({ "required": true, "content": self.content(kind, schema) });
            }
        } else if self.is_swagger2() && route.place == Place::Form && !parameters.is_empty() {
            operation["consumes"] = json!(["application/x-www-form-urlencoded"]);
        }
        if !parameters.is_empty() {
            operation["parameters"] = json!(parameters);
        }
        if self.is_swagger2() {
            operation["produces"] = json!(["application/json"]);
        }
        operation["responses"] = self.responses(method);
        match (method.is_auth(), self.dialect.framework) {
            (true, Framework::FastApi) => {}
            (true, _) => operation["security"] = security::required_to_sign_in(self.dialect),
            (false, Framework::FastApi) => operation["security"] = security::required(self.dialect),
            (false, _) => {}
        }
        operation
    }

    fn operation_id(&self, method: Method, route: &Route) -> Option<String> {
        match self.dialect.framework {
            Framework::Plain => Some(shape::type_name(method, "")),
            Framework::AspNet => None,
            Framework::FastApi => {
                let path = format!("{}/{}", self.dialect.base, route.path).replace(['/', '{', '}'], "_");
                let name = route.path.rsplit('/').find(|part| !part.starts_with('{')).unwrap_or_default();
                Some(format!("{name}{path}_{}", format!("{:?}", route.verb).to_lowercase()))
            }
        }
    }

    /// A body of this media type. ASP.NET lists JSON under three media types.
    fn content(&self, kind: &str, schema: Json) -> Json {
        if self.dialect.framework == Framework::AspNet && kind == "application/json" {
            let media = json!({ "schema": schema });
            return json!({ kind: media, "text/json": media, "application/*+json": media });
        }
        json!({ kind: { "schema": schema } })
    }

    fn parameter(&self, method: Method, prop: &Prop, name: String, place: &str) -> Json {
        let mut schema = self.dialect.shape_asked(method, prop, true);
        let description = schema.as_object_mut().and_then(|schema| schema.remove("description"));
        let required = place == "path" || prop.need == Need::Must;
        let mut parameter = json!({ "name": name, "in": place, "required": required });
        parameter["description"] = description.unwrap_or_default();
        if self.is_swagger2() {
            if let (Some(parameter), Json::Object(schema)) = (parameter.as_object_mut(), schema) {
                // Parameters in Swagger 2.0 can't have examples.
                parameter.extend(schema.into_iter().map(|(key, value)| match key.as_str() {
                    "example" => ("x-example".to_owned(), value),
                    _ => (key, value),
                }));
            }
        } else {
            parameter["schema"] = schema;
        }
        parameter
    }

    /// The key of the application as a parameter, if it is declared so.
    fn key(&self) -> Option<Json> {
        let key = self.dialect.key.as_ref().filter(|key| key.declared == KeyDeclared::AsParameter)?;
        let mut parameter = json!({
            "name": key.header, "in": "header", "required": true, "description": "Ключ приложения",
        });
        if self.is_swagger2() {
            parameter["type"] = json!("string");
        } else {
            parameter["schema"] = json!({ "type": "string" });
        }
        Some(parameter)
    }

    fn responses(&self, method: Method) -> Json {
        let d = self.dialect;
        let answer = spec(method).answer;
        let mut responses = Map::new();
        if let (Answer::Written(_), WrittenForm::NoContent) = (answer, d.written) {
            responses.insert("204".to_owned(), json!({ "description": "Выполнено" }));
        } else {
            responses.insert("200".to_owned(), self.response("Успешно", self.answer_schema(method)));
        }
        if d.errors == ErrorForm::FastApi {
            // FastAPI describes only this error by itself.
            responses
                .insert("422".to_owned(), self.response("Validation Error", self.reference("HTTPValidationError")));
            return Json::Object(responses);
        }
        let in_ok = matches!(d.errors, ErrorForm::InOk { .. });
        if let Answer::Maybe(_) = answer {
            match d.missing {
                Missing::Status404 if in_ok => {}
                Missing::Status404 => {
                    responses.insert("404".to_owned(), self.response("Не найдено", self.error_schema()));
                }
                Missing::NoContent => {
                    responses.insert("204".to_owned(), json!({ "description": "Не найдено" }));
                }
                Missing::Null => responses["200"]["description"] = json!("Успешно; null, если не найдено"),
                Missing::EmptyRecord => {
                    responses["200"]["description"] = json!("Успешно; пустой объект, если не найдено");
                }
                Missing::EmptyList => {
                    responses["200"]["description"] = json!("Успешно; пустой список, если не найдено")
                }
                Missing::Status400 => {}
            }
        }
        if in_ok {
            responses.insert("default".to_owned(), self.response("Ошибка", self.error_schema()));
        } else {
            responses.insert("400".to_owned(), self.response("Неверный запрос", self.error_schema()));
        }
        responses.insert("401".to_owned(), self.response("Требуется авторизация", self.error_schema()));
        Json::Object(responses)
    }

    fn response(&self, description: &str, schema: Json) -> Json {
        if self.is_swagger2() {
            json!({ "description": description, "schema": schema })
        } else {
            json!({ "description": description, "content": self.content("application/json", schema) })
        }
    }

    fn answer_schema(&self, method: Method) -> Json {
        let d = self.dialect;
        let of = self.reference(&shape::type_name(method, "Answer"));
        let inner = match (spec(method).answer, d.written) {
            (Answer::Many(_), _) => json!({ "type": "array", "items": of }),
            (Answer::Maybe(_), _) if d.missing == Missing::EmptyList => json!({ "type": "array", "items": of }),
            (Answer::Maybe(_), _) if d.missing == Missing::Null => match self.version {
                Description::Swagger2 | Description::Absent => json!({ "allOf": [of], "x-nullable": true }),
                Description::OpenApi30 => json!({ "allOf": [of], "nullable": true }),
                Description::OpenApi31 | Description::OpenApi31Yaml => json!({ "anyOf": [of, { "type": "null" }] }),
            },
            (Answer::Written(_), WrittenForm::True) => json!({ "type": "boolean" }),
            (Answer::Written(_), WrittenForm::Empty) => json!({ "type": "object" }),
            _ => of,
        };
        let case = d.answer_case;
        match &d.envelope {
            Envelope::Bare => inner,
            Envelope::Under(key) => {
                let mut properties = Map::new();
                properties.insert(case.apply(key), inner);
                if method == Method::Transactions && d.page.is_some_and(|page| page.is_told) {
                    properties.insert(case.apply("total"), json!({ "type": "integer", "description": "Всего строк" }));
                    properties
                        .insert(case.apply("pageSize"), json!({ "type": "integer", "description": "На странице" }));
                }
                json!({ "type": "object", "properties": properties })
            }
            Envelope::Success { data, .. } | Envelope::Code { data, .. } => json!({
                "allOf": [
                    self.reference("Envelope"),
                    { "type": "object", "properties": { case.apply(data): inner } },
                ],
            }),
        }
    }

    fn error_schema(&self) -> Json {
        self.reference("Error")
    }

    fn reference(&self, name: &str) -> Json {
        let place = if self.is_swagger2() { "#/definitions" } else { "#/components/schemas" };
        json!({ "$ref": format!("{place}/{name}") })
    }

    fn definitions(&self) -> Json {
        let d = self.dialect;
        let mut definitions = Map::new();
        for method in d.methods() {
            let place = d.route(method).place;
            let asked: Vec<&Prop> = d.takes(method).filter(|prop| !self.in_path(method, prop)).collect();
            let bodied = place == Place::Json || (place == Place::Form && !self.is_swagger2());
            if bodied && !asked.is_empty() {
                let mut properties = Map::new();
                for prop in &asked {
                    properties.insert(d.asked_as(prop), d.shape_asked(method, prop, place == Place::Form));
                }
                let must = asked.iter().filter(|prop| prop.need == Need::Must).map(|prop| d.asked_as(prop));
                let required: Vec<String> = must.collect();
                let mut request = json!({ "type": "object", "properties": properties });
                // Swagger 2.0 does not allow an empty list.
                if !required.is_empty() {
                    request["required"] = json!(required);
                }
                definitions.insert(shape::type_name(method, "Request"), request);
            }
            let answer = spec(method).answer;
            if !matches!(answer, Answer::Written(_)) || d.written == WrittenForm::Record {
                let schema = d.shape_record(method, answer.props(), self.version);
                definitions.insert(shape::type_name(method, "Answer"), schema);
            }
        }
        let case = d.answer_case;
        match &d.envelope {
            Envelope::Success { flag, .. } => {
                let properties = json!({ case.apply(flag): { "type": "boolean", "description": "Успешно ли" } });
                definitions.insert("Envelope".to_owned(), json!({ "type": "object", "properties": properties }));
            }
            Envelope::Code { code, .. } => {
                let properties = json!({ case.apply(code): { "type": "integer", "description": "0 — успешно" } });
                definitions.insert("Envelope".to_owned(), json!({ "type": "object", "properties": properties }));
            }
            Envelope::Bare | Envelope::Under(_) => {}
        }
        errors::define(d, &mut definitions);
        Json::Object(definitions)
    }

    fn in_path(&self, method: Method, prop: &Prop) -> bool {
        self.dialect.route(method).path.contains(&format!("{{{}}}", self.dialect.asked_as(prop)))
    }
}
