//! Answers as servers of other stacks write them: protobuf's JSON, JSON:API, sums and moments in parts.

use jiff::civil::datetime;
use probonus::{ErrorKind, Method, ReceiptId, TransactionKind, binding::Binding, codec};
use serde_json::{Value, json};

use crate::{
    answers::{accounts, answer, noon},
    updates::sent,
};

fn rows(binding: &Binding, rows: &Value) -> Result<Vec<probonus::Transaction>, probonus::Error> {
    codec::decode_transactions(binding, Method::LastTransactions, &answer(200, rows))
}

fn learnt(document: &Value) -> Binding {
    probonus_swagger::learn(document.to_string().as_bytes()).unwrap().binding
}

/// The kopecks of a sum in a row, a balance and a guest; the path of what can't be read.
fn sums(sum: &Value) -> [Result<Option<i64>, String>; 3] {
    let path = |error: probonus::Error| error.json_path().unwrap_or("-").to_owned();
    let row = rows(&Binding::default(), &json!([{"id": 1, "date": "2026-11-30T12:00:00", "sum": sum}]));
    let balance = codec::decode_balance(&Binding::default(), noon(), &answer(200, &json!({"balance": sum})));
    let guest = accounts(&json!({"id": 7, "balance": sum}));
    [
        row.map(|rows| Some(rows[0].sum.get())).map_err(path),
        balance.map(|read| read.balance.map(|sum| sum.get())).map_err(path),
        guest.map(|found| found[0].balance.map(|sum| sum.get())).map_err(path),
    ]
}

#[test]
fn a_sum_may_be_a_record() {
    for (sum, kopecks) in [
        (json!({"currencyCode": "RUB", "units": "123", "nanos": 450_000_000}), 12_345),
        (json!({"currencyCode": "RUB", "units": "-1", "nanos": -450_000_000}), -145),
        (json!({"amount": "123.45", "currency": "RUB"}), 12_345),
        (json!({"value": 12345, "unit": "KOP"}), 12_345),
        (json!({"value": 123, "unit": "руб."}), 12_300),
        (json!({"rub": 123, "kop": 45}), 12_345),
    ] {
        for read in sums(&sum) {
            assert_eq!(read, Ok(Some(kopecks)), "{sum}");
        }
    }
}

#[test]
fn a_sum_in_a_record_that_has_two_readings_is_an_error_with_its_path() {
    for (sum, key) in [
        (json!({"currencyCode": "RUB", "units": "1", "nanos": 455_000_000}), "nanos"),
        (json!({"currencyCode": "RUB", "units": "1", "nanos": -450_000_000}), "nanos"),
        (json!({"currencyCode": "USD", "units": "1", "nanos": 0}), "currencyCode"),
        (json!({"amount": "123.4", "currency": "RUB"}), "amount"),
        (json!({"rub": 123, "kop": 12345}), "kop"),
        (json!({"amount": "123.45", "currency": "RUB", "unit": "kop"}), "amount"),
    ] {
        let [row, balance, _] = sums(&sum);
        assert_eq!(row, Err(format!("$[0].sum.{key}")), "{sum}");
        assert_eq!(balance, Err(format!("$.balance.{key}")), "{sum}");
    }
    // A whole number beside a currency is read as a bare number, in kopecks. A guest's balance is not shown by such an assumption.
    assert_eq!(sums(&json!({"amount": 700, "currency": "RUB"})), [Ok(Some(700)), Ok(Some(700)), Ok(None)]);
    // A record of something else is no sum.
    assert!(sums(&json!({"amount": 700, "count": 3, "currency": "RUB"}))[0].is_err());
}

