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
use secrecy::{ExposeSecret, SecretString};

use super::{
    BuildError,
    transport::{BodyStream, Departure, OwnConnection, Transport, TransportError, TransportFault},
};

/// Which way requests leave the house.
#[derive(Clone, Debug, Default)]
pub enum Proxy {
    /// As the system is set up: its settings and `HTTPS_PROXY`, `NO_PROXY`….
    #[default]
    System,
    /// Straight to the server.
    Direct,
    /// Through this proxy, always.
    Through {
        /// `http://proxy.office:3128`
        url: String,
        /// Login and password, if it wants them.
        credentials: Option<(String, SecretString)>,
    },
}

/// How to reach the network.
#[derive(Clone, Debug)]
pub(super) struct NetworkOptions {
    pub proxy: Proxy,
    pub extra_roots: Vec<Vec<u8>>,
    pub user_agent: String,
    pub connect_limit: Duration,
    pub plaintext: bool,
}

/// Idle connections that are kept for further reads.
const IDLE_CONNECTIONS: usize = 8;

/// Requests over TCP and TLS.
///
/// HTTP/1.1 only: one connection carries one request at a time, so a connection that breaks leaves exactly one in doubt.
/// Nothing is repeated by it, not even what the library below deems safe.
pub(super) struct Network {
    pooled: reqwest::Client,
    single: reqwest::Client,
    proxied: bool,
}

impl Network {
    pub(super) fn new(options: &NetworkOptions) -> Result<Self, BuildError> {
        let roots = certificates(&options.extra_roots)?;
        // Loading the platform's trust takes a while, and fails on a machine that has none: not for nothing.
        let needs_platform = !(options.plaintext && matches!(options.proxy, Proxy::Direct));
        let trusting = |platform: bool| {
            let pooled = client(options, &roots, platform, IDLE_CONNECTIONS)?;
            let single = client(options, &roots, platform, 0)?;
            Ok(Self { pooled, single, proxied: matches!(options.proxy, Proxy::Through { .. }) })
        };
        trusting(needs_platform).or_else(|error| match error {
            BuildError::Network(detail) if needs_platform => {
                tracing::warn!(detail, "the platform's trust is not to be had; only named certificates are trusted");
                trusting(false)
            }
            error => Err(error),
        })
    }

    fn fault(&self, error: reqwest::Error, departure: &Departure, watched: bool) -> TransportError {
        let error = error.without_url();
        let connecting = error.is_connect();
        let fault = fault_of(&error, connecting, self.proxied);
        let sent = !connecting && !error.is_builder() && (!watched || departure.may_have_left());
        TransportError { fault, sent, detail: describe(&error) }
    }
}

#[async_trait]
impl Transport for Network {
    async fn send(&self, request: http::Request<Bytes>) -> Result<http::Response<BodyStream>, TransportError> {
        let (parts, body) = request.into_parts();
        let http = if parts.extensions.get::<OwnConnection>().is_some() { &self.single } else { &self.pooled };
        let departure = parts.extensions.get::<Departure>().cloned().unwrap_or_default();
        // An empty body is never asked for, so of such a request we can't tell when it leaves.
        let watched = !body.is_empty();
        let body = if watched {
            departure.watched();
            reqwest::Body::wrap(Watched { bytes: Some(body), departure: departure.clone() })
        } else {
            reqwest::Body::default()
        };
        let request = reqwest::Request::try_from(http::Request::from_parts(parts, body))
            .map_err(|error| TransportError::before(TransportFault::Request, describe(&error.without_url())))?;
        let answer = http.execute(request).await.map_err(|error| self.fault(error, &departure, watched))?;
        let answer: http::Response<reqwest::Body> = answer.into();
        let (parts, body) = answer.into_parts();
        let stream = http_body_stream(body).map_err(|error| {
            let error = error.without_url();
            // What the connection's own layer did not complain of is the unpacking.
            let fault = if from_connection(&error) { TransportFault::Lost } else { TransportFault::Garbled };
            TransportError::after(fault, describe(&error))
        });
        Ok(http::Response::from_parts(parts, stream.boxed()))
    }
}

