//! Defects that the simulation must catch. Each one is a decorator around what the office works with: its journal, its
//! client, its policy or its disk. The office itself contains no switch for them.

mod faulty_journal;
mod faulty_loyalty;
mod kind;

use std::{sync::Arc, time::Duration};

use office::{Journal, Policy};
use probonus::Loyalty;

pub use self::kind::Defect;
use self::{faulty_journal::FaultyJournal, faulty_loyalty::FaultyLoyalty, kind::Layer};

/// A pause that no simulated run lasts.
const NEVER: Duration = Duration::from_hours(24 * 3650);

impl Defect {
    /// The policy with the defect.
    #[must_use]
    pub fn policy(defect: Option<Self>, mut policy: Policy) -> Policy {
        match defect {
            Some(Self::AbsentWithoutSettling) => policy.settle = Duration::ZERO,
            Some(Self::LateArrivalUnnoticed) => policy.late_first = NEVER,
            _ => {}
        }
        policy
    }

    /// The client with the defect.
    #[must_use]
    pub fn client(defect: Option<Self>, client: Arc<dyn Loyalty>) -> Arc<dyn Loyalty> {
        match defect {
            Some(defect) if defect.layer() == Layer::Client || defect.hides_markers() => {
                Arc::new(FaultyLoyalty::new(client, defect))
            }
            _ => client,
        }
    }

    /// The journal with the defect. `client` sends what [`Defect::CancelForgotten`] should not send.
    #[must_use]
    pub fn journal(defect: Option<Self>, journal: Arc<dyn Journal>, client: &Arc<dyn Loyalty>) -> Arc<dyn Journal> {
        match defect {
            Some(defect) if defect.layer() == Layer::Journal => {
                Arc::new(FaultyJournal::new(journal, Arc::clone(client), defect))
            }
            _ => journal,
        }
    }
}
