//! May the server have applied it? One function for an answer's status, one for a transport's failure.

use super::{
    said,
    transport::{TransportError, TransportFault},
};
use crate::{Delivery, Error, ErrorKind, Method};

/// What an answer's head and body say of the request.
pub(super) enum Verdict {
    /// For the codec to read. It may still find an error inside.
    Read,
    /// A failure.
    Fail(Error),
}

/// What the body of an answer looks like.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Look {
    /// Data, or nothing at all.
    Data,
    /// A page for people.
    Page,
    /// A picture, an archive, a program.
    Foreign,
}

/// Judges a whole answer. Redirects are judged by [`redirect`].
pub(super) fn judge(method: Method, status: u16, look: Look, text: &[u8]) -> Verdict {
    use Delivery::{Refused, Unknown};
    let page = look == Look::Page;
    let (kind, delivery) = match status {
        200..=299 if page => (ErrorKind::WebPage, Unknown),
        200..=299 if look == Look::Foreign => (ErrorKind::NotProBonus, Unknown),
        200..=299 => return Verdict::Read,
        // Said by what speaks TLS there, before it passes anything on.
        400..=499 if said::wants_tls(text) => (ErrorKind::WantsTls, Refused),
        // "No such guest", "no such receipt": an answer like any other, unless it is the web server's own.
        400 | 404 | 410 | 422 if !page && may_find_nothing(method) && !said::is_router(text) => return Verdict::Read,
        401 => (ErrorKind::SignInAgain, Refused),
        404 | 405 => (ErrorKind::NoSuchMethod, Refused),
        // A proxy says it instead of passing the request on.
        407 => (ErrorKind::ProxyPassword, Delivery::NotSent),
        // The server gave up waiting: for what of it, it does not say.
        408 => (ErrorKind::Timeout, Unknown),
        // Too much at once, said before the work by a limiter in front. But a gateway that repeated the request by itself
        // passes on what its second try was told.
        429 => (ErrorKind::ServerFault, Unknown),
        411 | 413 | 414 | 415 | 431 => (ErrorKind::Refused, Refused),
        // A page of a filter that inspects answers comes after the server has done the work.
        400..=499 if page => (ErrorKind::WebPage, Unknown),
        403 => (ErrorKind::Forbidden, Refused),
        400..=499 => (ErrorKind::Refused, Refused),
        511 => (ErrorKind::WebPage, Unknown),
        500..=599 => (ErrorKind::ServerFault, Unknown),
        _ => (ErrorKind::NotProBonus, Unknown),
    };
    let mut error = Error::new(kind, delivery).with_method(method).with_status(status);
    if look != Look::Data {
        error = error.with_detail(match look {
            Look::Page => "a page for people instead of data",
            _ => "neither data nor a page",
        });
    } else if let Some(message) = said::message(text) {
        error = error.with_server_message(message);
    }
    Verdict::Fail(error)
}

const fn may_find_nothing(method: Method) -> bool {
    matches!(method, Method::FindByPhone | Method::Receipt)
}

/// A redirect that is not followed. 307 and 308 say "not here, ask there"; after the older ones the work may be done,
/// the redirect only showing where its result is.
pub(super) fn redirect(method: Method, status: u16, kind: ErrorKind, why: &str) -> Error {
    let delivery = if matches!(status, 307 | 308) { Delivery::Refused } else { Delivery::Unknown };
    Error::new(kind, delivery).with_method(method).with_status(status).with_detail(why)
}

/// Whether a status asks to go elsewhere.
pub(super) const fn is_redirect(status: u16) -> bool {
    matches!(status, 301 | 302 | 303 | 307 | 308)
}

/// Judges a failure of the transport.
pub(super) fn transport(method: Method, error: &TransportError) -> Error {
    let kind = match error.fault {
        TransportFault::Name => ErrorKind::NameNotResolved,
        TransportFault::Connect => ErrorKind::CannotConnect,
        TransportFault::Unreachable => ErrorKind::Unreachable,
        TransportFault::NoTls => ErrorKind::NoTls,
        TransportFault::TlsTooOld => ErrorKind::TlsTooOld,
        TransportFault::CertificateExpired => ErrorKind::CertificateExpired,
        TransportFault::CertificateOtherHost => ErrorKind::CertificateOtherHost,
        TransportFault::CertificateNotTrusted => ErrorKind::CertificateNotTrusted,
        TransportFault::Certificate => ErrorKind::Certificate,
        TransportFault::ProxyAbsent => ErrorKind::ProxyAbsent,
        TransportFault::ProxyPassword => ErrorKind::ProxyPassword,
        TransportFault::Proxy => ErrorKind::Proxy,
        TransportFault::Lost => ErrorKind::ConnectionLost,
        TransportFault::NotHttp => ErrorKind::NotHttp,
        TransportFault::Garbled => ErrorKind::NotProBonus,
        TransportFault::Request => ErrorKind::InvalidRequest,
    };
    let delivery = if error.sent { Delivery::Unknown } else { Delivery::NotSent };
    Error::new(kind, delivery).with_method(method).with_detail(error.detail.as_str())
}
