//! The plan of one run, drawn from the seed: how it ends, and the faults of the network.

use std::time::Duration;

use probonus_sandbox::{Fault, Method, Rule, When};

use super::{Dice, PausePoint};

/// The longest delay of a request or an answer, milliseconds. It is well below `Policy::settle`: an entry that is absent
/// after that time was never made, it is not late.
const LONGEST_MS: u64 = 400;

/// Runs after which a copy of the journal's file takes its place, per mille.
const PUT_BACK: u64 = 500;

/// The moment at which a run is killed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// This long after the start of the process, often before the journal is open.
    Starting(Duration),
    /// This long after the worker said `ready`.
    Working(Duration),
    /// This long after a write left: between send and answer.
    Out {
        /// The write; 1 is the first of the run.
        nth: u32,
        after: Duration,
    },
    /// At a pause point.
    At {
        pause_point: PausePoint,
        /// The write; 1 is the first of the run.
        nth: u32,
    },
}

impl End {
    /// Its name in a report.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Starting(_) => "while it starts",
            Self::Working(_) => "while it works",
            Self::Out { .. } => "between send and answer",
            Self::At { pause_point: PausePoint::Committed, .. } => "after the commit, before the send",
            Self::At { pause_point: PausePoint::Answered, .. } => "after the answer, before it is written down",
        }
    }
}

/// The plan of one run.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    pub(super) end: End,
    pub(super) faults: Vec<Rule>,
    /// Whether the server restarts, and when.
    pub(super) restart: Option<Restart>,
    /// Whether a copy of the journal's file takes its place after the kill.
    pub(super) is_put_back: bool,
}

/// When the server restarts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Restart {
    /// Before the kill: the worker sees it.
    Before,
    /// After the kill.
    After,
}

impl Plan {
    pub(super) fn of(seed: u64, run: u32) -> Self {
        let dice = Dice::new(seed, (u64::from(run) << 8) | 0xff);
        let nth = 1 + u32::try_from(dice.below(6)).unwrap_or(0);
        let end = match dice.below(10) {
            0 => End::Starting(Duration::from_micros(dice.below(120_000))),
            1..=3 => End::Working(Duration::from_micros(dice.below(250_000))),
            4 | 5 => End::Out { nth, after: Duration::from_micros(dice.below(40_000)) },
            6 | 7 => End::At { pause_point: PausePoint::Committed, nth },
            _ => End::At { pause_point: PausePoint::Answered, nth },
        };
        let mut faults = Vec::new();
        if matches!(end, End::Out { .. }) {
            // Slow answers, so that the kill strikes between send and answer.
            let fault = Fault::Stall { ms: 50 + dice.below(LONGEST_MS - 50), applied: dice.happens(700) };
            faults.push(Rule { methods: writes(), when: When::PerMille(600), times: None, fault });
        } else if dice.happens(350) {
            faults.push(Rule { methods: writes(), when: When::PerMille(250), times: None, fault: trouble(&dice) });
        }
        let restart = dice.happens(60).then(|| if dice.happens(500) { Restart::Before } else { Restart::After });
        Self { end, faults, restart, is_put_back: dice.happens(PUT_BACK) }
    }
}

fn trouble(dice: &Dice) -> Fault {
    let (ms, applied) = (1 + dice.below(LONGEST_MS), dice.happens(500));
    match dice.below(6) {
        0 => Fault::Reset { applied },
        1 => Fault::Status { code: 502, applied },
        2 => Fault::Stall { ms, applied },
        3 => Fault::Late { ms },
        4 => Fault::HalfAnswer,
        _ => Fault::Unauthorized,
    }
}

fn writes() -> Vec<Method> {
    vec![Method::Insert, Method::Update, Method::Refill, Method::RegisterCheck, Method::ReturnCheck]
}
