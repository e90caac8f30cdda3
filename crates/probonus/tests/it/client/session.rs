//! Who we are to the server, kept up by one call for all.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst},
    },
    time::Duration,
};

use async_trait::async_trait;
use axum::{
    Json, Router,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    routing::post,
};
use bytes::Bytes;
use probonus::{
    Auth, Client, Delivery, ErrorKind, Loyalty,
    client::{BodyStream, Proxy, Transport, TransportError},
};
use serde_json::{Value, json};
use tokio::time::Instant;

use super::support::{GROUPS, Reply, Server, builder, client, json as reply, refill};

/// A server with sessions. The n-th pair of tokens is `access-n` and `refresh-n`; only the last is good.
#[derive(Default)]
struct Door {
    issued: AtomicUsize,
    expired: AtomicBool,
    logins: AtomicUsize,
    refreshes: AtomicUsize,
    calls: AtomicUsize,
    refuses_refresh: AtomicBool,
    refuses_password: AtomicBool,
    refuses_calls: AtomicBool,
    fails: AtomicBool,
}

impl Door {
    fn issue(&self) -> Response {
        let n = self.issued.fetch_add(1, SeqCst) + 1;
        self.expired.store(false, SeqCst);
        Json(json!({"accessToken": format!("access-{n}"), "refreshToken": format!("refresh-{n}")})).into_response()
    }

    fn counts(&self) -> [usize; 3] {
        [self.logins.load(SeqCst), self.refreshes.load(SeqCst), self.calls.load(SeqCst)]
    }
}

async fn login(State(door): State<Arc<Door>>, Json(body): Json<Value>) -> Response {
    door.logins.fetch_add(1, SeqCst);
    if door.refuses_password.load(SeqCst) || body != json!({"login": "manager", "password": "касса-17"}) {
        return (StatusCode::UNAUTHORIZED, Json(json!({"message": "Неверный пароль"}))).into_response();
    }
    door.issue()
}

async fn refresh(State(door): State<Arc<Door>>, Json(body): Json<Value>) -> Response {
    door.refreshes.fetch_add(1, SeqCst);
    // Until everybody has come to the locked door.
    while door.calls.load(SeqCst) % 100 != 1 && !door.fails.load(SeqCst) {
        tokio::task::yield_now().await;
    }
    if door.fails.load(SeqCst) {
        return StatusCode::BAD_GATEWAY.into_response();
    }
    if door.refuses_refresh.load(SeqCst) || body["refreshToken"] != format!("refresh-{}", door.issued.load(SeqCst)) {
        return (StatusCode::BAD_REQUEST, Json(json!({"message": "refresh token expired"}))).into_response();
    }
    door.issue()
}

async fn groups(State(door): State<Arc<Door>>, headers: HeaderMap) -> Response {
    door.calls.fetch_add(1, SeqCst);
    let good = format!("bearer access-{}", door.issued.load(SeqCst));
    let known = headers.get("authorization").is_some_and(|value| value.to_str().unwrap().eq_ignore_ascii_case(&good));
    if !known || door.expired.load(SeqCst) || door.refuses_calls.load(SeqCst) {
        return (StatusCode::UNAUTHORIZED, Json(json!({"message": "Токен просрочен"}))).into_response();
    }
    ([("content-type", "application/json")], GROUPS).into_response()
}

/// A server, and a client that has done one call with it: one login, one call.
async fn open() -> (Arc<Door>, Client) {
    let door = Arc::new(Door::default());
    let router = Router::new()
        .route("/api/v0/auth/login", post(login))
        .route("/api/v0/auth/refresh_token", post(refresh))
        .route("/api/v0/account_groups/list", post(groups).get(groups))
        .with_state(door.clone());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await });
    let auth = Auth::Login { login: "manager".to_owned(), password: "касса-17".into() };
    let client = Client::builder(url).auth(auth).proxy(Proxy::Direct).build().unwrap();
    client.groups().await.unwrap();
    assert_eq!(door.counts(), [1, 0, 1]);
    (door, client)
}

async fn hundred(client: &Client) -> Vec<Result<(), probonus::Error>> {
    let calls = (0..100).map(|_| async { client.groups().await.map(|_| ()) });
    futures::future::join_all(calls).await
}

#[tokio::test]
async fn a_hundred_calls_under_expiry_cause_one_refresh_and_each_is_repeated_once() {
    let (door, client) = open().await;
    door.expired.store(true, SeqCst);
    for result in hundred(&client).await {
        result.unwrap();
    }
    assert_eq!(door.counts(), [1, 1, 201]);
}

