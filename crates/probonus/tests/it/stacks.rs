//! Answers as servers of other stacks write them: protobuf's JSON, JSON:API, sums and moments in parts.

use jiff::civil::datetime;
use probonus::{ErrorKind, Method, ReceiptId, TransactionKind, binding::Binding, codec};
use serde_json::{Value, json};

use crate::{
    answers::{accounts, answer, noon},
    updates::sent,
};

/// What exactly is wrong, beside a sentence that only says that something is.
#[test]
fn the_reasons_of_a_refusal_are_told() {
    for (body, said) in [
        (
            json!({"error": {"code": null, "message": "Запрос неверен!", "details": null, "validationErrors": [
            {"message": "Сумма слишком мала", "members": ["sum"]}]}}),
            "Запрос неверен! sum: Сумма слишком мала",
        ),
        (
            json!({"status": 400, "error": "Bad Request", "message": "Validation failed", "path": "/refill", "errors": [
            {"codes": ["Positive"], "defaultMessage": "должно быть больше 0", "field": "sum", "code": "Positive", "rejectedValue": -5}]}),
            "Validation failed: sum: должно быть больше 0",
        ),
        (
            json!({"title": "One or more validation errors occurred.", "status": 400, "errors": {"Sum": ["Сумма мала"]}}),
            "Сумма мала",
        ),
        (
            json!({"message": "The given data was invalid.", "errors": {"sum": ["Сумма мала"]}}),
            "The given data was invalid. Сумма мала",
        ),
        (
            json!({"Message": "The request is invalid.", "ModelState": {"r.Sum": ["Сумма мала"]}}),
            "The request is invalid. Сумма мала",
        ),
        (
            json!({"title": "Constraint Violation", "status": 400, "violations": [{"field": "sum", "message": "мала"}]}),
            "Constraint Violation: sum: мала",
        ),
        (json!({"error": {"code": 7, "message": "Отказ", "details": ["Мало бонусов"]}}), "Отказ: Мало бонусов"),
        (json!({"message": "Отказ", "fieldErrors": {"sum": "мала"}}), "Отказ: мала"),
        (
            json!({"type": "about:blank", "title": "Bad Request", "status": 400, "detail": "Мало бонусов"}),
            "Мало бонусов",
        ),
        (
            json!({"code": 3, "message": "invalid argument", "details": [{"@type": "type.googleapis.com/google.rpc.BadRequest",
            "fieldViolations": [{"field": "sum", "description": "must be positive"}]}]}),
            "invalid argument: sum: must be positive",
        ),
        (
            json!({"statusCode": 400, "message": ["sum must be positive", "comment is too long"], "error": "Bad Request"}),
            "sum must be positive; comment is too long",
        ),
        (
            json!({"detail": [{"loc": ["body", "sum"], "msg": "field required", "type": "missing"}]}),
            "sum: field required",
        ),
        (
            json!({"errors": [{"status": "422", "title": "Invalid", "detail": "Сумма мала", "source": {"pointer": "/data"}}]}),
            "Сумма мала",
        ),
        (json!({"message": "Сбой", "details": "System.Exception: x\n   at Api.Refill()"}), "Сбой"),
        (json!({"message": "Сбой", "details": "uri=/api/refill"}), "Сбой"),
        (json!({"message": "Сбой", "details": {"traceId": "0f", "host": "a"}}), "Сбой"),
        (json!({"message": "Кафе &quot;У реки&quot; &amp; Ко: нельзя"}), "Кафе \"У реки\" & Ко: нельзя"),
        (json!({"message": "Fish & Chips &quot;X&quot;"}), "Fish & Chips &quot;X&quot;"),
        (json!({"message": "&amp;quot;"}), "&quot;"),
    ] {
        let mut refused = body.clone();
        refused["success"] = json!(false);
        let error = codec::decode_write(&Binding::default(), Method::Refill, &answer(200, &refused)).unwrap_err();
        assert_eq!(error.server_message(), Some(said), "{body}");
    }
}

#[test]
fn the_texts_of_a_receipt_are_read_without_the_escapes_of_html() {
    let receipt = json!({"id": 7, "number": "1", "restaurant": "Кафе &laquo;Река&raquo;", "checkData": "a &lt; b &amp; c",
        "dishes": [{"name": "Fish &amp; Chips", "sum": 500}]});
    let read =
        codec::decode_receipt(&Binding::default(), &ReceiptId::new("7"), &answer(200, &receipt)).unwrap().unwrap();
    assert_eq!((read.restaurant.as_deref(), read.text.as_deref()), (Some("Кафе «Река»"), Some("a < b & c")));
    assert_eq!(read.lines[0].name, "Fish & Chips");
}
