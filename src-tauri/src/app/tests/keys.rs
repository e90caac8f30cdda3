//! A key that a server wants besides the sign-in is entered with it: before the server is connected there are no settings.

use probonus::{
    Method,
    binding::{Place, SecretConstant},
};
use probonus_sandbox::{Dialect, dialect::ServerKey};

use super::*;
use crate::form::{DescriptionForm, SecretConstantEntry};

/// A server that wants its key in every request. `name`: where its description declares it.
async fn keyed(name: &str) -> (Sandbox, Running) {
    let auth = probonus_sandbox::Auth { token: Some(TOKEN.to_owned()), ..Default::default() };
    let sandbox = Sandbox::seeded(Options { auth, ..Options::default() });
    let router = sandbox.router_in(&Dialect::by_name(name).unwrap());
    let running = Running::listen((Ipv4Addr::LOCALHOST, 0).into(), router).await.unwrap();
    (sandbox, running)
}

fn by_token() -> Value {
    json!({ "kind": "token", "token": TOKEN })
}

fn by_login() -> Value {
    json!({ "kind": "login", "login": "office", "password": "office" })
}

fn key(name: &str, value: &str, asked: bool) -> Value {
    json!({ "place": "header", "name": name, "value": value, "asked": asked })
}

fn connecting(url: &str, auth: &Value, remember: &str, keys: &[Value]) -> ConnectForm {
    form(json!({ "url": url, "auth": auth, "remember": remember, "keys": keys }))
}

fn constant() -> SecretConstant {
    SecretConstant { place: Place::Header, name: ServerKey::HEADER.into() }
}

/// What the keychain holds under the key's name.
async fn kept(machine: &Machine, url: &str) -> Option<String> {
    let url: probonus::client::ServerAddress = url.parse().unwrap();
    let user = format!("constant.header.{}@{url}", ServerKey::HEADER);
    machine.keychain.read(&user).await.unwrap().map(|value| value.expose_secret().to_owned())
}

/// Creates a guest and gives them bonuses. The sum is made of the phone: guests of two servers may have one account number.
async fn refills(app: &App, phone: &str) {
    let guest = create(app, phone).await;
    let sum = &phone[phone.len() - 2..];
    let refill = json!({
        "kind": "refill", "phone": guest.phone, "account": guest.account, "sum": sum, "reason": "Подарок", "note": ""
    });
    assert_eq!(submit(app, refill).await.unwrap().state, State::Confirmed);
}

/// The description declares the key: it is asked for by its name before the server is asked for anything, and then used for all.
#[tokio::test(flavor = "multi_thread")]
async fn a_declared_key_is_asked_for_by_its_name_and_sent_with_everything() {
    for name in ["table-keyed-scheme", "fastapi-keyed-scheme", "get-query-keyed-parameter"] {
        for (at, auth) in [by_token(), by_login()].into_iter().enumerate() {
            let (_sandbox, running) = keyed(name).await;
            let machine = Machine::new(keychains::in_memory());
            let app = machine.start().await;
            let url = running.url();
            let asked = app.connect(connecting(&url, &auth, "keychain", &[])).await.unwrap_err();
            assert_eq!(
                (asked.code, asked.details.keys.as_slice()),
                (ErrorCode::KeyWanted, &[constant()][..]),
                "{name}"
            );
            assert_eq!(kept(&machine, &url).await, None);

            let typed = [key(ServerKey::HEADER, ServerKey::VALUE, true)];
            let form = connecting(&url, &auth, "keychain", &typed);
            assert!(!format!("{form:?}").contains(ServerKey::VALUE));
            app.connect(form).await.unwrap();
            app.search_ended().await;
            assert_eq!(kept(&machine, &url).await.as_deref(), Some(ServerKey::VALUE), "{name}");
            let report = app.contract_report().await.unwrap();
            assert!(report.document.is_some() && report.secrets[0].at_hand, "{name}");
            let impossible = app.status().await.contract.impossible;
            // FastAPI has no method that renews a session.
            assert!(impossible.iter().all(|one| one.method == Method::RefreshToken), "{name}: {impossible:?}");
            refills(&app, &format!("+7912000771{at}")).await;
            app.stop().await;

            // The next start reads it from the keychain.
            let app = machine.start().await;
            app.search_ended().await;
            refills(&app, &format!("+7912000772{at}")).await;
            assert!(app.contract_report().await.unwrap().pending.is_none(), "{name}");
            app.stop().await;
            assert_eq!(machine.written(ServerKey::VALUE), Vec::<String>::new());
        }
    }
}