#[tokio::test]
async fn a_refused_refresh_is_followed_by_one_login_with_the_password() {
    let (door, client) = open().await;
    door.expired.store(true, SeqCst);
    door.refuses_refresh.store(true, SeqCst);
    for result in hundred(&client).await {
        result.unwrap();
    }
    assert_eq!(door.counts(), [2, 1, 201]);
}

#[tokio::test]
async fn a_refused_password_is_tried_once_and_never_again() {
    let (door, client) = open().await;
    door.expired.store(true, SeqCst);
    door.refuses_refresh.store(true, SeqCst);
    door.refuses_password.store(true, SeqCst);
    for result in hundred(&client).await {
        let error = result.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::SignInAgain);
        assert_eq!(error.server_message(), Some("Неверный пароль"));
    }
    let before = door.counts();
    assert_eq!(before, [2, 1, 101]);
    let error = client.groups().await.unwrap_err();
    assert_eq!((error.kind(), error.delivery()), (ErrorKind::SignInAgain, Delivery::NotSent));
    assert_eq!(door.counts(), before, "the server is not asked any more, or it would lock the account");
}

#[tokio::test]
async fn a_renewal_that_the_network_failed_is_shared_by_all_who_waited_and_tried_anew_later() {
    let (door, client) = open().await;
    door.expired.store(true, SeqCst);
    door.fails.store(true, SeqCst);
    for result in hundred(&client).await {
        let error = result.unwrap_err();
        assert_eq!((error.kind(), error.delivery()), (ErrorKind::ServerFault, Delivery::NotSent));
    }
    assert_eq!(door.logins.load(SeqCst), 1, "the password is not tried for a failing network");
    door.fails.store(false, SeqCst);
    door.calls.store(0, SeqCst);
    client.groups().await.unwrap();
}

#[tokio::test]
async fn a_second_401_ends_in_sign_in_again() {
    let (door, client) = open().await;
    door.refuses_calls.store(true, SeqCst);
    door.calls.store(0, SeqCst);
    let error = client.groups().await.unwrap_err();
    assert_eq!((error.kind(), error.delivery()), (ErrorKind::SignInAgain, Delivery::Refused));
    assert_eq!(door.counts(), [1, 1, 2], "one refresh, one repetition");
}

