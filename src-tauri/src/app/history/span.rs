//! The days of a history.

use jiff::{Span, civil::Time, tz::TimeZone};
use probonus::{Period, Transaction};

use crate::view::shown;

/// How far a row may be outside of the asked days, in hours, if the server counts days by another zone, or lets its business day begin
/// at another hour than midnight.
const MARGIN_HOURS: i64 = 12;

/// The rows of a period. If a row is far outside of it, the server has ignored the period, and only rows of the asked days are kept.
///
/// | asked for 20.11 | shown |
/// |---|---|
/// | rows of 20.11, and one of 21.11 04:00 | all: the business day ends in the morning |
/// | rows of 17.11, 20.11 and 21.11 | those of 20.11 |
pub(super) fn within(mut rows: Vec<Transaction>, period: Period, zone: &TimeZone) -> Vec<Transaction> {
    let margin = Span::new().hours(MARGIN_HOURS);
    let from = period.from().to_datetime(Time::midnight()).saturating_sub(margin);
    let to = period.to().to_datetime(Time::MAX).saturating_add(margin);
    let is_far = |row: &Transaction| {
        let at = shown(row.at, zone);
        at < from || at > to
    };
    if rows.iter().any(is_far) {
        rows.retain(|row| period.contains(shown(row.at, zone).date()));
    }
    rows
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::{super::order::tests::row, *};

    fn days(rows: &[(i8, i8)]) -> Vec<(i8, i8)> {
        let rows = rows.iter().map(|(day, hour)| row(date(2026, 11, *day).at(*hour, 0, 0, 0), 100, None)).collect();
        let left = within(rows, Period::day(date(2026, 11, 20)), &TimeZone::UTC);
        left.iter().map(|row| (row.at.local.day(), row.at.local.hour())).collect()
    }

    #[test]
    fn rows_of_other_days_are_left_out_if_the_server_ignored_the_days() {
        assert_eq!(days(&[(21, 4), (20, 12), (19, 23)]), [(21, 4), (20, 12), (19, 23)]);
        assert_eq!(days(&[(22, 12), (21, 4), (20, 12), (19, 23)]), [(20, 12)]);
        assert_eq!(days(&[(2, 12)]), []);
    }
}
