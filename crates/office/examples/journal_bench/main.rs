//! How fast a large journal is: opening, searching, appending against a bare insert of the same row, in one run.
//!
//! `cargo run --release -p office --example journal_bench -- [operations] [folder]`: a million operations by default, in a
//! temporary folder (which needs 2 GB) that is removed afterwards; a folder that is named is kept, and measured again
//! without being filled. Ends with an error if a goal is missed.
#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::expect_used,
    clippy::float_arithmetic,
    reason = "a bench reads the clock, prints what it measured, and has nobody to report an error to"
)]

mod appending;
mod filling;
mod searching;
mod witness;

use std::{path::PathBuf, process::ExitCode, sync::Arc, time::Instant};

use futures::executor::block_on;
use office::journal::{
    SqliteJournal,
    sqlite::{Durability, NewLife, Options, Run},
};

/// A figure and its goal.
struct Figure {
    name: &'static str,
    value: f64,
    unit: &'static str,
    goal: f64,
}

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let operations = arguments.next().map_or(1_000_000, |text| text.parse().expect("a number of operations"));
    let temporary = tempfile::tempdir().expect("a temporary folder");
    let folder = arguments.next().map_or_else(|| temporary.path().to_owned(), PathBuf::from);
    let options = Options::new(folder.join("journal.sqlite")).run(Run::Inline);

    if !options.path.exists() {
        let start = Instant::now();
        let journal = SqliteJournal::open(options.clone().durability(Durability::Process)).expect("an empty journal");
        filling::fill(&journal, operations);
        drop(journal);
        println!("filled with {operations} operations in {:.0} s", start.elapsed().as_secs_f64());
    }

    let start = Instant::now();
    let journal = SqliteJournal::open(options).expect("the journal");
    let witness = Arc::new(witness::WitnessFile(folder.join("witness.json")));
    let new_life = NewLife { id: uuid::Uuid::from_u128(1), at: jiff::Timestamp::UNIX_EPOCH, deed: None };
    block_on(journal.attest(witness, new_life)).expect("attested");
    let open = start.elapsed().as_secs_f64();

    let figures = [
        Figure { name: "open", value: open * 1e3, unit: "ms", goal: 1000.0 },
        Figure { name: "search, p95", value: searching::p95(&journal), unit: "ms", goal: 16.0 },
        Figure {
            name: "append against a bare insert, median",
            value: appending::ratio(&journal, &folder),
            unit: "×",
            goal: 1.5,
        },
    ];
    let mut missed = false;
    for Figure { name, value, unit, goal } in figures {
        let verdict = if value <= goal { "ok" } else { "MISSED" };
        missed |= value > goal;
        println!("{name}: {value:.2} {unit} (goal {goal} {unit}) {verdict}");
    }
    if missed { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}
