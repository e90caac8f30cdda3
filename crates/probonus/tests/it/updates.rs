//! `accounts/update`: the whole record as read, with only what changed laid over it, in the record's own manner.

use bytes::Bytes;
use jiff::civil::date;
use probonus::{
    AccountUpdate, ErrorKind, Method, Profile, Sex,
    binding::Binding,
    codec::{self, Call, WireAnswer},
};
use serde_json::{Value, json};

/// What is sent when the guest of `record` is edited by `edit`.
pub fn sent(binding: &Binding, record: &Value, edit: impl FnOnce(&mut Profile)) -> Result<Value, probonus::Error> {
    let body = Bytes::from(record.to_string());
    let answer = WireAnswer { status: 200, content_type: None, pages: Vec::new(), body };
    let account = codec::decode_accounts(binding, Method::FindByPhone, &answer).unwrap().remove(0);
    let mut after = account.profile.clone();
    edit(&mut after);
    let update = AccountUpdate { account: account.id, record: account.raw, before: account.profile, after };
    let request = codec::encode(binding, Call::Update(&update))?;
    Ok(serde_json::from_slice(&request.body).unwrap())
}

#[test]
fn an_edit_is_laid_over_the_record_in_its_own_manner() {
    let record = json!({"ID": "0007", "LastName": "Петров", "FirstName": "Иван", "BirthDate": "17.05.1990", "Sex": "М",
        "Mail": null, "Cards": [{"code": "1", "main": true}, {"code": "2"}], "Level": {"id": 3}, "unheard_of": [1, {"x": null}]});
    let sent = sent(&Binding::default(), &record, |profile| {
        profile.name.surname = Some("Сидоров".into());
        profile.birthday = Some(date(1991, 1, 2));
        profile.sex = Some(Sex::Female);
        profile.email = Some("a@b.ru".into());
        profile.identifiers = vec!["1".into(), "9".into()];
    });
    let wanted = json!({"ID": "0007", "LastName": "Сидоров", "FirstName": "Иван", "BirthDate": "02.01.1991", "Sex": "Ж",
        "Mail": "a@b.ru", "Cards": [{"code": "1", "main": true}, {"code": "9"}], "Level": {"id": 3}, "unheard_of": [1, {"x": null}]});
    assert_eq!(sent.unwrap(), wanted);
}

#[test]
fn nothing_changed_sends_the_record_as_it_was() {
    for record in [
        json!({"id": 7, "name": "Иван", "birthday": "1899-12-30", "sex": 0, "balance": 100}),
        json!({"accountId": "7", "person": {"fio": "Петров Иван Ильич", "birth": 642_902_400}, "bonus": "1"}),
    ] {
        assert_eq!(sent(&Binding::default(), &record, |_| ()).unwrap(), record);
    }
}

/// Nobody knows which letter was lost, so the server must not be told that there is none.
#[test]
fn a_record_that_lost_a_letter_is_sent_back_only_when_the_edit_replaces_that_text() {
    let declared = json!({"openapi": "3.0.1", "info": {}, "paths": {"/api/v0/accounts/update": {"put": {
        "requestBody": {"content": {"application/json": {"schema": {"type": "object", "properties": {
            "id": {"type": "integer"}, "name": {"type": "string"}, "email": {"type": "string"}}}}}}, "responses": {}}}}});
    let declared = probonus_swagger::learn(declared.to_string().as_bytes()).unwrap().binding;
    for binding in [Binding::default(), declared] {
        for (record, at) in [
            (json!({"id": 7, "name": "Ан\u{fffd}а", "email": "a@b.ru"}), "$.name"),
            (json!({"id": 7, "name": "Анна", "coupons": [{"name": "Кофе \u{fffd}"}]}), "$.coupons[0].name"),
            (json!({"id": 7, "name": "Анна", "им\u{fffd}": "Анна"}), "$.им\u{fffd}"),
            (json!({"id": 7, "name": "Анна", "birthday": "\u{fffd}7.05.1990"}), "$.birthday"),
        ] {
            let error = sent(&binding, &record, |profile| profile.email = Some("new@b.ru".into())).unwrap_err();
            assert_eq!((error.kind(), error.delivery()), (ErrorKind::InvalidRequest, probonus::Delivery::NotSent));
            assert!(error.detail().is_some_and(|detail| detail.contains(at)), "{record}: {error}");
        }
        let record = json!({"id": 7, "name": "Ан\u{fffd}а", "email": "a@b.ru"});
        let told = sent(&binding, &record, |profile| profile.name.name = Some("Анна".into())).unwrap();
        assert_eq!(told["name"], "Анна");
        let worse = sent(&binding, &record, |profile| profile.name.name = Some("\u{fffd}нна".into()));
        assert_eq!(worse.unwrap_err().kind(), ErrorKind::InvalidRequest);
    }
}

