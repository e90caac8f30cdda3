//! A request that has been read from the connection.

use std::sync::Arc;

use axum::{
    body::Body,
    http::{HeaderMap, Response},
};

use super::endpoint::{Endpoint, Marks};
use crate::{dialect::RawRequest, faults::Fault, protocol::Method};

/// A request in memory. A fault may apply it never, once or several times.
pub(crate) struct Received {
    pub(crate) endpoint: Arc<Endpoint>,
    pub(crate) method: Method,
    pub(crate) headers: HeaderMap,
    pub(crate) request: RawRequest,
}

impl Received {
    /// Applies it once more.
    pub(crate) fn apply(&self) -> Response<Body> {
        self.endpoint.serve(self.method, &self.headers, &self.request)
    }

    /// The fault that the script has for it.
    pub(crate) fn fault(&self) -> Option<Fault> {
        self.endpoint.sandbox.faults().fault_for(self.method)
    }

    /// Its marks; see [`Marks`].
    pub(crate) fn marks(&self) -> Marks {
        self.endpoint.marks(self.method, &self.request)
    }
}
