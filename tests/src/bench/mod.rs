//! What the program costs, measured in one run beside what nobody can go below: a blank window of the same Tauri, the bare call to the
//! server, one fsync. `cargo xtask bench` prints it as one table.
//!
//! Every row is measured and printed before a missed goal is told.
#![expect(clippy::disallowed_methods, reason = "a bench reads the clock")]
#![expect(clippy::float_arithmetic, reason = "ratios of times and sizes")]
#![expect(clippy::print_stdout, reason = "a developer's command")]

mod machine;
mod memory;
mod plan;
mod processes;
mod program;
mod refill;
mod row;
mod sizes;
mod start;
mod tools;

use crate::desktop::Result;
pub use plan::Plan;
pub use row::{Row, Table};
pub use tools::MARK;

/// Measures everything.
///
/// # Errors
/// Something could not be measured. A missed goal is no error here.
pub async fn measure(plan: &Plan) -> Result<Table> {
    let mut table = Table::new(machine::facts());
    tell(&mut table, sizes::rows(&plan.root)?);
    let program = program::Program::connected().await?;
    tell(&mut table, start::rows(plan, &program).await?);
    tell(&mut table, memory::idle(plan, &program).await?);
    tell(&mut table, refill::rows(plan, &program).await?);
    tell(&mut table, tools::rows(plan)?);
    Ok(table)
}

/// Adds rows to the table, and prints them at once: a run takes long, and what fails later must not take them along.
fn tell(table: &mut Table, rows: Vec<Row>) {
    for row in &rows {
        println!("{row}");
    }
    table.add(rows);
}
