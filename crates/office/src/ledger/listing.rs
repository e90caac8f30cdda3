//! A list of an account's entries, how far back it reaches, and the snapshot kept of it before something is sent.

use jiff::civil::{Date, DateTime};

use crate::{ledger::entry::LedgerEntry, model::evidence::EntriesSnapshot};

/// Entries kept as "there before" with each sending.
const KEPT_ENTRIES: usize = 12;

/// How far a list of an account's entries reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// They are all the account has.
    All,
    /// They are all since a day: what is not listed is older.
    Since(Date),
    /// They are so many as were asked for, or as the server lists at once: entries that are not listed may be of the same
    /// second as the oldest.
    Newest,
}

/// What an account's list shows.
#[derive(Clone, Debug)]
pub struct Listing {
    /// The entries.
    pub entries: Vec<LedgerEntry>,
    /// Which of the account's entries they are.
    pub reach: Reach,
}

impl Listing {
    /// The newest entries, to know them again after something was sent.
    pub fn snapshot(&self) -> EntriesSnapshot {
        let mut times: Vec<DateTime> = self.entries.iter().map(|entry| entry.transaction.at.local).collect();
        times.sort_unstable_by(|a, b| b.cmp(a));
        let cut = times.get(KEPT_ENTRIES - 1).copied();
        let kept = self.entries.iter().filter(|entry| cut.is_none_or(|cut| entry.transaction.at.local >= cut));
        let last = times.last().copied();
        // A full snapshot says nothing of entries older than its oldest; a short list that is complete says all.
        let oldest = match self.reach {
            Reach::All => cut,
            Reach::Since(_) => cut.or(last),
            // Of the moment of the oldest that was listed, not all need be listed.
            Reach::Newest if cut.is_none_or(|cut| Some(cut) == last) => last.map(just_after),
            Reach::Newest => cut,
        };
        EntriesSnapshot { keys: kept.map(|entry| entry.key.clone()).collect(), oldest }
    }
}

fn just_after(moment: DateTime) -> DateTime {
    moment.saturating_add(jiff::Span::new().nanoseconds(1))
}
