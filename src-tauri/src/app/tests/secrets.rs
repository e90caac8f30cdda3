//! Secret constants are in the keychain and in the requests, and nowhere else. And methods that the server forbids.

use axum::{
    extract::Request,
    http::StatusCode,
    middleware::{Next, from_fn},
    response::{IntoResponse as _, Response},
};
use probonus::{
    Method,
    binding::{Place, Problem, SecretConstant},
};
use probonus_sandbox::Dialect;

use super::*;
use crate::{
    form::{DescriptionForm, SecretConstantForm},
    view::RightsDoubt,
};

/// The key that the server wants. Long, so that a search for it in files finds nothing else.
const KEY: &str = "k3y-5f0e7a91c2d84b66-of-the-gateway";

/// A gateway before the server: it refuses a refill without the key.
async fn gateway(request: Request, next: Next) -> Response {
    let has_key = request.headers().get("x-api-key").is_some_and(|value| value == KEY);
    let is_refill = request.uri().path().ends_with("/refill");
    if is_refill && !has_key { StatusCode::FORBIDDEN.into_response() } else { next.run(request).await }
}

async fn guarded() -> (Sandbox, Running) {
    let auth = probonus_sandbox::Auth { token: Some(TOKEN.to_owned()), ..Default::default() };
    let sandbox = Sandbox::seeded(Options { auth, ..Options::default() });
    let router = sandbox.router_in(&Dialect::table()).layer(from_fn(gateway));
    let running = Running::listen((Ipv4Addr::LOCALHOST, 0).into(), router).await.unwrap();
    (sandbox, running)
}

fn key(remember: &str) -> SecretConstantForm {
    form(json!({ "place": "header", "name": "X-Api-Key", "value": KEY, "method": null, "remember": remember }))
}

fn constant() -> SecretConstant {
    SecretConstant { place: Place::Header, name: "X-Api-Key".into() }
}

fn refill(guest: &GuestView) -> Value {
    json!({
        "kind": "refill", "phone": guest.phone, "account": guest.account, "sum": "10", "reason": "Подарок", "note": ""
    })
}

async fn connected(machine: &Machine, running: &Running) -> App {
    let app = machine.start().await;
    app.connect(token(&running.url(), TOKEN, "keychain")).await.unwrap();
    app.search_ended().await;
    app
}