/// The description tells the unit of an amount, and the answer is read by it.
#[test]
fn the_unit_of_an_amount_in_a_record_is_told_by_the_description() {
    let binding = |said: &str| {
        learnt(&json!({"openapi": "3.0.0", "info": {}, "paths": {"/api/v0/accounts/last_transactions": {"post": {
            "requestBody": {"content": {"application/json": {"schema": {"properties": {
                "accountId": {"type": "integer"}, "count": {"type": "integer"}}}}}},
            "responses": {"200": {"content": {"application/json": {"schema": {"type": "array", "items": {"properties": {
                "date": {"type": "string"}, "balanceAfter": {"$ref": "#/components/schemas/Money"},
                "sum": {"$ref": "#/components/schemas/Money"}}}}}}}}}}},
            "components": {"schemas": {"Money": {"type": "object", "properties": {
                "amount": {"type": "integer", "description": said}, "currency": {"type": "string"}}}}}}))
    };
    let money = |amount: Value| json!({"amount": amount, "currency": "RUB"});
    let row = |amount: Value| json!([{"date": "2026-11-30T12:00:00", "sum": money(amount.clone()), "balanceAfter": money(amount)}]);
    for (said, kopecks) in [("в рублях", 70_000), ("в копейках", 700)] {
        let read = rows(&binding(said), &row(json!(700))).unwrap();
        assert_eq!((read[0].sum.get(), read[0].balance_after.map(|sum| sum.get())), (kopecks, Some(kopecks)), "{said}");
    }
    let error = rows(&binding("в копейках"), &row(json!("7.00"))).unwrap_err();
    assert_eq!(error.json_path(), Some("$[0].sum.amount"));
}

/// A request is written as the description types the sum.
#[test]
fn a_sum_is_written_in_units_and_nanos() {
    let refill = |properties: Value| {
        let binding = learnt(&json!({"openapi": "3.0.0", "info": {}, "paths": {"/api/v0/accounts/refill": {"post": {
            "requestBody": {"content": {"application/json": {"schema": {"required": ["accountId", "sum"], "properties": {
                "accountId": {"type": "integer"}, "sum": {"type": "object", "properties": properties}}}}}}}}}}));
        move |sum: i64| {
            let sum = probonus::Kopecks::new(sum).unwrap();
            let refill = probonus::Refill { account: probonus::AccountId::new("7"), sum, comment: String::new() };
            let request = codec::encode(&binding, codec::Call::Refill(&refill))?;
            Ok::<Value, probonus::Error>(serde_json::from_slice::<Value>(&request.body).unwrap()["sum"].clone())
        }
    };
    let google = json!({"units": {"type": "string", "format": "int64"}, "nanos": {"type": "integer"}, "currencyCode": {"type": "string"}});
    let google = refill(google);
    assert_eq!(google(12_345).unwrap(), json!({"units": "123", "nanos": 450_000_000, "currencyCode": "RUB"}));
    assert_eq!(google(12_300).unwrap(), json!({"units": "123", "nanos": 0, "currencyCode": "RUB"}));
    assert_eq!(google(45).unwrap(), json!({"units": "0", "nanos": 450_000_000, "currencyCode": "RUB"}));
    let amount =
        json!({"amount": {"type": "string", "example": "100.50"}, "currency": {"type": "string", "enum": ["RUB"]}});
    assert_eq!(refill(amount)(12_345).unwrap(), json!({"amount": "123.45", "currency": "RUB"}));
    // Neither a bare amount nor a currency of several tells the unit.
    for unclear in [
        json!({"amount": {"type": "integer"}, "currency": {"type": "string", "enum": ["RUB"]}}),
        json!({"amount": {"type": "string", "example": "100.50"}, "currency": {"type": "string", "enum": ["RUB", "USD"]}}),
    ] {
        assert_eq!(refill(unclear.clone())(12_345).unwrap_err().kind(), ErrorKind::Unsupported, "{unclear}");
    }
}

/// An administrator may name one of the two places only. Nothing of a sum is lost then.
#[test]
fn a_sum_that_would_lose_its_kopecks_is_not_sent() {
    let refill = |line: &str, sum: i64| {
        let mut binding = Binding::default();
        binding.overrule(Some(Method::Refill), "field.sum", line).unwrap();
        let sum = probonus::Kopecks::new(sum).unwrap();
        let refill = probonus::Refill { account: probonus::AccountId::new("7"), sum, comment: String::new() };
        codec::encode(&binding, codec::Call::Refill(&refill)).map(|request| request.body.clone())
    };
    let units = "body /sum/units integer units";
    assert!(refill(units, 12_300).is_ok());
    assert_eq!(refill(units, 12_345).unwrap_err().kind(), ErrorKind::InvalidRequest);
    assert!(refill("body /sum/nanos integer nanos", 45).is_err());
    assert!(refill(&format!("{units} + body /sum/nanos integer nanos"), 12_345).is_ok());
}

