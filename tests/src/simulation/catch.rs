//! Plays the defects: each of them must be caught.

use std::{
    fmt,
    ops::Range,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use super::{defect::Defect, run::simulate_broken};

/// After how many seeds a defect was caught.
#[derive(Clone, Debug)]
pub struct Caught {
    /// The defect.
    pub defect: Defect,
    /// The number of seeds and the violation; `None` if no seed caught it.
    pub after: Option<(u64, String)>,
}

impl fmt::Display for Caught {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let defect = self.defect.to_string();
        match &self.after {
            Some((seeds, what)) => write!(f, "{defect:<28} caught after {seeds:>4} seeds: {what}"),
            None => write!(f, "{defect:<28} NOT CAUGHT"),
        }
    }
}

/// Plays each of `defects` over `seeds` until it is caught, on all cores; `progress` is called for each.
#[must_use]
pub fn catch(defects: &[Defect], seeds: Range<u64>, progress: impl Fn(&Caught) + Sync) -> Vec<Caught> {
    let next = AtomicUsize::new(0);
    let caught = Mutex::new(Vec::new());
    let workers = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                while let Some(defect) = defects.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let found = seeds.clone().find_map(|seed| {
                        simulate_broken(seed, *defect).violation.map(|what| (seed - seeds.start + 1, what))
                    });
                    let found = Caught { defect: *defect, after: found };
                    progress(&found);
                    caught.lock().unwrap_or_else(PoisonError::into_inner).push(found);
                }
            });
        }
    });
    let mut caught = caught.into_inner().unwrap_or_else(PoisonError::into_inner);
    caught.sort_by_key(|caught| defects.iter().position(|defect| *defect == caught.defect));
    caught
}
