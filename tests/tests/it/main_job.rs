//! The main job over real HTTP: the real client, a real sandbox, and its ledger as the judge.

use jiff::civil::date;
use probonus::{
    AccountId, CheckGuid, Kopecks, Loyalty as _, Period, Phone, RestCode, StationCode,
    client::{Auth, Client},
    model::{Account, AccountUpdate, ExternalCheck, NewAccount, PersonName, Profile, Refill, ReturnCheck, Sex},
};
use probonus_sandbox::{Options, Running, Sandbox, seed::demo::ANNA};

const GUID: &str = "7f3c9a52-0c1d-4a6e-9b53-0d2f4c8e1a01";

async fn server() -> (Sandbox, Running) {
    let sandbox = Sandbox::seeded(Options { guests: 9, ..Options::default() });
    let running = sandbox.serve(([127, 0, 0, 1], 0).into()).await.unwrap();
    (sandbox, running)
}

fn kopecks(sum: i64) -> Kopecks {
    Kopecks::new(sum).unwrap()
}

fn check(account: &AccountId, guid: CheckGuid) -> ExternalCheck {
    ExternalCheck {
        rest_code: RestCode::new("101").unwrap(),
        check_guid: guid,
        account: account.clone(),
        station: StationCode::OUTSIDE,
        external_check: "Д-7".to_owned(),
        bonus_spent: kopecks(10_000),
        discount: kopecks(0),
        bonus_accrued: kopecks(4_500),
        money_spent: kopecks(90_000),
        check_data: "пицца, морс".to_owned(),
        purchased_at: None,
    }
}

/// A guest is enrolled, gets bonuses, buys, is renamed, returns the purchase; the sandbox's books agree.
async fn main_job(client: &Client, sandbox: &Sandbox) {
    let guest = enrol(client).await;
    refill_and_register(client, &guest.id).await;
    rename(client, &guest).await;
    return_purchase(client, &guest.id).await;
    sandbox.check().unwrap();
    let books = sandbox.ledger();
    assert_eq!(books.requests().count(), 5);
    assert_eq!(books.with_text("#1a2b3c4d").count(), 1);
}

async fn enrol(client: &Client) -> Account {
    let groups = client.groups().await.unwrap();
    let group = groups.iter().find(|group| group.have_template).unwrap();
    assert!(client.find_by_phone(&phone()).await.unwrap().is_empty());
    let profile = Profile {
        name: PersonName { surname: Some("Щёлкова".into()), name: Some("Нина".into()), patronymic: None },
        birthday: Some(date(1990, 3, 8)),
        sex: Some(Sex::Female),
        email: None,
        identifiers: vec!["2000000000001".into()],
        ..Profile::default()
    };
    let new = NewAccount { group: group.id.clone(), phone: phone(), profile: profile.clone() };
    client.insert_by_template(&new).await.unwrap();
    let again = client.insert_by_template(&new).await.unwrap_err();
    assert!(again.server_message().unwrap().contains("уже существует"));
    let guest = found(client).await;
    // The terms of a new account are the template's.
    let Profile { discount_level, bonus_type, bonus_lifetime, .. } = guest.profile.clone();
    let profile = Profile { discount_level, bonus_type, bonus_lifetime, ..profile };
    assert_eq!(guest.profile, profile);
    guest
}

async fn refill_and_register(client: &Client, id: &AccountId) {
    let refill = Refill { account: id.clone(), sum: kopecks(12_345), comment: "Отзыв #1a2b3c4d".into() };
    client.refill(&refill).await.unwrap();
    assert_eq!(balance(client, id).await, kopecks(42_345));
    client.register_check(&check(id, guid())).await.unwrap();
    assert_eq!(balance(client, id).await, kopecks(36_845));

    let entries = client.last_transactions(id, 2).await.unwrap().transactions;
    assert!(entries.iter().all(|row| row.external.check_guid == Some(guid())));
    let today = entries[0].at.local.date();
    let period = Period::new(today.yesterday().unwrap(), today).unwrap();
    assert_eq!(client.transactions(id, period).await.unwrap().len(), 4);
    let receipt = client.receipt(entries[0].receipt.as_ref().unwrap()).await.unwrap().unwrap();
    assert_eq!(receipt.paid, Some(kopecks(90_000)));
    assert_eq!(receipt.text.as_deref(), Some("пицца, морс"));
}

async fn rename(client: &Client, guest: &Account) {
    let before = guest.profile.clone();
    let mut after = before.clone();
    after.name.surname = Some("Белова".into());
    let update = AccountUpdate { account: guest.id.clone(), record: guest.raw.clone(), before, after: after.clone() };
    client.update(&update).await.unwrap();
    assert_eq!(found(client).await.profile, after);
}

async fn return_purchase(client: &Client, id: &AccountId) {
    let back = ReturnCheck {
        check_guid: guid(),
        rest_code: RestCode::new("101").unwrap(),
        account: id.clone(),
        external_check: "Д-7".into(),
        station: StationCode::OUTSIDE,
    };
    client.return_check(&back).await.unwrap();
    assert!(client.return_check(&back).await.unwrap_err().server_message().unwrap().contains("уже возвращена"));
    assert_eq!(balance(client, id).await, kopecks(42_345));
}

async fn found(client: &Client) -> Account {
    let mut found = client.find_by_phone(&phone()).await.unwrap();
    assert_eq!(found.len(), 1);
    found.remove(0)
}

async fn balance(client: &Client, id: &AccountId) -> Kopecks {
    client.balance(id).await.unwrap().balance.unwrap()
}

fn phone() -> Phone {
    "8 (903) 123-45-67".parse().unwrap()
}

fn guid() -> CheckGuid {
    GUID.parse().unwrap()
}

#[tokio::test]
async fn the_main_job_with_a_permanent_token() {
    let (sandbox, running) = server().await;
    let auth = Auth::Token("sandbox-token".to_owned().into());
    let client = Client::builder(running.url()).auth(auth).build().unwrap();
    main_job(&client, &sandbox).await;
}

#[tokio::test]
async fn the_main_job_with_login_and_password() {
    let (sandbox, running) = server().await;
    let auth = Auth::Login { login: "office".to_owned(), password: "office".to_owned().into() };
    let client = Client::builder(running.url()).auth(auth).build().unwrap();
    main_job(&client, &sandbox).await;
}

#[tokio::test]
async fn the_demo_guest_is_read_whole() {
    let (_sandbox, running) = server().await;
    let auth = Auth::Token("sandbox-token".to_owned().into());
    let client = Client::builder(running.url()).auth(auth).build().unwrap();
    let anna = &client.find_by_phone(&ANNA.phone.parse().unwrap()).await.unwrap()[0];
    assert_eq!(anna.level.as_ref().unwrap().name, "Золотой");
    assert_eq!(anna.coupons.len(), 2);
    assert_eq!(anna.profile.birthday, Some(date(1987, 4, 12)));
    let balance = client.balance(&anna.id).await.unwrap();
    assert_eq!(anna.balance, balance.balance);
    assert!(balance.burning.len() >= 3);
    let entries = client.last_transactions(&anna.id, 100).await.unwrap().transactions;
    assert!(entries.len() > 15);
    for row in entries.iter().filter(|row| row.receipt.is_some()) {
        let receipt = client.receipt(row.receipt.as_ref().unwrap()).await.unwrap().unwrap();
        assert!(!receipt.lines.is_empty() || receipt.text.is_some());
    }
}
