//! Answers in many dialects, and what is made of them.

use bytes::Bytes;
use probonus::{
    AccountId, Delivery, ErrorKind, Method, TransactionKind,
    binding::Binding,
    codec::{self, Call, WireAnswer},
};
use proptest::prelude::*;
use serde_json::{Value, json};

/// The server's clock.
pub fn noon() -> jiff::Timestamp {
    "2026-11-29T12:00:00Z".parse().unwrap()
}

pub fn answer(status: u16, body: &Value) -> WireAnswer {
    WireAnswer {
        status,
        content_type: Some("application/json".into()),
        pages: Vec::new(),
        body: Bytes::from(body.to_string()),
    }
}

pub fn accounts(body: &Value) -> Result<Vec<probonus::Account>, probonus::Error> {
    codec::decode_accounts(&Binding::default(), Method::FindByPhone, &answer(200, body))
}

#[test]
fn a_guest_is_read_in_any_dress() {
    let dresses = [
        json!({"id": 7, "phone": "79123456789", "surname": "Кузнецова", "name": "Анна", "birthday": "1990-05-17", "sex": 2,
            "balance": 12345}),
        json!({"success": true, "data": {"AccountId": "7", "PhoneNumber": "+7 912 345-67-89", "LastName": "Кузнецова",
            "FirstName": "Анна", "BirthDate": "17.05.1990", "Gender": "female", "BonusBalance": "12345"}}),
        json!({"result": [{"account_id": 7, "mobile_phone": 79123456789_i64, "fio": "Кузнецова Анна",
            "date_of_birth": "1990-05-17T00:00:00", "gender": "Ж", "balanceRub": 123.45}]}),
        json!({"data": {"items": [{"account": {"id": 7, "balance": "12345"}, "person": {"phone": "9123456789",
            "familyName": "Кузнецова", "givenName": "Анна", "birth": "/Date(642902400000)/", "sex": "f"}}]}}),
        json!({"errorCode": 0, "message": "", "response": {"id": 7, "phone": "89123456789", "name": "Кузнецова Анна",
            "birthday": 642_902_400, "sex": "женский", "current_balance": 12345}}),
    ];
    for dress in dresses {
        let found = accounts(&dress).unwrap_or_else(|error| panic!("{dress}: {error}"));
        let [guest] = found.as_slice() else { panic!("{dress}: {found:?}") };
        assert_eq!(guest.id.as_str(), "7", "{dress}");
        assert_eq!(guest.phone.as_ref().map(|phone| phone.as_e164()), Some("+79123456789"), "{dress}");
        assert_eq!(guest.profile.name.surname.as_deref(), Some("Кузнецова"), "{dress}");
        assert_eq!(guest.profile.name.name.as_deref(), Some("Анна"), "{dress}");
        assert_eq!(guest.profile.birthday, Some(jiff::civil::date(1990, 5, 17)), "{dress}");
        assert_eq!(guest.profile.sex, Some(probonus::Sex::Female), "{dress}");
        assert_eq!(guest.balance.map(|sum| sum.get()), Some(12_345), "{dress}");
    }
}

#[test]
fn nobody_is_found_in_any_dress() {
    for body in [
        json!(null),
        json!({}),
        json!([]),
        json!({"data": null}),
        json!({"result": []}),
        json!({"success": true}),
        json!({"success": false, "message": "Гость не найден"}),
        json!({"success": false, "message": "Номер телефона не зарегистрирован"}),
        json!({"id": null, "phone": null}),
        json!({"error": {"code": 404, "message": "Account not found"}}),
        json!({"data": {"items": [], "total": 0}}),
    ] {
        assert_eq!(accounts(&body).map(|found| found.len()), Ok(0), "{body}");
    }
    let nothing = WireAnswer { status: 204, content_type: None, pages: Vec::new(), body: Bytes::new() };
    assert!(codec::decode_accounts(&Binding::default(), Method::FindByPhone, &nothing).unwrap().is_empty());
    assert!(
        codec::decode_accounts(&Binding::default(), Method::FindByPhone, &answer(404, &json!({"message": "нет"})))
            .unwrap()
            .is_empty()
    );
}

/// A list that was lost on its way must not look like one in which there is nothing: an absence is read from it.
#[test]
fn an_answer_without_a_body_is_no_empty_list() {
    let binding = Binding::default();
    let nothing = |status| WireAnswer { status, content_type: None, pages: Vec::new(), body: Bytes::new() };
    for method in [Method::LastTransactions, Method::TransactionsOfPeriod] {
        assert_eq!(codec::decode_transactions(&binding, method, &nothing(204)).unwrap(), []);
        let lost = codec::decode_transactions(&binding, method, &nothing(200)).unwrap_err();
        assert_eq!((lost.kind(), lost.detail()), (ErrorKind::Unreadable, Some("the answer is empty")));
    }
    let found = codec::decode_accounts(&binding, Method::FindByPhone, &nothing(200));
    assert!(found.unwrap().is_empty(), "a search may say by silence that it found nobody");
}

