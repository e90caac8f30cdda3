//! Decides what an HTTP answer, or its absence, means for [`Delivery`]: may the server have applied the call? No other place
//! decides that.
//!
//! Unknown is the default. [`REFUSALS`] lists the only statuses that servers answer before the work, each with the reason.
//! The codec reads the body of a 2xx. [`read`] turns a refusal into unknown if its body shows signs of work done.

use super::{
    body::{self, PageBy},
    said,
    transport::{TransportError, TransportFault},
};
use crate::{
    Delivery, Error, ErrorKind, Method,
    codec::{WireAnswer, WireRequest, says_absent, says_it_may_be_done, says_not_found},
};

/// A status of the allow-list.
struct Refusal {
    status: u16,
    /// Whether the status refuses also with a page for people: web servers send some statuses themselves, as HTML.
    also_as_page: bool,
    /// Why no server sends it after the work.
    #[cfg_attr(not(test), expect(dead_code, reason = "for the reader of the table, and its test"))]
    because: &'static str,
}

const fn refusal(status: u16, also_as_page: bool, because: &'static str) -> Refusal {
    Refusal { status, also_as_page, because }
}

/// Statuses that servers answer before the work. A write that meets another one is [`Delivery::Unknown`], except a proxy's 407.
const REFUSALS: [Refusal; 13] = [
    refusal(
        308,
        true,
        "the address is written otherwise (slash, host, scheme); frameworks say it instead of calling a handler",
    ),
    refusal(
        400,
        false,
        "the request was validated and refused; words of a repetition or a time limit are excepted below",
    ),
    refusal(401, true, "a read is refused before it is done; of a write that is not believed, see `judge`"),
    refusal(
        403,
        false,
        "rights are checked before the work; a page is excepted: filters of answers say it after the work",
    ),
    refusal(404, true, "nobody is there to do it: no such route, no such account"),
    refusal(405, true, "the route exists, and no handler for this verb"),
    refusal(411, true, "the body's length is checked before the body is read"),
    refusal(413, true, "the body's size is checked before the body is read"),
    refusal(414, true, "the request line is checked before it is routed"),
    refusal(415, true, "the body's type is checked before the body is read"),
    refusal(421, true, "the wrong virtual host, told by what ends TLS (RFC 9110, 15.5.20: may be repeated)"),
    refusal(
        422,
        false,
        "the fields were validated and refused; words of a repetition or a time limit are excepted below",
    ),
    refusal(431, true, "the head's size is checked before it is routed"),
];

/// The request that an answer belongs to.
#[derive(Clone, Copy)]
pub struct Asked<'a> {
    /// The method that was called.
    pub method: Method,
    /// The request as it was sent.
    pub request: &'a WireRequest,
    /// Whether it was handed to a proxy that can answer it in place of the server: over plain http, through a proxy.
    pub by_proxy: bool,
}

/// Reads a whole answer: judges its status, then calls `decode`. A refusal that shows signs of work done becomes unknown.
///
/// # Errors
/// The failure that the status or the body stands for, with its [`Delivery`].
pub fn read<T>(
    asked: &Asked<'_>,
    answer: &WireAnswer,
    decode: impl FnOnce(&WireAnswer) -> Result<T, Error>,
) -> Result<T, Error> {
    let told = match judge(asked, answer) {
        Some(error) => Err(error),
        None => decode(answer),
    };
    told.map_err(|error| doubted(asked, answer, error))
}

/// A refusal of a write is doubted if its body says that the thing is there already, that time ran out, or repeats a GUID of the
/// request. Example: a create that a gateway sent twice is told "already exists" by its own first copy.
fn doubted(asked: &Asked<'_>, answer: &WireAnswer, error: Error) -> Error {
    if !asked.method.is_write() || error.delivery() != Delivery::Refused || error.kind() == ErrorKind::WantsTls {
        return error;
    }
    let body = String::from_utf8_lossy(&answer.body).to_ascii_lowercase();
    let repeats_our_guid = guids_in(asked.request).iter().any(|guid| body.contains(guid));
    let texts = said::texts(&answer.body);
    // "The transaction <GUID> is not found": the GUID only names the purchase to return. A return that was applied earlier is
    // found by reconciliation.
    let names_what_is_missing = asked.method == Method::ReturnCheck && says_not_found(&texts);
    let suspicious = (repeats_our_guid && !names_what_is_missing) || says_it_may_be_done(&texts);
    // Servers answer 400 or 422 if the guest exists [E]. Without a reason it may mean that our own create was applied.
    let unexplained = asked.method == Method::InsertByTemplate
        && matches!(error.status(), Some(400 | 422))
        && error.server_message().is_none();
    if suspicious || unexplained { error.with_delivery(Delivery::Unknown) } else { error }
}

