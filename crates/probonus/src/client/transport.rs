//! What carries a request: over the network in the program, over a router in memory in tests.

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

/// Carries one request and brings its answer. It follows no redirect, repeats nothing and keeps no cookies.
///
/// Limits of time and size are the client's, who drops the future or the stream when they are passed.
#[async_trait]
pub trait Transport: Send + Sync {
    /// Sends `request` (absolute URI) and returns when the head of the answer is there.
    ///
    /// A transport that can tell when the first byte leaves says so through the [`Departure`] among the request's
    /// extensions.
    ///
    /// # Errors
    /// [`TransportError`], which knows whether a byte may have left.
    async fn send(&self, request: http::Request<Bytes>) -> Result<http::Response<BodyStream>, TransportError>;
}

/// Whether a byte of the request may have left this machine; shared between the client and the transport so that
/// it can be asked even after the request was given up.
///
/// Until the transport promises to tell, the answer is "perhaps".
///
/// The state goes from watched to left, or from watched to given up, and never back: who gives up and who sends can't both win.
#[derive(Clone, Debug, Default)]
pub struct Departure(Arc<AtomicU8>);

impl Departure {
    const WATCHED: u8 = 1;
    const LEFT: u8 = 2;
    const GIVEN_UP: u8 = 3;

    /// The transport's promise: nothing has left, and [`Departure::left`] will be called before anything does.
    pub fn watched(&self) {
        self.0.store(Self::WATCHED, Ordering::SeqCst);
    }

    /// From now on a byte may be on its way. `false`: the request was given up meanwhile, and nothing of it may leave.
    pub fn left(&self) -> bool {
        let was = self
            .0
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |state| (state != Self::GIVEN_UP).then_some(Self::LEFT));
        was.is_ok()
    }

    /// Gives the request up. `true`: nothing has left, and nothing will. One atomic step: a transport that asks
    /// [`Departure::left`] a moment later is told so.
    #[must_use]
    pub fn give_up(&self) -> bool {
        let was = self.0.compare_exchange(Self::WATCHED, Self::GIVEN_UP, Ordering::SeqCst, Ordering::SeqCst);
        matches!(was, Ok(_) | Err(Self::GIVEN_UP))
    }
}

/// Among the extensions of a request that changes something: it goes out on a connection of its own. An idle one, which the
/// server may be closing at this very moment, would leave the request in doubt for nothing.
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
    /// No way to the address, or no answer in time.
    Unreachable,
    /// No TLS came about.
    NoTls,
    /// No version or cipher of TLS in common.
    TlsTooOld,
    /// The certificate has ended.
    CertificateExpired,
    /// The certificate has not begun.
    CertificateNotYetValid,
    /// The certificate is of another host.
    CertificateOtherHost,
    /// The certificate is signed by nobody this machine trusts.
    CertificateNotTrusted,
    /// Any other quarrel about the certificate.
    Certificate,
    /// The proxy is not there.
    ProxyAbsent,
    /// The proxy wants a password, or another one.
    ProxyPassword,
    /// The proxy takes only a sign-in of Windows (NTLM, Negotiate).
    ProxyScheme,
    /// The proxy refused.
    Proxy,
    /// The connection broke.
    Lost,
    /// What answered does not speak HTTP.
    NotHttp,
    /// It speaks HTTP and packed its answer wrongly, or its head has no end.
    Garbled,
    /// The request could not be built.
    Request,
}

/// A failure to carry, and whether a byte of the request may have left.
#[derive(Clone, PartialEq, Eq)]
pub struct TransportError {
    /// What happened.
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
