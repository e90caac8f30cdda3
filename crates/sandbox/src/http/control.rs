//! `/__sandbox/…`: the ledger, the faults and the clock, for tests outside the process. It has no authorization: switch it on
//! only if everybody who can reach the port may use it.
//!
//! | path | verbs | what |
//! |---|---|---|
//! | `/__sandbox/ledger` | GET | [`Books`](crate::Books) as JSON |
//! | `/__sandbox/check` | GET | 200 `{"ok":true}`, or 409 with the first disagreement of the books |
//! | `/__sandbox/faults` | GET | the rules, the calls they hit, the number of calls |
//! | | POST | a [`Rule`], or a list of them, is added |
//! | | DELETE | all are removed |
//! | `/__sandbox/clock` | GET | the server's time |
//! | | POST | `{"advance_ms": n}` or `{"set": "2026-11-30T09:00:00Z"}` |
//! | `/__sandbox/sessions` | DELETE | every session ends |

use axum::{
    Json, Router,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::{delete, get},
};
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{faults::Rule, sandbox::Sandbox};

impl Sandbox {
    /// The control endpoints, to be merged into a router.
    pub fn control(&self) -> Router {
        Router::new()
            .route("/__sandbox/ledger", get(ledger))
            .route("/__sandbox/check", get(check))
            .route("/__sandbox/faults", get(faults).post(add_faults).delete(clear_faults))
            .route("/__sandbox/clock", get(clock).post(set_clock))
            .route("/__sandbox/sessions", delete(end_sessions))
            .with_state(self.clone())
    }
}

async fn ledger(State(sandbox): State<Sandbox>) -> Response {
    Json(sandbox.ledger()).into_response()
}

async fn check(State(sandbox): State<Sandbox>) -> Response {
    match sandbox.check() {
        Ok(()) => Json(json!({ "ok": true })).into_response(),
        Err(why) => (StatusCode::CONFLICT, Json(json!({ "ok": false, "why": why }))).into_response(),
    }
}

async fn faults(State(sandbox): State<Sandbox>) -> Json<Value> {
    let faults = sandbox.faults();
    Json(json!({ "rules": faults.rules(), "fired": faults.fired(), "calls": faults.calls() }))
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    Many(Vec<Rule>),
    One(Rule),
}

async fn add_faults(State(sandbox): State<Sandbox>, Json(rules): Json<OneOrMany>) -> Json<Value> {
    let rules = match rules {
        OneOrMany::Many(rules) => rules,
        OneOrMany::One(rule) => vec![rule],
    };
    let added = rules.len();
    for rule in rules {
        sandbox.faults().add(rule);
    }
    Json(json!({ "added": added }))
}

async fn clear_faults(State(sandbox): State<Sandbox>) -> Json<Value> {
    sandbox.faults().clear();
    Json(json!({ "ok": true }))
}

async fn clock(State(sandbox): State<Sandbox>) -> Json<Value> {
    Json(json!({ "now": sandbox.now() }))
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum ClockMove {
    AdvanceMs(i64),
    Set(Timestamp),
}

async fn set_clock(State(sandbox): State<Sandbox>, Json(to): Json<ClockMove>) -> Json<Value> {
    match to {
        ClockMove::AdvanceMs(ms) => sandbox.advance_clock(SignedDuration::from_millis(ms)),
        ClockMove::Set(now) => sandbox.set_clock(now),
    }
    clock(State(sandbox)).await
}

async fn end_sessions(State(sandbox): State<Sandbox>) -> Json<Value> {
    sandbox.end_sessions();
    Json(json!({ "ok": true }))
}