/// The GUIDs in a request's body and query, in lower case.
fn guids_in(request: &WireRequest) -> Vec<String> {
    let body = String::from_utf8_lossy(&request.body);
    let parts = [body.as_ref(), request.path_and_query.as_str()];
    let words = parts.into_iter().flat_map(|part| part.split(|c: char| !c.is_ascii_hexdigit() && c != '-'));
    words.filter(|word| word.len() == 36 && uuid::Uuid::parse_str(word).is_ok()).map(str::to_ascii_lowercase).collect()
}

/// The form of an answer's body.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Look {
    /// Data, or nothing at all.
    Data,
    /// A page for people.
    Page,
    /// A picture, an archive, a program.
    Foreign,
}

impl Look {
    /// The form of an answer. A refused write is a page by its content type alone: a proxy that answers instead of the server must not
    /// be believed.
    fn of(method: Method, answer: &WireAnswer) -> Self {
        let content_type = answer.content_type.as_deref();
        let is_refused_write = method.is_write() && !matches!(answer.status, 200..=299);
        let by = if is_refused_write { PageBy::ContentType } else { PageBy::Tag };
        match () {
            () if body::is_page(&answer.body, content_type, by) => Self::Page,
            () if body::is_foreign(&answer.body, content_type) => Self::Foreign,
            () => Self::Data,
        }
    }
}

/// The failure that an answer's status and form stand for. `None` if the codec has to read the answer: data with a 2xx, or
/// "not found" of a guest or a receipt. Redirects are judged by [`redirect`].
fn judge(asked: &Asked<'_>, answer: &WireAnswer) -> Option<Error> {
    let look = Look::of(asked.method, answer);
    let status = answer.status;
    if look == Look::Data && matches!(status, 200..=299) {
        return None;
    }
    // "No such guest" and "no such receipt" are answers. "No such address" of the web server is a failure.
    if look == Look::Data && says_absent(asked.method, answer) && !said::is_router(&answer.body) {
        return None;
    }
    let wants_tls = matches!(status, 400..=499) && said::wants_tls(&answer.body);
    // Some servers say so with 400 or 403.
    let ends_session = matches!(status, 400 | 403) && look == Look::Data && said::ends_session(&answer.body);
    let (kind, delivery) = if wants_tls {
        // The TLS server at the port answers so before it passes anything on.
        (ErrorKind::WantsTls, Delivery::Refused)
    } else {
        let kind = if ends_session { ErrorKind::SignInAgain } else { kind_of(status, look) };
        // Rights are often checked by a filter after the work, or by a gateway that does not wait for it.
        let is_not_believed = kind == ErrorKind::SignInAgain && asked.method.is_write();
        let told = delivery_of(status, look, asked.by_proxy);
        (kind, if is_not_believed { Delivery::Unknown } else { told })
    };
    let error = Error::new(kind, delivery).with_method(asked.method).with_status(status);
    Some(match look {
        Look::Page => error.with_detail("a page for people instead of data"),
        Look::Foreign => error.with_detail("neither data nor a page"),
        Look::Data => match said::message(&answer.body) {
            Some(message) => error.with_server_message(message),
            None => error,
        },
    })
}

/// Whether a call may have been applied, by the status of its answer. Statuses of success are not for it.
fn delivery_of(status: u16, look: Look, by_proxy: bool) -> Delivery {
    // A proxy answers 407 instead of passing the request on. Inside TLS, and without a proxy, only the server or something behind it can
    // answer.
    if status == 407 && by_proxy {
        return Delivery::NotSent;
    }
    let refused = REFUSALS.iter().any(|row| row.status == status && (look != Look::Page || row.also_as_page));
    if refused { Delivery::Refused } else { Delivery::Unknown }
}

