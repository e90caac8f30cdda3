//! A period's list that comes in pages.

use probonus::{
    AccountId, Delivery, ErrorKind, Method,
    binding::Binding,
    codec::{self, Call},
};
use serde_json::{Value, json};

use crate::answers::answer;

/// A server with `total` rows, `size` at once, as FastAPI, Django or nobody in particular counts its pages.
fn pages(
    document: &[u8],
    envelope: impl Fn(&[Value], usize, u64) -> Value,
    total: usize,
    size: usize,
) -> Result<usize, probonus::Error> {
    let binding = probonus_swagger::learn(document).unwrap().binding;
    let rows: Vec<Value> =
        (0..total).map(|id| json!({"id": id, "created_at": "2026-11-01T12:00:00", "amount": "1.00"})).collect();
    let page = |number: u64, begin: usize| {
        let begin = begin.min(rows.len());
        let end = rows.len().min(begin + size);
        let told = answer(200, &envelope(&rows[begin..end], end, number));
        codec::decode_page(&binding, Method::TransactionsOfPeriod, &told)
    };
    let account = AccountId::new("7");
    let period = probonus::Period::day(jiff::civil::date(2026, 11, 1));
    let mut read = codec::PeriodPages::begin(&binding, page(1, 0)?);
    while let Some(next) = read.next()? {
        let request = codec::encode(&binding, Call::TransactionsPage(&account, period, next)).unwrap();
        let body: Value = serde_json::from_slice(&request.body).unwrap_or_default();
        let in_query = request.path_and_query.contains(&format!("page={next}"))
            || request.path_and_query.contains(&format!("offset={next}"));
        assert!(in_query || body["page"] == json!(next), "{request:?}");
        let begin = if request.path_and_query.contains("offset=") {
            usize::try_from(next).unwrap()
        } else {
            (usize::try_from(next).unwrap() - 1) * size
        };
        read.add(page(next, begin)?)?;
    }
    read.transactions().map(|rows| rows.len())
}

#[test]
fn the_pages_of_a_period_are_read_to_the_end() {
    let fastapi = include_bytes!("../../../swagger/tests/data/swagger/fastapi-pages31.json");
    let whole = |total: usize| move |rows: &[Value], _: usize, page: u64| json!({"items": rows, "total": total, "page": page, "size": 50, "pages": total.div_ceil(50)});
    let django = include_bytes!("../../../swagger/tests/data/swagger/drf-spectacular.yaml");
    let linked = |total: usize| {
        move |rows: &[Value], end: usize, page: u64| {
            json!({"count": total, "previous": null, "results": rows,
        "next": if end < total { json!(format!("http://h/t/?page={}", page + 1)) } else { Value::Null }})
        }
    };
    let silent = include_bytes!("../../../swagger/tests/data/swagger/pages.json");
    for total in [0, 1, 49, 50, 51, 100, 137] {
        let kopecks = |rows: &[Value]| {
            rows.iter()
                .map(|row| json!({"id": row["id"], "created_at": row["created_at"], "amount": 100}))
                .collect::<Vec<_>>()
        };
        assert_eq!(
            pages(fastapi, |rows, end, page| whole(total)(&kopecks(rows), end, page), total, 50).unwrap(),
            total
        );
        assert_eq!(
            pages(
                django,
                |rows, end, page| {
                    let rows: Vec<Value> = rows
                        .iter()
                        .map(|row| json!({"id": row["id"], "carried_out": row["created_at"], "amount": "1.00"}))
                        .collect();
                    linked(total)(&rows, end, page)
                },
                total,
                10
            )
            .unwrap(),
            total
        );
        assert_eq!(pages(silent, |rows, _, _| json!(kopecks(rows)), total * 4, 200).unwrap(), total * 4);
    }
    // More pages than anybody reads at once.
    let long = pages(django, |rows, end, page| linked(9_999)(rows, end, page), 9_999, 10).unwrap_err();
    assert_eq!(long.kind(), ErrorKind::OnlyPart);
}

/// A list that is cut, or that changed while it was read, is no list: what it lacks would be taken for absent.
#[test]
fn pages_that_do_not_fit_together_are_no_list() {
    let fastapi = include_bytes!("../../../swagger/tests/data/swagger/fastapi-pages31.json");
    let binding = probonus_swagger::learn(fastapi).unwrap().binding;
    let page = |ids: std::ops::Range<i64>, total: i64, number: i64| {
        let rows: Vec<Value> =
            ids.map(|id| json!({"id": id, "createdAt": "2026-11-01T12:00:00", "amount": 100})).collect();
        let told = answer(200, &json!({"items": rows, "total": total, "page": number, "size": 50, "pages": 2}));
        codec::decode_page(&binding, Method::TransactionsOfPeriod, &told).unwrap()
    };
    let joined = |second: codec::Page| {
        let mut read = codec::PeriodPages::begin(&binding, page(0..50, 60, 1));
        assert_eq!(read.next().unwrap(), Some(2));
        read.add(second)?;
        read.next().map(|next| (next, read.transactions().unwrap().len()))
    };
    assert_eq!(joined(page(50..60, 60, 2)).unwrap(), (None, 60));
    // An entry came in front meanwhile; the same page again; a page that is empty; a count that does not hold.
    for second in [
        page(49..60, 60, 2),
        page(50..61, 61, 2),
        page(0..50, 60, 1),
        page(50..50, 60, 2),
        page(50..62, 60, 2),
        page(50..60, 60, 3),
    ] {
        let error = joined(second).unwrap_err();
        assert_eq!((error.kind(), error.delivery()), (ErrorKind::OnlyPart, Delivery::Unknown));
    }
    // Without a word of how further pages are asked for.
    let told = answer(
        200,
        &json!({"items": [{"id": 1, "createdAt": "2026-11-01T12:00:00", "amount": 100}], "total": 60, "page": 1}),
    );
    let table = Binding::default();
    let first = codec::decode_page(&table, Method::TransactionsOfPeriod, &told).unwrap();
    assert_eq!(codec::PeriodPages::begin(&table, first).next().unwrap_err().kind(), ErrorKind::OnlyPart);
}

/// A sum beside each page, of all pages: it counts no rows, since another key says where the next page is.
#[test]
fn a_sum_of_all_pages_is_no_number_of_rows() {
    let binding = {
        let mut binding = serde_json::to_value(Binding::default()).unwrap();
        binding["methods"]["transactions_of_period"]["pages"] = json!({
            "place": "query", "name": "page", "type": "integer", "counts": "pages", "first": 1, "source": "swagger"
        });
        serde_json::from_value::<Binding>(binding).unwrap()
    };
    let page = |ids: std::ops::Range<i64>, more: bool| {
        let rows: Vec<Value> = ids.map(|id| json!({"id": id, "date": "2026-11-01", "sum": 100})).collect();
        let told = answer(200, &json!({"items": rows, "total": 700, "hasMore": more}));
        codec::decode_page(&binding, Method::TransactionsOfPeriod, &told).unwrap()
    };
    let mut read = codec::PeriodPages::begin(&binding, page(0..5, true));
    assert_eq!(read.next().unwrap(), Some(2));
    read.add(page(5..7, false)).unwrap();
    assert_eq!((read.next().unwrap(), read.transactions().unwrap().len()), (None, 7));
}
