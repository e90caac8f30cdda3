//! The network between office and server, with injected faults. All requests pass here, so this module also checks what may
//! leave: only an operation that the journal has in Sending, one at a time per account, in order.

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
use probonus_sandbox::{
    Dialect, Sandbox, Says,
    core::{calendar::Calendar, model::Receipt},
};
use tokio::time::{Instant, sleep};
use tower::ServiceExt as _;

use super::{
    answers::{self, Counts},
    comments::Vanishing,
    disk::Disk,
    fault::Fault,
    foreign,
    hollow::{self, Emptied},
    old_reads::OldReads,
    partial,
    random::Random,
    shown::Shown,
    trace::Trace,
    trouble::Trouble,
};

/// Network and server of a scenario.
#[derive(Clone, Copy, Debug)]
pub struct NetworkProfile {
    /// Faults of writes, per mille.
    pub writes: u64,
    /// Faults of reads, per mille.
    pub reads: u64,
    /// A gateway duplicates requests at times.
    pub repeats: bool,
    /// Requests may be delayed for hours.
    pub very_late: bool,
    /// This server's entries show no comment, GUID or outside number.
    pub hides_markers: bool,
    /// The unit in which this server reads refills.
    pub counts: Counts,
    /// The kind of trouble of the scenario; `None`: only random faults.
    pub trouble: Option<Trouble>,
}

/// Deliveries of an operation's writes.
#[derive(Clone, Debug, Default)]
struct Deliveries {
    /// Times the server applied it.
    done: u64,
    /// Deliveries that the client did not send: duplicates, and very late ones.
    extra: u64,
    /// Delivered twice, one right after the other.
    delivered_twice_at_once: bool,
    /// Delayed requests on their way to the server.
    out: u64,
    /// Attempts whose refusal (400) reached the client.
    refused: BTreeSet<u32>,
    /// Applied, and answered with something that looks exactly like a refusal before the work.
    denied: bool,
}

struct NetworkState {
    bad: bool,
    repeat_next: bool,
    down_until: Instant,
    unauthorized_until: Instant,
    /// When the rate limiter last let a request through.
    let_through: Option<Instant>,
    deliveries: BTreeMap<OperationId, Deliveries>,
    /// Outstanding writes of each account.
    accounts: BTreeMap<String, u32>,
    faults: BTreeMap<&'static str, u64>,
    shown: Shown,
    violation: Option<String>,
}

/// The network. Clones share their state.
#[derive(Clone)]
pub struct Network(Arc<Inner>);

struct Inner {
    /// The server's address.
    server: &'static str,
    router: Router,
    sandbox: Sandbox,
    disk: Arc<Disk>,
    trace: Trace,
    random: Random,
    profile: NetworkProfile,
    /// What answers reads as the server was.
    old_reads: Option<OldReads>,
    /// How the server hides markers at times.
    vanishing: Option<Vanishing>,
    /// How its reads find nothing at times.
    emptied: Option<Emptied>,
    state: Mutex<NetworkState>,
}

impl Network {
    /// The network to a server.
    pub fn new(
        server: &'static str,
        sandbox: &Sandbox,
        disk: Arc<Disk>,
        profile: NetworkProfile,
        random: Random,
        trace: Trace,
    ) -> Self {
        let state = NetworkState {
            bad: true,
            repeat_next: false,
            down_until: Instant::now(),
            unauthorized_until: Instant::now(),
            let_through: None,
            deliveries: BTreeMap::new(),
            accounts: BTreeMap::new(),
            faults: BTreeMap::new(),
            shown: Shown::default(),
            violation: None,
        };
        let dialect = profile.trouble.map_or_else(Dialect::table, Trouble::dialect);
        let (router, sandbox) = (sandbox.router_in(&dialect), sandbox.clone());
        let old_reads = (profile.trouble == Some(Trouble::StaleReads)).then(|| OldReads::draw(&random));
        let vanishing = (profile.trouble == Some(Trouble::VanishingComments)).then(|| Vanishing::draw(&random));
        let emptied = (profile.trouble == Some(Trouble::EmptiedReads)).then(|| Emptied::draw(&random));
        let state = Mutex::new(state);
        Self(Arc::new(Inner {
            server,
            router,
            sandbox,
            disk,
            trace,
            random,
            profile,
            old_reads,
            vanishing,
            emptied,
            state,
        }))
    }

