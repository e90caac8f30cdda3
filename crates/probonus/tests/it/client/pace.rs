//! The pause that a server names in a 429 is kept.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use async_trait::async_trait;
use bytes::Bytes;
use probonus::{
    Auth, Client, Delivery, Error, ErrorKind, Loyalty,
    client::{BodyStream, Transport, TransportError},
};
use tokio::time::{Instant, advance};

use super::support::{GROUPS, builder, refill};

const BAN: Duration = Duration::from_secs(60);

/// A server whose ban begins anew at each request that comes during it. `of`: the end of the paths that it bans.
struct Banning {
    of: &'static str,
    until: Mutex<Instant>,
    asked: Mutex<Vec<String>>,
}

impl Banning {
    fn client(of: &'static str, auth: Auth) -> (Arc<Self>, Client) {
        let server = Arc::new(Self { of, until: Mutex::new(Instant::now() + BAN), asked: Mutex::default() });
        let transport = Arc::clone(&server) as Arc<dyn Transport>;
        (server, builder("https://bonus.example").auth(auth).transport(transport).build().unwrap())
    }

    fn asked(&self) -> usize {
        self.asked.lock().unwrap().len()
    }
}

#[async_trait]
impl Transport for Banning {
    async fn send(&self, request: http::Request<Bytes>) -> Result<http::Response<BodyStream>, TransportError> {
        let path = request.uri().path().to_owned();
        let mut until = self.until.lock().unwrap();
        let is_banned = path.ends_with(self.of) && Instant::now() < *until;
        if is_banned {
            *until = Instant::now() + BAN;
        }
        let (status, body) = match path.ends_with("login") {
            _ if is_banned => (429, "{}"),
            true => (200, r#"{"accessToken":"access-1"}"#),
            false => (200, GROUPS),
        };
        self.asked.lock().unwrap().push(path);
        let body: BodyStream = Box::pin(futures::stream::iter([Ok(Bytes::from(body))]));
        let answer = http::Response::builder().status(status).header("content-type", "application/json");
        Ok(answer.header("retry-after", BAN.as_secs()).body(body).unwrap())
    }
}

fn told(error: &Error) -> (ErrorKind, Option<u16>, Option<&str>) {
    (error.kind(), error.status(), error.detail())
}

#[tokio::test(start_paused = true)]
async fn a_ban_that_each_request_begins_anew_ends() {
    let (server, client) = Banning::client("", Auth::Token("s3cr3t".into()));
    let began = Instant::now();
    let error = client.groups().await.unwrap_err();
    assert_eq!(told(&error), (ErrorKind::ServerFault, Some(429), Some("the server takes no more requests for 60 s")));
    advance(Duration::from_secs(20)).await;
    let error = client.groups().await.unwrap_err();
    assert_eq!(told(&error), (ErrorKind::ServerFault, Some(429), Some("the server takes no more requests for 40 s")));
    // A write is not sent either: it may be sent later.
    let error = client.refill(&refill()).await.unwrap_err();
    assert_eq!((error.status(), error.delivery()), (Some(429), Delivery::NotSent));
    assert_eq!((began.elapsed().as_secs(), server.asked()), (20, 1), "a person waits, and the server is left in peace");
    advance(Duration::from_secs(36)).await;
    for _ in 0..5 {
        client.groups().await.unwrap();
    }
    assert!(began.elapsed() < BAN + Duration::from_secs(10), "{:?}", began.elapsed());
    assert_eq!(server.asked(), 6);
}

/// Signing in has a pause of its own. While it lasts nothing is asked, so no login counts as failed.
#[tokio::test(start_paused = true)]
async fn a_ban_on_signing_in_ends_too() {
    let auth = Auth::Login { login: "manager".to_owned(), password: "пароль".into() };
    let (server, client) = Banning::client("login", auth);
    for _ in 0..60 {
        let error = client.groups().await.unwrap_err();
        assert_eq!((error.status(), error.delivery()), (Some(429), Delivery::NotSent));
        advance(Duration::from_millis(900)).await;
    }
    assert_eq!(server.asked(), 1);
    advance(Duration::from_secs(6)).await;
    client.groups().await.unwrap();
    client.fetch_document("/swagger.json").await.unwrap();
}