/// The kind of failure to show, by the status and the form of the answer.
const fn kind_of(status: u16, look: Look) -> ErrorKind {
    let page = matches!(look, Look::Page);
    match status {
        200..=299 if page => ErrorKind::WebPage,
        // 419 and 440 are the "session expired" of Laravel and of IIS.
        401 | 419 | 440 => ErrorKind::SignInAgain,
        404 | 405 => ErrorKind::NoSuchMethod,
        407 => ErrorKind::ProxyPassword,
        408 => ErrorKind::Timeout,
        411 | 413 | 414 | 415 | 421 | 431 => ErrorKind::Refused,
        429 => ErrorKind::ServerFault,
        511 => ErrorKind::WebPage,
        400..=499 if page => ErrorKind::WebPage,
        403 => ErrorKind::Forbidden,
        400..=499 => ErrorKind::Refused,
        500..=599 => ErrorKind::ServerFault,
        _ => ErrorKind::NotProBonus,
    }
}

/// The failure of a 401 that a filter in front of the server answers: a page with a script, which a browser would run to be let in,
/// and no `WWW-Authenticate`. Example: Qrator's challenge. It says nothing of password or token, and passes by itself.
///
/// The plain pages of IIS and nginx are refusals: they have no script, or name the scheme.
pub(super) fn challenge(method: Method, answer: &WireAnswer, names_scheme: bool) -> Option<Error> {
    let is_challenge = answer.status == 401
        && !names_scheme
        && Look::of(method, answer) == Look::Page
        && said::has_script(&answer.body);
    let error = || Error::new(ErrorKind::WebPage, Delivery::Unknown).with_method(method).with_status(401);
    is_challenge.then(|| error().with_detail("a page with a script instead of the server"))
}

/// The failure of a 407 whose proxy takes only a Windows sign-in (NTLM, Negotiate), which the client does not support.
pub(super) fn proxy_scheme(method: Method, by_proxy: bool) -> Error {
    let delivery = delivery_of(407, Look::Data, by_proxy);
    Error::new(ErrorKind::ProxyScheme, delivery).with_method(method).with_status(407)
}

/// The failure of a redirect that is not followed. After 301, 302, 303 and 307 the work may be done, and the redirect may lead to
/// its result. Example: Starlette's `RedirectResponse` answers 307 by default.
pub(super) fn redirect(method: Method, status: u16, kind: ErrorKind, why: &str) -> Error {
    let delivery = delivery_of(status, Look::Data, false);
    Error::new(kind, delivery).with_method(method).with_status(status).with_detail(why)
}

/// Whether a status is a redirect.
pub(super) const fn is_redirect(status: u16) -> bool {
    matches!(status, 301 | 302 | 303 | 307 | 308)
}

/// The failure of a call that the transport could not carry. Unknown if a byte of the request may have left.
pub(super) fn transport(method: Method, error: &TransportError) -> Error {
    of_transport(error).with_method(method)
}

