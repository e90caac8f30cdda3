//! An attempt that may have reached the server, and which entries are new since.

use std::time::Duration;

use jiff::{
    SignedDuration, SignedDurationRound, Timestamp, Unit,
    civil::{Date, DateTime},
    tz::TimeZone,
};
use probonus::{Kopecks, Transaction};

use crate::{
    ledger::{
        entry::LedgerEntry,
        listing::{Listing, Reach},
    },
    model::{
        event::{Event, EventRecord},
        evidence::EntriesSnapshot,
        payload::Payload,
        policy::Policy,
    },
};

/// How far two clocks may be apart where only time tells entries apart. Ten minutes: office machines are seldom worse.
const CLOCK_ERROR: SignedDuration = SignedDuration::from_mins(10);
/// The error of the measured offset between the server's clock and ours: a second of rounding, a second of travel.
const CLOCKS_COMPARED: SignedDuration = SignedDuration::from_secs(2);
/// The error of a time without fractions of a second.
const SECOND: SignedDuration = SignedDuration::from_secs(1);
/// Between two moments of which one is surely the earlier.
const MINUTE: SignedDuration = SignedDuration::from_mins(1);
/// By how much a business day or a foreign time zone may shift a date.
const DAY: SignedDuration = SignedDuration::from_hours(24);

/// An attempt to send an operation that may have reached the server, with what was known of the account before it.
#[derive(Clone, Debug)]
pub(crate) struct SentAttempt {
    /// When it was sent, by our wall clock.
    pub at: Timestamp,
    /// The server's clock minus ours.
    pub offset: SignedDuration,
    /// The pre-send snapshot; `None`: the entries could not be read.
    pub snapshot: Option<EntriesSnapshot>,
    /// The balance before, kopecks; `None`: it could not be read.
    pub before: Option<Kopecks>,
    /// The guest's turnover before, kopecks; `None`: it was not needed, or the server tells none.
    pub turnover: Option<Kopecks>,
    /// Whether the server answered that it applied the operation. Its entry was then made while we waited for the answer.
    pub answered: bool,
    /// So long after the send it was answered, or given up, by our wall clock; `None`: it is still out.
    ended_after: Option<SignedDuration>,
    /// Local time of the server minus the office's, for entries that carry no zone. Learnt from our own entry.
    local_time_shift: SignedDuration,
    /// When the purchase was made, if the operator gave a date: the server may date its entry with it.
    purchased_at: Option<DateTime>,
}

impl SentAttempt {
    /// The first attempt of a story that may have reached the server; `None`: there is none.
    ///
    /// The first, because an entry made by any attempt is the operation's. Attempts that surely were not sent don't count. If the
    /// operation is unknown without any attempt, its preparation counts as the attempt.
    pub fn first(story: &[EventRecord], payload: &Payload) -> Option<Self> {
        let first = match Self::attempts(story).into_iter().next() {
            Some(first) => first,
            // The server showed the operation's entry, though the journal knows of no attempt.
            None if story.iter().any(|record| matches!(record.event, Event::Unknown { .. })) => {
                Self::at_the_earliest(story.first()?.at, None)
            }
            None => return None,
        };
        Some(Self { purchased_at: payload.rules().dated_at(), ..first })
    }

    /// Stands for an attempt that the journal does not know. It can't have been made before `prepared_at`. `offset`: the
    /// server's clock minus ours.
    pub fn at_the_earliest(prepared_at: Timestamp, offset: Option<SignedDuration>) -> Self {
        Self {
            at: prepared_at,
            offset: offset.unwrap_or_default(),
            snapshot: None,
            before: None,
            turnover: None,
            answered: false,
            ended_after: None,
            local_time_shift: SignedDuration::ZERO,
            purchased_at: None,
        }
    }

    /// The attempt that a balance is verified against; `None`: there is none.
    ///
    /// | attempts that may have reached the server | chosen |
    /// |---|---|
    /// | some have a pre-send snapshot | the first of those |
    /// | none has one | the first: clocks alone tell entries before and after the send apart |
    /// | there are none: the journal has forgotten the one that left | the newest with a snapshot that surely did not leave |
    ///
    /// The last one was made before the forgotten attempt, so the entries that are new since then include its entry.
    ///
    /// If the guest's turnover could not be read before the chosen attempt, that of the next attempt counts.
    pub fn for_verification(story: &[EventRecord]) -> Option<Self> {
        let mut attempts = Self::attempts(story);
        if attempts.is_empty() {
            let begun = story.iter().rev().filter_map(Self::of_event);
            return begun.into_iter().find(|attempt| attempt.snapshot.is_some());
        }
        let index = attempts.iter().position(|attempt| attempt.snapshot.is_some()).unwrap_or_default();
        let turnover = attempts.iter().skip(index).find_map(|attempt| attempt.turnover);
        Some(Self { turnover, ..attempts.swap_remove(index) })
    }