fn is_without_key(app_status: &crate::view::AppStatus) -> bool {
    let is_of_key = |problem: &Problem| matches!(problem, Problem::NoSecret { name, .. } if name == "X-Api-Key");
    app_status.contract.impossible.iter().any(|one| one.method == Method::Refill && one.problems.iter().any(is_of_key))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_kept_in_the_keychain_sent_and_written_nowhere() {
    let (_sandbox, running) = guarded().await;
    let mut machine = Machine::new(keychains::in_memory());
    let app = connected(&machine, &running).await;
    create(&app, "+79120007711").await;
    // Another guest is used, because repeating a refused refill for the same guest would need a reason.
    let refused = create(&app, "+79120007712").await;
    // A line with the key is refused, because it would be written to a file.
    let in_clear = app.overrule_line(Some(Method::Refill), "constant.header.X-Api-Key", Some(KEY), false).await;
    assert_eq!(in_clear.unwrap_err().details.fields[0].code, FieldCode::SecretInClear);
    assert_ne!(submit(&app, refill(&refused)).await.unwrap().state, State::Confirmed, "without the key");

    let form = key("keychain");
    assert!(!format!("{form:?}").contains(KEY));
    let report = app.keep_secret_constant(form).await.unwrap();
    assert!(!serde_json::to_string(&report).unwrap().contains(KEY));
    let [secret] = report.secrets.as_slice() else { panic!("{:?}", report.secrets) };
    assert_eq!((&secret.constant, secret.at_hand, secret.methods), (&constant(), true, 13));
    let (_, file) = app.contract_file().await.unwrap();
    assert!(file.contains("X-Api-Key") && !file.contains(KEY));
    let guest = find(&app, "+79120007711").await;
    let second = submit(
        &app,
        json!({
            "kind": "refill", "phone": guest.phone, "account": guest.account, "sum": "11", "reason": "Подарок", "note": ""
        }),
    );
    assert_eq!(second.await.unwrap().state, State::Confirmed, "with the key");
    app.stop().await;

    // The next run reads it from the keychain.
    let app = machine.start().await;
    app.search_ended().await;
    let third = submit(
        &app,
        json!({
            "kind": "refill", "phone": guest.phone, "account": guest.account, "sum": "12", "reason": "Подарок", "note": ""
        }),
    );
    assert_eq!(third.await.unwrap().state, State::Confirmed);
    app.stop().await;

    // The keychain gives nothing: methods that need the key are blocked, with the reason.
    let open = std::mem::replace(&mut machine.keychain, keychains::missing());
    let app = machine.start().await;
    assert!(is_without_key(&app.status().await));
    assert_eq!(app.status().await.session, SessionState::KeychainClosed);
    app.stop().await;
    machine.keychain = open;

    let app = machine.start().await;
    app.search_ended().await;
    let report = app.forget_secret_constant(&constant()).await.unwrap();
    assert!(report.secrets.is_empty());
    let user = format!("constant.header.X-Api-Key@{}", app.connected().unwrap().url);
    assert!(machine.keychain.read(&user).await.unwrap().is_none(), "forgotten in the keychain too");
    app.stop().await;
    assert_eq!(machine.written(KEY), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_keychain_that_keeps_no_key_is_named_and_the_key_may_live_in_memory() {
    let (_sandbox, running) = guarded().await;
    let machine = Machine::new(keychains::missing());
    let app = machine.start().await;
    app.connect(token(&running.url(), TOKEN, "memory")).await.unwrap();
    app.search_ended().await;
    let refused = app.keep_secret_constant(key("keychain")).await.unwrap_err();
    assert_eq!((refused.class, refused.code), (ErrorClass::Failed, ErrorCode::KeychainMissing));
    assert!(app.contract_report().await.unwrap().secrets.is_empty(), "nothing is changed");

    app.keep_secret_constant(key("memory")).await.unwrap();
    let guest = create(&app, "+79120007722").await;
    assert_eq!(submit(&app, refill(&guest)).await.unwrap().state, State::Confirmed);
    app.stop().await;

    let app = machine.start().await;
    assert!(is_without_key(&app.status().await), "the next run asks for it");
    app.stop().await;
    assert_eq!(machine.written(KEY), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_checked_where_it_is_entered() {
    let (_sandbox, running) = guarded().await;
    let machine = Machine::new(keychains::in_memory());
    let app = connected(&machine, &running).await;
    for (change, field) in [
        (json!({ "name": "Host" }), "name"),
        (json!({ "name": "" }), "name"),
        (json!({ "place": "path" }), "name"),
        (json!({ "value": " " }), "value"),
        (json!({ "value": "ключ" }), "value"),
    ] {
        let mut typed = json!({
            "place": "header", "name": "X-Api-Key", "value": KEY, "method": null, "remember": "keychain"
        });
        typed.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        let refused = app.keep_secret_constant(form(typed)).await.unwrap_err();
        assert_eq!(refused.details.fields[0].field, field, "{change}");
    }
    assert!(app.contract_report().await.unwrap().secrets.is_empty());
    app.stop().await;
}

/// If the server forbids a method that its description has, the page offers to read the description again. It does so once: the
/// same refusal of the same description is not new.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_forbidden_offers_to_read_the_description_anew() {
    let (_sandbox, running) = guarded().await;
    let machine = Machine::new(keychains::in_memory());
    let app = connected(&machine, &running).await;
    let guest = create(&app, "+79120007733").await;
    assert_eq!(app.status().await.contract.rights_doubt, None);
    submit(&app, refill(&guest)).await.unwrap();
    assert_eq!(app.status().await.contract.rights_doubt, Some(RightsDoubt::Forbidden { method: Method::Refill }));

    let proposal = app.find_contract(&DescriptionForm::Find).await.unwrap();
    assert!(proposal.changes.is_empty() && proposal.verdicts.is_empty(), "the rights are as they were");
    assert_eq!(app.status().await.contract.rights_doubt, None);
    app.stop().await;

    let app = machine.start().await;
    app.search_ended().await;
    app.groups().await.unwrap();
    let guest = find(&app, "+79120007733").await;
    let _ = submit(&app, json!({
        "kind": "refill", "phone": guest.phone, "account": guest.account, "sum": "13", "reason": "Подарок", "note": ""
    }))
    .await;
    assert_eq!(app.status().await.contract.rights_doubt, None, "it was read since");
    app.stop().await;
}

/// The server may show other methods to another user. A description that was given by hand is not read again by itself.
#[tokio::test(flavor = "multi_thread")]
async fn another_user_offers_to_read_the_description_anew() {
    let (_sandbox, running) = server().await;
    let machine = Machine::new(keychains::in_memory());
    let app = machine.start().await;
    let connect = json!({
        "url": running.url(), "remember": "memory", "auth": { "kind": "token", "token": TOKEN },
        "description": { "kind": "table" }
    });
    app.connect(form(connect)).await.unwrap();
    app.search_ended().await;
    let by_token = || form::<AuthForm>(json!({ "kind": "token", "token": TOKEN }));
    app.sign_in(by_token(), Remember::Memory, Vec::new()).await.unwrap();
    assert_eq!(app.status().await.contract.rights_doubt, None, "the same way in");
    let by_login: AuthForm = form(json!({ "kind": "login", "login": "office", "password": "office" }));
    app.sign_in(by_login, Remember::Memory, Vec::new()).await.unwrap();
    assert_eq!(app.status().await.contract.rights_doubt, Some(RightsDoubt::OtherUser));
    app.settle_rights().await.unwrap();
    assert_eq!(app.status().await.contract.rights_doubt, None);
    app.stop().await;
}
