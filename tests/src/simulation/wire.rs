//! The way between the office and the server, in bad weather. It also stands where everything passes, so it checks what
//! may leave: only what the journal has as Sending, in the order of its account, one at a time.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use axum::{Router, body::Body};
use bytes::Bytes;
use futures::StreamExt as _;
use http::{Request, Response, StatusCode};
use office::{Event, Journal as _, Operation, OperationId, Payload, State};
use probonus::client::{BodyStream, Departure, Transport, TransportError, TransportFault};
use probonus_sandbox::Sandbox;
use tokio::time::{Instant, sleep};
use tower::ServiceExt as _;

use super::{
    answers::{self, Counts},
    chance::Chance,
    disk::Disk,
    fault::Fault,
    trace::Trace,
};

/// What a network is like, for a whole story.
#[derive(Clone, Copy, Debug)]
pub struct Climate {
    /// Bad luck of a write, per mille.
    pub writes: u64,
    /// Bad luck of a read, per mille.
    pub reads: u64,
    /// A gateway on the way repeats requests at times.
    pub repeats: bool,
    /// Requests may be held for hours.
    pub very_late: bool,
    /// This server's rows show no comment, GUID or outside number.
    pub hides_marks: bool,
    /// How this server counts refills.
    pub counts: Counts,
}

/// What the wire knows of an operation's writes.
#[derive(Clone, Debug, Default)]
struct Passed {
    /// Times the server carried it out.
    done: u64,
    /// Times it came again though the client sent it once, or so late that it was believed lost.
    extra: u64,
    /// Came twice, one right after the other.
    doubled_at_once: bool,
    /// On its way to the server.
    out: u64,
    /// The attempts that were refused with 400, of which the client was told.
    refused: BTreeSet<u32>,
}

struct Sky {
    bad: bool,
    repeat_next: bool,
    down_until: Instant,
    unauthorized_until: Instant,
    passed: BTreeMap<OperationId, Passed>,
    /// Writes of an account that the client has not given up.
    accounts: BTreeMap<String, u32>,
    faults: BTreeMap<&'static str, u64>,
    violation: Option<String>,
}

/// A wire; clones are the same.
#[derive(Clone)]
pub struct Wire(Arc<Inner>);

struct Inner {
    router: Router,
    sandbox: Sandbox,
    disk: Arc<Disk>,
    trace: Trace,
    chance: Chance,
    climate: Climate,
    sky: Mutex<Sky>,
}

impl Wire {
    /// The wire to a server.
    pub fn new(sandbox: &Sandbox, disk: Arc<Disk>, climate: Climate, chance: Chance, trace: Trace) -> Self {
        let sky = Sky {
            bad: true,
            repeat_next: false,
            down_until: Instant::now(),
            unauthorized_until: Instant::now(),
            passed: BTreeMap::new(),
            accounts: BTreeMap::new(),
            faults: BTreeMap::new(),
            violation: None,
        };
        let (router, sandbox) = (sandbox.router(), sandbox.clone());
        Self(Arc::new(Inner { router, sandbox, disk, trace, chance, climate, sky: Mutex::new(sky) }))
    }

    /// What it is like.
    pub fn climate(&self) -> Climate {
        self.0.climate
    }

    /// No fault from now on.
    pub fn calm(&self) {
        let mut sky = self.sky();
        let now = Instant::now();
        (sky.bad, sky.down_until, sky.unauthorized_until) = (false, now, now);
    }

    /// The next write is delivered twice.
    pub fn repeat_next(&self) {
        self.sky().repeat_next = true;
    }

    /// Nobody answers for a while.
    pub fn down_for(&self, pause: Duration) {
        self.count("outage");
        self.sky().down_until = Instant::now() + pause;
    }

    /// Every second answer is 401 for a while, whatever the token.
    pub fn unauthorized_for(&self, pause: Duration) {
        self.count("401 storm");
        self.sky().unauthorized_until = Instant::now() + pause;
    }

    /// A fault that is not of one request.
    pub fn count(&self, what: &'static str) {
        *self.sky().faults.entry(what).or_default() += 1;
    }

