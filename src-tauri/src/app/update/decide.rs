//! When an update is looked for, and when it is offered.

use std::time::Duration;

use jiff::{ToSpan as _, civil::Date};
use semver::Version;

use crate::app::settings::UpdateSettings;

/// How often the clock on the wall is looked at for the next day: the clock that waits stands still while the machine sleeps.
pub const LOOK_AT_CLOCK: Duration = Duration::from_secs(10 * 60);

/// Whether a start may look for an update: the settings allow it, today none has looked, and nobody has put it off to
/// tomorrow.
pub fn may_look_at_start(kept: &UpdateSettings, today: Date) -> bool {
    kept.at_start && kept.looked_on != Some(today) && !is_postponed(kept, today)
}

/// Whether the update was put off to a later day. Never to a day after tomorrow: such a day comes from a clock that was wrong.
pub fn is_postponed(kept: &UpdateSettings, today: Date) -> bool {
    kept.postponed_until.is_some_and(|until| today < until && until <= tomorrow(today))
}

pub fn tomorrow(today: Date) -> Date {
    today.saturating_add(1.day())
}

/// Whether a release is newer. What stands behind a `+` does not count: it names a build, not a version. A version of trial, such as
/// `2.0.0-beta.1`, is for those who have one already.
pub fn is_newer(release: &Version, own: &Version) -> bool {
    release.cmp_precedence(own).is_gt() && (release.pre.is_empty() || !own.pre.is_empty())
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn kept(at_start: bool, looked_on: Option<Date>, postponed_until: Option<Date>) -> UpdateSettings {
        UpdateSettings { at_start, looked_on, postponed_until }
    }

    #[test]
    fn a_start_looks_once_a_day_if_it_is_allowed_to() {
        let today = date(2026, 12, 31);
        let (yesterday, tomorrow) = (date(2026, 12, 30), date(2027, 1, 1));
        for (settings, looks) in [
            (kept(true, None, None), true),
            (kept(false, None, None), false),
            (kept(true, Some(yesterday), None), true),
            (kept(true, Some(today), None), false),
            // The clock was set back.
            (kept(true, Some(tomorrow), None), true),
            (kept(true, None, Some(tomorrow)), false),
            (kept(true, None, Some(today)), true),
        ] {
            assert_eq!(may_look_at_start(&settings, today), looks, "{settings:?}");
        }
    }

    #[test]
    fn it_is_put_off_for_one_day_at_most() {
        let (today, tomorrow) = (date(2026, 2, 28), date(2026, 3, 1));
        assert_eq!(super::tomorrow(today), tomorrow);
        assert!(is_postponed(&kept(true, None, Some(tomorrow)), today));
        assert!(!is_postponed(&kept(true, None, Some(tomorrow)), tomorrow));
        assert!(!is_postponed(&kept(true, None, Some(date(2030, 1, 1))), today), "the clock was wrong that day");
        assert!(!is_postponed(&kept(true, None, None), today));
    }

    #[test]
    fn older_same_and_rebuilt_versions_are_not_newer() {
        let version = |text: &str| Version::parse(text).unwrap();
        for (release, newer) in [
            ("1.2.4", true),
            ("1.10.0", true),
            ("2.0.0-beta.1", false),
            ("1.2.3", false),
            ("1.2.3+7", false),
            ("1.2.3-rc.1", false),
            ("1.2.2", false),
        ] {
            assert_eq!(is_newer(&version(release), &version("1.2.3")), newer, "{release}");
        }
        assert!(is_newer(&version("2.0.0-beta.2"), &version("2.0.0-beta.1")));
    }
}
