//! The contract: learnt from the description, changed by the server, overruled, imported, probed.

use std::sync::Mutex;

use probonus::{Method, contract::Field};
use probonus_sandbox::{
    Dialect,
    dialect::{Description, PhoneForm, Place, Route, Verb},
    protocol::Method as Asked,
};

use super::*;
use crate::{
    form::DescriptionForm,
    view::{ContractReport, MethodSupport, QueueHold},
};

fn dialect(name: &str) -> Dialect {
    Dialect::by_name(name).unwrap()
}

fn sandbox() -> Sandbox {
    let auth = probonus_sandbox::Auth { token: Some(TOKEN.to_owned()), ..Default::default() };
    Sandbox::seeded(Options { auth, ..Options::default() })
}

async fn serve(sandbox: &Sandbox, dialect: &Dialect, port: u16) -> Running {
    sandbox.serve_in((Ipv4Addr::LOCALHOST, port).into(), dialect).await.unwrap()
}

/// Restarts the server at the same address with another dialect.
async fn now_speaks(sandbox: &Sandbox, running: Running, dialect: &Dialect) -> Running {
    let port = running.addr().port();
    running.stop().await;
    serve(sandbox, dialect, port).await
}

/// The table's dialect, with another name for a refill's field.
fn renamed() -> Dialect {
    let mut dialect = Dialect::table();
    dialect.request_names.insert("comment".to_owned(), "reason".to_owned());
    dialect
}

/// The table's dialect, with another form of the groups.
fn reads_otherwise() -> Dialect {
    let mut dialect = Dialect::table();
    dialect.routes.insert(Asked::Groups, Route::of(Verb::Get, Place::Query));
    dialect
}

fn in_file(name: &str, text: &str) -> DescriptionForm {
    DescriptionForm::File { name: name.to_owned(), text: text.to_owned() }
}

fn line<'a>(report: &'a ContractReport, method: Method, key: &str) -> &'a crate::view::LineView {
    let method = report.methods.iter().find(|one| one.method == method).unwrap();
    method.lines.iter().find(|line| line.key == key).unwrap()
}

fn refill(guest: &GuestView, sum: &str) -> Value {
    json!({
        "kind": "refill", "phone": guest.phone, "account": guest.account, "sum": sum, "reason": "Подарок", "note": ""
    })
}

async fn connected(machine: &Machine, running: &Running) -> App {
    let app = machine.start().await;
    app.connect(token(&running.url(), TOKEN, "keychain")).await.unwrap();
    app.search_ended().await;
    app
}

