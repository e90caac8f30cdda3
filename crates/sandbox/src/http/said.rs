//! Answers that the server's own program gives instead of the true one.

use axum::{
    body::Body,
    http::{HeaderValue, Response, StatusCode, header},
};
use serde_json::{Value as Json, json};

use super::received::Received;
use crate::faults::Says;

/// The message of a database client after its time limit, in the words of SQL Server.
const TIMEOUT_EXPIRED: &str =
    "Timeout expired. The timeout period elapsed prior to completion of the operation or the server is not responding.";

/// The answer with this status and these words.
pub(super) fn answer(received: &Received, status: StatusCode, says: Says) -> Response<Body> {
    let dialect = &received.endpoint.dialect;
    match says {
        Says::Error if status == StatusCode::UNAUTHORIZED => received.endpoint.unauthorized(),
        Says::Error => dialect.error(status, "failed", message(status)),
        Says::AlreadyExists => dialect.error(status, "already_exists", "Такая операция уже существует"),
        Says::TimeoutExpired => body(status, &json!({ "message": TIMEOUT_EXPIRED })),
        Says::ErrorCode(code) => {
            let message = StatusCode::from_u16(code).map_or("Ошибка", message);
            body(status, &json!({ "errorCode": code, "errorMessage": message }))
        }
        Says::FailureWithGuid => {
            let guid = received.marks().guid.map(|guid| guid.hyphenated().to_string());
            body(status, &json!({ "success": false, "checkGuid": guid, "message": "Ошибка при формировании ответа" }))
        }
        Says::FailureWithTransaction => {
            let id = received.marks().transaction;
            body(status, &json!({ "success": false, "transactionId": id, "message": "Ошибка при формировании ответа" }))
        }
    }
}

/// The words of a framework for a status.
fn message(status: StatusCode) -> &'static str {
    match status.as_u16() {
        400 | 422 => "Значение поля не принято",
        401 => "Требуется авторизация",
        403 => "Доступ запрещён",
        409 => "Конфликт: запись уже изменена",
        423 => "Запись заблокирована другим пользователем",
        424 => "Не выполнена зависимая операция",
        429 => "Слишком много запросов",
        499 => "Client Closed Request",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        _ => "Внутренняя ошибка",
    }
}

fn body(status: StatusCode, json: &Json) -> Response<Body> {
    let mut response = Response::new(Body::from(json.to_string()));
    *response.status_mut() = status;
    let kind = HeaderValue::from_static("application/json; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response
}
