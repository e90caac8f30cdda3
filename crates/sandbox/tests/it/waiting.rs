//! Accruals that wait for their day, withdrawals, and levels that are set by hand and by the ladder.

use jiff::{
    SignedDuration,
    civil::{date, time},
};
use probonus_sandbox::{
    HandClock, Options, Sandbox,
    core::{
        calendar::Calendar,
        model::{Deferral, TransactionKind},
    },
};
use serde_json::{Value as Json, json};

use crate::support::{Desk, GUID, IVAN, RICH, check};

const DEFERRED: Deferral = Deferral { days: 14, is_shown: true };

/// A server whose accruals wait from now on.
fn deferring(is_shown: bool) -> Desk {
    let desk = Desk::open();
    desk.sandbox.with_core(|core| core.defer_accruals(Some(Deferral { is_shown, ..DEFERRED })));
    desk
}

async fn last_entries(desk: &Desk, account: &Json, count: u32) -> Vec<Json> {
    let rows = desk.ok("accounts/transactions", json!({ "accountId": account, "count": count })).await;
    rows.as_array().unwrap().clone()
}

#[tokio::test]
async fn a_purchase_paid_with_bonuses_takes_them_at_once_and_adds_its_accrual_later() {
    let desk = deferring(true);
    let before = desk.guest(RICH.phone).await;
    let (id, balance) = (before["id"].clone(), before["balance"].as_i64().unwrap());
    let answer = desk.ok("external/register_check", check(&id, GUID, "Д-7")).await;
    assert_eq!(answer["balance"], balance - 10_000);
    assert_eq!(desk.guest(RICH.phone).await["turnover"], before["turnover"].as_i64().unwrap() + 90_000);
    let rows = last_entries(&desk, &id, 2).await;
    assert_eq!((&rows[0]["sum"], &rows[0]["balanceAfter"]), (&json!(-10_000), &json!(balance - 10_000)));
    assert_eq!((&rows[1]["type"], &rows[1]["sum"]), (&json!("awaiting"), &json!(4_500)));
    assert_eq!(
        (&rows[1]["typeName"], &rows[1]["balanceAfter"]),
        (&json!("Чек (будет начислено)"), &json!(balance - 10_000))
    );
    let applied = desk.sandbox.ledger().requests().next().unwrap().clone();
    assert_eq!((applied.sum, applied.awaits), (-10_000, 4_500));

    // At 05:59 the business day of 6 December still goes on: 13 days later.
    desk.set(date(2026, 12, 7).at(5, 59, 0, 0));
    assert_eq!(desk.balance(&id).await, balance - 10_000);
    desk.set(date(2026, 12, 7).at(6, 0, 0, 0));
    let counted = last_entries(&desk, &id, 20).await;
    let counted = counted.iter().rfind(|row| row["type"] == "accrual").unwrap();
    assert_eq!((&counted["sum"], &counted["date"]), (&json!(4_500), &json!("2026-12-07T06:00:00")));
    assert_eq!((&counted["checkGuid"], &counted["externalCheck"]), (&json!(GUID), &json!("Д-7")));
    assert_eq!(desk.sandbox.ledger().waiting[&id.as_i64().unwrap()], 0);
    desk.sandbox.check().unwrap();
}

#[tokio::test]
async fn a_server_may_show_nothing_of_an_accrual_that_waits() {
    let desk = deferring(false);
    let before = desk.guest(IVAN.phone).await;
    let mut bare = check(&before["id"], GUID, "Д-7");
    bare["bonusSpentSum"] = json!(0);
    let entries = last_entries(&desk, &before["id"], 100).await.len();
    desk.ok("external/register_check", bare).await;
    assert_eq!(last_entries(&desk, &before["id"], 100).await.len(), entries);
    let after = desk.guest(IVAN.phone).await;
    assert_eq!((&after["balance"], &after["turnover"]), (&before["balance"], &json!(90_000)));
    assert_eq!(desk.sandbox.ledger().waiting[&before["id"].as_i64().unwrap()], 4_500);
}