    /// Faults so far, by name.
    pub fn faults(&self) -> BTreeMap<&'static str, u64> {
        self.sky().faults.clone()
    }

    /// What passed that must never pass.
    pub fn violation(&self) -> Option<String> {
        self.sky().violation.clone()
    }

    /// How often the server carried an operation out.
    pub fn done(&self, id: OperationId) -> u64 {
        self.sky().passed.get(&id).map_or(0, |passed| passed.done)
    }

    /// How often the network brought it again by itself, which no client can prevent.
    pub fn extra(&self, id: OperationId) -> u64 {
        self.sky().passed.get(&id).map_or(0, |passed| passed.extra)
    }

    /// Whether it was brought twice at once.
    pub fn doubled_at_once(&self, id: OperationId) -> bool {
        self.sky().passed.get(&id).is_some_and(|passed| passed.doubled_at_once)
    }

    /// Operations that the server carried out.
    pub fn owners(&self) -> Vec<OperationId> {
        self.sky().passed.iter().filter(|(_, passed)| passed.done > 0).map(|(id, _)| *id).collect()
    }

    /// Whether a request of it is still on its way.
    pub fn is_out(&self, id: OperationId) -> bool {
        self.sky().passed.get(&id).is_some_and(|passed| passed.out > 0)
    }

    fn sky(&self) -> MutexGuard<'_, Sky> {
        self.0.sky.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn line(&self, text: &str) {
        self.0.trace.line(text);
    }

    fn violate(&self, what: String) {
        self.line(&format!("VIOLATION {what}"));
        self.sky().violation.get_or_insert(what);
    }

    fn fault(&self, write: bool) -> Option<Fault> {
        let fault = self.draw(write)?;
        self.count(fault.name());
        Some(fault)
    }

    fn draw(&self, write: bool) -> Option<Fault> {
        let (chance, climate) = (&self.0.chance, self.0.climate);
        let mut sky = self.sky();
        let now = Instant::now();
        if now < sky.down_until {
            return Some(Fault::NoConnection);
        }
        if write && std::mem::take(&mut sky.repeat_next) {
            return Some(Fault::Twice { ms: 0 });
        }
        if !sky.bad {
            return None;
        }
        if now < sky.unauthorized_until && chance.happens(500) {
            return Some(Fault::Unauthorized);
        }
        if write && climate.repeats && chance.happens(80) {
            return Some(Fault::Twice { ms: chance.below(2) * chance.below(20_000) });
        }
        chance
            .happens(if write { climate.writes } else { climate.reads })
            .then(|| Fault::draw(chance, write, climate.very_late))
    }

    /// Whose a write on the wire is: an operation that stands in Sending; and whether it may leave now.
    async fn owner(&self, name: &str, body: &str) -> Option<Operation> {
        let open = [State::Prepared, State::Sending, State::Unknown];
        let open = self.0.disk.journal().ok()?.in_states(&open, 1000).await.ok()?;
        let mine = |operation: &&Operation| match &operation.payload {
            Payload::Refill(_) => name.ends_with("refill") && body.contains(&operation.id.short()),
            Payload::RegisterCheck(check) => {
                name.ends_with("register_check") && body.contains(&check.check_guid.to_string())
            }
            Payload::ReturnCheck(check) => {
                name.ends_with("return_check") && body.contains(&check.check_guid.to_string())
            }
            Payload::CreateGuest(new) => name.ends_with("insert_by_template") && body.contains(new.phone.digits()),
            Payload::EditGuest(update) => name.ends_with("update") && body.contains(update.account.as_str()),
        };
        let Some(owner) = open.iter().filter(|other| other.state == State::Sending).find(mine) else {
            self.violate(format!("{name} left though no operation of that kind stands in Sending: {body}"));
            return None;
        };
        let before = open.iter().take_while(|other| other.id != owner.id).map(|other| (other, true));
        let after = open.iter().skip_while(|other| other.id != owner.id).skip(1).map(|other| (other, false));
        for (other, earlier) in before.chain(after).filter(|(other, _)| is_same_lane(other, owner)) {
            if other.state != State::Prepared || (earlier && other.attempts == 0 && owner.attempts < 2) {
                self.violate(format!("{} left before {}, which is {:?}", owner.id, other.id, other.state));
            }
        }
        let refused = self.sky().passed.get(&owner.id).map(|passed| passed.refused.clone()).unwrap_or_default();
        let story = self.0.disk.journal().ok()?.story(owner.id).await.ok()?;
        // A refusal of which the program died is an unknown outcome to it, and may be sent again by the operator.
        let is_put_off = story.windows(2).any(|pair| match (&pair[0].event, &pair[1].event) {
            (Event::Sending { attempt, .. }, Event::NotSent { .. }) => refused.contains(attempt),
            _ => false,
        });
        if is_put_off {
            self.violate(format!("{name} of {} was refused, and is sent again by itself", owner.id));
        }
        Some(owner.clone())
    }

    /// Hands a request to the server, at once and whole.
    async fn deliver(&self, request: Request<Bytes>, owner: Option<OperationId>, extra: bool) -> Response<Bytes> {
        let request = answers::miscounted(request, self.0.climate.counts);
        let answer =
            self.0.router.clone().oneshot(request.map(Body::from)).await.unwrap_or_else(|never| match never {});
        let (parts, body) = answer.into_parts();
        let body = axum::body::to_bytes(body, usize::MAX).await.unwrap_or_default();
        if let Some(owner) = owner {
            let mut sky = self.sky();
            let passed = sky.passed.entry(owner).or_default();
            let done = u64::from(parts.status.is_success());
            passed.done += done;
            passed.extra += if extra { done } else { 0 };
        }
        Response::from_parts(parts, body)
    }

    /// The request arrives by itself after a while, whatever becomes of the client and of the program.
    fn arrives_later(&self, request: &Request<Bytes>, name: &str, owner: Option<OperationId>, ms: u64, extra: bool) {
        let (wire, request, name) = (self.clone(), request.clone(), name.to_owned());
        if let Some(owner) = owner {
            self.sky().passed.entry(owner).or_default().out += 1;
        }
        tokio::spawn(async move {
            sleep(Duration::from_millis(ms)).await;
            let answer = wire.deliver(request, owner, extra).await;
            if let Some(owner) = owner
                && let Some(passed) = wire.sky().passed.get_mut(&owner)
            {
                passed.out -= 1;
            }
            wire.line(&format!("{name} arrives late: {} {}", answer.status().as_u16(), told(owner)));
        });
    }
}

