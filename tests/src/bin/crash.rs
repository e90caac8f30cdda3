//! Runs the crash campaign: `--kills N`. It starts itself as the worker: `crash live`.
#![expect(clippy::print_stdout, reason = "a program for a terminal")]
#![expect(clippy::disallowed_methods, reason = "it measures how long it takes")]

use std::{process::ExitCode, time::Instant};

use anyhow::Result;
use clap::{Parser, Subcommand};
use house_tests::crash::{Campaign, Run, run, work};

/// A real process with the real client, engine and journal, killed again and again while it works against a real server.
#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    worker: Option<Worker>,
    /// How many runs are killed.
    #[arg(long, default_value_t = 50)]
    kills: u32,
    /// The seed of plans, faults and drafts.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// An engine that is broken on purpose, by its name: it must be caught.
    #[arg(long)]
    broken: Option<String>,
}

#[derive(Subcommand)]
enum Worker {
    /// The worker: the process that is killed.
    Live(Box<Run>),
}

#[tokio::main]
async fn main() -> Result<ExitCode> {
    let arguments = Arguments::parse();
    if let Some(Worker::Live(run)) = arguments.worker {
        work(*run).await?;
        return Ok(ExitCode::SUCCESS);
    }
    let began = Instant::now();
    let (kills, seed, defect) = (arguments.kills, arguments.seed, arguments.broken);
    let campaign = Campaign { worker: std::env::current_exe()?, kills, seed, defect };
    let outcome = run(&campaign, |outcome| println!("{} kills, {:.0?}", outcome.killed(), began.elapsed())).await?;
    println!("{outcome}\n{:.1?}", began.elapsed());
    let sound = outcome.violations.is_empty() == campaign.defect.is_none();
    Ok(if sound { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
