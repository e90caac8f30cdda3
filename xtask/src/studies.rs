//! Long studies of the engine and the journal: the simulation, the crash campaign, the measurements.

use anyhow::Result;

use crate::{run, test};

/// Many seeds, or one again. Optimised: a seed is mostly arithmetic, and there are thousands of them.
pub fn simulate(seeds: u64, seed: Option<u64>, broken: bool, trouble: Option<&str>) -> Result<()> {
    let mut cargo = run::cargo();
    cargo.args(["run", "--release", "--package", "house-tests", "--bin", "simulate", "--"]);
    match seed {
        Some(seed) => cargo.args(["--seed", &seed.to_string()]),
        None => cargo.args(["--seeds", &seeds.to_string()]),
    };
    if broken {
        cargo.arg("--broken");
    }
    cargo.args(trouble.into_iter().flat_map(|trouble| ["--trouble", trouble]));
    run::run(&mut cargo)
}

/// Kills of a real process that works against a real sandbox.
pub fn crash(kills: u32, broken: Option<&str>) -> Result<()> {
    run::run(test::workspace("build").arg("--bins"))?;
    let broken = broken.map(|name| ["--broken", name]);
    run::run(run::command(run::built("crash")).args(["--kills", &kills.to_string()]).args(broken.into_iter().flatten()))
}

/// Ratios measured in one run, on an optimised build.
pub fn bench() -> Result<()> {
    run::run(run::cargo().args(["run", "--release", "--package", "office", "--example", "journal_bench"]))?;
    run::run(run::cargo().args(["run", "--release", "--package", "house-tests", "--bin", "overhead"]))
}
