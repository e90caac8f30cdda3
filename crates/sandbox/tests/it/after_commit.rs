//! Servers and middleboxes that carry out a write and then deny it, and those that refuse before the work.

use std::time::Duration;

use axum::http::StatusCode;
use probonus_sandbox::{Fault, Method, Rule, Says, When};
use serde_json::{Value as Json, json};

use crate::support::{Desk, GUID, IVAN, check, read};

const TOKEN: Option<&str> = Some("Bearer sandbox-token");
const MARKER: &str = "Отзыв #1a2b3c4d";

/// A refill of 1,00 that a rule applies to.
struct Refill {
    desk: Desk,
    body: Json,
}

impl Refill {
    async fn under(rule: Rule) -> Self {
        let desk = Desk::open();
        let id = desk.guest(IVAN.phone).await["id"].clone();
        desk.sandbox.faults().add(rule);
        Self { desk, body: json!({ "accountId": id, "sum": 100, "comment": MARKER }) }
    }

    async fn send(&self) -> (StatusCode, Json) {
        read(self.desk.send("accounts/refill", TOKEN, &self.body).await).await
    }

    fn applied(&self) -> usize {
        self.desk.sandbox.check().unwrap();
        self.desk.sandbox.ledger().with_text(MARKER).count()
    }
}

fn rule(times: Option<u64>, code: u16, says: Says, applied: bool) -> Rule {
    let fault = Fault::Answer { code, says, applied };
    Rule { methods: vec![Method::Refill], when: When::Always, times, fault }
}

#[tokio::test(start_paused = true)]
async fn a_401_after_the_work_comes_once_or_always() {
    let once = Refill::under(rule(Some(1), 401, Says::Error, true)).await;
    assert_eq!(once.send().await.0, StatusCode::UNAUTHORIZED);
    assert_eq!(once.applied(), 1);
    assert_eq!(once.send().await.0, StatusCode::OK);

    let always = Refill::under(rule(None, 401, Says::Error, true)).await;
    for sent in 1..=3 {
        let (status, told) = always.send().await;
        assert_eq!((status, &told["message"]), (StatusCode::UNAUTHORIZED, &json!("Требуется авторизация")));
        assert_eq!(always.applied(), sent);
    }
}

#[tokio::test(start_paused = true)]
async fn any_status_may_come_after_the_work_or_before_it() {
    for code in [403, 406, 409, 423, 424, 449, 460, 499] {
        let hit = Refill::under(rule(Some(1), code, Says::Error, true)).await;
        let (status, told) = hit.send().await;
        assert_eq!((status.as_u16(), told["message"].is_string()), (code, true));
        assert_eq!(hit.applied(), 1, "{code}");
    }
    for code in [429, 502, 503] {
        let hit = Refill::under(rule(Some(1), code, Says::Error, false)).await;
        assert_eq!(hit.send().await.0.as_u16(), code);
        assert_eq!(hit.applied(), 0, "{code}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_200_may_carry_an_error_of_a_write_that_was_applied() {
    let code = Refill::under(rule(Some(1), 200, Says::ErrorCode(401), true)).await;
    let (status, told) = code.send().await;
    assert_eq!((status, &told["errorCode"], code.applied()), (StatusCode::OK, &json!(401), 1));

    let timeout = Refill::under(rule(Some(1), 200, Says::TimeoutExpired, true)).await;
    let (status, told) = timeout.send().await;
    assert_eq!((status, timeout.applied()), (StatusCode::OK, 1));
    assert!(told["message"].as_str().unwrap().starts_with("Timeout expired"));

    for code in [400, 409, 422] {
        let exists = Refill::under(rule(Some(1), code, Says::AlreadyExists, true)).await;
        let (status, told) = exists.send().await;
        assert_eq!((status.as_u16(), exists.applied()), (code, 1));
        assert!(told["message"].as_str().unwrap().contains("уже существует"));
    }
}

#[tokio::test(start_paused = true)]
async fn a_failure_may_name_the_very_operation_that_was_applied() {
    let hit = Refill::under(rule(Some(1), 200, Says::FailureWithTransaction, true)).await;
    let (_, told) = hit.send().await;
    let rows = hit.desk.ok("accounts/transactions", json!({ "accountId": hit.body["accountId"], "count": 1 }));
    assert_eq!((&told["success"], &told["transactionId"]), (&json!(false), &rows.await[0]["id"]));
    assert_eq!(hit.applied(), 1);

    let desk = Desk::open();
    let id = desk.guest(IVAN.phone).await["id"].clone();
    let fault = Fault::Answer { code: 200, says: Says::FailureWithGuid, applied: true };
    desk.sandbox.faults().next(Method::RegisterCheck, fault);
    let (_, told) = desk.call("external/register_check", check(&id, GUID, "Д-7")).await;
    assert_eq!((&told["success"], &told["checkGuid"]), (&json!(false), &json!(GUID)));
    assert_eq!(desk.sandbox.ledger().registered(GUID.parse().unwrap()), 1);
}

/// The balance tells nothing of such a repeat: the turnover and the ledger entries do.
#[tokio::test(start_paused = true)]
async fn a_proxy_repeats_a_receipt_without_bonuses_70_seconds_later() {
    let desk = Desk::open();
    let before = desk.guest(IVAN.phone).await;
    let mut bare = check(&before["id"], GUID, "Д-8");
    (bare["bonusSpentSum"], bare["bonusAccruedSum"]) = (json!(0), json!(0));
    desk.sandbox.faults().next(Method::RegisterCheck, Fault::Duplicate { ms: 70_000 });
    desk.ok("external/register_check", bare).await;
    tokio::time::sleep(Duration::from_secs(69)).await;
    assert_eq!(desk.sandbox.ledger().registered(GUID.parse().unwrap()), 1);
    tokio::time::sleep(Duration::from_secs(2)).await;
    let after = desk.guest(IVAN.phone).await;
    assert_eq!(after["balance"], before["balance"]);
    assert_eq!(after["turnover"], before["turnover"].as_i64().unwrap() + 2 * 90_000);
    let last = json!({ "accountId": before["id"], "count": 2 });
    let rows = desk.ok("accounts/transactions", last).await;
    assert!(rows.as_array().unwrap().iter().all(|row| row["checkGuid"] == GUID && row["sum"] == 0));
}

#[tokio::test(start_paused = true)]
async fn a_limiter_lets_one_call_a_second_through() {
    let fault = Fault::Answer { code: 429, says: Says::Error, applied: false };
    let limiter = Rule { methods: vec![], when: When::Within(1000), times: None, fault };
    let tight = Refill::under(limiter).await;
    assert_eq!([tight.send().await.0.as_u16(), tight.send().await.0.as_u16()], [200, 429]);
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(tight.send().await.0.as_u16(), 429);
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(tight.send().await.0.as_u16(), 200);
    assert_eq!(tight.applied(), 2);
}

#[tokio::test]
async fn a_rule_of_an_answer_reads_as_one_flat_record() {
    let text =
        r#"{"methods":["accounts/refill"],"fault":"answer","code":200,"says":{"error_code":401},"applied":true}"#;
    let rule: Rule = serde_json::from_str(text).unwrap();
    assert_eq!(rule.fault, Fault::Answer { code: 200, says: Says::ErrorCode(401), applied: true });
}