#[test]
fn a_date_and_a_time_in_two_fields_are_one_moment() {
    let moment = |row: Value| {
        let mut row = row;
        row["sum"] = json!(100);
        rows(&Binding::default(), &json!([row])).map(|read| read[0].at.local)
    };
    let at = datetime(2026, 11, 30, 14, 5, 7, 0);
    for row in [
        json!({"date": "2026-11-30", "time": "14:05:07"}),
        json!({"date": "30.11.2026", "time": "14:05:07.123"}),
        json!({"date": "2026-11-30T00:00:00", "time": "14:05:07"}),
        json!({"operation_date": "2026-11-30", "operation_time": "14:05:07"}),
        json!({"Дата": "30.11.2026", "Время": "14:05:07"}),
        json!({"date": [2026, 11, 30], "time": " 14:05:07 "}),
    ] {
        assert_eq!(moment(row.clone()).unwrap(), at, "{row}");
    }
    let midnight = datetime(2026, 11, 30, 0, 0, 0, 0);
    for row in [
        json!({"date": "2026-11-30"}),
        json!({"date": "2026-11-30", "time": ""}),
        json!({"date": "2026-11-30", "time": null}),
        // Not of this date, or no time of a day.
        json!({"date": "2026-11-30", "openTime": "14:05:07"}),
        json!({"date": "2026-11-30", "time": "вечер"}),
        json!({"date": "2026-11-30", "time": 140_507}),
    ] {
        assert_eq!(moment(row.clone()).unwrap(), midnight, "{row}");
    }
    // The date is a moment already.
    let whole = json!({"date": "2026-11-30T14:05:07", "time": "15:00"});
    assert_eq!(moment(whole).unwrap(), at);
    let receipt = json!({"id": 7, "number": "1", "date": "2026-11-30", "time": "14:05:07", "dishes": []});
    let receipt = codec::decode_receipt(&Binding::default(), &ReceiptId::new("7"), &answer(200, &receipt));
    assert_eq!(receipt.unwrap().unwrap().at.map(|at| at.local), Some(at));
}

/// NSwag puts the names of an enumeration beside its numbers.
#[test]
fn a_kind_that_is_a_number_is_read_by_its_name() {
    let binding = |kind: Value| {
        learnt(&json!({"openapi": "3.0.0", "info": {}, "paths": {"/api/v0/accounts/last_transactions": {"post": {
            "requestBody": {"content": {"application/json": {"schema": {"properties": {
                "accountId": {"type": "integer"}, "count": {"type": "integer"}}}}}},
            "responses": {"200": {"content": {"application/json": {"schema": {"type": "array", "items": {"properties": {
                "date": {"type": "string"}, "type": kind, "sum": {"type": "integer"}}}}}}}}}}}}))
    };
    let read = |kind: &Value, code: Value| {
        let row = json!([{"date": "2026-11-30T12:00:00", "type": code, "sum": 100}]);
        let row = rows(&binding(kind.clone()), &row).unwrap().remove(0);
        (row.kind, row.kind_name.unwrap_or_default(), row.sum.get())
    };
    for kind in [
        json!({"type": "integer", "enum": [0, 1], "x-enumNames": ["Начисление", "Списание"]}),
        json!({"type": "integer", "enum": [0, 1], "x-enum-varnames": ["Начисление", "Списание"]}),
        json!({"type": "integer", "enum": [0, 1], "x-enumDescriptions": ["Начисление", "Списание"]}),
        json!({"oneOf": [{"const": 0, "title": "Начисление"}, {"const": 1, "title": "Списание"}]}),
        json!({"type": "integer", "description": "Вид: 0 - Начисление, 1 - Списание"}),
    ] {
        assert_eq!(read(&kind, json!(0)), (TransactionKind::Accrual, "Начисление".to_owned(), 100), "{kind}");
        assert_eq!(read(&kind, json!("1")), (TransactionKind::Payment, "Списание".to_owned(), -100), "{kind}");
        assert_eq!(read(&kind, json!(2)).1, "2", "{kind}");
    }
    // Names that may belong to other codes, and a number that is no code, name nothing.
    for kind in [
        json!({"type": "integer", "enum": [0, 1, 2], "x-enumNames": ["Начисление", "Списание"]}),
        json!({"type": "integer", "description": "Вид операции, 1 - Списание"}),
        json!({"type": "integer"}),
    ] {
        assert_eq!(read(&kind, json!(1)), (TransactionKind::Other, "1".to_owned(), 100), "{kind}");
    }
}

fn resource(id: &str, attributes: Value) -> Value {
    json!({"type": "accounts", "id": id, "attributes": attributes})
}

