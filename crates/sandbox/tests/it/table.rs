//! All methods in the table's dialect.

use axum::http::StatusCode;
use jiff::SignedDuration;
use serde_json::json;

use crate::support::{ANNA, BLOCKED, DEBTOR, Desk, GUID, IVAN, check};

#[tokio::test]
async fn only_a_group_with_a_template_takes_new_accounts() {
    let desk = Desk::open();
    let groups = desk.ok("account_groups/list", json!({})).await;
    let with: Vec<_> = groups.as_array().unwrap().iter().filter(|group| group["haveTemplate"] == true).collect();
    assert_eq!(with.len(), 1);
    assert_eq!(with[0]["id"], 3);
    assert_eq!(with[0]["name"], "Самостоятельно зарегистрировавшиеся");

    let new =
        |group: i64| json!({ "accountGroupId": group, "phone": "79031234567", "surname": "Белова", "name": "Нина" });
    assert!(desk.refused("accounts/insert_by_template", new(1)).await.contains("Шаблон для API"));
    assert!(desk.refused("accounts/insert_by_template", new(77)).await.contains("не найдена"));
    let made = desk.ok("accounts/insert_by_template", new(3)).await;
    assert_eq!(made["balance"], 30_000);
    let guest = desk.guest("79031234567").await;
    assert_eq!(guest["id"], made["accountId"]);
    assert_eq!(guest["level"], "Бронзовый");
    assert!(desk.refused("accounts/insert_by_template", new(3)).await.contains("уже существует"));
    assert_eq!(desk.sandbox.ledger().requests().count(), 1);
}

#[tokio::test]
async fn bad_input_is_refused_by_the_name_of_its_field() {
    let desk = Desk::open();
    let id = desk.guest(ANNA.phone).await["id"].clone();
    let long = "я".repeat(101);
    let bad = [
        ("accounts/find_by_phone", json!({}), "phone"),
        ("accounts/find_by_phone", json!({ "phone": "+7 912 345-67-89" }), "79123456789"),
        ("accounts/find_by_phone", json!({ "phone": 79_123_456_789_i64 }), "строка"),
        (
            "accounts/insert_by_template",
            json!({ "accountGroupId": 3, "phone": "79031234567", "surname": long }),
            "surname",
        ),
        (
            "accounts/insert_by_template",
            json!({ "accountGroupId": 3, "phone": "79031234567", "birthday": "2027-01-01" }),
            "в будущем",
        ),
        (
            "accounts/insert_by_template",
            json!({ "accountGroupId": 3, "phone": "79031234567", "birthday": "2023-02-29" }),
            "дата",
        ),
        ("accounts/insert_by_template", json!({ "accountGroupId": 3, "phone": "79031234567", "email": "нет" }), "почт"),
        ("accounts/refill", json!({ "accountId": id, "sum": 0 }), "больше нуля"),
        ("accounts/refill", json!({ "accountId": id, "sum": -5 }), "больше нуля"),
        ("accounts/refill", json!({ "accountId": id, "sum": 12.5 }), "в копейках"),
        ("accounts/refill", json!({ "accountId": id, "sum": "1250" }), "в копейках"),
        ("accounts/refill", json!({ "accountId": 1, "sum": 5 }), "не найден"),
        ("accounts/transactions", json!({ "accountId": id }), "период"),
        ("accounts/transactions", json!({ "accountId": id, "count": 1001 }), "1000"),
        ("accounts/transactions", json!({ "accountId": id, "from": "2026-11-02", "to": "2026-11-01" }), "раньше"),
        ("external/register_check", check(&id, "не GUID", "1"), "GUID"),
        ("external/return_check", json!({ "checkGuid": GUID }), "не найдена"),
    ];
    for (path, body, wanted) in bad {
        let message = desk.refused(path, body.clone()).await;
        assert!(message.contains(wanted), "{path} {body}: {message}");
    }
    let mut elsewhere = check(&id, GUID, "1");
    elsewhere["restCode"] = json!("777");
    assert!(desk.refused("external/register_check", elsewhere).await.contains("«777»"));
    let mut above = check(&id, GUID, "1");
    above["bonusSpentSum"] = json!(100_000_000);
    assert!(desk.refused("external/register_check", above).await.contains("Недостаточно бонусов"));
    assert_eq!(desk.sandbox.ledger().requests().count(), 0);
}

