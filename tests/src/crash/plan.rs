//! What the seed decides of a life: how it ends, and what the network does meanwhile.

use std::time::Duration;

use probonus_sandbox::{Fault, Method, Rule, When};

use super::{Brink, Dice};

/// The longest that the server holds a request or an answer, milliseconds. Well below the time after which an absence
/// counts, so that what never arrived can be told from what is late.
const LONGEST_MS: u64 = 400;

/// How a life ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// This long after its process was made: often before it has opened its journal.
    Starting(Duration),
    /// This long after it began to work.
    Working(Duration),
    /// This long after a request left: between send and answer.
    Out {
        /// Which request of its life.
        nth: u32,
        after: Duration,
    },
    /// Standing at a chosen place.
    At {
        brink: Brink,
        /// At which request of its life.
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
            Self::At { brink: Brink::Committed, .. } => "after the commit, before the send",
            Self::At { brink: Brink::Answered, .. } => "after the answer, before it is written down",
        }
    }
}

/// One life.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    pub(super) end: End,
    pub(super) faults: Vec<Rule>,
    /// Whether the server is shut down and comes back, and whether the worker sees it.
    pub(super) restart: Option<Restart>,
}

/// When the server goes down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Restart {
    /// Before the worker is killed.
    Before,
    /// After.
    After,
}

impl Plan {
    pub(super) fn of(seed: u64, life: u32) -> Self {
        let dice = Dice::new(seed, (u64::from(life) << 8) | 0xff);
        let nth = 1 + u32::try_from(dice.below(6)).unwrap_or(0);
        let end = match dice.below(10) {
            0 => End::Starting(Duration::from_micros(dice.below(120_000))),
            1..=3 => End::Working(Duration::from_micros(dice.below(250_000))),
            4 | 5 => End::Out { nth, after: Duration::from_micros(dice.below(40_000)) },
            6 | 7 => End::At { brink: Brink::Committed, nth },
            _ => End::At { brink: Brink::Answered, nth },
        };
        let mut faults = Vec::new();
        if matches!(end, End::Out { .. }) {
            // Makes the window between send and answer wide.
            let fault = Fault::Stall { ms: 50 + dice.below(LONGEST_MS - 50), applied: dice.happens(700) };
            faults.push(Rule { methods: writes(), when: When::PerMille(600), times: None, fault });
        } else if dice.happens(350) {
            faults.push(Rule { methods: writes(), when: When::PerMille(250), times: None, fault: trouble(&dice) });
        }
        let restart = dice.happens(60).then(|| if dice.happens(500) { Restart::Before } else { Restart::After });
        Self { end, faults, restart }
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
