//! Plays one seed, and reduces its plan if a claim is broken.

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::{
    answers::Counts,
    defect::Defect,
    plan::{Action, Plan},
    random::{Purpose, Random},
    report::Report,
    scenario,
    seeds::Seed,
    trouble::Trouble,
};

/// Actions of a plan.
const ACTIONS: usize = 28;
/// Most runs in search of a shorter plan.
const MAX_REDUCTION_RUNS: usize = 400;

/// Plays one seed in virtual time.
#[must_use]
pub fn simulate(seed: Seed) -> Report {
    play_plan(seed, None, &plan(seed))
}

/// Plays one seed with a defect, in the trouble without which the defect does no harm.
#[must_use]
pub fn simulate_broken(number: u64, defect: Defect) -> Report {
    let seed = Seed { number, trouble: defect.trouble() };
    play_plan(seed, Some(defect), &plan(seed))
}

fn plan(seed: Seed) -> Plan {
    let mut plan = Plan::draw(&Random::new(seed.number, Purpose::Plan), ACTIONS);
    if let Some(trouble) = seed.trouble {
        add_trouble(trouble, seed.number, &mut plan);
    }
    plan
}

/// Gives a plan this trouble: alone with an even seed, beside the random faults with an odd one.
fn add_trouble(trouble: Trouble, seed: u64, plan: &mut Plan) {
    let profile = &mut plan.profile;
    profile.trouble = Some(trouble);
    profile.hides_markers &= !trouble.needs_markers();
    if trouble.needs_right_sums() {
        (profile.counts, profile.repeats) = (Counts::Right, false);
    }
    if !trouble.lets_others_work() {
        let is_of_others = |action: &Action| {
            matches!(action, Action::PosRefill { .. } | Action::PosPurchase { .. } | Action::WebEdit { .. })
        };
        plan.actions.retain(|timed| !is_of_others(&timed.action));
    }
    if !trouble.lets_clock_jump() {
        plan.actions.retain(|timed| !matches!(timed.action, Action::TheirClock { .. }));
    }
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
        let mut plan = plan(shortest.seed);
        let (mut piece, mut outcome) = (plan.size().div_ceil(2), 0);
        while piece > 0 && outcome < MAX_REDUCTION_RUNS {
            let mut from = 0;
            while from < plan.size() && outcome < MAX_REDUCTION_RUNS {
                outcome += 1;
                let fewer = plan.without(from, from + piece);
                let report = play_plan(shortest.seed, defect, &fewer);
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

fn play_plan(seed: Seed, defect: Option<Defect>, plan: &Plan) -> Report {
    let mut report = Report::new(seed);
    let trace = report.trace.clone();
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
        match runtime {
            Ok(runtime) => runtime.block_on(scenario::play(seed.number, defect, plan, &mut report)),
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
