//! Requests and answers as bytes.

use std::fmt;

use bytes::Bytes;
use secrecy::SecretString;

use crate::{ServerTime, binding::Verb};

/// A request as it goes to the server, without host and authorisation, which the client adds.
#[derive(Clone, PartialEq, Eq)]
pub struct WireRequest {
    /// The verb.
    pub verb: Verb,
    /// From `/`, percent-encoded: `/api/v0/accounts/find_by_phone?phone=79123456789`.
    pub path_and_query: String,
    /// Headers besides authorisation and content type.
    pub headers: Vec<(String, String)>,
    /// The body; empty if the request has none.
    pub body: Bytes,
    /// The content type of the body, if it has one.
    pub content_type: Option<String>,
}

/// Shows no query, body or header value: they may hold a secret or a phone.
impl fmt::Debug for WireRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.path_and_query.split('?').next().unwrap_or_default();
        write!(f, "{} {path} ({} bytes)", self.verb.as_str(), self.body.len())
    }
}

/// An answer as it came, uncompressed and converted to UTF-8.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct WireAnswer {
    /// HTTP status.
    pub status: u16,
    /// The header `Content-Type`, if there was one.
    pub content_type: Option<String>,
    /// The headers that tell of pages: how many rows there are in all, and where the next page is. Their names are in lower case.
    pub pages: Vec<(String, String)>,
    /// The body.
    pub body: Bytes,
}

/// Shows no body: it may hold a token or a phone.
impl fmt::Debug for WireAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HTTP {} {} ({} bytes)", self.status, self.content_type.as_deref().unwrap_or("-"), self.body.len())
    }
}

/// The answer of `auth/login` and `auth/refresh_token`.
#[derive(Clone, Debug)]
pub struct Tokens {
    /// The bearer token.
    pub access: SecretString,
    /// The token that renews it, if the server gives one.
    pub refresh: Option<SecretString>,
    /// Its lifetime in seconds, if the server gives it.
    pub expires_in: Option<u64>,
    /// When it ends by the server's clock, if the server says so.
    pub expires_at: Option<ServerTime>,
}
