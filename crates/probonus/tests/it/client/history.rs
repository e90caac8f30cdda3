//! Pages of a history that nobody announces.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use async_trait::async_trait;
use bytes::Bytes;
use probonus::{
    AccountId, Client, Error, ErrorKind, Lack, Loyalty, Period, Span,
    binding::Binding,
    client::{BodyStream, Transport, TransportError},
};
use serde_json::{Value, json};

use super::support::builder;

/// Lists `rows` rows as a bare array, `size` at once.
struct Bare {
    rows: usize,
    size: usize,
    /// From what the first row of an answer follows.
    begin: fn(&str, usize) -> Option<usize>,
    asked: Arc<AtomicUsize>,
}

#[async_trait]
impl Transport for Bare {
    async fn send(&self, request: http::Request<Bytes>) -> Result<http::Response<BodyStream>, TransportError> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        let query = request.uri().query().unwrap_or_default().to_owned();
        let begin = (self.begin)(&query, self.size);
        let rows = |begin: usize| (begin..self.rows.min(begin + self.size)).map(row).collect::<Vec<_>>();
        let (status, body) = begin.map_or((404, json!({"detail": "Invalid page."})), |at| (200, rows(at).into()));
        let body: BodyStream = Box::pin(futures::stream::iter([Ok(Bytes::from(body.to_string()))]));
        Ok(http::Response::builder().status(status).header("content-type", "application/json").body(body).unwrap())
    }
}

fn row(id: usize) -> Value {
    json!({"id": id + 1, "date": format!("2026-11-01T12:{:02}:{:02}", 59 - id / 60 % 60, 59 - id % 60), "sum": 100 + id})
}

fn number(query: &str, name: &str) -> Option<usize> {
    query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('=')?.parse().ok())
}

fn counting(counts: &str, name: &str, first: Option<u64>) -> Binding {
    let mut binding = serde_json::to_value(Binding::default()).unwrap();
    binding["methods"]["transactions_of_period"]["pages"] =
        json!({"place": "query", "name": name, "type": "integer", "counts": counts, "source": "swagger"});
    if let Some(first) = first {
        binding["methods"]["transactions_of_period"]["pages"]["first"] = first.into();
    }
    serde_json::from_value(binding).unwrap()
}

/// How many rows are read of the period, how many with what lacks for the screen, and by how many requests for both.
async fn read(
    binding: &Binding,
    rows: usize,
    begin: fn(&str, usize) -> Option<usize>,
) -> (Result<usize, Error>, usize, Lack, usize) {
    let asked = Arc::new(AtomicUsize::new(0));
    let server = Bare { rows, size: 50, begin, asked: asked.clone() };
    let client: Client =
        builder("https://bonus.example").binding(binding.clone()).transport(Arc::new(server)).build().unwrap();
    let (account, period) = (AccountId::new("7"), Period::day(jiff::civil::date(2026, 11, 1)));
    let strict = client.transactions(&account, period).await.map(|rows| rows.len());
    let history = client.history(&account, Span::Period(period)).await.unwrap();
    (strict, history.transactions.len(), history.lacks, asked.load(Ordering::SeqCst))
}

#[tokio::test]
async fn a_bare_list_is_read_to_its_end_where_further_pages_can_be_asked_for() {
    let by_offset = counting("rows", "offset", None);
    let from_one = counting("pages", "page", Some(1));
    let from_nobody = counting("pages", "page", None);
    for rows in [0, 1, 49, 50, 51, 100, 130] {
        let offset = read(&by_offset, rows, |query, _| Some(number(query, "offset").unwrap_or_default())).await;
        assert_eq!((offset.0.unwrap(), offset.1, offset.2), (rows, rows, Lack::Nothing));
        let one = |query: &str, size: usize| Some((number(query, "page").unwrap_or(1) - 1) * size);
        let zero = |query: &str, size: usize| Some(number(query, "page").unwrap_or(0) * size);
        for (binding, begin) in
            [(&from_one, one as fn(&str, usize) -> Option<usize>), (&from_nobody, one), (&from_nobody, zero)]
        {
            let paged = read(binding, rows, begin).await;
            assert_eq!((paged.0.unwrap(), paged.1, paged.2), (rows, rows, Lack::Nothing), "{rows}");
        }
    }
    // A server that has no page after the last one may refuse it.
    let refuses: fn(&str, usize) -> Option<usize> = |query, size| {
        let begin = (number(query, "page").unwrap_or(1) - 1) * size;
        (begin < 100).then_some(begin)
    };
    assert_eq!(read(&from_one, 100, refuses).await.0.unwrap(), 100);
}

