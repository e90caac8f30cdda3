//! Plays one seed, and reduces its plan if a claim is broken.

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::{
    defect::Defect,
    plan::Plan,
    random::{Purpose, Random},
    report::Report,
    scenario,
    trace::Trace,
    trouble::Trouble,
};

/// Actions of a plan.
const ACTIONS: usize = 28;
/// Most runs in search of a shorter plan.
const MAX_REDUCTION_RUNS: usize = 400;

/// Plays one seed in virtual time.
#[must_use]
pub fn simulate(seed: u64) -> Report {
    simulate_broken(seed, None)
}

/// Plays one seed with a defect.
#[must_use]
pub fn simulate_broken(seed: u64, defect: Option<Defect>) -> Report {
    let trouble = defect.and_then(Defect::trouble);
    play_plan(seed, defect, trouble, &plan(seed, trouble))
}

/// Plays one seed with one kind of trouble.
#[must_use]
pub fn simulate_with(seed: u64, trouble: Trouble) -> Report {
    play_plan(seed, None, Some(trouble), &plan(seed, Some(trouble)))
}

fn plan(seed: u64, trouble: Option<Trouble>) -> Plan {
    let mut plan = Plan::draw(&Random::new(seed, Purpose::Plan), ACTIONS);
    if let Some(trouble) = trouble {
        add_trouble(trouble, seed, &mut plan);
    }
    plan
}

/// Gives a plan this trouble: alone with an even seed, beside the random faults with an odd one.
fn add_trouble(trouble: Trouble, seed: u64, plan: &mut Plan) {
    let profile = &mut plan.profile;
    profile.trouble = Some(trouble);
    if seed.is_multiple_of(2) {
        (profile.writes, profile.reads, profile.repeats, profile.very_late) = (0, 0, false, false);
    }
}

impl Report {
    /// The same violation with the shortest plan that can be found.
    #[must_use]
    pub fn reduced(self, defect: Option<Defect>) -> Self {
        if self.violation.is_none() {
            return self;
        }
        let mut shortest = self;
        let mut plan = plan(shortest.seed, shortest.trouble);
        let (mut piece, mut outcome) = (plan.size().div_ceil(2), 0);
        while piece > 0 && outcome < MAX_REDUCTION_RUNS {
            let mut from = 0;
            while from < plan.size() && outcome < MAX_REDUCTION_RUNS {
                outcome += 1;
                let fewer = plan.without(from, from + piece);
                let report = play_plan(shortest.seed, defect, shortest.trouble, &fewer);
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

/// A violation without its ids and numbers.
fn kind(violation: &str) -> String {
    let words = violation.split(' ').filter(|word| !word.contains(|c: char| c == '#' || c.is_ascii_digit()));
    words.take(8).collect::<Vec<_>>().join(" ")
}

fn play_plan(seed: u64, defect: Option<Defect>, trouble: Option<Trouble>, plan: &Plan) -> Report {
    let trace = Trace::default();
    let mut report = Report { seed, trouble, trace: trace.clone(), ..Report::default() };
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
        match runtime {
            Ok(runtime) => runtime.block_on(scenario::play(seed, defect, plan, &mut report)),
            Err(error) => Err(format!("no runtime: {error}")),
        }
    }));
    report.violation = match outcome {
        Ok(outcome) => outcome.err(),
        Err(_) => Some("a panic".to_owned()),
    };
    if let Some(violation) = &report.violation {
        trace.end(&format!("VIOLATION {violation}"));
    }
    report
}
