//! A history for people: what could be read of it, and what it lacks. For evidence the same list is an error.

use probonus::{AccountId, ErrorKind, Lack, Method, TransactionKind, binding::Binding, codec, codec::WireAnswer};
use serde_json::{Value, json};

use crate::answers::answer;

fn row(id: i64, sum: i64) -> Value {
    json!({"id": id, "created_at": format!("2026-11-{:02}T12:00:00", 28 - id % 28), "typeName": "accrual", "sum": sum})
}

fn rows(count: i64) -> Vec<Value> {
    (0..count).map(|id| row(id, 100 + id)).collect()
}

fn with(change: &Value) -> Value {
    let mut row = row(2, 200);
    row.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
    row
}

fn history(asked: u32, answer: &WireAnswer) -> Result<probonus::History, probonus::Error> {
    codec::decode_last_history(&Binding::default(), &AccountId::new("7"), asked, answer)
}

fn of(rows: &Value) -> probonus::History {
    history(1000, &answer(200, rows)).unwrap_or_else(|error| panic!("{rows}: {error}"))
}

fn strict(rows: &Value) -> Result<probonus::LatestTransactions, probonus::Error> {
    codec::decode_last_transactions(&Binding::default(), 1000, &answer(200, rows))
}

#[test]
fn a_row_that_cannot_be_read_does_not_hide_the_others() {
    let mut without = row(2, 200);
    without.as_object_mut().unwrap().remove("created_at");
    for (bad, field) in [
        (with(&json!({"created_at": null})), Some("created_at")),
        (with(&json!({"created_at": "0000-00-00"})), Some("created_at")),
        (with(&json!({"created_at": ""})), Some("created_at")),
        (with(&json!({"created_at": "2026-02-31"})), Some("created_at")),
        (with(&json!({"sum": null})), Some("sum")),
        (with(&json!({"sum": "много"})), Some("sum")),
        (with(&json!({"sum": 777.5})), Some("sum")),
        (with(&json!({"balance_after": "—"})), Some("balance_after")),
        (with(&json!({"id": 1.5e30})), Some("id")),
        (without, None),
        (Value::Null, None),
        (json!("итого"), None),
    ] {
        let list = json!([row(1, 100), bad, row(3, 300)]);
        let read = of(&list);
        assert_eq!(read.transactions.iter().map(|row| row.sum.get()).collect::<Vec<_>>(), [100, 300], "{list}");
        assert_eq!(read.unread.len(), 1, "{list}");
        assert_eq!((read.unread[0].field.as_deref(), &read.unread[0].raw), (field, &list[1]));
        assert!(strict(&list).is_err(), "{list}");
        let page = codec::decode_page(&Binding::default(), Method::TransactionsOfPeriod, &answer(200, &list)).unwrap();
        let binding = Binding::default();
        let pages = codec::PeriodPages::begin(&binding, page);
        assert!(pages.transactions().is_err(), "{list}");
        assert_eq!(pages.history(&AccountId::new("7"), false).unwrap().unread.len(), 1);
    }
    // If no row can be read, it is not a row that is at fault.
    assert!(history(50, &answer(200, &json!([with(&json!({"sum": 777.5}))]))).is_err());
}

#[test]
fn a_list_that_is_a_part_says_so() {
    let cut = |around: Value| {
        let mut body = around;
        body["items"] = rows(37).into();
        body
    };
    for body in [
        cut(json!({"total": 300})),
        cut(json!({"count": 300})),
        cut(json!({"allCount": 300})),
        cut(json!({"meta": {"total": 300}})),
        cut(json!({"paging": {"total": 300}})),
        cut(json!({"totalCount": 300})),
        cut(json!({"hasMore": true})),
    ] {
        assert_eq!(of(&body).lacks, Lack::Some, "{body}");
        assert!(!strict(&body).unwrap().complete, "{body}");
        let of_period =
            codec::decode_transactions(&Binding::default(), Method::TransactionsOfPeriod, &answer(200, &body));
        assert_eq!(of_period.unwrap_err().kind(), ErrorKind::OnlyPart, "{body}");
    }
    let all = of(&cut(json!({"totalCount": 37})));
    assert_eq!((all.lacks, all.counted), (Lack::Nothing, Some(37)));
    assert_eq!(of(&cut(json!({"total": 300}))).counted, Some(300));
}

