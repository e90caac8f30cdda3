//! Fuzzing guided by coverage: libFuzzer over the targets of `fuzz`, with the stable compiler.
//!
//! The compiler's own pass counts the coverage, so no nightly is needed; and no sanitizer: the code under test has no `unsafe`.
//! What was found stays in `target/fuzz/corpus`, and a next run goes on from there.

use anyhow::{Context as _, Result, bail};

use crate::run;

const TARGETS: [&str; 4] = ["swagger", "answer", "kopecks", "phone"];

/// What makes the compiler count: as `cargo fuzz` has it, but for the sanitizer.
const FLAGS: &str = "-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
     -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
     -Cllvm-args=-sanitizer-coverage-trace-compares --cfg fuzzing";

/// Builds the targets and runs them one after another, each with its limits of memory and time.
pub fn run(runs: u64, target: Option<&str>) -> Result<()> {
    if !cfg!(target_os = "linux") {
        bail!("libFuzzer is built on Linux only");
    }
    let targets: Vec<&str> = TARGETS.into_iter().filter(|name| target.is_none_or(|wanted| wanted == *name)).collect();
    if targets.is_empty() {
        bail!("the targets are {}", TARGETS.join(", "));
    }
    let host = run::read(run::command("rustc").args(["--version", "--verbose"]))?;
    let host = host.lines().find_map(|line| line.strip_prefix("host: ")).context("rustc names no host")?;
    let home = run::target().join("fuzz");
    let mut build = run::cargo();
    build.args(["build", "--package", "probonus-fuzz", "--features", "engine", "--profile", "fuzz", "--bins"]);
    // With a target of its own name, so that build scripts and macros are not counted.
    build.args(["--target", host, "--target-dir"]).arg(&home).env("RUSTFLAGS", FLAGS);
    run::run(&mut build)?;

    for name in targets {
        let kept = run::root().join("fuzz");
        let (corpus, broken) = (home.join("corpus").join(name), run::artifacts("fuzz").join(name));
        for folder in [&corpus, &broken] {
            std::fs::create_dir_all(folder).with_context(|| format!("can't make {}", folder.display()))?;
        }
        let mut fuzz = run::command(home.join(host).join("fuzz").join(format!("fuzz-{name}")));
        fuzz.arg(corpus).arg(kept.join("seeds").join(name));
        let broke_once = kept.join("kept").join(name);
        if broke_once.is_dir() {
            fuzz.arg(broke_once);
        }
        let words = kept.join("words").join(format!("{name}.txt"));
        if words.is_file() {
            fuzz.arg(format!("-dict={}", words.display()));
        }
        fuzz.args([
            &format!("-runs={runs}"),
            "-rss_limit_mb=1024",
            "-timeout=10",
            "-max_len=4096",
            "-print_final_stats=1",
        ]);
        fuzz.arg(format!("-artifact_prefix={}/", broken.display()));
        run::run(&mut fuzz).with_context(|| {
            format!(
                "{name} was broken. The input is in {}; make it small with `-minimize_crash=1 -runs=100000 FILE`, keep it in \
                 fuzz/kept/{name}, and mend what it shows",
                broken.display()
            )
        })?;
    }
    Ok(())
}