#[test]
fn a_whole_name_stays_whole() {
    let record = json!({"id": 7, "fio": "Петров Иван Ильич", "birthday": null});
    let told = sent(&Binding::default(), &record, |profile| profile.name.surname = Some("Сидоров".into())).unwrap();
    assert_eq!(told, json!({"id": 7, "fio": "Сидоров Иван Ильич", "birthday": null}));
}

#[test]
fn only_what_the_description_declares_is_sent() {
    let document = json!({"openapi": "3.0.1", "info": {}, "paths": {"/api/v0/accounts/update": {"put": {
        "requestBody": {"content": {"application/json": {"schema": {"type": "object", "required": ["accountId"], "properties": {
            "accountId": {"type": "integer"}, "familyName": {"type": "string"},
            "birth": {"type": "string", "example": "31.12.1999"}, "bonus_life_days": {"type": "integer"}}}}}},
        "responses": {}}}}});
    let binding = probonus_swagger::learn(document.to_string().as_bytes()).unwrap().binding;
    let record = json!({"id": "7", "lastName": "Петров", "birthday": "1990-05-17", "bonusLifeDays": 90, "balance": 750,
        "level": {"id": 2}, "coupons": [{"id": 5}], "status": "active"});
    let told = sent(&binding, &record, |profile| profile.name.surname = Some("Сидоров".into())).unwrap();
    let wanted = json!({"accountId": 7, "familyName": "Сидоров", "birth": "17.05.1990", "bonus_life_days": 90});
    assert_eq!(told, wanted);
}

/// Days and sexes of which the description tells no format are written as the record writes them.
#[test]
fn what_a_description_declares_without_a_format_is_written_as_it_was_read() {
    let document = |more: Value| {
        let mut schema = json!({"type": "object", "properties": {"id": {"type": "integer"}, "surname": {"type": "string"},
            "birthday": {"type": "string"}, "sex": {"type": "string"}, "note": {"type": "string"}}});
        schema.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let document = json!({"openapi": "3.0.1", "info": {}, "paths": {"/api/v0/accounts/update": {"put": {
            "requestBody": {"content": {"application/json": {"schema": schema}}}, "responses": {}}}}});
        probonus_swagger::learn(document.to_string().as_bytes()).unwrap().binding
    };
    let record =
        json!({"id": 7, "surname": "Петров", "birthday": "17.05.1990", "sex": "Ж", "note": "у окна", "balance": 750});
    let edit = |profile: &mut Profile| profile.name.surname = Some("Сидоров".into());
    let declared = json!({"id": 7, "surname": "Сидоров", "birthday": "17.05.1990", "sex": "Ж", "note": "у окна"});
    assert_eq!(sent(&document(json!({})), &record, edit).unwrap(), declared);
    let changed = sent(&document(json!({})), &record, |profile| profile.birthday = Some(date(1991, 1, 2))).unwrap();
    assert_eq!(changed["birthday"], "02.01.1991");
    // A description that says that there may be more takes the whole record.
    let whole = sent(&document(json!({"additionalProperties": true})), &record, edit).unwrap();
    assert_eq!((&whole["balance"], &whole["surname"]), (&json!(750), &json!("Сидоров")));
}

