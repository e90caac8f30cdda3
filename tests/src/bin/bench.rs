//! `cargo xtask bench`: measures what the program costs, prints the table, and says which goals are missed.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a developer's command")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;
use house_tests::bench::{Plan, Table, measure};
use house_tests::desktop::Result;

#[derive(Parser)]
struct Arguments {
    /// The repository
    #[arg(long)]
    root: PathBuf,
    /// Keep the table: docs/performance.md and docs/performance.json
    #[arg(long)]
    keep: bool,
    /// One round of each
    #[arg(long)]
    quick: bool,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(&Arguments::parse()).await {
        Ok(missed) if missed.is_empty() => ExitCode::SUCCESS,
        Ok(missed) => {
            println!("\nMissed: {}", missed.join("; "));
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: &Arguments) -> Result<Vec<String>> {
    let root = arguments.root.clone();
    let plan = if arguments.quick {
        Plan { rounds: 1, operations: 20, idle: 5, journal: 20_000, root }
    } else {
        Plan { rounds: 7, operations: 1_000, idle: 60, journal: 1_000_000, root }
    };
    let table = measure(&plan).await?;
    let former = former(&arguments.root);
    let text = table.markdown(former.as_ref());
    println!("\n{text}");
    if arguments.keep {
        keep(&arguments.root, &table, &text)?;
    }
    Ok(table.missed().into_iter().map(str::to_owned).collect())
}

/// The table of the last run that was kept.
fn former(root: &Path) -> Option<Table> {
    serde_json::from_slice(&fs::read(root.join("docs/performance.json")).ok()?).ok()
}

/// Puts the table between the marks of the document, and beside it for the next run.
fn keep(root: &Path, table: &Table, text: &str) -> Result {
    const BEGIN: &str = "<!-- table: written by `cargo xtask bench --keep` -->\n";
    const END: &str = "<!-- end of the table -->";
    let path = root.join("docs/performance.md");
    let document = fs::read_to_string(&path)?;
    let (head, rest) = document.split_once(BEGIN).ok_or_else(|| anyhow::anyhow!("{} has no marks", path.display()))?;
    let (_, tail) = rest.split_once(END).ok_or_else(|| anyhow::anyhow!("{} has no end mark", path.display()))?;
    fs::write(&path, format!("{head}{BEGIN}\n{text}\n{END}{tail}"))?;
    let mut json = serde_json::to_string_pretty(table)?;
    json.push('\n');
    Ok(fs::write(root.join("docs/performance.json"), json)?)
}