/// Nothing declares the key, and the description needs it too: the server refuses, and the key is entered by hand.
#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_nothing_declares_is_entered_by_hand() {
    for (auth, refusal) in [(by_token(), ErrorCode::Forbidden), (by_login(), ErrorCode::SignInAgain)] {
        let (_sandbox, running) = keyed("get-query-keyed").await;
        let machine = Machine::new(keychains::in_memory());
        let app = machine.start().await;
        let url = running.url();
        let refused = app.connect(connecting(&url, &auth, "keychain", &[key("", "", false)])).await.unwrap_err();
        assert_eq!((refused.code, refused.details.status), (refusal, Some(403)));
        let wrong = [key(ServerKey::HEADER, "another key", false)];
        assert_eq!(app.connect(connecting(&url, &auth, "keychain", &wrong)).await.unwrap_err().code, refusal);
        assert_eq!(kept(&machine, &url).await, None, "nothing stays of an attempt that failed");
        // Neither in memory: without a key the next attempt has none.
        assert_eq!(app.connect(connecting(&url, &auth, "keychain", &[])).await.unwrap_err().code, refusal);

        let right = [key(&ServerKey::HEADER.to_lowercase(), ServerKey::VALUE, false)];
        app.connect(connecting(&url, &auth, "keychain", &right)).await.unwrap();
        app.search_ended().await;
        let report = app.contract_report().await.unwrap();
        assert!(report.document.is_some() && !report.description_refused, "the description was read with the key");
        refills(&app, "+79120007731").await;
        app.stop().await;
        assert_eq!(machine.written(ServerKey::VALUE), Vec::<String>::new());
    }
}

/// The settings refuse the same names and values.
#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_checked_as_in_the_settings() {
    let (_sandbox, running) = keyed("table-keyed").await;
    let app = Machine::new(keychains::in_memory()).start().await;
    for (typed, field, code) in [
        (key("Host", "k3y", false), "keys.1.name", FieldCode::NoRoom),
        (key("cookie", "k3y", false), "keys.1.name", FieldCode::NoRoom),
        (key("Transfer-Encoding", "k3y", false), "keys.1.name", FieldCode::NoRoom),
        (key("Authorization", "k3y", false), "keys.1.name", FieldCode::NoRoom),
        (key("X Api Key", "k3y", false), "keys.1.name", FieldCode::NoRoom),
        (key("", "k3y", false), "keys.1.name", FieldCode::Required),
        (key("X-Api-Key", " ", false), "keys.1.value", FieldCode::Required),
        (key("X-Api-Key", "ключ", true), "keys.1.value", FieldCode::BadCharacters),
        (key("x-first", "k3y", false), "keys.1.name", FieldCode::Repeated),
    ] {
        let keys = [key("X-First", "first", false), typed.clone()];
        let refused = app.connect(connecting(&running.url(), &by_token(), "memory", &keys)).await.unwrap_err();
        let [problem] = refused.details.fields.as_slice() else { panic!("{typed}: {refused:?}") };
        assert_eq!((problem.field.as_str(), problem.code), (field, code), "{typed}");
    }
    app.stop().await;
}

/// A key that the user does not have may stay empty. What lacks it says so, as it did before.
#[tokio::test(flavor = "multi_thread")]
async fn an_asked_key_may_stay_empty() {
    let (_sandbox, running) = keyed("table-keyed-parameter").await;
    let app = Machine::new(keychains::in_memory()).start().await;
    let url = running.url();
    let left = [key(ServerKey::HEADER, "", true)];
    let refused = app.connect(connecting(&url, &by_token(), "memory", &left)).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::Unsupported);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_keychain_the_key_lives_in_memory_as_the_token_does() {
    let (_sandbox, running) = keyed("table-keyed-scheme").await;
    let machine = Machine::new(keychains::missing());
    let app = machine.start().await;
    let url = running.url();
    let typed = || [key(ServerKey::HEADER, ServerKey::VALUE, true)];
    let refused = app.connect(connecting(&url, &by_token(), "keychain", &typed())).await.unwrap_err();
    assert_eq!((refused.class, refused.code), (ErrorClass::Failed, ErrorCode::KeychainMissing));
    assert_eq!(app.status().await.phase, Phase::Wizard);
    app.connect(connecting(&url, &by_token(), "memory", &typed())).await.unwrap();
    app.search_ended().await;
    refills(&app, "+79120007741").await;
    app.stop().await;

    // The next run asks for it with the sign-in.
    let app = machine.start().await;
    assert_eq!(app.status().await.session, SessionState::NoSecret);
    let auth = || form::<AuthForm>(by_token());
    let asked = app.sign_in(auth(), Remember::Memory, Vec::new()).await.unwrap_err();
    assert_eq!((asked.code, asked.details.keys.as_slice()), (ErrorCode::KeyWanted, &[constant()][..]));
    let keys = typed().map(form::<SecretConstantEntry>).into();
    let status = app.sign_in(auth(), Remember::Memory, keys).await.unwrap();
    assert_eq!(status.session, SessionState::SignedIn);
    refills(&app, "+79120007742").await;
    app.stop().await;
    assert_eq!(machine.written(ServerKey::VALUE), Vec::<String>::new());
}