#[test]
fn an_edit_that_has_no_place_is_refused_before_it_is_sent() {
    let document = json!({"openapi": "3.0.1", "info": {}, "paths": {"/api/v0/accounts/update": {"post": {
        "requestBody": {"content": {"application/json": {"schema": {"type": "object", "additionalProperties": false,
            "properties": {"id": {"type": "integer"}, "surname": {"type": "string"}}}}}}, "responses": {}}}}});
    let binding = probonus_swagger::learn(document.to_string().as_bytes()).unwrap().binding;
    let record = json!({"id": 7, "surname": "Петров", "email": "a@b.ru", "balance": 5});
    let told = sent(&binding, &record, |profile| profile.name.surname = Some("Сидоров".into())).unwrap();
    assert_eq!(told, json!({"id": 7, "surname": "Сидоров"}));
    let refused = sent(&binding, &record, |profile| profile.email = None).unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::InvalidRequest);
}

#[test]
fn the_terms_of_an_account_are_read_and_changed_where_the_record_has_them() {
    let record = json!({"id": 7, "surname": "Петров", "discountLevelId": 1, "level": "Бронзовый", "bonusTypeId": "1", "lifetime": 180});
    let sent = sent(&Binding::default(), &record, |profile| {
        assert_eq!(profile.discount_level.as_deref(), Some("1"));
        assert_eq!((profile.bonus_type.as_deref(), profile.bonus_lifetime), (Some("1"), Some(180)));
        profile.discount_level = Some("3".into());
        profile.bonus_type = Some("2".into());
        profile.bonus_lifetime = Some(90);
    });
    let wanted = json!({"id": 7, "surname": "Петров", "discountLevelId": 3, "level": "Бронзовый", "bonusTypeId": "2", "lifetime": 90});
    assert_eq!(sent.unwrap(), wanted);
}

#[test]
fn the_code_of_a_level_that_is_a_record_is_changed_inside_it() {
    let record = json!({"id": 7, "level": {"id": 3, "name": "Золотой", "percent": 7.5}});
    let sent = sent(&Binding::default(), &record, |profile| profile.discount_level = Some("4".into()));
    assert_eq!(sent.unwrap(), json!({"id": 7, "level": {"id": 4, "name": "Золотой", "percent": 7.5}}));
}

#[test]
fn terms_that_neither_the_record_nor_the_description_has_are_refused_before_they_are_sent() {
    let record = json!({"id": 7, "surname": "Петров"});
    for edit in [
        (|profile: &mut Profile| profile.discount_level = Some("4".into())) as fn(&mut Profile),
        |profile| profile.bonus_type = Some("2".into()),
        |profile| profile.bonus_lifetime = Some(30),
    ] {
        let refused = sent(&Binding::default(), &record, edit).unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::InvalidRequest);
    }
}

#[test]
fn an_edit_of_the_name_sends_back_the_level_that_the_record_has_now() {
    let document = json!({"openapi": "3.0.1", "info": {}, "paths": {"/api/v0/accounts/update": {"post": {
        "requestBody": {"content": {"application/json": {"schema": {"type": "object", "additionalProperties": false, "properties": {
            "id": {"type": "integer"}, "surname": {"type": "string"}, "levelId": {"type": "integer", "enum": [1, 2],
                "description": "1 — Бронзовый, 2 — Серебряный"}}}}}}, "responses": {}}}}});
    let binding = probonus_swagger::learn(document.to_string().as_bytes()).unwrap().binding;
    let named: Vec<_> = binding.method(Method::Update).unwrap().choices[&probonus::contract::Field::DiscountLevel]
        .iter()
        .map(|choice| (choice.code.as_str(), choice.name.as_str()))
        .collect();
    assert_eq!(named, [("1", "Бронзовый"), ("2", "Серебряный")]);
    // The operator saw level 1; the ladder has raised it since.
    let before = Profile { discount_level: Some("1".into()), ..Profile::default() };
    let mut after = before.clone();
    after.name.surname = Some("Сидоров".into());
    let record = json!({"id": 7, "surname": "Петров", "discountLevelId": 2});
    let update = AccountUpdate { account: probonus::AccountId::new("7"), record, before, after };
    let request = codec::encode(&binding, Call::Update(&update)).unwrap();
    let sent: Value = serde_json::from_slice(&request.body).unwrap();
    assert_eq!(sent, json!({"id": 7, "surname": "Сидоров", "levelId": 2}));
}
