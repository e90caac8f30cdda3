//! The network between the client and the sandbox, in bad weather. It also stands where everything passes, so it
//! checks what may leave: only what the journal has as Sending, and one write of an account at a time.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use axum::{Router, body::Body};
use bytes::Bytes;
use futures::StreamExt as _;
use http::{Request, Response, StatusCode, header};
use office::{Journal, Operation, Payload, State, journal::SqliteJournal};
use probonus::client::{BodyStream, Departure, Transport, TransportError, TransportFault};
use probonus_sandbox::Sandbox;
use tokio::time::Instant;
use tower::ServiceExt as _;

use super::{chance::Chance, trace::Trace};

/// What befalls a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Weather {
    Fair,
    /// A little slow.
    Slow,
    /// No connection.
    NoWay,
    /// It never arrives, and the connection breaks.
    RequestLost,
    /// It arrives, and the connection breaks before the answer.
    AnswerLost,
    /// It arrives; half of the answer comes.
    HalfAnswer,
    /// It arrives; the answer does not come within the limit.
    Stall,
    /// It arrives after the client has given up.
    Late,
    /// A gateway sends it twice.
    Twice,
    /// 401, before anything is done.
    Unauthorized,
    /// The server says no: 400, in its own words.
    Refused,
    /// 5xx, nothing done.
    Fault,
    /// 5xx, all done.
    FaultAfterAll,
    /// All done, and something unreadable answers.
    Garbage,
}

const BAD: [Weather; 15] = [
    Weather::Slow,
    Weather::Slow,
    Weather::NoWay,
    Weather::NoWay,
    Weather::RequestLost,
    Weather::AnswerLost,
    Weather::AnswerLost,
    Weather::HalfAnswer,
    Weather::Stall,
    Weather::Late,
    Weather::Unauthorized,
    Weather::Refused,
    Weather::Fault,
    Weather::FaultAfterAll,
    Weather::Garbage,
];

struct Sky {
    chance: Chance,
    /// Bad luck of a write and of a read, per mille.
    writes: u64,
    reads: u64,
    /// Whether a gateway on the way repeats requests at times.
    repeats: bool,
    /// Whether this server's rows show no comment, GUID or outside number.
    hides_marks: bool,
    repeat_next: bool,
    down_until: Instant,
    /// Writes of an account that the client has not given up.
    out: BTreeMap<String, u32>,
    /// Marks that the server refused with 400.
    refused: BTreeSet<String>,
    /// Marks that a gateway sent twice.
    twice: BTreeSet<String>,
    violation: Option<String>,
}

pub struct StormyWire {
    router: Router,
    sandbox: Sandbox,
    journal: Arc<SqliteJournal>,
    trace: Trace,
    sky: Arc<Mutex<Sky>>,
}

impl StormyWire {
    pub fn new(sandbox: &Sandbox, journal: Arc<SqliteJournal>, mut chance: Chance, trace: Trace) -> Self {
        let (writes, reads) = (chance.below(700), chance.below(150));
        let (repeats, hides_marks) = (chance.one_in(4), chance.one_in(4));
        let sky = Sky {
            chance,
            writes,
            reads,
            repeats,
            hides_marks,
            repeat_next: false,
            down_until: Instant::now(),
            out: BTreeMap::new(),
            refused: BTreeSet::new(),
            twice: BTreeSet::new(),
            violation: None,
        };
        let (router, sandbox) = (sandbox.router(), sandbox.clone());
        Self { router, sandbox, journal, trace, sky: Arc::new(Mutex::new(sky)) }
    }

    /// The storm is over.
    pub fn calm(&self) {
        let mut sky = self.sky();
        (sky.writes, sky.reads, sky.repeats, sky.down_until) = (0, 0, false, Instant::now());
    }

    /// The next write is sent twice by a gateway.
    pub fn repeat_next(&self) {
        self.sky().repeat_next = true;
    }

    /// Nobody answers for a while.
    pub fn down_for(&self, pause: Duration) {
        self.sky().down_until = Instant::now() + pause;
    }

    /// What passed that must never pass.
    pub fn violation(&self) -> Option<String> {
        self.sky().violation.clone()
    }

    /// Whether the mark was repeated on the way, which no client can prevent.
    pub fn was_repeated(&self, mark: &str) -> bool {
        self.sky().twice.contains(mark)
    }

