//! The request for a document that a server publishes.

use bytes::Bytes;
use secrecy::ExposeSecret as _;

use super::{place::percent, secrets::SecretConstants, wire::WireRequest};
use crate::binding::{Place, SecretConstant, Verb, is_free_header};

/// Asks for the document at this path, with every key that a request without a body can carry: those of headers and of the query.
/// A server may want them for its description too.
pub(crate) fn ask_for_document(mut path_and_query: String, secrets: &SecretConstants) -> WireRequest {
    let mut headers = Vec::new();
    for (SecretConstant { place, name }, value) in secrets.iter() {
        match place {
            Place::Header if is_free_header(name) => headers.push((name.clone(), value.expose_secret().to_owned())),
            Place::Query => {
                let joint = if path_and_query.contains('?') { '&' } else { '?' };
                let pair = format!("{}={}", percent(name), percent(value.expose_secret()));
                path_and_query = format!("{path_and_query}{joint}{pair}");
            }
            _ => {}
        }
    }
    WireRequest { verb: Verb::Get, path_and_query, headers, body: Bytes::new(), content_type: None }
}