#[test]
fn a_balance_that_can_not_be_understood_is_not_told() {
    for (balance, said) in [
        (json!(10.5), "10.5"),
        (json!("много"), "много"),
        // Kopecks are an assumption here, and these are written as rubles are.
        (json!(100.0), "100.0"),
        (json!("100,00"), "100,00"),
        (json!("1,500"), "1,500"),
        (json!("12 50"), "12 50"),
    ] {
        let read = accounts(&json!({"data": {"id": 7, "balance": balance}})).unwrap().remove(0);
        let unread: Vec<_> = read.unread.iter().map(|unread| (unread.part, unread.said.as_str())).collect();
        assert_eq!((read.balance, unread), (None, vec![(probonus::RecordPart::Balance, said)]));
    }
}

#[test]
fn what_can_not_be_understood_is_an_error_with_its_path() {
    for (body, path) in [(json!({"phone": "79123456789"}), "$"), (json!({"id": 12345678901234567890123_f64}), "$.id")] {
        let error = accounts(&body).expect_err(&body.to_string());
        assert_eq!((error.kind(), error.json_path()), (ErrorKind::Unreadable, Some(path)), "{body}: {error}");
    }
}

#[test]
fn a_refusal_inside_200_is_a_refusal() {
    let binding = Binding::default();
    for body in [
        json!({"success": false, "message": "Мало бонусов"}),
        json!({"error": "Мало бонусов"}),
        json!({"errorCode": 17, "errorMessage": "Мало бонусов"}),
        json!({"status": "error", "message": "Мало бонусов"}),
        json!({"Data": null, "IsSuccess": false, "Errors": [{"Message": "Мало бонусов"}]}),
        // ASP.NET's problem details, for which a gateway made the status 200.
        json!({"type": "about:blank", "title": "Bad Request", "status": 400, "detail": "Мало бонусов", "traceId": "0"}),
    ] {
        let error = codec::decode_write(&binding, Method::Refill, &answer(200, &body)).expect_err(&body.to_string());
        assert_eq!((error.kind(), error.delivery()), (ErrorKind::Refused, Delivery::Refused), "{body}");
        assert_eq!(error.server_message(), Some("Мало бонусов"), "{body}");
    }
    let crashed = json!({"errorCode": 500, "message": "Internal error"});
    let error = codec::decode_write(&binding, Method::Refill, &answer(200, &crashed)).unwrap_err();
    assert_eq!(error.delivery(), Delivery::Unknown);
}

#[test]
fn a_write_s_answer_may_say_anything() {
    for body in [
        json!({}),
        json!(true),
        json!({"ok": true}),
        json!({"id": 5}),
        json!({"result": {"balance": "1 000"}}),
        json!([]),
    ] {
        codec::decode_write(&Binding::default(), Method::Refill, &answer(200, &body))
            .unwrap_or_else(|e| panic!("{body}: {e}"));
    }
    let told = answer(200, &json!({"id": 5, "accountId": 7, "balance": 100}));
    let written = codec::decode_write(&Binding::default(), Method::Refill, &told).unwrap();
    assert_eq!(written.account.map(|id| id.as_str().to_owned()).as_deref(), Some("7"));
    assert_eq!(written.balance.map(|sum| sum.get()), Some(100));
}

/// What an answer repeats of its request stands under the key of the request. What stands elsewhere may be something else.
#[test]
fn a_write_s_answer_may_repeat_its_request() {
    let written = |method, body: &Value| codec::decode_write(&Binding::default(), method, &answer(200, body)).unwrap();
    let refill = written(Method::Refill, &json!({"transactionId": 5, "sum": 777, "comment": "#1a2b3c4d"}));
    assert_eq!((refill.sum.map(|sum| sum.get()), refill.comment.as_deref()), (Some(777), Some("#1a2b3c4d")));
    let other = written(Method::Refill, &json!({"transactionId": 5, "amount": 777, "description": "Начисление"}));
    assert_eq!((other.sum, other.comment), (None, None));
    let guid = "1a2b3c4d-0000-4000-8000-000000000000";
    let purchase = written(Method::RegisterCheck, &json!({"checkGuid": guid}));
    assert_eq!(purchase.check_guid.map(|guid| guid.to_string()).as_deref(), Some(guid));
    let guest = written(Method::Refill, &json!({"id": 1002, "phone": "+79123456789", "balance": 100}));
    let named = guest.guest.map(|(id, phone)| (id.to_string(), phone.as_e164().to_owned()));
    assert_eq!(named, Some(("1002".to_owned(), "+79123456789".to_owned())));
    assert_eq!(guest.account, None, "a bare id may be the transaction's");
}