    /// The newest attempt that may have reached the server, if it has a pre-send snapshot, so that a balance can be verified
    /// against it.
    pub fn newest(story: &[EventRecord]) -> Option<Self> {
        Self::attempts(story).pop().filter(|newest| newest.snapshot.is_some())
    }

    /// When the attempts were made that may have reached the server, by our wall clock.
    pub fn times(story: &[EventRecord]) -> Vec<Timestamp> {
        Self::attempts(story).iter().map(|attempt| attempt.at).collect()
    }

    /// The last attempt of a story that may have reached the server; `None`: there is none.
    pub fn last(story: &[EventRecord]) -> Option<Self> {
        Self::attempts(story).pop()
    }

    /// Whether the last request of a story may still arrive: it left less than two settling times ago. Example: the server needs 50
    /// seconds, the client waits for 30, and the operator decides at once that nothing was done.
    pub fn may_still_arrive(story: &[EventRecord], now: Timestamp, policy: &Policy) -> bool {
        Self::last(story).is_some_and(|last| now.duration_since(last.at).unsigned_abs() < policy.settle * 2)
    }

    /// The attempts that may have reached the server, oldest first.
    ///
    /// `NotSent` takes back only the attempt that is out. After an operation was sent again it may also tell of a preflight that
    /// failed; the attempts before it stay.
    fn attempts(story: &[EventRecord]) -> Vec<Self> {
        let mut attempts: Vec<Self> = Vec::new();
        let mut is_out = false;
        for record in story {
            attempts.extend(Self::of_event(record));
            let was_out = is_out;
            is_out = matches!(record.event, Event::Sending { .. });
            match &record.event {
                Event::NotSent { .. } if was_out => {
                    attempts.pop();
                }
                Event::Confirmed { .. } => {
                    if let Some(last) = attempts.last_mut() {
                        last.answered = true;
                        last.end(record.at);
                    }
                }
                Event::Unknown { .. } => {
                    if let Some(last) = attempts.last_mut() {
                        last.end(record.at);
                    }
                }
                _ => {}
            }
        }
        attempts
    }

    /// It was answered, or given up. The first time counts. A clock that was set back meanwhile tells nothing.
    fn end(&mut self, at: Timestamp) {
        let after = at.duration_since(self.at).max(SignedDuration::ZERO);
        self.ended_after = self.ended_after.or(Some(after));
    }

    /// The attempt that an event of kind `Sending` begins; `None` for any other event.
    fn of_event(record: &EventRecord) -> Option<Self> {
        let Event::Sending { clock_offset, snapshot, balance_before, turnover_before, .. } = &record.event else {
            return None;
        };
        Some(Self {
            snapshot: snapshot.as_deref().cloned(),
            before: *balance_before,
            turnover: *turnover_before,
            ..Self::at_the_earliest(record.at, *clock_offset)
        })
    }

    /// Learns from the operation's own entry how far the server's local time is ahead of the office's.
    ///
    /// Example: sent at 12:00:03 by the office's zone, the entry says 14:00:04 without a zone: the shift is two hours. It is
    /// rounded to 15 minutes, because zones differ by quarters of an hour. Only an answered attempt counts: otherwise the
    /// request may have arrived at any later time. The shift matters only without a pre-send snapshot.
    pub fn learn_local_time_shift(&mut self, own: &LedgerEntry, zone: &TimeZone) {
        if own.transaction.at.instant.is_none() && self.answered {
            let apart = moment_of(&own.transaction, zone).duration_since(self.at_by_server());
            let quarters = SignedDurationRound::new().smallest(Unit::Minute).increment(15);
            self.local_time_shift = apart.round(quarters).unwrap_or_default();
        }
    }

    /// Whether the operation's own entry has a local time of the office's zone: it lies between the send and the answer, give or take
    /// [`CLOCK_ERROR`]. `None`: it does not tell, because it carries its zone, or because the request was not answered and may have
    /// arrived at any later time.
    pub fn local_time_agrees(&self, own: &LedgerEntry, zone: &TimeZone) -> Option<bool> {
        let ended_after = self.ended_after.filter(|_| self.answered && own.transaction.at.instant.is_none())?;
        let since = moment_of(&own.transaction, zone).duration_since(self.at_by_server());
        Some((-CLOCK_ERROR..=ended_after.saturating_add(CLOCK_ERROR)).contains(&since))
    }

