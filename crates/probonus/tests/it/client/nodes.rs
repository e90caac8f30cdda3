//! A balancer ties a session to one of several servers by a cookie.

use std::sync::{
    Mutex,
    atomic::{AtomicUsize, Ordering::SeqCst},
};

use probonus::{Auth, ErrorKind, Loyalty, client::Proxy};

use super::support::{GROUPS, Reply, Server, builder, refill};

/// A whole answer that sets a cookie.
fn setting(cookie: &str, body: &str) -> Reply {
    let length = body.len();
    let head = "HTTP/1.1 200 X\r\ncontent-type: application/json";
    Reply::Bytes(
        format!("{head}\r\nset-cookie: {cookie}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}").into(),
    )
}

fn cookie_of(request: &str) -> Option<&str> {
    request.lines().find_map(|line| line.strip_prefix("cookie: "))
}

/// Two nodes keep their sessions in memory. A request without a cookie goes to each in turn.
#[tokio::test]
async fn a_session_stays_with_the_node_that_opened_it() {
    let (turn, sessions) = (AtomicUsize::new(0), Mutex::new([const { Vec::<String>::new() }; 2]));
    let server = Server::start(move |n, request| {
        let node = match cookie_of(request).and_then(|cookie| cookie.strip_prefix("SERVERID=node-")) {
            Some(node) => node.parse().unwrap(),
            None => turn.fetch_add(1, SeqCst) % 2,
        };
        let cookie = format!("SERVERID=node-{node}; Path=/; HttpOnly");
        let mut sessions = sessions.lock().unwrap();
        if request.contains("auth/login") {
            sessions[node].push(format!("access-{n}"));
            return setting(&cookie, &format!(r#"{{"accessToken":"access-{n}"}}"#));
        }
        match sessions[node].iter().any(|session| request.contains(session.as_str())) {
            true => setting(&cookie, GROUPS),
            false => super::support::json(401, "{}"),
        }
    })
    .await;
    let auth = || Auth::Login { login: "manager".to_owned(), password: "пароль".into() };
    let first = builder(&server.url()).auth(auth()).build().unwrap();
    for _ in 0..3 {
        first.groups().await.unwrap();
    }
    // A write opens a connection of its own, a clone and other network settings too.
    first.refill(&refill()).await.unwrap();
    first.clone().groups().await.unwrap();
    first.over(Proxy::Direct, Vec::new()).unwrap().groups().await.unwrap();
    assert_eq!(server.requests().len(), 7, "one login");
    assert!(server.requests()[1..].iter().all(|request| cookie_of(request) == Some("SERVERID=node-0")));
    // Another sign-in begins without cookies.
    let second = builder(&server.url()).auth(auth()).build().unwrap();
    second.groups().await.unwrap();
    assert_eq!(cookie_of(&server.requests()[7]), None);
}

/// The old node forgot its sessions. The login must not be tied to it.
#[tokio::test]
async fn a_login_goes_without_the_cookies_of_the_session_before() {
    let server = Server::start(|n, request| match request.contains("auth/login") {
        true => setting(&format!("node={n}; Path=/"), &format!(r#"{{"accessToken":"access-{n}"}}"#)),
        false if request.contains("access-0") => super::support::json(401, "{}"),
        false => super::support::json(200, GROUPS),
    })
    .await;
    let auth = Auth::Login { login: "manager".to_owned(), password: "пароль".into() };
    builder(&server.url()).auth(auth).build().unwrap().groups().await.unwrap();
    let sent: Vec<_> = server.requests().iter().map(|request| cookie_of(request).map(str::to_owned)).collect();
    assert_eq!(sent, [None, Some("node=0".to_owned()), None, Some("node=2".to_owned())]);
}

#[tokio::test]
async fn no_cookie_goes_to_another_server_nor_into_what_is_printed() {
    let other = Server::always(super::support::json(200, "{}")).await;
    let server =
        Server::start(|n, _| if n == 0 { setting("id=s3cr3t; Path=/", GROUPS) } else { Reply::Reset(Vec::new()) })
            .await;
    let client = builder(&server.url()).build().unwrap();
    client.groups().await.unwrap();
    client.fetch_document_anywhere(&format!("{}/swagger.json", other.url())).await.unwrap();
    assert_eq!(cookie_of(&other.requests()[0]), None);
    let error = client.groups().await.unwrap_err();
    assert_eq!((error.kind(), cookie_of(&server.requests()[1])), (ErrorKind::ConnectionLost, Some("id=s3cr3t")));
    assert!(!format!("{client:?} {error:?}").contains("id=s3cr3t"));
}
