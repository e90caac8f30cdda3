//! Many seeds, side by side.

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

use super::{Violation, simulate};

/// What many runs came to.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// Seeds run.
    pub seeds: u64,
    /// Operations in all journals, by kind and state.
    pub operations: BTreeMap<(&'static str, &'static str), usize>,
    /// Deaths of the program.
    pub crashes: usize,
    /// Faults that struck.
    pub faults: usize,
    /// Seeds that broke a claim, lowest first.
    pub violations: Vec<(u64, Violation)>,
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { seeds, operations, crashes, faults, violations } = self;
        for ((kind, state), times) in operations {
            writeln!(f, "  {kind:<9} {state:<12} {times:>7}")?;
        }
        let all: usize = operations.values().sum();
        write!(f, "{seeds} seeds: {all} operations, {crashes} crashes, {faults} faults, ")?;
        writeln!(f, "{} violation(s)", violations.len())?;
        for (seed, violation) in violations.iter().take(10) {
            writeln!(f, "  seed {seed}: {violation}")?;
        }
        Ok(())
    }
}

/// Runs every seed of `seeds`, on all cores.
#[must_use]
pub fn campaign(seeds: Range<u64>) -> Outcome {
    let next = AtomicU64::new(seeds.start);
    let whole = Mutex::new(Outcome { seeds: seeds.end.saturating_sub(seeds.start), ..Outcome::default() });
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
                    for (what, times) in report.operations {
                        *whole.operations.entry(what).or_default() += times;
                    }
                    whole.crashes += report.crashes;
                    whole.faults += report.faults;
                    whole.violations.extend(report.violation.map(|violation| (seed, violation)));
                }
            });
        }
    });
    let mut whole = whole.into_inner().unwrap_or_else(PoisonError::into_inner);
    whole.violations.sort_by_key(|(seed, _)| *seed);
    whole
}
