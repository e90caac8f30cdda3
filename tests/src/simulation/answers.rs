//! Answers of a faulty network, and of a server that differs from ours in units or markers.

use bytes::Bytes;
use http::{Request, Response, StatusCode, header};
use jiff::Timestamp;
use office::Payload;
use probonus::ExternalCheck;
use serde_json::Value;

use probonus_sandbox::Says;

use super::fault::{Fault, Garbage};

/// The unit in which the server reads the sum of a refill.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counts {
    /// Kopecks, as sent.
    Right,
    /// Rubles: a hundred times the sum sent.
    Hundredfold,
    /// A hundredth of the sum sent.
    Hundredth,
}

impl Counts {
    /// The sum that the server applies.
    pub const fn of(self, kopecks: i64) -> i64 {
        match self {
            Self::Right => kopecks,
            Self::Hundredfold => kopecks * 100,
            Self::Hundredth => kopecks / 100,
        }
    }
}

/// The request as the server reads it in its unit.
pub fn with_server_unit(request: Request<Bytes>, counts: Counts) -> Request<Bytes> {
    if counts == Counts::Right || !request.uri().path().ends_with("/refill") {
        return request;
    }
    request.map(|body| {
        let Ok(mut json_body) = serde_json::from_slice::<Value>(&body) else { return body };
        for value in
            json_body.as_object_mut().into_iter().flatten().filter(|(name, _)| name.to_lowercase().contains("sum"))
        {
            if let Some(sum) = value.1.as_i64() {
                *value.1 = counts.of(sum).into();
            }
        }
        Bytes::from(json_body.to_string())
    })
}

/// A purchase with a date of its own, as a client writes it if the server's description has such a field.
pub fn with_purchase_date(request: Request<Bytes>, payload: &Payload) -> Request<Bytes> {
    let Payload::RegisterCheck(ExternalCheck { purchased_at: Some(made), .. }) = payload else { return request };
    request.map(|body| {
        let Ok(mut json_body) = serde_json::from_slice::<Value>(&body) else { return body };
        json_body["purchasedAt"] = made.strftime("%Y-%m-%dT%H:%M:%S").to_string().into();
        Bytes::from(json_body.to_string())
    })
}

/// The fields of an entry that carry correlation markers.
pub const MARKERS: [&str; 5] = ["comment", "checkGuid", "externalCheck", "restCode", "checkId"];

/// The ledger entries without correlation markers.
pub fn without_markers(answer: &Response<Bytes>) -> Response<Bytes> {
    let Ok(mut entries) = serde_json::from_slice::<Value>(answer.body()) else { return answer.clone() };
    for entry in entries.as_array_mut().into_iter().flatten().filter_map(Value::as_object_mut) {
        for marker in MARKERS {
            entry.shift_remove(marker);
        }
    }
    answer.clone().map(|_| Bytes::from(entries.to_string()))
}

/// Adds the server's time as the header `Date`.
pub fn with_date(mut answer: Response<Bytes>, now: Timestamp) -> Response<Bytes> {
    if let Ok(date) = now.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string().parse() {
        answer.headers_mut().insert(header::DATE, date);
    }
    answer
}

/// A page of a gateway between client and server.
pub fn gateway_page(code: u16) -> Response<Bytes> {
    let mut answer = Response::new(Bytes::from_static(b"<html><body>nginx</body></html>"));
    *answer.status_mut() = StatusCode::from_u16(code).unwrap_or(StatusCode::BAD_GATEWAY);
    answer
}

/// The server's own refusal.
pub fn refusal() -> Response<Bytes> {
    let mut answer = json(b"{\"message\":\"no\"}");
    *answer.status_mut() = StatusCode::BAD_REQUEST;
    answer
}

/// The answer that the server's own program gives instead of the true one. `truth`: the true answer, if the request was applied.
pub fn denial(code: u16, says: Says, request: &[u8], truth: Option<&[u8]>) -> Response<Bytes> {
    let field = |body: &[u8], name: &str| serde_json::from_slice::<Value>(body).ok()?.get(name).cloned();
    let body = match says {
        Says::Error => serde_json::json!({ "message": format!("Ошибка {code}") }),
        Says::ErrorCode(code) => serde_json::json!({ "errorCode": code, "errorMessage": "Требуется авторизация" }),
        Says::AlreadyExists => serde_json::json!({ "message": "Такая операция уже существует" }),
        Says::FailureWithGuid => {
            serde_json::json!({ "success": false, "checkGuid": field(request, "checkGuid"), "message": "Ошибка" })
        }
        Says::FailureWithTransaction => {
            let entry = truth.and_then(|truth| field(truth, "transactionId"));
            serde_json::json!({ "success": false, "transactionId": entry, "message": "Ошибка" })
        }
        Says::TimeoutExpired => serde_json::json!({ "message": "Timeout expired." }),
    };
    let mut answer = json(b"");
    *answer.body_mut() = Bytes::from(body.to_string());
    *answer.status_mut() = StatusCode::from_u16(code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    answer
}

/// Whether an answer looks exactly like a refusal before the work: 403, or a failure inside a 200 that names neither GUID nor
/// entry.
pub fn reads_as_refused(denial: &Response<Bytes>) -> bool {
    let Ok(body) = serde_json::from_slice::<Value>(denial.body()) else { return false };
    let names = |field: &str| body.get(field).is_some_and(|value| !value.is_null());
    denial.status() == StatusCode::FORBIDDEN
        || (body.get("success") == Some(&Value::Bool(false)) && !names("checkGuid") && !names("transactionId"))
}

/// A redirect.
pub fn redirect() -> Response<Bytes> {
    let mut answer = Response::new(Bytes::new());
    *answer.status_mut() = StatusCode::FOUND;
    answer.headers_mut().insert(header::LOCATION, header::HeaderValue::from_static("/done"));
    answer
}

/// 200 with a body that is no answer.
pub fn garbage(body: Garbage) -> Response<Bytes> {
    match body {
        Garbage::Portal => Response::new(Bytes::from_static(b"<!DOCTYPE html><html><form></form></html>")),
        Garbage::Noise => Response::new((0..=255_u8).rev().collect()),
        Garbage::Empty => Response::new(Bytes::new()),
        Garbage::OtherProgram => json(b"{\"status\":\"up\",\"uptime\":12345}"),
        Garbage::Broken => json(b"{\"accountId\":100001,\"bal"),
    }
}

/// 200 with a JSON value.
pub fn json_of(value: &Value) -> Response<Bytes> {
    json(b"").map(|_| Bytes::from(value.to_string()))
}

/// 200 with a JSON text.
pub fn json(body: &'static [u8]) -> Response<Bytes> {
    let mut answer = Response::new(Bytes::from_static(body));
    answer.headers_mut().insert(header::CONTENT_TYPE, header::HeaderValue::from_static("application/json"));
    answer
}

/// The name of a fault as the trace shows it.
pub fn fault_suffix(fault: Option<Fault>) -> String {
    fault.map(|fault| format!(" ({})", fault.name())).unwrap_or_default()
}
