//! The files for support have all the facts, and no personal data.

use std::{fs, io::Read as _};

use super::*;
use crate::view::SupportFilesView;

const PASSWORD: &str = "pr0xy/Пароль+\"7";
const PHONE: &str = "+79120004455";
const OPERATOR: &str = "Зоя Козлова";
const LOGIN: &str = "olga.office";

/// The spellings of a text: in other cases, in JSON, in addresses.
fn spellings(text: &str) -> Vec<String> {
    let quoted = json!(text).to_string();
    let quoted = quoted[1..quoted.len() - 1].to_owned();
    let escaped = |capital: bool| {
        let one = |c: char| match (c.is_ascii(), capital) {
            (true, _) => c.to_string(),
            (false, true) => format!("\\u{:04X}", u32::from(c)),
            (false, false) => format!("\\u{:04x}", u32::from(c)),
        };
        quoted.chars().map(one).collect::<String>()
    };
    let percent = |capital: bool| {
        let one = |byte: u8| match (byte.is_ascii_alphanumeric(), capital) {
            (true, _) => char::from(byte).to_string(),
            (false, true) => format!("%{byte:02X}"),
            (false, false) => format!("%{byte:02x}"),
        };
        text.bytes().map(one).collect::<String>()
    };
    let mut all = vec![text.to_owned(), quoted.clone(), escaped(true), escaped(false), percent(true), percent(false)];
    all.sort();
    all.dedup();
    all
}

fn phones() -> Vec<String> {
    let typed = ["+79120004455", "8 (912) 000-44-55", "9120004455", "8\u{a0}912\u{a0}000\u{2011}44\u{2011}55"];
    let addresses = ["%2B79120004455", "8%20%28912%29%20000-44-55", "8+(912)+000-44-55"];
    typed.iter().chain(&addresses).map(|text| (*text).to_owned()).collect()
}

/// Everything that must not leave the machine, in every spelling; names also in every case.
fn personal() -> Vec<String> {
    let names = ["Иванова", "Вера", "Зоя", "Козлова", "Ивановой"];
    let mut all: Vec<String> = [TOKEN, PASSWORD].iter().flat_map(|text| spellings(text)).collect();
    all.extend(
        names
            .iter()
            .flat_map(|name| [(*name).to_owned(), name.to_uppercase(), name.to_lowercase()])
            .flat_map(|name| spellings(&name)),
    );
    all.extend(
        [LOGIN, "vera@example.ru", "vera%40example.ru", "4276 1234 5678 9012", "4276123456789012"].map(str::to_owned),
    );
    all.extend(phones());
    all
}