/// A key belongs to its server: it is neither sent to another one nor lost by connecting one.
#[tokio::test(flavor = "multi_thread")]
async fn servers_are_switched_and_connected_again_with_their_keys() {
    let (_sandbox, first) = keyed("table-keyed").await;
    let (_other, second) = keyed("table-keyed-scheme").await;
    let machine = Machine::new(keychains::in_memory());
    let app = machine.start().await;
    let by_hand = [key(ServerKey::HEADER, ServerKey::VALUE, false)];
    app.connect(connecting(&first.url(), &by_token(), "keychain", &by_hand)).await.unwrap();
    app.search_ended().await;

    // The other server is not given the key of the first one.
    let asked = app.connect(connecting(&second.url(), &by_token(), "keychain", &[])).await.unwrap_err();
    assert_eq!(asked.code, ErrorCode::KeyWanted);
    assert_eq!(
        app.status().await.server.unwrap().url,
        first.url().parse::<probonus::client::ServerAddress>().unwrap().to_string()
    );
    refills(&app, "+79120007751").await;
    let typed = [key(ServerKey::HEADER, ServerKey::VALUE, true)];
    app.connect(connecting(&second.url(), &by_token(), "keychain", &typed)).await.unwrap();
    app.search_ended().await;
    refills(&app, "+79120007752").await;

    // The first one again: its key is in the keychain.
    app.connect(connecting(&first.url(), &by_token(), "keychain", &[])).await.unwrap();
    app.search_ended().await;
    refills(&app, "+79120007753").await;
    // An attempt with another key, which the server refuses, leaves the right one.
    let wrong = [key(ServerKey::HEADER, "another key", false)];
    app.connect(connecting(&first.url(), &by_token(), "keychain", &wrong)).await.unwrap_err();
    assert_eq!(kept(&machine, &first.url()).await.as_deref(), Some(ServerKey::VALUE));
    refills(&app, "+79120007754").await;
    // In memory from now on: the keychain forgets it.
    app.connect(connecting(&first.url(), &by_token(), "memory", &by_hand)).await.unwrap();
    assert_eq!(kept(&machine, &first.url()).await, None);
    app.stop().await;
}

/// A contract that was saved in another office names the key, and never holds it.
#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_a_contract_file_names_is_asked_for() {
    let (_sandbox, running) = keyed("table-keyed").await;
    let app = Machine::new(keychains::in_memory()).start().await;
    let by_hand = [key(ServerKey::HEADER, ServerKey::VALUE, false)];
    app.connect(connecting(&running.url(), &by_token(), "keychain", &by_hand)).await.unwrap();
    app.search_ended().await;
    let (name, text) = app.contract_file().await.unwrap();
    app.stop().await;
    assert!(!text.contains(ServerKey::VALUE));

    let machine = Machine::new(keychains::in_memory());
    let app = machine.start().await;
    let with_file = |keys: &[Value]| ConnectForm {
        description: DescriptionForm::File { name: name.clone(), text: text.clone() },
        ..connecting(&running.url(), &by_login(), "keychain", keys)
    };
    let asked = app.connect(with_file(&[])).await.unwrap_err();
    assert_eq!((asked.code, asked.details.keys.as_slice()), (ErrorCode::KeyWanted, &[constant()][..]));
    app.connect(with_file(&[key(ServerKey::HEADER, ServerKey::VALUE, true)])).await.unwrap();
    app.search_ended().await;
    refills(&app, "+79120007761").await;
    app.stop().await;
    assert_eq!(machine.written(ServerKey::VALUE), Vec::<String>::new());
}

/// The server lets the sign-in pass without the key, and refuses its description: the page offers to enter a key.
#[tokio::test(flavor = "multi_thread")]
async fn a_refused_description_is_told_and_read_once_the_key_is_kept() {
    async fn gateway(request: axum::extract::Request, next: axum::middleware::Next) -> axum::response::Response {
        let has_key = request.headers().get(ServerKey::HEADER).is_some_and(|value| value == ServerKey::VALUE);
        match request.method() == axum::http::Method::GET && !has_key {
            true => axum::response::IntoResponse::into_response(axum::http::StatusCode::UNAUTHORIZED),
            false => next.run(request).await,
        }
    }
    let auth = probonus_sandbox::Auth { token: Some(TOKEN.to_owned()), ..Default::default() };
    let sandbox = Sandbox::seeded(Options { auth, ..Options::default() });
    let router = sandbox.router_in(&Dialect::table()).layer(axum::middleware::from_fn(gateway));
    let running = Running::listen((Ipv4Addr::LOCALHOST, 0).into(), router).await.unwrap();
    let app = Machine::new(keychains::in_memory()).start().await;
    app.connect(token(&running.url(), TOKEN, "keychain")).await.unwrap();
    app.search_ended().await;
    let report = app.contract_report().await.unwrap();
    assert!(report.document.is_none() && report.description_refused);
    let refused = app.find_contract(&DescriptionForm::Find).await.unwrap_err();
    assert_eq!((refused.code, refused.details.status), (ErrorCode::DescriptionNotFound, Some(401)));

    let kept = json!({
        "place": "header", "name": ServerKey::HEADER, "value": ServerKey::VALUE, "method": null, "remember": "keychain"
    });
    app.keep_secret_constant(form(kept)).await.unwrap();
    let proposal = app.find_contract(&DescriptionForm::Find).await.unwrap();
    assert!(proposal.document.is_some());
    assert!(app.accept_contract(&proposal.id).await.unwrap().document.is_some());
    app.stop().await;
}
