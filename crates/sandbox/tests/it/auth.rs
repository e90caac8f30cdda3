//! Both ways in.

use std::time::Duration;

use axum::http::StatusCode;
use jiff::SignedDuration;
use probonus_sandbox::{Auth, Options};
use serde_json::{Value as Json, json};

use crate::support::{Desk, read};

async fn groups(desk: &Desk, authorization: Option<&str>) -> StatusCode {
    desk.send("account_groups/list", authorization, &json!({})).await.status()
}

async fn log_in(desk: &Desk, password: &str) -> (StatusCode, Json) {
    read(desk.send("auth/login", None, &json!({ "login": "office", "password": password })).await).await
}

#[tokio::test]
async fn nothing_is_told_without_a_token() {
    let desk = Desk::open();
    for authorization in [None, Some("Bearer wrong"), Some("sandbox-token"), Some("Basic sandbox-token"), Some("")] {
        assert_eq!(groups(&desk, authorization).await, StatusCode::UNAUTHORIZED, "{authorization:?}");
    }
    assert_eq!(groups(&desk, Some("Bearer sandbox-token")).await, StatusCode::OK);
    assert_eq!(groups(&desk, Some("bearer sandbox-token")).await, StatusCode::OK);
}

#[tokio::test]
async fn a_session_expires_and_is_renewed_once() {
    let auth = Auth { token_life: Duration::from_secs(60), token: None, ..Auth::default() };
    let desk = Desk::with(Options { guests: 9, auth, ..Options::default() });
    assert_eq!(log_in(&desk, "wrong").await.0, StatusCode::UNAUTHORIZED);
    let (_, tokens) = log_in(&desk, "office").await;
    assert_eq!(tokens["expiresIn"], 60);
    let bearer = |tokens: &Json| format!("Bearer {}", tokens["accessToken"].as_str().unwrap());
    assert_eq!(groups(&desk, Some(&bearer(&tokens))).await, StatusCode::OK);
    assert_eq!(groups(&desk, Some("Bearer sandbox-token")).await, StatusCode::UNAUTHORIZED);

    desk.clock.advance(SignedDuration::from_secs(60));
    assert_eq!(groups(&desk, Some(&bearer(&tokens))).await, StatusCode::UNAUTHORIZED);
    let body = json!({ "refreshToken": tokens["refreshToken"] });
    let (status, renewed) = read(desk.send("auth/refresh_token", None, &body).await).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(groups(&desk, Some(&bearer(&renewed))).await, StatusCode::OK);
    assert_eq!(desk.send("auth/refresh_token", None, &body).await.status(), StatusCode::UNAUTHORIZED);

    desk.sandbox.end_sessions();
    assert_eq!(groups(&desk, Some(&bearer(&renewed))).await, StatusCode::UNAUTHORIZED);
}
