//! A call and its answer as they cross to the client: spelled for this server, but without its address and the secret.

use std::fmt;

use bytes::Bytes;

/// A request spelled by the binding. The client adds host, base path, authorisation and limits.
#[derive(Clone, PartialEq, Eq)]
pub struct WireRequest {
    /// GET, POST, PUT…
    pub verb: http::Method,
    /// Path below the server's address with its query, percent-encoded, beginning with `/`.
    pub path_and_query: String,
    /// Further headers that the binding wants; never the secret.
    pub headers: http::HeaderMap,
    /// The body; empty for none.
    pub body: Bytes,
    /// Content type of the body, if there is one.
    pub content_type: Option<String>,
}

/// An answer, whole and as text: the client has unpacked it, bounded it, and decoded its charset.
///
/// Any status may be in it. That it is not a page of some proxy has been looked at for refusals and successes alike.
#[derive(Clone, PartialEq, Eq)]
pub struct WireAnswer {
    /// HTTP status.
    pub status: u16,
    /// Content type without its parameters, lower case: `application/json`.
    pub content_type: Option<String>,
    /// The body as text, without a byte order mark.
    pub text: String,
}

impl WireAnswer {
    /// Whether the status is 2xx. Errors inside a 200 are the codec's to find.
    #[must_use]
    pub const fn is_success(&self) -> bool {
        self.status >= 200 && self.status < 300
    }
}

/// Without query and body: they hold phones and sums.
impl fmt::Debug for WireRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.path_and_query.split('?').next().unwrap_or_default();
        write!(f, "WireRequest({} {path}, {} bytes)", self.verb, self.body.len())
    }
}

/// Without the body: it holds a guest.
impl fmt::Debug for WireAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "WireAnswer(HTTP {}, {:?}, {} bytes)", self.status, self.content_type, self.text.len())
    }
}