    /// Whether an entry was not there before the send.
    ///
    /// With a pre-send snapshot: its key is not among the snapshot's, and it is not older than the snapshot's oldest entry.
    /// Example: the snapshot holds 12 entries back to 09:15; an unknown entry of 08:00 is merely older than what was kept.
    /// Without one: it was made after the send, or up to [`CLOCK_ERROR`] before.
    pub fn is_new(&self, entry: &LedgerEntry, zone: &TimeZone) -> bool {
        match &self.snapshot {
            Some(snapshot) => {
                !snapshot.keys.contains(&entry.key)
                    && snapshot.oldest.is_none_or(|oldest| entry.transaction.at.local >= oldest)
            }
            None => self.moment(entry, zone) >= self.at_by_server() - CLOCK_ERROR,
        }
    }

    /// Whether an entry that looks too old may be new all the same: a server may date the entry of a purchase with the day of
    /// the purchase, not of the request.
    ///
    /// Example: sent today, purchased on the 3rd: an entry of the 2nd to the 4th that the snapshot lacks may be its own.
    pub fn may_be_backdated(&self, entry: &LedgerEntry) -> bool {
        let days = |purchased: DateTime| purchased.date().saturating_sub(DAY)..=purchased.date().saturating_add(DAY);
        self.purchased_at.is_some_and(|purchased| days(purchased).contains(&entry.transaction.at.local.date()))
            && self.snapshot.as_ref().is_none_or(|snapshot| !snapshot.keys.contains(&entry.key))
    }

    /// Whether a new entry with our correlation marker proves this operation even if its kind is unclear.
    ///
    /// For a return only with a pre-send snapshot: the entries of its purchase carry the same marker, and only the snapshot
    /// tells that they were there before.
    pub fn is_proven_by_marker(&self, payload: &Payload) -> bool {
        self.snapshot.is_some() || !payload.rules().shares_marker()
    }

    /// Whether an entry was surely made after the send, by the clocks alone.
    pub fn is_surely_after(&self, entry: &LedgerEntry, zone: &TimeZone) -> bool {
        self.moment(entry, zone) >= self.at_by_server() - SECOND
    }

    /// Whether an entry was surely made before, by clocks that were compared and in a zone that is known. `is_zone_known`: whether the
    /// local times of entries are surely those of `zone`.
    pub fn is_surely_later_than(&self, entry: &LedgerEntry, zone: &TimeZone, is_zone_known: bool) -> bool {
        let has_zone = is_zone_known || entry.transaction.at.instant.is_some();
        has_zone && self.moment(entry, zone) < self.at_by_server() - MINUTE
    }

    /// Whether an entry proves that the list with it was read after the attempt ended: it is new, and was made after the answer by the
    /// server's clock. An entry whose time lies in the future proves nothing: its zone is not the one we took.
    pub fn is_outlived_by(&self, entry: &LedgerEntry, zone: &TimeZone, now: Timestamp) -> bool {
        self.is_outlived_at(self.ended_after.unwrap_or_default(), entry, zone, now)
    }

    /// Whether an entry proves that the reading it stands in is later than any arrival of the attempt that is reckoned with: it was
    /// made so long after the attempt was given up that an absence counts, and two settling times after the send at least.
    /// `is_zone_known`: whether the local times of entries are surely those of `zone`. If not, it must be a day later still.
    ///
    /// Examples:
    /// - Sent at 12:00:00, given up at 12:00:30, on the server at 12:01:05. A copy of 12:00:50 shows a POS's entry of 12:00:40, which
    ///   is later than the send, and lacks the operation. With a settling time of a minute only one of after 12:02:00 proves something.
    /// - The server writes local times of a zone three hours ahead. An entry of 11:59 stands as 14:59, and four hours later it looks
    ///   as if it had been made after the send.
    pub fn is_settled_before(
        &self,
        entry: &LedgerEntry,
        (zone, is_zone_known): (&TimeZone, bool),
        now: Timestamp,
        settle: Duration,
    ) -> bool {
        let settle = SignedDuration::try_from(settle).unwrap_or(SignedDuration::MAX);
        let settled = self.ended_after.unwrap_or_default().saturating_add(settle);
        let has_zone = is_zone_known || entry.transaction.at.instant.is_some();
        let zone_error = if has_zone { SignedDuration::ZERO } else { DAY };
        let after = settled.max(settle.saturating_add(settle)).saturating_add(zone_error);
        self.is_outlived_at(after, entry, zone, now)
    }

    /// Whether an entry is new, and was made so long `after` the send, but not in the future.
    fn is_outlived_at(&self, after: SignedDuration, entry: &LedgerEntry, zone: &TimeZone, now: Timestamp) -> bool {
        let made = self.moment(entry, zone);
        let since = self.at_by_server().saturating_add(after.saturating_add(CLOCKS_COMPARED));
        self.is_new(entry, zone) && since.is_ok_and(|since| made > since) && made <= now + self.offset + CLOCK_ERROR
    }

