//! Updates against a server of their own: good and hostile ones, over the program's network, and never over an operation.

mod server;

use probonus_sandbox::{Fault, Method};
use tokio::net::TcpListener;

use self::server::{NEWER, Recorder, Told, UpdateServer, sign};
use super::{
    network::{PASSWORD, behind_tls, own, proxy, way},
    *,
};
use crate::view::{ReleaseNoteKind, UpdateStage, UpdateView, UpdateWay};

const FILE: &[u8] = b"the program of tomorrow";

/// A program that is updated from this server; its settings allow no look at the start.
async fn at_rest(server: &UpdateServer) -> (Machine, App, Arc<Recorder>) {
    let (machine, recorder) = (Machine::new(keychains::in_memory()), Arc::<Recorder>::default());
    let app = machine.start().await;
    app.save_proxy(way("none")).await.unwrap();
    app.update_by(server.updater(&recorder));
    (machine, app, recorder)
}

/// The program is started anew on this machine, and has ended what it does at a start.
async fn started(machine: &Machine, server: &UpdateServer, opening: Opening) -> App {
    let place = Box::new(Shared(Arc::clone(&machine.settings)));
    let app = App::new(Folders::at(machine.home.path()), place, machine.keychain.clone());
    app.update_by(server.updater(&Arc::default()));
    let mut news = app.news();
    app.start(opening).await;
    while app.update().stage == UpdateStage::Checking {
        news.recv().await.unwrap();
    }
    app
}

/// A machine without a proxy, whatever the system has.
async fn machine_without_proxy() -> Machine {
    let machine = Machine::new(keychains::missing());
    machine.start().await.save_proxy(way("none")).await.unwrap();
    machine
}

