//! Rows of a list of transactions that are no transactions of their own.

use probonus::{Method, binding::Binding, codec};
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