/// Three refills of one second, newest first. The balances read backwards would say that each took 11.00 away.
#[test]
fn rows_of_one_second_tell_no_direction_by_their_balances() {
    for kind in ["refill", "return"] {
        let rows: Vec<Value> = [(1002, 103_300), (1001, 102_200), (1000, 101_100)]
            .map(|(id, after)| json!({"id": id, "date": "2026-11-29T12:00:00", "typeName": kind, "sum": 1100, "balanceAfter": after}))
            .to_vec();
        let last = codec::decode_last_transactions(&Binding::default(), 50, &answer(200, &json!(rows))).unwrap();
        let sums: Vec<i64> = last.transactions.iter().map(|row| row.sum.get()).collect();
        assert_eq!(sums, [1100, 1100, 1100], "{kind}");
    }
}

#[test]
fn signs_are_restored_where_a_server_writes_none() {
    let row = |day: u32, kind: &str, sum: i64, after: Option<i64>| {
        json!({
        "date": format!("2026-11-{day:02}T12:00:00"), "typeName": kind, "sum": sum, "balanceAfter": after})
    };
    let read = |rows: Vec<Value>| {
        codec::decode_transactions(&Binding::default(), Method::LastTransactions, &answer(200, &Value::from(rows)))
            .unwrap()
    };
    let rows = read(vec![
        row(1, "Начисление", 500, Some(500)),
        row(2, "Оплата", 200, Some(300)),
        row(3, "Возврат", 100, Some(200)),
        row(4, "Возврат", 50, Some(250)),
    ]);
    assert_eq!(rows.iter().map(|row| row.sum.get()).collect::<Vec<_>>(), [500, -200, -100, 50]);
    let rows = read(vec![row(1, "Сгорание", 500, None), row(2, "Возврат", 100, None)]);
    assert_eq!((rows[0].sum.get(), rows[1].kind, rows[1].sum.get()), (-500, TransactionKind::Other, 100));
    let rows = read(vec![row(1, "Возврат", -500, None), row(2, "Ручное начисление", 100, None)]);
    assert_eq!((rows[0].kind, rows[1].kind), (TransactionKind::Return, TransactionKind::Refill));
}

pub fn body(text: &str) -> WireAnswer {
    WireAnswer {
        status: 200,
        content_type: Some("application/json".into()),
        pages: Vec::new(),
        body: Bytes::copy_from_slice(text.as_bytes()),
    }
}

/// A guest who is there must not be taken for one who isn't: a second account would be made.
#[test]
fn words_of_trouble_do_not_say_that_there_is_no_such_guest() {
    for text in [
        r#"{"message": "Сервис временно недоступен"}"#,
        r#"{"success": true, "message": "Идёт обновление базы"}"#,
        r#"{"status": "up"}"#,
        r#"{"status": false, "message": "Ошибка подключения к базе"}"#,
        r#"{"code": 17, "msg": "timeout"}"#,
        r#"{"errorMessage": "Внутренняя ошибка"}"#,
        r#"{"status": false, "message": "Ошибка базы", "data": {}}"#,
    ] {
        let error = codec::decode_accounts(&Binding::default(), Method::FindByPhone, &body(text)).expect_err(text);
        assert!(error.server_message().is_some(), "{text}: {error}");
    }
    for text in [
        r#"{"status": false, "message": "Гость не найден"}"#,
        r#""Гость не найден""#,
        "Гость не найден",
        r#"{"result": "Нет такого гостя"}"#,
        r#"{"success": true, "message": "OK"}"#,
        r#"{"status": "ok", "errorMessage": "", "data": null}"#,
        r#""""#,
    ] {
        let found = codec::decode_accounts(&Binding::default(), Method::FindByPhone, &body(text));
        assert_eq!(found.map(|found| found.len()), Ok(0), "{text}");
    }
}

#[test]
fn a_status_of_a_guest_is_none_of_the_answer() {
    for text in [
        r#"{"id": 7, "phone": "79123456789", "status": false}"#,
        r#"{"data": {"id": 7, "phone": "", "status": "closed"}}"#,
    ] {
        let found = codec::decode_accounts(&Binding::default(), Method::FindByPhone, &body(text));
        assert_eq!(found.map(|found| found.len()), Ok(1), "{text}");
    }
}