    fn sky(&self) -> MutexGuard<'_, Sky> {
        self.sky.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn violate(&self, what: String) {
        self.trace.line(&format!("VIOLATION {what}"));
        self.sky().violation.get_or_insert(what);
    }

    fn weather(&self, write: bool) -> Weather {
        let mut sky = self.sky();
        if Instant::now() < sky.down_until {
            return Weather::NoWay;
        }
        if write && std::mem::take(&mut sky.repeat_next) {
            return Weather::Twice;
        }
        let bad = if write { sky.writes } else { sky.reads };
        if write && sky.repeats && sky.chance.one_in(12) {
            return Weather::Twice;
        }
        if sky.chance.below(1000) >= bad { Weather::Fair } else { *sky.chance.pick(&BAD) }
    }

    fn draw(&self, bound: u64) -> u64 {
        self.sky().chance.below(bound)
    }

    /// The operation that a write on the wire belongs to: it must stand in Sending.
    async fn owner(&self, path: &str, body: &str) -> Option<Operation> {
        let out = self.journal.in_states(&[State::Sending], 1000).await.unwrap_or_default();
        out.into_iter().find(|operation| match &operation.payload {
            Payload::Refill(_) => path.ends_with("refill") && body.contains(&operation.id.short()),
            Payload::RegisterCheck(check) => {
                path.ends_with("register_check") && body.contains(&check.check_guid.to_string())
            }
            Payload::ReturnCheck(check) => {
                path.ends_with("return_check") && body.contains(&check.check_guid.to_string())
            }
            Payload::CreateGuest(new) => path.ends_with("insert_by_template") && body.contains(new.phone.digits()),
            Payload::EditGuest(update) => path.ends_with("update") && body.contains(update.account.as_str()),
        })
    }

    /// Hands a request to the server: one step, no await that a client could break off.
    fn deliver(&self, request: &Request<Bytes>) -> impl Future<Output = Response<Bytes>> + Send + 'static {
        let (parts, body) = request.clone().into_parts();
        let path = parts.uri.path_and_query().map_or("/", http::uri::PathAndQuery::as_str).to_owned();
        let mut inward = Request::new(Body::from(body));
        *inward.method_mut() = parts.method;
        *inward.headers_mut() = parts.headers;
        if let Ok(uri) = path.parse() {
            *inward.uri_mut() = uri;
        }
        let router = self.router.clone();
        async move {
            let answer = router.oneshot(inward).await.unwrap_or_else(|never| match never {});
            let (parts, body) = answer.into_parts();
            let body = axum::body::to_bytes(body, usize::MAX).await.unwrap_or_default();
            Response::from_parts(parts, body)
        }
    }

    fn dated(&self, mut answer: Response<Bytes>) -> Response<Bytes> {
        let date = self.sandbox.now().strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
        if let Ok(date) = date.parse() {
            answer.headers_mut().insert(header::DATE, date);
        }
        answer
    }
}

fn lost() -> TransportError {
    TransportError::after(TransportFault::Lost, "the connection was reset")
}

fn status(code: StatusCode) -> Response<Bytes> {
    let mut answer = Response::new(Bytes::from_static(b"<html><body>nginx</body></html>"));
    *answer.status_mut() = code;
    answer
}

/// The rows as a server tells them that shows no marks of an outside system.
fn without_marks(answer: &Response<Bytes>) -> Response<Bytes> {
    let Ok(mut rows) = serde_json::from_slice::<serde_json::Value>(answer.body()) else { return answer.clone() };
    for row in rows.as_array_mut().into_iter().flatten().filter_map(serde_json::Value::as_object_mut) {
        for mark in ["comment", "checkGuid", "externalCheck", "restCode", "checkId"] {
            row.shift_remove(mark);
        }
    }
    answer.clone().map(|_| Bytes::from(rows.to_string()))
}

fn whole(answer: Response<Bytes>) -> Response<BodyStream> {
    answer.map(|body| futures::stream::iter([Ok(body)]).boxed())
}

/// Counts a write of an account as out until its client has an answer or gives it up.
struct Out<'a> {
    wire: &'a StormyWire,
    account: String,
}

