//! Days and sexes of a guest, in the forms in which servers write them.

use jiff::civil::{Date, date};
use probonus::{Method, Sex, binding::Binding, codec};
use serde_json::{Value, json};

use crate::{
    answers::{accounts, answer, noon},
    updates::sent,
};

fn birthday(value: &Value) -> Option<Date> {
    let told = json!({"id": 7, "surname": "Петров", "birthday": value});
    accounts(&told).unwrap_or_else(|error| panic!("{value}: {error}")).remove(0).profile.birthday
}

/// Jackson writes a day as its parts; Google's `Date` is a record.
#[test]
fn a_day_in_parts_is_a_day() {
    for told in [json!([1990, 11, 30]), json!([1990, 11, 30, 0, 0]), json!({"year": 1990, "month": 11, "day": 30})] {
        assert_eq!(birthday(&told), Some(date(1990, 11, 30)), "{told}");
    }
    for none in [
        json!({"year": 1990, "month": 0, "day": 0}),
        json!({"year": 0, "month": 11, "day": 30}),
        json!({"year": 1990}),
        json!([1, 1, 1]),
    ] {
        assert_eq!(birthday(&none), None, "{none}");
    }
}

#[test]
fn a_moment_in_parts_is_a_moment() {
    let moment = |value: &Value| {
        let rows = json!([{"id": 1, "date": value, "sum": 1}]);
        let read = codec::decode_transactions(&Binding::default(), Method::LastTransactions, &answer(200, &rows));
        read.map(|rows| rows[0].at.local.to_string())
    };
    for told in
        [json!([2026, 11, 30, 12, 5]), json!([2026, 11, 30, 12, 5, 0]), json!([2026, 11, 30, 12, 5, 0, 123_000_000])]
    {
        assert_eq!(moment(&told).unwrap(), "2026-11-30T12:05:00", "{told}");
    }
    for unread in [
        json!([2026, 11]),
        json!([2026, 11, 31]),
        json!([2026, 11, 30, 12]),
        json!([2026, 11, 30, 24, 0]),
        json!([2026, 11, 30, 12, 5, 0, 0, 0]),
        json!(["2026", "11", "30"]),
        json!({"year": 2026, "month": 11, "day": 31}),
        json!({"year": 2026, "month": 11, "day": 30, "hour": 5}),
    ] {
        assert!(moment(&unread).is_err(), "{unread}");
    }
    let balance = json!({"balance": 500, "burning": [{"burnDate": [2026, 12, 31], "sum": 500}]});
    let read = codec::decode_balance(&Binding::default(), noon(), &answer(200, &balance)).unwrap();
    assert_eq!(read.burning[0].date, date(2026, 12, 31));
}

/// The rest of the guest is of use without it, and it must not be lost by an edit.
#[test]
fn a_birthday_or_sex_that_can_not_be_read_hides_only_itself() {
    let record = json!({"id": 7, "surname": "Петров", "birthday": "05/06/1990", "sex": "кот", "balance": 100});
    let guest = accounts(&record).unwrap().remove(0);
    assert_eq!((guest.profile.birthday, guest.profile.sex), (None, None));
    assert_eq!(guest.profile.name.surname.as_deref(), Some("Петров"));
    let told = sent(&Binding::default(), &record, |profile| profile.name.surname = Some("Сидоров".into())).unwrap();
    let mut wanted = record.clone();
    wanted["surname"] = json!("Сидоров");
    assert_eq!(told, wanted);
    // A new value would be written in a form that is only guessed.
    assert!(sent(&Binding::default(), &record, |profile| profile.birthday = Some(date(1990, 5, 6))).is_err());
    assert!(sent(&Binding::default(), &record, |profile| profile.sex = Some(Sex::Female)).is_err());
}

/// A server that replaces the whole record by what the description declares would blank what is left out.
#[test]
fn what_can_not_be_read_goes_back_as_it_came_where_only_declared_fields_are_sent() {
    let document = json!({"openapi": "3.0.1", "info": {}, "paths": {"/api/v0/accounts/update": {"put": {
        "requestBody": {"content": {"application/json": {"schema": {"type": "object", "properties": {
            "id": {"type": "integer"}, "surname": {"type": "string"}, "sex": {"type": "string"},
            "birthday": {"type": "string", "format": "date"}}}}}}, "responses": {}}}}});
    let binding = probonus_swagger::learn(document.to_string().as_bytes()).unwrap().binding;
    let record = json!({"id": 7, "surname": "Петров", "birthday": "05/06/1990", "sex": "кот", "balance": 100});
    let told = sent(&binding, &record, |profile| profile.name.surname = Some("Сидоров".into())).unwrap();
    assert_eq!(told, json!({"id": 7, "surname": "Сидоров", "birthday": "05/06/1990", "sex": "кот"}));
    // The description tells the form of a day.
    let told = sent(&binding, &record, |profile| profile.birthday = Some(date(1990, 5, 6))).unwrap();
    assert_eq!(told["birthday"], "1990-05-06");
}

#[test]
fn a_day_in_parts_is_edited_in_parts() {
    for (old, new) in [
        (json!([1990, 11, 30]), json!([1990, 12, 1])),
        (json!([1990, 11, 30, 0, 0]), json!([1990, 12, 1, 0, 0])),
        (json!({"year": 1990, "month": 11, "day": 30}), json!({"year": 1990, "month": 12, "day": 1})),
    ] {
        let record = json!({"id": 7, "surname": "Петров", "birthday": old});
        assert_eq!(sent(&Binding::default(), &record, |_| ()).unwrap(), record);
        let told = sent(&Binding::default(), &record, |profile| profile.birthday = Some(date(1990, 12, 1))).unwrap();
        assert_eq!(told["birthday"], new, "{old}");
    }
}

#[test]
fn a_sex_may_bear_the_name_of_its_list() {
    let sex = |word: &str| accounts(&json!({"id": 7, "sex": word})).unwrap().remove(0).profile.sex;
    for none in ["SEX_UNSPECIFIED", "GENDER_UNSPECIFIED", "UNKNOWN", "NOT_SET", "SEX_UNKNOWN", "Unspecified"] {
        assert_eq!(sex(none), None, "{none}");
    }
    assert_eq!((sex("SEX_MALE"), sex("Gender_Female")), (Some(Sex::Male), Some(Sex::Female)));
    for (old, new) in [("SEX_MALE", "SEX_FEMALE"), ("SEX_UNSPECIFIED", "SEX_FEMALE"), ("Male", "Female")] {
        let told = sent(&Binding::default(), &json!({"id": 7, "sex": old}), |profile| profile.sex = Some(Sex::Female));
        assert_eq!(told.unwrap()["sex"], new, "{old}");
    }
}
