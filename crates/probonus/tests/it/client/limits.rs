//! Time and memory are bounded, whatever the other side does.

use std::{io::Write, time::Duration};

use probonus::{
    Delivery::{NotSent, Unknown},
    ErrorKind::{AnswerTooLarge, ConnectionLost, NotProBonus, PackedTooLarge, SlowAnswer, Timeout, Unreachable},
    Loyalty,
    client::Limits,
};
use tokio::net::TcpListener;

use super::support::{GROUPS, Reply, Server, answer, builder, client, refill};

fn hasty(request: u64, connect: u64) -> Limits {
    Limits { connect: Duration::from_millis(connect), request: Duration::from_millis(request), answer: 64 * 1024 }
}

fn chunked_head(extra: &str) -> Vec<u8> {
    format!("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n{extra}transfer-encoding: chunked\r\n\r\n")
        .into_bytes()
}

#[tokio::test]
async fn silence_and_a_slow_drip_end_at_the_limit() {
    let drip = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 60000\r\n\r\n".to_vec();
    for (reply, kind) in [
        (Reply::Silence, Timeout),
        (Reply::Drip(drip), SlowAnswer),
        (Reply::Drip(b"HTTP/1.1 200 OK\r\nx-slow: ".to_vec()), Timeout),
    ] {
        let server = Server::always(reply.clone()).await;
        let client = builder(&server.url()).limits(hasty(300, 5_000)).build().unwrap();
        let error = client.refill(&refill()).await.unwrap_err();
        assert_eq!((error.kind(), error.delivery()), (kind, Unknown), "{reply:?}");
    }
}

#[tokio::test]
async fn a_handshake_that_never_comes_leaves_the_request_unsent() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    // Taken by the system's backlog, answered by nobody.
    for (limits, kind) in [(hasty(5_000, 200), Unreachable), (hasty(200, 5_000), Timeout)] {
        let client = builder(&url).limits(limits).build().unwrap();
        let error = client.refill(&refill()).await.unwrap_err();
        assert_eq!((error.kind(), error.delivery()), (kind, NotSent), "{error}");
    }
}

#[tokio::test]
async fn an_answer_larger_than_the_limit_is_given_up() {
    let announced = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 314572800\r\n\r\n".to_vec();
    let chunk = [b"8000\r\n".as_slice(), &[b' '; 0x8000], b"\r\n"].concat();
    for reply in [Reply::Flood(announced, vec![b' '; 0x8000]), Reply::Flood(chunked_head(""), chunk)] {
        let server = Server::always(reply).await;
        let error = client(&server).refill(&refill()).await.unwrap_err();
        assert_eq!((error.kind(), error.delivery()), (AnswerTooLarge, Unknown), "{error}");
    }
}

#[tokio::test]
async fn a_packed_answer_is_measured_unpacked() {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    for _ in 0..64 {
        packer.write_all(&vec![b' '; 1024 * 1024]).unwrap();
    }
    let bomb = packer.finish().unwrap();
    assert!(bomb.len() < 70_000, "64 MiB go out as {} bytes", bomb.len());
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-encoding: gzip\r\ncontent-length: {}\r\n\r\n",
        bomb.len()
    );
    let server = Server::always(Reply::Bytes([head.as_bytes(), &bomb].concat())).await;
    let limits = Limits { answer: 1024 * 1024, ..Limits::default() };
    let error = builder(&server.url()).limits(limits).build().unwrap().refill(&refill()).await.unwrap_err();
    assert_eq!((error.kind(), error.delivery()), (PackedTooLarge, Unknown), "{error}");
}

#[tokio::test]
async fn a_packed_answer_is_unpacked_and_a_wrongly_packed_one_is_not_from_probonus() {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    packer.write_all(GROUPS.as_bytes()).unwrap();
    let packed = packer.finish().unwrap();
    let head = |length: usize| {
        format!("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-encoding: gzip\r\ncontent-length: {length}\r\n\r\n")
            .into_bytes()
    };
    let server = Server::always(Reply::Bytes([head(packed.len()), packed.clone()].concat())).await;
    assert_eq!(client(&server).groups().await.unwrap().len(), 1);
    assert!(server.requests()[0].to_lowercase().contains("accept-encoding: gzip"));

    let mut cut = Reply::Bytes([head(8), b"not gzip".to_vec()].concat());
    for _ in 0..2 {
        let server = Server::always(cut).await;
        let error = client(&server).refill(&refill()).await.unwrap_err();
        assert_eq!((error.kind(), error.delivery()), (NotProBonus, Unknown), "{error}");
        cut = Reply::Bytes([head(packed.len() - 9), packed[..packed.len() - 9].to_vec()].concat());
    }
}

#[tokio::test]
async fn endless_headers_are_given_up() {
    let server =
        Server::always(Reply::Flood(b"HTTP/1.1 200 OK\r\n".to_vec(), b"x-more: of the same\r\n".repeat(500))).await;
    let error = client(&server).refill(&refill()).await.unwrap_err();
    assert!(matches!(error.kind(), NotProBonus | ConnectionLost), "{error}");
    assert_eq!(error.delivery(), Unknown);
}

#[tokio::test]
async fn an_answer_of_exactly_the_limit_is_read() {
    let padded = format!("{GROUPS}{}", " ".repeat(64 * 1024 - GROUPS.len()));
    let server = Server::always(answer(200, "application/json", &padded)).await;
    assert_eq!(client(&server).groups().await.unwrap().len(), 1);
    let server = Server::always(answer(200, "application/json", format!("{padded} "))).await;
    assert_eq!(client(&server).groups().await.unwrap_err().kind(), AnswerTooLarge);
}