impl Drop for Out<'_> {
    fn drop(&mut self) {
        if let Some(out) = self.wire.sky().out.get_mut(&self.account) {
            *out -= 1;
        }
    }
}

#[async_trait]
impl Transport for StormyWire {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<BodyStream>, TransportError> {
        let path = request.uri().path().to_owned();
        let name = path.trim_start_matches("/api/v0/").to_owned();
        let write = ["refill", "register_check", "return_check", "insert_by_template", "update"]
            .iter()
            .any(|method| path.ends_with(&format!("/{method}")));
        let departure = request.extensions().get::<Departure>().cloned().unwrap_or_default();
        departure.watched();
        tokio::task::yield_now().await;
        let weather = self.weather(write);
        if weather == Weather::NoWay {
            self.trace.line(&format!("{name} {weather:?}"));
            return Err(TransportError::before(TransportFault::Connect, "connection refused"));
        }

        let body = String::from_utf8_lossy(request.body()).into_owned();
        let mut mark = String::new();
        let _out = if write {
            let owner = self.owner(&path, &body).await;
            let Some(owner) = owner else {
                self.violate(format!("{name} left though no operation of that kind stands in Sending: {body}"));
                return Err(lost());
            };
            mark = owner.id.to_string();
            if self.sky().refused.contains(&mark) {
                self.violate(format!("{name} of {mark} was refused, and is sent again"));
            }
            let account = owner.payload.account().map_or_else(|| mark.clone(), ToString::to_string);
            let out = *self.sky().out.entry(account.clone()).and_modify(|out| *out += 1).or_insert(1);
            if out > 1 {
                self.violate(format!("two writes of account {account} are out at once"));
            }
            Some(Out { wire: self, account })
        } else {
            None
        };
        departure.left();
        tokio::task::yield_now().await;

        let answer = match weather {
            Weather::NoWay | Weather::RequestLost => {
                self.trace.line(&format!("{name} {weather:?} {mark}"));
                return Err(lost());
            }
            Weather::Unauthorized => status(StatusCode::UNAUTHORIZED),
            Weather::Refused if write => {
                let mut answer = Response::new(Bytes::from_static(b"{\"message\":\"no\"}"));
                *answer.status_mut() = StatusCode::BAD_REQUEST;
                answer
            }
            Weather::Fault | Weather::Refused => status(StatusCode::BAD_GATEWAY),
            Weather::Late => {
                let held = Duration::from_millis(30_500 + self.draw(40_000));
                let (arrival, trace, late) =
                    (self.deliver(&request), self.trace.clone(), format!("{name} arrives late {mark}"));
                // A task of its own: it goes on when the client gives up, and when the program dies.
                tokio::spawn(async move {
                    tokio::time::sleep(held).await;
                    trace.line(&late);
                    arrival.await;
                });
                self.trace.line(&format!("{name} {weather:?} {mark}"));
                return std::future::pending().await;
            }
            _ => {
                if weather == Weather::Slow {
                    tokio::time::sleep(Duration::from_millis(200 + self.draw(20_000))).await;
                }
                let answer = self.deliver(&request).await;
                if weather == Weather::Twice {
                    self.sky().twice.insert(mark.clone());
                    self.deliver(&request).await;
                }
                answer
            }
        };
        self.trace.line(&format!("{name} {weather:?} {} {mark}", answer.status().as_u16()));
        if write && answer.status() == StatusCode::BAD_REQUEST {
            self.sky().refused.insert(mark);
        }
        tokio::task::yield_now().await;
        let answer =
            if path.ends_with("transactions") && self.sky().hides_marks { without_marks(&answer) } else { answer };
        let answer = self.dated(answer);
        match weather {
            Weather::AnswerLost => Err(lost()),
            Weather::Stall => std::future::pending().await,
            Weather::FaultAfterAll => Ok(whole(status(StatusCode::GATEWAY_TIMEOUT))),
            Weather::Garbage => Ok(whole(Response::new(Bytes::from_static(b"{\"acc")))),
            Weather::HalfAnswer => {
                let half = answer.map(|body| {
                    let first = body.slice(..body.len() / 2);
                    futures::stream::iter([Ok(first), Err(lost())]).boxed()
                });
                Ok(half)
            }
            _ => Ok(whole(answer)),
        }
    }
}
