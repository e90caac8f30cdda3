//! One thing under many names: parts that wait, withdrawals, coupons, accounts that are closed.

use probonus::{Method, TransactionKind, binding::Binding, codec};
use serde_json::{Value, json};

use crate::answers::{accounts, answer, body, noon};

/// Whatever a server calls the day from which a part counts, and the list in which it stands.
#[test]
fn a_part_that_counts_from_a_later_day_is_no_part_of_the_balance() {
    let read = |text: &str| {
        codec::decode_balance(&Binding::default(), noon(), &body(text)).unwrap_or_else(|e| panic!("{text}: {e}"))
    };
    let day = |day: &str| day.parse::<jiff::civil::Date>().unwrap();
    let spellings = [
        r#"{"balance": 750, "awaiting": 120, "parts": [{"amount": 500, "burns_at": "2026-12-31", "starts_at": "2026-11-01"},
            {"amount": 250, "burns_at": null, "starts_at": null}, {"amount": 120, "burns_at": "2027-01-31", "starts_at": "2026-12-05"}]}"#,
        r#"{"balance": 750, "details": [{"amount": 500, "burn_date": "2026-12-31T12:00:00+03:00", "issue_date": null},
            {"amount": 250, "burn_date": null, "issue_date": "2026-11-29T14:59:00+03:00"},
            {"amount": 120, "burn_date": null, "issue_date": "2026-12-05T00:00:00+03:00"}]}"#,
        r#"{"bonusBalance": 750, "details": [{"sum": 500, "burnDate": 1798707600000, "activeFrom": null},
            {"sum": 250, "burnDate": null, "activeFrom": null}, {"sum": 120, "burnDate": null, "activeFrom": 1796418000000}]}"#,
        r#"{"balance": 750, "items": [{"sum": 500, "expires": "31.12.2026"}, {"sum": 250, "expires": null},
            {"sum": 120, "expires": "31.01.2027", "startDate": "05.12.2026"}]}"#,
        r#"{"balance": 750, "burning": [{"sum": 500, "date": "2026-12-31"}], "neverBurns": 250,
            "pending": [{"sum": 120, "availableAt": "2026-12-05"}]}"#,
    ];
    for text in spellings {
        let read = read(text);
        assert_eq!(read.balance.map(|sum| sum.get()), Some(750), "{text}");
        let burning: Vec<_> = read.burning.iter().map(|part| (part.date, part.sum.get())).collect();
        assert_eq!(burning, [(day("2026-12-31"), 500)], "{text}");
        assert_eq!(read.never_burns.map(|sum| sum.get()), Some(250), "{text}");
        let waiting: Vec<_> = read.waiting.iter().map(|part| (part.from, part.sum.get())).collect();
        assert_eq!(waiting, [(Some(day("2026-12-05")), 120)], "{text}");
    }
    // In one sum, without a day.
    let told = read(r#"{"balance": 750, "awaiting": 120}"#);
    assert_eq!(told.waiting.iter().map(|part| (part.from, part.sum.get())).collect::<Vec<_>>(), [(None, 120)]);
    // A part that begins in three hours waits; the server may count it by its own clock already.
    let today = read(r#"{"balance": 750, "awaiting": 0, "parts": [{"sum": 120, "startsAt": "2026-11-29T18:00:00"}]}"#);
    assert_eq!(today.waiting.len(), 1);
}

/// A description that lists one kind of part names no sum of those that wait.
#[test]
fn a_part_that_counts_later_has_the_sum_of_its_list_where_a_description_names_no_other() {
    let mut binding = serde_json::to_value(Binding::default()).unwrap();
    let fields = &mut binding["methods"]["balance_extended"]["answer"]["fields"];
    fields["waitingSum"] = json!({"name": "", "source": "swagger"});
    fields["burnSum"] = json!({"name": "amount", "format": {"money": "rubles"}, "source": "swagger"});
    let binding: Binding = serde_json::from_value(binding).unwrap();
    let text = r#"{"balance": 750, "parts": [{"amount": "500.00", "burns_at": "2026-12-31"},
        {"amount": "120.00", "burns_at": "2027-01-31", "starts_at": "2026-12-05"}]}"#;
    let read = codec::decode_balance(&binding, noon(), &body(text)).unwrap();
    assert_eq!(read.waiting.iter().map(|part| part.sum.get()).collect::<Vec<_>>(), [12_000]);
    assert_eq!(read.burning.iter().map(|part| part.sum.get()).collect::<Vec<_>>(), [50_000]);
}

