//! Reads a request from the connection and passes it to the faults.

use std::{collections::HashMap, sync::Arc};

use axum::{
    body::{Body, to_bytes},
    extract::{ConnectInfo, RawPathParams, Request},
    http::{HeaderMap, HeaderValue, Response, StatusCode, header},
};
use jiff::{Timestamp, tz::Offset};

use super::{carry::carry, endpoint::Endpoint, received::Received, wire::Connection};
use crate::{dialect::RawRequest, protocol::Method};

/// The largest body of a request, bytes.
const LARGEST_BODY: usize = 4 << 20;

pub(crate) async fn take_in(
    endpoint: Arc<Endpoint>,
    method: Method,
    path: RawPathParams,
    request: Request,
) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, LARGEST_BODY).await else {
        return endpoint.dialect.error(StatusCode::PAYLOAD_TOO_LARGE, "too_large", "Слишком большой запрос");
    };
    let query = parts.uri.query().unwrap_or_default();
    let content_type =
        parts.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let request = RawRequest {
        path: path.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
        query: form_urlencoded::parse(query.as_bytes()).into_owned().collect(),
        headers: texts(&parts.headers),
        content_type: content_type.split(';').next().unwrap_or_default().trim().to_lowercase(),
        body,
    };
    let connection = parts.extensions.get::<ConnectInfo<Connection>>().map(|info| info.0.clone());
    let sandbox = endpoint.sandbox.clone();
    let received = Received { endpoint, method, headers: parts.headers, request };
    let mut response = carry(received, connection).await;
    // The server's own time: clients compute the offset of its clock from this header.
    if let Ok(date) = HeaderValue::from_str(&http_date(sandbox.now())) {
        response.headers_mut().insert(header::DATE, date);
    }
    response
}

/// The headers whose values are text; UTF-8 is allowed.
fn texts(headers: &HeaderMap) -> HashMap<String, String> {
    let text = |value: &header::HeaderValue| std::str::from_utf8(value.as_bytes()).map(str::to_owned).ok();
    headers.iter().filter_map(|(name, value)| Some((name.as_str().to_owned(), text(value)?))).collect()
}

fn http_date(now: Timestamp) -> String {
    Offset::UTC.to_datetime(now).strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}