#[tokio::test]
async fn a_return_takes_back_what_waits_or_what_has_been_added() {
    for days in [1, 20] {
        let desk = deferring(true);
        let id = desk.guest(IVAN.phone).await["id"].clone();
        let mut bare = check(&id, GUID, "Д-7");
        bare["bonusSpentSum"] = json!(0);
        desk.ok("external/register_check", bare).await;
        desk.clock.advance(SignedDuration::from_hours(24 * days));
        let added = if days > 14 { 4_500 } else { 0 };
        assert_eq!(desk.balance(&id).await, 30_000 + added);
        desk.ok("external/return_check", json!({ "checkGuid": GUID })).await;
        assert_eq!(desk.balance(&id).await, 30_000, "after {days} days");
        let row = last_entries(&desk, &id, 1).await.remove(0);
        assert_eq!((&row["type"], &row["sum"]), (&json!("return"), &json!(-added)));
        desk.clock.advance(SignedDuration::from_hours(24 * 5));
        assert_eq!(desk.balance(&id).await, 30_000, "nothing comes later");
        desk.sandbox.check().unwrap();
    }
}

#[tokio::test]
async fn a_withdrawal_is_shown_without_a_minus_and_takes_away() {
    let desk = Desk::open();
    let id = desk.guest(IVAN.phone).await["id"].clone();
    let account = id.as_i64().unwrap();
    desk.sandbox.with_core(|core| core.withdraw(account, 12_000, Some("Ошибка кассира".to_owned()))).unwrap();
    let row = last_entries(&desk, &id, 1).await.remove(0);
    assert_eq!((&row["sum"], &row["balanceAfter"]), (&json!(12_000), &json!(18_000)));
    assert_eq!((&row["typeName"], &row["comment"]), (&json!("Изъятие бонусов"), &json!("Ошибка кассира")));
    let more = desk.sandbox.with_core(|core| core.withdraw(account, 18_001, None)).unwrap_err();
    assert!(more.to_string().contains("Недостаточно бонусов"));
    assert_eq!(desk.sandbox.ledger().requests().count(), 0, "it is no request of the office");
    desk.sandbox.check().unwrap();
}

/// As seen on a real panel: «Время смены суток» 17:00. The zone is Vladivostok's.
#[tokio::test]
async fn a_business_day_may_change_in_the_afternoon_of_another_zone() {
    let calendar = Calendar { utc_offset_hours: 10, day_change: time(17, 0, 0, 0) };
    let clock = HandClock::at(calendar.instant(date(2026, 11, 23).at(16, 59, 0, 0)));
    let desk = Desk::with_clock(clock, Options { guests: 9, calendar, ..Options::default() });
    assert_eq!(desk.sandbox.with_core(|core| core.today()), date(2026, 11, 22));
    let id = desk.guest(IVAN.phone).await["id"].clone();
    desk.ok("accounts/refill", json!({ "accountId": id, "sum": 100 })).await;
    desk.clock.advance(SignedDuration::from_mins(1));
    desk.ok("accounts/refill", json!({ "accountId": id, "sum": 200 })).await;
    for (day, sum, at) in [("2026-11-22", 100, "2026-11-23T16:59:00"), ("2026-11-23", 200, "2026-11-23T17:00:00")] {
        let rows = desk.ok("accounts/transactions", json!({ "accountId": id, "from": day, "to": day })).await;
        assert_eq!((&rows[0]["sum"], &rows[0]["date"]), (&json!(sum), &json!(at)));
    }
}

