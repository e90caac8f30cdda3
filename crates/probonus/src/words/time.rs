//! Times that a server gives, and periods of days.

use jiff::{
    Timestamp,
    civil::{Date, DateTime},
};
use serde::{Deserialize, Serialize};

/// A moment that a server gives: its local time, and the exact instant if the answer has a zone.
///
/// Many servers write local time without an offset. It is kept as it is; no instant is guessed from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ServerTime {
    /// The server's local time.
    #[cfg_attr(feature = "specta", specta(type = String))]
    pub local: DateTime,
    /// The exact instant; `None` unless the answer has an offset or is a Unix time.
    #[cfg_attr(feature = "specta", specta(type = Option<String>))]
    pub instant: Option<Timestamp>,
}

/// Business days from `from` to `to`, both included. A ProBonus server may end its day at another hour than midnight
/// («время смены суток» \[E]).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "RawPeriod")]
pub struct Period {
    from: Date,
    to: Date,
}

#[derive(Deserialize)]
struct RawPeriod {
    from: Date,
    to: Date,
}

/// Why two dates are not a period.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the period ends before it begins")]
pub struct PeriodError;

impl Period {
    /// The days from `from` to `to`, both included.
    ///
    /// # Errors
    /// [`PeriodError`] when `to` is before `from`.
    pub fn new(from: Date, to: Date) -> Result<Self, PeriodError> {
        if to < from { Err(PeriodError) } else { Ok(Self { from, to }) }
    }

    /// One day.
    #[must_use]
    pub const fn day(day: Date) -> Self {
        Self { from: day, to: day }
    }

    /// Whether the period includes `day`.
    #[must_use]
    pub fn contains(self, day: Date) -> bool {
        self.from <= day && day <= self.to
    }

    /// First day.
    #[must_use]
    pub const fn from(self) -> Date {
        self.from
    }

    /// Last day.
    #[must_use]
    pub const fn to(self) -> Date {
        self.to
    }
}

impl TryFrom<RawPeriod> for Period {
    type Error = PeriodError;
    fn try_from(raw: RawPeriod) -> Result<Self, Self::Error> {
        Self::new(raw.from, raw.to)
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_period_runs_forward_and_holds_both_ends() {
        let period = Period::new(date(2026, 1, 1), date(2026, 1, 31)).unwrap();
        assert!(period.contains(date(2026, 1, 1)) && period.contains(date(2026, 1, 31)));
        assert!(!period.contains(date(2026, 2, 1)));
        assert_eq!(Period::new(date(2026, 1, 2), date(2026, 1, 1)), Err(PeriodError));
        assert!(serde_json::from_str::<Period>(r#"{"from":"2026-01-02","to":"2026-01-01"}"#).is_err());
    }
}