fn is_same_lane(one: &Operation, other: &Operation) -> bool {
    match (&one.payload, &other.payload) {
        (Payload::CreateGuest(one), Payload::CreateGuest(other)) => one.phone == other.phone,
        (one, other) => one.account().is_some() && one.account() == other.account(),
    }
}

fn told(owner: Option<OperationId>) -> String {
    owner.map(OperationId::short).unwrap_or_default()
}

fn lost() -> TransportError {
    TransportError::after(TransportFault::Lost, "the connection was reset")
}

fn whole(answer: Response<Bytes>) -> Response<BodyStream> {
    answer.map(|body| futures::stream::iter([Ok(body)]).boxed())
}

/// Counts a write of an account as out until its client has an answer or gives it up.
struct Out<'a>(&'a Wire, String);

impl Drop for Out<'_> {
    fn drop(&mut self) {
        if let Some(out) = self.0.sky().accounts.get_mut(&self.1) {
            *out -= 1;
        }
    }
}

const WRITES: [&str; 5] = ["refill", "register_check", "return_check", "insert_by_template", "update"];

#[async_trait]
impl Transport for Wire {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<BodyStream>, TransportError> {
        let path = request.uri().path().to_owned();
        let name = path.rsplit('/').next().unwrap_or_default().to_owned();
        let write = WRITES.contains(&name.as_str());
        let departure = request.extensions().get::<Departure>().cloned().unwrap_or_default();
        departure.watched();
        tokio::task::yield_now().await;
        let fault = self.fault(write);
        if fault == Some(Fault::NoConnection) {
            self.line(&format!("{name}: no connection"));
            return Err(TransportError::before(TransportFault::Connect, "connection refused"));
        }
        let (mut owner, mut attempt, mut _out) = (None, 0, None);
        if write {
            let operation = self.owner(&name, &String::from_utf8_lossy(request.body())).await.ok_or_else(lost)?;
            let account = operation.payload.account().map_or_else(|| operation.id.to_string(), ToString::to_string);
            let out = *self.sky().accounts.entry(account.clone()).and_modify(|out| *out += 1).or_insert(1);
            _out = Some(Out(self, account));
            if out > 1 {
                self.violate(format!("two writes of the account of {} are out at once", operation.id));
            }
            (owner, attempt) = (Some(operation.id), operation.attempts);
        }
        departure.left();
        tokio::task::yield_now().await;
        let answer = self.carry(request, &name, owner, fault).await?;
        let passes = format!("{name}{}: {} {}", answers::said(fault), answer.status().as_u16(), told(owner));
        if write || fault.is_some() {
            self.line(&passes);
        } else {
            self.0.trace.quietly(&passes);
        }
        let is_told = matches!(fault, None | Some(Fault::Slow { .. } | Fault::Twice { .. } | Fault::Refused));
        if let Some(owner) = owner.filter(|_| is_told && answer.status() == StatusCode::BAD_REQUEST) {
            self.sky().passed.entry(owner).or_default().refused.insert(attempt);
        }
        tokio::task::yield_now().await;
        let hides = self.0.climate.hides_marks && name == "transactions";
        let answer = if hides { answers::without_marks(&answer) } else { answer };
        let answer = answers::dated(answer, self.0.sandbox.now());
        match fault {
            Some(Fault::AnswerLost) => Err(lost()),
            Some(Fault::Stall) => std::future::pending().await,
            Some(Fault::HalfAnswer) => Ok(answer.map(|body| {
                let first = body.slice(..body.len() / 2);
                futures::stream::iter([Ok(first), Err(lost())]).boxed()
            })),
            Some(Fault::Status { code, .. }) => Ok(whole(answers::page(code))),
            Some(Fault::Garbage { body, .. }) => Ok(whole(answers::garbage(body))),
            Some(Fault::Redirect) => Ok(whole(answers::redirect())),
            _ => Ok(whole(answer)),
        }
    }
}

