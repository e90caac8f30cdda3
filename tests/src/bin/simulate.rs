//! Runs the simulation: `--seeds N` many seeds, `--seed S` one seed with its trace, `--broken` the defects.
#![expect(clippy::print_stdout, reason = "a program for a terminal")]
#![expect(clippy::disallowed_methods, reason = "it measures how long it takes")]

use std::{collections::BTreeMap, ops::Range, process::ExitCode, sync::Mutex, time::Instant};

use clap::Parser;
use house_tests::simulation::{
    Defect, Report, Trouble, campaign, campaign_with, catch, simulate, simulate_broken, simulate_with,
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
    /// Give every seed this kind of trouble, or each kind in turn: `all`.
    #[arg(long, conflicts_with = "broken")]
    trouble: Option<String>,
    /// Only defects with this in their name.
    #[arg(long, default_value = "")]
    only: String,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let began = Instant::now();
    let defects: Vec<_> =
        Defect::ALL.into_iter().filter(|defect| defect.to_string().contains(&arguments.only)).collect();
    let seeds = arguments.from..arguments.from + arguments.seeds;
    let sound = match (arguments.seed, arguments.broken) {
        _ if arguments.trouble.is_some() => {
            with_troubles(arguments.trouble.as_deref().unwrap_or_default(), arguments.seed, &seeds)
        }
        (Some(seed), broken) => one(seed, defects.first().copied().filter(|_| broken)),
        (None, true) => {
            let caught = catch(&defects, seeds, |caught| println!("{caught}"));
            let mut after: Vec<u64> = caught.iter().filter_map(|caught| Some(caught.after.as_ref()?.0)).collect();
            after.sort_unstable();
            let median = after.get(after.len() / 2).copied().unwrap_or_default();
            println!("{} of {} caught, the median after {median} seeds", after.len(), caught.len());
            after.len() == caught.len()
        }
        (None, false) => {
            let told = Mutex::new((Instant::now(), 0));
            let seeds: Vec<u64> = seeds.collect();
            let outcome = campaign(&seeds, |outcome| {
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
            if let Some((seed, _)) = outcome.violations.first() {
                tell(&simulate(*seed).reduced(None));
            }
            outcome.violations.is_empty()
        }
    };
    println!("{:.1?}", began.elapsed());
    if sound { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Plays each kind of trouble that is named: one seed with its trace, or many with a summary.
fn with_troubles(name: &str, seed: Option<u64>, seeds: &Range<u64>) -> bool {
    let troubles = if name == "all" { Ok(Trouble::ALL.to_vec()) } else { name.parse().map(|trouble| vec![trouble]) };
    match troubles {
        Ok(troubles) => troubles.into_iter().fold(true, |sound, trouble| match seed {
            Some(seed) => one_with(seed, trouble) && sound,
            None => many_with(trouble, seeds) && sound,
        }),
        Err(error) => {
            println!("{error}");
            false
        }
    }
}

/// Many seeds with one kind of trouble: one line, and the first seed of each kind of violation.
fn many_with(trouble: Trouble, seeds: &Range<u64>) -> bool {
    let seeds: Vec<u64> = seeds.clone().collect();
    let outcome = campaign_with(trouble, &seeds, |_| {});
    println!("{trouble}: {}", outcome.line());
    let mut kinds: BTreeMap<String, (u64, u64)> = BTreeMap::new();
    for (seed, violation) in &outcome.violations {
        let words = violation.split(' ').filter(|word| !word.contains(|c: char| c.is_ascii_digit()));
        let kind = words.take(8).collect::<Vec<_>>().join(" ");
        kinds.entry(kind).or_insert((*seed, 0)).1 += 1;
    }
    for (kind, (seed, times)) in kinds {
        println!("  {times} × {kind}: simulate --trouble {trouble} --seed {seed}");
    }
    outcome.violations.is_empty()
}

/// One seed with one kind of trouble, reduced if a claim is broken.
fn one_with(seed: u64, trouble: Trouble) -> bool {
    let report = simulate_with(seed, trouble);
    let sound = report.violation.is_none();
    tell(&report.reduced(None));
    sound
}

/// Plays one seed twice: the two traces must be the same.
fn one(seed: u64, defect: Option<Defect>) -> bool {
    let (first, second) = (simulate_broken(seed, defect), simulate_broken(seed, defect));
    let (hash, again) = (first.trace.hash(), second.trace.hash());
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
    let trouble = report.trouble.map(|trouble| format!(" --trouble {trouble}")).unwrap_or_default();
    println!("again: cargo xtask simulate --seed {}{trouble}", report.seed);
}
