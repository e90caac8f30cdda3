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

use super::{report::Report, run::simulate, seeds::Seed, trouble::Trouble};

/// The results of many seeds.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// Seeds played, by their trouble.
    pub seeds: BTreeMap<Option<Trouble>, u64>,
    /// Operations in all journals, by kind and state.
    pub operations: BTreeMap<(&'static str, &'static str), u64>,
    /// Crashes of the program.
    pub crashes: u64,
    /// Injected faults, by name.
    pub faults: BTreeMap<&'static str, u64>,
    /// Seeds that broke a claim, lowest first.
    pub violations: Vec<(Seed, String)>,
}

impl Outcome {
    fn add(&mut self, report: Report) {
        *self.seeds.entry(report.seed.trouble).or_default() += 1;
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
            "{} seeds, {} of them in trouble: {operations} operations, {} crashes, {faults} faults, {} violations",
            self.seeds.values().sum::<u64>(),
            self.seeds.iter().filter(|(trouble, _)| trouble.is_some()).map(|(_, seeds)| seeds).sum::<u64>(),
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
        for (trouble, seeds) in &self.seeds {
            writeln!(f, "  {:<26} {seeds:>9}", trouble.map_or("no trouble", Trouble::name))?;
        }
        for (seed, violation) in self.violations.iter().take(20) {
            writeln!(f, "  seed {seed}: {violation}")?;
        }
        f.write_str(&self.line())
    }
}

/// Plays all seeds on all cores; `progress` is called after each.
#[must_use]
pub fn campaign(seeds: &[Seed], progress: impl Fn(&Outcome) + Sync) -> Outcome {
    let workers = thread::available_parallelism().map_or(1, usize::from);
    campaign_on(workers, seeds, progress)
}

/// Plays all seeds with `workers` threads; `progress` is called after each.
#[must_use]
pub fn campaign_on(workers: usize, seeds: &[Seed], progress: impl Fn(&Outcome) + Sync) -> Outcome {
    let next = AtomicUsize::new(0);
    let whole = Mutex::new(Outcome::default());
    thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                while let Some(&seed) = seeds.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let report = simulate(seed);
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