#[test]
fn a_record_of_json_api_is_its_attributes_with_its_id() {
    let guest =
        resource("7", json!({"id": 70, "surname": "Петров", "phone": "79123456789", "balance": 100, "type": "vip"}));
    for told in [json!({"data": guest}), json!({"data": [guest], "links": {"self": "/a"}, "meta": {}}), json!([guest])]
    {
        let found = accounts(&told).unwrap_or_else(|error| panic!("{told}: {error}")).remove(0);
        assert_eq!((found.id.as_str(), found.balance.map(|sum| sum.get())), ("7", Some(100)), "{told}");
        assert_eq!(found.profile.name.surname.as_deref(), Some("Петров"), "{told}");
        assert_eq!(found.raw, guest, "{told}");
    }
    let odd = accounts(&json!({"data": [resource("7", json!({"balance": 10.5}))]})).unwrap();
    assert_eq!((odd[0].balance, odd[0].unread[0].said.as_str()), (None, "10.5"));
    let row = |id: &str, sum: i64| json!({"type": "refill", "id": id, "attributes": {"date": "2026-11-30T12:00:00", "amount": sum, "direction": "out"}});
    let read = rows(&Binding::default(), &json!({"data": [row("1", 100), row("1", 100), row("2", 5)]})).unwrap();
    let read: Vec<_> = read.iter().map(|row| (row.id.as_deref(), row.kind, row.sum.get())).collect();
    // The type of a resource is no kind of an entry.
    assert_eq!(read, [(Some("1"), TransactionKind::Other, -100), (Some("2"), TransactionKind::Other, -5)]);
    let balance = json!({"data": resource("7", json!({"balance": 700}))});
    let balance = codec::decode_balance(&Binding::default(), noon(), &answer(200, &balance)).unwrap();
    assert_eq!(balance.balance.map(|sum| sum.get()), Some(700));
    let made =
        codec::decode_write(&Binding::default(), Method::InsertByTemplate, &answer(201, &json!({"data": guest})));
    assert_eq!(made.unwrap().account.map(|id| id.as_str().to_owned()).as_deref(), Some("7"));
}

#[test]
fn another_account_in_the_attributes_is_noticed() {
    let account = probonus::AccountId::new("103");
    let row = |account: i64| {
        let attributes = json!({"date": "2026-11-30T12:00:00", "amount": 1, "accountId": account});
        json!({"data": [{"type": "entries", "id": "1", "attributes": attributes}]})
    };
    let about = |told: &Value| {
        codec::must_be_about(&Binding::default(), &codec::Call::LastTransactions(&account, 5), &answer(200, told))
    };
    assert!(about(&row(103)).is_ok());
    assert_eq!(about(&row(102)).unwrap_err().json_path(), Some("$.data[0].attributes.accountId"));
    // The attributes of a plain record may be about anything.
    let plain = json!([{"accountId": 103, "date": "2026-11-30", "amount": 1, "attributes": {"accountId": 102}}]);
    assert!(about(&plain).is_ok());
}

/// The body of an edit has the form of the record: the changes go among its attributes.
#[test]
fn a_record_of_json_api_is_edited_among_its_attributes() {
    let record = json!({"data": resource("7", json!({"surname": "Петров", "name": "Иван", "balance": 100}))});
    let update = |open: Value| {
        learnt(
            &json!({"openapi": "3.0.0", "info": {}, "paths": {"/api/v0/accounts/update": {"patch": {"requestBody": {"content": {
            "application/vnd.api+json": {"schema": {"type": "object", "additionalProperties": open, "required": ["data"], "properties": {"data": {
                "type": "object", "required": ["type", "id", "attributes"], "properties": {"id": {"type": "string"},
                    "type": {"type": "string", "enum": ["accounts"]}, "attributes": {"type": "object", "properties": {
                        "surname": {"type": "string"}, "name": {"type": "string"}}}}}}}}}}}}}}),
        )
    };
    let told =
        |open: Value| sent(&update(open), &record, |profile| profile.name.surname = Some("Сидоров".into())).unwrap();
    let attributes = json!({"surname": "Сидоров", "name": "Иван"});
    assert_eq!(told(json!(false)), json!({"data": {"type": "accounts", "id": "7", "attributes": attributes}}));
    let whole = json!({"surname": "Сидоров", "name": "Иван", "balance": 100});
    assert_eq!(told(json!(true)), json!({"data": {"type": "accounts", "id": "7", "attributes": whole}}));
}

