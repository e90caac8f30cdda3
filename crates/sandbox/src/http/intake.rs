//! A request comes in: its parts are taken apart, faults have their say, and it is carried out.

use std::{collections::HashMap, sync::Arc};

use axum::{
    body::{Body, to_bytes},
    extract::{ConnectInfo, RawPathParams, Request},
    http::{HeaderMap, HeaderValue, Response, StatusCode, header},
};
use jiff::{Timestamp, tz::Offset};

use super::{Connection, Counter};
use crate::{
    dialect::RawRequest,
    faults::{self, Fault},
    protocol::Method,
};

/// The largest body of a request, bytes.
const LARGEST_BODY: usize = 4 << 20;

/// A request that has been read, and can be carried out as often as a faulty network delivers it.
pub(crate) struct Letter {
    pub(crate) counter: Arc<Counter>,
    pub(crate) method: Method,
    pub(crate) headers: HeaderMap,
    pub(crate) request: RawRequest,
}

impl Letter {
    /// Carries it out.
    pub(crate) fn deliver(&self) -> Response<Body> {
        self.counter.serve(self.method, &self.headers, &self.request)
    }

    /// What the script has in store for it.
    pub(crate) fn strike(&self) -> Option<Fault> {
        self.counter.sandbox.faults().strike(self.method)
    }

    /// 401, unread.
    pub(crate) fn unauthorized(&self) -> Response<Body> {
        self.counter.unauthorized()
    }
}

pub(crate) async fn take_in(
    counter: Arc<Counter>,
    method: Method,
    path: RawPathParams,
    request: Request,
) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, LARGEST_BODY).await else {
        return counter.dialect.error(StatusCode::PAYLOAD_TOO_LARGE, "too_large", "Слишком большой запрос");
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
    let sandbox = counter.sandbox.clone();
    let letter = Letter { counter, method, headers: parts.headers, request };
    let mut response = faults::carry(letter, connection).await;
    // By the server's own clock, not the machine's: clients reckon its offset from this header.
    if let Ok(date) = HeaderValue::from_str(&http_date(sandbox.now())) {
        response.headers_mut().insert(header::DATE, date);
    }
    response
}

/// The headers that are text; a value in UTF-8 is taken as such.
fn texts(headers: &HeaderMap) -> HashMap<String, String> {
    let text = |value: &header::HeaderValue| std::str::from_utf8(value.as_bytes()).map(str::to_owned).ok();
    headers.iter().filter_map(|(name, value)| Some((name.as_str().to_owned(), text(value)?))).collect()
}

fn http_date(now: Timestamp) -> String {
    Offset::UTC.to_datetime(now).strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}
