//! One exchange: sends a request with its secret and returns the whole answer within the limits. An error says whether the
//! server may have applied the request.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use http::{HeaderValue, Uri, header};
use jiff::{SignedDuration, Timestamp};
use secrecy::{ExposeSecret, SecretString};

use super::{
    BuildError,
    address::{Leads, ServerAddress, is_sign_in_page},
    body::{self, Packing, ReadError},
    classify::{self, Asked},
    cookies::Cookies,
    distance::{Distance, Load},
    network::{Network, NetworkOptions},
    proxy::{self, Proxy},
    redirect::{self, Purpose},
    transport::{BodyStream, Departure, OwnConnection, Transport},
};
use crate::{
    Delivery, Error, ErrorKind, Method,
    binding::{Binding, Scheme, Verb, may_carry_the_secret},
    codec::{self, WireAnswer, WireRequest},
};

/// Headers in which a cache says whether it gave the answer itself.
const CACHE_HEADERS: [&str; 4] = ["x-cache", "x-cache-status", "x-proxy-cache", "cf-cache-status"];
/// Words in those headers for an answer that came from the cache, not from the server.
const CACHE_WORDS: [&str; 6] = ["hit", "stale", "updating", "tcp_hit", "tcp_mem_hit", "tcp_offline_hit"];
/// The most redirects that one read follows.
const MOST_REDIRECTS: u32 = 5;
/// How many times a read is sent again while the server answers 429.
const MOST_TURNED_AWAY: u32 = 3;

/// Our clock, with which the client compares the server's.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// Limits of one exchange.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// The time for the connection, TLS included. By default 10 s.
    pub connect: Duration,
    /// The time for the whole exchange, to the last byte of the answer. By default 30 s.
    pub request: Duration,
    /// The most bytes of an answer, packed or unpacked. By default 8 MiB.
    pub answer: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { connect: Duration::from_secs(10), request: Duration::from_secs(30), answer: 8 * 1024 * 1024 }
    }
}

/// The secret, and where in the request it goes.
#[derive(Clone, Copy)]
pub(super) struct Pass<'a> {
    pub scheme: &'a Scheme,
    pub secret: &'a SecretString,
}

/// One request, and what decides how it is carried.
#[derive(Clone, Copy)]
pub(super) struct Outgoing<'a> {
    pub method: Method,
    pub request: &'a WireRequest,
    pub pass: Option<Pass<'a>>,
    pub purpose: Purpose,
    /// It names the writes to which no redirect is followed.
    pub binding: &'a Binding,
}

impl Outgoing<'_> {
    /// Whether a redirect may be followed at all. A write is never sent to the target, even if the server takes it by GET: it may be
    /// applied already, and would be applied twice.
    fn may_be_redirected(&self) -> bool {
        self.request.verb == Verb::Get && !self.method.is_write()
    }
}

/// The way to one server.
pub(super) struct Wire {
    pub address: ServerAddress,
    pub transport: Arc<dyn Transport>,
    pub limits: Limits,
    pub clock: Clock,
    pub offset: Mutex<Option<SignedDuration>>,
    /// The number of answers that a cache gave instead of the server.
    pub cached: Arc<AtomicU64>,
    /// The distance between requests, after a 429.
    pub distance: Arc<Distance>,
    /// The same between requests that sign in.
    pub sign_in_distance: Arc<Distance>,
    /// The server's cookies: a balancer may tie the session to one server by them.
    pub cookies: Arc<Cookies>,
    /// The name that the client gives itself.
    pub user_agent: String,
}

impl Wire {
    /// The same server over another proxy and with other extra certificates.
    pub(super) fn over(&self, proxy: Proxy, extra_roots: Vec<Vec<u8>>) -> Result<Self, BuildError> {
        let transport = Network::new(&NetworkOptions {
            proxy,
            extra_roots,
            user_agent: self.user_agent.clone(),
            connect_limit: self.limits.connect,
            plaintext: self.address.is_plaintext(),
        })?;
        Ok(Self {
            address: self.address.clone(),
            transport: Arc::new(transport),
            limits: self.limits,
            clock: Arc::clone(&self.clock),
            offset: Mutex::new(*self.offset.lock().unwrap_or_else(PoisonError::into_inner)),
            cached: Arc::clone(&self.cached),
            distance: Arc::clone(&self.distance),
            sign_in_distance: Arc::clone(&self.sign_in_distance),
            cookies: Arc::clone(&self.cookies),
            user_agent: self.user_agent.clone(),
        })
    }

