//! Reads that are answered as the server was: by a replica that lags behind it, or by a cache that repeats its last answer.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use axum::{Router, body::Body};
use bytes::Bytes;
use http::{Request, Response, StatusCode, header};
use jiff::Timestamp;
use probonus_sandbox::{Dialect, HandClock, Options, Sandbox, core::Core};
use tokio::time::Instant;
use tower::ServiceExt as _;

use super::random::Random;

/// The reads that may be old.
const READS: [&str; 4] = ["transactions", "find_by_phone", "get_balance_extended", "get_by_id"];
/// States that are kept: more than any run needs.
const STATES_KEPT: usize = 4_000;

/// What gives old answers.
#[derive(Clone, Copy, Debug)]
enum Source {
    /// A replica that is so long behind.
    Behind(Duration),
    /// A replica that lacks so many of the last writes of the office.
    Lacks(usize),
    /// A cache that repeats its answer to a request for so long. `says_so`: with the header `Age`.
    Repeats { life: Duration, says_so: bool },
}

/// The server as it was at a moment.
struct State {
    at: Instant,
    shown: Timestamp,
    before_write: bool,
    core: Core,
}

/// What is remembered of the past.
#[derive(Default)]
struct Past {
    states: VecDeque<State>,
    answers: BTreeMap<(String, Bytes), (Instant, Response<Bytes>)>,
}

/// A replica or a cache beside the server, and how many of a thousand reads it answers.
pub struct OldReads {
    source: Source,
    share: u64,
    clock: Arc<HandClock>,
    replica: Sandbox,
    router: Router,
    past: Mutex<Past>,
}

impl OldReads {
    /// Draws one.
    pub fn draw(random: &Random) -> Self {
        let source = match random.below(4) {
            0 => Source::Lacks(usize::try_from(random.between(1, 4)).unwrap_or(1)),
            1 => {
                let life = Duration::from_secs(*random.pick(&[5, 60, 300, 1_800]));
                Source::Repeats { life, says_so: random.happens(300) }
            }
            _ => Source::Behind(Duration::from_secs(*random.pick(&[2, 20, 90, 400, 4_000]))),
        };
        let clock = HandClock::at(Timestamp::UNIX_EPOCH);
        let replica = Sandbox::empty(Options { clock: Arc::clone(&clock) as _, ..Options::default() });
        let router = replica.router_in(&Dialect::table());
        Self { source, share: *random.pick(&[200, 500, 800]), clock, replica, router, past: Mutex::default() }
    }

    /// Remembers how the server is now. `before_write`: a write of the office reaches it next.
    pub fn remember(&self, server: &Sandbox, before_write: bool) {
        if matches!(self.source, Source::Repeats { .. }) {
            return;
        }
        let (at, shown) = (Instant::now(), server.now());
        let mut past = self.past();
        let is_same_moment = past.states.back().is_some_and(|last| last.at == at && !last.before_write);
        if is_same_moment && !before_write {
            past.states.pop_back();
        }
        let core = server.with_core(|core| core.clone());
        past.states.push_back(State { at, shown, before_write, core });
        if past.states.len() > STATES_KEPT {
            past.states.pop_front();
        }
    }

    /// The old answer to a request; `None`: it is answered as things are.
    pub async fn answer(&self, random: &Random, request: &Request<Bytes>) -> Option<Response<Bytes>> {
        if !is_read(request) || !random.happens(self.share) {
            return None;
        }
        match self.source {
            Source::Repeats { life, says_so } => self.repeated(request, life, says_so),
            Source::Behind(lag) => {
                let now = Instant::now();
                self.of_replica(request, |state| now.duration_since(state.at) >= lag).await
            }
            Source::Lacks(writes) => {
                let mut lacking = 0;
                let is_meant = |state: &State| {
                    lacking += usize::from(state.before_write);
                    lacking == writes
                };
                self.of_replica(request, is_meant).await
            }
        }
    }

    /// Keeps an answer of the server.
    pub fn keep(&self, request: &Request<Bytes>, answer: &Response<Bytes>) {
        if matches!(self.source, Source::Repeats { .. }) && is_read(request) && answer.status() == StatusCode::OK {
            self.past().answers.insert(key(request), (Instant::now(), answer.clone()));
        }
    }

    fn repeated(&self, request: &Request<Bytes>, life: Duration, says_so: bool) -> Option<Response<Bytes>> {
        let (at, answer) = self.past().answers.get(&key(request)).cloned()?;
        let age = at.elapsed();
        if age > life {
            return None;
        }
        let mut answer = answer;
        if says_so {
            answer.headers_mut().insert(header::AGE, age.as_secs().into());
        }
        Some(answer)
    }

    /// The answer of the replica, in the newest state that is meant, searched from the newest.
    async fn of_replica(
        &self,
        request: &Request<Bytes>,
        mut is_meant: impl FnMut(&State) -> bool,
    ) -> Option<Response<Bytes>> {
        let (shown, core) = {
            let past = self.past();
            let state = past.states.iter().rev().find(|state| is_meant(state))?;
            (state.shown, state.core.clone())
        };
        self.clock.set(shown);
        self.replica.with_core(|shown| *shown = core);
        let mut request = request.clone();
        // Whoever may read the server may read its replica.
        request.headers_mut().insert(header::AUTHORIZATION, header::HeaderValue::from_static("bearer sandbox-token"));
        let answer = self.router.clone().oneshot(request.map(Body::from)).await.unwrap_or_else(|never| match never {});
        let (parts, body) = answer.into_parts();
        let body = axum::body::to_bytes(body, usize::MAX).await.unwrap_or_default();
        Some(Response::from_parts(parts, body))
    }

    fn past(&self) -> MutexGuard<'_, Past> {
        self.past.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn is_read(request: &Request<Bytes>) -> bool {
    let name = request.uri().path().rsplit('/').next().unwrap_or_default();
    READS.contains(&name)
}

fn key(request: &Request<Bytes>) -> (String, Bytes) {
    (request.uri().to_string(), request.body().clone())
}
