//! Many seeds, side by side; each of them in a thread of its own.

use std::{
    collections::BTreeMap,
    fmt,
    ops::Range,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    thread,
};

use super::tale::{Report, simulate};

/// What many stories came to.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// Seeds played.
    pub seeds: u64,
    /// Operations in all journals, by kind and state.
    pub operations: BTreeMap<(&'static str, &'static str), u64>,
    /// Deaths of the program.
    pub crashes: u64,
    /// Faults that struck, by name.
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

    /// In one line.
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

/// Plays every seed of `seeds` on all cores; `progress` is told after each.
#[must_use]
pub fn campaign(seeds: Range<u64>, progress: impl Fn(&Outcome) + Sync) -> Outcome {
    let next = AtomicU64::new(seeds.start);
    let whole = Mutex::new(Outcome::default());
    let workers = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= seeds.end {
                        break;
                    }
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