fn code(refused: Result<UpdateView, AppError>) -> ErrorCode {
    refused.unwrap_err().code
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newer_version_is_told_in_words_fetched_verified_and_installed_with_the_journal_closed() {
    let server = UpdateServer::start().await;
    let (machine, app, recorder) = at_rest(&server).await;
    app.start_training().await.unwrap();
    assert_eq!(app.install_update().await.unwrap_err().code, ErrorCode::UpdateGone);
    server.publish(NEWER, NEWER, FILE);

    let update = app.check_update().await.unwrap();
    let found = update.found.unwrap();
    assert_eq!((found.version.as_str(), found.date.as_deref(), update.offered), (NEWER, Some("2026-12-01"), true));
    let notes: Vec<_> = found.notes.iter().map(|note| (note.kind, note.text.as_str())).collect();
    assert_eq!(notes, [(ReleaseNoteKind::Heading, "Новое"), (ReleaseNoteKind::Item, "Что изменилось.")]);
    assert_eq!((update.way, update.stage), (UpdateWay::InstallsItself, UpdateStage::Idle));
    assert!(update.checked_at.is_some());

    app.install_update().await.unwrap();
    assert_eq!(*recorder.installed.lock().unwrap(), [(NEWER.to_owned(), FILE.to_vec())]);
    assert_eq!(app.update().stage, UpdateStage::Installing);
    assert_eq!(app.groups().await.unwrap_err().code, ErrorCode::Busy, "nothing is done any more");
    assert_eq!(app.start_training().await.unwrap_err().code, ErrorCode::Busy, "and nothing is opened");
    let journal = machine.home.path().join("training/journal.db-wal");
    assert!(!journal.exists(), "the journal is closed");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_the_signed_file_of_its_version_is_not_installed_and_the_program_goes_on() {
    let server = UpdateServer::start().await;
    let (_machine, app, recorder) = at_rest(&server).await;
    app.start_training().await.unwrap();
    let stranger = minisign::KeyPair::generate_unencrypted_keypair().unwrap();
    let told = |signature: &str, size: usize| {
        server.publish(NEWER, NEWER, FILE);
        server.tell("/latest.json", Told::File(server.manifest(NEWER, signature, size).to_string().into_bytes()));
    };
    let good = sign(&server.pair, FILE, NEWER);
    for (what, signature, size, code) in [
        ("another key", sign(&stranger, FILE, NEWER), FILE.len(), ErrorCode::UpdateNotTrusted),
        ("another file", sign(&server.pair, b"another", NEWER), FILE.len(), ErrorCode::UpdateNotTrusted),
        ("an older file", sign(&server.pair, FILE, "0.0.1"), FILE.len(), ErrorCode::UpdateNotTrusted),
        ("no signature", String::new(), FILE.len(), ErrorCode::UpdateNotTrusted),
        ("a smaller file", good.clone(), FILE.len() + 1, ErrorCode::UpdateNotTrusted),
        ("a larger file", good, FILE.len() - 1, ErrorCode::UpdateNotTrusted),
    ] {
        told(&signature, size);
        app.check_update().await.unwrap();
        assert_eq!(app.install_update().await.unwrap_err().code, code, "{what}");
        assert_eq!(app.update().stage, UpdateStage::Idle, "{what}");
        app.groups().await.unwrap();
    }
    assert_eq!(recorder.versions(), Vec::<String>::new());
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_older_version_and_the_same_one_are_no_update() {
    let server = UpdateServer::start().await;
    let (_machine, app, _) = at_rest(&server).await;
    for version in ["0.0.1", env!("CARGO_PKG_VERSION"), concat!(env!("CARGO_PKG_VERSION"), "+9")] {
        server.publish(version, version, FILE);
        let update = app.check_update().await.unwrap();
        assert_eq!((update.found, update.offered), (None, false), "{version}");
        assert!(update.checked_at.is_some());
        assert_eq!(app.install_update().await.unwrap_err().code, ErrorCode::UpdateGone);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_breaks_off_is_fetched_again_and_one_that_came_is_not() {
    let server = UpdateServer::start().await;
    let (_machine, app, recorder) = at_rest(&server).await;
    server.publish(NEWER, NEWER, FILE);
    app.check_update().await.unwrap();
    server.tell("/file", Told::Half(FILE.to_vec()));
    assert_eq!(app.install_update().await.unwrap_err().code, ErrorCode::ConnectionLost);
    server.tell("/file", Told::File(FILE.to_vec()));
    *recorder.refuses.lock().unwrap() = Some("access denied".to_owned());
    let refused = app.install_update().await.unwrap_err();
    assert_eq!(
        (refused.code, refused.details.technical.as_deref()),
        (ErrorCode::UpdateNotInstalled, Some("access denied"))
    );
    *recorder.refuses.lock().unwrap() = None;
    app.install_update().await.unwrap();
    assert_eq!(recorder.versions(), [NEWER]);
    assert_eq!(server.asked().iter().filter(|path| *path == "/file").count(), 2);
}

/// The publisher puts another file under the same version, after one was fetched and not installed.
#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_was_fetched_counts_only_as_long_as_it_is_the_one_that_is_told() {
    let server = UpdateServer::start().await;
    let (_machine, app, recorder) = at_rest(&server).await;
    server.publish(NEWER, NEWER, FILE);
    app.check_update().await.unwrap();
    *recorder.refuses.lock().unwrap() = Some("access denied".to_owned());
    assert_eq!(app.install_update().await.unwrap_err().code, ErrorCode::UpdateNotInstalled);
    *recorder.refuses.lock().unwrap() = None;

    server.publish(NEWER, NEWER, b"the better program of tomorrow");
    app.check_update().await.unwrap();
    app.install_update().await.unwrap();
    let installed = recorder.installed.lock().unwrap().clone();
    assert_eq!(installed, [(NEWER.to_owned(), b"the better program of tomorrow".to_vec())]);
}

/// What the server says stands in the details, cut to what a person reads.
#[tokio::test(flavor = "multi_thread")]
async fn words_of_the_server_are_cut() {
    let server = UpdateServer::start().await;
    let (_machine, app, _) = at_rest(&server).await;
    let mut document = server.manifest(NEWER, &sign(&server.pair, FILE, NEWER), FILE.len());
    for system in document["platforms"].as_object_mut().unwrap().values_mut() {
        system["size"] = "Ж".repeat(10_000).into();
    }
    server.tell("/latest.json", Told::File(document.to_string().into_bytes()));
    let error = app.check_update().await.unwrap_err();
    assert_eq!(error.code, ErrorCode::UpdateUnreadable);
    assert_eq!(error.details.technical.unwrap().chars().count(), 300);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_stands_in_the_way_of_a_check_is_told_apart() {
    let server = UpdateServer::start().await;
    let (_machine, app, _) = at_rest(&server).await;
    assert_eq!(code(app.check_update().await), ErrorCode::UpdateNotFound);

    let nobody = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let alone = Machine::new(keychains::missing()).start().await;
    alone.save_proxy(way("none")).await.unwrap();
    assert_eq!(code(alone.check_update().await), ErrorCode::UpdateImpossible, "a build without key and address");
    assert_eq!(alone.update().way, UpdateWay::NotBuiltIn);
    alone.update_by(server.updater_at(&format!("http://{nobody}"), &Arc::default()));
    assert_eq!(code(alone.check_update().await), ErrorCode::CannotConnect);
    assert_eq!((alone.update().checked_at, alone.update().stage), (None, UpdateStage::Idle));

    let elsewhere = Machine::new(keychains::missing()).start().await;
    elsewhere.update_by(server.updater_at("http://updates.example", &Arc::default()));
    assert_eq!(code(elsewhere.check_update().await), ErrorCode::UpdateNotProtected, "no TLS");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hostile_manifest_is_refused_or_shown_as_text() {
    let server = UpdateServer::start().await;
    let (_machine, app, _) = at_rest(&server).await;
    let good = || server.manifest(NEWER, &sign(&server.pair, FILE, NEWER), FILE.len());
    for (what, told, expected) in [
        ("a page", Told::File(b"<html>Wi-Fi: accept the terms</html>".to_vec()), ErrorCode::UpdateUnreadable),
        ("no end", Told::Endless, ErrorCode::UpdateUnreadable),
        ("huge", Told::File(vec![b' '; 300 * 1024]), ErrorCode::UpdateUnreadable),
        ("elsewhere", Told::Redirect("http://updates.example/latest.json".into()), ErrorCode::UpdateNotProtected),
        ("to itself", Told::Redirect("/latest.json".into()), ErrorCode::UpdateServerFailed),
    ] {
        server.tell("/latest.json", told);
        assert_eq!(code(app.check_update().await), expected, "{what}");
    }
    for url in [
        "http://updates.example/setup.exe",
        "ftp://updates.example/x",
        "file:///etc/passwd",
        "https://u:p@a.example/",
        "",
    ] {
        let mut document = good();
        for system in document["platforms"].as_object_mut().unwrap().values_mut() {
            system["url"] = url.into();
        }
        server.tell("/latest.json", Told::File(document.to_string().into_bytes()));
        assert_eq!(code(app.check_update().await), ErrorCode::UpdateNotProtected, "{url}");
    }
    let mut document = good();
    document["notes_ru"] = "- <img src=x onerror=alert(1)>".into();
    server.tell("/latest.json", Told::File(document.to_string().into_bytes()));
    let found = app.check_update().await.unwrap().found.unwrap();
    assert_eq!(found.notes[0].text, "<img src=x onerror=alert(1)>");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_update_takes_the_programs_own_way_through_the_proxy_and_by_its_authority() {
    let server = UpdateServer::start().await;
    server.publish(NEWER, NEWER, FILE);
    let (_machine, app, recorder) = at_rest(&server).await;
    let (address, asked) = proxy().await;
    app.save_proxy(own(&address, "", None, "memory")).await.unwrap();
    assert_eq!(code(app.check_update().await), ErrorCode::ProxyPassword);
    assert_eq!(server.asked(), Vec::<String>::new(), "nothing went around it");
    app.save_proxy(own(&address, "olga", Some(PASSWORD), "memory")).await.unwrap();
    app.check_update().await.unwrap();
    app.install_update().await.unwrap();
    assert_eq!((recorder.versions(), server.asked().len()), (vec![NEWER.to_owned()], 2));
    assert!(asked.lock().unwrap().iter().all(|line| line.starts_with("GET http://localhost:")));

    let (url, authority) = behind_tls(&server.url.replace("localhost", "127.0.0.1")).await;
    let app = Machine::new(keychains::missing()).start().await;
    app.save_proxy(way("none")).await.unwrap();
    app.update_by(server.updater_at(&url, &Arc::default()));
    assert_eq!(code(app.check_update().await), ErrorCode::CertificateNotTrusted);
    app.add_authority(authority.pem().into_bytes()).await.unwrap();
    assert!(app.check_update().await.unwrap().found.is_some());
}

fn refill(account: &str, sum: &str) -> Value {
    json!({ "kind": "refill", "phone": PHONE, "account": account, "sum": sum, "reason": "Подарок", "note": "" })
}

const PHONE: &str = "+79120006688";

/// Begins a refill that the server applies and answers so many milliseconds later. It is out when this returns.
async fn begin_a_refill(
    app: &App,
    sandbox: &Sandbox,
    guest: &GuestView,
    ms: u64,
) -> tokio::task::JoinHandle<Result<OperationView, AppError>> {
    let mut news = app.news();
    sandbox.faults().next(Method::Refill, Fault::Stall { ms, applied: true });
    let (submitting, form) = (app.clone(), refill(&guest.account, "10"));
    let sending = tokio::spawn(async move { submit(&submitting, form).await });
    while !matches!(news.recv().await.unwrap(), News::Operation(one) if one.state == State::Sending) {}
    sending
}

#[tokio::test(flavor = "multi_thread")]
async fn an_update_waits_for_no_operation_and_breaks_none_off() {
    let (sandbox, running) = super::server().await;
    let updates = UpdateServer::start().await;
    updates.publish(NEWER, NEWER, FILE);
    let (_machine, app, recorder) = at_rest(&updates).await;
    app.connect(token(&running.url(), TOKEN, "keychain")).await.unwrap();
    let guest = create(&app, PHONE).await;
    app.check_update().await.unwrap();

    let sending = begin_a_refill(&app, &sandbox, &guest, 3_000).await;
    assert_eq!(app.install_update().await.unwrap_err().code, ErrorCode::OperationsOut);
    assert_eq!((recorder.versions(), app.update().stage), (Vec::new(), UpdateStage::Idle));
    assert_eq!(updates.asked(), ["/latest.json"], "it is refused before anything is fetched");
    assert_eq!(sending.await.unwrap().unwrap().state, State::Confirmed);
    assert_eq!(submit(&app, refill(&guest.account, "11")).await.unwrap().state, State::Confirmed, "the queue goes on");
    app.install_update().await.unwrap();
    assert_eq!(recorder.versions(), [NEWER]);
    running.stop().await;
}

/// A send that begins between the fetch and the closing: the gate is closed first, then the office comes to rest.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_begun_while_the_file_comes_stops_the_update_and_is_not_lost() {
    let (sandbox, running) = super::server().await;
    let updates = UpdateServer::start().await;
    updates.publish(NEWER, NEWER, FILE);
    let (_machine, app, recorder) = at_rest(&updates).await;
    app.connect(token(&running.url(), TOKEN, "keychain")).await.unwrap();
    let guest = create(&app, PHONE).await;
    app.check_update().await.unwrap();
    let sending = begin_a_refill(&app, &sandbox, &guest, 9_000).await;
    assert_eq!(app.close_at_rest().await.unwrap_err().code, ErrorCode::OperationsOut);
    let is_held = app.work().await.unwrap().office.queue().await.unwrap().held;
    assert!(!app.is_installing() && !is_held, "the gate is open again");
    assert_eq!(sending.await.unwrap().unwrap().state, State::Confirmed);
    app.install_update().await.unwrap();
    assert_eq!(recorder.versions(), [NEWER]);
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_update_that_is_not_installed_leaves_the_program_at_work() {
    let (_sandbox, running) = super::server().await;
    let updates = UpdateServer::start().await;
    updates.publish(NEWER, NEWER, FILE);
    let (_machine, app, recorder) = at_rest(&updates).await;
    app.connect(token(&running.url(), TOKEN, "keychain")).await.unwrap();
    let guest = create(&app, PHONE).await;
    app.check_update().await.unwrap();
    *recorder.refuses.lock().unwrap() = Some("the virus scanner".to_owned());
    assert_eq!(app.install_update().await.unwrap_err().code, ErrorCode::UpdateNotInstalled);
    assert_eq!(submit(&app, refill(&guest.account, "12")).await.unwrap().state, State::Confirmed);
    app.stop().await;
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_start_looks_once_a_day_if_it_may_and_what_is_put_off_is_not_offered() {
    let server = UpdateServer::start().await;
    server.publish(NEWER, NEWER, FILE);
    let machine = machine_without_proxy().await;
    let asked = || server.asked().len();

    let app = started(&machine, &server, Opening::Safe).await;
    assert_eq!((asked(), app.update().found), (0, None), "not in the safe mode");
    assert_eq!(code(app.check_update().await), ErrorCode::SafeMode);
    assert_eq!(app.install_update().await.unwrap_err().code, ErrorCode::SafeMode);
    assert!(!app.check_updates_at_start(false).unwrap().at_start);
    started(&machine, &server, Opening::AsLeft).await;
    assert_eq!(asked(), 0, "not if it is not allowed to");
    app.check_updates_at_start(true).unwrap();

    let app = started(&machine, &server, Opening::AsLeft).await;
    assert_eq!((asked(), app.update().offered), (1, true));
    let again = started(&machine, &server, Opening::AsLeft).await;
    assert_eq!((asked(), again.update().found), (1, None), "once a day");

    let update = app.postpone_update().unwrap();
    assert_eq!((update.found.is_some(), update.offered), (true, false));
    assert!(!app.check_update().await.unwrap().offered, "a look by hand offers nothing either");
    assert_eq!(app.install_update().await, Ok(()), "but it can be installed");
}

/// A look that failed is made again at the next start.
#[tokio::test(flavor = "multi_thread")]
async fn a_start_without_a_network_says_nothing_and_the_next_one_looks() {
    let server = UpdateServer::start().await;
    let machine = machine_without_proxy().await;
    let app = started(&machine, &server, Opening::AsLeft).await;
    assert_eq!((server.asked().len(), app.update().checked_at), (1, None));
    server.publish(NEWER, NEWER, FILE);
    assert!(started(&machine, &server, Opening::AsLeft).await.update().offered);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_that_is_updated_otherwise_tells_the_news_and_installs_nothing() {
    let server = UpdateServer::start().await;
    server.publish(NEWER, NEWER, FILE);
    for (place, looks) in [(UpdateWay::Portable, true), (UpdateWay::Package, false)] {
        let app = Machine::new(keychains::missing()).start().await;
        app.save_proxy(way("none")).await.unwrap();
        let recorder = Arc::default();
        app.update_by(crate::app::update::source::Updater { place, ..server.updater(&recorder) });
        let looked = app.check_update().await;
        assert_eq!(looked.is_ok(), looks, "{looked:?}");
        assert_eq!((app.update().way, app.update().found.is_some()), (place, looks));
        assert_eq!(app.install_update().await.unwrap_err().code, ErrorCode::UpdateImpossible);
        assert_eq!(recorder.versions(), Vec::<String>::new());
    }
}
