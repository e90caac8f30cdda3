//! Long studies of the engine and the journal: the simulation, the crash campaign, the measurements.

use anyhow::Result;

use crate::{run, setup, test};

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

/// Everything measured in one run, on an optimised build, as one table. `keep` makes it the table of `docs/performance.md`.
pub fn bench(keep: bool, quick: bool) -> Result<()> {
    setup::run(setup::For::Desktop)?;
    setup::debian(&["xdotool", "chromium"])?;
    run::run(run::npm().args(["run", "--silent", "build"]))?;
    let release = |words: &[&str]| run::run(run::cargo().args(["build", "--release"]).args(words));
    // What is measured is built by itself, as it is handed out: what the tests ask of a shared crate must not get into it.
    let windows = ["--bin", "probonus-office", "--bin", "blank-window", "--features", "blank-window"];
    release(&[&["--package", "probonus-office"], &windows[..]].concat())?;
    let packages = ["--package", "house-tests", "--package", "probonus-sandbox", "--package", "office"];
    let programs = ["--bin", "bench", "--bin", "overhead", "--bin", "probonus-sandbox", "--example", "journal_bench"];
    release(&[&packages[..], &programs].concat())?;
    let mut bench = run::command(run::target().join("release/bench"));
    bench.arg("--root").arg(run::root());
    bench.args(keep.then_some("--keep")).args(quick.then_some("--quick"));
    run::run(&mut bench)
}
