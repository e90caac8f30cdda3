//! Envelopes and lists as 1C, PHP and Delphi write them.

use probonus::{Method, ReceiptId, binding::Binding, codec};
use secrecy::ExposeSecret;
use serde_json::{Value, json};

use crate::answers::{accounts, answer, body, noon};

fn groups(body: &Value) -> Result<Vec<(String, bool)>, probonus::Error> {
    let groups = codec::decode_groups(&Binding::default(), Method::Groups, &answer(200, body))?;
    Ok(groups.into_iter().map(|group| (group.id.as_str().to_owned(), group.have_template)).collect())
}

#[test]
fn an_envelope_in_any_words_holds_its_list() {
    let list =
        json!([{"id": 3, "name": "Гости", "haveTemplate": true}, {"id": 7, "name": "VIP", "haveTemplate": false}]);
    for dress in [
        json!({"Результат": 0, "ОписаниеОшибки": "", "Данные": list}),
        json!({"Успешно": "Да", "Ошибка": "", "Данные": list}),
        json!({"КодОтвета": 0, "Сообщение": "Выполнено", "Ответ": {"Список": list}}),
        json!({"rc": 0, "rctext": "", "spravochnik": list}),
        json!({"result": [list]}),
        json!({"result": 0, "error": "", "data": {"1": list[0], "2": list[1]}}),
        json!({"10": list[1], "2": list[0]}),
    ] {
        let read = groups(&dress).unwrap_or_else(|error| panic!("{dress}: {error}"));
        assert_eq!(read, [("3".to_owned(), true), ("7".to_owned(), false)], "{dress}");
    }
    assert_eq!(groups(&json!({"result": [list[0]]})).unwrap().len(), 1);
    let error = groups(&json!({"foo": 1, "bar": ""})).unwrap_err();
    assert_eq!(error.detail(), Some("no list of groups is here"));
}

#[test]
fn a_failure_in_russian_words_is_a_failure() {
    for text in [
        r#"{"Результат": 1, "ОписаниеОшибки": "Недостаточно бонусов", "Данные": null}"#,
        r#"{"Успешно": "Нет", "Ошибка": "Недостаточно бонусов", "Данные": null}"#,
        r#"{"Успешно": false}"#,
        // A code or an id: what was done is asked of the server.
        r#"{"Результат": 1}"#,
        r#"{"КодОшибки": 5, "ТекстОшибки": "Недостаточно бонусов"}"#,
    ] {
        let read = codec::decode_write(&Binding::default(), Method::Refill, &body(text));
        assert!(read.is_err(), "{text}: {read:?}");
    }
    for text in [r#"{"Успешно": "Да", "Ошибка": ""}"#, r#"{"Результат": true}"#, r#"{"КодОшибки": 0}"#]
    {
        codec::decode_write(&Binding::default(), Method::Refill, &body(text)).unwrap_or_else(|e| panic!("{text}: {e}"));
    }
    let find = |text: &str| {
        codec::decode_accounts(&Binding::default(), Method::FindByPhone, &body(text)).map(|found| found.len())
    };
    assert_eq!(find(r#"{"Результат": 1, "ОписаниеОшибки": "Гость не найден", "Данные": null}"#).ok(), Some(0));
    assert!(find(r#"{"Результат": 1, "ОписаниеОшибки": "Сессия не найдена", "Данные": null}"#).is_err());
    assert!(find(r#"{"rc": 1, "rctext": "Сессия не найдена", "spravochnik": []}"#).is_err());
}

/// -1 is the yes of Delphi and Access. As a sign of success it may be the code of an error.
#[test]
fn minus_one_is_a_yes_of_a_record_only() {
    assert_eq!(groups(&json!([{"id": 3, "haveTemplate": -1}])).unwrap(), [("3".to_owned(), true)]);
    let guest = accounts(&json!({"id": 7, "deleted": -1, "blocked": 0})).unwrap().remove(0);
    assert_eq!((guest.deleted, guest.blocked), (Some(true), Some(false)));
    for text in [r#"{"success": -1}"#, r#""-1""#, "-1"] {
        assert!(codec::decode_write(&Binding::default(), Method::Refill, &body(text)).is_err(), "{text}");
    }
}

#[test]
fn a_group_with_an_unreadable_flag_takes_no_accounts_and_hides_no_other() {
    let read = groups(&json!([{"id": 3, "haveTemplate": true}, {"id": 7, "haveTemplate": "по запросу"}])).unwrap();
    assert_eq!(read, [("3".to_owned(), true), ("7".to_owned(), false)]);
}

#[test]
fn one_record_in_place_of_a_list_is_a_list_of_one() {
    for coupons in [json!({"name": "Десерт", "code": "D-1"}), json!({"1": {"name": "Десерт", "code": "D-1"}})]
    {
        let guest = accounts(&json!({"id": 7, "coupons": coupons})).unwrap().remove(0);
        let names: Vec<_> = guest.coupons.iter().map(|coupon| coupon.name.as_str()).collect();
        assert_eq!(names, ["Десерт"], "{coupons}");
    }
    assert!(accounts(&json!({"id": 7, "coupons": {}})).unwrap()[0].coupons.is_empty());
    let part = json!({"sum": 500, "date": "2026-12-31"});
    for told in [
        json!({"balance": 700, "burning": part}),
        json!({"balance": 700, "burning": {"1": part}}),
        json!({"balance": 700, "account": {"id": 7, "burning": part}}),
    ] {
        let read = codec::decode_balance(&Binding::default(), noon(), &answer(200, &told)).unwrap();
        let sums: Vec<_> = read.burning.iter().map(|part| part.sum.get()).collect();
        assert_eq!((read.balance.map(|sum| sum.get()), sums), (Some(700), vec![500]), "{told}");
    }
    let receipt = answer(200, &json!({"id": 7, "number": "1", "lines": {"name": "Борщ", "sum": 500}}));
    let receipt = codec::decode_receipt(&Binding::default(), &ReceiptId::new("7"), &receipt).unwrap().unwrap();
    assert_eq!(receipt.lines.iter().map(|line| line.name.as_str()).collect::<Vec<_>>(), ["Борщ"]);
}

/// ABP wraps the token in `result`, and has a second one that is no access token.
#[test]
fn the_token_of_abp_is_read_out_of_its_envelope() {
    let told = json!({"result": {"accessToken": "t-1", "encryptedAccessToken": "e-1", "expireInSeconds": 86400, "userId": 2},
        "targetUrl": null, "success": true, "error": null, "unAuthorizedRequest": false, "__abp": true});
    let tokens = codec::decode_tokens(&Binding::default(), Method::Login, &answer(200, &told)).unwrap();
    assert_eq!((tokens.access.expose_secret(), tokens.expires_in), ("t-1", Some(86_400)));
}
