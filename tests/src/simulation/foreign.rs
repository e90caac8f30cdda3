//! Answers about another guest, as a cache gives them whose key lacks the body, or a gateway that mixes its connections up. They
//! name the other account.

use bytes::Bytes;
use http::{Request, Response};
use probonus_sandbox::Sandbox;
use serde_json::{Value, json};

use super::random::Random;

/// Whether a request is about one guest, so that its answer can be about another.
pub fn can_be_mixed_up(name: &str) -> bool {
    matches!(name, "transactions" | "get_balance_extended" | "find_by_phone") || is_write(name)
}

fn is_write(name: &str) -> bool {
    matches!(name, "refill" | "register_check" | "insert_by_template" | "update")
}

/// The same request about another guest of the server; `None`: there is no other.
pub fn about_another(random: &Random, server: &Sandbox, request: &Request<Bytes>) -> Option<(i64, Request<Bytes>)> {
    let mut body: Value = serde_json::from_slice(request.body()).ok()?;
    let (asked, phone) = (body["accountId"].as_i64(), body["phone"].as_str().map(str::to_owned));
    let others: Vec<(i64, String)> = server.with_core(|core| {
        let is_other =
            |id: i64, number: &str| Some(id) != asked && phone.as_deref().is_none_or(|asked| !asked.ends_with(number));
        core.accounts().filter(|one| is_other(one.id, &one.phone)).map(|one| (one.id, one.phone.clone())).collect()
    });
    if others.is_empty() {
        return None;
    }
    let (other, number) = random.pick(&others).clone();
    if asked.is_some() {
        body["accountId"] = other.into();
    }
    if phone.is_some() {
        body["phone"] = number.into();
    }
    let body = Bytes::from(body.to_string());
    Some((other, request.clone().map(|_| body)))
}

/// The answer to a read about the account `other`, with its id in every row; `None`: it has no row that could name it.
pub fn named(answer: &Response<Bytes>, other: i64) -> Option<Response<Bytes>> {
    let mut body: Value = serde_json::from_slice(answer.body()).ok()?;
    match &mut body {
        Value::Array(rows) if rows.is_empty() => return None,
        Value::Array(rows) => rows.iter_mut().filter_map(Value::as_object_mut).for_each(|row| {
            row.entry("accountId").or_insert_with(|| other.into());
        }),
        _ => {}
    }
    Some(answer.clone().map(|_| Bytes::from(body.to_string())))
}

/// The answer to a write of another account.
pub fn written(random: &Random, other: i64) -> Response<Bytes> {
    let (balance, entry) = (random.below(100_000), 5_000_000 + random.below(50));
    super::answers::json_of(&json!({ "accountId": other, "balance": balance, "transactionId": entry, "checkId": null }))
}