/// A log with all of it in every spelling, in every kind of place.
fn log() -> String {
    let mut log = String::new();
    let mut line = |words: &str| log.push_str(&format!("2026-11-28T10:00:00.000001Z ERROR client: {words}\n"));
    for text in personal() {
        line(&format!("the server said: {text}, twice {text}"));
        line(&format!("body=\"{{\\\"surname\\\":\\\"x\\\",\\\"note\\\":\\\"{}\\\"}}\"", text.replace('"', "\\\\\\\"")));
        line(&format!("GET /find?q={text}&x=1"));
    }
    line("Authorization: Bearer another-token-of-somebody");
    line("by http://somebody:hidden-pass@proxy.example:3128");
    line("Cookie: session=another-cookie; x=1");
    line(r#"{"fio":"Сидоров Пётр","birthday":"1980-02-03","password":"another-password"}"#);
    log
}

/// The files of an archive.
fn unpacked(path: &Path) -> Vec<(String, String)> {
    let mut archive = zip::ZipArchive::new(fs::File::open(path).unwrap()).unwrap();
    (0..archive.len())
        .map(|at| {
            let mut file = archive.by_index(at).unwrap();
            let name = file.name().unwrap().into_owned();
            let mut text = String::new();
            file.read_to_string(&mut text).unwrap();
            (name, text)
        })
        .collect()
}

/// A program after some work: a guest, a refill whose answer was lost, a proxy, a draft, an overruled line, a log.
async fn worked(machine: &Machine) -> (App, OperationView) {
    let (sandbox, running) = server().await;
    let app = machine.start().await;
    app.connect(token(&running.url(), TOKEN, "keychain")).await.unwrap();
    let mut settings = app.settings();
    settings.operator = OPERATOR.to_owned();
    app.save_settings(settings).await.unwrap();
    let guest = create(&app, PHONE).await;
    let refill = json!({
        "kind": "refill", "phone": PHONE, "account": guest.account, "sum": "123456,78", "reason": "Подарок",
        "note": "Вера Иванова просила"
    });
    sandbox.faults().next(probonus_sandbox::Method::Refill, probonus_sandbox::Fault::Reset { applied: false });
    let sent = submit(&app, refill).await.unwrap();
    app.save_draft("program.connect", Some(&json!({ "login": LOGIN, "phone": PHONE }).to_string())).await.unwrap();
    app.overrule_line(Some(probonus::Method::Groups), "verb", Some("GET"), false).await.unwrap();
    let proxy = json!({
        "kind": "own", "address": "proxy.example:3128", "login": LOGIN, "password": PASSWORD, "remember": "memory"
    });
    app.save_proxy(form(proxy)).await.unwrap();
    fs::create_dir_all(app.logs_folder()).unwrap();
    fs::write(app.logs_folder().join("office.2026-11-28.log"), log()).unwrap();
    running.stop().await;
    (app, sent)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_files_for_support_tell_what_helps_and_nothing_that_is_somebodys() {
    let machine = Machine::new(keychains::in_memory());
    let (app, sent) = worked(&machine).await;
    let shown = app.gather_support("WebKit 2.46").await.unwrap();
    let path = machine.home.path().join("support.zip");
    app.save_support(path.clone()).await.unwrap();
    let files = unpacked(&path);

    let saved: Vec<(&str, usize)> = files.iter().map(|(name, text)| (name.as_str(), text.len())).collect();
    let told: Vec<(&str, usize)> = shown.files.iter().map(|file| (file.name.as_str(), file.bytes as usize)).collect();
    assert_eq!(saved, told, "what is saved is what was shown");
    for (file, (name, text)) in shown.files.iter().zip(&files) {
        let parts = (0..file.parts).map(|part| app.support_text(name, part).unwrap());
        assert_eq!(&parts.collect::<String>(), text, "{name}");
    }

    for personal in personal() {
        for (name, text) in &files {
            let line = text.lines().find(|line| line.contains(&personal));
            assert_eq!(line, None, "{personal} stands in {name}");
        }
    }
    for hidden in
        ["another-token", "hidden-pass", "another-cookie", "another-password", "Сидоров", "1980-02-03", "12345678"]
    {
        assert!(!files.iter().any(|(_, text)| text.contains(hidden)), "{hidden}");
    }

    let about = app.about("WebKit 2.46".to_owned());
    assert_eq!((about.version.as_str(), about.web_view.as_str()), (env!("CARGO_PKG_VERSION"), "WebKit 2.46"));
    assert_eq!(Path::new(&about.data_folder), machine.home.path());
    let file = |wanted: &str| &files.iter().find(|(name, _)| name == wanted).unwrap().1;
    let json = |wanted: &str| serde_json::from_str::<Value>(file(wanted)).unwrap();
    assert_eq!(json("program.json")["webView"], "WebKit 2.46");
    let queue = json("queue.json");
    let listed = queue["operations"].as_array().unwrap();
    assert!(listed.iter().any(|one| one["id"] == sent.id.as_str() && one["state"] == json!(sent.state)), "{queue:#}");
    assert!(json("journal.json")["live"]["witness"]["generation"].as_u64() > Some(0));
    assert_eq!(json("settings.json")["proxy"]["address"], "http://proxy.example:3128");
    assert_eq!(json("binding.json")["marks"][0]["value"], "GET");
    assert!(file("last-errors.txt").lines().count() > 100);
    assert!(file("logs/office.2026-11-28.log").contains("by http://•••@proxy.example:3128"));
    app.stop().await;
}

#[tokio::test]
async fn what_was_not_gathered_is_not_saved() {
    let machine = Machine::new(keychains::missing());
    let app = machine.start().await;
    let path = machine.home.path().join("support.zip");
    assert_eq!(app.save_support(path.clone()).await.unwrap_err().code, ErrorCode::SupportFilesGone);
    assert_eq!(app.support_text("program.json", 0).unwrap_err().code, ErrorCode::SupportFilesGone);
    app.gather_support("").await.unwrap();
    let nowhere = machine.home.path().join("absent/support.zip");
    assert_eq!(app.save_support(nowhere).await.unwrap_err().code, ErrorCode::FileNotWritten);
    app.save_support(path).await.unwrap();
}

#[tokio::test]
async fn a_defect_of_an_earlier_run_is_told_until_it_is_seen_and_its_report_is_among_the_files() {
    let machine = Machine::new(keychains::missing());
    let folder = machine.home.path().join("crashes");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("crash-20261128T101500.000001Z.new.txt"), "message: no guest +79120004455").unwrap();
    let app = machine.start().await;
    assert!(app.status().await.crash.is_some());
    let names = |app: &SupportFilesView| app.files.iter().map(|file| file.name.clone()).collect::<Vec<_>>();
    let report = "crashes/crash-20261128T101500.000001Z";
    assert!(names(&app.gather_support("").await.unwrap()).contains(&format!("{report}.new.txt")));
    assert_eq!(app.support_text(&format!("{report}.new.txt"), 0).unwrap(), "message: no guest …4455");
    assert_eq!(app.acknowledge_crash().await.unwrap().crash, None);
    app.stop().await;

    let app = machine.start().await;
    assert_eq!(app.status().await.crash, None, "it was seen");
    assert!(names(&app.gather_support("").await.unwrap()).contains(&format!("{report}.txt")), "and is still there");
}