#[tokio::test]
async fn a_level_set_by_hand_counts_at_once_and_the_ladder_only_raises_it() {
    let desk = Desk::open();
    let record = desk.guest(IVAN.phone).await;
    let id = record["id"].clone();
    let mut change = record.clone();
    change["discountLevelId"] = json!(2);
    desk.ok("accounts/update", change).await;
    let set = desk.guest(IVAN.phone).await;
    assert_eq!((&set["level"], &set["levelPercent"]), (&json!("Серебряный"), &json!(5)));
    // The record as it was read, with another name: the level stays what the ladder or a person made it.
    let mut bare = check(&id, GUID, "Д-7");
    (bare["bonusSpentSum"], bare["moneySpentSum"]) = (json!(0), json!(7_000_000));
    desk.ok("external/register_check", bare).await;
    let mut raised = desk.guest(IVAN.phone).await;
    assert_eq!(raised["discountLevelId"], 3);
    raised["name"] = json!("Иоанн");
    desk.ok("accounts/update", raised).await;
    desk.ok("external/return_check", json!({ "checkGuid": GUID })).await;
    assert_eq!(desk.guest(IVAN.phone).await["discountLevelId"], 2, "the ladder does not go below what was set by hand");
    let mut unknown = desk.guest(IVAN.phone).await;
    unknown["discountLevelId"] = json!(9);
    assert!(desk.refused("accounts/update", unknown.clone()).await.contains("Уровень 9"));
    (unknown["discountLevelId"], unknown["bonusTypeId"]) = (json!(2), json!(7));
    assert!(desk.refused("accounts/update", unknown).await.contains("bonusTypeId"));
    desk.sandbox.check().unwrap();
}

#[tokio::test]
async fn a_new_life_of_bonuses_concerns_bonuses_given_later() {
    let desk = Desk::open();
    let mut record = desk.guest(IVAN.phone).await;
    let id = record["id"].clone();
    assert_eq!(record["lifetime"], 90);
    record["lifetime"] = json!(10);
    desk.ok("accounts/update", record.clone()).await;
    desk.ok("accounts/refill", json!({ "accountId": id, "sum": 500 })).await;
    let burning = desk.ok("accounts/get_balance_extended", json!({ "accountId": id })).await["burning"].clone();
    assert_eq!(burning, json!([{ "date": "2026-12-03", "sum": 500 }, { "date": "2026-12-21", "sum": 30_000 }]));
    record["lifetime"] = json!(null);
    desk.ok("accounts/update", record).await;
    assert_eq!(desk.guest(IVAN.phone).await["lifetime"], json!(null));
}

/// The training server of an earlier version goes on.
#[test]
fn a_state_without_the_newer_fields_is_restored() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.json");
    let desk = Desk::open();
    desk.sandbox.save(&path).unwrap();
    let mut state: Json = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    let core = state["core"].as_object_mut().unwrap();
    for newer in ["bonus_types", "deferral"] {
        core.shift_remove(newer).unwrap();
    }
    let without = |record: &mut Json, newer: &[&str]| {
        let record = record.as_object_mut().unwrap();
        newer.iter().for_each(|newer| drop(record.shift_remove(*newer).unwrap()));
    };
    for (_, account) in core["accounts"].as_object_mut().unwrap() {
        without(account, &["other_phones", "level_by_hand", "bonus_type", "waiting"]);
    }
    for (_, rows) in core["history"].as_object_mut().unwrap() {
        rows.as_array_mut().unwrap().iter_mut().for_each(|row| without(row, &["awaits"]));
    }
    for (_, receipt) in core["receipts"].as_object_mut().unwrap() {
        without(receipt, &["accrual_due"]);
    }
    core["applied"].as_array_mut().unwrap().iter_mut().for_each(|applied| without(applied, &["awaits"]));
    std::fs::write(&path, state.to_string()).unwrap();
    let back = Sandbox::restore(&path, Options { clock: desk.clock.clone(), ..Options::default() }).unwrap();
    back.check().unwrap();
    assert!(back.with_core(|core| core.bonus_types().len()) > 1);
    let kinds = TransactionKind::ALL.len();
    assert_eq!(kinds, 8, "a new kind of entry needs a place in this test");
}
