//! The proving ground: engines and clients that are broken on purpose, each of which must be caught, and the sound one,
//! which must stand. Real client, engine and journal against the real sandbox in one process, with virtual time and a
//! storm of faults, all of it from one seed: the same seed plays the same story to the last byte.
//!
//! [`simulation`](crate::simulation) plays longer stories with a sound engine; this one is wired for breaking it.
//!
//! ```text
//! windows (work) ─▶ Office ─▶ probonus::Client ─▶ StormyWire ─▶ the sandbox's router
//!                     │                              └── loses, delays, repeats, breaks, spoils
//!                     └─▶ SqliteJournal (in-line)        checks what it sees leaving
//! ```
//!
//! The program dies at any await (`Doomed` counts polls and drops it) and is opened again on the same journal. After
//! every step, and at the end when the storm is over, [`books::compare`] holds the journal against the sandbox's ledger.

mod books;
mod chance;
mod doomed;
mod host;
mod liar;
mod trace;
mod wire;
mod work;

use std::{sync::Arc, time::Duration};

use jiff::{Timestamp, tz::TimeZone};
use office::{Host, Journal, Office, Policy, State, defect::Defect, journal::SqliteJournal};
use probonus::{
    Loyalty,
    client::{Auth, Client},
};
use probonus_sandbox::{Options, Sandbox, TokioClock};

use chance::Chance;
use host::SimHost;
pub use liar::Lie;
pub use trace::Trace;
use wire::StormyWire;
use work::Work;

/// Lives of the program before the storm is called off.
const LIVES_MAX: u32 = 60;

/// What is played.
#[derive(Clone, Copy, Debug)]
pub struct Play {
    /// Where everything comes from.
    pub seed: u64,
    /// How many actions the people at the windows have; fewer to shrink a failure.
    pub actions: usize,
    /// How the engine or its client is broken.
    pub flaw: Option<Flaw>,
}

/// Something broken on purpose, which a simulation must notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// Of the engine.
    Engine(Defect),
    /// Of the client under it.
    Client(Lie),
}

impl Flaw {
    /// All of them.
    #[must_use]
    pub fn all() -> Vec<Self> {
        Defect::ALL.into_iter().map(Self::Engine).chain(Lie::ALL.into_iter().map(Self::Client)).collect()
    }
}

/// What must never be.
#[derive(Clone, Debug)]
pub struct Violation {
    /// Of which seed.
    pub seed: u64,
    /// What was found.
    pub what: String,
    /// The story so far.
    pub trace: Trace,
}

impl std::fmt::Display for Violation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "seed {}: {}", self.seed, self.what)
    }
}

/// Plays one seed with a sound engine.
///
/// # Errors
/// The first violation.
pub fn simulate(seed: u64) -> Result<Trace, Violation> {
    play(Play { seed, actions: work::ACTIONS, flaw: None })
}

/// Plays one seed.
///
/// # Errors
/// The first violation; with a flaw, that is what is hoped for.
pub fn play(play: Play) -> Result<Trace, Violation> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
    let trace = Trace::default();
    let played = match runtime {
        Ok(runtime) => runtime.block_on(stage(play, trace.clone())),
        Err(error) => Err(format!("no runtime: {error}")),
    };
    played.map(|()| trace.clone()).map_err(|what| Violation { seed: play.seed, what, trace })
}

/// The same play with as few actions as still show a violation.
#[must_use]
pub fn shrink(violation: Violation, flaw: Option<Flaw>) -> Violation {
    (1..work::ACTIONS)
        .find_map(|actions| self::play(Play { seed: violation.seed, actions, flaw }).err())
        .unwrap_or(violation)
}

/// The moment at which every story begins.
fn beginning() -> Timestamp {
    Timestamp::from_second(1_772_445_600).unwrap_or(Timestamp::UNIX_EPOCH)
}

async fn stage(play: Play, trace: Trace) -> Result<(), String> {
    let mut chance = Chance::new(play.seed);
    let clock = Arc::new(TokioClock::starting_at(beginning()));
    let sandbox = Sandbox::empty(Options { seed: play.seed, clock, ..Options::default() });
    let journal = Arc::new(SqliteJournal::in_memory().map_err(|error| error.to_string())?);
    let host = Arc::new(SimHost::new(chance.split()));
    let wire = Arc::new(StormyWire::new(&sandbox, Arc::clone(&journal), chance.split(), trace.clone()));
    let work = Work::plan(&sandbox, &mut chance, play.actions);

    let mut policy = Policy::default();
    policy.server = "https://sandbox.example".to_owned();
    policy.time_zone = TimeZone::UTC;
    if let Some(Flaw::Engine(defect)) = play.flaw {
        policy.defect = Some(defect);
    }
    let open = async || -> Result<Office, String> {
        let wall = Arc::clone(&host);
        let client = Client::builder("https://sandbox.example")
            .auth(Auth::Login { login: "office".to_owned(), password: "office".to_owned().into() })
            .transport(Arc::clone(&wire) as _)
            .clock(Arc::new(move || wall.now()))
            .build()
            .map_err(|error| error.to_string())?;
        let loyalty: Arc<dyn Loyalty> = match play.flaw {
            Some(Flaw::Client(lie)) => Arc::new(liar::Liar::new(client, lie)),
            _ => Arc::new(client),
        };
        let (journal, host): (Arc<dyn Journal>, Arc<dyn Host>) = (Arc::clone(&journal) as _, Arc::clone(&host) as _);
        Office::open(journal, loyalty, host, policy.clone()).await.map_err(|error| error.to_string())
    };
    let compare = async |at_the_end: bool| books::compare(&sandbox, &journal, &wire, at_the_end).await;

    // The storm: lives of the program, each but the last cut off somewhere.
    for life in 0..LIVES_MAX {
        let office = open().await?;
        trace.line(&format!("life {life}"));
        let fuse = if chance.one_in(3) || life + 1 == LIVES_MAX { u64::MAX } else { chance.below(400) + 1 };
        let windows = work.people(&office, &sandbox, &host, &wire, &trace);
        let outcome = doomed::run(fuse, windows, office.run()).await;
        compare(false).await?;
        if outcome.is_some() {
            break;
        }
    }

    // The calm: everything must come to its end by itself, and what was not applied can be sent again.
    wire.calm();
    let office = open().await?;
    for round in 0..3 {
        let hours = Duration::from_secs(2 * 3600);
        let _ = tokio::time::timeout(hours, doomed::run(u64::MAX, std::future::pending::<()>(), office.run())).await;
        work.look_after(&office, round, &trace).await;
        compare(false).await?;
    }
    compare(true).await?;
    work.doubled_refill(&office, &wire).await?;
    sandbox.check()
}

/// States in which nothing more will happen by itself.
const fn has_ended(state: State) -> bool {
    matches!(state, State::Confirmed | State::Rejected | State::Cancelled | State::NotApplied)
}