/// «Изъятие бонусов» is no payment; what is taken away for a purchase is one.
#[test]
fn a_withdrawal_is_no_payment_and_a_pending_check_waits() {
    let rows = json!([
        {"date": "2026-11-01T12:00:00", "type": "withdraw", "amount": 300},
        {"date": "2026-11-02T12:00:00", "type": "Изъятие бонусов", "amount": 300},
        {"date": "2026-11-03T12:00:00", "type": "withdraw", "amount": 300, "checkId": 7},
        {"date": "2026-11-04T12:00:00", "type": "CHECK_PENDING", "amount": 300, "checkId": 7},
        {"date": "2026-11-05T12:00:00", "type": "check_spent", "amount": 300, "checkId": 7},
    ]);
    let read = codec::decode_transactions(&Binding::default(), Method::LastTransactions, &answer(200, &rows)).unwrap();
    use TransactionKind::{Payment, Waiting, Withdrawal};
    assert_eq!(
        read.iter().map(|row| (row.kind, row.sum.get())).collect::<Vec<_>>(),
        [(Withdrawal, -300), (Withdrawal, -300), (Payment, -300), (Waiting, 300), (Payment, -300)]
    );
}

/// However a server says it.
#[test]
fn an_account_that_is_deleted_or_blocked_says_so_in_any_dress() {
    let of = |more: Value| {
        let mut record = json!({"id": 7, "phone": "79123456789", "balance": 100});
        record.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let guest = accounts(&json!({ "data": record })).unwrap_or_else(|e| panic!("{more}: {e}")).remove(0);
        (guest.deleted, guest.blocked)
    };
    for deleted in [
        json!({"deleted": true}),
        json!({"is_deleted": 1}),
        json!({"status": "deleted", "deleted_at": "2026-11-26T12:00:00+03:00"}),
        json!({"deletedAt": 1_795_000_000_000_i64}),
        json!({"status": "MERGED", "merged_into_id": 8}),
        json!({"state": {"code": 3, "name": "Удалён"}}),
        json!({"account": {"id": 7, "isArchived": "true"}}),
    ] {
        assert_eq!(of(deleted.clone()).0, Some(true), "{deleted}");
    }
    for blocked in [json!({"isBlocked": true}), json!({"status": "Blocked"}), json!({"accountStatus": "заблокирован"})]
    {
        assert_eq!(of(blocked.clone()).1, Some(true), "{blocked}");
    }
    for neither in [
        json!({"deleted": false, "blocked": 0}),
        json!({"deleted": "0", "isBlocked": ""}),
        json!({"status": "active", "deleted_at": null}),
        json!({"status": 1, "deletedAt": "0001-01-01T00:00:00"}),
    ] {
        let (deleted, blocked) = of(neither.clone());
        assert!(deleted != Some(true) && blocked != Some(true), "{neither}");
    }
}

/// However a coupon's record is spelt, it is a coupon.
#[test]
fn a_coupon_is_read_in_any_dress() {
    for (coupon, name, code) in [
        (json!({"couponId": 5, "couponName": "Десерт в подарок", "validTill": "2026-12-31"}), "Десерт в подарок", None),
        (
            json!({"id": 5, "title": "Десерт в подарок", "expires": "2026-12-31T00:00:00+03:00"}),
            "Десерт в подарок",
            None,
        ),
        (
            json!({"code": "A-17", "description": "Десерт в подарок", "endsAt": "31.12.2026"}),
            "Десерт в подарок",
            Some("A-17"),
        ),
        (json!({"couponId": 5, "validTo": "2026-12-31"}), "№ 5", None),
        (json!({"uuid": "0", "validTo": "2026-12-31"}), "", None),
    ] {
        for list in ["coupons", "activeCoupons", "guest_coupons"] {
            let found = accounts(&json!({"id": 7, list: [coupon]})).unwrap().remove(0).coupons;
            let [read] = found.as_slice() else { panic!("{list} {coupon}: {found:?}") };
            assert_eq!((read.name.as_str(), read.code.as_deref()), (name, code), "{coupon}");
            assert_eq!(read.valid_until, Some(jiff::civil::date(2026, 12, 31)), "{coupon}");
        }
    }
}
