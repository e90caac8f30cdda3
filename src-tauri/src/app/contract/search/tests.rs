//! Where a server's description is found, and that another service's is not used.

use std::{
    io::{Read as _, Write as _},
    net::TcpListener,
    sync::{Arc, Mutex},
};

use futures::FutureExt as _;

use super::*;

const REFILL: &str = r#"{"openapi": "3.0.1", "info": {"title": "Accounts"}, "paths": {"/api/v0/accounts/refill": {"post": {
    "requestBody": {"content": {"application/json": {"schema": {"required": ["accountId", "sum"], "properties": {
        "accountId": {"type": "integer"}, "sum": {"type": "integer", "description": "kopecks"}}}}}}}}}}"#;
const GROUPS: &str =
    r#"{"swagger": "2.0", "info": {"title": "Groups"}, "paths": {"/api/v0/account_groups/list": {"get": {}}}}"#;

/// A client of a server with these pages. The list collects the addresses that are asked for.
fn server(pages: &'static [(&str, &str)]) -> (Client, Arc<Mutex<Vec<String>>>) {
    slow_server(pages, Duration::ZERO)
}

/// As [`server`], but each answer takes `line`.
fn slow_server(pages: &'static [(&str, &str)], line: Duration) -> (Client, Arc<Mutex<Vec<String>>>) {
    server_at("", pages, line)
}

/// As [`slow_server`], but the server's address has the path `base`.
fn server_at(base: &str, pages: &'static [(&str, &str)], line: Duration) -> (Client, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let url = format!("http://{}{base}", listener.local_addr().unwrap());
    let asked = Arc::new(Mutex::new(Vec::new()));
    let noted = Arc::clone(&asked);
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let noted = Arc::clone(&noted);
            std::thread::spawn(move || {
                let (mut head, mut byte) = (Vec::new(), [0]);
                while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).is_ok_and(|read| read == 1) {
                    head.push(byte[0]);
                }
                let head = String::from_utf8_lossy(&head).into_owned();
                let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
                let page = pages.iter().find(|(known, _)| *known == path);
                noted.lock().unwrap().push(path);
                let (status, body) = page.map_or((404, ""), |(_, body)| (200, *body));
                let length = body.len();
                // Nobody wakes this thread earlier.
                std::thread::park_timeout(line);
                let _ = write!(
                    stream,
                    "HTTP/1.1 {status} X\r\ncontent-type: text/plain\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
                );
            });
        }
    });
    let auth = probonus::Auth::Token("secret".to_owned().into());
    let client = Client::builder(url).auth(auth).proxy(probonus::client::Proxy::Direct).build().unwrap();
    (client, asked)
}

async fn found(client: &Client, again: Option<&str>) -> (Box<Binding>, String) {
    match find(client, again.map(|address| (OriginKind::Usual, address))).await {
        SearchOutcome::Found(binding, _, address) => (binding, address),
        SearchOutcome::Nothing | SearchOutcome::Refused(_) | SearchOutcome::OfOther(..) => panic!("nothing"),
        SearchOutcome::Unreachable => panic!("unreachable"),
    }
}

#[tokio::test]
async fn documents_that_a_page_lists_are_one_description() {
    let (client, asked) = server(&[
        ("/swagger/v1/swagger.json", GROUPS),
        (
            "/swagger/index.html",
            "var config = {configUrl: '../viewer', urls: [{url: '/described/a'}, {url: 'v1/swagger.json'}]}",
        ),
        (
            "/viewer",
            r#"{"urls": [{"url": "/described/a"}, {"url": "/described/gone"}, {"url": "https://elsewhere.example/x"}]}"#,
        ),
        ("/described/a", REFILL),
    ]);
    let (binding, addresses) = found(&client, None).await;
    assert_eq!(addresses, "/described/a /swagger/v1/swagger.json");
    for (method, document) in [(Method::Refill, "/described/a"), (Method::Groups, "/swagger/v1/swagger.json")] {
        assert_eq!(binding.unsupported(method), None);
        assert_eq!(binding.method(method).unwrap().document.as_deref(), Some(document));
    }
    // The next search asks only for these.
    let before = asked.lock().unwrap().len();
    let (again, same) = found(&client, Some(&addresses)).await;
    assert_eq!((&again, &same), (&binding, &addresses));
    assert_eq!(asked.lock().unwrap()[before..], ["/described/a", "/swagger/v1/swagger.json"]);
    assert_eq!(at(&client, "/swagger/index.html").await.unwrap(), (*binding.clone(), addresses));
}

