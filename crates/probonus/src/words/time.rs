//! Time as a server tells it, and periods as it understands them.

use jiff::{
    Timestamp,
    civil::{Date, DateTime},
};
use serde::{Deserialize, Serialize};

/// A moment that a server told: its wall clock, and the exact instant where the answer carried a zone.
///
/// Many servers of this kind write local time without an offset; that is kept as told, never guessed into an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ServerTime {
    /// What the server's clock on the wall showed.
    #[cfg_attr(feature = "specta", specta(type = String))]
    pub local: DateTime,
    /// The exact instant, only when the answer carried an offset or was a Unix time.
    #[cfg_attr(feature = "specta", specta(type = Option<String>))]
    pub instant: Option<Timestamp>,
}

/// Business days from `from` to `to`, both included. ProBonus may move the border of its day («время смены суток» \[E]).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "RawPeriod")]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Period {
    #[cfg_attr(feature = "specta", specta(type = String))]
    from: Date,
    #[cfg_attr(feature = "specta", specta(type = String))]
    to: Date,
}

#[derive(Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
struct RawPeriod {
    #[cfg_attr(feature = "specta", specta(type = String))]
    from: Date,
    #[cfg_attr(feature = "specta", specta(type = String))]
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
