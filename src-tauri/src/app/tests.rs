//! The program without its window, against a ProBonus server over real HTTP.

mod answers;
mod contract;
mod desktop;
mod files;
mod keys;
mod log_detail;
mod network;
mod parts;
mod put_back;
mod safe_mode;
mod secrets;
mod support;
mod terms;
mod update;

use std::{net::Ipv4Addr, path::Path, sync::Arc};

use office::{Kind, State};
use probonus_sandbox::{Options, Running, Sandbox};
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};

use super::{
    App, News,
    machine::{
        folders::Folders,
        keychain::{Keychain, tests as keychains},
    },
    settings::{memory::Memory, stored::Place},
};
use crate::{
    error::{AppError, ErrorClass, ErrorCode, FieldCode},
    form::{AuthForm, ConnectForm, OperationForm, Remember},
    shape::{Mode, Opening},
    view::{GuestFound, GuestView, JournalHealth, OperationView, Phase, SecretStorage, SessionState},
};

const TOKEN: &str = "t0ken-of-the-shell-tests";

struct Shared(Arc<Memory>);

impl Place for Shared {
    fn read(&self) -> Option<Value> {
        self.0.read()
    }

    fn write(&self, document: Value) -> Result<(), String> {
        self.0.write(document)
    }
}

/// A machine on which a test starts the program several times.
struct Machine {
    home: tempfile::TempDir,
    settings: Arc<Memory>,
    keychain: Keychain,
}

impl Machine {
    fn new(keychain: Keychain) -> Self {
        Self { home: tempfile::tempdir().unwrap(), settings: Arc::default(), keychain }
    }

    async fn start(&self) -> App {
        self.start_as(Opening::AsLeft).await
    }

    async fn start_as(&self, opening: Opening) -> App {
        let place = Box::new(Shared(Arc::clone(&self.settings)));
        let app = App::new(Folders::at(self.home.path()), place, self.keychain.clone());
        app.start(opening).await;
        app
    }

    /// The files, and the settings, that contain a text.
    fn written(&self, text: &str) -> Vec<String> {
        let mut found = search(self.home.path(), text.as_bytes());
        if self.settings.read().is_some_and(|document| document.to_string().contains(text)) {
            found.push("settings".to_owned());
        }
        found
    }
}

/// The files that contain a text. A backup is written under another name and renamed. If a file is gone when it is opened, the
/// search starts again.
fn search(folder: &Path, text: &[u8]) -> Vec<String> {
    loop {
        match search_once(folder, text) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            found => return found.unwrap(),
        }
    }
}

fn search_once(folder: &Path, text: &[u8]) -> std::io::Result<Vec<String>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(search_once(&path, text)?);
        } else if std::fs::read(&path)?.windows(text.len()).any(|window| window == text) {
            found.push(path.display().to_string());
        }
    }
    Ok(found)
}

async fn server() -> (Sandbox, Running) {
    let auth = probonus_sandbox::Auth { token: Some(TOKEN.to_owned()), ..Default::default() };
    let sandbox = Sandbox::seeded(Options { auth, ..Options::default() });
    let running = sandbox.serve((Ipv4Addr::LOCALHOST, 0).into()).await.unwrap();
    (sandbox, running)
}

fn form<T: serde::de::DeserializeOwned>(value: Value) -> T {
    serde_json::from_value(value).unwrap()
}

fn token(url: &str, token: &str, remember: &str) -> ConnectForm {
    form(json!({ "url": url, "auth": { "kind": "token", "token": token }, "remember": remember }))
}

async fn find(app: &App, phone: &str) -> GuestView {
    match app.find_guest(phone).await.unwrap() {
        GuestFound::Found { mut guests } => guests.remove(0),
        GuestFound::NotFound { .. } => panic!("no guest {phone}"),
    }
}

async fn submit(app: &App, value: Value) -> Result<OperationView, AppError> {
    let form: OperationForm = form(value);
    app.submit(&app.new_operation_id(), &form, None).await
}

