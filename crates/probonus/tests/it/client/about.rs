//! An answer that is about another account or receipt is no answer to the request.

use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use probonus::{
    AccountId, Client, Delivery, Error, ErrorKind, Loyalty, Method, Period, ReceiptId,
    binding::Binding,
    client::{BodyStream, Transport, TransportError},
};

use super::support::{builder, refill};

/// Answers every request with one body, as a cache does whose key lacks the body of the request.
struct Cache(String);

#[async_trait]
impl Transport for Cache {
    async fn send(&self, _: http::Request<Bytes>) -> Result<http::Response<BodyStream>, TransportError> {
        let body: BodyStream = Box::pin(futures::stream::iter([Ok(Bytes::from(self.0.clone()))]));
        Ok(http::Response::builder().header("content-type", "application/json").body(body).unwrap())
    }
}

fn told(body: &str) -> Client {
    told_to(Binding::default(), body)
}

fn told_to(binding: Binding, body: &str) -> Client {
    builder("https://bonus.example").binding(binding).transport(Arc::new(Cache(body.to_owned()))).build().unwrap()
}

/// A binding whose request calls the account so.
fn calling(method: Method, field: &str, name: &str) -> Binding {
    let mut binding = Binding::default();
    binding.overrule(Some(method), field, &format!("body /{name} any required")).unwrap();
    binding
}

fn place(error: &Error) -> &str {
    assert_eq!((error.kind(), error.delivery()), (ErrorKind::OtherAccount, Delivery::Unknown), "{error}");
    error.json_path().unwrap()
}

