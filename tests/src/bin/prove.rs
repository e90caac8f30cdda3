//! Proves that the proof can fail: every engine that is broken on purpose must be caught (`--broken`), in the storm that
//! a sound one stands (`--seeds`, `--seed`).
#![allow(clippy::print_stdout, reason = "it is a command")]
#![allow(clippy::disallowed_methods, reason = "it measures how long it takes")]

use std::{
    process::ExitCode,
    sync::atomic::{AtomicU64, Ordering},
    time::Instant,
};

use clap::Parser;
use house_tests::proving::{Flaw, Play, Violation, play, shrink, simulate};

/// Seeds in which a broken engine must be caught.
const CAUGHT_WITHIN: u64 = 2000;
const ACTIONS: usize = 24;

#[derive(Parser)]
struct Arguments {
    /// How many seeds to play.
    #[arg(long, default_value_t = 200)]
    seeds: u64,
    /// The first of them.
    #[arg(long, default_value_t = 1)]
    from: u64,
    /// Play this one alone, twice, and tell its story.
    #[arg(long)]
    seed: Option<u64>,
    /// Play engines that are broken on purpose: each must be caught.
    #[arg(long)]
    broken: bool,
    /// Of the broken ones, only those with this in their name.
    #[arg(long, default_value = "")]
    only: String,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let sound = match arguments.seed {
        Some(seed) => again(seed),
        None if arguments.broken => broken(arguments.from, &arguments.only),
        None => many(arguments.from, arguments.seeds),
    };
    if sound { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn tell(violation: Violation, flaw: Option<Flaw>) {
    let shrunk = shrink(violation, flaw);
    for line in shrunk.trace.lines() {
        println!("{line}");
    }
    println!("VIOLATION {shrunk}");
    println!("again: cargo run -p house-tests --bin prove -- --seed {}", shrunk.seed);
}

/// One seed, twice: the two stories must be the same.
fn again(seed: u64) -> bool {
    match (simulate(seed), simulate(seed)) {
        (Ok(one), Ok(two)) => {
            for line in one.lines() {
                println!("{line}");
            }
            println!("seed {seed}: sound, trace {:016x}", one.hash());
            if one.hash() != two.hash() {
                println!("but the second time it was {:016x}", two.hash());
            }
            one.hash() == two.hash()
        }
        (Err(violation), _) | (_, Err(violation)) => {
            tell(violation, None);
            false
        }
    }
}

fn many(from: u64, seeds: u64) -> bool {
    let began = Instant::now();
    let next = AtomicU64::new(from);
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let found = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .map(|_| {
                scope.spawn(|| {
                    loop {
                        let seed = next.fetch_add(1, Ordering::Relaxed);
                        if seed >= from + seeds {
                            return None;
                        }
                        if let Err(violation) = simulate(seed) {
                            next.store(u64::MAX / 2, Ordering::Relaxed);
                            return Some(violation);
                        }
                    }
                })
            })
            .collect();
        workers.into_iter().filter_map(|worker| worker.join().ok().flatten()).next()
    });
    match found {
        None => {
            println!("{seeds} seeds from {from}: sound, in {:.1?}", began.elapsed());
            true
        }
        Some(violation) => {
            tell(violation, None);
            false
        }
    }
}

/// Every broken engine, and after how many seeds it was caught.
fn broken(from: u64, only: &str) -> bool {
    let mut all = true;
    for flaw in Flaw::all().into_iter().filter(|flaw| format!("{flaw:?}").contains(only)) {
        let caught = (from..from + CAUGHT_WITHIN)
            .find_map(|seed| play(Play { seed, actions: ACTIONS, flaw: Some(flaw) }).err().map(|found| (seed, found)));
        match caught {
            Some((seed, violation)) => {
                println!("{flaw:?}: caught after {} seeds: {}", seed - from + 1, violation.what);
            }
            None => {
                println!("{flaw:?}: NOT caught in {CAUGHT_WITHIN} seeds");
                all = false;
            }
        }
    }
    all
}
