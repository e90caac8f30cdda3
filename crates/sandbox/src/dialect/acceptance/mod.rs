//! Tests that every dialect fits its own description: requests are built from the description, answers are checked against it,
//! and the ledger shows whether the requests were applied correctly.

mod client;

use jiff::civil::date;
use serde_json::Value as Json;
use uuid::Uuid;

use super::{Dialect, Missing, TokenPlace};
use crate::{
    Method,
    core::calendar::Calendar,
    protocol::{Kind, Need, Prop, Value, spec},
    seed::demo::ANNA,
};
use client::{Client, text_of};

const GUID: Uuid = Uuid::from_u128(0x7f3c_9a52_0c1d_4a6e_9b53_0d2f_4c8e_1a01);
const PHONE: &str = "79031234567";
const SECOND_PHONE: &str = "79031234568";

/// Calls all methods, one after another.
async fn work_through(dialect: Dialect) {
    let mut client = Client::new(dialect);
    sign_in(&mut client).await;
    create(&client).await;
    let account = client.sandbox.ledger().phones[PHONE];
    accrue(&client, account).await;
    history(&client, account).await;
    edit(&client, account).await;
    undo(&client, account).await;
    level_and_life(&client, account).await;
    administrator(&client, account).await;
    client.sandbox.check().unwrap();
    assert!(client.find(ANNA.phone).await.is_some(), "{}", client.dialect.name);
}

async fn sign_in(client: &mut Client) {
    if !client.dialect.login {
        return;
    }
    let login = [("login", Value::text("office")), ("password", Value::text("office"))];
    let mut tokens = client.call(Method::Login, &login).await;
    if client.has(Method::RefreshToken) {
        let refresh = text_of(client.field(Method::Login, &tokens, "refreshToken"));
        tokens = client.call(Method::RefreshToken, &[("refreshToken", Value::Text(refresh))]).await;
    }
    let access = text_of(client.field(Method::Login, &tokens, "accessToken"));
    client.authorization = Some((TokenPlace::bearer(), access));
}

async fn create(client: &Client) {
    let name = &client.dialect.name;
    let groups = client.call(Method::Groups, &[]).await;
    let with_template =
        groups.as_array().unwrap().iter().filter(|group| *client.field(Method::Groups, group, "haveTemplate") == true);
    assert_eq!(with_template.count(), 1, "{name}");
    let new = [
        ("accountGroupId", Value::Int(3)),
        ("phone", Value::Phone(PHONE.to_owned())),
        ("surname", Value::text("Щёлкова")),
        ("birthday", Value::Date(date(1990, 3, 8))),
        ("sex", Value::Sex(crate::core::model::Sex::Female)),
        ("identifiers", Value::List(vec![Value::text("2000000000001")])),
    ];
    client.call(Method::Insert, &new).await;
    let guest = client.find(PHONE).await.unwrap();
    assert_eq!(text_of(client.field(Method::FindByPhone, &guest, "surname")), "Щёлкова", "{name}");
    assert_eq!(client.find("79990000000").await, None, "{name}");
}

/// A refill of 123,45 and a purchase that takes 100,01 and adds 45,00.
async fn accrue(client: &Client, account: i64) {
    let (name, id) = (&client.dialect.name, Value::Int(account));
    let comment = Value::text("Отзыв #1a2b3c4d");
    let refill = [("accountId", id.clone()), ("sum", Value::Money(12_345)), ("comment", comment)];
    client.call(Method::Refill, &refill).await;
    assert_eq!(client.sandbox.ledger().balance(account), 42_345, "{name}");
    client.call(Method::RegisterCheck, &purchase(account, 10_001, 4_500, 90_099)).await;
    let books = client.sandbox.ledger();
    assert_eq!((books.balance(account), books.turnovers[&account]), (36_844, 90_099), "{name}");
}