    /// Its profile.
    pub fn profile(&self) -> NetworkProfile {
        self.0.profile
    }

    /// No fault from now on.
    pub fn calm(&self) {
        let mut state = self.state();
        let now = Instant::now();
        (state.bad, state.down_until, state.unauthorized_until) = (false, now, now);
    }

    /// The journal was put back. The program does not know the refusals that reached the client any more. With its witness, as with a
    /// disk image, it does not know either of requests that are still on their way: no client can prevent that they arrive.
    pub fn journal_is_put_back(&self) {
        let forgets_all = self.0.profile.trouble == Some(Trouble::DiskImage);
        for deliveries in self.state().deliveries.values_mut() {
            deliveries.refused.clear();
            deliveries.extra += if forgets_all { deliveries.out } else { 0 };
        }
    }

    /// The next write is delivered twice.
    pub fn repeat_next(&self) {
        self.state().repeat_next = true;
    }

    /// The server does not answer for a while.
    pub fn down_for(&self, pause: Duration) {
        self.count("outage");
        self.state().down_until = Instant::now() + pause;
    }

    /// Every second answer is 401 for a while, whatever the token.
    pub fn unauthorized_for(&self, pause: Duration) {
        self.count("401 storm");
        self.state().unauthorized_until = Instant::now() + pause;
    }

    /// Counts a fault that does not belong to one request.
    pub fn count(&self, what: &'static str) {
        *self.state().faults.entry(what).or_default() += 1;
    }

