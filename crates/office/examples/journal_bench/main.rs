//! How fast a large journal is: opening, searching, appending against a bare insert of the same row, in one run.
//!
//! `cargo run --release -p office --example journal_bench -- [operations] [folder]`: a million operations by default, in a
//! temporary folder (which needs 2 GB) that is removed afterwards; a folder that is named is kept, and measured again
//! without being filled. `cargo xtask bench` puts the rows into its table and says which goals are missed.
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

use std::{path::PathBuf, sync::Arc, time::Instant};

use futures_executor::block_on;
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

fn main() {
    let mut arguments = std::env::args().skip(1);
    let operations: u64 = arguments.next().map_or(1_000_000, |text| text.parse().expect("a number of operations"));
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

    let search = searching::p95(&journal);
    let [median, mean] = appending::ratios(&journal, &folder);
    let figures = [
        Figure { name: "open", value: open * 1e3, unit: "ms", goal: 1000.0 },
        Figure { name: "search, p95", value: search, unit: "ms", goal: 16.0 },
        Figure { name: "append against a bare insert, median", value: median, unit: "×", goal: 1.5 },
        Figure { name: "append against a bare insert, mean", value: mean, unit: "×", goal: 2.0 },
    ];
    for Figure { name, value, unit, goal } in figures {
        println!("{name}: {value:.2} {unit} (goal {goal} {unit})");
        // A row of the table of `cargo xtask bench`.
        let name = format!("journal of {operations} operations, {name}");
        println!("row: {}", serde_json::json!({ "name": name, "value": value, "unit": unit, "goal": goal }));
    }
}
