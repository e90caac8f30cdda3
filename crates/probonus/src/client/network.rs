//! The transport over the network: reqwest with rustls and the platform's trust.

use std::{
    error::Error as StdError,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use async_trait::async_trait;
use bytes::Bytes;
use futures::{StreamExt, TryStreamExt};
use http_body::{Body, Frame, SizeHint};
use secrecy::ExposeSecret;

use super::{
    BuildError, authority,
    proxy::{self, Proxy, SystemProxy},
    transport::{BodyStream, Departure, OwnConnection, Transport, TransportError, TransportFault},
};

/// Settings of the network.
#[derive(Clone, Debug)]
pub(super) struct NetworkOptions {
    pub proxy: Proxy,
    pub extra_roots: Vec<Vec<u8>>,
    pub user_agent: String,
    pub connect_limit: Duration,
    pub plaintext: bool,
}

/// The most idle connections that are kept for further reads.
const IDLE_CONNECTIONS: usize = 8;

/// Requests over TCP and TLS.
///
/// HTTP/1.1 only: a connection carries one request at a time, so a broken connection leaves one request in doubt.
/// It repeats nothing, not even the retries that reqwest takes for safe.
pub(super) struct Network {
    pooled: reqwest::Client,
    single: reqwest::Client,
    way: Way,
}

/// Which proxy a request goes through, if any.
enum Way {
    Direct,
    Through(String),
    System(Box<SystemProxy>),
}

impl Way {
    fn is_through_a_proxy(&self, target: &http::Uri) -> bool {
        match self {
            Self::Direct => false,
            Self::Through(_) => true,
            Self::System(proxy) => proxy.of(target).is_some(),
        }
    }

    /// The address of the proxy.
    fn proxy(&self, target: &http::Uri) -> Option<String> {
        match self {
            Self::Direct => None,
            Self::Through(address) => Some(address.clone()),
            Self::System(proxy) => proxy.of(target),
        }
    }
}

impl Network {
    pub(super) fn new(options: &NetworkOptions) -> Result<Self, BuildError> {
        let roots = certificates(&options.extra_roots)?;
        // Loading the platform's roots takes time, and fails on a machine that has none. It is skipped if TLS is not used.
        let needs_platform = !(options.plaintext && matches!(options.proxy, Proxy::Direct));
        let trusting = |platform: bool| {
            let pooled = client(options, &roots, platform, IDLE_CONNECTIONS)?;
            let single = client(options, &roots, platform, 0)?;
            let way = match &options.proxy {
                Proxy::System => Way::System(Box::new(SystemProxy::now())),
                Proxy::Direct => Way::Direct,
                Proxy::Through { address, .. } => Way::Through(address.to_string()),
            };
            Ok(Self { pooled, single, way })
        };
        trusting(needs_platform).or_else(|error| match error {
            BuildError::Network(detail) if needs_platform => {
                tracing::warn!(detail, "the platform's trust is not to be had; only named certificates are trusted");
                trusting(false)
            }
            error => Err(error),
        })
    }

    /// Makes `ProxyPassword` a `ProxyScheme` if the proxy takes only a Windows sign-in, for which no password helps.
    ///
    /// reqwest hides the proxy's answer to the tunnel request, so the proxy is asked once more, without credentials.
    async fn look_at_proxy(&self, error: TransportError, target: &http::Uri) -> TransportError {
        if error.fault != TransportFault::ProxyPassword {
            return error;
        }
        let proxy = self.way.proxy(target);
        match proxy {
            Some(proxy) if proxy::tunnel_takes_only_windows(&proxy, target).await => {
                TransportError { fault: TransportFault::ProxyScheme, ..error }
            }
            _ => error,
        }
    }

    fn fault(&self, error: reqwest::Error, target: &http::Uri, departure: &Departure, watched: bool) -> TransportError {
        let error = error.without_url();
        let connecting = error.is_connect();
        let secure = target.scheme() == Some(&http::uri::Scheme::HTTPS);
        let fault = match connecting {
            true => fault_of_connecting(&error, self.way.is_through_a_proxy(target), secure),
            false => fault_of_exchange(&error),
        };
        // Giving up is final: after it the connection's task can't take the body.
        let surely_not_sent = connecting || error.is_builder() || (watched && departure.give_up());
        let sent = !surely_not_sent;
        TransportError { fault, sent, detail: describe(&error) }
    }
}

#[async_trait]
impl Transport for Network {
    async fn send(&self, request: http::Request<Bytes>) -> Result<http::Response<BodyStream>, TransportError> {
        let (parts, body) = request.into_parts();
        let http = if parts.extensions.get::<OwnConnection>().is_some() { &self.single } else { &self.pooled };
        let departure = parts.extensions.get::<Departure>().cloned().unwrap_or_default();
        // The library does not ask for an empty body, so we can't see when such a request leaves.
        let watched = !body.is_empty();
        let body = if watched {
            departure.watched();
            reqwest::Body::wrap(Watched { bytes: Some(body), departure: departure.clone() })
        } else {
            reqwest::Body::default()
        };
        let target = parts.uri.clone();
        let request = reqwest::Request::try_from(http::Request::from_parts(parts, body))
            .map_err(|error| TransportError::before(TransportFault::Request, describe(&error.without_url())))?;
        let answer = match http.execute(request).await {
            Ok(answer) => answer,
            Err(error) => {
                let error = self.fault(error, &target, &departure, watched);
                return Err(self.look_at_proxy(error, &target).await);
            }
        };
        let answer: http::Response<reqwest::Body> = answer.into();
        let (parts, body) = answer.into_parts();
        let stream = http_body_stream(body)
            .map_err(|error| TransportError::after(TransportFault::Lost, describe(&error.without_url())));
        Ok(http::Response::from_parts(parts, stream.boxed()))
    }

    fn asks_a_proxy(&self, target: &http::Uri) -> bool {
        let is_plain = target.scheme() == Some(&http::uri::Scheme::HTTP);
        // A SOCKS proxy does not speak HTTP.
        is_plain && self.way.proxy(target).is_some_and(|proxy| !proxy.to_ascii_lowercase().starts_with("socks"))
    }
}

fn certificates(files: &[Vec<u8>]) -> Result<Vec<reqwest::Certificate>, BuildError> {
    let unreadable = |error: reqwest::Error| BuildError::Roots(describe(&error));
    let mut roots = Vec::new();
    for file in files {
        for der in authority::certificates(file).map_err(|error| BuildError::Roots(error.to_string()))? {
            // A certificate that the TLS library can't use is reported now, not at the first request.
            rustls::RootCertStore::empty()
                .add(der.as_slice().into())
                .map_err(|error| BuildError::Roots(error.to_string()))?;
            roots.push(reqwest::Certificate::from_der(&der).map_err(unreadable)?);
        }
    }
    Ok(roots)
}

fn client(
    options: &NetworkOptions,
    roots: &[reqwest::Certificate],
    platform: bool,
    idle: usize,
) -> Result<reqwest::Client, BuildError> {
    let mut builder = reqwest::Client::builder()
        .http1_only()
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .referer(false)
        .connect_timeout(options.connect_limit)
        .pool_max_idle_per_host(idle)
        .pool_idle_timeout(Duration::from_secs(15))
        .user_agent(&options.user_agent);
    builder = match &options.proxy {
        Proxy::System => builder,
        Proxy::Direct => builder.no_proxy(),
        Proxy::Through { address, credentials } => {
            let mut proxy =
                reqwest::Proxy::all(address.to_connect()).map_err(|error| BuildError::Proxy(describe(&error)))?;
            if let Some((login, password)) = credentials {
                proxy = proxy.basic_auth(login, password.expose_secret());
            }
            builder.proxy(proxy)
        }
    };
    builder = match platform {
        false => builder.tls_certs_only(roots.iter().cloned()),
        true if roots.is_empty() => builder,
        true => builder.tls_certs_merge(roots.iter().cloned()),
    };
    builder.build().map_err(|error| BuildError::Network(describe(&error)))
}

fn http_body_stream(body: reqwest::Body) -> impl futures::Stream<Item = Result<Bytes, reqwest::Error>> + Send {
    let mut body = Box::pin(body);
    futures::stream::poll_fn(move |cx| {
        loop {
            return match std::task::ready!(body.as_mut().poll_frame(cx)) {
                Some(Ok(frame)) => match frame.into_data() {
                    Ok(data) => Poll::Ready(Some(Ok(data))),
                    Err(_trailers) => continue,
                },
                Some(Err(error)) => Poll::Ready(Some(Err(error))),
                None => Poll::Ready(None),
            };
        }
    })
}

/// A body that notes when the library first asks for it. At that moment the connection is open, and no byte of the request has
/// left.
struct Watched {
    bytes: Option<Bytes>,
    departure: Departure,
}

impl Body for Watched {
    type Data = Bytes;
    type Error = GivenUp;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        if !self.departure.left() {
            return Poll::Ready(Some(Err(GivenUp)));
        }
        Poll::Ready(self.bytes.take().map(|bytes| Ok(Frame::data(bytes))))
    }

    fn is_end_stream(&self) -> bool {
        self.bytes.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.bytes.as_ref().map_or(0, |bytes| bytes.len() as u64))
    }
}

