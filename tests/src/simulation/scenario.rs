//! A scenario: process runs under faults, then a phase without faults in which every operation ends, then the claims.

use std::{sync::Arc, time::Duration};

use jiff::{Timestamp, tz::TimeZone};
use office::{Host, Journal as _, Office, Policy};
use probonus::{
    Loyalty,
    client::{Auth, Client},
};
use probonus_sandbox::{Options, Sandbox, TokioClock, core::calendar::Calendar};
use tokio::time::{sleep, timeout};

use super::{
    claims,
    defect::Defect,
    disk::{Disk, End},
    disk_journal::DiskJournal,
    host::SimHost,
    network::Network,
    operators::World,
    plan::{Plan, ProcessRun},
    process,
    random::{Purpose, Random},
    report::Report,
    trace::Trace,
    trouble::Trouble,
};

const SERVER: &str = "https://sandbox.example";
/// Time between two rounds in which an operator settles open operations.
const ROUND: Duration = Duration::from_hours(9);
/// Rounds after which every operation must have ended.
const ROUNDS: u32 = 12;

/// Plays a plan and adds the result to `report`.
pub async fn play(seed: u64, defect: Option<Defect>, plan: &Plan, report: &mut Report) -> Result<(), String> {
    let scenario = Scenario::build(seed, defect, plan, report.trace.clone())?;
    let played = scenario.play(plan, report).await;
    report.faults = scenario.world.network.faults();
    report.crashes += scenario.world.disk.deaths();
    for operation in scenario.world.operations().await.unwrap_or_default() {
        let what = (kind_name(&operation), state_name(&operation));
        *report.operations.entry(what).or_default() += 1;
    }
    if let Err(violation) = &played {
        scenario.trace_events_of_named_operations(violation).await;
    }
    played
}

struct Scenario {
    world: World,
    policy: Policy,
    by_login: bool,
    defect: Option<Defect>,
}

impl Scenario {
    fn build(seed: u64, defect: Option<Defect>, plan: &Plan, trace: Trace) -> Result<Self, String> {
        let now = beginning();
        let clock = Arc::new(TokioClock::starting_at(now));
        let trouble = plan.profile.trouble;
        let calendar = trouble.map_or_else(Calendar::default, |trouble| trouble.calendar(seed));
        let deferral = trouble.and_then(Trouble::deferral);
        let sandbox = Sandbox::empty(Options { seed, clock, calendar, deferral, ..Options::default() });
        let unsynced = defect == Some(Defect::UnsyncedJournal);
        let disk = Disk::new(Random::new(seed, Purpose::Disk), trace.clone(), unsynced)?;
        let disk = Arc::new(match trouble {
            Some(Trouble::RolledBack) => disk.rolled_back(defect != Some(Defect::WitnessIgnored)),
            _ => disk,
        });
        let host = Arc::new(SimHost::new(now, Random::new(seed, Purpose::Host)));
        let weather = Random::new(seed, Purpose::Weather);
        let network = Network::new(&sandbox, Arc::clone(&disk), plan.profile, weather, trace.clone());
        let operator = Random::new(seed, Purpose::Operator);
        let world = World::new(plan, sandbox, disk, host, network, trace, operator);
        let mut policy = Policy::default();
        SERVER.clone_into(&mut policy.server);
        policy.time_zone = TimeZone::UTC;
        let policy = Defect::policy(defect, policy);
        Ok(Self { world, policy, by_login: plan.by_login, defect })
    }

    async fn play(&self, plan: &Plan, report: &mut Report) -> Result<(), String> {
        let world = &self.world;
        let last = ProcessRun { polls: u64::MAX, end: End::Closed };
        let mut runs = plan.runs.iter().copied().chain(std::iter::repeat(last));
        loop {
            let life = runs.next().unwrap_or(last);
            world.trace.line("the program starts");
            let done = process::run(life.polls, self.live(), world.disk.died()).await;
            world.trace.line(&format!("the program ends: {:?}", life.end));
            world.disk.end(life.end)?;
            if let Some(done) = done {
                done?;
                break;
            }
            report.crashes += 1;
            // The claims are checked on what the next start would find.
            world.disk.open().map_err(|error| format!("the journal does not open: {error}"))?;
            claims::while_running(world).await?;
            world.disk.end(End::Closed)?;
        }
        self.calm().await
    }

