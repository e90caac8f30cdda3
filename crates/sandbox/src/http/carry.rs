//! Applies a scripted fault to one request: before the request is applied, instead of it, or to its answer.

use std::{io, time::Duration};

use axum::{
    body::{Body, Bytes, to_bytes},
    http::{HeaderName, HeaderValue, Response, StatusCode, header},
};
use futures::{StreamExt as _, stream};
use tokio::time::sleep;

use super::{received::Received, said, wire::Connection};
use crate::faults::{ConnectionReset, Encoding, Fault, Garbage};

const JSON: &str = "application/json";

/// Applies a request, with its scripted fault if it has one.
pub(crate) async fn carry(received: Received, connection: Option<Connection>) -> Response<Body> {
    let Some(fault) = received.fault() else { return received.apply() };
    tracing::debug!(method = received.method.path(), ?fault, "fault");
    match fault {
        Fault::Reset { applied } => {
            apply_if(applied, &received);
            reset(connection)
        }
        Fault::Status { code, applied } => {
            apply_if(applied, &received);
            page(status(code))
        }
        Fault::Answer { code, says, applied } => {
            apply_if(applied, &received);
            said::answer(&received, status(code), says)
        }
        Fault::Garbage { body, applied } => {
            apply_if(applied, &received);
            garbage(body)
        }
        Fault::Unauthorized => received.endpoint.unauthorized(),
        Fault::Redirect { location, code } => redirect(&location, code),
        Fault::Stall { ms, applied } => stall(&received, Duration::from_millis(ms), applied).await,
        Fault::Late { ms } => late(received, Duration::from_millis(ms)).await,
        Fault::Duplicate { ms } => duplicate(received, Duration::from_millis(ms)),
        Fault::HalfAnswer => half(received.apply()).await,
        Fault::Drip { ms } => drip(received.apply(), Duration::from_millis(ms)).await,
        Fault::ContentType { value } => with_header(received.apply(), header::CONTENT_TYPE, &value),
        Fault::Encoding { encoding } => encoded(received.apply(), encoding).await,
        Fault::Huge { bytes } => {
            received.apply();
            huge(bytes)
        }
    }
}

/// Applies the request if `applied` is set, for a fault that replaces the answer.
fn apply_if(applied: bool, received: &Received) {
    if applied {
        received.apply();
    }
}

/// Sends nothing for `silence`, then the answer. The request is applied before the silence or after it.
async fn stall(received: &Received, silence: Duration, applied: bool) -> Response<Body> {
    let answer = applied.then(|| received.apply());
    sleep(silence).await;
    answer.unwrap_or_else(|| received.apply())
}

/// Applies the request after `delay`, also if the client has disconnected.
async fn late(received: Received, delay: Duration) -> Response<Body> {
    // A task of its own goes on when the client disconnects and this future is dropped.
    let arrival = tokio::spawn(async move {
        sleep(delay).await;
        received.apply()
    });
    arrival.await.unwrap_or_else(|_| page(StatusCode::INTERNAL_SERVER_ERROR))
}

/// Applies the request now and once more after `delay`. The answer is the first one's.
fn duplicate(received: Received, delay: Duration) -> Response<Body> {
    let response = received.apply();
    tokio::spawn(async move {
        sleep(delay).await;
        received.apply();
    });
    response
}

fn redirect(location: &str, code: u16) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status(code);
    with_header(response, header::LOCATION, location)
}

/// The response with this header, or without it if the value is not allowed in a header.
fn with_header(mut response: Response<Body>, name: HeaderName, value: &str) -> Response<Body> {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
    response
}