/// The request was given up before its body was taken.
#[derive(Debug, thiserror::Error)]
#[error("the request was given up before its body was taken")]
struct GivenUp;

type Cause<'a> = &'a (dyn StdError + 'static);

fn causes<'a>(error: Cause<'a>) -> impl Iterator<Item = Cause<'a>> {
    std::iter::successors(Some(error), |error: &Cause<'a>| -> Option<Cause<'a>> {
        let error: Cause<'a> = *error;
        // `source` of an `io::Error` skips the error that it wraps.
        match error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref) {
            Some(inner) => Some(inner),
            None => error.source(),
        }
    })
}

/// Why there is no connection. `proxied`: the request goes through a proxy. `secure`: the server's address is `https://`.
fn fault_of_connecting(error: &reqwest::Error, proxied: bool, secure: bool) -> TransportFault {
    use std::io::{Error as Io, ErrorKind as IoKind};
    let mut io = None;
    for cause in causes(error) {
        if let Some(fault) = proxied.then(|| fault_of_proxy(&cause.to_string())).flatten() {
            return fault;
        }
        if let Some(tls) = cause.downcast_ref::<rustls::Error>() {
            // The request is a plain one, so the TLS that failed was the proxy's own.
            return if proxied && !secure { TransportFault::ProxyAbsent } else { tls_fault(tls) };
        }
        // The kind `Other` only wraps another error.
        io = cause.downcast_ref::<Io>().map(Io::kind).filter(|kind| *kind != IoKind::Other).or(io);
    }
    match io {
        // The TCP connection was open, and the TLS handshake broke off.
        Some(IoKind::ConnectionReset | IoKind::ConnectionAborted | IoKind::UnexpectedEof | IoKind::BrokenPipe)
            if secure =>
        {
            TransportFault::NoTls
        }
        _ if proxied => TransportFault::ProxyAbsent,
        _ if error.is_dns() => TransportFault::Name,
        Some(IoKind::TimedOut | IoKind::HostUnreachable | IoKind::NetworkUnreachable | IoKind::NetworkDown) => {
            TransportFault::Unreachable
        }
        _ if error.is_timeout() => TransportFault::Unreachable,
        _ => TransportFault::Connect,
    }
}