/// Protobuf leaves a number out that is zero. Only a description that was made of protobuf says so.
#[test]
fn a_balance_of_zero_that_protobuf_leaves_out_is_zero() {
    let bytes = include_bytes!("../../../swagger/tests/data/swagger/grpc-gateway2.yaml");
    let of_protobuf = probonus_swagger::learn(bytes).unwrap().binding;
    let guest = |binding: &Binding, told: &Value| {
        let found = codec::decode_accounts(binding, Method::FindByPhone, &answer(200, told)).unwrap();
        found.first().map(|guest| guest.balance.map(|sum| sum.get()))
    };
    let known = json!({"id": "7", "phone": "79123456789"});
    assert_eq!(guest(&of_protobuf, &known), Some(Some(0)));
    assert_eq!(guest(&of_protobuf, &json!({"id": "7", "balance": "500"})), Some(Some(500)));
    assert_eq!(guest(&of_protobuf, &json!({"id": "7", "balance": null})), Some(None));
    assert_eq!(guest(&of_protobuf, &json!({})), None);
    assert_eq!(guest(&Binding::default(), &known), Some(None));
    let balance = |binding: &Binding, told: &Value| {
        let read = codec::decode_balance(binding, noon(), &answer(200, told));
        read.map(|read| read.balance.map(|sum| sum.get())).map_err(|error| error.kind())
    };
    assert_eq!(balance(&of_protobuf, &json!({"accountId": "7"})), Ok(Some(0)));
    // An answer of somebody else, and a part without a total, tell no balance.
    for other in [json!({}), json!({"code": 5, "message": "busy", "details": []}), json!({"status": "ok"})] {
        assert!(balance(&of_protobuf, &other).is_err(), "{other}");
    }
    assert_eq!(balance(&of_protobuf, &json!({"accountId": "7", "balance": null})), Err(ErrorKind::Unreadable));
    assert_eq!(balance(&Binding::default(), &json!({"accountId": "7"})), Err(ErrorKind::Unreadable));
    // An administrator says that it is not so.
    let mut overruled = of_protobuf;
    overruled.overrule(Some(Method::FindByPhone), "answer.zeros", "").unwrap();
    assert_eq!(guest(&overruled, &known), Some(None));
}

/// What exactly is wrong, beside a sentence that only says that something is: as frameworks for .NET, Java and PHP tell it.
#[test]
fn the_reasons_of_a_refusal_are_told() {
    assert_reasons(&[
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
    ]);
}

/// As frameworks for Go, Node and Python tell it; and what is no reason.
#[test]
fn a_reason_is_told_without_escapes_and_without_what_is_for_a_log() {
    assert_reasons(&[
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
    ]);
}