    /// Injected faults so far, by name.
    pub fn faults(&self) -> BTreeMap<&'static str, u64> {
        self.state().faults.clone()
    }

    /// The first request that must not have left, or the first send that began although the queue was halted or paused.
    pub fn violation(&self) -> Option<String> {
        self.state().violation.clone().or_else(|| self.0.disk.violation())
    }

    /// How often the server applied an operation.
    pub fn done(&self, id: OperationId) -> u64 {
        self.state().deliveries.get(&id).map_or(0, |deliveries| deliveries.done)
    }

    /// How often the network itself delivered it again. No client can prevent that.
    pub fn extra(&self, id: OperationId) -> u64 {
        self.state().deliveries.get(&id).map_or(0, |deliveries| deliveries.extra)
    }

    /// Whether it was delivered twice at once.
    pub fn delivered_twice_at_once(&self, id: OperationId) -> bool {
        self.state().deliveries.get(&id).is_some_and(|deliveries| deliveries.delivered_twice_at_once)
    }

    /// Operations that the server applied.
    pub fn owners(&self) -> Vec<OperationId> {
        self.state().deliveries.iter().filter(|(_, deliveries)| deliveries.done > 0).map(|(id, _)| *id).collect()
    }

    /// Whether the server applied it, and its answer looked exactly like a refusal before the work.
    pub fn is_denied(&self, id: OperationId) -> bool {
        self.state().deliveries.get(&id).is_some_and(|deliveries| deliveries.denied)
    }

    /// Whether a request of it is still on its way.
    pub fn is_out(&self, id: OperationId) -> bool {
        self.state().deliveries.get(&id).is_some_and(|deliveries| deliveries.out > 0)
    }

    fn state(&self) -> MutexGuard<'_, NetworkState> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn line(&self, text: &str) {
        self.0.trace.line(text);
    }

    fn violate(&self, what: String) {
        self.line(&format!("VIOLATION {what}"));
        self.state().violation.get_or_insert(what);
    }

    fn fault(&self, write: bool) -> Option<Fault> {
        let fault = self.draw(write)?;
        self.count(fault.name());
        Some(fault)
    }

    fn draw(&self, write: bool) -> Option<Fault> {
        let (random, profile) = (&self.0.random, self.0.profile);
        let mut state = self.state();
        let now = Instant::now();
        if now < state.down_until {
            return Some(Fault::NoConnection);
        }
        if write && std::mem::take(&mut state.repeat_next) {
            return Some(Fault::Twice { ms: 0 });
        }
        if profile.trouble == Some(Trouble::TightLimiter) {
            if state.let_through.is_some_and(|at| now.duration_since(at) < Duration::from_secs(1)) {
                return Some(Fault::Answer { code: 429, says: Says::Error, applied: false });
            }
            state.let_through = Some(now);
        }
        if !state.bad {
            return None;
        }
        if let Some(fault) = profile.trouble.and_then(|trouble| trouble.fault(random, write)) {
            return Some(fault);
        }
        if now < state.unauthorized_until && random.happens(500) {
            return Some(Fault::Unauthorized);
        }
        if write && profile.repeats && random.happens(80) {
            return Some(Fault::Twice { ms: random.below(2) * random.below(20_000) });
        }
        random
            .happens(if write { profile.writes } else { profile.reads })
            .then(|| Fault::draw(random, write, profile.very_late))
    }

    /// Whether the operator decided about an operation or sent it again. It has lost its place in the queue then, even if no request of
    /// it ever left. Example: it became unknown because the server showed an entry of its sum.
    async fn was_sent_anew(&self, operation: &Operation) -> bool {
        let Ok(journal) = self.0.disk.journal() else { return false };
        let story = journal.story(operation.id).await.unwrap_or_default();
        story.iter().any(|record| matches!(record.event, Event::Decided { .. } | Event::Resent { .. }))
    }

    /// The operation in Sending to which a write belongs. Records a violation if the write may not leave now.
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
        if owner.server.as_deref() != Some(self.0.server) {
            self.violate(format!("{name} of {} left to {}, and was made for another server", owner.id, self.0.server));
        }
        if self.state().shown.has_entry_of(owner) {
            self.violate(format!("{name} of {} left although its entry had just been shown", owner.id));
        }
        let before = open.iter().take_while(|other| other.id != owner.id).map(|other| (other, true));
        let after = open.iter().skip_while(|other| other.id != owner.id).skip(1).map(|other| (other, false));
        for (other, earlier) in before.chain(after).filter(|(other, _)| is_same_queue(other, owner)) {
            let waits_for_its_first_turn = earlier && other.attempts == 0 && owner.attempts < 2;
            if other.state != State::Prepared || (waits_for_its_first_turn && !self.was_sent_anew(other).await) {
                self.violate(format!("{} left before {}, which is {:?}", owner.id, other.id, other.state));
            }
        }
        let refused =
            self.state().deliveries.get(&owner.id).map(|deliveries| deliveries.refused.clone()).unwrap_or_default();
        let story = self.0.disk.journal().ok()?.story(owner.id).await.ok()?;
        // If the program crashed before it recorded a refusal, the outcome is unknown to it, and the operator may resend.
        let is_put_off = story.windows(2).any(|pair| match (&pair[0].event, &pair[1].event) {
            (Event::Sending { attempt, .. }, Event::NotSent { .. }) => refused.contains(attempt),
            _ => false,
        });
        if is_put_off {
            self.violate(format!("{name} of {} was refused, and is sent again by itself", owner.id));
        }
        Some(owner.clone())
    }

    /// Delivers a request to the server, or to what answers reads in its place as it was.
    async fn deliver(&self, request: Request<Bytes>, owner: Option<OperationId>, extra: bool) -> Response<Bytes> {
        if let Some(nothing) =
            self.0.emptied.as_ref().filter(|_| self.state().bad).and_then(|says| says.answer(&request))
        {
            self.count("emptied read");
            return nothing;
        }
        let Some(old_reads) = self.0.old_reads.as_ref().filter(|_| self.state().bad) else {
            return self.deliver_to_server(request, owner, extra).await;
        };
        old_reads.remember(&self.0.sandbox, owner.is_some());
        if let Some(old) = old_reads.answer(&self.0.random, &request).await {
            self.count("old answer");
            return old;
        }
        let asked = request.clone();
        let answer = self.deliver_to_server(request, owner, extra).await;
        old_reads.remember(&self.0.sandbox, false);
        old_reads.keep(&asked, &answer);
        answer
    }

    async fn deliver_to_server(
        &self,
        request: Request<Bytes>,
        owner: Option<OperationId>,
        extra: bool,
    ) -> Response<Bytes> {
        let request = answers::with_server_unit(request, self.0.profile.counts);
        let answer =
            self.0.router.clone().oneshot(request.map(Body::from)).await.unwrap_or_else(|never| match never {});
        let (parts, body) = answer.into_parts();
        let body = axum::body::to_bytes(body, usize::MAX).await.unwrap_or_default();
        if let Some(owner) = owner {
            let mut state = self.state();
            let deliveries = state.deliveries.entry(owner).or_default();
            let done = u64::from(parts.status.is_success());
            deliveries.done += done;
            deliveries.extra += if extra { done } else { 0 };
        }
        Response::from_parts(parts, body)
    }

    /// A list of entries with the markers that this server shows now.
    fn with_shown_markers(&self, answer: Response<Bytes>) -> Response<Bytes> {
        if self.0.profile.hides_markers {
            return answers::without_markers(&answer);
        }
        match &self.0.vanishing {
            Some(vanishing) => {
                let now = Calendar::default().local(self.0.sandbox.now());
                vanishing.shown(answer, now, !self.state().bad)
            }
            None => answer,
        }
    }

    /// Delivers the request later, whatever happens to the client and the program.
    fn arrives_later(&self, request: &Request<Bytes>, name: &str, owner: Option<OperationId>, ms: u64, extra: bool) {
        let (network, request, name) = (self.clone(), request.clone(), name.to_owned());
        if let Some(owner) = owner {
            self.state().deliveries.entry(owner).or_default().out += 1;
        }
        tokio::spawn(async move {
            sleep(Duration::from_millis(ms)).await;
            let answer = network.deliver(request, owner, extra).await;
            if let Some(owner) = owner
                && let Some(deliveries) = network.state().deliveries.get_mut(&owner)
            {
                deliveries.out -= 1;
            }
            network.line(&format!("{name} arrives late: {} {}", answer.status().as_u16(), label(owner)));
        });
    }
}

