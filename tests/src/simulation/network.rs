//! The way between the office and the server: a call of the router, through the storm.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use axum::{Router, body::Body};
use bytes::Bytes;
use futures::StreamExt as _;
use probonus::client::{BodyStream, Departure, Transport, TransportError, TransportFault};
use probonus_sandbox::ConnectionReset;
use tower::ServiceExt as _;

use super::{
    storm::{OnTheWay, Storm},
    trace::Trace,
};

/// Carries requests to a router in this process.
pub struct Network {
    router: Router,
    storm: Arc<Storm>,
    trace: Arc<Trace>,
    /// Bodies of writes that the network delivered twice, with how often it did.
    twice: Mutex<BTreeMap<Bytes, u64>>,
}

impl Network {
    /// The way to `router`.
    pub fn new(router: Router, storm: Arc<Storm>, trace: Arc<Trace>) -> Self {
        Self { router, storm, trace, twice: Mutex::default() }
    }

    /// How many more times than once the network delivered a request whose body contains `mark`.
    pub fn delivered_again(&self, mark: &str) -> u64 {
        let twice = self.twice.lock().unwrap_or_else(PoisonError::into_inner);
        twice.iter().filter(|(body, _)| String::from_utf8_lossy(body).contains(mark)).map(|(_, times)| times).sum()
    }

    fn note_twice(&self, body: &Bytes) {
        *self.twice.lock().unwrap_or_else(PoisonError::into_inner).entry(body.clone()).or_default() += 1;
    }
}

#[async_trait]
impl Transport for Network {
    async fn send(&self, request: http::Request<Bytes>) -> Result<http::Response<BodyStream>, TransportError> {
        let departure = request.extensions().get::<Departure>().cloned().unwrap_or_default();
        departure.watched();
        let path = request.uri().path().to_owned();
        let strike = self.storm.on_the_way();
        self.trace.note(match strike {
            None => format!("→ {path}"),
            Some(strike) => format!("→ {path} {strike:?}"),
        });
        if matches!(strike, Some(OnTheWay::NoConnection)) {
            tokio::time::sleep(Duration::from_millis(20)).await;
            return Err(TransportError::before(TransportFault::Connect, "the storm"));
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
        departure.left();
        match strike {
            Some(OnTheWay::Lost) => {
                tokio::time::sleep(Duration::from_millis(20)).await;
                return Err(TransportError::after(TransportFault::Lost, "the storm"));
            }
            Some(OnTheWay::Twice { ms }) => {
                self.note_twice(request.body());
                let (router, again) = (self.router.clone(), request.clone());
                // A task of its own: it arrives whatever becomes of the first.
                tokio::spawn(async move {
                    tokio::time::sleep(Duration::from_millis(ms)).await;
                    let _ = router.oneshot(again.map(Body::from)).await;
                });
            }
            _ => {}
        }
        let response = match self.router.clone().oneshot(request.map(Body::from)).await {
            Ok(response) => response,
            Err(never) => match never {},
        };
        if response.extensions().get::<ConnectionReset>().is_some() {
            self.trace.note(format!("← {path} reset"));
            return Err(TransportError::after(TransportFault::Lost, "reset"));
        }
        self.trace.note(format!("← {path} {}", response.status().as_u16()));
        Ok(response.map(|body| {
            let body = body.into_data_stream();
            body.map(|piece| piece.map_err(|error| TransportError::after(TransportFault::Lost, error.to_string())))
                .boxed()
        }))
    }
}