    /// Sends a request once and reads the answer with [`classify::read`]. `decode` is called only for an answer that is no failure
    /// by its status.
    pub(super) async fn exchange<T>(
        &self,
        outgoing: Outgoing<'_>,
        decode: impl FnOnce(&WireAnswer) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let Outgoing { method, request, .. } = outgoing;
        let answer = self.bring(outgoing).await?;
        let asked = Asked { method, request, by_proxy: self.asks_a_proxy(&request.path_and_query) };
        classify::read(&asked, &answer, decode).map_err(|error| match self.distance(method).closed_for(load(method)) {
            Some(left) if answer.status == 429 => error.with_detail(closed(left)),
            _ => error,
        })
    }

    /// Like [`Wire::exchange`], but sends the request again, up to [`MOST_TURNED_AWAY`] times, while the server answers 429. Each
    /// time it keeps the distance that the server asks for; a long pause is not waited for. Only for reads and sign-ins: a write must
    /// go out once.
    pub(super) async fn exchange_patiently<T>(
        &self,
        outgoing: Outgoing<'_>,
        decode: impl Fn(&WireAnswer) -> Result<T, Error> + Send + Sync,
    ) -> Result<T, Error> {
        for _ in 0..MOST_TURNED_AWAY {
            let answer = self.exchange(outgoing, &decode).await;
            let is_turned_away = answer.as_ref().is_err_and(|error| error.status() == Some(429));
            if !is_turned_away || self.closed(outgoing.method).is_some() {
                return answer;
            }
        }
        self.exchange(outgoing, decode).await
    }

    /// Whether a request with this target is handed to a proxy that can answer it in place of the server.
    fn asks_a_proxy(&self, target: &str) -> bool {
        self.address.join(target).is_some_and(|uri| self.transport.asks_a_proxy(&uri))
    }

    /// The failure of a request of this method that would not wait for the end of the server's pause; `None`: it would.
    pub(super) fn closed(&self, method: Method) -> Option<Error> {
        self.distance(method).closed_for(load(method)).map(|left| not_yet(method, left))
    }

    /// Sends a request once and returns the whole answer, whatever its status and its form. Only a GET of a read follows redirects.
    pub(super) async fn bring(&self, outgoing: Outgoing<'_>) -> Result<WireAnswer, Error> {
        let method = outgoing.method;
        self.distance(method).wait(load(method)).await.map_err(|left| not_yet(method, left))?;
        if method == Method::Login {
            self.cookies.clear();
        }
        let departure = Departure::default();
        let begun = AtomicBool::new(false);
        let started = tokio::time::Instant::now();
        let unlimited = self.unlimited(outgoing, &departure, &begun);
        let result = tokio::time::timeout(self.limits.request, unlimited).await.unwrap_or_else(|_| {
            let delivery = if departure.give_up() { Delivery::NotSent } else { Delivery::Unknown };
            let kind = if begun.load(Ordering::SeqCst) { ErrorKind::SlowAnswer } else { ErrorKind::Timeout };
            Err(Error::new(kind, delivery)
                .with_method(method)
                .with_detail(format!("no whole answer within {:?}", self.limits.request)))
        });
        let elapsed = started.elapsed();
        match &result {
            Ok(answer) => {
                tracing::debug!(?method, status = answer.status, bytes = answer.body.len(), ?elapsed, "answered");
            }
            Err(error) => tracing::warn!(?method, %error, ?elapsed, "no answer"),
        }
        result
    }

    /// The exchange without the limit of time. Sets `begun` when the head of the answer has come.
    async fn unlimited(
        &self,
        outgoing: Outgoing<'_>,
        departure: &Departure,
        begun: &AtomicBool,
    ) -> Result<WireAnswer, Error> {
        let Outgoing { method, request, pass, .. } = outgoing;
        let invalid = |detail: &str| {
            Error::new(ErrorKind::InvalidRequest, Delivery::NotSent).with_method(method).with_detail(detail)
        };
        let target = match pass {
            Some(Pass { scheme: Scheme::Query { name }, secret }) => with_query(&request.path_and_query, name, secret),
            _ => request.path_and_query.clone(),
        };
        let mut uri = self.address.join(&target).ok_or_else(|| invalid("not a path"))?;
        let mut redirects = 0;
        loop {
            let mut sent = build(request, &uri, pass, departure).map_err(|detail| invalid(&detail))?;
            self.cookies.add_to(&uri, sent.headers_mut());
            if method.is_write() {
                sent.extensions_mut().insert(OwnConnection);
            }
            let answer = self.transport.send(sent).await.map_err(|error| classify::transport(method, &error))?;
            let (head, stream) = answer.into_parts();
            self.look_at_head(method, &head.headers);
            self.cookies.note(&uri, &head.headers, self.now());
            let status = head.status.as_u16();
            self.keep_distance(method, status, &head.headers);
            if status == 407 && proxy::takes_only_windows(&head.headers) {
                return Err(classify::proxy_scheme(method, self.transport.asks_a_proxy(&uri)));
            }
            if classify::is_redirect(status) {
                uri = self.follow(outgoing, &head, &uri)?;
                redirects += 1;
                if redirects > MOST_REDIRECTS {
                    return Err(classify::redirect(method, status, ErrorKind::RedirectLoop, "too many redirects"));
                }
                continue;
            }
            begun.store(true, Ordering::SeqCst);
            return self.read_whole(method, &head, stream).await;
        }
    }