/// Whether the server's own answer reaches the client, if the request is answered at all.
const fn arrives_whole(fault: Option<Fault>) -> bool {
    matches!(fault, None | Some(Fault::Slow { .. } | Fault::Twice { .. }))
}

fn is_same_queue(one: &Operation, other: &Operation) -> bool {
    match (&one.payload, &other.payload) {
        (Payload::CreateGuest(one), Payload::CreateGuest(other)) => one.phone == other.phone,
        (one, other) => one.account().is_some() && one.account() == other.account(),
    }
}

fn label(owner: Option<OperationId>) -> String {
    owner.map(OperationId::short).unwrap_or_default()
}

fn lost() -> TransportError {
    TransportError::after(TransportFault::Lost, "the connection was reset")
}

fn whole(answer: Response<Bytes>) -> Response<BodyStream> {
    answer.map(|body| futures::stream::iter([Ok(body)]).boxed())
}

/// Counts a write of an account as outstanding until the client has an answer or gives up.
struct OutstandingWrite<'a>(&'a Network, String);

impl Drop for OutstandingWrite<'_> {
    fn drop(&mut self) {
        if let Some(out) = self.0.state().accounts.get_mut(&self.1) {
            *out -= 1;
        }
    }
}

const WRITES: [&str; 5] = ["refill", "register_check", "return_check", "insert_by_template", "update"];

