//! The safe mode: no command makes a connection, the journal can be read, and the mode can be left.

use std::{
    net::SocketAddr,
    sync::atomic::{AtomicU32, Ordering},
};

use probonus::Loyalty as _;
use tokio::net::{TcpListener, TcpStream};

use super::*;
use crate::form::{DescriptionForm, TransactionQuery};

/// A port before the server that counts the connections.
async fn door(server: SocketAddr) -> (String, Arc<AtomicU32>) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let (url, count) = (format!("http://{}", listener.local_addr().unwrap()), Arc::new(AtomicU32::new(0)));
    let counted = Arc::clone(&count);
    tokio::spawn(async move {
        while let Ok((mut from, _)) = listener.accept().await {
            counted.fetch_add(1, Ordering::SeqCst);
            tokio::spawn(async move {
                let mut to = TcpStream::connect(server).await.unwrap();
                // It ends when either side closes.
                let _ = tokio::io::copy_bidirectional(&mut from, &mut to).await;
            });
        }
    });
    (url, count)
}

fn refill(account: &str, sum: &str) -> Value {
    json!({ "kind": "refill", "phone": PHONE, "account": account, "sum": sum, "reason": "Подарок", "note": "" })
}

const PHONE: &str = "+79120006677";

/// The answer of every command that would ask the server or change an operation, by the command's name.
async fn refusals(app: &App, url: &str, account: &str, operation: &str) -> Vec<(&'static str, Option<ErrorCode>)> {
    let code = |error: AppError| error.code;
    let wanted: OperationForm = form(refill(account, "5"));
    let decision = form(json!({ "verdict": "not_applied", "reason": "нет", "proof": null }));
    let last: TransactionQuery = form(json!({ "kind": "last", "count": 5 }));
    let find: DescriptionForm = form(json!({ "kind": "find" }));
    let auth: AuthForm = form(json!({ "kind": "token", "token": TOKEN }));
    vec![
        ("connect", app.connect(token(url, TOKEN, "memory")).await.err().map(code)),
        ("sign_in", app.sign_in(auth, Remember::Memory, Vec::new()).await.err().map(code)),
        ("check_connection", app.check_connection().await.err().map(code)),
        ("start_training", app.start_training().await.err().map(code)),
        ("find_contract", app.find_contract(&find).await.err().map(code)),
        ("probe_contract", app.probe_contract(PHONE).await.err().map(code)),
        ("find_guest", app.find_guest(PHONE).await.err().map(code)),
        ("guest_card", app.guest_card(PHONE, account).await.err().map(code)),
        ("transactions", app.transactions(account, &last, 0).await.err().map(code)),
        ("receipt", app.receipt("1").await.err().map(code)),
        ("groups", app.groups().await.err().map(code)),
        ("guest_raw", app.guest_raw(PHONE, account).await.err().map(code)),
        ("preview", app.preview(&wanted).await.err().map(code)),
        ("submit", app.submit(&app.new_operation_id(), &wanted, None).await.err().map(code)),
        ("cancel", app.cancel_operation(operation).await.err().map(code)),
        ("reconcile", app.reconcile(operation).await.err().map(code)),
        ("decide", app.decide(operation, decision).await.err().map(code)),
        ("resend", app.resend(operation, None).await.err().map(code)),
        ("pause_queue", app.pause_queue().await.err().map(code)),
        ("resume_queue", app.resume_queue().await.err().map(code)),
    ]
}

/// The events of the journal, as text.
async fn events(app: &App, folder: &Path) -> String {
    let path = folder.join("export.jsonl");
    app.export_journal(path.clone()).await.unwrap();
    std::fs::read_to_string(path).unwrap()
}

/// A machine with a waiting operation, and the counting port before its server.
async fn left_waiting() -> (Machine, Running, String, Arc<AtomicU32>, OperationView) {
    let (_sandbox, running) = server().await;
    let (url, count) = door(running.url().trim_start_matches("http://").parse().unwrap()).await;
    let machine = Machine::new(keychains::in_memory());
    let app = machine.start().await;
    app.connect(token(&url, TOKEN, "keychain")).await.unwrap();
    let guest = create(&app, PHONE).await;
    app.pause_queue().await.unwrap();
    let waiting = submit(&app, refill(&guest.account, "10")).await.unwrap();
    assert_eq!(waiting.state, State::Prepared);
    app.stop().await;
    (machine, running, url, count, waiting)
}

#[tokio::test(flavor = "multi_thread")]
async fn in_the_safe_mode_nothing_leaves_and_nothing_changes() {
    let (machine, running, url, count, waiting) = left_waiting().await;
    let before = count.load(Ordering::SeqCst);
    let app = machine.start_as(Opening::Safe).await;
    let status = app.status().await;
    assert!(status.safe_mode);
    assert_eq!((status.phase, status.session), (Phase::Ready, SessionState::OfflineUnknown));
    let listed = app.operations(form(json!({})), None, 100).await.unwrap();
    assert_eq!(listed.rows.len(), 2, "the journal can be read");
    let known = events(&app, machine.home.path()).await;

    let account = waiting.subject.account.clone().unwrap();
    for (command, code) in refusals(&app, &url, &account, &waiting.id).await {
        assert_eq!(code, Some(ErrorCode::SafeMode), "{command}");
    }
    // Opening the mode again keeps it without a network.
    app.open_again().await.unwrap();
    let mut settings = app.settings();
    settings.limits.refill = probonus::Kopecks::new(100).unwrap();
    app.save_settings(settings).await.unwrap();
    assert!(app.work().await.unwrap().link.groups().await.is_err(), "the line itself leads nowhere");
    app.gather_support("").await.unwrap();
    assert_eq!(events(&app, machine.home.path()).await, known, "no event was added");
    app.stop().await;
    assert_eq!(count.load(Ordering::SeqCst), before, "no connection was made");
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_way_out_of_the_safe_mode_leads_back_to_work() {
    let (machine, running, _, count, waiting) = left_waiting().await;
    let before = count.load(Ordering::SeqCst);
    let app = machine.start_as(Opening::Safe).await;
    let mut news = app.news();
    let status = app.leave_safe_mode().await.unwrap();
    assert!(!status.safe_mode);
    app.resume_queue().await.unwrap();
    loop {
        match news.recv().await.unwrap() {
            News::Operation(operation) if operation.id == waiting.id && operation.state == State::Confirmed => break,
            _ => {}
        }
    }
    assert!(count.load(Ordering::SeqCst) > before);
    app.stop().await;
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_training_journal_is_read_without_the_training_server() {
    let machine = Machine::new(keychains::missing());
    let app = machine.start().await;
    app.start_training().await.unwrap();
    create(&app, PHONE).await;
    app.stop().await;
    let app = machine.start_as(Opening::Safe).await;
    assert_eq!(app.status().await.mode, Mode::Training);
    assert!(app.work().await.unwrap().training.is_none(), "no server listens");
    assert_eq!(app.operations(form(json!({})), None, 100).await.unwrap().rows.len(), 1);
    assert_eq!(app.leave_training().await.unwrap_err().code, ErrorCode::SafeMode);
    app.leave_safe_mode().await.unwrap();
    find(&app, PHONE).await;
    app.stop().await;
}
