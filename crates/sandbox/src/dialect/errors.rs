//! The schemas of errors in a description.

use serde_json::{Map, Value as Json, json};

use super::{Dialect, Envelope, ErrorForm};

/// Adds the schemas of a dialect's errors to `definitions`.
pub(crate) fn define(dialect: &Dialect, definitions: &mut Map<String, Json>) {
    if dialect.errors == ErrorForm::FastApi {
        let text = json!({ "type": "string" });
        let place =
            json!({ "type": "array", "items": { "anyOf": [text, { "type": "integer" }] }, "title": "Location" });
        let one = json!({
            "type": "object",
            "title": "ValidationError",
            "properties": { "loc": place, "msg": text, "type": text },
            "required": ["loc", "msg", "type"],
        });
        let items = json!({ "$ref": "#/components/schemas/ValidationError" });
        let all = json!({ "type": "array", "items": items, "title": "Detail" });
        let whole = json!({ "type": "object", "title": "HTTPValidationError", "properties": { "detail": all } });
        definitions.insert("ValidationError".to_owned(), one);
        definitions.insert("HTTPValidationError".to_owned(), whole);
        return;
    }
    definitions.insert("Error".to_owned(), error(dialect));
}

fn error(dialect: &Dialect) -> Json {
    let case = dialect.answer_case;
    let text = json!({ "type": "string" });
    match &dialect.errors {
        ErrorForm::Status { key } => json!({ "type": "object", "properties": { case.apply(key): text } }),
        ErrorForm::InOk { key } => {
            let mut properties = Map::new();
            match &dialect.envelope {
                Envelope::Success { flag, .. } => {
                    properties.insert(case.apply(flag), json!({ "type": "boolean" }));
                }
                Envelope::Code { code, .. } => {
                    properties.insert(case.apply(code), json!({ "type": "integer" }));
                }
                Envelope::Bare | Envelope::Under(_) => {}
            }
            properties.insert(case.apply(key), text);
            json!({ "type": "object", "properties": properties })
        }
        ErrorForm::Nested { key } => json!({
            "type": "object",
            "properties": {
                case.apply(key): {
                    "type": "object",
                    "properties": { case.apply("code"): text, case.apply("message"): text },
                },
            },
        }),
        ErrorForm::Bare | ErrorForm::FastApi => text,
        ErrorForm::Problem => json!({
            "type": "object",
            "properties": { "title": text, "status": { "type": "integer" }, "detail": text },
        }),
        ErrorForm::AspNet => {
            let nullable = json!({ "type": "string", "nullable": true });
            json!({
                "type": "object",
                "properties": {
                    "type": nullable,
                    "title": nullable,
                    "status": { "type": "integer", "format": "int32", "nullable": true },
                    "detail": nullable,
                    "instance": nullable,
                },
                "additionalProperties": {},
            })
        }
    }
}