    /// Reads the body of an answer, within the limit.
    async fn read_whole(
        &self,
        method: Method,
        head: &http::response::Parts,
        stream: BodyStream,
    ) -> Result<WireAnswer, Error> {
        let status = head.status.as_u16();
        let content_type = text_of(&head.headers, &header::CONTENT_TYPE);
        let announced = text_of(&head.headers, &header::CONTENT_LENGTH).and_then(|length| length.parse().ok());
        let packing = Packing::of(text_of(&head.headers, &header::CONTENT_ENCODING).as_deref());
        let came = |kind: ErrorKind| Error::new(kind, Delivery::Unknown).with_method(method).with_status(status);
        let body = body::read(stream, announced, packing, self.limits.answer).await.map_err(|error| match error {
            // The head of an answer has come, so the request has left, even if the transport says otherwise.
            ReadError::Transport(mut error) => {
                error.sent = true;
                classify::transport(method, &error).with_status(status)
            }
            ReadError::TooLarge => {
                came(ErrorKind::AnswerTooLarge).with_detail(format!("more than {} bytes", self.limits.answer))
            }
            ReadError::Bomb => came(ErrorKind::PackedTooLarge)
                .with_detail(format!("more than {} bytes when it is unpacked", self.limits.answer)),
            ReadError::BadlyPacked => came(ErrorKind::NotProBonus).with_detail("the answer is wrongly packed"),
        })?;
        let body = body::to_utf8(body, content_type.as_deref());
        let answer = WireAnswer { status, body, content_type, pages: of_pages(&head.headers) };
        let names_scheme = head.headers.contains_key(header::WWW_AUTHENTICATE);
        classify::challenge(method, &answer, names_scheme).map_or(Ok(answer), Err)
    }

    /// The target of a redirect that may be followed: a GET of a read, to this same server, which already has the token.
    ///
    /// A call is followed to the same call only ([`redirect::is_same_call`]), a document to any path. Neither is followed to the path
    /// of a write, unless it had that path itself: some servers tell reads and writes apart by the verb.
    fn follow(&self, outgoing: Outgoing<'_>, head: &http::response::Parts, from: &Uri) -> Result<Uri, Error> {
        let refuse = |kind: ErrorKind, why: &str| classify::redirect(outgoing.method, head.status.as_u16(), kind, why);
        let location = text_of(&head.headers, &header::LOCATION)
            .ok_or_else(|| refuse(ErrorKind::Redirect, "a redirect to nowhere"))?;
        let target = match self.address.leads(from, &location) {
            Leads::Here(target) => target,
            Leads::ToTls => return Err(refuse(ErrorKind::RedirectToTls, "a redirect to https on the same host")),
            Leads::Elsewhere(server) => {
                return Err(refuse(ErrorKind::Redirect, &format!("a redirect to {server}")));
            }
        };
        // Web applications end a session so. Of a write it is unknown, like any redirect.
        if is_sign_in_page(&target) {
            return Err(refuse(ErrorKind::SignInAgain, "a redirect to a page where people sign in"));
        }
        let write = redirect::write_at(outgoing.binding, &target);
        let is_other_write = write.is_some() && write != redirect::write_at(outgoing.binding, from);
        let why = match outgoing.purpose {
            _ if outgoing.method.is_write() => "of what is sent once only",
            _ if !outgoing.may_be_redirected() => "of a request that is no GET",
            _ if is_other_write => "of a read to where the server writes",
            Purpose::Call if !redirect::is_same_call(self.address.base_path(), from, &target) => "of a call to another",
            _ => return Ok(target),
        };
        let path = redirect::path_for_log(&target);
        Err(refuse(ErrorKind::Redirect, &format!("a redirect {why}, on this server: {path}")))
    }

