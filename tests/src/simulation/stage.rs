//! A story: the storm with the lives of the program in it, the calm after it, the judgement.

use std::{sync::Arc, time::Duration};

use jiff::{Timestamp, tz::TimeZone};
use office::{Host, Journal as _, Office, Policy};
use probonus::{
    Loyalty,
    client::{Auth, Client},
};
use probonus_sandbox::{Options, Sandbox, TokioClock};
use tokio::time::{sleep, timeout};

use super::{
    chance::{Chance, Purpose},
    defect::Defect,
    disk::{Disk, End},
    host::SimHost,
    judge, lives,
    paper::Paper,
    people::World,
    plan::{Life, Plan},
    tale::Report,
    trace::Trace,
    wire::Wire,
};

const SERVER: &str = "https://sandbox.example";
/// How long the program is left alone between two visits of those who look after what is left.
const ROUND: Duration = Duration::from_hours(9);
/// Visits until everything must have come to its end.
const ROUNDS: u32 = 12;

/// Plays a story; what it came to is added to `report`.
pub async fn play(seed: u64, defect: Option<Defect>, plan: &Plan, report: &mut Report) -> Result<(), String> {
    let stage = Stage::build(seed, defect, plan, report.trace.clone())?;
    let played = stage.play(plan, report).await;
    report.faults = stage.world.wire.faults();
    report.crashes += stage.world.disk.deaths();
    for operation in stage.world.operations().await.unwrap_or_default() {
        let what = (kind_name(&operation), state_name(&operation));
        *report.operations.entry(what).or_default() += 1;
    }
    if let Err(violation) = &played {
        stage.tell_what_the_journal_says(violation).await;
    }
    played
}

struct Stage {
    world: World,
    policy: Policy,
    by_login: bool,
    defect: Option<Defect>,
}

impl Stage {
    fn build(seed: u64, defect: Option<Defect>, plan: &Plan, trace: Trace) -> Result<Self, String> {
        let now = beginning();
        let clock = Arc::new(TokioClock::starting_at(now));
        let sandbox = Sandbox::empty(Options { seed, clock, ..Options::default() });
        let unsynced = defect == Some(Defect::UnsyncedJournal);
        let disk = Arc::new(Disk::new(Chance::new(seed, Purpose::Disk), trace.clone(), unsynced)?);
        let host = Arc::new(SimHost::new(now, Chance::new(seed, Purpose::Host)));
        let weather = Chance::new(seed, Purpose::Weather);
        let wire = Wire::new(&sandbox, Arc::clone(&disk), plan.climate, weather, trace.clone());
        let operator = Chance::new(seed, Purpose::Operator);
        let world = World::new(plan, sandbox, disk, host, wire, trace, operator);
        let mut policy = Policy::default();
        SERVER.clone_into(&mut policy.server);
        policy.time_zone = TimeZone::UTC;
        let policy = Defect::policy(defect, policy);
        Ok(Self { world, policy, by_login: plan.by_login, defect })
    }

    async fn play(&self, plan: &Plan, report: &mut Report) -> Result<(), String> {
        let world = &self.world;
        let last = Life { polls: u64::MAX, end: End::Closed };
        let mut lives = plan.lives.iter().copied().chain(std::iter::repeat(last));
        loop {
            let life = lives.next().unwrap_or(last);
            world.trace.line("the program starts");
            let done = lives::run(life.polls, self.live(), world.disk.died()).await;
            world.trace.line(&format!("the program ends: {:?}", life.end));
            world.disk.end(life.end)?;
            if let Some(done) = done {
                done?;
                break;
            }
            report.crashes += 1;
            // The judge reads what a start would find.
            world.disk.open().map_err(|error| format!("the journal does not open: {error}"))?;
            judge::while_running(world).await?;
            world.disk.end(End::Closed)?;
        }
        self.calm().await
    }

    /// One life: the program starts, works in the background, and people work at its windows.
    async fn live(&self) -> Result<(), String> {
        let office = self.open().await?;
        let work = self.world.work(&office, async || judge::while_running(&self.world).await);
        lives::beside(work, office.run()).await
    }

    /// The calm: everything comes to its end, by itself or by those who look after it.
    async fn calm(&self) -> Result<(), String> {
        let world = &self.world;
        world.trace.line("calm");
        world.wire.calm();
        world.disk.calm();
        let office = self.open().await?;
        for _ in 0..ROUNDS {
            let _ = timeout(ROUND, office.run()).await;
            judge::while_running(world).await?;
            lives::beside(world.look_after(&office), office.run()).await?;
        }
        let _ = timeout(ROUND, office.run()).await;
        judge::at_the_end(world).await?;
        let _ = office.resume("Анна").await;
        lives::beside(world.double_a_refill(&office), office.run()).await?;
        world.sandbox.check()
    }

    /// After a violation: the whole story of each operation that it names, as the journal has it.
    async fn tell_what_the_journal_says(&self, violation: &str) {
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
            let journal = Defect::journal(self.defect, Arc::new(Paper(Arc::clone(&self.world.disk))), &client);
            let host: Arc<dyn Host> = Arc::clone(&self.world.host) as _;
            match Office::open(journal, client, host, self.policy.clone()).await {
                Ok(office) => return Ok(office),
                // A full disk: somebody makes room, and starts the program again.
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
            .transport(Arc::new(self.world.wire.clone()))
            .clock(Arc::new(move || wall.now()))
            .build()
            .map(|client| Arc::new(client) as _)
            .map_err(|error| error.to_string())
    }
}

/// The moment at which every story begins.
fn beginning() -> Timestamp {
    Timestamp::from_second(1_772_445_600).unwrap_or(Timestamp::UNIX_EPOCH)
}

const fn kind_name(operation: &office::Operation) -> &'static str {
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
