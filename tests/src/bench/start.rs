//! From the start of the process to the first usable screen.

use std::process::Stdio;

use tokio::process::Command;

use super::plan::Plan;
use super::program::{Program, What};
use super::row::{Row, median};
use crate::desktop::Result;

/// The highest ratio to the blank window that is good.
const GOAL: f64 = 1.1;

/// Warm starts, with the program's files in memory, and cold ones, after the kernel has forgotten all files.
pub async fn rows(plan: &Plan, program: &Program) -> Result<Vec<Row>> {
    // The first one of each writes what later ones only read.
    for what in [What::Ours, What::Blank] {
        program.start(what).await?.process.end().await?;
    }
    let mut rows = vec![pair(plan, program, "warm start to the first usable screen", false).await?];
    if forget_files().await {
        rows.push(pair(plan, program, "cold start to the first usable screen", true).await?);
    } else {
        println!("cold start: not measured, because only root can make the kernel forget files");
    }
    Ok(rows)
}

async fn pair(plan: &Plan, program: &Program, name: &str, cold: bool) -> Result<Row> {
    let (mut ours, mut blank) = (Vec::new(), Vec::new());
    for _ in 0..plan.rounds {
        for (what, times) in [(What::Ours, &mut ours), (What::Blank, &mut blank)] {
            if cold {
                forget_files().await;
            }
            let shown = program.start(what).await?;
            times.push(shown.after.as_secs_f64() * 1e3);
            shown.process.end().await?;
        }
    }
    Ok(Row::ratio(name, (median(ours), median(blank)), "ms", "a blank window").goal(GOAL))
}

/// Makes the kernel forget the files it keeps in memory; whether it did.
async fn forget_files() -> bool {
    let mut shell = Command::new("sh");
    shell.args(["-c", "sync && echo 3 > /proc/sys/vm/drop_caches"]).stderr(Stdio::null());
    shell.status().await.is_ok_and(|status| status.success())
}
