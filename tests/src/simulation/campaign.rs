//! Plays many seeds side by side, one per thread.

use std::{
    collections::BTreeMap,
    fmt,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use super::{
    report::Report,
    run::{simulate, simulate_with},
    trouble::Trouble,
};

/// The results of many seeds.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// Seeds played.
    pub seeds: u64,
    /// Operations in all journals, by kind and state.
    pub operations: BTreeMap<(&'static str, &'static str), u64>,
    /// Crashes of the program.
    pub crashes: u64,
    /// Injected faults, by name.
    pub faults: BTreeMap<&'static str, u64>,
    /// Seeds that broke a claim, lowest first.
    pub violations: Vec<(u64, String)>,
}

impl Outcome {
    fn add(&mut self, report: Report) {
        self.seeds += 1;
        self.crashes += report.crashes;
        for (what, times) in report.operations {
            *self.operations.entry(what).or_default() += times;
        }
        for (what, times) in report.faults {
            *self.faults.entry(what).or_default() += times;
        }
        self.violations.extend(report.violation.map(|violation| (report.seed, violation)));
    }

    /// A summary in one line.
    #[must_use]
    pub fn line(&self) -> String {
        let (operations, faults) = (self.operations.values().sum::<u64>(), self.faults.values().sum::<u64>());
        format!(
            "{} seeds: {operations} operations, {} crashes, {faults} faults, {} violations",
            self.seeds,
            self.crashes,
            self.violations.len()
        )
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for ((kind, state), times) in &self.operations {
            writeln!(f, "  {:<26} {times:>9}", format!("{kind} {state}"))?;
        }
        for (fault, times) in &self.faults {
            writeln!(f, "  {fault:<26} {times:>9}")?;
        }
        for (seed, violation) in self.violations.iter().take(20) {
            writeln!(f, "  seed {seed}: {violation}")?;
        }
        f.write_str(&self.line())
    }
}

/// Plays all seeds on all cores; `progress` is called after each.
#[must_use]
pub fn campaign(seeds: &[u64], progress: impl Fn(&Outcome) + Sync) -> Outcome {
    play(seeds, simulate, progress)
}

/// Plays all seeds with one kind of trouble.
#[must_use]
pub fn campaign_with(trouble: Trouble, seeds: &[u64], progress: impl Fn(&Outcome) + Sync) -> Outcome {
    play(seeds, |seed| simulate_with(seed, trouble), progress)
}

fn play(seeds: &[u64], run: impl Fn(u64) -> Report + Sync, progress: impl Fn(&Outcome) + Sync) -> Outcome {
    let next = AtomicUsize::new(0);
    let whole = Mutex::new(Outcome::default());
    let workers = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                while let Some(&seed) = seeds.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let report = run(seed);
                    let mut whole = whole.lock().unwrap_or_else(PoisonError::into_inner);
                    whole.add(report);
                    progress(&whole);
                }
            });
        }
    });
    let mut whole = whole.into_inner().unwrap_or_else(PoisonError::into_inner);
    whole.violations.sort();
    whole
}