/// The status with this number; 500 if there is no such status.
fn status(code: u16) -> StatusCode {
    StatusCode::from_u16(code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

fn broken() -> io::Error {
    io::Error::new(io::ErrorKind::ConnectionReset, "the connection was reset")
}

fn reset(connection: Option<Connection>) -> Response<Body> {
    if let Some(connection) = connection {
        connection.cut();
    }
    let body = stream::once(async { Err::<Bytes, _>(broken()) });
    let mut response = Response::new(Body::from_stream(body));
    response.extensions_mut().insert(ConnectionReset);
    response
}

async fn bytes_of(body: Body) -> Bytes {
    to_bytes(body, usize::MAX).await.unwrap_or_default()
}

/// Declares the whole length, sends half of the body, and breaks the connection.
async fn half(response: Response<Body>) -> Response<Body> {
    let (mut parts, body) = response.into_parts();
    let whole = bytes_of(body).await;
    parts.headers.insert(header::CONTENT_LENGTH, HeaderValue::from(whole.len()));
    let first = whole.slice(..whole.len() / 2);
    // The pause lets a real server write the first half before the connection breaks.
    let rest = stream::once(async {
        sleep(Duration::from_millis(20)).await;
        Err(broken())
    });
    Response::from_parts(parts, Body::from_stream(stream::iter([Ok(first)]).chain(rest)))
}

async fn drip(response: Response<Body>, pause: Duration) -> Response<Body> {
    let (mut parts, body) = response.into_parts();
    let whole = bytes_of(body).await;
    parts.headers.insert(header::CONTENT_LENGTH, HeaderValue::from(whole.len()));
    let drops = (0..whole.len()).map(move |at| whole.slice(at..=at));
    let stream = stream::iter(drops).then(move |drop| async move {
        sleep(pause).await;
        Ok::<_, io::Error>(drop)
    });
    Response::from_parts(parts, Body::from_stream(stream))
}

async fn encoded(response: Response<Body>, encoding: Encoding) -> Response<Body> {
    let (mut parts, body) = response.into_parts();
    let whole = bytes_of(body).await;
    let bytes = match encoding {
        Encoding::Bom => [&b"\xEF\xBB\xBF"[..], &whole].concat(),
        Encoding::Cp1251 => {
            let charset = HeaderValue::from_static("application/json; charset=windows-1251");
            parts.headers.insert(header::CONTENT_TYPE, charset);
            String::from_utf8_lossy(&whole).chars().map(cp1251).collect()
        }
    };
    Response::from_parts(parts, Body::from(bytes))
}

/// A character in windows-1251; `?` if the encoding lacks it.
fn cp1251(c: char) -> u8 {
    match c {
        '\0'..='\x7f' => c as u8,
        'А'..='я' => u8::try_from(c as u32 - 0x410 + 0xC0).unwrap_or(b'?'),
        'Ё' => 0xA8,
        'ё' => 0xB8,
        '«' => 0xAB,
        '»' => 0xBB,
        '№' => 0xB9,
        '—' => 0x97,
        '–' => 0x96,
        '…' => 0x85,
        '\u{a0}' => 0xA0,
        _ => b'?',
    }
}

fn page(status: StatusCode) -> Response<Body> {
    let reason = status.canonical_reason().unwrap_or("Error");
    let code = status.as_u16();
    let body = format!("<html><head><title>{code} {reason}</title></head><body><h1>{reason}</h1></body></html>");
    let mut response = html(body);
    *response.status_mut() = status;
    response
}

fn html(body: String) -> Response<Body> {
    of_type("text/html; charset=utf-8", body)
}

fn of_type(content_type: &'static str, body: impl Into<Body>) -> Response<Body> {
    let mut response = Response::new(body.into());
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}

fn garbage(kind: Garbage) -> Response<Body> {
    match kind {
        Garbage::Html => html("<!DOCTYPE html><html><body><h1>Вход в сеть</h1><form></form></body></html>".to_owned()),
        Garbage::Noise => of_type("application/octet-stream", (0..=255_u8).rev().collect::<Vec<_>>()),
        Garbage::Empty => Response::new(Body::empty()),
        Garbage::OtherJson => of_type(JSON, r#"{"status":"up","uptime":12345}"#),
        Garbage::BrokenJson => of_type(JSON, r#"{"accountId":100001,"bal"#),
    }
}

fn huge(bytes: u64) -> Response<Body> {
    const PIECE: &str = "\"................................................................................\",";
    let piece = Bytes::from(PIECE.repeat(800));
    let pieces = bytes / piece.len() as u64 + 1;
    let head = stream::iter([Ok::<_, io::Error>(Bytes::from_static(b"["))]);
    let rest = stream::iter((0..pieces).map(move |_| Ok(piece.clone())));
    of_type(JSON, Body::from_stream(head.chain(rest)))
}