fn purchase(account: i64, spent: i64, accrued: i64, paid: i64) -> [(&'static str, Value); 11] {
    [
        ("restCode", Value::text("101")),
        ("checkGuid", Value::Guid(GUID)),
        ("accountId", Value::Int(account)),
        ("rkUnit", Value::Int(999)),
        ("externalCheck", Value::text("Д-7")),
        ("bonusSpentSum", Value::Money(spent)),
        ("discountSum", Value::Money(0)),
        ("bonusAccruedSum", Value::Money(accrued)),
        ("moneySpentSum", Value::Money(paid)),
        ("checkData", Value::text("пицца & морс = «обед»")),
        ("purchasedAt", Value::Local(date(2026, 11, 22).at(14, 5, 9, 0))),
    ]
}

/// The last `count` entries of an account, newest last.
async fn last_entries(client: &Client, account: i64, count: i64) -> Vec<Json> {
    let last = [("accountId", Value::Int(account)), ("count", Value::Int(count))];
    let mut rows = client.list(Method::Transactions, &last).await;
    if client.dialect.newest_first {
        rows.reverse();
    }
    rows
}

async fn history(client: &Client, account: i64) {
    let (name, id) = (&client.dialect.name, Value::Int(account));
    if client.has(Method::Transactions) {
        let last = last_entries(client, account, 2).await;
        assert_eq!(last.len(), 2, "{name}");
        let [from, to] = if client.dialect.period_of_moments {
            [date(2026, 11, 23).at(0, 0, 0, 0), date(2026, 11, 23).at(23, 59, 59, 0)].map(Value::Local)
        } else {
            [date(2026, 11, 23), date(2026, 11, 23)].map(Value::Date)
        };
        let all = client.list(Method::Transactions, &[("accountId", id.clone()), ("from", from), ("to", to)]).await;
        assert_eq!(all.len(), 4, "{name}");
        if client.has(Method::Receipt) {
            receipt(client, &last[1]).await;
        }
    }
    if client.has(Method::Balance) && client.shows(Method::Balance, "balance") {
        let balance = client.call(Method::Balance, &[("accountId", id)]).await;
        let told = client.field(Method::Balance, &balance, "balance");
        assert_eq!(*told, client.spelled(Method::Balance, "balance", &Value::Money(36_844)), "{name}");
    }
}

async fn receipt(client: &Client, entry: &Json) {
    let name = &client.dialect.name;
    let receipt = text_of(client.field(Method::Transactions, entry, "receipt")).parse().unwrap();
    let receipt = client.call(Method::Receipt, &[("id", Value::Int(receipt))]).await;
    let receipt = if client.dialect.missing == Missing::EmptyList { receipt[0].clone() } else { receipt };
    let data = text_of(client.field(Method::Receipt, &receipt, "checkData"));
    assert_eq!(data, "пицца & морс = «обед»", "{name}");
    if client.dialect.extras.contains("purchasedAt") {
        let calendar = Calendar::default();
        let told = client.dialect.moments.write(date(2026, 11, 22).at(14, 5, 9, 0), calendar.offset());
        assert_eq!(text_of(client.field(Method::Receipt, &receipt, "at")), told, "{name}");
    }
}

async fn edit(client: &Client, account: i64) {
    if !client.has(Method::Update) {
        return;
    }
    let phone = ("phone", Value::Phone(PHONE.to_owned()));
    client.call(Method::Update, &[("id", Value::Int(account)), phone, ("surname", Value::text("Белова"))]).await;
    let guest = client.find(PHONE).await.unwrap();
    let surname = text_of(client.field(Method::FindByPhone, &guest, "surname"));
    assert_eq!(surname, "Белова", "{}", client.dialect.name);
}

async fn undo(client: &Client, account: i64) {
    if !client.has(Method::ReturnCheck) {
        return;
    }
    let name = &client.dialect.name;
    let purchase = [
        ("checkGuid", Value::Guid(GUID)),
        ("accountId", Value::Int(account)),
        ("restCode", Value::text("101")),
        ("externalCheck", Value::text("Д-7")),
        ("rkUnit", Value::Int(999)),
    ];
    client.call(Method::ReturnCheck, &purchase).await;
    assert_eq!(client.sandbox.ledger().balance(account), 42_345, "{name}");
    let (status, again) = client.send(Method::ReturnCheck, &purchase).await;
    assert!(again.to_string().contains("уже возвращена"), "{name}: {status} {again}");
}

/// Sets the level by hand, sends it back unchanged with a profile edit, and lets the ladder change it.
async fn level_and_life(client: &Client, account: i64) {
    let takes_all = ["levelId", "bonusType", "bonusLife"].iter().all(|sense| client.takes(Method::Update, sense));
    if !client.has(Method::Update) || !takes_all {
        return;
    }
    let name = &client.dialect.name;
    let (id, surname) = (("id", Value::Int(account)), ("surname", Value::text("Белова")));
    let told = async |sense: &str| {
        let guest = client.find(PHONE).await.unwrap();
        text_of(client.field(Method::FindByPhone, &guest, sense))
    };
    let by_hand = [
        id.clone(),
        surname.clone(),
        ("discountLevelId", Value::Int(2)),
        ("bonusTypeId", Value::Int(2)),
        ("lifetime", Value::Int(45)),
    ];
    client.call(Method::Update, &by_hand).await;
    let record = (told("levelId").await, told("bonusType").await, told("bonusLife").await);
    assert_eq!(record, ("2".to_owned(), "2".to_owned(), "45".to_owned()), "{name}");
    assert_eq!(told("level").await, "Серебряный", "{name}");
    client.call(Method::Update, &[id, surname, ("discountLevelId", Value::Int(2))]).await;
    client.call(Method::RegisterCheck, &purchase(account, 0, 0, 40_000_000)).await;
    assert_eq!(told("levelId").await, "4", "{name}: the ladder goes above what was set by hand");
    let core_says = client.sandbox.with_core(|core| core.account(account).unwrap().bonus_life_days);
    assert_eq!(core_says, Some(45), "{name}");
}

/// Does the administrator's work beside the API: bonuses that never burn, a withdrawal, a second phone.
async fn administrator(client: &Client, account: i64) {
    let name = &client.dialect.name;
    client.sandbox.with_core(|core| {
        core.with_bonus_life(account, None, |core| {
            core.refill(account, 50_000, Some("Навсегда".to_owned())).unwrap();
        });
        core.withdraw(account, 7_700, Some("Ошибка кассира".to_owned())).unwrap();
        core.add_phone(account, SECOND_PHONE).unwrap();
    });
    let by_second = client.find(SECOND_PHONE).await.unwrap();
    assert_eq!(by_second, client.find(PHONE).await.unwrap(), "{name}");
    if client.has(Method::Transactions) {
        let entry = last_entries(client, account, 1).await.remove(0);
        let is_signed = client.dialect.signed && client.dialect.signed_withdrawals;
        let shown = Value::Money(if is_signed { -7_700 } else { 7_700 });
        let sum = client.field(Method::Transactions, &entry, "sum");
        assert_eq!(*sum, client.spelled(Method::Transactions, "sum", &shown), "{name}");
        assert_eq!(text_of(client.field(Method::Transactions, &entry, "kindName")), "Изъятие бонусов", "{name}");
    }
    if client.has(Method::Balance) && client.shows(Method::Balance, "parts") {
        let detail = client.call(Method::Balance, &[("accountId", Value::Int(account))]).await;
        let parts = client.field(Method::Balance, &detail, "parts").as_array().unwrap();
        let day = client.dialect.told_as(&Prop {
            name: "date",
            sense: "partDate",
            kind: Kind::Date,
            need: Need::May,
            note: "",
        });
        assert!(parts.iter().any(|part| part.get(&day).is_none_or(Json::is_null)), "{name}: {parts:?}");
    }
}

#[tokio::test]
async fn every_named_dialect_does_all_it_describes() {
    for dialect in Dialect::named() {
        work_through(dialect).await;
    }
}

#[tokio::test]
async fn every_unfamiliar_dialect_does_all_it_describes() {
    for dialect in Dialect::unfamiliar() {
        work_through(dialect).await;
    }
}

#[tokio::test]
async fn random_dialects_do_all_they_describe() {
    for seed in 0..200 {
        work_through(Dialect::random(seed)).await;
        work_through(Dialect::random_stranger(seed)).await;
    }
}

#[test]
fn every_field_of_a_method_is_known_to_its_answer() {
    for method in Method::ALL {
        let props = spec(method).answer.props();
        for prop in props {
            assert_eq!(props.iter().filter(|other| other.name == prop.name).count(), 1, "{method:?} {}", prop.name);
        }
    }
}

#[test]
fn dialects_differ_in_name_and_in_kind() {
    let named: Vec<Dialect> = Dialect::named().into_iter().chain(Dialect::unfamiliar()).collect();
    for (at, dialect) in named.iter().enumerate() {
        assert_eq!(Dialect::by_name(&dialect.name).as_ref(), Some(dialect));
        let same = |other: &&Dialect| Dialect { name: dialect.name.clone(), ..(*other).clone() } == *dialect;
        assert_eq!(named[..at].iter().find(same), None, "{}", dialect.name);
    }
    assert_eq!(Dialect::by_name("random-7"), Some(Dialect::random(7)));
    assert_eq!(Dialect::by_name("нет такого"), None);
}
