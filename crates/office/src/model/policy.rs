//! The office's rules: limits, times, budgets. Plain data with defaults. Durations are measured by a monotonic clock; only what
//! must survive a restart is measured by the wall clock.

use std::time::Duration;

use jiff::{Timestamp, tz::TimeZone};
use probonus::Kopecks;

/// The rules an office works by.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Policy {
    /// Name of the server (its base URL): what is learnt of a server is kept under it.
    pub server: String,
    /// Time zone of the office and its server. Servers often report local time without a zone.
    pub time_zone: TimeZone,
    /// The most that one refill may add, kopecks.
    pub refill_limit: Kopecks,
    /// The most that any sum of one purchase may be, kopecks.
    pub check_limit: Kopecks,
    /// How long ago an operation or entry that looks the same may lie to count as a suspected duplicate.
    pub duplicate_window: Duration,
    /// The most operations that are sent at the same time, each of another account.
    pub parallel: usize,
    /// First pause before an operation that surely was not sent is tried again. Doubles each time, with jitter.
    pub retry_first: Duration,
    /// Longest such pause.
    pub retry_cap: Duration,
    /// How often it is tried, in one run of the program, before it waits for the operator.
    pub retry_budget: u32,
    /// First rest of the outbox after a write that the server did not carry out. Doubles each time, up to `retry_cap`.
    pub write_rest: Duration,
    /// How many operations the outbox may send at once after an outage…
    pub burst: u32,
    /// …and after which pause it may send one more.
    pub refill_every: Duration,
    /// Settling time, because a request may arrive late. An absence counts only this long after the outcome became unknown, and
    /// a second one only this long after the first.
    pub settle: Duration,
    /// First pause between two probes of an unknown outcome. Doubles each time.
    pub probe_first: Duration,
    /// Longest such pause.
    pub probe_cap: Duration,
    /// How often the balance is read before a difference counts…
    pub verify_reads: u32,
    /// …and the pause between two reads.
    pub verify_pause: Duration,
    /// How long after a money operation was verified its entries are read again, because a proxy may have repeated it…
    pub repeats_first: Duration,
    /// …and how long after that once more.
    pub repeats_then: Duration,
    /// First pause after which an operation taken for not applied is probed again: it may arrive late. Doubles each time…
    pub late_first: Duration,
    /// …until this long after it was taken for not applied.
    pub late_for: Duration,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            server: String::new(),
            time_zone: TimeZone::system(),
            refill_limit: TEN_MILLION_RUBLES,
            check_limit: TEN_MILLION_RUBLES,
            duplicate_window: Duration::from_hours(24),
            parallel: 4,
            retry_first: Duration::from_secs(2),
            retry_cap: Duration::from_mins(5),
            retry_budget: 200,
            write_rest: Duration::from_secs(30),
            burst: 5,
            refill_every: Duration::from_secs(1),
            settle: Duration::from_mins(1),
            probe_first: Duration::from_secs(2),
            probe_cap: Duration::from_mins(10),
            verify_reads: 3,
            verify_pause: Duration::from_secs(2),
            repeats_first: Duration::from_mins(3),
            repeats_then: Duration::from_hours(3),
            late_first: Duration::from_mins(5),
            late_for: Duration::from_hours(48),
        }
    }
}

impl Policy {
    /// The earliest moment at which an operation or entry counts as a suspected duplicate of one that is prepared at `now`.
    pub(crate) fn suspects_duplicates_since(&self, now: Timestamp) -> Timestamp {
        now.checked_sub(self.duplicate_window).unwrap_or(Timestamp::MIN)
    }
}

/// 10 000 000 ₽ in kopecks.
const TEN_MILLION_RUBLES: Kopecks = match Kopecks::new(1_000_000_000) {
    Ok(sum) => sum,
    Err(_) => Kopecks::ZERO,
};
