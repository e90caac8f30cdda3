//! What the network does to a request, in-process under paused time and over a real socket.

use std::time::Duration;

use axum::{body::to_bytes, http::StatusCode};
use futures::FutureExt as _;
use probonus_sandbox::{
    ConnectionReset, Fault, Method, Rule, Sandbox, When,
    faults::{Encoding, Garbage},
};
use serde_json::{Value as Json, json};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::{Instant, timeout},
};

use crate::support::{Desk, IVAN, read};

const TOKEN: Option<&str> = Some("Bearer sandbox-token");

struct Struck {
    desk: Desk,
    refill: Json,
}

impl Struck {
    async fn by(fault: Fault) -> Self {
        let desk = Desk::open();
        let id = desk.guest(IVAN.phone).await["id"].clone();
        desk.sandbox.faults().next(Method::Refill, fault);
        Self { desk, refill: json!({ "accountId": id, "sum": 100, "comment": "mark" }) }
    }

    async fn send(&self) -> axum::http::Response<axum::body::Body> {
        self.desk.send("accounts/refill", TOKEN, &self.refill).await
    }

    fn applied(&self) -> usize {
        self.desk.sandbox.check().unwrap();
        self.desk.sandbox.ledger().with_text("mark").count()
    }
}

#[tokio::test(start_paused = true)]
async fn a_lost_answer_is_a_body_that_fails_at_once() {
    for applied in [false, true] {
        let struck = Struck::by(Fault::Reset { applied }).await;
        let response = struck.send().await;
        assert!(response.extensions().get::<ConnectionReset>().is_some());
        assert!(to_bytes(response.into_body(), 1000).await.is_err());
        assert_eq!(struck.applied(), usize::from(applied));
        assert_eq!(struck.send().await.status(), StatusCode::OK);
    }
}