#[test]
fn headers_tell_of_further_rows() {
    let with = |name: &str, value: &str| WireAnswer {
        pages: vec![(name.to_owned(), value.to_owned())],
        ..answer(200, &rows(37).into())
    };
    for (name, value) in [
        ("x-total-count", "5000"),
        ("x-pagination", r#"{"TotalCount": 5000, "PageSize": 37}"#),
        ("link", r#"</t?page=1>; rel="prev", </t?page=2>; rel="next""#),
        ("link", "</t?page=2>; rel=next"),
        ("content-range", "items 0-36/5000"),
        ("x-total-pages", "9"),
    ] {
        let read = history(1000, &with(name, value)).unwrap();
        assert_eq!((read.lacks, read.transactions.len()), (Lack::Some, 37), "{name}: {value}");
        let last = codec::decode_last_transactions(&Binding::default(), 1000, &with(name, value)).unwrap();
        assert!(!last.complete, "{name}: {value}");
        let period = codec::decode_transactions(&Binding::default(), Method::TransactionsOfPeriod, &with(name, value));
        assert_eq!(period.unwrap_err().kind(), ErrorKind::OnlyPart, "{name}: {value}");
    }
    for (name, value) in [
        ("x-total-count", "37"),
        ("link", r#"</t?page=1>; rel="prev", </t>; rel="next-archive""#),
        ("content-range", "bytes 0-36/5000"),
        ("content-range", "items 0-36/*"),
    ] {
        assert_eq!(history(1000, &with(name, value)).unwrap().lacks, Lack::Nothing, "{name}: {value}");
    }
}

#[test]
fn a_list_as_long_as_servers_cut_theirs_may_be_a_part() {
    for (count, lacks) in [(20, Lack::Perhaps), (50, Lack::Perhaps), (37, Lack::Nothing), (0, Lack::Nothing)] {
        assert_eq!(of(&rows(count).into()).lacks, lacks, "{count}");
        assert_eq!(strict(&rows(count).into()).unwrap().complete, lacks == Lack::Nothing, "{count}");
    }
    // So many were asked for; the server says that these are all.
    assert_eq!(history(50, &answer(200, &rows(50).into())).unwrap().lacks, Lack::Nothing);
    assert_eq!(of(&json!({"items": rows(50), "totalCount": 50})).lacks, Lack::Nothing);
    assert_eq!(of(&json!({"items": rows(50), "hasMore": false})).lacks, Lack::Nothing);
    // 900 were there before the oldest row, so older rows are missing.
    let after = |id: i64, after: i64| {
        let mut row = row(id, 100);
        row["balanceAfter"] = after.into();
        row
    };
    assert_eq!(of(&json!([after(1, 1100), after(2, 1000)])).lacks, Lack::Perhaps);
    assert_eq!(of(&json!([after(1, 200), after(2, 100)])).lacks, Lack::Nothing);
    // The first page of a list that begins with the oldest.
    let mut oldest_first = rows(20);
    oldest_first.reverse();
    let body = json!({"items": oldest_first, "hasMore": true});
    assert_eq!(of(&body).lacks, Lack::Newest);
    assert!(strict(&body).is_err());
    // Nothing says that it is cut; it may be.
    assert!(strict(&json!(oldest_first)).is_err());
    assert!(strict(&json!(oldest_first[..19])).is_ok());
    assert!(strict(&json!({"items": oldest_first, "totalCount": 20})).unwrap().complete);
    let as_many = codec::decode_last_transactions(&Binding::default(), 20, &answer(200, &json!(oldest_first)));
    assert!(as_many.is_ok(), "so many were asked for");
}

#[test]
fn a_row_of_another_account_is_left_out() {
    for (own, other) in [
        (json!({"accountId": 7}), json!({"accountId": 55})),
        (json!({}), json!({"accountId": 55})),
        (json!({}), json!({"account": {"accountId": 55}})),
        (json!({"account": {"id": 7}}), json!({"account": {"id": 55}})),
        (json!({"guestId": 7}), json!({"guestId": 55})),
        (json!({"client_id": "7"}), json!({"client_id": "55"})),
        (json!({"client": {"id": 7}}), json!({"client": {"id": 55}})),
    ] {
        let read = of(&json!([with(&own), with(&other), with(&own)]));
        assert_eq!((read.transactions.len(), read.foreign), (1, 1), "{other}");
    }
    // The id of a person, and of a kind of account: nothing shows that they are ids of accounts.
    for alike in [json!({"guestId": 55}), json!({"account": {"id": 2}}), json!({"cardNumber": "55"})] {
        assert_eq!(of(&json!([with(&alike), row(3, 300)])).foreign, 0, "{alike}");
    }
    let all = history(50, &answer(200, &json!([with(&json!({"accountId": 55}))])));
    assert_eq!(all.unwrap_err().kind(), ErrorKind::OtherAccount);
}

#[test]
fn a_cancelled_row_moves_nothing() {
    for change in [
        json!({"is_deleted": true}),
        json!({"canceled": 1}),
        json!({"isCancelled": "true"}),
        json!({"reversed": true}),
        json!({"deletedAt": "2026-11-28T12:00:00"}),
        json!({"status": "cancelled"}),
        json!({"state": "DELETED"}),
        json!({"status": "Отменена"}),
        json!({"статус": "Отменён"}),
        json!({"Удалено": true}),
    ] {
        let read = of(&json!([with(&change), row(3, 300)]));
        let told: Vec<_> = read.transactions.iter().map(|row| (row.cancelled, row.moved().get())).collect();
        assert_eq!(told, [(true, 0), (false, 300)], "{change}");
    }
    for change in [
        json!({"is_deleted": false}),
        json!({"deletedAt": null}),
        json!({"deletedAt": "0001-01-01T00:00:00"}),
        json!({"status": "done"}),
        json!({"status": "Отмена"}),
        json!({"storno": true}),
        json!({"returned": true}),
    ] {
        assert!(!of(&json!([with(&change), row(3, 300)])).transactions[0].cancelled, "{change}");
    }
    // Its sum is taken back by a row of its own: both moved the balance.
    let back = json!({"id": 9, "created_at": "2026-11-27T12:00:00", "typeName": "storno", "sum": -200});
    let read = of(&json!([back, with(&json!({"reversed": true}))]));
    let told: Vec<_> = read.transactions.iter().map(|row| (row.kind, row.cancelled, row.moved().get())).collect();
    assert_eq!(told, [(TransactionKind::Return, false, -200), (TransactionKind::Accrual, false, 200)]);
}