#[tokio::test]
async fn a_permanent_token_goes_as_it_is_and_its_refusal_is_final() {
    let server = Server::always(reply(401, r#"{"message":"Токен отозван"}"#)).await;
    let error = client(&server).refill(&refill()).await.unwrap_err();
    assert_eq!((error.kind(), error.delivery()), (ErrorKind::SignInAgain, Delivery::Unknown));
    let requests = server.requests();
    assert_eq!(requests.len(), 1, "nothing is repeated");
    assert!(requests[0].to_lowercase().contains("\r\nauthorization: bearer s3cr3t-t0ken\r\n"), "{}", requests[0]);
}

/// A server that does the work and then answers 401: every write it gets is applied.
async fn applies_and_says_401(permanent: bool) -> (Server, Client) {
    let server = Server::start(|n, request| {
        if request.contains("auth/") {
            reply(200, &format!(r#"{{"accessToken":"access-{n}","refreshToken":"refresh-{n}"}}"#))
        } else if request.contains("/accounts/refill") {
            reply(401, r#"{"message":"Токен просрочен"}"#)
        } else {
            reply(200, r#"{"balance":0}"#)
        }
    })
    .await;
    let auth = match permanent {
        true => Auth::Token("s3cr3t-t0ken".into()),
        false => Auth::Login { login: "manager".to_owned(), password: "касса-17".into() },
    };
    let client = builder(&server.url()).auth(auth).build().unwrap();
    (server, client)
}

fn writes(server: &Server) -> usize {
    server.requests().iter().filter(|request| request.contains("/accounts/refill")).count()
}

#[tokio::test]
async fn a_write_is_not_repeated_after_a_401_if_the_secret_is_good_for_reads() {
    for permanent in [false, true] {
        let (server, client) = applies_and_says_401(permanent).await;
        let error = client.refill(&refill()).await.unwrap_err();
        assert_eq!((error.kind(), error.delivery()), (ErrorKind::SignInAgain, Delivery::Unknown));
        assert_eq!(writes(&server), 1, "permanent: {permanent}");
    }
}

/// The session ends while a write is out: the server does the work, then refuses the secret to everybody.
#[tokio::test]
async fn a_write_is_never_repeated_though_its_secret_is_refused_to_reads_too() {
    let server = Server::start(|n, request| match request {
        request if request.contains("auth/") => reply(200, &format!(r#"{{"accessToken":"access-{n}"}}"#)),
        request if request.contains("access-0") => reply(401, "{}"),
        _ => reply(200, r#"{"balance":0}"#),
    })
    .await;
    let auth = Auth::Login { login: "manager".to_owned(), password: "касса-17".into() };
    let client = builder(&server.url()).auth(auth).build().unwrap();
    let error = client.refill(&refill()).await.unwrap_err();
    assert_eq!((error.kind(), error.delivery()), (ErrorKind::SignInAgain, Delivery::Unknown));
    assert_eq!(writes(&server), 1);
    client.balance(&refill().account).await.expect("a read renews the session");
    assert_eq!(writes(&server), 1);
}

#[tokio::test]
async fn a_401_inside_the_answer_to_a_write_is_no_word_of_the_session() {
    let server = Server::start(|n, request| match request {
        request if request.contains("auth/") => reply(200, &format!(r#"{{"accessToken":"access-{n}"}}"#)),
        _ => reply(200, r#"{"success":false,"errorCode":401,"message":"token expired"}"#),
    })
    .await;
    let auth = Auth::Login { login: "manager".to_owned(), password: "касса-17".into() };
    let error = builder(&server.url()).auth(auth).build().unwrap().refill(&refill()).await.unwrap_err();
    assert_eq!((error.kind(), error.delivery()), (ErrorKind::SignInAgain, Delivery::Unknown));
    assert_eq!(server.requests().len(), 2, "the sign-in and the write");
}

#[tokio::test]
async fn a_token_pasted_with_its_prefix_and_spaces_is_sent_clean() {
    let server = Server::always(reply(200, GROUPS)).await;
    let auth = Auth::Token("  Bearer s3cr3t-t0ken\n".into());
    builder(&server.url()).auth(auth).build().unwrap().groups().await.unwrap();
    assert!(server.requests()[0].contains("authorization: Bearer s3cr3t-t0ken\r\n"), "{}", server.requests()[0]);
}

#[tokio::test]
async fn an_expiry_told_inside_a_200_renews_the_session_too() {
    let server = Server::start(|n, request| {
        if request.contains("auth/login") {
            reply(200, &format!(r#"{{"accessToken":"access-{n}"}}"#))
        } else if request.contains("access-0") {
            reply(200, r#"{"success":false,"code":401,"message":"token expired"}"#)
        } else {
            reply(200, GROUPS)
        }
    })
    .await;
    let auth = Auth::Login { login: "manager".to_owned(), password: "касса-17".into() };
    builder(&server.url()).auth(auth).build().unwrap().groups().await.unwrap();
    assert_eq!(server.requests().len(), 4, "login, call, login, call");
}

/// Lets one request a second through. Its first access token is good for the first call only.
#[derive(Default)]
struct Limited {
    last: Mutex<Option<Instant>>,
    calls: AtomicUsize,
}

impl Limited {
    fn answer(&self, path: &str, token: &str) -> (u16, &'static str) {
        let mut last = self.last.lock().unwrap();
        if last.is_some_and(|last| last.elapsed() < Duration::from_secs(1)) {
            return (429, "{}");
        }
        *last = Some(Instant::now());
        match path {
            path if path.ends_with("login") => (200, r#"{"accessToken":"access-1","refreshToken":"refresh-1"}"#),
            path if path.ends_with("refresh_token") => (200, r#"{"accessToken":"access-2"}"#),
            _ if token.ends_with("access-2") || self.calls.fetch_add(1, SeqCst) == 0 => (200, GROUPS),
            _ => (401, "{}"),
        }
    }
}

#[async_trait]
impl Transport for Limited {
    async fn send(&self, request: http::Request<Bytes>) -> Result<http::Response<BodyStream>, TransportError> {
        let token = request.headers().get("authorization").map_or("", |value| value.to_str().unwrap());
        let (status, body) = self.answer(request.uri().path(), token);
        let body: BodyStream = Box::pin(futures::stream::iter([Ok(Bytes::from(body))]));
        Ok(http::Response::builder().status(status).header("content-type", "application/json").body(body).unwrap())
    }
}

/// The 401 takes the place of the renewal. Without a second try each call would end so, for ever.
#[tokio::test(start_paused = true)]
async fn a_renewal_that_is_turned_away_is_asked_again_at_the_distance_of_the_server() {
    let auth = Auth::Login { login: "manager".to_owned(), password: "касса-17".into() };
    let client = builder("https://bonus.example").auth(auth).transport(Arc::new(Limited::default())).build().unwrap();
    client.groups().await.expect("signed in");
    tokio::time::advance(Duration::from_hours(1)).await;
    client.groups().await.expect("renewed");
}

/// A server whose sessions end; what it answers to a refresh and to a login after the first is given.
struct Ending {
    end: (u16, &'static str),
    refresh: (u16, &'static str),
    login: (u16, &'static str),
    asked: Mutex<Vec<String>>,
}

impl Ending {
    fn client(
        end: (u16, &'static str),
        refresh: (u16, &'static str),
        login: (u16, &'static str),
    ) -> (Arc<Self>, Client) {
        let server = Arc::new(Self { end, refresh, login, asked: Mutex::default() });
        let auth = Auth::Login { login: "manager".to_owned(), password: "касса-17".into() };
        let transport = Arc::clone(&server) as Arc<dyn Transport>;
        (server, builder("https://bonus.example").auth(auth).transport(transport).build().unwrap())
    }

    fn count(&self, what: &str) -> usize {
        self.asked.lock().unwrap().iter().filter(|path| path.ends_with(what)).count()
    }
}

#[async_trait]
impl Transport for Ending {
    async fn send(&self, request: http::Request<Bytes>) -> Result<http::Response<BodyStream>, TransportError> {
        let path = request.uri().path().to_owned();
        let token = request.headers().get("authorization").map_or("", |value| value.to_str().unwrap());
        let is_first_login = self.count("login") == 0;
        let (status, body) = match path.as_str() {
            path if path.ends_with("login") && is_first_login => {
                (200, r#"{"accessToken":"access-1","refreshToken":"refresh-1"}"#)
            }
            path if path.ends_with("login") => self.login,
            path if path.ends_with("refresh_token") => self.refresh,
            _ if token.ends_with("access-1") => self.end,
            _ => (200, GROUPS),
        };
        self.asked.lock().unwrap().push(path);
        // The body of a redirect is where it leads.
        let location = if status == 302 { body } else { "" };
        let body: BodyStream = Box::pin(futures::stream::iter([Ok(Bytes::from(body))]));
        let answer = http::Response::builder().status(status).header("content-type", "application/json");
        Ok(answer.header("location", location).body(body).unwrap())
    }
}

const NEW: (u16, &str) = (200, r#"{"accessToken":"access-2"}"#);

#[tokio::test(start_paused = true)]
async fn an_end_of_the_session_is_understood_also_without_a_401() {
    for end in [
        (403, r#"{"message":"Token expired"}"#),
        (419, "{}"),
        (440, ""),
        (400, r#"{"message":"Сессия истекла"}"#),
        (200, r#"{"error":"Unauthorized"}"#),
        (200, r#"{"success":false,"message":"Сессия истекла"}"#),
        (302, "/Account/Login?ReturnUrl=%2Fapi%2Fv0%2Faccount_groups%2Flist"),
    ] {
        let (server, client) = Ending::client(end, NEW, NEW);
        client.groups().await.unwrap_or_else(|error| panic!("{end:?}: {error}"));
        assert_eq!(server.count("refresh_token"), 1, "{end:?}");
    }
    let (server, client) = Ending::client((403, r#"{"message":"Нет прав"}"#), NEW, NEW);
    assert_eq!(client.groups().await.unwrap_err().kind(), ErrorKind::Forbidden);
    assert_eq!(server.count("refresh_token"), 0);
}

/// The work may be done before the filter that sends people to the sign-in, or before it answers an error of its own.
#[tokio::test(start_paused = true)]
async fn an_end_of_the_session_that_answers_a_write_leaves_its_outcome_unknown() {
    for end in [(200, r#"{"error":"Unauthorized"}"#), (302, "/login"), (403, r#"{"message":"Token expired"}"#)] {
        let (server, client) = Ending::client(end, NEW, NEW);
        let error = client.refill(&refill()).await.unwrap_err();
        assert_eq!((error.kind(), error.delivery()), (ErrorKind::SignInAgain, Delivery::Unknown), "{end:?}");
        assert_eq!((server.count("refill"), server.count("refresh_token")), (1, 0), "{end:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_refresh_that_fails_in_the_server_is_followed_by_a_login() {
    let (server, client) = Ending::client((401, "{}"), (500, r#"{"message":"Object reference not set"}"#), NEW);
    client.groups().await.unwrap();
    assert_eq!((server.count("refresh_token"), server.count("login")), (1, 2));
}

/// Nobody knows whether the password is wrong; many logins would lock the account.
#[tokio::test(start_paused = true)]
async fn a_login_that_the_server_answers_with_a_failure_is_repeated_ever_more_rarely() {
    let (server, client) = Ending::client((401, "{}"), (401, "{}"), (500, "{}"));
    for _ in 0..120 {
        let error = client.groups().await.unwrap_err();
        assert_eq!((error.kind(), error.delivery()), (ErrorKind::ServerFault, Delivery::NotSent));
        tokio::time::advance(Duration::from_secs(1)).await;
    }
    // After 0, 5, 15, 35 and 75 seconds, beside the first, which was good.
    assert_eq!(server.count("login"), 6);
}

/// Sent with each page of the challenge.
const CHALLENGE: &str =
    r#"<!DOCTYPE html><html><head><SCRIPT src="/__qrator/qauth.js"></SCRIPT></head><body></body></html>"#;
/// What nginx and IIS send with a refusal.
const REFUSAL: &str = "<html><head><title>401 Authorization Required</title></head><body><h1>401</h1></body></html>";

/// A filter in front of the server answers for it for a while. It knows neither password nor token.
#[tokio::test(start_paused = true)]
async fn a_401_that_is_a_filter_s_page_with_a_script_passes_by_itself() {
    for (page, scheme, is_challenge) in
        [(CHALLENGE, None, true), (CHALLENGE, Some("Basic realm=\"ProBonus\""), false), (REFUSAL, None, false)]
    {
        let filter = Arc::new(Filter { page, scheme, is_up: AtomicBool::new(true) });
        let client = |auth: Auth| {
            let transport = Arc::clone(&filter) as Arc<dyn Transport>;
            builder("https://bonus.example").auth(auth).transport(transport).build().unwrap()
        };
        let of_login = client(Auth::Login { login: "manager".to_owned(), password: "касса-17".into() });
        let of_token = client(Auth::Token("s3cr3t".into()));
        let kind = if is_challenge { ErrorKind::WebPage } else { ErrorKind::SignInAgain };
        filter.is_up.store(true, SeqCst);
        for client in [&of_login, &of_token] {
            assert_eq!(client.groups().await.unwrap_err().kind(), kind, "{page} {scheme:?}");
        }
        let error = of_token.refill(&refill()).await.unwrap_err();
        assert_eq!((error.kind(), error.delivery()), (kind, Delivery::Unknown));
        filter.is_up.store(false, SeqCst);
        tokio::time::advance(Duration::from_secs(6)).await;
        assert_eq!(of_login.groups().await.is_ok(), is_challenge, "{page} {scheme:?}");
        of_token.groups().await.unwrap();
    }
}

/// A server behind a filter.
struct Filter {
    page: &'static str,
    scheme: Option<&'static str>,
    is_up: AtomicBool,
}

#[async_trait]
impl Transport for Filter {
    async fn send(&self, request: http::Request<Bytes>) -> Result<http::Response<BodyStream>, TransportError> {
        let (status, kind, body) = match request.uri().path().ends_with("login") {
            _ if self.is_up.load(SeqCst) => (401, "text/html", self.page),
            true => (200, "application/json", r#"{"accessToken":"access-1"}"#),
            false => (200, "application/json", GROUPS),
        };
        let body: BodyStream = Box::pin(futures::stream::iter([Ok(Bytes::from(body))]));
        let mut answer = http::Response::builder().status(status).header("content-type", kind);
        if let Some(scheme) = self.scheme.filter(|_| status == 401) {
            answer = answer.header("www-authenticate", scheme);
        }
        Ok(answer.body(body).unwrap())
    }
}

/// The limit on signing in is not one on everything.
#[tokio::test(start_paused = true)]
async fn a_429_to_a_renewal_slows_no_other_request() {
    let (_server, client) = Ending::client((401, "{}"), (429, "{}"), NEW);
    let begun = Instant::now();
    client.groups().await.unwrap_err();
    assert!(begun.elapsed() > Duration::from_secs(1), "signing in keeps its distance");
    let begun = Instant::now();
    client.fetch_document("/swagger/v1/swagger.json").await.unwrap_err();
    assert!(begun.elapsed() < Duration::from_secs(1));
}

#[tokio::test]
async fn no_secret_is_in_anything_that_can_be_printed() {
    let server = Server::always(Reply::Reset(Vec::new())).await;
    for auth in [
        Auth::Token("s3cr3t-t0ken".into()),
        Auth::Login { login: "manager".to_owned(), password: "s3cr3t-t0ken".into() },
    ] {
        let builder = builder(&server.url()).auth(auth.clone());
        let printed = format!("{auth:?} {builder:?}");
        let client = builder.build().unwrap();
        let error = client.refill(&refill()).await.unwrap_err();
        let printed = format!("{printed} {client:?} {error:?} {error} {:?}", client.check().await);
        assert!(!printed.contains("s3cr3t"), "{printed}");
    }
}
