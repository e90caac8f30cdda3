//! The benches of journal and binding, which are programs of their own, in the same table.

use std::process::Command;

use anyhow::Context as _;

use super::plan::Plan;
use super::row::Row;
use crate::desktop::{Result, built};

/// Before a row in what a bench prints; the row follows as JSON.
pub const MARK: &str = "row: ";

/// The figures of journal and binding.
pub fn rows(plan: &Plan) -> Result<Vec<Row>> {
    let journal = built("examples/journal_bench")?;
    let mut rows = of(Command::new(journal).arg(plan.journal.to_string()))?;
    rows.extend(of(&mut Command::new(built("overhead")?))?);
    Ok(rows)
}

fn of(command: &mut Command) -> Result<Vec<Row>> {
    let name = command.get_program().to_string_lossy().into_owned();
    let output = command.output().with_context(|| format!("can't start {name}"))?;
    anyhow::ensure!(output.status.success(), "{name} failed: {}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout)?;
    let rows = text.lines().filter_map(|line| line.strip_prefix(MARK)).map(serde_json::from_str);
    let rows: Vec<Row> = rows.collect::<serde_json::Result<_>>().with_context(|| format!("{name} told no rows"))?;
    anyhow::ensure!(!rows.is_empty(), "{name} told nothing:\n{text}");
    Ok(rows)
}