    /// The distance that requests of a method keep. Signing in has one of its own: servers limit it apart, and more tightly.
    fn distance(&self, method: Method) -> &Distance {
        match method {
            Method::Login | Method::RefreshToken => &self.sign_in_distance,
            _ => &self.distance,
        }
    }

    /// After a 429, sets the pause and the distance that the server asks for. After any other answer the distance shrinks.
    fn keep_distance(&self, method: Method, status: u16, headers: &http::HeaderMap) {
        let now = tokio::time::Instant::now();
        if status == 429 {
            self.distance(method).keep(load(method), asked_pause(headers, self.now()), now);
        } else {
            self.distance(method).shrink(now);
        }
    }

    /// Reads the server's clock from the headers, and counts an answer that a cache gave.
    fn look_at_head(&self, method: Method, headers: &http::HeaderMap) {
        self.look_at_clock(headers);
        if is_of_a_cache(headers) {
            tracing::warn!(?method, "a cache answered, not the server");
            self.cached.fetch_add(1, Ordering::SeqCst);
        }
    }

    /// Now, by the server's clock.
    pub(super) fn now(&self) -> Timestamp {
        let now = (self.clock)();
        let offset = *self.offset.lock().unwrap_or_else(PoisonError::into_inner);
        offset.and_then(|offset| now.checked_add(offset).ok()).unwrap_or(now)
    }

    fn look_at_clock(&self, headers: &http::HeaderMap) {
        if let Some(told) = date_of(headers, &header::DATE) {
            let offset = told.duration_since((self.clock)());
            *self.offset.lock().unwrap_or_else(PoisonError::into_inner) = Some(offset);
        }
    }
}

const fn load(method: Method) -> Load {
    if method.is_write() { Load::Write } else { Load::Read }
}

/// The failure of a request that was not sent, because the server's pause is longer than a person waits. It has the kind and the
/// status of the 429 that asked for the pause.
fn not_yet(method: Method, left: Duration) -> Error {
    Error::new(ErrorKind::ServerFault, Delivery::NotSent).with_method(method).with_status(429).with_detail(closed(left))
}

fn closed(left: Duration) -> String {
    format!("the server takes no more requests for {} s", left.as_secs_f64().ceil())
}

/// Whether a cache gave the answer, or a part of it, so that it may be outdated.
///
/// | header | example |
/// |---|---|
/// | `Age` above 0 | `Age: 312` |
/// | `X-Cache`, `X-Cache-Status` and the like | `HIT`, `STALE`, `UPDATING`, `HIT from proxy.office` |
/// | `Cache-Status` | `squid; hit` |
/// | `Warning` | `110 - "Response is stale"` |
fn is_of_a_cache(headers: &http::HeaderMap) -> bool {
    let texts = |name: &str| {
        let values: Vec<String> =
            headers.get_all(name).iter().filter_map(|value| value.to_str().ok()).map(str::to_ascii_lowercase).collect();
        values
    };
    let says = |name: &str, words: &[&str]| {
        let values = texts(name);
        let mut said = values
            .iter()
            .flat_map(|value| value.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_'));
        said.any(|word| words.contains(&word))
    };
    let is_aged = texts("age").iter().any(|age| age.trim().parse().is_ok_and(|seconds: u64| seconds > 0));
    is_aged
        || says("cache-status", &["hit"])
        || CACHE_HEADERS.iter().any(|name| says(name, &CACHE_WORDS))
        || says("warning", &["110", "111"])
}

/// The pause that the server asks for: `Retry-After`, in seconds or as a date.
///
/// A date is by the server's clock, so the answer's `Date` is subtracted from it. Example: `Retry-After: 15:00:05` and
/// `Date: 15:00:00` are 5 seconds, whatever our clock shows. `now`, by the server's clock, replaces a missing `Date`.
fn asked_pause(headers: &http::HeaderMap, now: Timestamp) -> Option<Duration> {
    let seconds = text_of(headers, &header::RETRY_AFTER)?.trim().parse().ok().map(Duration::from_secs);
    seconds.or_else(|| {
        let until = date_of(headers, &header::RETRY_AFTER)?;
        let told = date_of(headers, &header::DATE).unwrap_or(now);
        // A moment in the past asks for no pause.
        Some(Duration::try_from(until.duration_since(told)).unwrap_or_default())
    })
}

fn date_of(headers: &http::HeaderMap, name: &header::HeaderName) -> Option<Timestamp> {
    let date = httpdate::parse_http_date(&text_of(headers, name)?).ok()?;
    Timestamp::try_from(date).ok()
}

/// The headers that tell of pages. Example: `X-Total-Count: 5000`.
fn of_pages(headers: &http::HeaderMap) -> Vec<(String, String)> {
    let told = headers.iter().filter(|(name, _)| codec::tells_of_pages(name.as_str()));
    told.filter_map(|(name, value)| Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned()))).collect()
}