impl Wire {
    /// The server's answer, if the request comes to it.
    async fn carry(
        &self,
        request: Request<Bytes>,
        name: &str,
        owner: Option<OperationId>,
        fault: Option<Fault>,
    ) -> Result<Response<Bytes>, TransportError> {
        match fault {
            Some(Fault::RequestLost) => {
                self.line(&format!("{name}: request lost {}", told(owner)));
                Err(lost())
            }
            Some(Fault::Late { ms }) => {
                self.arrives_later(&request, name, owner, ms, false);
                self.line(&format!("{name}: is held {ms} ms {}", told(owner)));
                std::future::pending().await
            }
            Some(Fault::VeryLate { ms }) => {
                self.arrives_later(&request, name, owner, ms, true);
                self.line(&format!("{name}: is held {ms} ms {}", told(owner)));
                std::future::pending().await
            }
            Some(Fault::Twice { ms: 0 }) => {
                let answer = self.deliver(request.clone(), owner, false).await;
                let again = self.deliver(request, owner, true).await;
                if let Some(owner) = owner.filter(|_| answer.status().is_success() && again.status().is_success()) {
                    self.sky().passed.entry(owner).or_default().doubled_at_once = true;
                }
                Ok(answer)
            }
            Some(Fault::Twice { ms }) => {
                self.arrives_later(&request, name, owner, ms, true);
                Ok(self.deliver(request, owner, false).await)
            }
            Some(Fault::Unauthorized) => Ok(answers::page(401)),
            Some(Fault::Refused) => Ok(answers::no()),
            Some(Fault::Status { applied: false, code }) => Ok(answers::page(code)),
            Some(Fault::Garbage { applied: false, body }) => Ok(answers::garbage(body)),
            Some(Fault::Slow { ms }) => {
                sleep(Duration::from_millis(ms)).await;
                Ok(self.deliver(request, owner, false).await)
            }
            _ => Ok(self.deliver(request, owner, false).await),
        }
    }
}
