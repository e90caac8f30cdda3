//! An attempt that may have reached the server, and which entries are new since.

use jiff::{SignedDuration, SignedDurationRound, Timestamp, Unit, civil::DateTime, tz::TimeZone};
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
    },
};

/// How wrong two clocks may be about each other when nothing better than time tells entries apart.
const SLACK: SignedDuration = SignedDuration::from_mins(10);
/// What the clocks of a entry and of an answer's date leave out.
const SECOND: SignedDuration = SignedDuration::from_secs(1);
/// What a business day and a foreign zone may shift a date by.
const DAY: SignedDuration = SignedDuration::from_hours(24);

/// When and after what an operation was sent, for the first time that it may have arrived.
#[derive(Clone, Debug)]
pub struct SentAttempt {
    /// When, by our clock on the wall.
    pub at: Timestamp,
    /// The server's clock minus ours.
    pub offset: SignedDuration,
    /// What was there before.
    pub snapshot: Option<EntriesSnapshot>,
    /// The balance before, kopecks. What the new entries moved, they moved since this one.
    pub before: Option<Kopecks>,
    /// How far the time of entries without a zone is ahead of what the office's zone makes of it.
    shift: SignedDuration,
    /// Whether the server answered that it did it: then its entry was made while we waited for that.
    pub answered: bool,
    /// What its entry may be dated, if not with the time of its making: a purchase of days ago.
    dated: Option<DateTime>,
}

impl SentAttempt {
    /// From an operation's story. Attempts that surely did not leave don't count; of the others the first does: a
    /// entry made by any of them is the operation's.
    pub fn of(story: &[EventRecord], payload: &Payload) -> Option<Self> {
        let sent = Self::attempts(story).into_iter().next()?;
        let dated = match payload {
            Payload::RegisterCheck(check) => check.purchased_at,
            _ => None,
        };
        Some(Self { dated, ..sent })
    }

    /// The same to hold a balance against: the first of the attempts before which the entries were read, if there is one. Where
    /// they were not, entries of before can't be told from entries of after but by the clocks.
    pub fn for_verification(story: &[EventRecord]) -> Option<Self> {
        let mut attempts = Self::attempts(story);
        let place = attempts.iter().position(|sent| sent.snapshot.is_some()).unwrap_or_default();
        (place < attempts.len()).then(|| attempts.swap_remove(place))
    }

    /// The attempts that may have arrived, oldest first.
    fn attempts(story: &[EventRecord]) -> Vec<Self> {
        let mut sent: Vec<Self> = Vec::new();
        for record in story {
            match &record.event {
                Event::Sending { clock_offset, snapshot, balance_before, .. } => sent.push(Self {
                    at: record.at,
                    offset: clock_offset.unwrap_or_default(),
                    snapshot: snapshot.as_deref().cloned(),
                    before: *balance_before,
                    shift: SignedDuration::ZERO,
                    answered: false,
                    dated: None,
                }),
                Event::NotSent { .. } => {
                    sent.pop();
                }
                Event::Confirmed { .. } => {
                    if let Some(last) = sent.last_mut() {
                        last.answered = true;
                    }
                }
                _ => {}
            }
        }
        sent
    }

    /// Learns from the entry of this very operation what zone the server's times are of, if it was made when it was sent and
    /// did not arrive late. Only where nothing was read before it does anything depend on that.
    pub fn learn_clock_shift(&mut self, own: &LedgerEntry, zone: &TimeZone) {
        if own.transaction.at.instant.is_none() && self.answered {
            let apart = moment_of(&own.transaction, zone).duration_since(self.at + self.offset);
            // Zones are quarters of an hour apart.
            let zones = SignedDurationRound::new().smallest(Unit::Minute).increment(15);
            self.shift = apart.round(zones).unwrap_or_default();
        }
    }

    /// Whether a entry was not there before.
    pub fn is_new(&self, entry: &LedgerEntry, zone: &TimeZone) -> bool {
        match &self.snapshot {
            Some(snapshot) => {
                !snapshot.keys.contains(&entry.key)
                    && snapshot.oldest.is_none_or(|oldest| entry.transaction.at.local >= oldest)
            }
            None => self.moment(entry, zone) >= self.at + self.offset - SLACK,
        }
    }

    /// Whether a entry that is not new by its date may yet be: the server may give a purchase its own date, and place its entry
    /// among those of that day.
    pub fn may_be_dated_back(&self, entry: &LedgerEntry) -> bool {
        let days = |dated: DateTime| dated.date().saturating_sub(DAY)..=dated.date().saturating_add(DAY);
        self.dated.is_some_and(|dated| days(dated).contains(&entry.transaction.at.local.date()))
            && self.snapshot.as_ref().is_none_or(|snapshot| !snapshot.keys.contains(&entry.key))
    }

    /// Whether a new entry of a payload's marks may be its own though it is of no kind of its own. The entries of a purchase
    /// carry the marks of its return: only what was read before the return tells which were there before.
    pub fn is_proven_by_marker(&self, payload: &Payload) -> bool {
        self.snapshot.is_some() || !matches!(payload, Payload::ReturnCheck(_))
    }

    /// Whether a entry was surely made after it was sent, by the clocks alone.
    pub fn is_surely_after(&self, entry: &LedgerEntry, zone: &TimeZone) -> bool {
        self.moment(entry, zone) >= self.at + self.offset - SECOND
    }

    fn moment(&self, entry: &LedgerEntry, zone: &TimeZone) -> Timestamp {
        let shift = if entry.transaction.at.instant.is_some() { SignedDuration::ZERO } else { self.shift };
        moment_of(&entry.transaction, zone).saturating_sub(shift).unwrap_or(Timestamp::MIN)
    }

    /// Whether a list reaches back to before it was sent, and to before the day it may be dated: only then does it show all
    /// that came after.
    pub fn is_reached_by(&self, listing: &Listing, zone: &TimeZone) -> bool {
        let is_all = listing.reach == Reach::All;
        let reached = match &self.snapshot {
            // A server that lists less than it was asked for shows at least what it showed before, or not all.
            Some(snapshot) if !snapshot.keys.is_empty() => {
                listing.entries.iter().any(|entry| snapshot.keys.contains(&entry.key))
            }
            Some(_) => is_all,
            None => {
                is_all || listing.entries.iter().any(|entry| self.moment(entry, zone) < self.at + self.offset - SLACK)
            }
        };
        let Some(day) = self.dated.map(|dated| dated.date().saturating_sub(DAY)) else { return reached };
        reached
            && match listing.reach {
                Reach::All => true,
                Reach::Since(from) => from <= day,
                Reach::Newest => listing.entries.iter().any(|entry| entry.transaction.at.local.date() < day),
            }
    }
}

/// The moment an entry tells; local time is taken as `zone`'s.
pub fn moment_of(transaction: &Transaction, zone: &TimeZone) -> Timestamp {
    transaction
        .at
        .instant
        .or_else(|| transaction.at.local.to_zoned_datetime(zone.clone()).ok().map(|z| z.timestamp()))
        .unwrap_or(Timestamp::MIN)
}