/// Waits until the operation is confirmed.
async fn confirmed(app: &App, id: &str) {
    let mut news = app.news();
    while app.operation_story(id).await.unwrap().operation.state != State::Confirmed {
        tokio::time::timeout(std::time::Duration::from_secs(30), news.recv()).await.unwrap().unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_speaks_otherwise_is_learnt_at_the_connection() {
    let sandbox = sandbox();
    let running = serve(&sandbox, &dialect("pascal-result"), 0).await;
    let machine = Machine::new(keychains::in_memory());
    let app = connected(&machine, &running).await;
    let report = app.contract_report().await.unwrap();
    assert!(report.methods.iter().all(|one| one.support != MethodSupport::Unsupported));
    assert!(report.methods.iter().any(|one| one.support == MethodSupport::Adapted));
    assert!(report.pending.is_none() && report.news.is_empty(), "nobody has worked with it otherwise yet");
    assert!(report.origin.is_some() && report.checked_at.is_some() && report.editable);
    let guest = create(&app, "+79120005566").await;
    assert_eq!(submit(&app, refill(&guest, "10")).await.unwrap().state, State::Confirmed);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_of_what_is_sent_holds_the_queue_until_it_is_accepted() {
    let sandbox = sandbox();
    let machine = Machine::new(keychains::in_memory());
    let running = serve(&sandbox, &Dialect::table(), 0).await;
    let app = connected(&machine, &running).await;
    let guest = create(&app, "+79120005577").await;
    app.stop().await;

    let running = now_speaks(&sandbox, running, &renamed()).await;
    let app = machine.start().await;
    app.search_ended().await;
    assert_eq!(app.status().await.contract.hold, Some(QueueHold::ContractChanged));
    let pending = app.contract_report().await.unwrap().pending.unwrap();
    assert!(pending.touches_writes);
    let change = pending.changes.iter().find(|change| change.key == "field.comment").unwrap();
    assert_eq!(change.method, Some(Method::Refill));
    let done = sandbox.ledger().requests().count();
    let waiting = submit(&app, refill(&guest, "10")).await.unwrap();
    assert_eq!(waiting.state, State::Prepared);
    app.resume_queue().await.unwrap();
    assert_eq!(app.accept_contract("another").await.unwrap_err().code, ErrorCode::ProposalGone);
    let (_, other) = server().await;
    app.connect(token(&other.url(), "no token of that server", "memory")).await.unwrap_err();
    assert_eq!(
        app.status().await.contract.hold,
        Some(QueueHold::ContractChanged),
        "another server changes nothing here"
    );
    other.stop().await;
    assert_eq!(sandbox.ledger().requests().count(), done, "nothing is sent while it waits");

    let report = app.accept_contract(&pending.id).await.unwrap();
    assert!(report.pending.is_none() && line(&report, Method::Refill, "field.comment").value.contains("reason"));
    assert_eq!(app.status().await.contract.hold, None);
    confirmed(&app, &waiting.id).await;
    assert_eq!(sandbox.ledger().requests().count(), done + 1);
    app.stop().await;
    running.stop().await;
}

/// While somebody tries to connect a server, this one or another, what waits goes on waiting: the contract of the attempt is not the one
/// that holds the queue.
#[tokio::test(flavor = "multi_thread")]
async fn an_attempt_to_connect_lets_nothing_go_that_the_contract_holds() {
    let (sandbox, (elsewhere, other)) = (sandbox(), server().await);
    let machine = Machine::new(keychains::in_memory());
    let running = serve(&sandbox, &Dialect::table(), 0).await;
    let app = connected(&machine, &running).await;
    let guest = create(&app, "+79120005578").await;
    app.stop().await;
    let running = now_speaks(&sandbox, running, &renamed()).await;
    let app = machine.start().await;
    app.search_ended().await;
    let waiting = submit(&app, refill(&guest, "10")).await.unwrap();
    for (at, url) in [(&elsewhere, other.url()), (&sandbox, running.url())] {
        let (asked, mut is_asked) = tokio::sync::mpsc::unbounded_channel();
        at.faults().ask(move |call| {
            let is_tried_out = call.method == Asked::Groups && asked.send(()).is_ok();
            is_tried_out.then_some(probonus_sandbox::Fault::Stall { ms: 60_000, applied: false })
        });
        let by_table = ConnectForm { description: DescriptionForm::Table, ..token(&url, TOKEN, "memory") };
        let attempt = tokio::spawn({
            let app = app.clone();
            async move { app.connect(by_table).await }
        });
        is_asked.recv().await.unwrap();
        app.hold_or_release().await;
        assert!(app.status().await.contract.hold.is_some(), "{url}");
        app.resume_queue().await.unwrap();
        assert_eq!(app.operation_story(&waiting.id).await.unwrap().operation.state, State::Prepared, "{url}");
        attempt.abort();
        at.faults().ask(|_| None);
    }
    app.stop().await;
}

/// Whether anybody signs in, checks the connection or meets an answer that can't be read: the change is seen while the program runs.
#[tokio::test(flavor = "multi_thread")]
async fn a_change_that_is_met_while_the_program_runs_holds_the_queue_as_well() {
    for way in ["a sign-in", "a check", "an answer that can't be read"] {
        let sandbox = sandbox();
        let running = serve(&sandbox, &Dialect::table(), 0).await;
        let machine = Machine::new(keychains::in_memory());
        let app = connected(&machine, &running).await;
        let guest = create(&app, "+79120005588").await;
        let mut other = renamed();
        other.routes.extend(reads_otherwise().routes);
        let running = now_speaks(&sandbox, running, &other).await;
        match way {
            "a sign-in" => {
                let by_token = form(json!({ "kind": "token", "token": TOKEN }));
                app.sign_in(by_token, Remember::Memory, Vec::new()).await.unwrap();
            }
            "a check" => assert!(!app.check_connection().await.unwrap().ok),
            _ => {
                let mut news = app.news();
                app.groups().await.unwrap_err();
                while app.status().await.contract.hold.is_none() {
                    tokio::time::timeout(std::time::Duration::from_secs(30), news.recv()).await.unwrap().unwrap();
                }
            }
        }
        assert_eq!(app.status().await.contract.hold, Some(QueueHold::ContractChanged), "{way}");
        let done = sandbox.ledger().requests().count();
        let waiting = submit(&app, refill(&guest, "10")).await.unwrap();
        assert_eq!(waiting.state, State::Prepared, "{way}");
        app.resume_queue().await.unwrap();
        assert_eq!(sandbox.ledger().requests().count(), done, "{way}: nothing is sent while it waits");
        let pending = app.contract_report().await.unwrap().pending.unwrap();
        app.accept_contract(&pending.id).await.unwrap();
        confirmed(&app, &waiting.id).await;
        app.stop().await;
        running.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_declined_change_lets_the_queue_go_and_is_not_proposed_again() {
    let sandbox = sandbox();
    let machine = Machine::new(keychains::in_memory());
    let running = serve(&sandbox, &Dialect::table(), 0).await;
    connected(&machine, &running).await.stop().await;
    let running = now_speaks(&sandbox, running, &renamed()).await;
    let app = machine.start().await;
    app.search_ended().await;
    let pending = app.contract_report().await.unwrap().pending.unwrap();
    let report = app.decline_contract(&pending.id).await.unwrap();
    assert!(report.pending.is_none() && !line(&report, Method::Refill, "field.comment").value.contains("reason"));
    assert_eq!(app.status().await.contract.hold, None);
    app.stop().await;

    let app = machine.start().await;
    app.search_ended().await;
    assert_eq!(app.status().await.contract.hold, None, "it is as it was when it was declined");
    let found = app.find_contract(&DescriptionForm::Find).await.unwrap();
    assert_eq!(found.changes, pending.changes, "asked for, it is shown again");
    app.stop().await;
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_of_how_something_is_read_is_asked_about_too() {
    let sandbox = sandbox();
    let machine = Machine::new(keychains::in_memory());
    let running = serve(&sandbox, &Dialect::table(), 0).await;
    connected(&machine, &running).await.stop().await;
    let running = now_speaks(&sandbox, running, &reads_otherwise()).await;
    let app = machine.start().await;
    app.search_ended().await;
    let contract = app.status().await.contract;
    assert_eq!((contract.hold, contract.has_news), (Some(QueueHold::ContractChanged), false));
    let pending = app.contract_report().await.unwrap().pending.unwrap();
    assert_eq!((pending.changes[0].method, pending.changes[0].after.as_deref()), (Some(Method::Groups), Some("GET")));
    app.accept_contract(&pending.id).await.unwrap();
    app.groups().await.unwrap();
    assert_eq!(app.status().await.contract.hold, None);
    app.stop().await;
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_is_tried_set_kept_carried_to_another_machine_and_given_back() {
    let sandbox = sandbox();
    let running = serve(&sandbox, &Dialect::table(), 0).await;
    let machine = Machine::new(keychains::in_memory());
    let app = connected(&machine, &running).await;
    let mut settings = app.settings();
    settings.operator = "Анна".to_owned();
    app.save_settings(settings).await.unwrap();
    let method = Some(Method::RegisterCheck);

    let tried = app.overrule_line(method, "field.checkGuid", Some(""), true).await.unwrap();
    let of = |report: &ContractReport| report.methods.iter().find(|one| Some(one.method) == method).unwrap().clone();
    assert_eq!(of(&tried).support, MethodSupport::Unsupported);
    assert_eq!(of(&tried).blockers, [probonus::binding::Problem::NoPlace { field: Field::CheckGuid }]);
    let before = app.contract_report().await.unwrap();
    assert!(line(&before, Method::RegisterCheck, "field.checkGuid").by.is_none(), "a dry run keeps nothing");
    let refused = app.overrule_line(method, "field.checkGuid", Some("in the moon"), false).await.unwrap_err();
    assert_eq!((refused.class, refused.details.fields[0].field.as_str()), (ErrorClass::Invalid, "value"));

    app.overrule_line(method, "field.checkGuid", Some(""), false).await.unwrap();
    let status = app.status().await;
    assert_eq!(status.contract.impossible.iter().map(|one| one.method).collect::<Vec<_>>(), [Method::RegisterCheck]);
    let (_, file) = app.contract_file().await.unwrap();
    app.stop().await;
    let app = machine.start().await;
    app.search_ended().await;
    let report = app.contract_report().await.unwrap();
    let kept = line(&report, Method::RegisterCheck, "field.checkGuid");
    assert_eq!((kept.value.as_str(), kept.by.as_deref()), ("", Some("Анна")));
    assert!(kept.at.is_some());
    let back = app.overrule_line(method, "field.checkGuid", None, false).await.unwrap();
    assert_eq!(back.methods, before.methods);
    app.stop().await;

    let elsewhere = Machine::new(keychains::in_memory());
    let app = connected(&elsewhere, &running).await;
    for (text, code) in [
        ("hello", ErrorCode::DescriptionUnreadable),
        ("openapi: 3.0.1\ninfo: {title: Pets, version: '1'}\npaths: {}\n", ErrorCode::DescriptionOfOther),
        (&file.replacen("\"version\": 1", "\"version\": 9", 1), ErrorCode::FileNewer),
        (&file.replace("\"POST\"", "\"TOAST\""), ErrorCode::FileBroken),
    ] {
        assert_eq!(app.find_contract(&in_file("a file", text)).await.unwrap_err().code, code, "{text:.60}");
    }
    let proposal = app.find_contract(&in_file("from-anna.json", &file)).await.unwrap();
    assert_eq!(proposal.verdicts.len(), 1);
    assert!(app.status().await.contract.impossible.is_empty(), "proposed is not accepted");
    let report = app.accept_contract(&proposal.id).await.unwrap();
    assert_eq!(line(&report, Method::RegisterCheck, "field.checkGuid").by.as_deref(), Some("Анна"));
    app.stop().await;
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn finding_and_probing_only_read() {
    let sandbox = sandbox();
    let books = sandbox.ledger();
    let asked = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&asked);
    sandbox.faults().ask(move |call| {
        seen.lock().unwrap().push(call.method);
        None
    });
    let spoken = Dialect { phone: PhoneForm::Eight, description: Description::Absent, ..Dialect::table() };
    let running = serve(&sandbox, &spoken, 0).await;
    let machine = Machine::new(keychains::in_memory());
    let app = connected(&machine, &running).await;
    let phone = books.phones.keys().find(|phone| phone.starts_with("79")).unwrap();
    let phone = format!("+{phone}");
    assert_eq!(app.find_contract(&DescriptionForm::Find).await.unwrap_err().code, ErrorCode::DescriptionNotFound);
    assert_eq!(app.probe_contract("12").await.unwrap_err().code, ErrorCode::InvalidInput);
    let nobody = app.probe_contract("+79990000000").await.unwrap();
    assert_eq!((nobody.format, nobody.changes.len()), (None, 0));
    let probed = app.probe_contract(&phone).await.unwrap();
    assert_eq!((probed.format, probed.found.len()), (Some(probonus::binding::PhoneFormat::Eight), 1));
    assert!(matches!(app.find_guest(&phone).await.unwrap(), GuestFound::Found { .. }), "it is kept");
    let absent = app.find_guest("+79990000000").await.unwrap();
    assert!(matches!(absent, GuestFound::NotFound { certain: true, .. }));
    let report = app.contract_report().await.unwrap();
    assert!(report.common.iter().any(|line| line.key == "phone" && line.value == "8XXXXXXXXXX"), "{:?}", report.common);
    app.stop().await;

    let asked = std::mem::take(&mut *asked.lock().unwrap());
    assert!(asked.contains(&Asked::FindByPhone));
    assert!(asked.iter().all(|method| !method.is_write()), "{asked:?}");
    let after = sandbox.ledger();
    assert_eq!((after.entries, after.applied, after.balances), (books.entries, books.applied, books.balances));
    running.stop().await;
}

/// At the server's address somebody else answers every search as if nobody had the phone. It is an error, and no question of how
/// phones are written.
#[tokio::test(flavor = "multi_thread")]
async fn a_search_that_finds_not_even_a_known_guest_is_an_error() {
    let (full, spoken) = (sandbox(), Dialect::table());
    let running = serve(&full, &spoken, 0).await;
    let machine = Machine::new(keychains::in_memory());
    let app = connected(&machine, &running).await;
    let known = format!("+{}", full.ledger().phones.keys().find(|phone| phone.starts_with("79")).unwrap());
    find(&app, &known).await;
    let absent = app.find_guest("+79990000000").await.unwrap();
    assert!(matches!(absent, GuestFound::NotFound { certain: true, .. }));
    let port = running.addr().port();
    running.stop().await;

    let auth = probonus_sandbox::Auth { token: Some(TOKEN.to_owned()), ..Default::default() };
    let running = serve(&Sandbox::empty(Options { auth, ..Options::default() }), &spoken, port).await;
    assert_eq!(app.find_guest("+79990000000").await.unwrap_err().code, ErrorCode::Unreadable);
    app.stop().await;
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn in_training_the_contract_is_only_shown() {
    let app = Machine::new(keychains::missing()).start().await;
    app.start_training().await.unwrap();
    assert!(!app.contract_report().await.unwrap().editable);
    for refused in [
        app.find_contract(&DescriptionForm::Find).await.unwrap_err(),
        app.probe_contract("+79120000000").await.unwrap_err(),
        app.overrule_line(None, "phone", Some("+7XXXXXXXXXX"), false).await.unwrap_err(),
    ] {
        assert_eq!(refused.code, ErrorCode::WrongMode);
    }
    app.stop().await;
}

/// Whatever a server describes, it can be connected: by the table, with a file, with an address.
#[tokio::test(flavor = "multi_thread")]
async fn a_server_is_connected_whatever_it_describes() {
    let sandbox = sandbox();
    let running = serve(&sandbox, &Dialect::table(), 0).await;
    let with = |description: Value| {
        let mut connect =
            json!({ "url": running.url(), "remember": "memory", "auth": { "kind": "token", "token": TOKEN } });
        connect["description"] = description;
        form::<ConnectForm>(connect)
    };
    let app = Machine::new(keychains::in_memory()).start().await;
    let pets = "openapi: 3.0.1\ninfo: {title: Pets, version: '1'}\npaths: {}\n";
    let other = app.connect(with(json!({ "kind": "file", "name": "pets.yaml", "text": pets }))).await.unwrap_err();
    assert_eq!(other.code, ErrorCode::DescriptionOfOther);
    assert_eq!(app.status().await.phase, Phase::Wizard);
    let nowhere = app.connect(with(json!({ "kind": "address", "address": "/no/such/page" }))).await;
    assert!(nowhere.is_err());

    app.connect(with(json!({ "kind": "table" }))).await.unwrap();
    app.search_ended().await;
    let report = app.contract_report().await.unwrap();
    assert_eq!(report.origin.unwrap().kind, crate::shape::OriginKind::Table);
    assert!(report.document.is_none() && report.pending.is_none(), "it is not looked for again");
    let (_, file) = app.contract_file().await.unwrap();
    app.stop().await;

    let app = Machine::new(keychains::in_memory()).start().await;
    app.connect(with(json!({ "kind": "file", "name": "exported.json", "text": file }))).await.unwrap();
    app.groups().await.unwrap();
    app.stop().await;
    running.stop().await;
}

/// While the phone format is unknown and no guest was found by phone, the answer "no such guest" is not certain.
#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_surely_absent_until_somebody_was_found_by_a_phone() {
    let sandbox = sandbox();
    let phone = format!("+{}", sandbox.ledger().phones.keys().find(|phone| phone.starts_with("79")).unwrap());
    let spoken = Dialect { description: Description::Absent, ..Dialect::table() };
    let running = serve(&sandbox, &spoken, 0).await;
    let machine = Machine::new(keychains::in_memory());
    let app = connected(&machine, &running).await;
    let absent = async |app: &App| match app.find_guest("+79990000000").await.unwrap() {
        GuestFound::NotFound { certain, .. } => certain,
        GuestFound::Found { .. } => panic!("found"),
    };
    assert!(!absent(&app).await);
    assert!(!app.status().await.contract.phones_known);
    let guest = |phone: &str| {
        json!({ "kind": "create_guest", "group": "1", "phone": phone, "profile": {
            "surname": "Иванова", "name": "", "patronymic": "", "birthday": "", "sex": null, "email": "", "identifiers": [],
            "discountLevel": "", "bonusType": "", "bonusLifetime": ""
        }})
    };
    let sent = sandbox.ledger().requests().count();
    for refused in [
        submit(&app, guest("+79990000000")).await.unwrap_err(),
        app.preview(&form(guest("+79990000000"))).await.unwrap_err(),
    ] {
        assert_eq!((refused.class, refused.code), (ErrorClass::Refused, ErrorCode::PhoneFormatUnknown));
    }
    assert_eq!(sandbox.ledger().requests().count(), sent, "nothing was sent");
    find(&app, &phone).await;
    assert!(app.status().await.contract.phones_known);
    create(&app, "+79990000001").await;
    assert!(absent(&app).await);
    app.stop().await;
    let app = machine.start().await;
    assert!(absent(&app).await, "it is remembered");
    app.stop().await;
    running.stop().await;
}

/// A contract file that was changed from outside is not used until somebody accepts it.
#[tokio::test(flavor = "multi_thread")]
async fn a_contract_that_was_put_into_the_folder_counts_only_once_it_is_accepted() {
    let sandbox = sandbox();
    let spoken = Dialect { description: Description::Absent, ..Dialect::table() };
    let running = serve(&sandbox, &spoken, 0).await;
    let machine = Machine::new(keychains::in_memory());
    let app = connected(&machine, &running).await;
    app.overrule_line(Some(Method::Receipt), "path", Some("/api/v0/checks/ours"), false).await.unwrap();
    app.stop().await;
    let app = machine.start().await;
    app.search_ended().await;
    assert_eq!(app.status().await.contract.hold, None, "our own file asks nothing");
    app.stop().await;

    let path = Folders::at(machine.home.path()).binding(&running.url());
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, text.replace("/api/v0/checks/ours", "/api/v0/checks/theirs")).unwrap();
    let app = machine.start().await;
    app.search_ended().await;
    assert_eq!(app.status().await.contract.hold, Some(QueueHold::ContractFileChanged));
    let report = app.contract_report().await.unwrap();
    assert!(!line(&report, Method::Receipt, "path").value.contains("theirs"));
    let report = app.accept_contract(&report.pending.unwrap().id).await.unwrap();
    assert!(line(&report, Method::Receipt, "path").value.contains("theirs"));
    assert_eq!(app.status().await.contract.hold, None);
    app.stop().await;
    running.stop().await;
}

/// A form to connect `url`, with one of the choices in [`DescriptionForm`].
fn connect_by(url: &str, auth: Value, description: Value) -> ConnectForm {
    form(json!({ "url": url, "remember": "memory", "auth": auth, "description": description }))
}

/// A server that is another service, and describes itself as one, is reported with that service's title.
#[tokio::test(flavor = "multi_thread")]
async fn another_service_is_called_another_service() {
    for service in probonus_sandbox::ForeignService::ALL {
        let running = Running::listen((Ipv4Addr::LOCALHOST, 0).into(), service.router()).await.unwrap();
        let app = Machine::new(keychains::in_memory()).start().await;
        let refused = app.connect(token(&running.url(), TOKEN, "memory")).await.unwrap_err();
        assert_eq!(refused.code, ErrorCode::DescriptionOfOther, "{service:?}");
        let title: Value = serde_json::from_str(service.document()).unwrap();
        assert_eq!(refused.details.server_message.as_deref(), title["info"]["title"].as_str());
        assert_eq!(app.status().await.phase, Phase::Wizard);
        app.stop().await;
        running.stop().await;
    }
}

/// A server that works by the table is connected although it publishes another service's description.
#[tokio::test(flavor = "multi_thread")]
async fn a_server_beside_another_service_s_description_is_connected_by_the_table() {
    let spoken = Dialect { description: Description::Absent, ..Dialect::table() };
    let beside = probonus_sandbox::ForeignService::Payments.document();
    let describe = axum::routing::get(async move || beside);
    let router = sandbox().router_in(&spoken).route("/openapi.json", describe);
    let running = Running::listen((Ipv4Addr::LOCALHOST, 0).into(), router).await.unwrap();
    let machine = Machine::new(keychains::in_memory());
    let app = connected(&machine, &running).await;
    let report = app.contract_report().await.unwrap();
    assert!(report.document.is_none() && report.other_service.is_some());
    assert!(app.status().await.contract.impossible.is_empty());
    let found = app.find_contract(&DescriptionForm::Find).await.unwrap_err();
    assert_eq!(found.code, ErrorCode::DescriptionOfOther);
    let by_table = app.find_contract(&DescriptionForm::Table).await.unwrap();
    let report = app.accept_contract(&by_table.id).await.unwrap();
    assert!(report.other_service.is_none());
    app.stop().await;
    running.stop().await;
}

/// A server without a method is connected. Only operations that need the method are refused.
#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_lacks_a_method_is_connected() {
    for lacking in [Asked::Groups, Asked::Refill, Asked::Receipt] {
        let sandbox = sandbox();
        let mut spoken = Dialect::table();
        spoken.absent.insert(lacking);
        let running = serve(&sandbox, &spoken, 0).await;
        let machine = Machine::new(keychains::in_memory());
        let app = connected(&machine, &running).await;
        let impossible = app.status().await.contract.impossible;
        assert_eq!(impossible.len(), 1, "{lacking:?}");
        let phone = format!("+{}", sandbox.ledger().phones.keys().find(|phone| phone.starts_with("79")).unwrap());
        assert_eq!(app.probe_contract(&phone).await.unwrap().found.len(), 1, "{lacking:?}");
        // The server is greeted in the background; a probe speaks for itself and says nothing of the session.
        let mut session = app.work().await.unwrap().link.session();
        session.wait_for(|now| *now != SessionState::OfflineUnknown).await.unwrap();
        assert_eq!(app.status().await.session, SessionState::SignedIn, "{lacking:?}");
        app.stop().await;
        running.stop().await;
    }
}

/// If the description shows methods only after a sign-in, they are read at the first connection.
#[tokio::test(flavor = "multi_thread")]
async fn methods_that_are_shown_to_the_signed_in_are_read_at_the_connection() {
    for name in ["described-to-signed-in", "writes-for-signed-in"] {
        let running = serve(&sandbox(), &dialect(name), 0).await;
        let app = Machine::new(keychains::in_memory()).start().await;
        let login = json!({ "kind": "login", "login": "office", "password": "office" });
        app.connect(connect_by(&running.url(), login, json!({ "kind": "find" }))).await.unwrap();
        let report = app.contract_report().await.unwrap();
        assert!(report.document.is_some() && report.other_service.is_none(), "{name}");
        assert!(app.status().await.contract.impossible.is_empty(), "{name}");
        app.stop().await;
        running.stop().await;
    }
}

/// A description that did not lead to a connection does not block the next attempt.
#[tokio::test(flavor = "multi_thread")]
async fn a_way_that_led_nowhere_is_forgotten_by_the_next_try() {
    let running = serve(&sandbox(), &dialect("get-query"), 0).await;
    let app = Machine::new(keychains::in_memory()).start().await;
    let by =
        |kind: &str| connect_by(&running.url(), json!({ "kind": "token", "token": TOKEN }), json!({ "kind": kind }));
    app.connect(by("table")).await.unwrap_err();
    app.connect(by("find")).await.unwrap();
    assert!(app.contract_report().await.unwrap().document.is_some());
    app.stop().await;
    running.stop().await;
}

/// Whether the next refill would be the first one whose balance is waited for.
async fn is_next_refill_the_canary(app: &App, guest: &GuestView) -> bool {
    let preview = app.preview(&form(refill(guest, "1"))).await.unwrap();
    serde_json::to_string(&preview).unwrap().contains("first_refill")
}

/// Makes a refill and waits until the balance has proven the server's unit of money.
async fn prove_the_unit(app: &App, guest: &GuestView) {
    let sent = submit(app, refill(guest, "10")).await.unwrap();
    confirmed(app, &sent.id).await;
    let mut news = app.news();
    while is_next_refill_the_canary(app, guest).await || app.status().await.queue.unwrap().canary.is_some() {
        tokio::time::timeout(std::time::Duration::from_secs(30), news.recv()).await.unwrap().unwrap();
    }
}

/// A lost contract file leaves the table, which may count in another unit. Nothing is sent by it before somebody accepts a
/// contract, and then the next refill is verified first.
#[tokio::test(flavor = "multi_thread")]
async fn without_its_lost_file_nothing_is_sent_until_a_contract_is_accepted() {
    let spoken = Dialect { description: Description::Absent, ..Dialect::table() };
    let sandbox = sandbox();
    let running = serve(&sandbox, &spoken, 0).await;
    let machine = Machine::new(keychains::in_memory());
    let app = connected(&machine, &running).await;
    app.overrule_line(Some(Method::Receipt), "path", Some("/api/v0/checks/ours"), false).await.unwrap();
    let known = sandbox.ledger().phones.keys().find(|phone| phone.starts_with("79")).unwrap().clone();
    let guest = find(&app, &format!("+{known}")).await;
    prove_the_unit(&app, &guest).await;
    assert!(app.status().await.contract.phones_known);
    app.stop().await;

    std::fs::remove_file(Folders::at(machine.home.path()).binding(&running.url())).unwrap();
    let app = machine.start().await;
    app.search_ended().await;
    assert_eq!(app.status().await.contract.hold, Some(QueueHold::ContractFileChanged));
    assert!(app.contract_report().await.unwrap().pending.is_none(), "the server describes nothing");
    let waiting = submit(&app, refill(&guest, "11")).await.unwrap();
    assert_eq!(waiting.state, State::Prepared);

    let offered = app.find_contract(&DescriptionForm::Table).await.unwrap();
    app.pause_queue().await.unwrap();
    app.accept_contract(&offered.id).await.unwrap();
    assert_eq!(app.status().await.contract.hold, None);
    assert!(is_next_refill_the_canary(&app, &guest).await);
    app.resume_queue().await.unwrap();
    confirmed(&app, &waiting.id).await;
    app.stop().await;
    running.stop().await;
}

/// A server that is connected again by another contract proves its unit of money anew; an attempt that fails changes nothing.
#[tokio::test(flavor = "multi_thread")]
async fn connected_again_by_another_contract_a_server_proves_its_unit_anew() {
    let running = serve(&sandbox(), &renamed(), 0).await;
    let machine = Machine::new(keychains::in_memory());
    let app = connected(&machine, &running).await;
    let guest = create(&app, "+79120005599").await;
    prove_the_unit(&app, &guest).await;
    let found = line(&app.contract_report().await.unwrap(), Method::Refill, "field.comment").value.clone();
    let again = |token: &str| {
        connect_by(&running.url(), json!({ "kind": "token", "token": token }), json!({ "kind": "table" }))
    };

    app.connect(again("no token of this server")).await.unwrap_err();
    app.stop().await;
    let app = machine.start().await;
    app.search_ended().await;
    assert_eq!(line(&app.contract_report().await.unwrap(), Method::Refill, "field.comment").value.clone(), found);
    assert!(!is_next_refill_the_canary(&app, &guest).await);

    app.connect(again(TOKEN)).await.unwrap();
    app.search_ended().await;
    assert_ne!(line(&app.contract_report().await.unwrap(), Method::Refill, "field.comment").value.clone(), found);
    assert!(is_next_refill_the_canary(&app, &guest).await);
    app.stop().await;
    running.stop().await;
}