/// The fault of a proxy, by the text of the error: the library has no type for it.
fn fault_of_proxy(words: &str) -> Option<TransportFault> {
    if let Some(words) = words.strip_prefix("tunnel error: ") {
        return Some(match words {
            _ if words.starts_with("proxy authorization required") => TransportFault::ProxyPassword,
            _ if words.starts_with("failed to create underlying connection") => TransportFault::ProxyAbsent,
            _ => TransportFault::Proxy,
        });
    }
    let words = words.strip_prefix("SOCKS error: ")?;
    let lower = words.to_ascii_lowercase();
    Some(match () {
        () if lower.contains("auth") || lower.contains("credential") => TransportFault::ProxyPassword,
        () if lower.contains("failed to create underlying connection") => TransportFault::ProxyAbsent,
        () => TransportFault::Proxy,
    })
}

/// Why a request got no answer although it had a connection.
fn fault_of_exchange(error: &reqwest::Error) -> TransportFault {
    if error.is_builder() {
        return TransportFault::Request;
    }
    let spoken = causes(error).find_map(|cause| cause.downcast_ref::<hyper::Error>().filter(|error| error.is_parse()));
    match spoken {
        Some(error) if error.to_string().contains("too large") => TransportFault::Garbled,
        Some(_) => TransportFault::NotHttp,
        None => TransportFault::Lost,
    }
}

fn tls_fault(error: &rustls::Error) -> TransportFault {
    use rustls::{AlertDescription as Alert, CertificateError as Bad};
    match error {
        rustls::Error::InvalidCertificate(bad) => match bad {
            Bad::Expired | Bad::ExpiredContext { .. } => TransportFault::CertificateExpired,
            Bad::NotValidYet | Bad::NotValidYetContext { .. } => TransportFault::CertificateNotYetValid,
            Bad::NotValidForName | Bad::NotValidForNameContext { .. } => TransportFault::CertificateOtherHost,
            Bad::UnknownIssuer | Bad::BadSignature => TransportFault::CertificateNotTrusted,
            // A self-signed certificate that is marked as an authority.
            Bad::Other(other) if other.to_string().contains("CaUsedAsEndEntity") => {
                TransportFault::CertificateNotTrusted
            }
            // Windows found no chain to a trusted root.
            Bad::Other(other) if other.to_string().contains(CERT_E_CHAINING) => TransportFault::CertificateNotTrusted,
            _ => TransportFault::Certificate,
        },
        rustls::Error::NoCertificatesPresented => TransportFault::Certificate,
        rustls::Error::PeerIncompatible(_)
        | rustls::Error::AlertReceived(
            Alert::ProtocolVersion | Alert::HandshakeFailure | Alert::InsufficientSecurity,
        ) => TransportFault::TlsTooOld,
        _ => TransportFault::NoTls,
    }
}

/// The end of the Windows error text for `CERT_E_CHAINING`.
const CERT_E_CHAINING: &str = "(os error -2146762486)";

/// The chain of causes in one line, for the log. The callers have removed the address; no cause holds a header.
fn describe(error: &(dyn StdError + 'static)) -> String {
    let mut parts: Vec<String> = Vec::new();
    for cause in causes(error) {
        let text = cause.to_string();
        if !parts.last().is_some_and(|last| last.contains(&text)) {
            parts.push(text);
        }
    }
    parts.join(": ")
}