fn row(account: &str) -> String {
    format!(r#"{{"id": 7, "date": "2026-11-27T12:00:00", "type": "refill", "sum": 500, {account}}}"#)
}

#[tokio::test]
async fn entries_of_another_account_are_not_taken_for_the_history() {
    let of_101 = AccountId::new("101");
    let november = Period::new("2026-11-01".parse().unwrap(), "2026-11-30".parse().unwrap()).unwrap();
    for (body, at) in [
        (format!("[{}]", row(r#""accountId": 102"#)), "$[0].accountId"),
        (format!("[{}, {}]", row(r#""accountId": 101"#), row(r#""accountId": 102"#)), "$[1].accountId"),
        (format!(r#"{{"items": [{}]}}"#, row(r#""account_id": "102""#)), "$.items[0].account_id"),
        (format!(r#"{{"success": true, "data": {{"rows": [{}]}}}}"#, row(r#""AccId": 102"#)), "$.data.rows[0].AccId"),
        (format!("[{}]", row(r#""account": {"accountId": 102}"#)), "$[0].account.accountId"),
        // It has no rows, and is no answer for all that.
        (r#"{"accountId": 102, "transactions": []}"#.to_owned(), "$.accountId"),
        (r#"{"data": {"accountId": 102, "items": []}}"#.to_owned(), "$.data.accountId"),
    ] {
        let client = told(&body);
        assert_eq!(place(&client.last_transactions(&of_101, 50).await.unwrap_err()), at, "{body}");
        assert_eq!(place(&client.transactions(&of_101, november).await.unwrap_err()), at, "{body}");
    }
}

/// Servers put ids of other things into their rows. They must not become unreadable.
#[tokio::test]
async fn ids_of_other_things_make_no_answer_another_account_s() {
    let of_101 = AccountId::new("101");
    for account in [
        r#""accountId": 101"#,
        r#""accountId": "101""#,
        r#""accountId": null"#,
        r#""accountId": 0"#,
        r#""accountId": "7f3c9a52-0c1d-4a6e-9b53-0d2f4c8e1a01""#,
        r#""accountId": 101, "idAccount": 5"#,
        r#""cardNumber": "2200770012345678""#,
        r#""holderId": 55, "clientId": 56, "userId": 57, "guestId": 58"#,
        r#""accountNumber": "40817810000000000102""#,
        r#""account": "Бонусный", "accountName": "102""#,
        r#""account": {"id": 2, "name": "Бонусы"}"#,
        r#""accountGroupId": 3, "accountTypeId": 2"#,
        r#""transfer": {"accountId": 102}, "data": {"accountId": 102}"#,
    ] {
        let body = format!("[{}]", row(account));
        let read =
            told(&body).last_transactions(&of_101, 50).await.unwrap_or_else(|error| panic!("{account}: {error}"));
        assert_eq!(read.transactions.len(), 1, "{account}");
    }
}

/// What the request calls the account, the answer calls so too.
#[tokio::test]
async fn the_name_that_a_request_has_for_the_account_counts_in_the_answer() {
    let of_101 = AccountId::new("101");
    for (name, account, is_other) in [
        ("guestId", r#""guestId": 102"#, true),
        ("guestId", r#""guestId": 101, "accountId": 5553"#, false),
        ("guestId", r#""accountId": 5553"#, false),
        ("account", r#""account": 102"#, true),
        ("id", r#""accountId": 102"#, true),
        ("id", r#""id": 102"#, false),
    ] {
        let binding = calling(Method::LastTransactions, "field.account", name);
        let read = told_to(binding, &format!("[{}]", row(account))).last_transactions(&of_101, 50).await;
        assert_eq!(read.is_err_and(|error| error.kind() == ErrorKind::OtherAccount), is_other, "{name}: {account}");
    }
}

#[tokio::test]
async fn the_balance_of_another_account_is_not_taken_for_this_one_s() {
    let of_101 = AccountId::new("101");
    for (body, at) in [
        (r#"{"accountId": 102, "balance": 1}"#, "$.accountId"),
        (r#"[{"balance": 1, "accountId": 102}]"#, "$[0].accountId"),
        (r#"{"result": {"balance": 1, "account": {"accountId": "102"}}}"#, "$.result.account.accountId"),
    ] {
        assert_eq!(place(&told(body).balance(&of_101).await.unwrap_err()), at, "{body}");
    }
    let of_guid = AccountId::new("7F3C9A52-0C1D-4A6E-9B53-0D2F4C8E1A01");
    let body = r#"{"accountId": "7f3c9a52-0c1d-4a6e-9b53-0d2f4c8e1a01", "balance": 1}"#;
    assert_eq!(told(body).balance(&of_guid).await.unwrap().balance.map(|sum| sum.get()), Some(1));
}

#[tokio::test]
async fn another_receipt_is_not_taken_for_the_one_that_was_asked_for() {
    let asked = ReceiptId::new("101003");
    for (body, at) in [
        (r#"{"id": 101004, "number": "X-2", "sum": 100}"#, "$.id"),
        (r#"{"receiptId": "101004", "number": "X-2"}"#, "$.receiptId"),
        (
            r#"{"jsonrpc": "2.0", "id": 1, "result": {"check": {"checkId": 101004, "number": "X-2"}}}"#,
            "$.result.check.checkId",
        ),
    ] {
        assert_eq!(place(&told(body).receipt(&asked).await.unwrap_err()), at, "{body}");
    }
    for body in [
        r#"{"id": "101003", "number": "X-1", "accountId": 101}"#,
        r#"{"number": "X-1", "account": {"accountId": "101"}}"#,
        r#"{"id": "7f3c9a52-0c1d-4a6e-9b53-0d2f4c8e1a01", "number": "X-1", "accountId": 101}"#,
        r#"{"id": 5, "checkId": 101003, "number": "X-1", "accountId": 101}"#,
        r#"{"orderId": 17, "number": "X-1", "accountId": 101}"#,
    ] {
        let read = told(body).receipt(&asked).await.unwrap_or_else(|error| panic!("{body}: {error}")).unwrap();
        assert_eq!(read.account, Some(AccountId::new("101")), "{body}");
    }
    // The request calls it `checkId`, so a bare `id` may be that of the row.
    let binding = calling(Method::Receipt, "field.receipt", "checkId");
    let read = told_to(binding.clone(), r#"{"id": 5, "number": "X-1"}"#).receipt(&asked).await;
    assert!(read.is_ok(), "{read:?}");
    let read = told_to(binding, r#"{"checkId": 5, "number": "X-1"}"#).receipt(&asked).await;
    assert_eq!(place(&read.unwrap_err()), "$.checkId");
}

/// A gateway mixed its answers up, and the request may have arrived.
#[tokio::test]
async fn a_write_that_is_answered_for_another_account_has_an_unknown_outcome() {
    let error = told(r#"{"accountId": 102, "transactionId": 5}"#).refill(&refill()).await.unwrap_err();
    assert_eq!(place(&error), "$.accountId");
    assert!(told(r#"{"accountId": 15, "transactionId": 5}"#).refill(&refill()).await.is_ok());
}