#[async_trait]
impl Transport for Network {
    async fn send(&self, mut request: Request<Bytes>) -> Result<Response<BodyStream>, TransportError> {
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
            if self.0.profile.trouble == Some(Trouble::ListedBack) {
                request = answers::with_purchase_date(request, &operation.payload);
            }
            let account = operation.payload.account().map_or_else(|| operation.id.to_string(), ToString::to_string);
            let out = *self.state().accounts.entry(account.clone()).and_modify(|out| *out += 1).or_insert(1);
            _out = Some(OutstandingWrite(self, account));
            if out > 1 {
                self.violate(format!("two writes of the account of {} are out at once", operation.id));
            }
            (owner, attempt) = (Some(operation.id), operation.attempts);
            self.return_part_before(&operation.payload);
        }
        departure.left();
        tokio::task::yield_now().await;
        let sent = request.body().clone();
        let answer = self.carry(request, &name, owner, fault).await?;
        let passes = format!("{name}{}: {} {}", answers::fault_suffix(fault), answer.status().as_u16(), label(owner));
        if write || fault.is_some() {
            self.line(&passes);
        } else {
            self.0.trace.quietly(&passes);
        }
        let is_told = matches!(fault, None | Some(Fault::Slow { .. } | Fault::Twice { .. } | Fault::Refused));
        if let Some(owner) = owner.filter(|_| is_told && answer.status() == StatusCode::BAD_REQUEST) {
            self.state().deliveries.entry(owner).or_default().refused.insert(attempt);
        }
        tokio::task::yield_now().await;
        let answer = if name == "transactions" { self.with_shown_markers(answer) } else { answer };
        let answer = answers::with_date(answer, self.0.sandbox.now());
        if name == "transactions" && arrives_whole(fault) {
            self.state().shown.keep(&sent, answer.body());
        }
        match fault {
            Some(Fault::AnswerLost) => Err(lost()),
            Some(Fault::Stall) => std::future::pending().await,
            Some(Fault::HalfAnswer) => Ok(answer.map(|body| {
                let first = body.slice(..body.len() / 2);
                futures::stream::iter([Ok(first), Err(lost())]).boxed()
            })),
            Some(Fault::Status { code, .. }) => Ok(whole(answers::gateway_page(code))),
            Some(Fault::Garbage { body, .. }) => Ok(whole(answers::garbage(body))),
            Some(Fault::Redirect) => Ok(whole(answers::redirect())),
            _ => Ok(whole(answer)),
        }
    }
}

impl Network {
    /// The server's answer, if the request reaches the server.
    async fn carry(
        &self,
        request: Request<Bytes>,
        name: &str,
        owner: Option<OperationId>,
        fault: Option<Fault>,
    ) -> Result<Response<Bytes>, TransportError> {
        match fault {
            Some(Fault::RequestLost) => {
                self.line(&format!("{name}: request lost {}", label(owner)));
                Err(lost())
            }
            Some(Fault::Late { ms }) => {
                self.arrives_later(&request, name, owner, ms, false);
                self.line(&format!("{name}: is held {ms} ms {}", label(owner)));
                std::future::pending().await
            }
            Some(Fault::VeryLate { ms }) => {
                self.arrives_later(&request, name, owner, ms, true);
                self.line(&format!("{name}: is held {ms} ms {}", label(owner)));
                std::future::pending().await
            }
            Some(Fault::Twice { ms: 0 }) => {
                let answer = self.deliver(request.clone(), owner, false).await;
                let again = self.deliver(request, owner, true).await;
                if let Some(owner) = owner.filter(|_| answer.status().is_success() && again.status().is_success()) {
                    self.state().deliveries.entry(owner).or_default().delivered_twice_at_once = true;
                }
                Ok(answer)
            }
            Some(Fault::Twice { ms }) => {
                self.arrives_later(&request, name, owner, ms, true);
                Ok(self.deliver(request, owner, false).await)
            }
            Some(Fault::Answer { code, says, applied: false }) => Ok(answers::denial(code, says, request.body(), None)),
            Some(Fault::Answer { code, says, applied: true }) => Ok(self.deny(request, name, owner, code, says).await),
            Some(Fault::Unauthorized) => Ok(answers::gateway_page(401)),
            Some(Fault::Refused) => Ok(answers::refusal()),
            Some(Fault::Status { applied: false, code }) => Ok(answers::gateway_page(code)),
            Some(Fault::Garbage { applied: false, body }) => Ok(answers::garbage(body)),
            Some(Fault::Hollow { applied }) => {
                if applied {
                    self.deliver(request, owner, false).await;
                }
                Ok(hollow::done(&self.0.random))
            }
            Some(Fault::Foreign { applied }) => Ok(self.mix_up(request, name, owner, applied).await),
            Some(Fault::Slow { ms }) => {
                sleep(Duration::from_millis(ms)).await;
                Ok(self.deliver(request, owner, false).await)
            }
            _ => Ok(self.deliver(request, owner, false).await),
        }
    }