/// Judges a failure of the transport while a file was fetched, which belongs to no method.
pub(super) fn of_transport(error: &TransportError) -> Error {
    let kind = match error.fault {
        TransportFault::Name => ErrorKind::NameNotResolved,
        TransportFault::Connect => ErrorKind::CannotConnect,
        TransportFault::Unreachable => ErrorKind::Unreachable,
        TransportFault::NoTls => ErrorKind::NoTls,
        TransportFault::TlsTooOld => ErrorKind::TlsTooOld,
        TransportFault::CertificateExpired => ErrorKind::CertificateExpired,
        TransportFault::CertificateOtherHost => ErrorKind::CertificateOtherHost,
        TransportFault::CertificateNotTrusted => ErrorKind::CertificateNotTrusted,
        TransportFault::CertificateNotYetValid => ErrorKind::CertificateNotYetValid,
        TransportFault::Certificate => ErrorKind::Certificate,
        TransportFault::ProxyScheme => ErrorKind::ProxyScheme,
        TransportFault::ProxyAbsent => ErrorKind::ProxyAbsent,
        TransportFault::ProxyPassword => ErrorKind::ProxyPassword,
        TransportFault::Proxy => ErrorKind::Proxy,
        TransportFault::Lost => ErrorKind::ConnectionLost,
        TransportFault::NotHttp => ErrorKind::NotHttp,
        TransportFault::Garbled => ErrorKind::NotProBonus,
        TransportFault::Request => ErrorKind::InvalidRequest,
    };
    let delivery = if error.sent { Delivery::Unknown } else { Delivery::NotSent };
    Error::new(kind, delivery).with_detail(error.detail.as_str())
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;
    use crate::binding::Verb;

    const OWN: &str = "7f3c9a52-0c1d-4a6e-9b53-0d2f4c8e1a01";

    fn told(method: Method, status: u16, content_type: &str, body: &str) -> Delivery {
        let request = WireRequest {
            verb: Verb::Post,
            path_and_query: "/api/v0/external/register_check".into(),
            headers: Vec::new(),
            body: Bytes::from(format!(r#"{{"checkGuid":"{OWN}"}}"#)),
            content_type: None,
        };
        let asked = Asked { method, request: &request, by_proxy: false };
        let body = Bytes::copy_from_slice(body.as_bytes());
        let answer = WireAnswer { status, content_type: Some(content_type.into()), pages: Vec::new(), body };
        let read = read(&asked, &answer, |_| Ok(()));
        read.expect_err("no success").delivery()
    }

    #[test]
    fn only_the_statuses_of_the_table_refuse_a_write() {
        for status in (300..1000).filter(|status| !is_redirect(*status)) {
            let row = REFUSALS.iter().find(|row| row.status == status);
            for (content_type, body, page) in
                [("application/json", r#"{"message":"нет прав"}"#, false), ("text/html", "<html></html>", true)]
            {
                let refused = status != 401 && row.is_some_and(|row| !page || row.also_as_page);
                let wanted = if refused { Delivery::Refused } else { Delivery::Unknown };
                assert_eq!(told(Method::Refill, status, content_type, body), wanted, "{status} {content_type}");
            }
        }
    }

    #[test]
    fn each_row_of_the_table_says_why_and_stands_once() {
        for (at, row) in REFUSALS.iter().enumerate() {
            assert!(row.because.len() > 20, "{}", row.status);
            assert!(REFUSALS[..at].iter().all(|earlier| earlier.status < row.status), "{}", row.status);
        }
        for status in [301, 302, 303, 307, 406, 408, 409, 410, 423, 424, 429, 449, 460, 499, 500, 502, 503, 504] {
            assert!(REFUSALS.iter().all(|row| row.status != status), "{status}");
        }
    }

    #[test]
    fn a_refusal_that_shows_signs_of_work_done_is_unknown() {
        for body in [
            r#"{"message":"Account already exists"}"#,
            r#"{"message":"Счёт с таким телефоном уже есть"}"#,
            r#"{"detail":"Timeout expired. The timeout period elapsed prior to completion of the operation"}"#,
            r#"{"message":"Превышено время ожидания"}"#,
            r#"{"message":"Повторная операция"}"#,
            r#"{"message":"Duplicate entry"}"#,
            &format!(r#"{{"message":"Отказ","checkGuid":"{}"}}"#, OWN.to_uppercase()),
        ] {
            for status in [400, 403, 404, 422] {
                assert_eq!(told(Method::RegisterCheck, status, "application/json", body), Delivery::Unknown, "{body}");
            }
        }
        for body in [r#"{"message":"Недостаточно бонусов"}"#, r#"{"message":"restCode is required"}"#, "{}"]
        {
            assert_eq!(told(Method::RegisterCheck, 400, "application/json", body), Delivery::Refused, "{body}");
        }
    }

    #[test]
    fn a_return_whose_purchase_is_not_found_is_refused_though_its_guid_is_named() {
        let body = format!(r#"{{"message":"Внешняя транзакция {OWN} не найдена"}}"#);
        assert_eq!(told(Method::ReturnCheck, 400, "application/json", &body), Delivery::Refused);
        let body = format!(r#"{{"message":"Транзакция {OWN} уже возвращена, активная не найдена"}}"#);
        assert_eq!(told(Method::ReturnCheck, 400, "application/json", &body), Delivery::Unknown);
    }

    #[test]
    fn a_create_refused_without_a_reason_is_looked_for_by_phone() {
        let of = |body| told(Method::InsertByTemplate, 400, "application/json", body);
        assert_eq!(of("{}"), Delivery::Unknown);
        assert_eq!(of(""), Delivery::Unknown);
        assert_eq!(of(r#"{"message":"Гость уже зарегистрирован"}"#), Delivery::Unknown);
        assert_eq!(of(r#"{"message":"Поле phone обязательно"}"#), Delivery::Refused);
    }
}
