//! Defects that the simulation must catch. Each one is a decorator around what the office works with: its journal, its
//! client, its policy or its disk. The office itself contains no switch for them.

mod faulty_journal;
mod faulty_loyalty;
mod hasty_gate;
mod kind;

use std::{sync::Arc, time::Duration};

use office::{Journal, Policy};
use probonus::Loyalty;

pub use self::kind::Defect;
use self::{faulty_journal::FaultyJournal, faulty_loyalty::FaultyLoyalty, hasty_gate::HastyGate, kind::Layer};

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

    /// The client and the journal with the defect.
    #[must_use]
    pub fn ports(
        defect: Option<Self>,
        client: Arc<dyn Loyalty>,
        journal: Arc<dyn Journal>,
    ) -> (Arc<dyn Loyalty>, Arc<dyn Journal>) {
        let Some(defect) = defect else { return (client, journal) };
        let client: Arc<dyn Loyalty> = if defect.layer() == Layer::Client || defect.hides_entries_of_waiting() {
            Arc::new(FaultyLoyalty::new(client, Arc::clone(&journal), defect))
        } else {
            client
        };
        match defect.layer() {
            Layer::Journal => {
                let journal = FaultyJournal::new(journal, Arc::clone(&client), defect);
                (client, Arc::new(journal))
            }
            Layer::Gate => {
                let gate = Arc::new(HastyGate::new(client, journal));
                (Arc::clone(&gate) as _, gate)
            }
            Layer::Client | Layer::Policy | Layer::Disk => (client, journal),
        }
    }
}