/// What says yes and no at once was perhaps done: neither may it be sent again, nor be called done.
#[test]
fn a_write_that_says_yes_and_no_at_once_is_unknown() {
    for text in [
        r#"{"result": 1, "errorMessage": "Недостаточно бонусов"}"#,
        r#"{"success": true, "errors": ["Баланс пересчитан"], "data": {"id": 5}}"#,
        r#"{"resultCode": 1, "data": {"transactionId": 7}}"#,
        r#"{"errorCode": 0, "error": {"message": "Недостаточно"}}"#,
        r#"{"success": true, "success": false}"#,
        r#"{"success": true, "data": false}"#,
        r#"{"success": true, "data": {"success": false, "message": "нет"}}"#,
    ] {
        let error = codec::decode_write(&Binding::default(), Method::Refill, &body(text)).expect_err(text);
        assert_eq!((error.kind(), error.delivery()), (ErrorKind::Unreadable, Delivery::Unknown), "{text}: {error}");
    }
    for text in [
        r#"{"status": false, "message": "Мало бонусов"}"#,
        r#"{"errorMessage": "Мало бонусов"}"#,
        r#"{"resultCode": 5, "message": "Недостаточно бонусов"}"#,
        r#"{"errorCode": "INSUFFICIENT_FUNDS", "data": null}"#,
    ] {
        let error = codec::decode_write(&Binding::default(), Method::Refill, &body(text)).expect_err(text);
        assert_eq!((error.kind(), error.delivery()), (ErrorKind::Refused, Delivery::Refused), "{text}: {error}");
    }
    for text in [
        r#"{"error": "Нет ошибок", "result": true}"#,
        r#"{"errorCode": "NO_ERROR", "transactionId": 5}"#,
        r#"{"errorCode": 0, "errorMessage": "Ошибок нет"}"#,
        r#"{"resultCode": 0, "errorText": "OK"}"#,
        r#"{"success": "Истина"}"#,
    ] {
        codec::decode_write(&Binding::default(), Method::Refill, &body(text)).unwrap_or_else(|e| panic!("{text}: {e}"));
    }
}