/// The vendor's sample: the document is at an unusual address, which the viewer's page names. On this slow line, fifty requests
/// one after another would take longer than `PATIENCE`.
#[tokio::test]
async fn a_slow_line_still_finds_the_vendors_viewer() {
    let (client, _) = slow_server(
        &[("/api/v0/docs", "SwaggerUIBundle({ url: '/described/here' })"), ("/described/here", REFILL)],
        Duration::from_millis(400),
    );
    let (_, address) = found(&client, None).await;
    assert_eq!(address, "/described/here");
}

#[tokio::test]
async fn a_description_of_which_a_part_is_gone_is_searched_anew() {
    let (client, _) = server(&[("/swagger.json", REFILL), ("/described/a", GROUPS)]);
    let (binding, address) = found(&client, Some("/described/a /described/b")).await;
    assert_eq!(address, "/swagger.json");
    assert!(binding.unsupported(Method::Groups).is_some());
}

fn learnt(paths: &str) -> Box<Binding> {
    let document = format!(r#"{{"openapi": "3.0.1", "info": {{}}, "paths": {{{paths}}}}}"#);
    Box::new(probonus_swagger::learn(document.as_bytes()).unwrap().binding)
}

#[test]
fn an_address_from_the_root_is_one_below_the_server_s_own_path() {
    let page = r#"{"urls": [{"url": "/gate/v3/api-docs/office"}, {"url": "v3/api-docs"}, {"url": "/v2/api-docs"}]}"#;
    let named = named_in("/v3/api-docs/swagger-config", page, "/gate");
    assert_eq!(named, ["/v3/api-docs/office", "/v3/api-docs/v3/api-docs", "/v2/api-docs"]);
    assert_eq!(named_in("/swagger", r#"url: "/gateway/swagger.json""#, "/gate"), ["/gateway/swagger.json"]);
}

/// The server's address has a path, and the typed address of the description includes that path.
#[tokio::test]
async fn a_typed_address_that_begins_with_the_server_s_own_path_has_it_once() {
    let (client, asked) = server_at("/gate", &[("/gate/openapi.json", REFILL)], Duration::ZERO);
    let whole = format!("{}/openapi.json", client.address());
    for typed in ["/gate/openapi.json", "gate/openapi.json", "/openapi.json", "openapi.json", &whole] {
        let (binding, _) = at(&client, typed).await.unwrap_or_else(|error| panic!("{typed}: {error:?}"));
        assert_eq!(binding.unsupported(Method::Refill), None, "{typed}");
    }
    assert!(asked.lock().unwrap().iter().all(|path| path == "/gate/openapi.json"));
}

#[test]
fn of_several_descriptions_the_one_counts_in_which_the_least_is_missing() {
    let less = learnt(r#""/api/v0/auth/login": {"post": {}}, "/api/v0/accounts/refill": {"post": {}}"#);
    let more = learnt(r#""/api/v0/account_groups/list": {"get": {}}, "/api/v0/accounts/refill": {"post": {}}"#);
    let mut candidates = Candidates::default();
    assert!(!candidates.take(less.clone(), OriginKind::Usual, "/one"));
    assert!(!candidates.take(more, OriginKind::Usual, "/two"));
    assert!(!candidates.take(less, OriginKind::Usual, "/three"));
    assert_eq!(candidates.best.map(|best| best.address).as_deref(), Some("/two"));
}

#[tokio::test]
async fn a_description_without_any_method_of_money_is_of_another_service() {
    let (client, _) = server(&[("/swagger.json", GROUPS)]);
    assert!(matches!(find(&client, None).await, SearchOutcome::OfOther(title, Some(_)) if title == "Groups"));
    assert_eq!(at(&client, "/swagger.json").await.unwrap_err().code, ErrorCode::DescriptionOfOther);
    assert_eq!(in_text(&client, GROUPS).await.unwrap_err().code, ErrorCode::DescriptionOfOther);
}

/// A large document takes its time; a thread that learns from it answers nothing else.
#[tokio::test]
async fn a_description_is_not_learnt_on_the_thread_that_asks_for_it() {
    let (client, _) = server(&[]);
    let paths: Vec<String> = (0..500).map(|nth| format!(r#""/api/v0/guests/list{nth}": {{"get": {{}}}}"#)).collect();
    let text = REFILL.replacen(r#""paths": {"#, &format!(r#""paths": {{{}, "#, paths.join(", ")), 1);
    assert!(text.len() > 10_000, "the paths are put into the description");
    assert!(in_text(&client, &text).now_or_never().is_none());
    in_text(&client, &text).await.unwrap();
}

#[tokio::test]
async fn a_description_is_read_anew_only_from_the_server_itself_and_never_over_plain_http_from_elsewhere() {
    let (elsewhere, asked) = server(&[("/swagger.json", REFILL)]);
    let (client, _) = server(&[]);
    let foreign = format!("{}/swagger.json", elsewhere.address());
    assert!(matches!(find(&client, Some((OriginKind::Url, &foreign))).await, SearchOutcome::Nothing));
    assert_eq!(at(&client, &foreign).await.unwrap_err().code, ErrorCode::DescriptionUnprotected);
    assert!(asked.lock().unwrap().is_empty());
    let own = format!("{}/swagger.json", elsewhere.address());
    assert!(at(&elsewhere, &own).await.is_ok());
}

/// The server shows its methods only after a sign-in, and its login to everybody.
#[tokio::test]
async fn methods_that_are_shown_only_to_who_is_signed_in_are_read_after_signing_in() {
    const LOGIN: &str =
        r#"{"openapi": "3.0.1", "info": {"title": "Bonus"}, "paths": {"/api/v0/auth/login": {"post": {}}}}"#;
    let url = hiding_server(LOGIN, REFILL);
    let auth = probonus::Auth::Login { login: "office".to_owned(), password: "office".to_owned().into() };
    let client = Client::builder(url).auth(auth).proxy(probonus::client::Proxy::Direct).build().unwrap();
    // Before the sign-in only the login is shown, and the client uses it.
    let shown = find(&client, None).await;
    assert!(matches!(shown, SearchOutcome::OfOther(_, Some(_))), "nothing of money is shown to strangers");
    let SearchOutcome::Found(binding, ..) = find_signed_in(&client, None).await.0 else { panic!("not found") };
    assert_eq!(binding.unsupported(Method::Refill), None);
}

/// A server that shows `open` without its token and `whole` with it.
fn hiding_server(open: &'static str, whole: &'static str) -> String {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let (mut head, mut byte) = (Vec::new(), [0]);
            while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).is_ok_and(|read| read == 1) {
                head.push(byte[0]);
            }
            let head = String::from_utf8_lossy(&head).to_lowercase();
            let length = head.split_once("content-length: ").and_then(|(_, rest)| rest.lines().next()?.parse().ok());
            let mut body = vec![0; length.unwrap_or(0)];
            let _ = stream.read_exact(&mut body);
            let known = head.contains("bearer of-the-office");
            let (status, body) = match head.split(' ').nth(1).unwrap_or_default() {
                "/api/v0/auth/login" => (200, r#"{"accessToken": "of-the-office"}"#),
                "/api/v0/account_groups/list" if known => (200, "[]"),
                "/openapi.json" => (200, if known { whole } else { open }),
                "/api/v0/account_groups/list" => (401, ""),
                _ => (404, ""),
            };
            let length = body.len();
            let _ = write!(
                stream,
                "HTTP/1.1 {status} X\r\ncontent-type: application/json\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
            );
        }
    });
    url
}