fn text_of(headers: &http::HeaderMap, name: &header::HeaderName) -> Option<String> {
    headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
}

fn build(
    request: &WireRequest,
    uri: &Uri,
    pass: Option<Pass<'_>>,
    departure: &Departure,
) -> Result<http::Request<Bytes>, String> {
    let mut outgoing = http::Request::builder()
        .method(request.verb.as_str())
        .uri(uri)
        .header(header::ACCEPT, "application/json, text/json;q=0.9, */*;q=0.1")
        .header(header::ACCEPT_ENCODING, "gzip")
        // A cached answer may lack what has just been sent.
        .header(header::CACHE_CONTROL, "no-cache, no-store")
        .header(header::PRAGMA, "no-cache");
    if let Some(kind) = &request.content_type {
        outgoing = outgoing.header(header::CONTENT_TYPE, kind);
    }
    for (name, value) in &request.headers {
        // Header values beyond ASCII are sent as UTF-8.
        let value = HeaderValue::from_bytes(value.as_bytes())
            .map_err(|_| format!("the header {name} can't carry its value"))?;
        outgoing = outgoing.header(name, value);
    }
    if let Some(Pass { scheme: Scheme::Header { name, prefix }, secret }) = pass {
        if !may_carry_the_secret(name) {
            return Err(format!("the header {name} is not one for a secret"));
        }
        outgoing = outgoing
            .header(name, secret_header(prefix, secret).ok_or("the token has characters that no header can carry")?);
    }
    let mut outgoing = outgoing.body(request.body.clone()).map_err(|error| error.to_string())?;
    outgoing.extensions_mut().insert(departure.clone());
    Ok(outgoing)
}

/// The header value `<prefix><secret>`, marked as sensitive so that no log prints it. If the token was pasted with the prefix,
/// the prefix is not added a second time.
fn secret_header(prefix: &str, secret: &SecretString) -> Option<HeaderValue> {
    let secret = secret.expose_secret();
    let has_prefix =
        !prefix.is_empty() && secret.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix));
    let text = SecretString::from(format!("{}{secret}", if has_prefix { "" } else { prefix }));
    let mut value = HeaderValue::from_str(text.expose_secret()).ok()?;
    value.set_sensitive(true);
    Some(value)
}

fn with_query(path_and_query: &str, name: &str, secret: &SecretString) -> String {
    let pair = url::form_urlencoded::Serializer::new(String::new()).append_pair(name, secret.expose_secret()).finish();
    let joint = if path_and_query.contains('?') { '&' } else { '?' };
    format!("{path_and_query}{joint}{pair}")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One server's clock is three hours ahead, another's is behind.
    #[test]
    fn a_pause_that_ends_at_a_date_is_counted_by_the_server_s_clock() {
        let now: Timestamp = "2026-11-29T12:00:00Z".parse().unwrap();
        let pause = |retry: &str, date: Option<&str>| {
            let mut headers = http::HeaderMap::new();
            headers.insert(header::RETRY_AFTER, HeaderValue::from_str(retry).unwrap());
            date.map(|date| headers.insert(header::DATE, HeaderValue::from_str(date).unwrap()));
            asked_pause(&headers, now)
        };
        let seconds = |seconds| Some(Duration::from_secs(seconds));
        let ahead = Some("Sun, 29 Nov 2026 15:00:00 GMT");
        assert_eq!(pause("Sun, 29 Nov 2026 15:00:05 GMT", ahead), seconds(5));
        assert_eq!(pause("Sun, 29 Nov 2026 09:00:07 GMT", Some("Sun, 29 Nov 2026 09:00:00 GMT")), seconds(7));
        assert_eq!(pause("Sun, 29 Nov 2026 14:59:00 GMT", ahead), seconds(0));
        assert_eq!(pause("Sun, 29 Nov 2026 12:00:03 GMT", None), seconds(3));
        assert_eq!(pause(" 4 ", ahead), seconds(4));
        assert_eq!(pause("soon", ahead), None);
    }
}
