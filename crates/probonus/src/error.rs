//! What can go wrong between us and a ProBonus server, and whether the server may have applied the request all the same.

use std::fmt;

use probonus_contract::Method;
use serde::{Deserialize, Serialize};

/// The one question that every failed request must answer: *may the server have applied it?*
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub enum Delivery {
    /// Surely not: no byte of the request left this machine. May be sent again.
    NotSent,
    /// Surely not: the server read it and said no.
    Refused,
    /// Perhaps: it must never be sent again blindly.
    Unknown,
}

/// What kind of failure it was: closed, for a program to decide on and a user interface to translate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[non_exhaustive]
pub enum ErrorKind {
    /// The server's name could not be resolved.
    NameNotResolved,
    /// The machine is there, and nobody listens at the port.
    CannotConnect,
    /// Nobody answers at the address: no route, or the connect limit passed.
    Unreachable,
    /// The port is open, and a secure connection does not come about: what listens there does not speak TLS, or
    /// something on the way cuts it off.
    NoTls,
    /// It speaks TLS, but no version or cipher of it that is still safe.
    TlsTooOld,
    /// The certificate is wrong in another way than the four below.
    Certificate,
    /// The certificate has ended: it is old, or this machine's clock is ahead.
    CertificateExpired,
    /// The certificate has not begun: it is new, or this machine's clock is behind.
    CertificateNotYetValid,
    /// The certificate is of another host.
    CertificateOtherHost,
    /// The certificate is signed by nobody this machine trusts: self-signed, or by the office's own authority.
    CertificateNotTrusted,
    /// The proxy itself can't be reached.
    ProxyAbsent,
    /// The proxy wants a password, or another one (407).
    ProxyPassword,
    /// The proxy takes only a sign-in of Windows (NTLM, Negotiate), which the client does not speak.
    ProxyScheme,
    /// The proxy refused to let us through.
    Proxy,
    /// Nothing was answered within the time limit.
    Timeout,
    /// The answer began, and did not end within the time limit.
    SlowAnswer,
    /// The connection broke before the whole answer came.
    ConnectionLost,
    /// The answer was larger than the limit.
    AnswerTooLarge,
    /// The answer was small as it came and larger than the limit unpacked, as no honest one is.
    PackedTooLarge,
    /// The server sent us to where the token must not go.
    Redirect,
    /// The server sent us to itself under `https://`.
    RedirectToTls,
    /// The server sent us from one address to the next without end.
    RedirectLoop,
    /// The port speaks TLS, and we spoke without.
    WantsTls,
    /// What answers does not speak HTTP.
    NotHttp,
    /// A page for people: of a captive portal, a filter, a web server.
    WebPage,
    /// The answer is not from ProBonus, but from another program.
    NotProBonus,
    /// From ProBonus, but it can't be understood; see [`Error::json_path`].
    Unreadable,
    /// A part of a list came, and the rest can't be asked for: a shorter period may fit.
    OnlyPart,
    /// The session is over and could not be renewed: sign in again, or enter a new token.
    SignInAgain,
    /// The user or token may not do that (403).
    Forbidden,
    /// There is no such method at this address (404, 405): a wrong address, or an older server.
    NoSuchMethod,
    /// The server read the request and refused it; see [`Error::server_message`].
    Refused,
    /// 5xx: the server failed, and may have failed after it had done the work.
    ServerFault,
    /// This server's binding can't carry the request; nothing was sent.
    Unsupported,
    /// The request could not be built from what was given; nothing was sent.
    InvalidRequest,
}

impl ErrorKind {
    /// Every kind.
    pub const ALL: [Self; 35] = [
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
        Self::OnlyPart,
        Self::SignInAgain,
        Self::Forbidden,
        Self::NoSuchMethod,
        Self::Refused,
        Self::ServerFault,
        Self::Unsupported,
        Self::InvalidRequest,
    ];

    /// Whether it lies with the way to the server, the address or what stands between, rather than with the call.
    #[must_use]
    pub const fn is_of_the_way(self) -> bool {
        !matches!(
            self,
            Self::Unreadable
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

/// A failed call. Opaque, with predicates and accessors; `Display` is for logs, in English, without secrets or phones.
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
    /// A failure of `kind`, of which we know what became of the request.
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

    /// The same failure, known to be of another kind.
    #[must_use]
    pub fn with_kind(mut self, kind: ErrorKind) -> Self {
        self.0.kind = kind;
        self
    }

    /// The same failure, when more is known of what became of the request.
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

    /// Adds what the server itself said, for the user to read.
    #[must_use]
    pub fn with_server_message(mut self, message: impl Into<String>) -> Self {
        self.0.server_message = Some(message.into());
        self
    }

    /// Adds where in the answer it could not be understood.
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

    /// What kind of failure it was.
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

    /// The server's own words.
    #[must_use]
    pub fn server_message(&self) -> Option<&str> {
        self.0.server_message.as_deref()
    }

    /// JSON path of what could not be understood.
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
