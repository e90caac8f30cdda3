//! A scenario: process runs under faults, then a phase without faults in which every operation ends, then the claims.

use std::{sync::Arc, time::Duration};

use jiff::{Timestamp, tz::TimeZone};
use office::{Host, Journal, Office, Policy, journal::SqliteJournal};
use probonus::{
    Loyalty,
    client::{Auth, Client},
};
use probonus_sandbox::{Sandbox, TokioClock};
use tokio::time::{sleep, timeout};

use super::{
    claims,
    defect::Defect,
    disk::{Disk, End, PutBack},
    disk_journal::DiskJournal,
    guests::{Guest, create_guests},
    host::SimHost,
    network::Network,
    operators::{Parts, World},
    plan::{Plan, ProcessRun},
    process,
    random::{Purpose, Random},
    report::Report,
    second_pc::SecondPc,
    server::{HOME, Server},
    trace::Trace,
    trouble::Trouble,
};

/// Time between two rounds in which an operator settles open operations.
const ROUND: Duration = Duration::from_hours(9);
/// Rounds after which every operation must have ended.
const ROUNDS: u32 = 12;

/// Plays a plan and adds the result to `report`.
pub async fn play(seed: u64, defect: Option<Defect>, plan: &Plan, report: &mut Report) -> Result<(), String> {
    let scenario = Scenario::build(seed, defect, plan, report.trace.clone()).await?;
    let played = scenario.play(plan, report).await;
    for server in scenario.world.servers() {
        for (fault, times) in server.network.faults() {
            *report.faults.entry(fault).or_default() += times;
        }
    }
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

/// Added to the seed for the second PC, so that its streams of random numbers are different.
const OTHER_STREAMS: u64 = 0x5ec0_0000_0000_0000;

struct Scenario {
    world: World,
    second: Option<Arc<SecondPc>>,
    by_login: bool,
    defect: Option<Defect>,
    /// Which server the program is started with.
    switches: Random,
}

impl Scenario {
    async fn build(seed: u64, defect: Option<Defect>, plan: &Plan, trace: Trace) -> Result<Self, String> {
        let trouble = plan.profile.trouble;
        let sandbox = Server::empty(seed, trouble, TokioClock::starting_at(beginning()));
        let guests = create_guests(&sandbox);
        let unsynced = defect == Some(Defect::UnsyncedJournal);
        let disk = Disk::new(Random::new(seed, Purpose::Disk), trace.clone(), unsynced)?;
        let witnessed = defect != Some(Defect::WitnessIgnored);
        let disk = match trouble {
            Some(Trouble::RolledBack) => disk.put_back(PutBack::Journal, witnessed),
            Some(Trouble::DiskImage) => disk.put_back(PutBack::Both, witnessed),
            _ => disk,
        };
        let mut world = world_of(seed, plan, (&sandbox, guests), disk, trace.clone());
        let mut second = None;
        match trouble {
            Some(Trouble::ServerSwitched) => {
                let there = Server::empty(seed, trouble, TokioClock::starting_at(beginning()));
                let weather = Random::new(seed ^ OTHER_STREAMS, Purpose::Weather);
                world.away = Some(Server::away(there, Arc::clone(&world.disk), plan.profile, weather, trace));
            }
            Some(Trouble::SecondPc) => {
                let other = Arc::new(second_pc(seed, plan, &sandbox, world.guests.clone(), trace).await?);
                world.colleague = Some(Arc::clone(&other) as _);
                second = Some(other);
            }
            _ => {}
        }
        let switches = Random::new(seed ^ OTHER_STREAMS, Purpose::Trouble);
        Ok(Self { world, second, by_login: plan.by_login, defect, switches })
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
            if world.disk.end(life.end)? {
                world.home.network.journal_is_put_back();
            }
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
        let office = self.open(self.switches.happens(500)).await?;
        let work = self.world.work(&office, async || self.while_running().await);
        let background = async {
            match self.world.trouble() {
                Some(Trouble::PausedInReads) => {
                    futures::future::join(office.run(), self.world.pause_now_and_then(&office)).await;
                }
                _ => office.run().await,
            }
        };
        process::beside(work, background).await
    }

    /// The claims that hold at every moment, on both PCs.
    async fn while_running(&self) -> Result<(), String> {
        claims::while_running(&self.world).await?;
        match &self.second {
            Some(second) => claims::while_running(&second.world).await,
            None => Ok(()),
        }
    }

    /// The phase without faults: every operation ends, by itself or by an operator.
    async fn calm(&self) -> Result<(), String> {
        let world = &self.world;
        world.trace.line("calm");
        world.servers().for_each(|server| server.network.calm());
        world.disk.calm();
        if let Some(second) = &self.second {
            second.world.home.network.calm();
        }
        let mut office = self.open(false).await?;
        for round in 0..ROUNDS {
            let _ = timeout(ROUND, office.run()).await;
            self.while_running().await?;
            process::beside(world.settle_open_operations(&office), office.run()).await?;
            if let Some(second) = &self.second {
                second.settle_open_operations().await?;
            }
            if world.away.is_some() {
                drop(office);
                office = self.open(round % 2 == 0).await?;
            }
        }
        let _ = timeout(ROUND, office.run()).await;
        if let Some(second) = &self.second {
            world.open_cards(&office, &*client(world, self.by_login)?).await?;
            second.open_cards(&*client(&second.world, self.by_login)?).await?;
        }
        claims::at_the_end(world).await?;
        if let Some(second) = &self.second {
            claims::at_the_end(&second.world).await?;
        }
        claims::of_servers(world, self.second.as_ref().map(|second| &*second.world)).await?;
        let _ = office.resume("Анна").await;
        process::beside(world.duplicate_a_refill(&office), office.run()).await?;
        world.servers().try_for_each(|server| server.sandbox.check())
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

    /// Opens the office, as the program does at a start. `away`: whether it is to be started with the other server.
    async fn open(&self, away: bool) -> Result<Office, String> {
        let world = &self.world;
        let journal = world.disk.open().map_err(|error| format!("the journal does not open: {error}"))?;
        if world.away.is_some() && may_switch(&journal).await? && away != world.is_away() {
            world.switch(away);
            world.trace.line(&format!("the program is started with {}", world.server().address));
        }
        drop(journal);
        open_office(world, self.by_login, self.defect).await
    }
}

/// Whether the program may be switched to another server: the journal has no unfinished operation.
async fn may_switch(journal: &SqliteJournal) -> Result<bool, String> {
    let counts = journal.counts().await.map_err(|error| error.to_string())?;
    Ok(counts.prepared + counts.sending + counts.unknown == 0)
}

/// The office of a world whose journal is open.
async fn open_office(world: &World, by_login: bool, defect: Option<Defect>) -> Result<Office, String> {
    loop {
        let journal: Arc<dyn Journal> = Arc::new(DiskJournal(Arc::clone(&world.disk)));
        let (client, journal) = Defect::ports(defect, client(world, by_login)?, journal);
        let host: Arc<dyn Host> = Arc::clone(&world.host) as _;
        let mut policy = Policy::default();
        world.server().address.clone_into(&mut policy.server);
        policy.time_zone = TimeZone::UTC;
        match Office::open(journal, client, host, Defect::policy(defect, policy)).await {
            Ok(office) => return Ok(office),
            // The disk is full: the program is started again when there is room.
            Err(office::JournalError::DiskFull) => sleep(Duration::from_mins(1)).await,
            Err(error) => return Err(format!("the office does not open: {error}")),
        }
    }
}

fn client(world: &World, by_login: bool) -> Result<Arc<dyn Loyalty>, String> {
    let auth = if by_login {
        Auth::Login { login: "office".to_owned(), password: "office".into() }
    } else {
        Auth::Token("sandbox-token".into())
    };
    let wall = Arc::clone(&world.host);
    let server = world.server();
    Client::builder(server.address)
        .auth(auth)
        .transport(Arc::new(server.network.clone()))
        .clock(Arc::new(move || wall.now()))
        .build()
        .map(|client| Arc::new(client) as _)
        .map_err(|error| error.to_string())
}

/// A PC with its disk, and the network from it to the office's own server.
fn world_of(seed: u64, plan: &Plan, server: (&Sandbox, Vec<Guest>), disk: Disk, trace: Trace) -> World {
    let (sandbox, guests) = (server.0.clone(), server.1);
    let disk = Arc::new(disk);
    let weather = Random::new(seed, Purpose::Weather);
    let network = Network::new(HOME, &sandbox, Arc::clone(&disk), plan.profile, weather, trace.clone());
    let host = Arc::new(SimHost::new(beginning(), Random::new(seed, Purpose::Host)));
    let (random, of_trouble) = (Random::new(seed, Purpose::Operator), Random::new(seed, Purpose::Trouble));
    let home = Server { address: HOME, sandbox, network };
    World::new(plan, Parts { home, disk, host, trace, guests, random, of_trouble })
}

/// The second PC: it works with the same server, through a network of its own, and its disk is sound.
async fn second_pc(
    seed: u64,
    plan: &Plan,
    sandbox: &Sandbox,
    guests: Vec<Guest>,
    trace: Trace,
) -> Result<SecondPc, String> {
    let seed = seed ^ OTHER_STREAMS;
    let idle = Plan { actions: Vec::new(), runs: Vec::new(), ..plan.clone() };
    let disk = Disk::new(Random::new(seed, Purpose::Disk), trace.clone(), false)?;
    disk.calm();
    let world = world_of(seed, &idle, (sandbox, guests), disk, trace);
    world.disk.open().map_err(|error| format!("the journal does not open: {error}"))?;
    let office = open_office(&world, plan.by_login, None).await?;
    Ok(SecondPc::start(world, office, Random::new(seed, Purpose::SecondPc)))
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
