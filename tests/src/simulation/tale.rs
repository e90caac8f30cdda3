//! One seed: its story told, and told again with less in it if it ends badly.

use std::{
    collections::BTreeMap,
    panic::{AssertUnwindSafe, catch_unwind},
};

use super::{
    chance::{Chance, Purpose},
    defect::Defect,
    plan::Plan,
    stage,
    trace::Trace,
};

/// Deeds of a story.
const DEEDS: usize = 28;
/// Stories told at most in search of a shorter one.
const SHRINKING: usize = 400;

/// What a story came to.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// Its seed.
    pub seed: u64,
    /// What happened.
    pub trace: Trace,
    /// Operations in the journal at the end, by kind and state.
    pub operations: BTreeMap<(&'static str, &'static str), u64>,
    /// Times the program died and was started again.
    pub crashes: u64,
    /// Faults that struck, by name.
    pub faults: BTreeMap<&'static str, u64>,
    /// What went wrong; `None`: every claim held.
    pub violation: Option<String>,
}

/// Tells the story of one seed, in virtual time.
#[must_use]
pub fn simulate(seed: u64) -> Report {
    simulate_broken(seed, None)
}

/// The same with something broken on purpose.
#[must_use]
pub fn simulate_broken(seed: u64, defect: Option<Defect>) -> Report {
    tell(seed, defect, &Plan::draw(&Chance::new(seed, Purpose::Plan), DEEDS))
}

impl Report {
    /// The same violation with as little in its story as can be found.
    #[must_use]
    pub fn shrunk(self, defect: Option<Defect>) -> Self {
        if self.violation.is_none() {
            return self;
        }
        let mut shortest = self;
        let mut plan = Plan::draw(&Chance::new(shortest.seed, Purpose::Plan), DEEDS);
        let (mut piece, mut told) = (plan.size().div_ceil(2), 0);
        while piece > 0 && told < SHRINKING {
            let mut from = 0;
            while from < plan.size() && told < SHRINKING {
                told += 1;
                let fewer = plan.without(from, from + piece);
                let report = tell(shortest.seed, defect, &fewer);
                if report.violation.as_deref().map(kind) == shortest.violation.as_deref().map(kind) {
                    (shortest, plan) = (report, fewer);
                } else {
                    from += piece;
                }
            }
            piece /= 2;
        }
        shortest
    }
}

/// A violation without the names and numbers of its story.
fn kind(violation: &str) -> String {
    let words = violation.split(' ').filter(|word| !word.contains(|c: char| c == '#' || c.is_ascii_digit()));
    words.take(8).collect::<Vec<_>>().join(" ")
}

fn tell(seed: u64, defect: Option<Defect>, plan: &Plan) -> Report {
    let trace = Trace::default();
    let mut report = Report { seed, trace: trace.clone(), ..Report::default() };
    let told = catch_unwind(AssertUnwindSafe(|| {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
        match runtime {
            Ok(runtime) => runtime.block_on(stage::play(seed, defect, plan, &mut report)),
            Err(error) => Err(format!("no runtime: {error}")),
        }
    }));
    report.violation = match told {
        Ok(told) => told.err(),
        Err(_) => Some("a panic".to_owned()),
    };
    if let Some(violation) = &report.violation {
        trace.end(&format!("VIOLATION {violation}"));
    }
    report
}
