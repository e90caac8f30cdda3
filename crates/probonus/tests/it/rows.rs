//! Rows of a list of transactions: those that are none, their order, the signs of their sums, and their references.

use probonus::{ErrorKind, Method, ReceiptId, TransactionKind, binding::Binding, codec};
use serde_json::{Value, json};

use crate::answers::answer;

fn row(id: &Value, day: u32, sum: i64) -> Value {
    json!({"id": id, "date": format!("2026-11-{day:02}T12:00:00"), "typeName": "refill", "sum": sum})
}

fn last(rows: &[Value]) -> Result<(Vec<i64>, bool), probonus::Error> {
    let last = codec::decode_last_transactions(&Binding::default(), 4, &answer(200, &json!(rows)))?;
    Ok((last.transactions.iter().map(|row| row.sum.get()).collect(), last.complete))
}

#[test]
fn a_row_that_is_listed_twice_is_one_transaction() {
    let (one, two, none) = (json!(1), json!(2), Value::Null);
    let first = row(&one, 1, 500);
    assert_eq!(last(&[first.clone(), first.clone(), row(&two, 2, 300)]).unwrap(), (vec![500, 300], true));
    // Four rows came, as many as were asked for: there may be more.
    let four = [first.clone(), first.clone(), row(&two, 2, 300), row(&two, 2, 300)];
    assert_eq!(last(&four).unwrap(), (vec![500, 300], false));
    // Without an id, two rows may be two transactions; an id of different rows is no id of a row.
    assert_eq!(last(&[row(&none, 1, 500), row(&none, 1, 500)]).unwrap().0, [500, 500]);
    assert_eq!(last(&[first.clone(), first.clone(), row(&one, 2, 300)]).unwrap().0, [500, 500, 300]);
    let period = codec::decode_transactions(
        &Binding::default(),
        Method::TransactionsOfPeriod,
        &answer(200, &json!([first, first])),
    );
    assert_eq!(period.unwrap().len(), 1);
}

#[test]
fn a_total_is_no_transaction() {
    let first = row(&json!(1), 1, 500);
    for total in [
        json!({"id": "", "date": "", "typeName": "Итого", "sum": 500}),
        json!({"id": null, "date": null, "type": "Всего", "sum": 500}),
        json!({"sum": 500}),
        json!({"date": "0000-00-00 00:00:00", "sum": 500}),
    ] {
        assert_eq!(last(&[first.clone(), total.clone()]).unwrap(), (vec![500], true), "{total}");
    }
    assert_eq!(last(&[json!({"id": "", "date": "", "typeName": "Итого", "sum": 0})]).unwrap(), (vec![], true));
    // A row of the account that can't be read hides the whole list: what is asked of it may be that row.
    for unread in [
        json!({"id": 2, "date": "0000-00-00 00:00:00", "typeName": "refill", "sum": 500}),
        json!({"id": null, "date": null, "typeName": "refill", "sum": 500}),
        json!({"id": null, "date": null, "comment": "#9bea", "sum": 500}),
        json!({"id": null, "date": "вчера", "sum": 500}),
    ] {
        assert!(last(&[first.clone(), unread.clone()]).is_err(), "{unread}");
    }
    assert!(last(&[json!({"sum": 500}), json!({"sum": 300})]).is_err());
}

fn dated(days: &[u32]) -> Vec<Value> {
    days.iter().enumerate().map(|(id, day)| row(&json!(id), *day, 100)).collect()
}

/// A list with pages may begin with the oldest. Its first page does not hold the last rows: a refill of today would seem absent, and
/// be sent again.
#[test]
fn the_oldest_page_is_not_the_last_rows() {
    let last = |body: &Value| codec::decode_last_transactions(&Binding::default(), 4, &answer(200, body));
    for around in [
        json!({"totalElements": 57, "last": false, "number": 0}),
        json!({"hasNext": true}),
        json!({"totalCount": 5}),
        json!({"total": 57}),
        json!({"count": 57, "next": "/transactions?page=2", "previous": null}),
        json!({"nextPageToken": "4"}),
        json!({"_links": {"next": {"href": "/transactions?page=1"}}}),
    ] {
        let with = |days: &[u32]| {
            let mut body = around.clone();
            body["items"] = dated(days).into();
            body
        };
        let error = last(&with(&[1, 2, 2, 5])).expect_err(&around.to_string());
        assert_eq!((error.kind(), error.json_path()), (ErrorKind::Unreadable, Some("$.items")), "{around}");
        assert!(error.detail().is_some_and(|why| why.contains("oldest")), "{error}");
        // The newest page, and one with an entry that came later with an earlier date.
        for days in [&[5, 2, 2, 1], &[2, 5, 4, 3]] {
            let read = last(&with(days)).unwrap_or_else(|error| panic!("{around} {days:?}: {error}"));
            assert!(!read.complete && read.transactions.len() == 4, "{around} {days:?}");
        }
    }
    // The whole list, oldest first.
    for whole in [json!(dated(&[1, 2, 3])), json!({"items": dated(&[1, 2, 3]), "totalElements": 3, "last": true})] {
        assert!(last(&whole).unwrap().complete, "{whole}");
    }
}

