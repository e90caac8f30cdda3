//! Answers in many dialects, and what is made of them.

use bytes::Bytes;
use probonus::{
    Delivery, ErrorKind, Method, TransactionKind,
    binding::Binding,
    codec::{self, WireAnswer},
};
use proptest::prelude::*;
use serde_json::{Value, json};

fn answer(status: u16, body: &Value) -> WireAnswer {
    WireAnswer { status, content_type: Some("application/json".into()), body: Bytes::from(body.to_string()) }
}

fn accounts(body: &Value) -> Result<Vec<probonus::Account>, probonus::Error> {
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
    let nothing = WireAnswer { status: 204, content_type: None, body: Bytes::new() };
    assert!(codec::decode_accounts(&Binding::default(), Method::FindByPhone, &nothing).unwrap().is_empty());
    assert!(
        codec::decode_accounts(&Binding::default(), Method::FindByPhone, &answer(404, &json!({"message": "нет"})))
            .unwrap()
            .is_empty()
    );
}

#[test]
fn what_can_not_be_understood_is_an_error_with_its_path() {
    for (body, path) in [
        (json!({"id": 7, "balance": 10.5}), "$.balance"),
        (json!({"data": {"id": 7, "balance": "много"}}), "$.data.balance"),
        // Kopecks are an assumption here, and these are written as rubles are.
        (json!({"id": 7, "balance": 100.0}), "$.balance"),
        (json!({"id": 7, "balance": "100,00"}), "$.balance"),
        (json!({"id": 7, "balance": "1,500"}), "$.balance"),
        (json!({"id": 7, "balance": "12 50"}), "$.balance"),
        (json!([{"id": 7, "birthday": "05/06/1990"}]), "$[0].birthday"),
        (json!({"phone": "79123456789"}), "$"),
        (json!({"id": 7, "balance": 100, "bonusBalance": 200}), "$.bonusBalance"),
        (json!({"id": 12345678901234567890123_f64}), "$.id"),
        (json!({"id": 7, "sex": "кот"}), "$.sex"),
    ] {
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
        let _ = codec::decode_balance(&binding, Method::BalanceExtended, &answer);
        let _ = codec::decode_transactions(&binding, Method::LastTransactions, &answer);
        let _ = codec::decode_receipt(&binding, &probonus::ReceiptId::new("1"), &answer);
        let _ = codec::decode_tokens(&binding, Method::Login, &answer);
        for method in Method::ALL {
            let _ = codec::decode_write(&binding, method, &answer);
        }
    }

    #[test]
    fn any_text_is_read_or_refused(body in "\\PC{0,200}") {
        let answer = WireAnswer { status: 200, content_type: None, body: Bytes::from(body) };
        let _ = codec::decode_accounts(&Binding::default(), Method::FindByPhone, &answer);
    }
}