/// Refuses a refill with each answer, and compares what is told of it.
fn assert_reasons(answers: &[(Value, &str)]) {
    for (body, said) in answers {
        let mut refused = body.clone();
        refused["success"] = json!(false);
        let error = codec::decode_write(&Binding::default(), Method::Refill, &answer(200, &refused)).unwrap_err();
        assert_eq!(error.server_message(), Some(*said), "{body}");
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

/// Json.NET numbers the records of its document, JSON-LD gives them addresses. Neither is the id of what the record is about.
#[test]
fn keys_of_the_document_are_no_fields_of_the_record() {
    let found = accounts(&json!({"$id": "1", "$type": "Guest", "Id": 2, "Phone": "79123456789", "Balance": 500,
        "Coupons": {"$id": "3", "$values": [{"$id": "4", "Name": "Кофе в подарок"}]},
        "Identifiers": {"$id": "5", "$values": ["77001"]}}))
    .unwrap();
    assert_eq!(found[0].id.as_str(), "2");
    assert_eq!(found[0].coupons[0].name, "Кофе в подарок");
    assert_eq!(found[0].profile.identifiers, ["77001"]);
    let of_json_ld =
        accounts(&json!({"@context": "/contexts/Account", "@id": "/api/accounts/1001", "@type": "Account",
        "id": 1001, "phone": "79123456789"}));
    assert_eq!(of_json_ld.unwrap()[0].id.as_str(), "1001");
    let listed = rows(
        &Binding::default(),
        &json!({"$id": "1", "$values": [{"$id": "2", "Id": 17, "Date": "2026-11-30T12:00:00",
        "Sum": 700, "CheckId": null, "Type": "Изъятие бонусов"}]}),
    );
    let row = listed.unwrap().remove(0);
    assert_eq!((row.id.as_deref(), row.receipt, row.kind), (Some("17"), None, TransactionKind::Withdrawal));
    let of_mongo =
        rows(&Binding::default(), &json!([{"_id": "65f0", "date": "2026-11-30T12:00:00", "sum": 7, "checkId": null}]));
    assert_eq!(of_mongo.unwrap()[0].receipt, None);
    let written =
        codec::decode_write(&Binding::default(), Method::Refill, &answer(200, &json!({"$id": "1", "Balance": 700})));
    assert_eq!(written.unwrap().transaction, None);
}

/// An envelope with codes of the server's own: 0 is success, any other number a refusal with its reason.
#[test]
fn a_code_of_the_servers_own_refuses_by_the_words_beside_it() {
    for (body, kind) in [
        (json!({"code": 1007, "msg": "Превышен лимит начислений", "result": null}), Some(ErrorKind::Refused)),
        (json!({"code": 10001, "msg": "Лимит 500", "result": {}}), Some(ErrorKind::Refused)),
        (json!({"code": -1, "message": "Касса закрыта"}), Some(ErrorKind::Refused)),
        (json!({"code": "LIMIT_EXCEEDED", "message": "Лимит 500", "data": null}), Some(ErrorKind::Refused)),
        (json!({"code": 1, "msg": "Недостаточно прав", "result": null}), Some(ErrorKind::Refused)),
        (json!({"code": 1, "msg": "success", "result": {}}), None),
        (json!({"code": 0, "msg": "Лимит 500", "result": null}), None),
        (json!({"code": "SUCCESS", "msg": "Операция проведена", "result": null}), None),
    ] {
        let read = codec::decode_write(&Binding::default(), Method::Refill, &answer(200, &body));
        match kind {
            Some(kind) => {
                let error = read.unwrap_err();
                assert_eq!(error.kind(), kind, "{body}");
                assert!(error.server_message().is_some(), "{body}");
            }
            None => assert!(read.is_ok(), "{body}: {read:?}"),
        }
    }
    for words in ["Запрос принят в обработку", "Запрос в обработке", "Your request is queued"]
    {
        let taken_in = json!({"code": 5, "msg": words, "result": null});
        let read = codec::decode_write(&Binding::default(), Method::Refill, &answer(200, &taken_in));
        assert!(!read.is_err_and(|error| error.kind() == ErrorKind::Refused), "it may yet be done: {words}");
    }
    let not_taken = json!({"code": 5, "msg": "Запрос не принят", "result": null});
    let read = codec::decode_write(&Binding::default(), Method::Refill, &answer(200, &not_taken));
    assert!(read.is_err_and(|error| error.kind() == ErrorKind::Refused));
}

#[test]
fn what_can_not_be_read_beside_a_guest_hides_only_itself() {
    let found = accounts(&json!({"id": 7, "phone": "79123456789", "balance": 500, "turnover": "н/д",
        "coupons": [{"name": "Десерт", "validUntil": "бессрочно"}]}))
    .unwrap();
    assert_eq!((found[0].turnover, found[0].coupons[0].valid_until), (None, None));
    assert_eq!(found[0].coupons[0].name, "Десерт");
}

/// One moment, written in two ways.
#[test]
fn a_moment_of_utc_is_the_same_however_it_is_written() {
    for at in ["2026-11-30T11:16:08Z", "2026-11-30T11:16:08+00:00", "2026-11-30 11:16:08+0000"] {
        let row = rows(&Binding::default(), &json!([{"id": 1, "date": at, "sum": 7}])).unwrap().remove(0);
        assert_eq!(row.at.local, datetime(2026, 11, 30, 14, 16, 8, 0), "{at}");
    }
}

#[test]
fn what_is_taken_by_hand_is_no_refill() {
    for (word, kind) in [
        ("MANUAL_DEBIT", TransactionKind::Withdrawal),
        ("Ручное списание", TransactionKind::Withdrawal),
        ("debit", TransactionKind::Withdrawal),
        ("MANUAL_CREDIT", TransactionKind::Refill),
        ("Ручное начисление", TransactionKind::Refill),
    ] {
        let row =
            rows(&Binding::default(), &json!([{"id": 1, "date": "2026-11-30T12:00:00", "sum": 700, "type": word}]));
        assert_eq!(row.unwrap()[0].kind, kind, "{word}");
    }
}
