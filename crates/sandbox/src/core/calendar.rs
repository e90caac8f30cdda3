//! Business days. They may end at another hour than midnight, for example at 06:00.

use jiff::{
    Timestamp, ToSpan as _,
    civil::{Date, DateTime, Time},
    tz::Offset,
};
use serde::{Deserialize, Serialize};

/// The server's time zone and its «время смены суток».
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Calendar {
    /// Hours ahead of UTC, −12…14. By default 3, as in Moscow.
    pub utc_offset_hours: i8,
    /// The time at which one business day ends and the next begins. By default 06:00.
    pub day_change: Time,
}

impl Default for Calendar {
    fn default() -> Self {
        Self { utc_offset_hours: 3, day_change: Time::constant(6, 0, 0, 0) }
    }
}

impl Calendar {
    /// The server's offset from UTC.
    #[must_use]
    pub fn offset(&self) -> Offset {
        Offset::from_hours(self.utc_offset_hours).unwrap_or(Offset::UTC)
    }

    /// The server's local time at an instant.
    #[must_use]
    pub fn local(&self, at: Timestamp) -> DateTime {
        self.offset().to_datetime(at)
    }

    /// The instant of a local time.
    #[must_use]
    pub fn instant(&self, local: DateTime) -> Timestamp {
        self.offset().to_timestamp(local).unwrap_or(Timestamp::UNIX_EPOCH)
    }

    /// The business day that `at` belongs to.
    #[must_use]
    pub fn business_day(&self, at: Timestamp) -> Date {
        let local = self.local(at);
        if local.time() < self.day_change { plus_days(local.date(), -1) } else { local.date() }
    }

    /// The first moment of a business day.
    #[must_use]
    pub fn begins(&self, day: Date) -> Timestamp {
        self.instant(day.to_datetime(self.day_change))
    }
}

/// `day` plus `days`, which may be negative. Saturates at the ends of the calendar.
#[must_use]
pub fn plus_days(day: Date, days: i32) -> Date {
    day.saturating_add(days.days())
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::{date, datetime};

    #[test]
    fn the_small_hours_belong_to_yesterday() {
        let calendar = Calendar::default();
        let night = calendar.instant(datetime(2026, 11, 24, 5, 59, 59, 0));
        let morning = calendar.instant(datetime(2026, 11, 24, 6, 0, 0, 0));
        assert_eq!(calendar.business_day(night), date(2026, 11, 23));
        assert_eq!(calendar.business_day(morning), date(2026, 11, 24));
        assert_eq!(calendar.begins(date(2026, 11, 24)), morning);
    }
}
