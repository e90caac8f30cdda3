//! Developer commands: `cargo xtask <command>`. Each command is a short file of the same name.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a command line speaks to its terminal")]
#![allow(clippy::disallowed_methods, reason = "a developer's command is no part of what a simulation replays")]

mod answers;
mod audit;
mod bindings;
mod cli;
mod demo;
mod dev;
mod display;
mod dist;
mod fuzz;
mod house;
mod icons;
mod release;
mod run;
mod screenshots;
mod setup;
mod studies;
mod test;
mod tidy;

use std::process::ExitCode;

use clap::Parser as _;

use self::cli::{Cli, Command, Handout};

fn main() -> ExitCode {
    let outcome = match Cli::parse().command {
        Command::Demo { headless } => demo::run(headless),
        Command::Dev { wizard } => dev::run(wizard),
        Command::Test { only } => test::run(&only),
        Command::Setup { build_only } => setup::run(if build_only { setup::For::Build } else { setup::For::Desktop }),
        Command::Tidy => tidy::run(),
        Command::Bindings { check } => bindings::run(check),
        Command::Answers => answers::run(),
        Command::Simulate { seeds, seed, broken, trouble } => {
            studies::simulate(seeds, seed, broken, trouble.as_deref())
        }
        Command::Crash { kills, broken } => studies::crash(kills, broken.as_deref()),
        Command::Fuzz { runs, target } => fuzz::run(runs, target.as_deref()),
        Command::Bench { keep, quick } => studies::bench(keep, quick),
        Command::Screenshots => screenshots::run(),
        Command::Icons => icons::run(),
        Command::CheckWindows => dist::cross::check(),
        Command::Dist { what: Handout::Windows } => dist::windows::make(),
        Command::Dist { what: Handout::Linux } => dist::linux::make(),
        Command::Dist { what: Handout::Macos } => dist::macos::make(),
        Command::Dist { what: Handout::Manifest } => dist::manifest::make(),
        Command::TestWindows { only, package, made } => dist::windows::test(only, &package, made),
        Command::TestLinux => dist::linux::test(),
        Command::Release { version, dry_run } => release::run(version.as_deref(), dry_run),
        Command::Audit => audit::run(),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nxtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}