    /// Whether a list shows all entries that are new: it reaches back to before the send, and, if a purchase has a date of its
    /// own, to before that day.
    ///
    /// | what is known | reached if |
    /// |---|---|
    /// | a pre-send snapshot with entries | one of them is listed, whatever the server says of its list |
    /// | an empty snapshot | the list holds all entries of the account |
    /// | no snapshot | the same, or an entry of before the send, less [`CLOCK_ERROR`], is listed |
    pub fn is_reached_by(&self, listing: &Listing, zone: &TimeZone) -> bool {
        let is_all = listing.reach == Reach::All;
        let reaches_the_send = match &self.snapshot {
            Some(snapshot) if !snapshot.keys.is_empty() => {
                listing.entries.iter().any(|entry| snapshot.keys.contains(&entry.key))
            }
            Some(_) => is_all,
            None => {
                let earliest = self.at_by_server() - CLOCK_ERROR;
                is_all || listing.entries.iter().any(|entry| self.moment(entry, zone) < earliest)
            }
        };
        reaches_the_send && self.purchased_at.is_none_or(|purchased| reaches_before(listing, purchased))
    }

    /// Whether it was surely sent before a day of the server begins, or on that day: a list that begins with it may lack its entry.
    pub fn is_before_day(&self, day: Date, zone: &TimeZone) -> bool {
        self.at_by_server().to_zoned_datetime(zone.clone()).date() <= day
    }

    /// When it was sent, by the server's clock.
    fn at_by_server(&self) -> Timestamp {
        self.at + self.offset
    }

    /// When an entry was made, by the server's clock.
    fn moment(&self, entry: &LedgerEntry, zone: &TimeZone) -> Timestamp {
        let shift = if entry.transaction.at.instant.is_some() { SignedDuration::ZERO } else { self.local_time_shift };
        moment_of(&entry.transaction, zone).saturating_sub(shift).unwrap_or(Timestamp::MIN)
    }
}

/// Whether a list shows all entries since the day before a purchase.
fn reaches_before(listing: &Listing, purchased: DateTime) -> bool {
    let day = purchased.date().saturating_sub(DAY);
    match listing.reach {
        Reach::All => true,
        Reach::Since(from) => from <= day,
        Reach::Newest => listing.entries.iter().any(|entry| entry.transaction.at.local.date() < day),
    }
}

/// When an entry was made, as the server tells it. A local time without a zone is taken as `zone`'s.
pub fn moment_of(transaction: &Transaction, zone: &TimeZone) -> Timestamp {
    transaction
        .at
        .instant
        .or_else(|| transaction.at.local.to_zoned_datetime(zone.clone()).ok().map(|zoned| zoned.timestamp()))
        .unwrap_or(Timestamp::MIN)
}

#[cfg(test)]
mod tests {
    use probonus::{Delivery, ErrorKind};

    use super::*;
    use crate::model::{failure::Failure, operation::State};

    fn story(events: Vec<Event>) -> Vec<EventRecord> {
        let numbered = events.into_iter().zip(1_u32..);
        let record = |(event, number)| EventRecord { number, at: second(number), event };
        numbered.map(record).collect()
    }

    fn second(number: u32) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_secs(number.into())
    }

    fn sending(attempt: u32) -> Event {
        let (balance_before, turnover_before, clock_offset, snapshot) = (None, None, None, None);
        Event::Sending { attempt, balance_before, turnover_before, clock_offset, snapshot }
    }

    fn not_sent() -> Event {
        let failure = Failure {
            kind: ErrorKind::CannotConnect,
            delivery: Delivery::NotSent,
            status: None,
            server_message: None,
            detail: None,
            precondition: None,
        };
        Event::NotSent { failure, due_at: None }
    }

    #[test]
    fn a_preflight_that_fails_takes_no_earlier_attempt_back() {
        let unknown = || Event::Unknown { failure: None };
        let resent = || Event::Resent { operator: String::new(), reason: String::new() };
        let absent = || Event::Reconciled { state: State::NotApplied, found: None };
        for (events, expected) in [
            (vec![sending(1), unknown(), absent(), resent(), not_sent(), not_sent(), sending(2)], vec![1, 7]),
            (vec![sending(1), not_sent(), not_sent(), sending(2), unknown()], vec![4]),
            (vec![not_sent(), sending(1), unknown()], vec![2]),
        ] {
            let expected: Vec<Timestamp> = expected.into_iter().map(second).collect();
            assert_eq!(SentAttempt::times(&story(events)), expected);
        }
    }
}