fn certificates(files: &[Vec<u8>]) -> Result<Vec<reqwest::Certificate>, BuildError> {
    let unreadable = |error: reqwest::Error| BuildError::Roots(describe(&error));
    let mut roots = Vec::new();
    for file in files {
        let mut found = reqwest::Certificate::from_pem_bundle(file).map_err(unreadable)?;
        if found.is_empty() {
            let der = rustls::pki_types::CertificateDer::from(file.as_slice());
            rustls::RootCertStore::empty().add(der).map_err(|error| BuildError::Roots(error.to_string()))?;
            found.push(reqwest::Certificate::from_der(file).map_err(unreadable)?);
        }
        roots.append(&mut found);
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
        Proxy::Through { url, credentials } => {
            let mut proxy = reqwest::Proxy::all(url.as_str()).map_err(|error| BuildError::Proxy(describe(&error)))?;
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

/// A body that notes when it is first asked for: the connection stands by then, and not a byte has been flushed.
struct Watched {
    bytes: Option<Bytes>,
    departure: Departure,
}

impl Body for Watched {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        self.departure.left();
        Poll::Ready(self.bytes.take().map(|bytes| Ok(Frame::data(bytes))))
    }

    fn is_end_stream(&self) -> bool {
        self.bytes.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.bytes.as_ref().map_or(0, |bytes| bytes.len() as u64))
    }
}

type Cause<'a> = &'a (dyn StdError + 'static);

fn causes<'a>(error: Cause<'a>) -> impl Iterator<Item = Cause<'a>> {
    std::iter::successors(Some(error), |error: &Cause<'a>| -> Option<Cause<'a>> {
        let error: Cause<'a> = *error;
        // An `io::Error` hides what it wraps from `source`, and gives only what lies behind that.
        match error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref) {
            Some(inner) => Some(inner),
            None => error.source(),
        }
    })
}

fn fault_of(error: &reqwest::Error, connecting: bool, proxied: bool) -> TransportFault {
    for cause in causes(error) {
        if let Some(tls) = cause.downcast_ref::<rustls::Error>() {
            return tls_fault(tls);
        }
        if cause.downcast_ref::<hyper::Error>().is_some_and(hyper::Error::is_parse) {
            return TransportFault::Garbled;
        }
        if connecting && cause.to_string().starts_with("tunnel error") {
            return TransportFault::Proxy;
        }
    }
    match () {
        () if error.is_builder() => TransportFault::Request,
        () if connecting && proxied => TransportFault::Proxy,
        () if error.is_dns() => TransportFault::Name,
        () if connecting => TransportFault::Connect,
        () => TransportFault::Lost,
    }
}

fn tls_fault(error: &rustls::Error) -> TransportFault {
    use rustls::CertificateError as Bad;
    match error {
        rustls::Error::InvalidCertificate(bad) => match bad {
            Bad::Expired | Bad::ExpiredContext { .. } | Bad::NotValidYet | Bad::NotValidYetContext { .. } => {
                TransportFault::CertificateExpired
            }
            Bad::NotValidForName | Bad::NotValidForNameContext { .. } => TransportFault::CertificateOtherHost,
            Bad::UnknownIssuer | Bad::BadSignature => TransportFault::CertificateNotTrusted,
            // A certificate that is its own authority: what a self-signed one usually is.
            Bad::Other(other) if other.to_string().contains("CaUsedAsEndEntity") => {
                TransportFault::CertificateNotTrusted
            }
            _ => TransportFault::Certificate,
        },
        rustls::Error::NoCertificatesPresented => TransportFault::Certificate,
        // It does not speak TLS, or no version of it that we do.
        _ => TransportFault::Connect,
    }
}

fn from_connection(error: &reqwest::Error) -> bool {
    causes(error).any(|cause| cause.downcast_ref::<hyper::Error>().is_some())
}

/// The whole chain of causes in one line. None of them holds the address or a header.
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