/// Nothing about money is guessed: what may be read in two ways is an error, and says where.
#[test]
fn a_sum_that_may_be_another_is_an_error_with_its_path() {
    let balance = |text: &str| {
        let read = codec::decode_balance(&Binding::default(), noon(), &body(text));
        read.map(|detail| detail.balance.map(|sum| sum.get()))
            .map_err(|error| error.json_path().unwrap_or("-").to_owned())
    };
    for (text, read) in [
        (r#"{"balance": 100, "balance": 20000}"#, Err("$.balance")),
        (r#"{"balance": 100, "balanc\u0065": 20000}"#, Err("$.balance")),
        (r#"{"balanceRub": 90071992547409.93}"#, Err("$.balanceRub")),
        (r#"{"data": {"balance": 100, "Balance": 20000}}"#, Err("$.data.Balance")),
        (r#"[{"sum": 500, "date": "2026-12-31"}]"#, Ok(None)),
        (r#"{"items": [{"sum": 500, "burnDate": "2026-12-31"}]}"#, Ok(None)),
        (r#"{"sum": 500, "expires": "2026-12-31"}"#, Ok(None)),
        (r#"{"balance": 1e3}"#, Err("$.balance")),
        (r#"{"balance": NaN}"#, Err("$")),
        (r#"{"balance": 9007199254740993}"#, Err("$.balance")),
        (r#"{"balance": "1,500.00"}"#, Err("$.balance")),
        (r#"{"balance": "150 руб."}"#, Ok(Some(15_000))),
        (r#"{"balance": "618,75 руб."}"#, Ok(Some(61_875))),
        (r#"{"balance": "150 руб.", "unit": "kop"}"#, Err("$.balance")),
        (r#"{"balance": "150 баллов"}"#, Err("$.balance")),
        (r#"{"balance": true}"#, Err("$.balance")),
        (r#"15000"#, Err("$")),
        (r#"[{"balance": 500, "date": "2026-12-31"}]"#, Ok(Some(500))),
        (r#"{"balance": 100, "balance": 100}"#, Ok(Some(100))),
        (r#"{"balance": 150.5, "unit": "руб."}"#, Ok(Some(15_050))),
        (r#"{"balance": 150, "unit": "RUB"}"#, Ok(Some(15_000))),
        (r#"{"balance": 150, "unit": "kopecks", "currency": "RUB"}"#, Ok(Some(150))),
        (r#"{"balanceRub": 150, "unit": "kop"}"#, Err("$.balanceRub")),
        (r#"{"balance": {"amount": "150.00", "currency": "RUB"}}"#, Ok(Some(15_000))),
        (r#"{"balance": {"amount": 150.5, "currency": "RUB"}}"#, Err("$.balance.amount")),
        (r#"{"balance": "150.00", "currency": "RUB"}"#, Ok(Some(15_000))),
        (r#"{"balance": "150.0", "currency": "RUB"}"#, Err("$.balance")),
        (r#"{"balance": 150.25, "currency": "RUB"}"#, Err("$.balance")),
        (r#"{"balance": "150.00", "currency": "BONUS"}"#, Err("$.balance")),
        (r#"{"balance": "150.00", "currency": "RUB", "unit": "kop"}"#, Ok(Some(150))),
        (r#"{"balance": 150, "currency": "RUB"}"#, Ok(Some(150))),
        (r#"{"balance": "-15 000"}"#, Ok(Some(-15_000))),
        (r#"{"result": {"balance": {"bonus": 700}}}"#, Ok(Some(700))),
    ] {
        assert_eq!(balance(text), read.map_err(str::to_owned), "{text}");
    }
    let guest =
        |text: &str| accounts(&serde_json::from_str(text).unwrap()).map(|found| found[0].balance.map(|sum| sum.get()));
    assert_eq!(guest(r#"{"id": 7, "balance": {"bonus": 700, "card": "1"}}"#), Ok(Some(700)));
    assert_eq!(guest(r#"{"id": 7, "balance": {"amount": 700, "currency": "RUB"}}"#), Ok(None));
}

/// Parts are told apart, and never added up to a total that the server does not tell.
#[test]
fn parts_of_a_balance_are_told_apart() {
    let read = |text: &str| {
        codec::decode_balance(&Binding::default(), noon(), &body(text)).unwrap_or_else(|e| panic!("{text}: {e}"))
    };
    let day = |day: &str| day.parse::<jiff::civil::Date>().unwrap();
    let parts = read(
        r#"{"parts": [{"sum": 500, "date": "2026-12-31"}, {"sum": 200, "date": null},
        {"sum": 70, "date": "2027-01-10", "status": "pending"}]}"#,
    );
    assert_eq!(parts.balance, None);
    assert_eq!(
        parts.burning.iter().map(|part| (part.date, part.sum.get())).collect::<Vec<_>>(),
        [(day("2026-12-31"), 500)]
    );
    assert_eq!(parts.never_burns.map(|sum| sum.get()), Some(200));
    assert_eq!(
        parts.waiting.iter().map(|part| (part.from, part.sum.get())).collect::<Vec<_>>(),
        [(Some(day("2027-01-10")), 70)]
    );
    let told = read(
        r#"{"balance": 1000, "bonusAwaitingIssue": 700, "sumLateIssue": 500, "dateLateIssue": "2026-12-05", "neverBurns": 40}"#,
    );
    assert_eq!((told.balance.map(|sum| sum.get()), told.never_burns.map(|sum| sum.get())), (Some(1000), Some(40)));
    assert_eq!(
        told.waiting.iter().map(|part| (part.from, part.sum.get())).collect::<Vec<_>>(),
        [(None, 200), (Some(day("2026-12-05")), 500)]
    );
    let contradiction = r#"{"balance": 1000, "bonusAwaitingIssue": 100, "sumLateIssue": 500}"#;
    assert!(codec::decode_balance(&Binding::default(), noon(), &body(contradiction)).is_err());
}

/// The vendor's panel prints a withdrawal without a minus, beside payments that have one.
#[test]
fn a_withdrawal_is_a_minus_however_it_is_printed() {
    let rows = json!([
        {"date": "2026-11-01T12:00:00", "type": "Оплата", "sum": -500},
        {"date": "2026-11-02T12:00:00", "type": "Изъятие бонусов", "sum": 300},
        {"date": "2026-11-03T12:00:00", "type": "Удержание", "sum": -20},
        {"date": "2026-11-04T12:00:00", "type": "Возврат изъятия", "sum": 300},
    ]);
    let read = codec::decode_transactions(&Binding::default(), Method::LastTransactions, &answer(200, &rows)).unwrap();
    assert_eq!(read.iter().map(|row| row.sum.get()).collect::<Vec<_>>(), [-500, -300, -20, 300]);
}

/// «Чек (будет начислено)» is an entry of the vendor's history, with the sum that will be added.
#[test]
fn an_accrual_that_waits_is_an_entry_that_moved_nothing() {
    let rows = json!([
        {"date": "2026-11-01T12:00:00", "type": "awaiting", "sum": 4500},
        {"date": "2026-11-02T12:00:00", "type": 7, "typeName": "Чек (будет начислено)", "sum": 4500},
        {"date": "2026-11-03T12:00:00", "type": "Чек (начислено)", "sum": 4500},
        {"date": "2026-11-04T12:00:00", "type": "Отмена: будет начислено", "sum": -4500},
    ]);
    let read = codec::decode_transactions(&Binding::default(), Method::LastTransactions, &answer(200, &rows)).unwrap();
    let told: Vec<_> = read.iter().map(|row| (row.kind, row.sum.get(), row.moved().get())).collect();
    assert_eq!(
        told,
        [
            (TransactionKind::Waiting, 4500, 0),
            (TransactionKind::Waiting, 4500, 0),
            (TransactionKind::Accrual, 4500, 4500),
            (TransactionKind::Return, -4500, -4500),
        ]
    );
}

#[test]
fn a_row_without_a_minus_is_a_correction_where_the_server_writes_them() {
    let rows = json!([
        {"date": "2026-11-01T12:00:00,123", "type": "Оплата", "sum": -500},
        {"date": "02.11.2026 9:05", "type": "Корректировка оплаты", "sum": 100},
    ]);
    let rows = codec::decode_transactions(&Binding::default(), Method::LastTransactions, &answer(200, &rows)).unwrap();
    assert_eq!(rows.iter().map(|row| row.sum.get()).collect::<Vec<_>>(), [-500, 100]);
}

#[test]
fn a_row_may_say_in_a_field_of_its_own_which_way_it_went() {
    let rows = json!([
        {"date": "2026-11-01", "sum": 500, "direction": "out"},
        {"date": "2026-11-02", "sum": 400, "isDebit": true},
        {"date": "2026-11-03", "sum": 300, "sign": "-"},
        {"date": "2026-11-04", "sum": 200, "sign": 1, "type": "Оплата"},
        {"date": "2026-11-05", "sum": 100, "isIncome": "Да", "type": "Списание"},
    ]);
    let rows = codec::decode_transactions(&Binding::default(), Method::LastTransactions, &answer(200, &rows)).unwrap();
    assert_eq!(rows.iter().map(|row| row.sum.get()).collect::<Vec<_>>(), [-500, -400, -300, 200, 100]);
}

/// What is left out without a word is as good as lost: rows in a second list, what burns, a receipt that is a dish.
#[test]
fn nothing_is_left_out_without_a_word() {
    let two = json!({"payments": [{"date": "2026-11-01", "sum": 5}], "refills": [{"date": "2026-11-02", "sum": 6}]});
    let error =
        codec::decode_transactions(&Binding::default(), Method::LastTransactions, &answer(200, &two)).unwrap_err();
    assert_eq!(error.json_path(), Some("$.refills"));
    let balance = |text: &str| {
        let read = codec::decode_balance(&Binding::default(), noon(), &body(text));
        read.map(|detail| detail.burning.len()).map_err(|error| error.json_path().unwrap_or("-").to_owned())
    };
    assert_eq!(balance(r#"{"balance": 15000, "burning": {"date": "2026-12-31", "sum": 500}}"#), Ok(1));
    assert_eq!(balance(r#"{"balance": 15000, "burning": {"2026-12-31": 500}}"#), Err("$.burning".to_owned()));
    assert_eq!(balance(r#"{"balance": 15000, "burning": {}}"#), Ok(0));
    let dish = codec::decode_receipt(
        &Binding::default(),
        &probonus::ReceiptId::new("7"),
        &body(r#"[{"name": "Суп", "sum": 100}]"#),
    );
    assert_eq!(dish.unwrap_err().json_path(), Some("$[0]"));
}

/// A server that brings no more rows than it was asked for, may have more.
#[test]
fn a_period_as_long_as_it_was_asked_for_is_a_part() {
    let document = include_bytes!("../../../swagger/tests/data/swagger/pages.json");
    let binding = probonus_swagger::learn(document).unwrap().binding;
    let rows = |count: i64| {
        Value::from((0..count).map(|id| json!({"id": id, "date": "2026-11-01", "sum": 1})).collect::<Vec<_>>())
    };
    let read = |count| codec::decode_transactions(&binding, Method::TransactionsOfPeriod, &answer(200, &rows(count)));
    assert_eq!(read(199).unwrap().len(), 199);
    assert_eq!(read(200).unwrap_err().kind(), ErrorKind::OnlyPart);
}

/// Where methods ask for `clientId`, the `id` beside it in a guest's record is of something else.
#[test]
fn the_id_is_the_one_that_methods_ask_for_by_name() {
    let document = include_bytes!("../../../swagger/tests/data/swagger/foreign-ids.yaml");
    let binding = probonus_swagger::learn(document).unwrap().binding;
    let told = answer(200, &json!({"id": 1, "ClientId": 55, "phone": "79161234567"}));
    let found = codec::decode_accounts(&binding, Method::FindByPhone, &told).unwrap();
    assert_eq!(found[0].id.as_str(), "55");
}

/// Envelopes of frameworks: their own keys are none of the answer.
#[test]
fn the_envelope_of_a_framework_is_none_of_the_answer() {
    let abp = |result: Value, success: bool| json!({"result": result, "targetUrl": null, "success": success, "error": null, "unAuthorizedRequest": false, "__abp": true});
    assert_eq!(accounts(&abp(json!({"id": 7, "phone": "79123456789"}), true)).unwrap()[0].id.as_str(), "7");
    assert_eq!(accounts(&abp(Value::Null, true)).map(|found| found.len()), Ok(0));
    assert!(codec::decode_write(&Binding::default(), Method::Refill, &answer(200, &abp(Value::Null, true))).is_ok());
    let mut failed = abp(Value::Null, false);
    failed["error"] = json!({"code": 0, "message": "Мало бонусов", "details": null, "validationErrors": null});
    let refused = codec::decode_write(&Binding::default(), Method::Refill, &answer(200, &failed)).unwrap_err();
    assert_eq!((refused.delivery(), refused.server_message()), (Delivery::Refused, Some("Мало бонусов")));
    let hal =
        json!({"_embedded": {"accountGroups": [{"id": 3, "haveTemplate": true}]}, "_links": {"self": {"href": "/g"}}});
    let groups = codec::decode_groups(&Binding::default(), Method::Groups, &answer(200, &hal)).unwrap();
    assert!(groups.len() == 1 && groups[0].have_template);
    let odata = json!({"@odata.context": "$metadata#Accounts", "value": [{"id": 7, "balance": 100}]});
    assert_eq!(accounts(&odata).unwrap()[0].balance.map(|sum| sum.get()), Some(100));
}

/// A record of JSON:API read as a plain one would be an empty one: a guest without a name, a group without a template.
#[test]
fn fields_that_stand_apart_from_their_id_are_not_taken_for_absent() {
    let told = json!({"data": [{"type": "accountGroups", "id": "3", "attributes": {"haveTemplate": true}}]});
    let groups = codec::decode_groups(&Binding::default(), Method::Groups, &answer(200, &told)).unwrap();
    assert!(groups[0].id.as_str() == "3" && groups[0].have_template);
    // Without a type it is no resource of JSON:API.
    let error = accounts(&json!({"data": [{"id": "7", "attributes": {"balance": 5}}]})).unwrap_err();
    assert_eq!(error.json_path(), Some("$.data[0].attributes"));
    // A guest may have attributes beside his fields.
    assert_eq!(accounts(&json!({"id": 7, "phone": "", "attributes": {"vip": true}})).map(|found| found.len()), Ok(1));
}

/// A refusal is none the less one for the form it comes in.
#[test]
fn a_refusal_in_a_form_of_its_own_is_not_done() {
    for body in [
        json!({"result": "error", "message": "Недостаточно бонусов"}),
        json!({"Result": {"ResultCode": 5, "Message": "Отказано"}}),
        json!({"type": "about:blank", "title": "Bad Request", "status": 400}),
        json!({"data": null, "errors": [{"message": "limit", "extensions": {"code": "LIMIT"}}]}),
        json!({"isSuccess": false, "value": null, "error": {"code": "Account.Blocked", "description": "Blocked"}}),
        json!({"isFailed": true, "isSuccess": false, "reasons": [{"message": "no"}]}),
        json!({"jsonrpc": "2.0", "id": 1, "error": {"code": -32602, "message": "Invalid params"}}),
        json!({"Success": "0", "Data": {"TransactionId": 0}}),
        json!({"ok": 0, "id": 17}),
        json!({"d": {"success": false, "transactionId": 17}}),
    ] {
        let told = codec::decode_write(&Binding::default(), Method::Refill, &answer(200, &body));
        assert!(told.is_err(), "{body}: {told:?}");
    }
}

/// What is taken to be done is not done.
#[test]
fn a_write_that_waits_is_not_done() {
    let write = |status, body: Value| codec::decode_write(&Binding::default(), Method::Refill, &answer(status, &body));
    for (status, body) in [
        (202, json!({})),
        (202, json!({"success": true})),
        (202, json!({"accountId": 7})),
        (200, json!({"success": true, "status": "Pending"})),
        (200, json!({"data": {"transactionId": 5, "state": "IN_PROGRESS"}})),
        (200, json!({"result": "В очереди", "id": 5})),
    ] {
        let error = write(status, body.clone()).expect_err(&body.to_string());
        assert_eq!((error.kind(), error.delivery()), (ErrorKind::Unreadable, Delivery::Unknown), "{body}");
    }
    for (status, body) in [
        (202, json!({"transactionId": 5})),
        (201, json!({})),
        (204, Value::Null),
        (200, json!({"success": true, "status": "done", "message": "Ожидайте СМС"})),
    ] {
        assert!(write(status, body.clone()).is_ok(), "{body}");
    }
}

/// A server that gives fewer rows than it was asked for may have more.
#[test]
fn fewer_rows_than_were_asked_for_are_not_always_all() {
    let capped =
        probonus_swagger::learn(include_bytes!("../../../swagger/tests/data/swagger/capped.yaml")).unwrap().binding;
    let rows =
        |count: i64| -> Vec<Value> { (0..count).map(|id| json!({"id": id, "date": "2026-11-01", "sum": 1})).collect() };
    let complete = |binding: &Binding, status, body: Value| {
        let last = codec::decode_last_transactions(binding, 50, &answer(status, &body)).unwrap();
        assert_eq!(last.is_short_of(50), !last.complete && last.transactions.len() != 50);
        (last.transactions.len(), last.complete)
    };
    let plain = Binding::default();
    assert_eq!(complete(&plain, 200, rows(49).into()), (49, true));
    assert_eq!(complete(&plain, 200, rows(50).into()), (50, false));
    assert_eq!(complete(&plain, 200, json!([])), (0, true));
    assert_eq!(complete(&plain, 206, rows(20).into()), (20, false));
    assert_eq!(complete(&plain, 200, json!({"items": rows(20), "totalCount": 57})), (20, false));
    assert_eq!(complete(&plain, 200, json!({"items": rows(20), "totalCount": 20})), (20, true));
    assert_eq!(complete(&capped, 200, rows(20).into()), (20, false));
    assert_eq!(complete(&capped, 200, rows(19).into()), (19, true));
}

/// A server may refuse to be asked for more rows than it gives at once.
#[test]
fn no_more_rows_are_asked_for_than_the_server_gives() {
    let capped =
        probonus_swagger::learn(include_bytes!("../../../swagger/tests/data/swagger/capped.yaml")).unwrap().binding;
    let account = AccountId::new("7");
    let asked = |binding: &Binding, count| {
        let request = codec::encode(binding, Call::LastTransactions(&account, count)).unwrap();
        format!("{} {}", request.path_and_query, String::from_utf8_lossy(&request.body))
    };
    for (count, told) in [(5, 5), (20, 20), (50, 20), (1000, 20)] {
        assert_eq!(asked(&capped, count), asked(&capped, told));
    }
    assert_ne!(asked(&capped, 20), asked(&capped, 19));
    assert_ne!(asked(&Binding::default(), 1000), asked(&Binding::default(), 50));
}

/// Of a period a part is no answer, however it is told.
#[test]
fn a_part_of_a_period_is_told_in_many_ways() {
    let row = json!({"id": 1, "date": "2026-11-01", "sum": 1});
    let read = |status, body: Value| {
        codec::decode_transactions(&Binding::default(), Method::TransactionsOfPeriod, &answer(status, &body))
            .map(|rows| rows.len())
    };
    for (status, body) in [
        (206, json!([row])),
        (200, json!({"@odata.context": "$metadata", "value": [row], "@odata.nextLink": "?$skip=1"})),
        (200, json!({"content": [row], "first": true, "last": false, "numberOfElements": 1})),
        (200, json!({"_embedded": {"transactions": [row]}, "_links": {"next": {"href": "/t?page=2"}}})),
        (200, json!({"data": [row], "links": {"next": "/t?page=2"}, "meta": {"page": {"total": 9}}})),
        (200, json!({"data": [row], "current_page": 1, "last_page": 3})),
    ] {
        let error = read(status, body.clone()).expect_err(&body.to_string());
        assert!(error.detail().is_some_and(|why| why.contains("only a part")), "{body}: {error}");
    }
    assert_eq!(read(200, json!({"content": [row], "first": true, "last": true})), Ok(1));
}

fn any_json() -> impl Strategy<Value = Value> {
    let key =
        prop_oneof!["[a-z]{1,6}", "(id|data|sum|balance|date|phone|items|success|error|code|burning|lines|type|name)"];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "\\PC{0,20}".prop_map(Value::from),
        "[0-9.:/T+-]{0,25}".prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 50, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::vec((key.clone(), inner), 0..6)
                .prop_map(|pairs| Value::Object(pairs.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn any_answer_is_read_or_refused(body in any_json(), status in 100_u16..600) {
        let binding = Binding::default();
        let answer = answer(status, &body);
        let _ = codec::decode_accounts(&binding, Method::FindByPhone, &answer);
        let _ = codec::decode_groups(&binding, Method::Groups, &answer);
        let _ = codec::decode_balance(&binding, noon(), &answer);
        let _ = codec::decode_transactions(&binding, Method::LastTransactions, &answer);
        let _ = codec::decode_receipt(&binding, &probonus::ReceiptId::new("1"), &answer);
        let _ = codec::decode_tokens(&binding, Method::Login, &answer);
        let _ = codec::must_be_about(&binding, &codec::Call::BalanceExtended(&probonus::AccountId::new("1")), &answer);
        for method in Method::ALL {
            let _ = codec::decode_write(&binding, method, &answer);
        }
    }

    #[test]
    fn any_text_is_read_or_refused(body in "\\PC{0,200}") {
        let answer = WireAnswer { status: 200, content_type: None, pages: Vec::new(), body: Bytes::from(body) };
        let _ = codec::decode_accounts(&Binding::default(), Method::FindByPhone, &answer);
    }
}