async fn create(app: &App, phone: &str) -> GuestView {
    let groups = app.groups().await.unwrap();
    let group = groups.iter().find(|group| group.have_template).unwrap();
    let profile = json!({
        "surname": "Иванова", "name": "Вера", "patronymic": "", "birthday": "29.02.2000", "sex": "female",
        "email": "vera@example.ru", "identifiers": [], "discountLevel": "", "bonusType": "", "bonusLifetime": ""
    });
    let created = submit(app, json!({ "kind": "create_guest", "group": group.id, "phone": phone, "profile": profile }));
    assert_eq!(created.await.unwrap().state, State::Confirmed);
    find(app, phone).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_main_job_is_done_in_training_and_survives_a_restart() {
    let machine = Machine::new(keychains::missing());
    let app = machine.start().await;
    assert_eq!(app.status().await.phase, Phase::Wizard);
    assert_eq!(app.groups().await.unwrap_err().code, ErrorCode::NotStarted);

    let status = app.start_training().await.unwrap();
    assert_eq!((status.phase, status.mode, status.secret_storage), (Phase::Ready, Mode::Training, SecretStorage::None));
    let phone = "8 (912) 000-11-22";
    let guest = create(&app, phone).await;
    let refill = json!({
        "kind": "refill", "phone": phone, "account": guest.account, "sum": "150,50", "reason": "Подарок", "note": ""
    });
    let refilled = submit(&app, refill).await.unwrap();
    assert_eq!((refilled.state, refilled.sum.unwrap().get()), (State::Confirmed, 15_050));

    let rest_code = app.settings().restaurants[0].code.clone();
    let check = json!({
        "kind": "register_check", "phone": phone, "account": guest.account, "restCode": rest_code, "station": "999",
        "outsideNumber": "Д-1", "purchasedAt": "", "moneySpent": "1 000", "discount": "", "bonusSpent": "",
        "bonusAccrued": "50", "contents": "Пицца"
    });
    let registered = submit(&app, check.clone()).await.unwrap();
    assert!(registered.allowed.return_check);
    let again = submit(&app, check.clone()).await.unwrap_err();
    assert_eq!((again.class, again.code), (ErrorClass::Refused, ErrorCode::OutsideNumberTaken));
    let mut elsewhere = check;
    elsewhere["restCode"] = "нет такого".into();
    let refused = submit(&app, elsewhere).await.unwrap_err();
    assert_eq!(refused.details.fields[0].code, FieldCode::NotInList);

    assert_eq!(app.find_purchase("Д-1").await.unwrap()[0].id, registered.id);
    let returned = submit(&app, json!({ "kind": "return_check", "purchase": registered.id })).await.unwrap();
    assert_eq!((returned.kind, returned.state), (Kind::ReturnCheck, State::Confirmed));
    let card = app.guest_card(phone, &guest.account).await.unwrap();
    assert_eq!(card.operations.len(), 4);
    assert!(card.balance_error.is_none() && card.transactions_error.is_none());
    let balance = card.balance.unwrap().balance;
    app.save_draft("refill", Some("{\"sum\":\"7\"}")).await.unwrap();
    app.stop().await;

    let app = machine.start().await;
    assert_eq!(app.status().await.mode, Mode::Training);
    let card = app.guest_card(phone, &guest.account).await.unwrap();
    assert_eq!((card.balance.unwrap().balance, card.operations.len()), (balance, 4));
    assert_eq!(app.draft("refill").await.unwrap().as_deref(), Some("{\"sum\":\"7\"}"));
    app.reset_training().await.unwrap();
    assert!(matches!(app.find_guest(phone).await.unwrap(), GuestFound::NotFound { .. }));
    assert_eq!(app.leave_training().await.unwrap().phase, Phase::Wizard);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_lives_in_the_keychain_and_nowhere_else() {
    let (_sandbox, running) = server().await;
    let machine = Machine::new(keychains::in_memory());
    let app = machine.start().await;

    let wrong = app.connect(token(&running.url(), "another-token", "keychain")).await.unwrap_err();
    assert_eq!(wrong.code, ErrorCode::SignInAgain);
    assert_eq!(app.status().await.phase, Phase::Wizard, "nothing is changed by a token that is not taken");
    let nowhere = app.connect(token("ftp://x", TOKEN, "keychain")).await.unwrap_err();
    assert_eq!(nowhere.details.fields[0].code, FieldCode::NotAUrl);

    let status = app.connect(token(&running.url(), TOKEN, "keychain")).await.unwrap();
    assert_eq!((status.mode, status.secret_storage, status.insecure_http), (Mode::Live, SecretStorage::Keychain, true));
    assert!(app.check_connection().await.unwrap().ok);
    assert_eq!(app.contract_report().await.unwrap().methods.len(), 13);
    create(&app, "+79120001133").await;
    app.stop().await;

    let app = machine.start().await;
    find(&app, "+79120001133").await;
    let status = app.status().await;
    assert_eq!((status.session, status.secret_storage), (SessionState::SignedIn, SecretStorage::Keychain));
    let status = app.sign_out().await.unwrap();
    assert_eq!((status.session, status.secret_storage), (SessionState::NoSecret, SecretStorage::None));
    assert_eq!(app.groups().await.unwrap_err().code, ErrorCode::SignInAgain);
    app.stop().await;
    assert_eq!(machine.written(TOKEN), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_keychain_the_secret_is_held_for_this_run_only() {
    let (_sandbox, running) = server().await;
    let machine = Machine::new(keychains::missing());
    let app = machine.start().await;
    let refused = app.connect(token(&running.url(), TOKEN, "keychain")).await.unwrap_err();
    assert_eq!((refused.class, refused.code), (ErrorClass::Failed, ErrorCode::KeychainMissing));
    assert_eq!(app.status().await.phase, Phase::Wizard);

    let status = app.connect(token(&running.url(), TOKEN, "memory")).await.unwrap();
    assert_eq!((status.secret_storage, status.keychain_problem), (SecretStorage::Memory, None));
    app.stop().await;

    let app = machine.start().await;
    let status = app.status().await;
    assert_eq!((status.phase, status.session), (Phase::Ready, SessionState::NoSecret));
    let auth: AuthForm = form(json!({ "kind": "login", "login": "office", "password": "office" }));
    let status = app.sign_in(auth, Remember::Memory, Vec::new()).await.unwrap();
    assert_eq!(status.session, SessionState::SignedIn);
    app.groups().await.unwrap();
    app.stop().await;
    assert_eq!(machine.written(TOKEN), Vec::<String>::new());
}

/// A keychain that is missing at the start does not count as a refusal of the server.
#[tokio::test(flavor = "multi_thread")]
async fn a_keychain_that_is_closed_at_the_start_is_not_a_refusal_of_the_server() {
    let (_sandbox, running) = server().await;
    let mut machine = Machine::new(keychains::in_memory());
    let app = machine.start().await;
    app.connect(token(&running.url(), TOKEN, "keychain")).await.unwrap();
    app.stop().await;

    let open = std::mem::replace(&mut machine.keychain, keychains::missing());
    let app = machine.start().await;
    let status = app.status().await;
    assert_eq!(status.session, SessionState::KeychainClosed);
    assert!(status.keychain_problem.is_some());
    assert_eq!(app.check_connection().await.unwrap_err().code, ErrorCode::SignInAgain);
    assert_eq!(app.status().await.session, SessionState::KeychainClosed);
    app.stop().await;

    machine.keychain = open;
    let app = machine.start().await;
    assert_ne!(app.status().await.session, SessionState::KeychainClosed);
    app.stop().await;

    // The entry was removed, or the folder was moved to another computer. No server has refused anything.
    machine.keychain = keychains::in_memory();
    let app = machine.start().await;
    assert_eq!(app.status().await.session, SessionState::NoSecret);
    app.stop().await;
}

/// If the server is off, the page shows it before any search, and does not say "signed out". The notice goes away by itself.
#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_off_is_told_at_the_start_until_it_is_on_again() {
    let (sandbox, running) = server().await;
    let machine = Machine::new(keychains::in_memory());
    let app = machine.start().await;
    app.connect(token(&running.url(), TOKEN, "keychain")).await.unwrap();
    app.stop().await;
    let port: u16 = running.url().rsplit(':').next().unwrap().trim_end_matches('/').parse().unwrap();
    running.stop().await;

    let app = machine.start().await;
    let link = Arc::clone(&app.work().await.unwrap().link);
    let mut session = link.session();
    session.wait_for(|now| *now == SessionState::Unreachable).await.unwrap();
    assert_eq!(app.status().await.session, SessionState::Unreachable);
    let running = sandbox.serve((Ipv4Addr::LOCALHOST, port).into()).await.unwrap();
    let asking = tokio::spawn(async move { link.ask_again(std::time::Duration::from_millis(5)).await });
    session.wait_for(|now| *now == SessionState::SignedIn).await.unwrap();
    asking.abort();
    app.stop().await;
    running.stop().await;
}

#[test]
fn what_holds_a_secret_does_not_show_it() {
    let form = token("http://x", TOKEN, "memory");
    assert!(!format!("{form:?}").contains(TOKEN));
    let AuthForm::Token { token } = form.auth else { panic!("not a token") };
    assert_eq!(token.0.expose_secret(), TOKEN);
}

#[tokio::test]
async fn of_two_statuses_the_later_has_the_greater_number_whether_asked_for_or_sent() {
    let app = Machine::new(keychains::in_memory()).start().await;
    let mut news = app.news();
    let asked = app.status().await.number;
    app.tell_session().await;
    let News::Session(told) = news.recv().await.unwrap() else { panic!("not a status") };
    assert!(asked < told.number && told.number < app.status().await.number);
}

/// An operation that waits for one server never goes to another, also if the settings that named the first are gone.
#[tokio::test(flavor = "multi_thread")]
async fn what_waits_for_a_server_goes_to_no_other() {
    let ((ours, first), (other, second)) = (server().await, server().await);
    let mut machine = Machine::new(keychains::in_memory());
    let app = machine.start().await;
    app.connect(token(&first.url(), TOKEN, "memory")).await.unwrap();
    let guest = create(&app, "+79120001144").await;
    app.pause_queue().await.unwrap();
    let refill = json!({
        "kind": "refill", "phone": "+79120001144", "account": guest.account, "sum": "10", "reason": "Подарок", "note": ""
    });
    assert_eq!(submit(&app, refill).await.unwrap().state, State::Prepared);
    let refused = app.connect(token(&second.url(), TOKEN, "memory")).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::UnfinishedOperations);
    app.stop().await;

    // Settings that name the second server, for example copied from another machine.
    let elsewhere = Machine::new(keychains::in_memory());
    let app = elsewhere.start().await;
    app.connect(token(&second.url(), TOKEN, "memory")).await.unwrap();
    app.stop().await;
    machine.settings = Arc::clone(&elsewhere.settings);
    let app = machine.start().await;
    assert_eq!(app.status().await.journal.health, JournalHealth::OfOtherServer);
    assert_eq!(app.open_again().await.unwrap_err().code, ErrorCode::JournalOfOtherServer);
    app.stop().await;

    machine.settings = Arc::default();
    let app = machine.start().await;
    assert_eq!(app.status().await.phase, Phase::Wizard);
    let before = other.ledger().applied.len();
    let refused = app.connect(token(&second.url(), TOKEN, "memory")).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::UnfinishedOperations);
    assert_eq!(other.ledger().applied.len(), before);

    let before = ours.ledger().applied.len();
    app.connect(token(&first.url(), TOKEN, "memory")).await.unwrap();
    let waiting = app.operations(Default::default(), None, 10).await.unwrap();
    let waiting = waiting.rows.iter().find(|row| row.state == State::Prepared).unwrap();
    app.cancel_operation(&waiting.id).await.unwrap();
    assert_eq!(ours.ledger().applied.len(), before);
    app.connect(token(&second.url(), TOKEN, "memory")).await.unwrap();
    app.stop().await;
}