#[tokio::test(start_paused = true)]
async fn statuses_come_before_or_after_the_work() {
    for (code, applied) in [(500, false), (500, true), (502, true), (503, false), (429, false), (408, true)] {
        let struck = Struck::by(Fault::Status { code, applied }).await;
        assert_eq!(struck.send().await.status().as_u16(), code);
        assert_eq!(struck.applied(), usize::from(applied));
    }
    let struck = Struck::by(Fault::Unauthorized).await;
    assert_eq!(struck.send().await.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(struck.applied(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_stalled_request_is_applied_before_the_silence_or_not_if_the_client_leaves() {
    for applied in [false, true] {
        let struck = Struck::by(Fault::Stall { ms: 60_000, applied }).await;
        assert!(timeout(Duration::from_secs(30), struck.send()).await.is_err());
        tokio::time::sleep(Duration::from_secs(300)).await;
        assert_eq!(struck.applied(), usize::from(applied));
    }
}

#[tokio::test(start_paused = true)]
async fn a_late_request_arrives_though_the_client_gave_up() {
    let struck = Struck::by(Fault::Late { ms: 60_000 }).await;
    assert!(timeout(Duration::from_secs(30), struck.send()).await.is_err());
    assert_eq!(struck.applied(), 0);
    tokio::time::sleep(Duration::from_secs(31)).await;
    assert_eq!(struck.applied(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_duplicate_is_applied_twice() {
    let struck = Struck::by(Fault::Duplicate { ms: 500 }).await;
    assert_eq!(struck.send().await.status(), StatusCode::OK);
    assert_eq!(struck.applied(), 1);
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(struck.applied(), 2);
}

#[tokio::test(start_paused = true)]
async fn answers_break_trickle_and_change() {
    let struck = Struck::by(Fault::HalfAnswer).await;
    let response = struck.send().await;
    assert!(response.headers().contains_key("content-length"));
    assert!(to_bytes(response.into_body(), 10_000).await.is_err());
    assert_eq!(struck.applied(), 1);

    let struck = Struck::by(Fault::Drip { ms: 1000 }).await;
    let start = Instant::now();
    assert_eq!(read(struck.send().await).await.0, StatusCode::OK);
    assert!(start.elapsed() > Duration::from_secs(30));

    for body in [Garbage::Html, Garbage::Noise, Garbage::Empty, Garbage::BrokenJson, Garbage::OtherJson] {
        let struck = Struck::by(Fault::Garbage { body, applied: true }).await;
        let response = struck.send().await;
        assert_eq!(response.status(), StatusCode::OK);
        let bytes = to_bytes(response.into_body(), 10_000).await.unwrap();
        let json: Result<Json, _> = serde_json::from_slice(&bytes);
        assert!(json.map_or(true, |json| json.get("accountId").is_none()));
        assert_eq!(struck.applied(), 1);
    }

    let struck = Struck::by(Fault::ContentType { value: "text/plain".to_owned() }).await;
    assert_eq!(struck.send().await.headers()["content-type"], "text/plain");
    let struck = Struck::by(Fault::Redirect { location: "http://elsewhere.example/".to_owned(), code: 307 }).await;
    assert_eq!(struck.send().await.headers()["location"], "http://elsewhere.example/");
    assert_eq!(struck.applied(), 0);
}

#[tokio::test(start_paused = true)]
async fn other_encodings_hold_the_same_text() {
    let desk = Desk::open();
    let body = json!({});
    let plain = desk.send("account_groups/list", TOKEN, &body).await;
    let plain = to_bytes(plain.into_body(), usize::MAX).await.unwrap();
    desk.sandbox.faults().next(Method::Groups, Fault::Encoding { encoding: Encoding::Bom });
    let bom = desk.send("account_groups/list", TOKEN, &body).await;
    assert_eq!(to_bytes(bom.into_body(), usize::MAX).await.unwrap(), [b"\xEF\xBB\xBF", &plain[..]].concat());
    desk.sandbox.faults().next(Method::Groups, Fault::Encoding { encoding: Encoding::Cp1251 });
    let cp1251 = desk.send("account_groups/list", TOKEN, &body).await;
    let bytes = to_bytes(cp1251.into_body(), usize::MAX).await.unwrap();
    assert_eq!(bytes.len(), std::str::from_utf8(&plain).unwrap().chars().count());
}

#[tokio::test(start_paused = true)]
async fn the_hook_is_asked_where_no_rule_strikes() {
    let struck = Struck::by(Fault::Unauthorized).await;
    let storm = Fault::Status { code: 503, applied: false };
    struck.desk.sandbox.faults().ask(move |call| (call.number % 2 == 0).then(|| storm.clone()));
    let statuses = [struck.send().await, struck.send().await, struck.send().await].map(|response| response.status());
    // The first call of all was the search for the guest.
    assert_eq!(statuses.map(|status| status.as_u16()), [401, 200, 503]);
}

async fn over_a_socket(sandbox: &Sandbox) -> std::io::Result<String> {
    let running = sandbox.serve("127.0.0.1:0".parse().unwrap()).await?;
    let body = r#"{"accountId":100001,"sum":100,"comment":"mark"}"#;
    let head = format!(
        "POST /api/v0/accounts/refill HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer sandbox-token\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    let mut stream = TcpStream::connect(running.addr()).await?;
    stream.write_all(format!("{head}{body}").as_bytes()).await?;
    let mut answer = Vec::new();
    let read = stream.read_to_end(&mut answer).await;
    running.stop().await;
    read.map(|_| String::from_utf8_lossy(&answer).into_owned())
}

#[tokio::test]
async fn over_a_socket_a_lost_answer_is_a_reset_before_the_first_byte() {
    let desk = Desk::open();
    desk.sandbox.faults().next(Method::Refill, Fault::Reset { applied: true });
    match over_a_socket(&desk.sandbox).await {
        Err(error) => assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset),
        // Wine tells the end of the stream, and not that it was reset.
        Ok(answer) => assert!(cfg!(windows) && answer.is_empty(), "{answer}"),
    }
    assert_eq!(desk.sandbox.ledger().with_text("mark").count(), 1);
    assert!(over_a_socket(&desk.sandbox).await.unwrap().starts_with("HTTP/1.1 200"));
}

#[tokio::test]
async fn over_a_socket_half_an_answer_is_shorter_than_it_says() {
    let desk = Desk::open();
    desk.sandbox.faults().add(Rule { methods: vec![], when: When::Always, times: None, fault: Fault::HalfAnswer });
    // The end may come as a reset or as an early close; either way the body is not whole.
    if let Ok(answer) = over_a_socket(&desk.sandbox).await {
        assert!(answer.starts_with("HTTP/1.1 200"));
        assert!(!answer.ends_with('}'));
    }
}

#[tokio::test]
async fn a_dropped_handle_stops_the_server() {
    let desk = Desk::open();
    let running = desk.sandbox.serve("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let addr = running.addr();
    drop(running);
    let gone = async {
        while TcpStream::connect(addr).await.is_ok() {
            tokio::task::yield_now().await;
        }
    };
    timeout(Duration::from_secs(10), gone.boxed()).await.unwrap();
}