/// A purchase that was made offline is entered later with an earlier date. So the balances of two neighbours may differ by a sum that
/// is not the change of either.
#[test]
fn a_kind_that_adds_is_not_turned_by_the_balances_around_it() {
    let entry = |day: u32, kind: &str, sum: i64, after: i64| json!({"date": format!("2026-11-{day:02}T12:00:00"), "typeName": kind, "sum": sum, "balanceAfter": after});
    let read = |rows: &[Value]| {
        let told =
            codec::decode_transactions(&Binding::default(), Method::LastTransactions, &answer(200, &json!(rows)));
        told.unwrap().iter().map(|row| (row.kind, row.sum.get())).collect::<Vec<_>>()
    };
    for (word, kind) in [
        ("refill", TransactionKind::Refill),
        ("accrual", TransactionKind::Accrual),
        ("welcome", TransactionKind::Welcome),
        ("awaiting", TransactionKind::Waiting),
    ] {
        // 500 were added to 1000, then 1000 were taken on an earlier day.
        let rows = [entry(1, "accrual", 2000, 2000), entry(2, word, 500, 1500), entry(3, "return", 300, 1200)];
        let wanted = [(TransactionKind::Accrual, 2000), (kind, 500), (TransactionKind::Return, -300)];
        assert_eq!(read(&rows), wanted);
    }
    // A field of the row itself may turn it. Balances still tell of a kind that may add or take, and of a payment that was undone.
    let mut turned = entry(2, "refill", 500, 1500);
    turned["direction"] = json!("out");
    assert_eq!(read(&[turned]), [(TransactionKind::Refill, -500)]);
    let rows = [entry(1, "accrual", 2000, 2000), entry(2, "payment", 500, 2500), entry(3, "?", 300, 2200)];
    let wanted = [(TransactionKind::Accrual, 2000), (TransactionKind::Payment, 500), (TransactionKind::Other, -300)];
    assert_eq!(read(&rows), wanted);
}

/// A receipt of the restaurant has a number, and an empty field for the outside one. It is no purchase from outside.
#[test]
fn a_number_of_a_receipt_does_not_stand_in_for_an_empty_outside_number() {
    let outside = |more: &Value| {
        let mut row = row(&json!(1), 1, 500);
        row.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let rows = answer(200, &json!([row]));
        let last = codec::decode_last_transactions(&Binding::default(), 4, &rows).unwrap().transactions.remove(0);
        let receipt = codec::decode_receipt(
            &Binding::default(),
            &ReceiptId::new("7"),
            &answer(200, &{
                let mut receipt = more.clone();
                receipt["id"] = json!(7);
                receipt["dishes"] = json!([]);
                receipt
            }),
        );
        assert_eq!(receipt.unwrap().unwrap().external.external_check, last.external.external_check, "{more}");
        last.external.external_check
    };
    for empty in [json!(null), json!(""), json!(" ")] {
        assert_eq!(outside(&json!({"checkNumber": "401", "externalCheck": empty})), None, "{empty}");
        assert_eq!(outside(&json!({"check": {"checkNumber": "401"}, "externalCheck": empty})), None, "{empty}");
        assert_eq!(outside(&json!({"check": {"checkNumber": "401", "externalCheck": empty}})), None, "{empty}");
    }
    assert_eq!(outside(&json!({"checkNumber": "401", "externalCheck": "Д-17"})).as_deref(), Some("Д-17"));
    assert_eq!(outside(&json!({"externalNumber": "Д-17", "externalCheck": null})).as_deref(), Some("Д-17"));
    assert_eq!(outside(&json!({"check": {"externalCheck": "Д-17"}, "externalCheck": null})).as_deref(), Some("Д-17"));
    // Nothing else is there: then the looser word is the best that is known.
    assert_eq!(outside(&json!({"checkNumber": "401"})).as_deref(), Some("401"));
}

/// A description names the field by a word of its own, and a row has nothing there.
#[test]
fn the_field_that_a_description_names_is_not_replaced_by_a_looser_word() {
    let mut binding = serde_json::to_value(Binding::default()).unwrap();
    binding["methods"]["last_transactions"]["answer"]["fields"]["externalCheck"] =
        json!({"name": "outerNo", "source": "swagger"});
    let binding: Binding = serde_json::from_value(binding).unwrap();
    let mut told = row(&json!(1), 1, 500);
    told["checkNumber"] = json!("401");
    told["outerNo"] = Value::Null;
    let read = codec::decode_last_transactions(&binding, 4, &answer(200, &json!([told]))).unwrap();
    assert_eq!(read.transactions[0].external.external_check, None);
}

/// A server that writes no minus: what a return undoes tells its way, and where nothing does, the sum has no sign.
#[test]
fn a_return_goes_against_what_it_undoes() {
    let read = |rows: &[(&str, i64)]| {
        let rows: Vec<Value> = (1..)
            .zip(rows)
            .map(|(day, (kind, sum))| json!({"date": format!("2026-11-{day:02}"), "typeName": kind, "sum": sum}))
            .collect();
        let last = codec::decode_last_transactions(&Binding::default(), 50, &answer(200, &json!(rows))).unwrap();
        last.transactions.iter().map(|row| (row.kind, row.sum.get(), row.unsigned)).collect::<Vec<_>>()
    };
    use TransactionKind::{Accrual, Burning, Other, Payment, Return};
    assert_eq!(
        read(&[
            ("Начисление", 100),
            ("Отмена начисления", 77),
            ("Отмена списания", 50),
            ("REFUND", 3000),
            ("Возврат оплаты", 30),
            ("CORRECTION", 500),
            ("Сгорание", 7),
        ]),
        [
            (Accrual, 100, false),
            (Return, -77, false),
            (Return, 50, false),
            (Other, 3000, true),
            (Other, 30, true),
            (Other, 500, true),
            (Burning, -7, false),
        ]
    );
    // A server that writes minuses wrote none here.
    assert_eq!(
        read(&[("Оплата", -5), ("Отмена начисления", 77), ("CORRECTION", 500), ("Сгорание", 7), ("Оплата", 3)]),
        [(Payment, -5, false), (Return, 77, false), (Other, 500, false), (Burning, -7, false), (Payment, 3, false)]
    );
    assert_eq!(read(&[("Сгорание", -5), ("Сгорание", 7)]), [(Burning, -5, false), (Burning, 7, false)]);
}
