//! Failures of a call, and whether the server may have applied the request nevertheless.

use std::fmt;

use probonus_contract::Method;
use serde::{Deserialize, Serialize};

/// Every failed request answers one question: *may the server have applied it?*
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub enum Delivery {
    /// No: the server did not get the request. It may be sent again.
    NotSent,
    /// No: the server refused it.
    Refused,
    /// Perhaps. It must not be sent again before the outcome is known.
    Unknown,
}

/// The kind of a failure. The list is closed: the program decides by it, and the user interface translates it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[non_exhaustive]
pub enum ErrorKind {
    /// The server's name could not be resolved.
    NameNotResolved,
    /// The machine answers, and nothing listens at the port.
    CannotConnect,
    /// The address can't be reached: there is no route, or the connect limit passed.
    Unreachable,
    /// The port is open, but the TLS handshake fails: the other side does not speak TLS, or something on the way cuts it off.
    NoTls,
    /// The server speaks TLS, but no version or cipher that is still safe.
    TlsTooOld,
    /// The certificate is wrong in another way than the four below.
    Certificate,
    /// The certificate's validity has ended, or this machine's clock is ahead.
    CertificateExpired,
    /// The certificate's validity has not begun, or this machine's clock is behind.
    CertificateNotYetValid,
    /// The certificate belongs to another host.
    CertificateOtherHost,
    /// The certificate is not signed by an authority that this machine trusts. Examples: self-signed, or by the office's own
    /// authority.
    CertificateNotTrusted,
    /// The proxy itself can't be reached.
    ProxyAbsent,
    /// The proxy wants a password, or another one (407).
    ProxyPassword,
    /// The proxy takes only a Windows sign-in (NTLM, Negotiate), which the client does not support.
    ProxyScheme,
    /// The proxy refused to pass the request on.
    Proxy,
    /// No answer began within the time limit.
    Timeout,
    /// An answer began and did not end within the time limit.
    SlowAnswer,
    /// The connection broke before the whole answer came.
    ConnectionLost,
    /// The answer was larger than the limit.
    AnswerTooLarge,
    /// The answer was small as it came and, unpacked, far larger than the limit.
    PackedTooLarge,
    /// The server answered with a redirect that the client does not follow: to another server, or of a write.
    Redirect,
    /// The server redirects to itself under `https://`.
    RedirectToTls,
    /// The server redirects too many times.
    RedirectLoop,
    /// The port speaks TLS, and the request came without it.
    WantsTls,
    /// The answer is not HTTP.
    NotHttp,
    /// The answer is a page for people: from a captive portal, a filter or a web server.
    WebPage,
    /// Another program answers, not ProBonus.
    NotProBonus,
    /// The answer is from ProBonus, but it can't be understood; see [`Error::json_path`].
    Unreadable,
    /// The answer is about another account or receipt than the one that was asked for: a cache or a gateway gave the answer to
    /// another request. See [`Error::json_path`].
    OtherAccount,
    /// Only a part of a list came, and the rest can't be asked for. A shorter period may fit.
    OnlyPart,
    /// The server does not accept the token, or the session could not be renewed: sign in again, or enter a new token.
    SignInAgain,
    /// The user or token may not do that (403).
    Forbidden,
    /// There is no such method at this address (404, 405): the address is wrong, or the server is older.
    NoSuchMethod,
    /// The server read the request and refused it; see [`Error::server_message`].
    Refused,
    /// 5xx: the server failed, perhaps after the work. Also 429: it takes no more requests now.
    ServerFault,
    /// The binding has no way to send this request to this server; nothing was sent.
    Unsupported,
    /// The request could not be built from what was given; nothing was sent.
    InvalidRequest,
}

impl ErrorKind {
    /// Every kind.
    pub const ALL: [Self; 36] = [
        Self::NameNotResolved,
        Self::CannotConnect,
        Self::Unreachable,
        Self::NoTls,
        Self::TlsTooOld,
        Self::Certificate,
        Self::CertificateExpired,
        Self::CertificateNotYetValid,
        Self::CertificateOtherHost,
        Self::CertificateNotTrusted,
        Self::ProxyAbsent,
        Self::ProxyPassword,
        Self::ProxyScheme,
        Self::Proxy,
        Self::Timeout,
        Self::SlowAnswer,
        Self::ConnectionLost,
        Self::AnswerTooLarge,
        Self::PackedTooLarge,
        Self::Redirect,
        Self::RedirectToTls,
        Self::RedirectLoop,
        Self::WantsTls,
        Self::NotHttp,
        Self::WebPage,
        Self::NotProBonus,
        Self::Unreadable,
        Self::OtherAccount,
        Self::OnlyPart,
        Self::SignInAgain,
        Self::Forbidden,
        Self::NoSuchMethod,
        Self::Refused,
        Self::ServerFault,
        Self::Unsupported,
        Self::InvalidRequest,
    ];

