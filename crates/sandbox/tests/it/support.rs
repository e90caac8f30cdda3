//! A desk to call the server at.

use std::sync::Arc;

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Request, Response, StatusCode},
};
use jiff::{
    Timestamp,
    civil::{DateTime, date},
};
use probonus_sandbox::{HandClock, Options, Sandbox, core::calendar::Calendar};
use serde_json::Value as Json;
use tower::ServiceExt as _;

pub use probonus_sandbox::seed::demo::{ANNA, BLOCKED, DEBTOR, IVAN, RICH};

pub const GUID: &str = "7f3c9a52-0c1d-4a6e-9b53-0d2f4c8e1a01";

/// Monday, 23 November 2026, 18:00 in Moscow.
pub fn monday() -> Timestamp {
    Calendar::default().instant(date(2026, 11, 23).at(18, 0, 0, 0))
}

pub struct Desk {
    pub sandbox: Sandbox,
    pub clock: Arc<HandClock>,
    router: Router,
}

impl Desk {
    /// A small server on [`monday`].
    pub fn open() -> Self {
        Self::with(Options { guests: 9, ..Options::default() })
    }

    pub fn with(options: Options) -> Self {
        Self::with_clock(HandClock::at(monday()), options)
    }

    /// A server whose clock shows a moment of its own.
    pub fn with_clock(clock: Arc<HandClock>, options: Options) -> Self {
        let sandbox = Sandbox::seeded(Options { clock: clock.clone(), ..options });
        let router = sandbox.router();
        Self { sandbox, clock, router }
    }

    /// Sets the server's clock to a local time in Moscow.
    pub fn set(&self, local: DateTime) {
        self.clock.set(Calendar::default().instant(local));
    }

    pub async fn send(&self, path: &str, authorization: Option<&str>, body: &Json) -> Response<Body> {
        let mut request = Request::post(format!("/api/v0/{path}")).header("content-type", "application/json");
        if let Some(authorization) = authorization {
            request = request.header("authorization", authorization);
        }
        let request = request.body(Body::from(body.to_string())).unwrap();
        self.router.clone().oneshot(request).await.unwrap()
    }

    /// A call with the permanent token: its status and answer.
    pub async fn call(&self, path: &str, body: Json) -> (StatusCode, Json) {
        read(self.send(path, Some("Bearer sandbox-token"), &body).await).await
    }

    /// A call that must succeed.
    pub async fn ok(&self, path: &str, body: Json) -> Json {
        let (status, json) = self.call(path, body.clone()).await;
        assert_eq!(status, StatusCode::OK, "{path} {body}: {json}");
        json
    }

    /// A call that must be refused with 400; its message.
    pub async fn refused(&self, path: &str, body: Json) -> String {
        let (status, json) = self.call(path, body.clone()).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{path} {body}: {json}");
        json["message"].as_str().unwrap().to_owned()
    }

    pub async fn guest(&self, phone: &str) -> Json {
        self.ok("accounts/find_by_phone", serde_json::json!({ "phone": phone })).await
    }

    pub async fn balance(&self, account: &Json) -> i64 {
        let answer = self.ok("accounts/get_balance_extended", serde_json::json!({ "accountId": account })).await;
        answer["balance"].as_i64().unwrap()
    }
}

pub async fn read(response: Response<Body>) -> (StatusCode, Json) {
    let status = response.status();
    let bytes = to_bytes(response.into_body(), usize::MAX).await.unwrap();
    (status, if bytes.is_empty() { Json::Null } else { serde_json::from_slice(&bytes).unwrap() })
}

/// A registration of 1 000,00 paid, 100,00 of them with bonuses, 45,00 accrued.
pub fn check(account: &Json, guid: &str, number: &str) -> Json {
    serde_json::json!({
        "restCode": "101", "checkGuid": guid, "accountId": account, "rkUnit": 999, "externalCheck": number,
        "bonusSpentSum": 10_000, "discountSum": 0, "bonusAccruedSum": 4_500, "moneySpentSum": 90_000,
        "checkData": "Доставка: пицца, морс",
    })
}
