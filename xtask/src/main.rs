//! Developer commands: `cargo xtask <command>`. Each command is a short file of the same name.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a command line speaks to its terminal")]
#![allow(clippy::disallowed_methods, reason = "a developer's command is no part of what a simulation replays")]

mod answers;
mod bindings;
mod demo;
mod dev;
mod display;
mod dist;
mod fuzz;
mod house;
mod icons;
mod run;
mod screenshots;
mod setup;
mod studies;
mod test;
mod tidy;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(
    name = "cargo xtask",
    bin_name = "cargo xtask",
    about = "Developer commands of ProBonus Office",
    disable_help_subcommand = true
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Open the program against the built-in training server; without a display, walk through the main job by itself
    Demo {
        /// Walk through the main job by itself even where there is a display
        #[arg(long)]
        headless: bool,
    },
    /// Work on the page: in an ordinary browser, against the real program without its window, reloaded as files change
    Dev {
        /// Start in the wizard, not in training
        #[arg(long)]
        wizard: bool,
    },
    /// Everything that CI runs, with times and a count at the end
    Test {
        /// Only the steps whose name contains this word (repeatable); see the headers for the names
        #[arg(long)]
        only: Vec<String>,
    },
    /// Install what the build and the desktop tests need on this machine
    Setup {
        /// Only what the build itself needs
        #[arg(long)]
        build_only: bool,
    },
    /// The laws of the house, checked
    Tidy,
    /// Generate the page's bindings of the program's commands
    Bindings {
        /// Fail if the generated file differs from the one in the repository
        #[arg(long)]
        check: bool,
    },
    /// Record the answers of the program that the page is tested with
    Answers,
    /// Run the simulation: many seeds, or one seed again
    Simulate {
        /// How many seeds to try
        #[arg(long, default_value_t = 2_000, value_parser = clap::value_parser!(u64).range(1..), conflicts_with = "seed")]
        seeds: u64,
        /// Replay this one seed and print its trace
        #[arg(long)]
        seed: Option<u64>,
        /// Play engines, clients and a disk that are broken on purpose: each must be caught
        #[arg(long)]
        broken: bool,
        /// Give every seed this kind of trouble, or each kind in turn: `all`
        #[arg(long, conflicts_with = "broken")]
        trouble: Option<String>,
    },
    /// Kill a working process at random moments and look at what it left
    Crash {
        /// How many times
        #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..))]
        kills: u32,
        /// An engine that is broken on purpose, by its name: it must be caught
        #[arg(long)]
        broken: Option<String>,
    },
    /// Ask what reads foreign bytes with every kind of bytes, guided by coverage
    Fuzz {
        /// How many runs of each target
        #[arg(long, default_value_t = 100_000, value_parser = clap::value_parser!(u64).range(1..))]
        runs: u64,
        /// Only this target: swagger, answer, kopecks or phone
        #[arg(long)]
        target: Option<String>,
    },
    /// Measure: ratios in one run, not absolute times
    Bench,
    /// Take the user guide's screenshots from the running program
    Screenshots,
    /// Make the icon sets from their one source
    Icons,
    /// Build the program for Windows on a Debian machine
    CheckWindows,
    /// Make what is handed out, into target/dist
    Dist {
        /// The system it is for
        system: System,
    },
    /// Run the tests as Windows programs under Wine; install, upgrade and remove the program there
    TestWindows,
}

/// A system that the program is made for.
#[derive(Clone, Copy, clap::ValueEnum)]
enum System {
    Windows,
}

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
        Command::Bench => studies::bench(),
        Command::Screenshots => screenshots::run(),
        Command::Icons => icons::run(),
        Command::CheckWindows => dist::cross::check(),
        Command::Dist { system: System::Windows } => dist::windows::make(),
        Command::TestWindows => dist::windows::test(),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nxtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}
