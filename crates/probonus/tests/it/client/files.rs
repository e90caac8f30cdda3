//! Files from any server: whole, bounded, and only from where nobody on the way could have changed them.

use std::{sync::Mutex, time::Duration};

use probonus::{
    Delivery, Error, ErrorKind,
    client::{FileClient, FileLimits, Proxy},
};

use super::{
    support::{Reply, Server, answer, head, json},
    tls,
};

const LIMITS: FileLimits =
    FileLimits { bytes: 64 * 1024, whole: Duration::from_secs(20), silence: Duration::from_secs(10) };

fn client() -> FileClient {
    FileClient::new(Proxy::Direct, Vec::new(), "test/1").unwrap().allow_plain_loopback()
}

async fn fetch(server: &Server, limits: FileLimits) -> Result<Vec<u8>, Error> {
    client().fetch(&format!("{}/file", server.url()), limits, |_| {}).await.map(|bytes| bytes.to_vec())
}

#[tokio::test]
async fn a_file_comes_whole_with_its_progress_and_without_a_token() {
    let server = Server::always(answer(200, "application/octet-stream", [7; 40_000])).await;
    let told = Mutex::new(Vec::new());
    let file =
        client().fetch(&format!("{}/file?a=1", server.url()), LIMITS, |came| told.lock().unwrap().push(came)).await;
    assert_eq!(file.unwrap(), [7; 40_000].as_slice());
    let told = told.into_inner().unwrap();
    assert!(told.is_sorted() && told.last() == Some(&40_000), "{told:?}");
    let asked = server.requests()[0].to_lowercase();
    assert!(asked.starts_with("get /file?a=1 ") && asked.contains("user-agent: test/1"), "{asked}");
    assert!(asked.contains("accept-encoding: identity") && !asked.contains("authorization"), "{asked}");
}

#[tokio::test]
async fn a_redirect_is_followed_to_where_a_file_may_come_from() {
    let there = Server::always(answer(200, "application/octet-stream", "program")).await;
    let location = format!("location: {}/x\r\n", there.url());
    let from = Server::always(head(302, &location)).await;
    assert_eq!(fetch(&from, LIMITS).await.unwrap(), b"program");
    for (location, kind) in [
        ("location: http://updates.example/x\r\n", ErrorKind::Redirect),
        ("location: file:///etc/passwd\r\n", ErrorKind::Redirect),
        ("location: https://a:b@updates.example/x\r\n", ErrorKind::Redirect),
        ("", ErrorKind::Redirect),
        ("location: /again\r\n", ErrorKind::RedirectLoop),
    ] {
        let from = Server::always(head(302, location)).await;
        let error = fetch(&from, LIMITS).await.unwrap_err();
        assert_eq!(error.kind(), kind, "{location}");
    }
}

#[tokio::test]
async fn what_is_not_there_and_what_is_no_file_is_told_apart() {
    let packed = head(200, "content-encoding: gzip\r\n");
    for (reply, kind) in [
        (json(404, "{}"), ErrorKind::NoSuchMethod),
        (json(503, "{}"), ErrorKind::ServerFault),
        (head(204, ""), ErrorKind::ServerFault),
        (head(407, ""), ErrorKind::ProxyPassword),
        (packed, ErrorKind::Unreadable),
        (Reply::Bytes(b"SSH-2.0-OpenSSH_9.2\r\n".to_vec()), ErrorKind::NotHttp),
    ] {
        let server = Server::always(reply.clone()).await;
        let error = fetch(&server, LIMITS).await.unwrap_err();
        assert_eq!(error.kind(), kind, "{reply:?}: {error}");
    }
}

#[tokio::test]
async fn time_and_size_are_bounded() {
    let hasty = FileLimits { whole: Duration::from_millis(600), silence: Duration::from_millis(200), ..LIMITS };
    let begun = b"HTTP/1.1 200 OK\r\ncontent-length: 60000\r\n\r\nx".to_vec();
    let chunked = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n".to_vec();
    let chunk = [b"8000\r\n".as_slice(), &[b' '; 0x8000], b"\r\n"].concat();
    let announced = b"HTTP/1.1 200 OK\r\ncontent-length: 314572800\r\n\r\n".to_vec();
    for (reply, limits, kind) in [
        (Reply::Silence, hasty, ErrorKind::Timeout),
        (Reply::Drip(begun.clone()), hasty, ErrorKind::SlowAnswer),
        (Reply::Flood(chunked, chunk), LIMITS, ErrorKind::AnswerTooLarge),
        (Reply::Flood(announced, vec![b' '; 0x8000]), LIMITS, ErrorKind::AnswerTooLarge),
        (Reply::Reset(begun), LIMITS, ErrorKind::ConnectionLost),
    ] {
        let server = Server::always(reply).await;
        let error = fetch(&server, limits).await.unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
    }
}

#[tokio::test]
async fn only_https_is_spoken_unless_this_machine_is_allowed_to_be_the_server() {
    let strict = FileClient::new(Proxy::Direct, Vec::new(), "test/1").unwrap();
    for (address, strictly, in_a_trial) in [
        ("https://updates.example/latest.json", true, true),
        ("http://127.0.0.1:1/x", false, true),
        ("http://[::1]:1/x", false, true),
        ("http://localhost/x", false, true),
        ("http://localhost.example/x", false, false),
        ("http://updates.example/x", false, false),
        ("https://a:b@updates.example/x", false, false),
        ("ftp://updates.example/x", false, false),
        ("file:///etc/passwd", false, false),
        ("updates.example", false, false),
        ("", false, false),
    ] {
        assert_eq!((strict.accepts(address), client().accepts(address)), (strictly, in_a_trial), "{address}");
    }
    let server = Server::always(answer(200, "text/plain", "x")).await;
    let refused = strict.fetch(&server.url(), LIMITS, |_| {}).await.unwrap_err();
    assert_eq!((refused.kind(), refused.delivery()), (ErrorKind::InvalidRequest, Delivery::NotSent));
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn an_authority_of_the_office_vouches_for_the_server_of_files_too() {
    let (server, authority) = tls::of_the_office(&["localhost"]).await;
    let url = format!("https://localhost:{}/x", server.address.port());
    let known = FileClient::new(Proxy::Direct, vec![authority.into_bytes()], "test/1").unwrap();
    assert!(!known.fetch(&url, LIMITS, |_| {}).await.unwrap().is_empty());
    let stranger = client().fetch(&url, LIMITS, |_| {}).await.unwrap_err();
    assert_eq!(stranger.kind(), ErrorKind::CertificateNotTrusted);
}