#[tokio::test]
async fn an_unknown_phone_and_an_unknown_receipt_are_404() {
    let desk = Desk::open();
    let (status, body) = desk.call("accounts/find_by_phone", json!({ "phone": "79990000000" })).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    assert!(body["message"].as_str().unwrap().contains("не найден"));
    assert_eq!(desk.call("checks/get_by_id", json!({ "id": 1 })).await.0, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_refill_shows_in_balance_history_and_ledger() {
    let desk = Desk::open();
    let id = desk.guest(IVAN.phone).await["id"].clone();
    let before = desk.balance(&id).await;
    let answer =
        desk.ok("accounts/refill", json!({ "accountId": id, "sum": 12_345, "comment": "Извинение #0badf00d" })).await;
    assert_eq!(answer["balance"], before + 12_345);
    assert_eq!(desk.balance(&id).await, before + 12_345);
    let rows = desk.ok("accounts/transactions", json!({ "accountId": id, "count": 1 })).await;
    assert_eq!(rows[0]["sum"], 12_345);
    assert_eq!(rows[0]["type"], "refill");
    assert_eq!(rows[0]["comment"], "Извинение #0badf00d");
    assert_eq!(rows[0]["id"], answer["transactionId"]);
    let books = desk.sandbox.ledger();
    assert_eq!(books.with_text("#0badf00d").map(|applied| applied.sum).collect::<Vec<_>>(), [12_345]);
}

#[tokio::test]
async fn a_registered_check_is_undone_by_its_return() {
    let desk = Desk::open();
    let before = desk.guest(ANNA.phone).await;
    let id = before["id"].clone();
    let made = desk.ok("external/register_check", check(&id, GUID, "Д-7")).await;
    let between = desk.guest(ANNA.phone).await;
    assert_eq!(between["balance"], before["balance"].as_i64().unwrap() - 10_000 + 4_500);
    assert_eq!(between["turnover"], before["turnover"].as_i64().unwrap() + 90_000);

    let receipt = desk.ok("checks/get_by_id", json!({ "id": made["checkId"] })).await;
    assert_eq!(receipt["checkGuid"], GUID);
    assert_eq!(receipt["moneySpentSum"], 90_000);
    assert_eq!(receipt["checkData"], "Доставка: пицца, морс");
    assert_eq!(receipt["returned"], false);

    desk.ok("external/return_check", json!({ "checkGuid": GUID })).await;
    let after = desk.guest(ANNA.phone).await;
    for what in ["balance", "turnover", "level"] {
        assert_eq!(after[what], before[what], "{what}");
    }
    let burning =
        |guest: &serde_json::Value| desk.ok("accounts/get_balance_extended", json!({ "accountId": guest["id"] }));
    assert_eq!(burning(&after).await["balance"], before["balance"]);
    assert!(desk.refused("external/return_check", json!({ "checkGuid": GUID })).await.contains("уже возвращена"));
    let books = desk.sandbox.ledger();
    let guid = GUID.parse().unwrap();
    assert_eq!((books.registered(guid), books.returned(guid)), (1, 1));
    desk.sandbox.check().unwrap();
}

/// As on the vendor's page: uniqueness is the outside system's job.
#[tokio::test]
async fn a_repeated_guid_is_a_second_purchase_and_one_return_undoes_both() {
    let desk = Desk::open();
    let id = desk.guest(ANNA.phone).await["id"].clone();
    let before = desk.balance(&id).await;
    desk.ok("external/register_check", check(&id, GUID, "1")).await;
    desk.ok("external/register_check", check(&id, GUID, "1")).await;
    assert_eq!(desk.balance(&id).await, before - 2 * 5_500);
    desk.ok("external/return_check", json!({ "checkGuid": GUID })).await;
    assert_eq!(desk.balance(&id).await, before);
    assert_eq!(desk.sandbox.ledger().registered(GUID.parse().unwrap()), 2);
}

#[tokio::test]
async fn periods_follow_the_day_change() {
    let desk = Desk::open();
    let id = desk.guest(IVAN.phone).await["id"].clone();
    // 05:00 on Tuesday is still Monday's business.
    desk.clock.advance(SignedDuration::from_hours(11));
    desk.ok("accounts/refill", json!({ "accountId": id, "sum": 100 })).await;
    desk.clock.advance(SignedDuration::from_hours(2));
    desk.ok("accounts/refill", json!({ "accountId": id, "sum": 200 })).await;
    let day = async |day: &str| {
        let rows = desk.ok("accounts/transactions", json!({ "accountId": id, "from": day, "to": day })).await;
        rows.as_array().unwrap().iter().map(|row| row["sum"].as_i64().unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(day("2026-11-23").await, [100]);
    assert_eq!(day("2026-11-24").await, [200]);
}

#[tokio::test]
async fn bonuses_burn_on_the_day_that_was_told() {
    let desk = Desk::open();
    let id = desk.guest(IVAN.phone).await["id"].clone();
    let detail = desk.ok("accounts/get_balance_extended", json!({ "accountId": id })).await;
    assert_eq!(detail["burning"], json!([{ "date": "2026-12-21", "sum": 30_000 }]));
    // Joined two days ago, thirty days of life: at 05:00 of their day they are there, after 06:00 they are gone.
    desk.clock.advance(SignedDuration::from_hours(27 * 24 + 11));
    assert_eq!(desk.balance(&id).await, 30_000);
    desk.clock.advance(SignedDuration::from_hours(2));
    assert_eq!(desk.balance(&id).await, 0);
    let rows = desk.ok("accounts/transactions", json!({ "accountId": id, "count": 1 })).await;
    assert_eq!((&rows[0]["type"], &rows[0]["sum"]), (&json!("burning"), &json!(-30_000)));
    assert_eq!(rows[0]["date"], "2026-12-21T06:00:00");
    desk.sandbox.check().unwrap();
}

#[tokio::test]
async fn an_update_empties_what_it_leaves_out() {
    let desk = Desk::open();
    let mut record = desk.guest(ANNA.phone).await;
    record["email"] = json!("anna@example.ru");
    desk.ok("accounts/update", record.clone()).await;
    assert_eq!(desk.guest(ANNA.phone).await, record);
    desk.ok("accounts/update", json!({ "id": record["id"], "surname": "Белова" })).await;
    let after = desk.guest(ANNA.phone).await;
    assert_eq!((&after["surname"], &after["name"], &after["email"]), (&json!("Белова"), &json!(null), &json!(null)));
    assert_eq!(after["balance"], record["balance"]);
}

#[tokio::test]
async fn a_blocked_account_is_found_and_takes_nothing_and_a_debtor_is_below_zero() {
    let desk = Desk::open();
    let blocked = desk.guest(BLOCKED.phone).await;
    assert_eq!(blocked["blocked"], true);
    let refused = desk.refused("accounts/refill", json!({ "accountId": blocked["id"], "sum": 100 })).await;
    assert!(refused.contains("заблокирован"));
    let debtor = desk.guest(DEBTOR.phone).await;
    assert!(debtor["balance"].as_i64().unwrap() < 0);
    let mut unpaid = check(&debtor["id"], GUID, "1");
    unpaid["bonusSpentSum"] = json!(0);
    desk.ok("external/register_check", unpaid).await;
}

#[tokio::test]
async fn a_receipt_of_r_keeper_goes_down_to_its_dishes() {
    let desk = Desk::open();
    let id = desk.guest(ANNA.phone).await["id"].clone();
    let rows = desk.ok("accounts/transactions", json!({ "accountId": id, "count": 1000 })).await;
    let row = rows.as_array().unwrap().iter().rfind(|row| row["type"] == "accrual" && row["checkGuid"].is_null());
    let receipt = desk.ok("checks/get_by_id", json!({ "id": row.unwrap()["checkId"] })).await;
    let lines = receipt["lines"].as_array().unwrap();
    let sum: i64 = lines.iter().map(|line| line["sum"].as_i64().unwrap()).sum();
    assert!(lines.len() >= 2);
    assert_eq!(receipt["sum"], sum);
}
