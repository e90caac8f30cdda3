//! May the server have applied it? The table of the client's documentation, row by row.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use bytes::Bytes;
use probonus::{
    Delivery::{self, NotSent, Refused, Unknown},
    ErrorKind::{self, *},
    Loyalty,
    client::{BodyStream, Departure, Transport, TransportError, TransportFault},
};

use super::support::{Reply, Server, answer, builder, client, head, json, refill};

const PAGE: &str = "<!DOCTYPE html><html><body>Доступ закрыт</body></html>";

/// What is answered to a write, and what the client makes of it.
type Row = (&'static str, Reply, ErrorKind, Delivery);

fn page(status: u16) -> Reply {
    answer(status, "text/html; charset=utf-8", PAGE)
}

fn said(status: u16) -> Reply {
    json(status, r#"{"message":"нельзя"}"#)
}

fn bytes(reply: &[u8]) -> Reply {
    Reply::Bytes(reply.to_vec())
}

/// 2xx and 3xx.
fn successes_and_redirects() -> Vec<Row> {
    let time_limit = r#"{"success":false,"message":"Timeout expired"}"#;
    let with_id = r#"{"success":false,"message":"нельзя","data":{"transactionId":77}}"#;
    vec![
        ("200 with a page", page(200), WebPage, Unknown),
        ("200 with a page that calls itself JSON", json(200, PAGE), WebPage, Unknown),
        ("200 that is cut in the middle", json(200, r#"{"balance": 1"#), Unreadable, Unknown),
        ("200 with an error inside", json(200, r#"{"success":false,"message":"нельзя"}"#), ErrorKind::Refused, Refused),
        ("200 with a time limit inside", json(200, time_limit), ErrorKind::Refused, Unknown),
        ("200 with a refusal of a transaction that has an id", json(200, with_id), Unreadable, Unknown),
        ("200 with a 401 inside", json(200, r#"{"errorCode":401}"#), SignInAgain, Unknown),
        ("a picture", answer(200, "image/png", b"\x89PNG\r\n"), NotProBonus, Unknown),
        ("301", head(301, "location: /elsewhere\r\n"), Redirect, Unknown),
        ("302", head(302, "location: https://portal.example/login\r\n"), Redirect, Unknown),
        ("303", head(303, "location: /result\r\n"), Redirect, Unknown),
        ("307", head(307, "location: /elsewhere\r\n"), Redirect, Unknown),
        ("308", head(308, "location: https://other.example/\r\n"), Redirect, Refused),
    ]
}

/// 4xx.
fn refusals() -> Vec<Row> {
    let there_already = r#"{"message":"\u0443\u0436\u0435 \u0435\u0441\u0442\u044c"}"#;
    let plain_to_tls = "<html>The plain HTTP request was sent to HTTPS port</html>";
    vec![
        ("400", said(400), ErrorKind::Refused, Refused),
        ("400 with a page", page(400), WebPage, Unknown),
        ("400 of a thing that is there already", json(400, there_already), ErrorKind::Refused, Unknown),
        ("400 of a server that wants TLS", answer(400, "text/html", plain_to_tls), WantsTls, Refused),
        ("401", said(401), SignInAgain, Unknown),
        ("401 with a page", page(401), SignInAgain, Unknown),
        ("402", said(402), ErrorKind::Refused, Unknown),
        ("403", said(403), Forbidden, Refused),
        ("403 with a page of a filter", page(403), WebPage, Unknown),
        ("404", said(404), NoSuchMethod, Refused),
        ("404 with a page", page(404), NoSuchMethod, Refused),
        ("405", said(405), NoSuchMethod, Refused),
        ("406", said(406), ErrorKind::Refused, Unknown),
        ("407", page(407), ProxyPassword, Unknown),
        ("408", said(408), Timeout, Unknown),
        ("409", said(409), ErrorKind::Refused, Unknown),
        ("413 with a page", page(413), ErrorKind::Refused, Refused),
        ("415", said(415), ErrorKind::Refused, Refused),
        ("421", said(421), ErrorKind::Refused, Refused),
        ("422", said(422), ErrorKind::Refused, Refused),
        ("423", said(423), ErrorKind::Refused, Unknown),
        ("424", said(424), ErrorKind::Refused, Unknown),
        ("425", said(425), ErrorKind::Refused, Unknown),
        ("429", said(429), ServerFault, Unknown),
        ("449", said(449), ErrorKind::Refused, Unknown),
        ("460 of a balancer whose client went away", said(460), ErrorKind::Refused, Unknown),
        ("499 of nginx whose client went away", said(499), ErrorKind::Refused, Unknown),
    ]
}

/// 5xx, and statuses that HTTP does not know.
fn server_faults() -> Vec<Row> {
    vec![
        ("500", said(500), ServerFault, Unknown),
        ("501", said(501), ServerFault, Unknown),
        ("502 with a page", page(502), ServerFault, Unknown),
        ("503 that says when to come again", head(503, "retry-after: 5\r\n"), ServerFault, Unknown),
        ("504", page(504), ServerFault, Unknown),
        ("511 of a portal", page(511), WebPage, Unknown),
        ("an unheard-of status", said(799), NotProBonus, Unknown),
    ]
}

/// Answers that are no complete HTTP.
fn broken_answers() -> Vec<Row> {
    let half = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{\"bal";
    let chunked = |chunks: &str| {
        let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n";
        bytes(format!("{head}{chunks}").as_bytes())
    };
    let two_lengths = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 5\r\n\r\n{}";
    vec![
        ("closed without a word", Reply::Bytes(vec![]), ConnectionLost, Unknown),
        ("reset without a word", Reply::Reset(vec![]), ConnectionLost, Unknown),
        ("reset inside the head", Reply::Reset(b"HTTP/1.1 200 OK\r\nconte".to_vec()), ConnectionLost, Unknown),
        ("half an answer", bytes(half), ConnectionLost, Unknown),
        ("101 to another protocol", head(101, "upgrade: x\r\n"), NotProBonus, Unknown),
        ("chunks that are none", chunked("zz\r\n{}"), ConnectionLost, Unknown),
        ("chunks without an end", chunked("2\r\n{}\r\n"), ConnectionLost, Unknown),
        ("two lengths", bytes(two_lengths), NotHttp, Unknown),
        ("only a promise of an answer", bytes(b"HTTP/1.1 100 Continue\r\n\r\n"), ConnectionLost, Unknown),
        ("not HTTP at all", bytes(b"SSH-2.0-OpenSSH_9.2\r\n\r\n"), NotHttp, Unknown),
    ]
}

#[tokio::test]
async fn every_answer_to_a_write_says_whether_it_may_be_applied() {
    let rows = [successes_and_redirects(), refusals(), server_faults(), broken_answers()].concat();
    for (what, reply, kind, delivery) in rows {
        let server = Server::always(reply).await;
        let error = client(&server).refill(&refill()).await.unwrap_err();
        assert_eq!((error.kind(), error.delivery()), (kind, delivery), "{what}: {error}");
        let writes = server.requests().iter().filter(|request| request.contains("/accounts/refill")).count();
        assert_eq!(writes, 1, "{what}: a write goes out once");
    }
}

#[tokio::test]
async fn the_servers_own_message_and_status_are_kept() {
    let server = Server::always(json(409, r#"{"Message":"Счёт с таким телефоном уже есть"}"#)).await;
    let error = client(&server).refill(&refill()).await.unwrap_err();
    assert_eq!(error.server_message(), Some("Счёт с таким телефоном уже есть"));
    assert_eq!(error.status(), Some(409));
    assert!(
        !error.to_string().contains("Счёт"),
        "a server's message may hold a guest, so it is no part of the log's line"
    );
}

#[tokio::test]
async fn an_accepted_write_is_accepted() {
    let after_hints = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}";
    let replies = [
        json(200, "{}"),
        json(200, "true"),
        head(204, ""),
        json(201, r#"{"success":true}"#),
        Reply::Bytes(after_hints.to_vec()),
    ];
    for reply in replies {
        let server = Server::always(reply.clone()).await;
        client(&server).refill(&refill()).await.unwrap_or_else(|error| panic!("{reply:?}: {error}"));
    }
}

/// Says whether a byte left, and then nothing more.
struct Stuck {
    tells: bool,
    leaves: bool,
}

#[async_trait]
impl Transport for Stuck {
    async fn send(&self, request: http::Request<Bytes>) -> Result<http::Response<BodyStream>, TransportError> {
        let departure = request.extensions().get::<Departure>().unwrap();
        if self.tells {
            departure.watched();
        }
        if self.leaves {
            departure.left();
        }
        std::future::pending().await
    }
}

#[tokio::test(start_paused = true)]
async fn a_limit_that_passes_before_the_first_byte_left_is_surely_not_sent() {
    for (tells, leaves, delivery) in [(true, false, NotSent), (true, true, Unknown), (false, false, Unknown)] {
        let client = builder("https://bonus.example").transport(Arc::new(Stuck { tells, leaves })).build().unwrap();
        let started = tokio::time::Instant::now();
        let error = client.refill(&refill()).await.unwrap_err();
        assert_eq!((error.kind(), error.delivery()), (Timeout, delivery), "tells: {tells}, leaves: {leaves}");
        assert_eq!(started.elapsed(), Duration::from_secs(20));
    }
}

/// Hands the departure out, and never answers.
struct Slow(Arc<std::sync::Mutex<Option<Departure>>>);

#[async_trait]
impl Transport for Slow {
    async fn send(&self, request: http::Request<Bytes>) -> Result<http::Response<BodyStream>, TransportError> {
        let departure = request.extensions().get::<Departure>().unwrap();
        departure.watched();
        *self.0.lock().unwrap() = Some(departure.clone());
        std::future::pending().await
    }
}

/// The connection's own task may want the body a moment after the limit has passed.
#[tokio::test(start_paused = true)]
async fn what_was_given_up_can_t_leave_any_more() {
    let handed = Arc::default();
    let client = builder("https://bonus.example").transport(Arc::new(Slow(Arc::clone(&handed)))).build().unwrap();
    let error = client.refill(&refill()).await.unwrap_err();
    assert_eq!((error.kind(), error.delivery()), (Timeout, NotSent));
    let departure = handed.lock().unwrap().take().unwrap();
    assert!(!departure.left(), "it was said that nothing left");
    let other = Departure::default();
    other.watched();
    assert!(other.left() && !other.give_up(), "what has left is not given up");
}

/// Says 407, whatever is asked, in place of a proxy of ours or of the server.
struct Says407 {
    by_proxy: bool,
}

#[async_trait]
impl Transport for Says407 {
    async fn send(&self, _: http::Request<Bytes>) -> Result<http::Response<BodyStream>, TransportError> {
        let body: BodyStream = Box::pin(futures::stream::empty());
        Ok(http::Response::builder().status(407).body(body).unwrap())
    }

    fn asks_a_proxy(&self, _: &http::Uri) -> bool {
        self.by_proxy
    }
}

/// Who says 407 where no proxy of ours can answer, has had the request. A server once applied a refill and answered 407.
#[tokio::test]
async fn a_407_says_that_nothing_was_sent_only_if_a_proxy_of_ours_can_have_said_it() {
    for (by_proxy, delivery) in [(true, NotSent), (false, Unknown)] {
        let client = builder("http://bonus.example").transport(Arc::new(Says407 { by_proxy })).build().unwrap();
        let error = client.refill(&refill()).await.unwrap_err();
        assert_eq!((error.kind(), error.delivery()), (ProxyPassword, delivery), "{by_proxy}");
    }
}

/// The network knows where a request goes: inside TLS, past an exception or without a proxy, none can answer.
#[tokio::test]
async fn a_407_of_the_server_itself_leaves_the_outcome_unknown() {
    let server = Server::always(page(407)).await;
    let error = builder(&server.url()).build().unwrap().refill(&refill()).await.unwrap_err();
    assert_eq!((error.kind(), error.delivery()), (ProxyPassword, Unknown));
    assert_eq!(server.requests().len(), 1);
}

/// Fails as it is told.
struct Failing(TransportError);

#[async_trait]
impl Transport for Failing {
    async fn send(&self, _: http::Request<Bytes>) -> Result<http::Response<BodyStream>, TransportError> {
        Err(self.0.clone())
    }
}

#[tokio::test]
async fn every_fault_of_the_transport_has_its_kind() {
    use TransportFault as Fault;
    for (fault, kind) in [
        (Fault::Name, NameNotResolved),
        (Fault::Connect, CannotConnect),
        (Fault::Unreachable, Unreachable),
        (Fault::NoTls, NoTls),
        (Fault::TlsTooOld, TlsTooOld),
        (Fault::Certificate, Certificate),
        (Fault::CertificateExpired, CertificateExpired),
        (Fault::CertificateNotYetValid, CertificateNotYetValid),
        (Fault::CertificateOtherHost, CertificateOtherHost),
        (Fault::CertificateNotTrusted, CertificateNotTrusted),
        (Fault::ProxyAbsent, ProxyAbsent),
        (Fault::ProxyPassword, ProxyPassword),
        (Fault::ProxyScheme, ProxyScheme),
        (Fault::Proxy, ErrorKind::Proxy),
        (Fault::Lost, ConnectionLost),
        (Fault::NotHttp, NotHttp),
        (Fault::Garbled, NotProBonus),
        (Fault::Request, InvalidRequest),
    ] {
        for (error, delivery) in
            [(TransportError::before(fault, "x"), NotSent), (TransportError::after(fault, "x"), Unknown)]
        {
            let client = builder("https://bonus.example").transport(Arc::new(Failing(error))).build().unwrap();
            let error = client.refill(&refill()).await.unwrap_err();
            assert_eq!((error.kind(), error.delivery()), (kind, delivery), "{fault:?}");
        }
    }
}
