//! The control endpoints.

use axum::{
    body::Body,
    http::{Request, StatusCode},
};
use probonus_sandbox::{Fault, Sandbox};
use serde_json::{Value as Json, json};
use tower::ServiceExt as _;

use crate::support::{Desk, read};

async fn ask(sandbox: &Sandbox, verb: &str, path: &str, body: Option<Json>) -> (StatusCode, Json) {
    let router = sandbox.router().merge(sandbox.control());
    let request = Request::builder().method(verb).uri(path).header("content-type", "application/json");
    let request = request.body(body.map_or_else(Body::empty, |body| Body::from(body.to_string()))).unwrap();
    read(router.oneshot(request).await.unwrap()).await
}

#[tokio::test]
async fn faults_clock_and_ledger_are_reached_from_outside() {
    let sandbox = Desk::open().sandbox;
    let rule = json!({ "methods": ["accounts/refill"], "times": 1, "fault": "stall", "ms": 5, "applied": true });
    assert_eq!(ask(&sandbox, "POST", "/__sandbox/faults", Some(json!([rule]))).await.1["added"], 1);
    assert_eq!(sandbox.faults().rules()[0].fault, Fault::Stall { ms: 5, applied: true });
    ask(&sandbox, "DELETE", "/__sandbox/faults", None).await;
    assert!(sandbox.faults().rules().is_empty());

    let before = sandbox.now();
    ask(&sandbox, "POST", "/__sandbox/clock", Some(json!({ "advance_ms": 1_500 }))).await;
    assert_eq!(sandbox.now().duration_since(before).as_millis(), 1_500);
    let set = ask(&sandbox, "POST", "/__sandbox/clock", Some(json!({ "set": "2027-01-01T00:00:00Z" }))).await.1;
    assert_eq!(set["now"], "2027-01-01T00:00:00Z");

    assert_eq!(ask(&sandbox, "GET", "/__sandbox/check", None).await.1["ok"], true);
    let ledger = ask(&sandbox, "GET", "/__sandbox/ledger", None).await.1;
    assert!(ledger["balances"].as_object().unwrap().len() >= 9);
}

#[tokio::test]
async fn without_control_there_is_nothing_there() {
    let sandbox = Desk::open().sandbox;
    let request = Request::get("/__sandbox/ledger").body(Body::empty()).unwrap();
    assert_eq!(sandbox.router().oneshot(request).await.unwrap().status(), StatusCode::NOT_FOUND);
}
