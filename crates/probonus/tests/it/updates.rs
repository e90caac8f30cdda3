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
fn sent(binding: &Binding, record: &Value, edit: impl FnOnce(&mut Profile)) -> Result<Value, probonus::Error> {
    let body = Bytes::from(record.to_string());
    let answer = WireAnswer { status: 200, content_type: None, body };
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

#[test]
fn a_whole_name_stays_whole() {
    let record = json!({"id": 7, "fio": "Петров Иван Ильич", "birthday": null});
    let told = sent(&Binding::default(), &record, |profile| profile.name.surname = Some("Сидоров".into())).unwrap();
    assert_eq!(told, json!({"id": 7, "fio": "Сидоров Иван Ильич", "birthday": null}));
}

#[test]
fn a_request_that_spells_otherwise_gets_both() {
    let document = json!({"openapi": "3.0.1", "info": {}, "paths": {"/api/v0/accounts/update": {"put": {
        "requestBody": {"content": {"application/json": {"schema": {"type": "object", "required": ["accountId"], "properties": {
            "accountId": {"type": "integer"}, "familyName": {"type": "string"},
            "birth": {"type": "string", "example": "31.12.1999"}, "bonus_life_days": {"type": "integer"}}}}}},
        "responses": {}}}}});
    let binding = probonus_swagger::learn(document.to_string().as_bytes()).unwrap().binding;
    let record = json!({"id": "7", "lastName": "Петров", "birthday": "1990-05-17", "bonusLifeDays": 90});
    let told = sent(&binding, &record, |profile| profile.name.surname = Some("Сидоров".into())).unwrap();
    let wanted = json!({"id": "7", "lastName": "Сидоров", "birthday": "1990-05-17", "bonusLifeDays": 90,
        "accountId": 7, "familyName": "Сидоров", "birth": "17.05.1990", "bonus_life_days": 90});
    assert_eq!(told, wanted);
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
