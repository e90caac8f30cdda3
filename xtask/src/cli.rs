//! The commands and their words.

use clap::{Parser, Subcommand};

/// The command line.
#[derive(Parser)]
#[command(
    name = "cargo xtask",
    bin_name = "cargo xtask",
    about = "Developer commands of ProBonus Office",
    disable_help_subcommand = true
)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Command,
}

/// What it asks for.
#[derive(Subcommand)]
pub enum Command {
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
    /// Measure: what the program costs, as one table of ratios within one run
    Bench {
        /// Keep the table: docs/performance.md and docs/performance.json
        #[arg(long)]
        keep: bool,
        /// One round of each, to see that everything can be measured; the figures are worth little
        #[arg(long, conflicts_with = "keep")]
        quick: bool,
    },
    /// Take the user guide's screenshots from the running program
    Screenshots,
    /// Make the icon sets from their one source
    Icons,
    /// Build the program for Windows on a Debian machine
    CheckWindows,
    /// Make what is handed out, into target/dist
    Dist {
        /// The system it is for; or the manifest that the updater reads, made last
        what: Handout,
    },
    /// Run the tests as Windows programs under Wine; install, upgrade and remove the program there
    TestWindows {
        /// Only one of the two parts
        #[arg(long)]
        only: Option<WindowsPart>,
        /// Of the tests, only those of this package folder (repeatable), e.g. crates/office
        #[arg(long)]
        package: Vec<String>,
        /// Install what `dist windows` left, as it is: what is handed out, and no other build of it
        #[arg(long)]
        made: bool,
    },
    /// Install, start and remove the package in a clean Debian
    TestLinux,
    /// Prepare a release: version, changelog, commit and tag; nothing is pushed
    Release {
        /// The new version, e.g. 1.2.3
        #[arg(required_unless_present = "dry_run")]
        version: Option<String>,
        /// Only show what it would do
        #[arg(long)]
        dry_run: bool,
    },
    /// Ask the databases of known holes, over the network
    Audit,
}

/// What is handed out.
#[derive(Clone, Copy, clap::ValueEnum)]
pub enum Handout {
    Windows,
    Linux,
    Macos,
    Manifest,
}

/// A part of the trial on Windows.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum WindowsPart {
    /// The tests as Windows programs
    Suites,
    /// The life of an installation
    Scenario,
}

/// Whether these words after `cargo xtask` are a command; if not, what is wrong with them.
pub fn check(words: &[&str]) -> Result<(), String> {
    let line = ["xtask"].iter().chain(words);
    Cli::try_parse_from(line).map(drop).map_err(|error| error.to_string())
}
