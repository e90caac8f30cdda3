//! Runs the simulation: `--seeds N` many seeds, `--seed S` one seed with its trace, `--broken` the defects.
#![expect(clippy::print_stdout, reason = "a program for a terminal")]
#![expect(clippy::disallowed_methods, reason = "it measures how long it takes")]

use std::{process::ExitCode, sync::Mutex, time::Instant};

use clap::Parser;
use house_tests::simulation::{Defect, Report, campaign, catch, simulate, simulate_broken};

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
    println!("again: cargo xtask simulate --seed {}", report.seed);
}
