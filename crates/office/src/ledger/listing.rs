//! A list of an account's entries: how far back it reaches, and the pre-send snapshot made of it.

use jiff::civil::{Date, DateTime};

use crate::{ledger::entry::LedgerEntry, model::evidence::EntriesSnapshot};

/// Entries that a pre-send snapshot keeps; more only if they share the second of the last one. A dozen covers what a busy POS
/// adds to one account in a day, and is small enough to be written with every send.
const KEPT_ENTRIES: usize = 12;

/// How far back a list of an account's entries reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reach {
    /// It holds all entries of the account.
    All,
    /// It holds all entries since this day.
    Since(Date),
    /// It holds the newest entries, as many as were asked for or as the server lists at once. Unlisted entries may be of the
    /// same second as the oldest listed one.
    Newest,
}

/// A list of an account's entries.
#[derive(Clone, Debug)]
pub(crate) struct Listing {
    /// The entries.
    pub entries: Vec<LedgerEntry>,
    /// How far back they reach.
    pub reach: Reach,
}

impl Listing {
    /// The pre-send snapshot: the keys of the newest entries, and `oldest`, the time from which on no entry is missing.
    ///
    /// Guarantee: an entry that is missing in the snapshot and not older than `oldest` was made after the snapshot. `None`: no
    /// entry is missing at all. Entries of the same second as the 12th are kept with it.
    ///
    /// | the list | entries | `oldest` |
    /// |---|---|---|
    /// | any | none | `None` |
    /// | all of the account | fewer than 12 | `None` |
    /// | all since a day | fewer than 12 | time of the last |
    /// | the newest | up to 12, or the last shares the 12th's second | just after the last: others of its second may be unlisted |
    /// | any | any other number | time of the 12th |
    pub fn snapshot(&self) -> EntriesSnapshot {
        let mut times: Vec<DateTime> = self.entries.iter().map(|entry| entry.transaction.at.local).collect();
        times.sort_unstable_by(|a, b| b.cmp(a));
        let oldest_kept = times.get(KEPT_ENTRIES - 1).copied();
        let oldest_listed = times.last().copied();
        let kept =
            self.entries.iter().filter(|entry| oldest_kept.is_none_or(|oldest| entry.transaction.at.local >= oldest));
        let oldest = match self.reach {
            Reach::All => oldest_kept,
            Reach::Since(_) => oldest_kept.or(oldest_listed),
            Reach::Newest if oldest_kept.is_none() || oldest_kept == oldest_listed => oldest_listed.map(just_after),
            Reach::Newest => oldest_kept,
        };
        EntriesSnapshot { keys: kept.map(|entry| entry.key.clone()).collect(), oldest }
    }
}

fn just_after(moment: DateTime) -> DateTime {
    moment.saturating_add(jiff::Span::new().nanoseconds(1))
}