#[tokio::test]
async fn a_server_that_ignores_the_page_is_asked_once_more_and_not_for_ever() {
    let from_one = counting("pages", "page", Some(1));
    for (rows, shown, lacks) in [(37, 37, Lack::Nothing), (400, 50, Lack::Perhaps)] {
        let (strict, came, lack, requests) = read(&from_one, rows, |_, _| Some(0)).await;
        assert_eq!((came, lack, requests), (shown, lacks, 4));
        // What is asked of a list that is probably cut would seem absent.
        assert_eq!(strict.map_err(|error| error.kind()), if rows == 37 { Ok(37) } else { Err(ErrorKind::OnlyPart) });
    }
    let alone = Binding::default();
    for (rows, whole) in [(20, true), (49, true), (50, false)] {
        let (strict, shown, lacks, _) = read(&alone, rows, |_, _| Some(0)).await;
        assert_eq!((strict.is_ok(), shown), (whole, rows));
        assert_eq!(lacks, if rows == 49 { Lack::Nothing } else { Lack::Perhaps });
    }
}

#[tokio::test]
async fn a_list_that_changed_while_it_was_read_is_read_once_more() {
    // Each answer after the first begins one row earlier than it should: a row came in front meanwhile.
    let by_offset = counting("rows", "offset", None);
    let shifted: fn(&str, usize) -> Option<usize> =
        |query, _| Some(number(query, "offset").map_or(0, |offset| offset.saturating_sub(1)));
    let (strict, shown, lacks, requests) = read(&by_offset, 130, shifted).await;
    assert_eq!(strict.unwrap_err().kind(), ErrorKind::OnlyPart);
    assert_eq!((shown, lacks, requests), (50, Lack::Some, 8));
}

/// Lists 20 rows, the oldest first.
struct OldestFirst {
    /// Whether it gives the first rows of the account, however many are asked for.
    cuts: bool,
}

#[async_trait]
impl Transport for OldestFirst {
    async fn send(&self, request: http::Request<Bytes>) -> Result<http::Response<BodyStream>, TransportError> {
        let asked: Value = serde_json::from_slice(request.body()).unwrap();
        let count = asked["count"].as_u64().unwrap() as usize;
        let rows: Vec<Value> = (0..20_usize).rev().map(row).collect();
        let rows = if self.cuts { &rows[..count.min(20)] } else { &rows[20 - count.min(20)..] };
        let body: BodyStream = Box::pin(futures::stream::iter([Ok(Bytes::from(json!(rows).to_string()))]));
        Ok(http::Response::builder().status(200).header("content-type", "application/json").body(body).unwrap())
    }
}

/// 20 rows came of 30 that were asked for. Whether these are all is seen when fewer are asked for.
#[tokio::test]
async fn a_list_that_begins_with_the_oldest_is_believed_if_the_server_gives_the_last_rows_when_asked_for_fewer() {
    for cuts in [false, true] {
        let client = builder("https://bonus.example").transport(Arc::new(OldestFirst { cuts })).build().unwrap();
        let last = client.last_transactions(&AccountId::new("7"), 30).await;
        assert_eq!(last.is_err(), cuts);
        assert!(last.is_ok_and(|last| last.complete && last.transactions.len() == 20) || cuts);
    }
}