    /// Whether the failure is of the address or the way to the server (network, proxy, certificate, another program), not of the
    /// call itself.
    #[must_use]
    pub const fn is_of_the_way(self) -> bool {
        !matches!(
            self,
            Self::Unreadable
                | Self::OtherAccount
                | Self::OnlyPart
                | Self::SignInAgain
                | Self::Forbidden
                | Self::NoSuchMethod
                | Self::Refused
                | Self::ServerFault
                | Self::Unsupported
                | Self::InvalidRequest
                | Self::AnswerTooLarge
                | Self::PackedTooLarge
        )
    }
}

/// A failed call. `Display` is for logs: in English, without secrets or phones.
#[derive(Clone, PartialEq, Eq)]
pub struct Error(Box<Inner>);

#[derive(Clone, PartialEq, Eq)]
struct Inner {
    kind: ErrorKind,
    delivery: Delivery,
    method: Option<Method>,
    status: Option<u16>,
    server_message: Option<String>,
    json_path: Option<String>,
    detail: Option<String>,
}

impl Error {
    /// A failure of `kind`. `delivery` says whether the server may have applied the request.
    #[must_use]
    pub fn new(kind: ErrorKind, delivery: Delivery) -> Self {
        Self(Box::new(Inner {
            kind,
            delivery,
            method: None,
            status: None,
            server_message: None,
            json_path: None,
            detail: None,
        }))
    }

    /// The same failure with another kind.
    #[must_use]
    pub fn with_kind(mut self, kind: ErrorKind) -> Self {
        self.0.kind = kind;
        self
    }

    /// The same failure with another delivery.
    #[must_use]
    pub fn with_delivery(mut self, delivery: Delivery) -> Self {
        self.0.delivery = delivery;
        self
    }

    /// Adds the method that was called.
    #[must_use]
    pub fn with_method(mut self, method: Method) -> Self {
        self.0.method = Some(method);
        self
    }

    /// Adds the HTTP status of the answer.
    #[must_use]
    pub fn with_status(mut self, status: u16) -> Self {
        self.0.status = Some(status);
        self
    }

    /// Adds the server's own message, for the user to read.
    #[must_use]
    pub fn with_server_message(mut self, message: impl Into<String>) -> Self {
        self.0.server_message = Some(message.into());
        self
    }

    /// Adds the JSON path of the part that could not be understood.
    #[must_use]
    pub fn with_json_path(mut self, path: impl Into<String>) -> Self {
        self.0.json_path = Some(path.into());
        self
    }

    /// Adds a technical detail for the log and the "details" fold.
    #[must_use]
    pub fn with_detail(mut self, detail: impl Into<String>) -> Self {
        self.0.detail = Some(detail.into());
        self
    }

    /// The same failure with each of its texts rewritten: the server's message, the JSON path, the detail.
    #[cfg(feature = "http")]
    pub(crate) fn with_texts(mut self, rewritten: impl Fn(&str) -> String) -> Self {
        let Inner { server_message, json_path, detail, .. } = &mut *self.0;
        for text in [server_message, json_path, detail].into_iter().flatten() {
            *text = rewritten(text);
        }
        self
    }

    /// The kind of failure.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// Whether the server may have applied the request.
    #[must_use]
    pub fn delivery(&self) -> Delivery {
        self.0.delivery
    }

    /// The method that was called.
    #[must_use]
    pub fn method(&self) -> Option<Method> {
        self.0.method
    }

    /// The HTTP status, if an answer came.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        self.0.status
    }

    /// The server's own message.
    #[must_use]
    pub fn server_message(&self) -> Option<&str> {
        self.0.server_message.as_deref()
    }

    /// The JSON path of the part that could not be understood.
    #[must_use]
    pub fn json_path(&self) -> Option<&str> {
        self.0.json_path.as_deref()
    }

    /// A technical detail.
    #[must_use]
    pub fn detail(&self) -> Option<&str> {
        self.0.detail.as_deref()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} ({:?})", self.0.kind, self.0.delivery)?;
        if let Some(method) = self.0.method {
            write!(f, " in {method:?}")?;
        }
        if let Some(status) = self.0.status {
            write!(f, ", HTTP {status}")?;
        }
        if let Some(path) = &self.0.json_path {
            write!(f, ", at {path}")?;
        }
        if let Some(detail) = &self.0.detail {
            write!(f, ": {detail}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Error({self})")
    }
}

impl std::error::Error for Error {}
