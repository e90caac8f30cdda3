//! Pages. Nothing here looks at more of the journal than it must: a page is read from streams that are
//! already in the right order, and a total stops at ten thousand.

use jiff::tz::TimeZone;
use probonus::AccountId;
use rusqlite::Connection;

use super::{
    operations,
    selection::{EVER, Selection, Tail, rows_of_days},
};
use crate::{
    journal::{Filter, JournalError, Page, PageRequest, words::Query},
    operation::{Kind, State},
};

/// Totals are counted up to here.
const MOST_COUNTED: u32 = 10_000;
/// Rows of a page.
const MOST_ROWS: u32 = 500;
/// A question for a page, ready to be asked on any connection.
pub(super) struct Listing {
    pub(super) query: Query,
    pub(super) kinds: Vec<Kind>,
    pub(super) states: Vec<State>,
    pub(super) account: Option<AccountId>,
    /// Microseconds since 1970, the last not included.
    pub(super) created: (i64, i64),
    unknown_on_top: bool,
    after: Option<Cursor>,
    size: usize,
}

/// Where a page ended: among the Unknown on top, or in the rest; and below which row to go on.
#[derive(Clone, Copy)]
struct Cursor {
    on_top: bool,
    below: i64,
}

impl Listing {
    pub(super) fn new(filter: &Filter, page: &PageRequest, zone: &TimeZone) -> Result<Self, JournalError> {
        let start_of = |day: jiff::civil::Date| {
            // The zone can take the first and the last days there are out of what a clock can tell.
            let beyond = if day.year() < 0 { i64::MIN } else { i64::MAX };
            day.to_zoned_datetime(zone.clone()).map_or(beyond, |midnight| midnight.timestamp().as_microsecond())
        };
        let from = filter.from.map_or(i64::MIN, start_of);
        let to = filter.to.map_or(i64::MAX, |day| day.tomorrow().map_or(i64::MAX, start_of));
        Ok(Self {
            query: Query::parse(&filter.text),
            kinds: once(&filter.kinds),
            states: once(&filter.states),
            account: filter.account.clone(),
            created: (from, to),
            unknown_on_top: filter.unknown_on_top,
            after: page.after.as_deref().map(Cursor::parse).transpose()?,
            size: page.size.clamp(1, MOST_ROWS) as usize,
        })
    }

    pub(super) fn page(&self, conn: &Connection) -> Result<Page, JournalError> {
        let tx = conn.unchecked_transaction()?;
        let rows = rows_of_days(&tx, self.created)?;
        let tail = Tail::read(&tx, self)?;
        let selection = |states: &[State]| Selection { listing: self, states: states.to_vec(), rows, tail: &tail };
        let total = selection(&self.states).count(&tx, MOST_COUNTED)?;

        // One row more than asked tells whether there is a next page.
        let mut rows: Vec<Cursor> = Vec::new();
        for (on_top, states) in self.passes() {
            let below = match self.after {
                Some(cursor) if cursor.on_top == on_top => cursor.below,
                // A cursor in the rest has left the top behind.
                Some(cursor) if on_top && !cursor.on_top => continue,
                _ => i64::MAX,
            };
            let wanted = self.size + 1 - rows.len();
            if wanted > 0 {
                let found = selection(&states).rows(&tx, below, wanted)?;
                rows.extend(found.into_iter().map(|below| Cursor { on_top, below }));
            }
        }
        let next = (rows.len() > self.size).then(|| rows[self.size - 1].to_string());
        rows.truncate(self.size);
        let rows = rows.iter().map(|row| operations::at(&tx, row.below)).collect::<Result<_, _>>()?;
        Ok(Page { rows, next, total })
    }

    /// Whether some days are asked for.
    pub(super) fn of_a_period(&self) -> bool {
        self.created != EVER
    }

    /// The parts a list is made of, in order, each with its states.
    fn passes(&self) -> Vec<(bool, Vec<State>)> {
        if !self.unknown_on_top {
            return vec![(false, self.states.clone())];
        }
        let chosen = |state: &State| self.states.is_empty() || self.states.contains(state);
        let (top, rest): (Vec<_>, Vec<_>) =
            State::ALL.into_iter().filter(chosen).partition(|state| *state == State::Unknown);
        [(true, top), (false, rest)].into_iter().filter(|(_, states)| !states.is_empty()).collect()
    }
}

/// Each of some choices once: a choice that is named twice is not listed twice.
pub(super) fn once<T: Copy + PartialEq>(choices: &[T]) -> Vec<T> {
    let mut once = Vec::new();
    for choice in choices {
        if !once.contains(choice) {
            once.push(*choice);
        }
    }
    once
}

impl Cursor {
    fn parse(text: &str) -> Result<Self, JournalError> {
        let (on_top, below) = match text.strip_prefix('u') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let below = below.parse().map_err(|_| JournalError::Other("no such page".into()))?;
        Ok(Self { on_top, below })
    }
}

impl std::fmt::Display for Cursor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}{}", if self.on_top { "u" } else { "" }, self.below)
    }
}
