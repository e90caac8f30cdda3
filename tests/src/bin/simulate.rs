//! Runs the simulation: `--seeds N` many seeds, `--seed S` one seed with its trace, `--broken` the defects.
#![expect(clippy::print_stdout, reason = "a program for a terminal")]
#![expect(clippy::disallowed_methods, reason = "it measures how long it takes")]

use std::{collections::BTreeMap, ops::Range, process::ExitCode, sync::Mutex, thread, time::Instant};

use clap::Parser;
use house_tests::simulation::{
    Defect, NO_TROUBLE, Outcome, Report, Seed, Trouble, campaign_on, catch, simulate, simulate_broken,
};

/// Seconds between two lines of progress.
const PROGRESS_SECS: u64 = 30;

/// The whole program without its window, in virtual time, with injected faults.
#[derive(Parser)]
struct Arguments {
    /// How many seeds to play, side by side on all cores.
    #[arg(long, default_value_t = 2000)]
    seeds: u64,
    /// The first of them.
    #[arg(long, default_value_t = 0)]
    from: u64,
    /// Play this seed alone, twice, and print its trace.
    #[arg(long, conflicts_with_all = ["seeds", "from"])]
    seed: Option<u64>,
    /// Play the defects: each must be caught.
    #[arg(long)]
    broken: bool,
    /// Play every seed with this kind of trouble, not with the one that it draws; with each in turn: `all`; without: `none`.
    #[arg(long, conflicts_with = "broken")]
    trouble: Option<String>,
    /// Only defects with this in their name.
    #[arg(long, default_value = "")]
    only: String,
    /// On how many cores; all of them without this.
    #[arg(long)]
    cores: Option<usize>,
}

impl Arguments {
    fn defects(&self) -> Vec<Defect> {
        Defect::ALL.into_iter().filter(|defect| defect.to_string().contains(&self.only)).collect()
    }

    fn cores(&self) -> usize {
        self.cores.unwrap_or_else(|| thread::available_parallelism().map_or(1, usize::from))
    }

    fn numbers(&self) -> Range<u64> {
        self.from..self.from + self.seeds
    }

    /// The seeds of a number, with each kind of trouble that is asked for.
    fn seeds_of(&self, number: u64) -> Result<Vec<Seed>, String> {
        let with = |trouble| Seed { number, trouble };
        Ok(match self.trouble.as_deref() {
            None => vec![Seed::drawn(number)],
            Some(NO_TROUBLE) => vec![with(None)],
            Some("all") => Trouble::ALL.into_iter().map(|trouble| with(Some(trouble))).collect(),
            Some(name) => vec![with(Some(name.parse()?))],
        })
    }
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let began = Instant::now();
    let sound = match (arguments.seed, arguments.broken) {
        (Some(number), true) => {
            arguments.defects().into_iter().take(1).all(|defect| one(|| simulate_broken(number, defect), Some(defect)))
        }
        (None, true) => all_defects(&arguments),
        (Some(number), false) => arguments
            .seeds_of(number)
            .map(|seeds| seeds.into_iter().filter(|seed| !one(|| simulate(*seed), None)).count() == 0)
            .unwrap_or_else(complain),
        (None, false) => many(&arguments).unwrap_or_else(complain),
    };
    println!("{:.1?}", began.elapsed());
    if sound { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn complain(error: String) -> bool {
    println!("{error}");
    false
}

fn all_defects(arguments: &Arguments) -> bool {
    let caught = catch(&arguments.defects(), arguments.numbers(), |caught| println!("{caught}"));
    let mut after: Vec<u64> = caught.iter().filter_map(|caught| Some(caught.after.as_ref()?.0)).collect();
    after.sort_unstable();
    let median = after.get(after.len() / 2).copied().unwrap_or_default();
    println!("{} of {} caught, the median after {median} seeds", after.len(), caught.len());
    after.len() == caught.len()
}

/// Plays many seeds, and prints the first seed of each kind of violation.
fn many(arguments: &Arguments) -> Result<bool, String> {
    let seeds: Result<Vec<Vec<Seed>>, String> = arguments.numbers().map(|number| arguments.seeds_of(number)).collect();
    let told = Mutex::new((Instant::now(), 0));
    let outcome = campaign_on(arguments.cores(), &seeds?.concat(), |outcome| {
        let Ok(mut told) = told.lock() else { return };
        for (seed, violation) in outcome.violations.iter().skip(told.1) {
            println!("seed {seed}: {violation}");
        }
        told.1 = outcome.violations.len();
        if told.0.elapsed().as_secs() >= PROGRESS_SECS {
            told.0 = Instant::now();
            println!("{}", outcome.line());
        }
    });
    println!("{outcome}");
    tell_kinds(&outcome);
    if let (Some((seed, _)), None) = (outcome.violations.first(), &arguments.trouble) {
        tell(&simulate(*seed).reduced(None));
    }
    Ok(outcome.violations.is_empty())
}

/// Each kind of violation, how often it came, and the first seed of it.
fn tell_kinds(outcome: &Outcome) {
    let mut kinds: BTreeMap<String, (Seed, u64)> = BTreeMap::new();
    for (seed, violation) in &outcome.violations {
        let words = violation.split(' ').filter(|word| !word.contains(|c: char| c.is_ascii_digit()));
        let kind = words.take(8).collect::<Vec<_>>().join(" ");
        kinds.entry(kind).or_insert((*seed, 0)).1 += 1;
    }
    for (kind, (seed, times)) in kinds {
        println!("  {times} × {kind}: simulate --seed {seed}");
    }
}

/// Plays one seed twice: the two traces must be the same.
fn one(play: impl Fn() -> Report, defect: Option<Defect>) -> bool {
    let (first, second) = (play(), play());
    let (seed, hash, again) = (first.seed, first.trace.hash(), second.trace.hash());
    let sound = first.violation.is_none();
    if sound {
        tell(&first);
    } else {
        tell(&first.reduced(defect));
    }
    println!("seed {seed}: trace {hash:016x}");
    if hash != again {
        println!("but the second time it was {again:016x}");
    }
    sound && hash == again
}

fn tell(report: &Report) {
    for line in report.trace.lines() {
        println!("{line}");
    }
    println!("again: cargo xtask simulate --seed {}", report.seed);
}
