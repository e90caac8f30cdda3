//! The end of a test run: what failed, the table of steps, and the count.

use std::time::Duration;

use anyhow::{Result, bail};

use super::schedule::Done;
use crate::run;

/// Prints it; an error if a step failed.
pub fn close(done: &[Done]) -> Result<()> {
    let failed: Vec<&Done> = done.iter().filter(|one| one.problem.is_some()).collect();
    for Done { name, problem, .. } in &failed {
        println!("\n━━━ failed: {name} {}", "━".repeat(80));
        for line in problem.iter().flat_map(|(_, tail)| tail) {
            println!("{line}");
        }
    }
    println!("\n━━━ summary {}", "━".repeat(80));
    println!("        {:24} {:>7} {:>7}", "step", "began", "took");
    for Done { name, began, took, count, problem } in done {
        let mark = if problem.is_some() { "FAILED" } else { "ok" };
        let (began, took) = (time(*began), time(*took));
        println!("{mark:7} {name:24} {began:>7} {took:>7}  {} passed, {} failed", count.passed, count.failed);
    }
    let all = done.iter().map(|one| one.began + one.took).max().unwrap_or_default();
    println!("        {:24} {:>7} {:>7}", "all", "", time(all));
    for Done { name, problem, .. } in &failed {
        println!("{name}: {}", problem.as_ref().map_or("", |(why, _)| why.as_str()));
    }
    let sum = |of: fn(&Done) -> u64| done.iter().map(of).sum::<u64>();
    println!("{} passed, {} failed", sum(|one| one.count.passed), sum(|one| one.count.failed));
    if !failed.is_empty() {
        bail!("not everything passed; what the windows showed is in {}", run::artifacts("desktop").display());
    }
    Ok(())
}

fn time(duration: Duration) -> String {
    let seconds = duration.as_secs();
    format!("{}:{:02}", seconds / 60, seconds % 60)
}
