//! The machine: its clock and its random numbers. The program takes both only from here.

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use office::Host as _;
use uuid::Uuid;

/// The machine this program runs on.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Machine;

impl office::Host for Machine {
    #[expect(clippy::disallowed_methods, reason = "this is the port through which time comes")]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    #[expect(clippy::disallowed_methods, reason = "this is the port through which ids come")]
    fn new_uuid(&self) -> Uuid {
        Uuid::new_v4()
    }

    fn random_below(&self, bound: u64) -> u64 {
        // The random bits of an id are enough for jitter. The multiplication spreads them evenly below `bound`.
        let (high, _) = self.new_uuid().as_u64_pair();
        let random = u128::from(high & !0xf000) * u128::from(bound.max(1));
        u64::try_from(random >> 64).unwrap_or(0)
    }
}

impl Machine {
    /// Today by this machine.
    #[must_use]
    pub fn today(self) -> Date {
        self.now().to_zoned_datetime(TimeZone::system()).date()
    }
}

#[cfg(test)]
mod tests {
    use office::Host as _;

    use super::Machine;

    #[test]
    fn chance_stays_below_its_bound_and_reaches_all_of_it() {
        let seen: std::collections::BTreeSet<u64> = (0..400).map(|_| Machine.random_below(7)).collect();
        assert_eq!(seen.into_iter().collect::<Vec<_>>(), (0..7).collect::<Vec<_>>());
        assert_eq!(Machine.random_below(1), 0);
    }
}