    /// One process run: the program starts, and works in the background while operators work at its windows.
    async fn live(&self) -> Result<(), String> {
        let office = self.open().await?;
        let work = self.world.work(&office, async || claims::while_running(&self.world).await);
        process::beside(work, office.run()).await
    }

    /// The phase without faults: every operation ends, by itself or by an operator.
    async fn calm(&self) -> Result<(), String> {
        let world = &self.world;
        world.trace.line("calm");
        world.network.calm();
        world.disk.calm();
        let office = self.open().await?;
        for _ in 0..ROUNDS {
            let _ = timeout(ROUND, office.run()).await;
            claims::while_running(world).await?;
            process::beside(world.settle_open_operations(&office), office.run()).await?;
        }
        let _ = timeout(ROUND, office.run()).await;
        claims::at_the_end(world).await?;
        let _ = office.resume("Анна").await;
        process::beside(world.duplicate_a_refill(&office), office.run()).await?;
        world.sandbox.check()
    }

    /// Adds to the trace all events of the operations that a violation names.
    async fn trace_events_of_named_operations(&self, violation: &str) {
        let Ok(journal) = self.world.disk.journal() else { return };
        for operation in self.world.operations().await.unwrap_or_default() {
            if !violation.contains(&operation.id.short()) {
                continue;
            }
            for record in journal.story(operation.id).await.unwrap_or_default() {
                self.world.trace.end(&format!("{} at {}: {:?}", operation.id.short(), record.at, record.event));
            }
        }
    }

    async fn open(&self) -> Result<Office, String> {
        let journal = self.world.disk.open().map_err(|error| format!("the journal does not open: {error}"))?;
        drop(journal);
        loop {
            let client = Defect::client(self.defect, self.client()?);
            let journal = Defect::journal(self.defect, Arc::new(DiskJournal(Arc::clone(&self.world.disk))), &client);
            let host: Arc<dyn Host> = Arc::clone(&self.world.host) as _;
            match Office::open(journal, client, host, self.policy.clone()).await {
                Ok(office) => return Ok(office),
                // The disk is full: the program is started again when there is room.
                Err(office::JournalError::DiskFull) => sleep(Duration::from_mins(1)).await,
                Err(error) => return Err(format!("the office does not open: {error}")),
            }
        }
    }

    fn client(&self) -> Result<Arc<dyn Loyalty>, String> {
        let auth = if self.by_login {
            Auth::Login { login: "office".to_owned(), password: "office".into() }
        } else {
            Auth::Token("sandbox-token".into())
        };
        let wall = Arc::clone(&self.world.host);
        Client::builder(SERVER)
            .auth(auth)
            .transport(Arc::new(self.world.network.clone()))
            .clock(Arc::new(move || wall.now()))
            .build()
            .map(|client| Arc::new(client) as _)
            .map_err(|error| error.to_string())
    }
}

/// The wall-clock time at which every scenario begins.
fn beginning() -> Timestamp {
    Timestamp::from_second(1_772_445_600).unwrap_or(Timestamp::UNIX_EPOCH)
}

fn kind_name(operation: &office::Operation) -> &'static str {
    match operation.payload.kind() {
        office::Kind::CreateGuest => "create",
        office::Kind::EditGuest => "edit",
        office::Kind::Refill => "refill",
        office::Kind::RegisterCheck => "register",
        office::Kind::ReturnCheck => "return",
    }
}

const fn state_name(operation: &office::Operation) -> &'static str {
    match operation.state {
        office::State::Prepared => "prepared",
        office::State::Sending => "sending",
        office::State::Confirmed => "confirmed",
        office::State::Rejected => "rejected",
        office::State::Unknown => "unknown",
        office::State::Cancelled => "cancelled",
        office::State::NotApplied => "not applied",
    }
}
