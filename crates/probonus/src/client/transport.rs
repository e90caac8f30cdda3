//! Carries a request: over the network in the program, over a router in memory in tests.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicU8, Ordering},
    },
};

use async_trait::async_trait;
use bytes::Bytes;
use futures::stream::BoxStream;

/// The body of an answer, unpacked, as it arrives.
pub type BodyStream = BoxStream<'static, Result<Bytes, TransportError>>;

/// Carries one request and brings its answer. It follows no redirect, repeats nothing and keeps no cookies: the client does that.
///
/// The client enforces the limits of time and size: it drops the future or the stream when one is passed.
#[async_trait]
pub trait Transport: Send + Sync {
    /// Sends `request` (with an absolute URI) and returns when the head of the answer has come.
    ///
    /// A transport that can tell when the first byte leaves reports it to the [`Departure`] in the request's extensions.
    ///
    /// # Errors
    /// [`TransportError`] says whether a byte may have left.
    async fn send(&self, request: http::Request<Bytes>) -> Result<http::Response<BodyStream>, TransportError>;

    /// Whether a request to `target` is handed to a proxy that can answer it in place of the server: over plain http, through a proxy.
    /// Only then a 407 is surely the proxy's, and the server was not asked.
    fn asks_a_proxy(&self, _target: &http::Uri) -> bool {
        false
    }
}

/// Whether a byte of the request may have left this machine. The client and the transport share it, so the client can ask
/// after it has given the request up.
///
/// The answer is "perhaps" until the transport calls [`Departure::watched`].
///
/// The state goes from watched to left, or from watched to given up, and never back. So either the client gives up or the
/// request leaves, never both.
#[derive(Clone, Debug, Default)]
pub struct Departure(Arc<AtomicU8>);

impl Departure {
    const WATCHED: u8 = 1;
    const LEFT: u8 = 2;
    const GIVEN_UP: u8 = 3;

    /// The transport promises: no byte has left, and it will call [`Departure::left`] before one does.
    pub fn watched(&self) {
        self.0.store(Self::WATCHED, Ordering::SeqCst);
    }

    /// The transport calls it before the first byte leaves. `false`: the client has given the request up, and no byte may leave.
    pub fn left(&self) -> bool {
        let was = self
            .0
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |state| (state != Self::GIVEN_UP).then_some(Self::LEFT));
        was.is_ok()
    }

    /// Gives the request up. `true`: no byte has left, and none will. It is one atomic step: a later [`Departure::left`]
    /// returns `false`.
    #[must_use]
    pub fn give_up(&self) -> bool {
        let was = self.0.compare_exchange(Self::WATCHED, Self::GIVEN_UP, Ordering::SeqCst, Ordering::SeqCst);
        matches!(was, Ok(_) | Err(Self::GIVEN_UP))
    }
}

/// An extension of a write: the transport opens a new connection for it. The server may be closing an idle one at that moment,
/// which would leave the write in doubt without need.
#[derive(Clone, Copy, Debug)]
pub struct OwnConnection;

/// How the carrying failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TransportFault {
    /// The name could not be resolved.
    Name,
    /// The connection was refused.
    Connect,
    /// There is no route to the address, or no connection within the limit.
    Unreachable,
    /// The TLS handshake failed: the other side does not speak TLS, or something cut it off.
    NoTls,
    /// Client and server have no version or cipher of TLS in common.
    TlsTooOld,
    /// The certificate's validity has ended.
    CertificateExpired,
    /// The certificate's validity has not begun.
    CertificateNotYetValid,
    /// The certificate belongs to another host.
    CertificateOtherHost,
    /// The certificate is not signed by an authority that this machine trusts.
    CertificateNotTrusted,
    /// The certificate is wrong in another way.
    Certificate,
    /// The proxy can't be reached.
    ProxyAbsent,
    /// The proxy wants a password, or another one.
    ProxyPassword,
    /// The proxy takes only a Windows sign-in (NTLM, Negotiate).
    ProxyScheme,
    /// The proxy refused to pass the request on.
    Proxy,
    /// The connection broke.
    Lost,
    /// The answer is not HTTP.
    NotHttp,
    /// The answer is HTTP, but its head is too large.
    Garbled,
    /// The request could not be built.
    Request,
}

/// A failure of the transport, and whether a byte of the request may have left.
#[derive(Clone, PartialEq, Eq)]
pub struct TransportError {
    /// The kind of failure.
    pub fault: TransportFault,
    /// Whether a byte of the request may have left this machine.
    pub sent: bool,
    /// For the log, without address, secrets or phones.
    pub detail: String,
}

impl TransportError {
    /// A failure before any byte left.
    #[must_use]
    pub fn before(fault: TransportFault, detail: impl Into<String>) -> Self {
        Self { fault, sent: false, detail: detail.into() }
    }

    /// A failure after a byte may have left.
    #[must_use]
    pub fn after(fault: TransportFault, detail: impl Into<String>) -> Self {
        Self { fault, sent: true, detail: detail.into() }
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}{}: {}", self.fault, if self.sent { ", may have been sent" } else { "" }, self.detail)
    }
}

impl fmt::Debug for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TransportError({self})")
    }
}

impl std::error::Error for TransportError {}
