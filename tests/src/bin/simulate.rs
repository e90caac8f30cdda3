//! Runs the simulation: `simulate --seeds 2000 [--from 0]`, or `simulate --seed 42` with the whole story.
#![expect(clippy::print_stdout, reason = "a program for a terminal")]

use std::process::ExitCode;

use clap::Parser;
use house_tests::simulation::{campaign, simulate};

/// The whole program but its window, in virtual time, in a seeded storm of faults.
#[derive(Parser)]
struct Arguments {
    /// How many seeds to run, side by side on all cores.
    #[arg(long, default_value_t = 200)]
    seeds: u64,
    /// The first of them.
    #[arg(long, default_value_t = 0)]
    from: u64,
    /// One seed, with everything that happened.
    #[arg(long, conflicts_with_all = ["seeds", "from"])]
    seed: Option<u64>,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    if let Some(seed) = arguments.seed {
        let report = simulate(seed);
        for line in &report.lines {
            println!("{line}");
        }
        println!("seed {seed}: trace {:016x}, {:?}", report.trace, report.operations);
        return if report.violation.is_none() { ExitCode::SUCCESS } else { ExitCode::FAILURE };
    }
    let outcome = campaign(arguments.from..arguments.from + arguments.seeds);
    println!("{outcome}");
    if outcome.violations.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
