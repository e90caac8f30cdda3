//! `probonus-sandbox`: the server as a program of its own.

use std::{
    io,
    net::{IpAddr, SocketAddr},
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
    time::Duration,
};

use clap::{Parser, builder::RangedU64ValueParser};
use jiff::civil::{Date, Time};
use probonus_sandbox::{
    Auth, Clock, Dialect, ForeignService, Options, Running, Sandbox, SystemClock, TokioClock,
    core::{calendar::Calendar, model::Deferral},
};

/// A ProBonus server of our own, for training, demo and tests.
#[derive(Parser)]
#[command(version)]
struct Args {
    /// Port to listen on; 0 finds a free one.
    #[arg(long, default_value_t = 6896)]
    port: u16,
    /// Address to listen on.
    #[arg(long, default_value = "127.0.0.1")]
    host: IpAddr,
    /// Seed of the data and of chance.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How many guests there are, nine demo guests among them; at most 100,000.
    #[arg(long, default_value_t = 200, value_parser = RangedU64ValueParser::<usize>::new().range(..=100_000))]
    guests: usize,
    /// The permanent token; empty for none.
    #[arg(long, default_value = "sandbox-token")]
    token: String,
    /// Login of the web-admin user.
    #[arg(long, default_value = "office")]
    login: String,
    /// Their password.
    #[arg(long, default_value = "office")]
    password: String,
    /// How long an access token lives, seconds.
    #[arg(long, default_value_t = 1800)]
    token_life: u64,
    /// The dialect to speak; see --dialects.
    #[arg(long, default_value = "table", conflicts_with = "dialect_seed")]
    dialect: String,
    /// Speak a random dialect, made from this seed.
    #[arg(long)]
    dialect_seed: Option<u64>,
    /// Be the server of another service instead: payments, promotions or storefront.
    #[arg(long, conflicts_with_all = ["dialect", "dialect_seed", "state", "control"])]
    foreign: Option<String>,
    /// Name the dialects and end.
    #[arg(long)]
    dialects: bool,
    /// Keep the state in this file: continue from it, and save to it.
    #[arg(long)]
    state: Option<PathBuf>,
    /// Open /__sandbox/… (ledger, check, faults, clock, sessions) to whoever reaches the port.
    #[arg(long)]
    control: bool,
    /// Hours between the server's zone and UTC.
    #[arg(long, default_value_t = 3, allow_negative_numbers = true, value_parser = clap::value_parser!(i8).range(-12..=14))]
    utc_offset: i8,
    /// When one business day ends and the next begins, e.g. 17:00.
    #[arg(long, default_value = "06:00")]
    day_change: Time,
    /// Accruals for purchases count after so many business days; 0: at once.
    #[arg(long, default_value_t = 0, value_parser = clap::value_parser!(i32).range(0..=365))]
    accrual_delay: i32,
    /// Begin on this day at noon instead of now, e.g. 2026-11-30.
    #[arg(long)]
    today: Option<Date>,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Args::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            complain(&error);
            ExitCode::FAILURE
        }
    }
}

async fn run(args: Args) -> io::Result<()> {
    if args.dialects {
        for dialect in Dialect::named().into_iter().chain(Dialect::unfamiliar()).chain(Dialect::lacking()) {
            say(&dialect.name);
        }
        return Ok(());
    }
    let addr = SocketAddr::new(args.host, args.port);
    if let Some(name) = &args.foreign {
        let running = listen(addr, foreign(name)?.router()).await?;
        say(&format!("a server of another service, {name}, listens on {}", running.url()));
        stopped().await;
        running.stop().await;
        return Ok(());
    }
    let dialect = dialect(&args)?;
    let sandbox = sandbox(&args)?;
    let mut router = sandbox.router_in(&dialect);
    if args.control {
        router = router.merge(sandbox.control());
    }
    let running = listen(addr, router).await?;
    say(&format!("probonus-sandbox listens on {}{} in dialect {}", running.url(), dialect.prefix, dialect.name));
    match &args.state {
        Some(path) => {
            tokio::select! {
                () = stopped() => {}
                () = sandbox.keep_saved(path) => {}
            }
        }
        None => stopped().await,
    }
    running.stop().await;
    args.state.map_or(Ok(()), |path| save(&sandbox, &path))
}

async fn listen(addr: SocketAddr, router: axum::Router) -> io::Result<Running> {
    Running::listen(addr, router).await.map_err(|error| of(&format!("can't listen on {addr}"), &error))
}

fn foreign(name: &str) -> io::Result<ForeignService> {
    ForeignService::by_name(name).ok_or_else(|| {
        let names = ForeignService::ALL.map(ForeignService::name).join(", ");
        io::Error::other(format!("no service is called {name}; there are {names}"))
    })
}

fn dialect(args: &Args) -> io::Result<Dialect> {
    if let Some(seed) = args.dialect_seed {
        return Ok(Dialect::random(seed));
    }
    Dialect::by_name(&args.dialect).ok_or_else(|| {
        let all = Dialect::named().into_iter().chain(Dialect::unfamiliar()).chain(Dialect::lacking());
        let names: Vec<_> = all.map(|dialect| dialect.name).collect();
        io::Error::other(format!("no dialect is called {}; there are {}", args.dialect, names.join(", ")))
    })
}

fn sandbox(args: &Args) -> io::Result<Sandbox> {
    let calendar = Calendar { utc_offset_hours: args.utc_offset, day_change: args.day_change };
    let deferral = (args.accrual_delay > 0).then_some(Deferral { days: args.accrual_delay, is_shown: true });
    let clock: Arc<dyn Clock> = match args.today {
        Some(today) => {
            Arc::new(TokioClock::starting_at(calendar.instant(today.to_datetime(Time::constant(12, 0, 0, 0)))))
        }
        None => Arc::new(SystemClock),
    };
    let auth = Auth {
        login: args.login.clone(),
        password: args.password.clone(),
        token: Some(args.token.clone()).filter(|token| !token.is_empty()),
        token_life: Duration::from_secs(args.token_life),
    };
    let options = Options { seed: args.seed, guests: args.guests, clock, calendar, deferral, auth };
    match &args.state {
        Some(path) => {
            let restored = Sandbox::restored_or_seeded(path, options);
            let sandbox = restored
                .map_err(|error| of(&format!("can't continue from the state in {}", path.display()), &error))?;
            // A state that can't be saved is reported before the server starts.
            save(&sandbox, path)?;
            Ok(sandbox)
        }
        None => Ok(Sandbox::seeded(options)),
    }
}

fn save(sandbox: &Sandbox, path: &Path) -> io::Result<()> {
    sandbox.save(path).map_err(|error| of(&format!("can't keep the state in {}", path.display()), &error))
}

/// The error with a prefix that names its subject.
fn of(what: &str, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{what}: {error}"))
}

#[expect(clippy::print_stderr, reason = "whoever started the program reads there why it did not")]
fn complain(error: &io::Error) {
    eprintln!("probonus-sandbox: {error}");
}

#[expect(clippy::print_stdout, reason = "whoever started the program reads from its output where it listens")]
fn say(line: &str) {
    println!("{line}");
}

/// Ready after Ctrl-C or, on Unix, the signal to end.
async fn stopped() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut term) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = term.recv() => {}
            }
            return;
        }
    }
    // If the handler can't be set, this waits until the process is killed.
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}