    /// In some kinds of trouble a POS may return a part of a purchase just before the return of the whole arrives.
    fn return_part_before(&self, payload: &Payload) {
        let random = &self.0.random;
        let (Payload::ReturnCheck(check), Some(Trouble::PartialReturns)) = (payload, self.0.profile.trouble) else {
            return;
        };
        let account = check.account.as_str().parse().ok();
        if let Some(account) = account.filter(|_| random.happens(300)) {
            let guid = check.check_guid.as_uuid();
            let is_its = |receipt: &Receipt| receipt.outside.as_ref().is_some_and(|outside| outside.guid == guid);
            self.0.sandbox.with_core(|core| partial::return_part(random, core, account, is_its));
        }
    }

    /// Answers a request with what was said of another guest. Whatever can't be mixed up is answered as it is.
    async fn mix_up(
        &self,
        request: Request<Bytes>,
        name: &str,
        owner: Option<OperationId>,
        applied: bool,
    ) -> Response<Bytes> {
        let other = foreign::about_another(&self.0.random, &self.0.sandbox, &request);
        let Some((other, about_other)) = other.filter(|_| foreign::can_be_mixed_up(name)) else {
            return self.deliver(request, owner, false).await;
        };
        if owner.is_none() {
            let answer = self.deliver(about_other, None, false).await;
            return match foreign::named(&answer, other) {
                Some(named) => named,
                None => self.deliver(request, None, false).await,
            };
        }
        if applied {
            self.deliver(request, owner, false).await;
        }
        foreign::written(&self.0.random, other)
    }

    /// Applies a request, and answers as if it had not. In some kinds of trouble every session ends with that; then a gateway may
    /// answer at once, while the server behind it is at work for some seconds more.
    async fn deny(
        &self,
        request: Request<Bytes>,
        name: &str,
        owner: Option<OperationId>,
        code: u16,
        says: Says,
    ) -> Response<Bytes> {
        let (sent, random) = (request.body().clone(), &self.0.random);
        let ends_sessions = self.0.profile.trouble.is_some_and(|trouble| trouble.ends_sessions(random));
        if ends_sessions && random.happens(500) {
            self.0.sandbox.end_sessions();
            self.arrives_later(&request, name, owner, random.between(100, 40_000), false);
            return answers::denial(code, says, &sent, None);
        }
        let truth = self.deliver(request, owner, false).await;
        // The server itself refused the request: nothing was applied, and there is nothing to deny.
        if !truth.status().is_success() {
            return truth;
        }
        if ends_sessions {
            self.0.sandbox.end_sessions();
        }
        let denial = answers::denial(code, says, &sent, Some(truth.body()));
        if let Some(owner) = owner.filter(|_| answers::reads_as_refused(&denial)) {
            self.state().deliveries.entry(owner).or_default().denied = true;
        }
        denial
    }
}
